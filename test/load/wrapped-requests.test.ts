import { describe, expect, it } from "vitest";
import { convertRuns } from "./fixtures.js";

// What the wrappers write in rare cases beside those that `test/capture` captured.
const user = { role: "user", content: "Weather?" };
const parameters = { type: "object", properties: { city: { type: "string" } } };
const weather = { name: "get_weather", input_schema: parameters };

async function read(inputs: object, outputs: object, metadata: object = {}) {
  const { rows, skips } = await convertRuns([
    { id: "1", run_type: "llm", status: "success", inputs, outputs, extra: { metadata } },
  ]);
  return rows[0]?.messages.at(-1) ?? skips[0]?.code;
}

describe("wrapOpenAI's streams", () => {
  const stream = (content: string, messages: object[]) =>
    read(
      { messages, stream: true },
      {
        object: "chat.completion.chunk",
        choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
      },
    );

  it("may say [object Object] where the prompt does", async () => {
    const content = "It prints [object Object].";
    expect(await stream(content, [{ role: "user", content: "What is [object Object]?" }])).toEqual({
      role: "assistant",
      content,
    });
    expect(await stream(content, [user])).toBe("invalid-message");
  });
});

describe("wrap_anthropic's calls without arguments", () => {
  const metadata = { ls_provider: "anthropic", ls_method: "traceable" };
  const call = (name: string, input: object = {}) => ({ type: "tool_use", id: name, name, input });
  const answer = (...content: object[]) => ({
    message: { role: "assistant", content, stop_reason: "tool_use", usage_metadata: {} },
  });
  const request = {
    model: "claude",
    max_tokens: 10,
    messages: [user],
    tools: [weather, { name: "get_time", input_schema: { type: "object", properties: {} } }],
  };

  it("are kept where nothing can be lost", async () => {
    expect(await read({ ...request, stream: false }, answer(call("get_weather")), metadata)).toMatchObject({
      role: "assistant",
    });
    expect(await read(request, answer(call("get_time")), metadata)).toMatchObject({ role: "assistant" });
    expect(await read(request, answer(call("get_weather"), call("get_time", { zone: "UTC" })), metadata)).toMatchObject(
      { role: "assistant" },
    );
    expect(await read(request, answer(call("get_weather")))).toMatchObject({ role: "assistant" });
  });

  it("are refused where they can", async () => {
    expect(await read(request, answer(call("get_weather")), metadata)).toBe("invalid-tool-call");
    expect(await read(request, answer(call("get_time"), call("get_weather")), metadata)).toBe("invalid-tool-call");
  });
});

describe("arguments that were not given", () => {
  it.each(["NOT_GIVEN", "<openai.Omit object at 0x7f0a>", "<anthropic.NotGiven object at 0x7f0a>"])(
    "are left out: %s",
    async (mark) => {
      const { rows } = await convertRuns([
        {
          id: "1",
          run_type: "llm",
          status: "success",
          inputs: { messages: [{ role: "system", content: mark }, user], tools: mark, functions: mark },
          outputs: { message: { role: "assistant", content: "Sunny." } },
        },
      ]);
      expect(rows[0]?.messages).toEqual([user, { role: "assistant", content: "Sunny." }]);
    },
  );

  it("are not the words of a user", async () => {
    const { rows } = await convertRuns([
      {
        id: "1",
        run_type: "llm",
        status: "success",
        inputs: { messages: [{ role: "user", content: "NOT_GIVEN" }] },
        outputs: { message: { role: "assistant", content: "What?" } },
      },
    ]);
    expect(rows[0]?.messages[0]).toEqual({ role: "user", content: "NOT_GIVEN" });
  });
});

describe("extra_body", () => {
  it("is left alone where its values are hidden", async () => {
    expect(
      await read(
        { messages: [user], extra_body: { system: "[SECRET_DETECTED]", tools: "[SECRET_DETECTED]" } },
        { message: { role: "assistant", content: "Sunny." } },
      ),
    ).toEqual({ role: "assistant", content: "Sunny." });
  });
});

describe("chunks of a stream that nobody put together", () => {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const piece = (index: number, id: string | undefined, name: string | undefined, text: string) => ({
    tool_calls: [{ index, id, function: { name, arguments: text } }],
  });

  it("give calls their pieces by index, and by id where a server does not count", async () => {
    const chunks = [
      chunk({ role: "assistant", content: null }),
      chunk(piece(0, "a", "get_weather", '{"ci')),
      chunk(piece(1, "b", "get_time", "")),
      chunk(piece(0, undefined, undefined, 'ty":"Rome"}')),
      chunk(piece(1, "c", "get_time", "{}")),
      chunk({}, "tool_calls"),
    ];
    expect(await read({ messages: [user] }, { output: chunks })).toMatchObject({
      tool_calls: [
        { id: "a", function: { name: "get_weather", arguments: '{"city":"Rome"}' } },
        { id: "b", function: { name: "get_time", arguments: "" } },
        { id: "c", function: { name: "get_time", arguments: "{}" } },
      ],
    });
  });

  it("keep texts in parts, and refusals", async () => {
    expect(
      await read(
        { messages: [user] },
        {
          outputs: [
            chunk({ content: [{ type: "thinking", thinking: [] }] }),
            chunk({ content: "Sun" }),
            chunk({ content: [{ type: "text", text: "ny." }] }),
            chunk({}, "stop"),
          ],
        },
      ),
    ).toEqual({ role: "assistant", content: "Sunny." });
    expect(
      await read(
        { messages: [user] },
        { outputs: [chunk({ content: "Well." }), chunk({ refusal: "No." }), chunk({}, "stop")] },
      ),
    ).toBe("refusal");
  });
});
