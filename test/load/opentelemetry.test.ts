import { sourceOf } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { withoutHistoryWeights } from "./comparable.js";
import { convertRuns } from "./fixtures.js";

// Spans as LangSmith's documentation maps them to runs, and as the writers of the attributes fill
// them: https://docs.langchain.com/langsmith/trace-with-opentelemetry. Not seen from a server.
type Loose = Record<string, unknown>;

const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools = [{ type: "function", function: { name: "get_weather", description: "Get weather", parameters } }];
const call = { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } };
const system = { role: "system", content: "Be brief." };
const user = { role: "user", content: "Weather?" };
const calling = { role: "assistant", content: null, tool_calls: [call] };
const told = { role: "tool", tool_call_id: "call_1", content: "sunny" };
const sunny = { role: "assistant", content: "Sunny." };
const pixel = "iVBORw0KGgo=";
const image = { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } };

async function read(inputs: Loose, outputs: Loose, extra: Loose = {}) {
  const { rows, skips } = await convertRuns([
    { id: "1", name: "chat", run_type: "llm", status: "success", inputs, outputs, extra },
  ]);
  return {
    row: rows[0] && (JSON.parse(JSON.stringify(withoutHistoryWeights(rows[0]))) as Loose),
    skip: skips[0]?.code,
    source: rows[0] && sourceOf(rows[0]),
  };
}

const part = (content: string) => ({ type: "text", content });

describe("numbered attributes", () => {
  it("gen_ai.prompt.{n} and gen_ai.completion.{n}", async () => {
    const extra = { invocation_params: { model: "gpt-4o-mini", temperature: 0 }, metadata: { ls_provider: "openai" } };
    const { row, source } = await read({ messages: [system, user] }, { messages: [sunny] }, extra);
    expect(row).toEqual({ messages: [system, user, sunny] });
    expect(source).toMatchObject({ model: "gpt-4o-mini", provider: "openai" });
  });

  it("with the end of the answer, flat calls and functions", async () => {
    const flat = { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' };
    const functions = [{ name: "get_weather", description: "Get weather", parameters: JSON.stringify(parameters) }];
    const { row, source } = await read(
      { messages: [user] },
      { messages: [{ role: "assistant", finish_reason: "tool_calls", tool_calls: [flat] }] },
      { invocation_params: { functions } },
    );
    expect(row).toEqual({ messages: [user, calling], tools });
    expect(source?.finishReason).toBe("tool_calls");
  });

  it("a call without an id is refused", async () => {
    const nameless = { name: "get_weather", arguments: "{}" };
    expect(
      (
        await read(
          { messages: [user] },
          { messages: [{ role: "assistant", finish_reason: "tool_calls", tool_calls: [nameless] }] },
        )
      ).skip,
    ).toBe("invalid-tool-call");
  });

  it("a user message that is the JSON text of parts is refused, other JSON is text", async () => {
    const given = async (content: unknown) =>
      read(
        { messages: [{ role: "user", content: JSON.stringify(content) }] },
        { messages: [{ ...sunny, finish_reason: "stop" }] },
      );
    expect((await given([{ type: "text", text: "what" }, image])).skip).toBe("unknown-shape");
    expect((await given([{ type: "city", name: "Paris" }])).row).toMatchObject({
      messages: [{ content: '[{"type":"city","name":"Paris"}]' }, sunny],
    });
  });

  it("several completions are choices", async () => {
    const choice = (content: string) => ({ role: "assistant", content, finish_reason: "stop" });
    const { row, source } = await read({ messages: [user] }, { messages: [choice("Sunny."), choice("Rain.")] });
    expect(row).toEqual({ messages: [user, sunny] });
    expect(source?.alternatives).toEqual([{ role: "assistant", content: "Rain." }]);
  });

  it("several completions without an end are refused: choices or an earlier answer", async () => {
    expect((await read({ messages: [user] }, { messages: [sunny, { ...sunny, content: "Rain." }] })).skip).toBe(
      "unknown-shape",
    );
  });
});

describe("gen_ai.input.messages and gen_ai.output.messages", () => {
  const answer = { messages: [{ role: "assistant", parts: [part("Sunny.")], finish_reason: "stop" }] };

  it("with a turn of calls, their results and a thought", async () => {
    const inputs = {
      messages: [
        { role: "system", parts: [part("Be brief.")] },
        { role: "user", parts: [part("Weather?")] },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", content: "hmm" },
            part("Looking."),
            { type: "tool_call", id: "call_1", name: "get_weather", arguments: { city: "Paris" } },
          ],
        },
        { role: "tool", parts: [{ type: "tool_call_response", id: "call_1", response: { sky: "sunny" } }] },
      ],
    };
    expect((await read(inputs, answer, { invocation_params: { tools } })).row).toEqual({
      messages: [system, user, { ...calling, content: "Looking." }, { ...told, content: '{"sky":"sunny"}' }, sunny],
      tools,
    });
  });

  it("with images as bytes and by address", async () => {
    const parts = [
      part("what"),
      { type: "blob", modality: "image", mime_type: "image/png", content: pixel },
      { type: "uri", modality: "image", mime_type: "image/png", uri: "https://example.com/a.png" },
      { type: "uri", modality: "image", uri: "https://example.com/b" },
    ];
    const address = (url: string) => ({ type: "image_url", image_url: { url } });
    expect((await read({ messages: [{ role: "user", parts }] }, answer)).row).toEqual({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what" },
            image,
            address("https://example.com/a.png"),
            address("https://example.com/b"),
          ],
        },
        sunny,
      ],
    });
  });

  it.each<[string, Loose]>([
    ["sound", { type: "blob", modality: "audio", mime_type: "audio/wav", content: "AAAA" }],
    ["a film by address", { type: "uri", modality: "video", uri: "https://example.com/a.mp4" }],
    ["a file by its id", { type: "file", modality: "image", file_id: "file-1" }],
    ["an unknown part", { type: "own", content: "x" }],
  ])("%s is refused", async (_name, given) => {
    expect((await read({ messages: [{ role: "user", parts: [part("what"), given] }] }, answer)).skip).toBe(
      "unsupported-content",
    );
  });

  it.each([
    ["length", "truncated"],
    ["content_filter", "filtered"],
    ["error", "run-error"],
  ])("an answer that ended by %s is left out", async (finish_reason, code) => {
    expect(
      (await read({ messages: [user] }, { messages: [{ role: "assistant", parts: [part("Sun")], finish_reason }] }))
        .skip,
    ).toBe(code);
  });

  it("as a text that the server did not read is refused", async () => {
    expect((await read({ messages: JSON.stringify([user]) }, answer)).skip).toBe("invalid-message");
  });
});

