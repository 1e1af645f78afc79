import { describe, expect, it } from "vitest";
import { call, calling, read, result, said, system, user, weather } from "./one-run.js";

// Anthropic's messages and some of OpenAI's say `type: "message"`, as the items of the Responses API do.
const block = { type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Oslo" } };
const native = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content: [block],
  stop_reason: "tool_use",
};
const nativeResult = { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: "rain" }] };

describe("a message with a type keeps its calls", () => {
  it.each([
    ["Anthropic's own message in a history", [user, native, nativeResult], [user, calling, result]],
    [
      "text before the call",
      [user, { ...native, content: [{ type: "text", text: "Hm." }, block] }, nativeResult],
      [user, { ...calling, content: "Hm." }, result],
    ],
    [
      "a typed chat message among others",
      [user, calling, result, { type: "message", role: "user", content: "So?" }],
      [user, calling, result, { role: "user", content: "So?" }],
    ],
    ["chat calls in a typed message", [user, { type: "message", ...calling }, result], [user, calling, result]],
    [
      "a typed user message with results",
      [user, native, { type: "message", ...nativeResult }],
      [user, calling, result],
    ],
    [
      "items of the Responses API beside a chat message",
      [
        user,
        { type: "function_call", call_id: "call_1", name: "get_weather", arguments: '{"city":"Oslo"}' },
        { type: "function_call_output", call_id: "call_1", output: "rain" },
      ],
      [user, calling, result],
    ],
  ])("%s", async (_name, messages, expected) => {
    const inputs = { messages, tools: [weather] };
    expect(await read({ inputs, outputs: { message: said } })).toEqual({
      row: { messages: [...expected, said], tools: [weather] },
    });
  });

  it.each([
    ["LangSmith's documented list of messages", { messages: [native] }],
    ["the message itself", native],
    ["under message", { message: native }],
    ["chat calls with a type", { messages: [{ type: "message", ...calling }] }],
  ])("in an answer: %s", async (_name, outputs) => {
    const inputs = { input: [system, user], tools: [weather] };
    expect(await read({ inputs, outputs })).toEqual({ row: { messages: [system, user, calling], tools: [weather] } });
  });

  it("in a legacy call", async () => {
    const legacy = { role: "assistant", content: null, function_call: call.function };
    const inputs = {
      messages: [user, { type: "message", ...legacy }, { role: "function", name: "get_weather", content: "rain" }],
      functions: [weather.function],
    };
    expect(await read({ inputs, outputs: { message: said } })).toMatchObject({
      row: { messages: [user, legacy, {}, said] },
    });
  });
});

describe("bytes that were cut out of a trace are not a picture", () => {
  it.each([
    "data:image/png;base64,[base64_data truncated: 72B]",
    "data:image/png;base64,iVBORw0KGg...[TRUNCATED]...RK5CYII=",
    "data:image/png;base64,",
  ])("%s", async (url) => {
    const content = [
      { type: "text", text: "What?" },
      { type: "image_url", image_url: { url } },
    ];
    expect(await read({ inputs: { messages: [{ role: "user", content }] }, outputs: { message: said } })).toEqual({
      skip: "unsupported-content",
    });
  });

  it("whole bytes are one", async () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
    const messages = [{ role: "user", content: [image] }];
    expect(await read({ inputs: { messages }, outputs: { message: said } })).toEqual({
      row: { messages: [...messages, said] },
    });
  });
});
