import { describe, expect, it } from "vitest";
import { call, calling, parameters, read, result, said, system, user, weather } from "./one-run.js";

// A writer that is not known has names of its own. What stands under them is read or refused, never lost.
const answered = { choices: [{ index: 0, finish_reason: "stop", message: said }], object: "chat.completion" };
const tools = [weather];

describe("messages", () => {
  it("camel case, as Mistral's client for JavaScript has it", async () => {
    const { id, function: called } = call;
    const messages = [
      user,
      { role: "assistant", content: "", toolCalls: [{ id, function: called, index: 0 }] },
      { role: "tool", content: "rain", toolCallId: id, name: "get_weather" },
    ];
    const outputs = { choices: [{ index: 0, finishReason: "stop", message: said }] };
    expect(await read({ inputs: { messages, tools }, outputs })).toEqual({
      row: { messages: [user, calling, result, said], tools },
    });
  });

  it.each([
    ["files beside the text", { ...user, attachments: [{ url: "https://example.com/a.pdf" }] }],
    ["pictures beside the text", { ...user, image_urls: ["https://example.com/a.png"] }],
    ["calls under a name that is not known", { role: "assistant", content: "Looking.", tool_uses: [call] }],
    ["a text in place of the content", { role: "assistant", text: "It rains." }],
    ["no content at all", { role: "system" }],
    ["a result under a name that is not known", { role: "tool", tool_call_id: "call_1", body: "rain" }],
    ["LangChain's, cut", { type: "ai", additional_kwargs: {} }],
    ["an item of the Responses API, cut", { type: "message", role: "assistant" }],
  ])("%s", async (_name, message) => {
    const messages = [user, message, user];
    expect(await read({ inputs: { messages, tools }, outputs: answered })).toHaveProperty("skip");
  });

  it.each([
    ["OpenAI's", { id: "call_1", type: "function", function: { name: "get_weather", params: { city: "Oslo" } } }],
    ["flat", { id: "call_1", name: "get_weather", payload: { city: "Oslo" } }],
  ])("arguments under a name that is not known: %s", async (_name, each) => {
    const message = { role: "assistant", content: null, tool_calls: [each] };
    const outputs = { choices: [{ index: 0, finish_reason: "tool_calls", message }] };
    expect(await read({ inputs: { messages: [user], tools }, outputs })).toEqual({ skip: "invalid-tool-call" });
  });

  it("a text with calls beside it, as a function returned them", async () => {
    const outputs = { content: "Looking.", tool_calls: [call] };
    expect(await read({ inputs: { messages: [user], tools }, outputs })).toEqual({
      row: { messages: [user, { ...calling, content: "Looking." }], tools },
    });
    const other = { content: "Looking.", actions: [{ tool: "get_weather" }] };
    expect(await read({ inputs: { messages: [user], tools }, outputs: other })).toEqual({ skip: "unknown-shape" });
  });
});

describe("tools", () => {
  it.each([
    ["a function without its own object", { type: "function", fn: { name: "get_weather", parameters } }],
    ["a schema without a name", { type: "tool", title: "get_weather", parameters }],
    ["a description of another name", { name: "get_weather", desc: "Weather of a city", parameters }],
    ["a table of parameters in place of a schema", { name: "get_weather", parameters: { city: { type: "string" } } }],
  ])("%s", async (_name, tool) => {
    expect(await read({ inputs: { messages: [user], tools: [tool] }, outputs: answered })).toEqual({
      skip: "invalid-tool",
    });
  });

  it.each(["available_tools", "toolDefinitions", "tool_schemas", "bound_functions"])(
    "under %s they are lost, not none",
    async (name) => {
      const inputs = { messages: [user], [name]: tools };
      expect(await read({ inputs, outputs: answered })).toEqual({ skip: "missing-tools" });
    },
  );

  it("a span's count of them", async () => {
    const extra = { metadata: { "gen_ai.operation.name": "chat", "acme.tools.count": 2 } };
    const inputs = { messages: [user] };
    expect(await read({ inputs, outputs: answered, extra })).toEqual({ skip: "missing-tools" });
  });
});

describe("beside the messages", () => {
  it.each([
    ["a preamble", { preamble: "Be brief." }],
    ["a context", { context: "It is November." }],
    ["earlier turns", { history: [user, said] }],
    ["documents", { documents: [{ text: "It rains." }] }],
    ["a text among the named arguments", { kwargs: { system_prompt: "Be brief." } }],
  ])("%s", async (_name, beside) => {
    expect(await read({ inputs: { messages: [user], ...beside }, outputs: answered })).toEqual({
      skip: "unknown-shape",
    });
  });

  it("what the messages hold already is no reason, and Gemini's system instruction comes first", async () => {
    const inputs = { messages: [system, user], history: [system], preamble: "Be brief." };
    expect(await read({ inputs, outputs: answered })).toEqual({ row: { messages: [system, user, said] } });
    const gemini = { messages: [user], systemInstruction: "Be brief." };
    expect(await read({ inputs: gemini, outputs: answered })).toEqual({ row: { messages: [system, user, said] } });
  });
});