describe("OpenInference", () => {
  const wrapped = (message: Loose) => ({ message });

  it("llm.input_messages and llm.output_messages", async () => {
    const inputs = {
      messages: [
        wrapped(system),
        wrapped({
          role: "user",
          contents: [
            { message_content: { type: "text", text: "what" } },
            { message_content: { type: "image", image: { image: { url: image.image_url.url } } } },
          ],
        }),
        wrapped({ role: "assistant", tool_calls: [{ tool_call: { id: "call_1", function: call.function } }] }),
        wrapped(told),
      ],
    };
    const { row } = await read(
      inputs,
      { messages: [wrapped(sunny)] },
      { invocation_params: { model: "gpt-4o-mini", tools } },
    );
    expect(row).toEqual({
      messages: [system, { role: "user", content: [{ type: "text", text: "what" }, image] }, calling, told, sunny],
      tools,
    });
  });

  it("input.value and output.value: the request and the response", async () => {
    expect(
      (
        await read(
          { messages: [system, user], model: "gpt-4o-mini", tools },
          { id: "chatcmpl-1", choices: [{ index: 0, finish_reason: "tool_calls", message: calling }] },
        )
      ).row,
    ).toEqual({ messages: [system, user, calling], tools });
  });

  it("values that are one text are not a chat", async () => {
    expect((await read({ input: "Weather?" }, { output: "Sunny." })).skip).toBe("text-completion");
  });
});

