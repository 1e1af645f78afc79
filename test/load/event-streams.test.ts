import { describe, expect, it } from "vitest";
import { call, calling, parameters, read, said, system, user, weather } from "./one-run.js";

type Event = Record<string, unknown>;

const item = {
  type: "message",
  id: "m",
  role: "assistant",
  content: [{ type: "output_text", text: "It rains.", annotations: [] }],
};
const response = { id: "r", object: "response", status: "completed", tools: [], output: [item] };
const request = { input: [user], instructions: "Be brief.", stream: true };

describe("events of a stream of the Responses API", () => {
  const created: Event = {
    type: "response.created",
    sequence_number: 0,
    response: { ...response, status: "in_progress", output: [] },
  };
  const done: Event = { type: "response.output_item.done", output_index: 0, item };
  const completed: Event = { type: "response.completed", sequence_number: 2, response };

  it.each([
    ["under outputs", { outputs: [created, completed] }],
    ["under output", { output: [created, completed] }],
    [
      "whose last event has no items",
      { outputs: [created, done, { ...completed, response: { ...response, output: [] } }] },
    ],
  ])("%s", async (_name, outputs) => {
    expect(await read({ inputs: request, outputs })).toEqual({ row: { messages: [system, user, said] } });
  });

  it.each([
    ["without an end", [created, done], "partial-stream"],
    ["with an error", [created, { type: "error", message: "no" }], "run-error"],
    ["that failed", [created, { type: "response.failed", response: { ...response, status: "failed" } }], "run-error"],
    [
      "cut off",
      [
        created,
        {
          type: "response.incomplete",
          response: { ...response, status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
        },
      ],
      "truncated",
    ],
  ])("%s", async (_name, outputs, skip) => {
    expect(await read({ inputs: request, outputs: { outputs } })).toEqual({ skip });
  });
});

describe("events of a stream of Anthropic", () => {
  const start: Event = { type: "message_start", message: { role: "assistant", content: [], stop_reason: null } };
  const stop: Event[] = [{ type: "message_delta", delta: { stop_reason: "end_turn" } }, { type: "message_stop" }];
  const block = (index: number, content_block: object, ...deltas: object[]): Event[] => [
    { type: "content_block_start", index, content_block },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
  const text = block(
    0,
    { type: "text", text: "" },
    { type: "text_delta", text: "It " },
    { type: "text_delta", text: "rains." },
  );
  const use = block(
    1,
    { type: "tool_use", id: "call_1", name: "get_weather", input: {} },
    { type: "input_json_delta", partial_json: '{"city"' },
    { type: "input_json_delta", partial_json: ':"Oslo"}' },
  );
  const anthropicTool = { name: "get_weather", description: "Weather of a city", input_schema: parameters };
  const inputs = { system: "Be brief.", messages: [user], stream: true };

  it.each(["outputs", "output"])("a text, under %s", async (key) => {
    expect(await read({ inputs, outputs: { [key]: [start, { type: "ping" }, ...text, ...stop] } })).toEqual({
      row: { messages: [system, user, said] },
    });
  });

  it("a call with its arguments, after thoughts", async () => {
    const thoughts = block(
      0,
      { type: "thinking", thinking: "" },
      { type: "thinking_delta", thinking: "Hm." },
      { type: "signature_delta", signature: "s" },
    );
    const end = [{ type: "message_delta", delta: { stop_reason: "tool_use" } }, { type: "message_stop" }];
    expect(
      await read({
        inputs: { ...inputs, tools: [anthropicTool] },
        outputs: { outputs: [start, ...thoughts, ...use, ...end] },
      }),
    ).toEqual({
      row: { messages: [system, user, { ...calling, tool_calls: [call] }], tools: [weather] },
    });
  });

  it("the events that the client's helper adds", async () => {
    const outputs = [start, ...text, { type: "text", text: "It rains.", snapshot: "It rains." }, ...stop];
    expect(await read({ inputs, outputs: { outputs } })).toEqual({ row: { messages: [system, user, said] } });
  });

  it.each([
    ["without an end", [start, ...text], "partial-stream"],
    ["with an error", [start, { type: "error", error: {} }], "run-error"],
    [
      "cut off",
      [start, ...text, { type: "message_delta", delta: { stop_reason: "max_tokens" } }, { type: "message_stop" }],
      "truncated",
    ],
    ["with an event that is not known", [start, ...text, { type: "tomorrow" }, ...stop], "unknown-shape"],
  ])("%s", async (_name, outputs, skip) => {
    expect(await read({ inputs, outputs: { outputs } })).toEqual({ skip });
  });
});