describe("events of messages", () => {
  it("a choice with its message", async () => {
    expect(
      (
        await read(
          { messages: [system, user] },
          { index: 0, finish_reason: "tool_calls", message: calling },
          { invocation_params: { tools } },
        )
      ).row,
    ).toEqual({ messages: [system, user, calling], tools });
    expect((await read({ messages: [user] }, { finish_reason: "length", message: sunny })).skip).toBe("truncated");
  });

  it("a choice beside earlier messages of the outputs is refused", async () => {
    expect(
      (await read({ messages: [user] }, { messages: [calling, told], finish_reason: "stop", message: sunny })).skip,
    ).toBe("unknown-shape");
  });

  it("calls and results among the outputs, where one turn has them", async () => {
    expect(
      (await read({ messages: [system, user] }, { messages: [calling, told, { ...sunny, finish_reason: "stop" }] }))
        .row,
    ).toEqual({ messages: [system, user, calling, told, sunny] });
  });

  it("earlier answers among the outputs are refused: where they stood is lost", async () => {
    const { skip } = await read(
      { messages: [user, { role: "user", content: "And Rome?" }] },
      { messages: [sunny, { role: "assistant", content: "Rain.", finish_reason: "stop" }] },
    );
    expect(skip).toBe("unknown-shape");
    expect(
      (
        await read(
          { messages: [user, { role: "user", content: "And Rome?" }] },
          { messages: [calling, told, { ...sunny, finish_reason: "stop" }] },
        )
      ).skip,
    ).toBe("unknown-shape");
  });
});

describe("attributes that the documentation maps to no field", () => {
  const inputs = { messages: [{ role: "user", parts: [part("Weather?")] }] };
  const outputs = { messages: [{ role: "assistant", parts: [part("Sunny.")] }] };
  const instructions = [part("Be brief.")];

  it.each<[string, Loose, Loose]>([
    ["the metadata, as text", {}, { metadata: { "gen_ai.system_instructions": JSON.stringify(instructions) } }],
    ["the parameters", {}, { invocation_params: { system_instructions: instructions } }],
    ["the inputs, as plain text", { system_instructions: "Be brief." }, {}],
  ])("system instructions in %s", async (_name, more, extra) => {
    expect((await read({ ...inputs, ...more }, outputs, extra)).row).toEqual({ messages: [system, user, sunny] });
  });

  it("system instructions that the messages begin with come once, others beside them are refused", async () => {
    const given = async (text: string) =>
      read({ messages: [system, ...inputs.messages] }, outputs, {
        metadata: { "gen_ai.system_instructions": [part(text)] },
      });
    expect((await given("Be brief.")).row).toEqual({ messages: [system, user, sunny] });
    expect((await given("Be kind.")).skip).toBe("unknown-shape");
  });

  it("tools", async () => {
    const flat = [{ type: "function", name: "get_weather", description: "Get weather", parameters }];
    expect(
      (await read(inputs, outputs, { metadata: { "gen_ai.tool.definitions": JSON.stringify(flat) } })).row,
    ).toEqual({ messages: [user, sunny], tools });
    expect((await read(inputs, outputs, { invocation_params: { tool_definitions: flat } })).row).toEqual({
      messages: [user, sunny],
      tools,
    });
  });

  it.each<[string, unknown]>([
    ["gen_ai.response.finish_reasons", ["length"]],
    ["gen_ai.response.finish_reasons", '["length"]'],
    ["llm.finish_reason", "max_tokens"],
  ])("the end by %s as %j", async (name, value) => {
    expect((await read(inputs, outputs, { metadata: { [name]: value } })).skip).toBe("truncated");
    expect((await read({ messages: [user] }, { messages: [sunny] }, { metadata: { [name]: value } })).skip).toBe(
      "truncated",
    );
  });
});

it("TraceLoop's value of an entity is an envelope of its own and is left out", async () => {
  expect(
    (
      await read(
        { inputs: { messages: [user] }, tags: [], metadata: {}, kwargs: {} },
        { outputs: { choices: [{ message: sunny }] } },
      )
    ).skip,
  ).toBe("unknown-shape");
});
