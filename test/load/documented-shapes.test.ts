import { describe, expect, it } from "vitest";
import { withoutHistoryWeights } from "./comparable.js";
import { convertRuns } from "./fixtures.js";

// Shapes that are documented and could not be captured: what comes in by OpenTelemetry, and Gemini's wrapper.
const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools = [{ type: "function", function: { name: "get_weather", description: "Get weather", parameters } }];
const call = { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } };
const conversation = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather?" },
  { role: "assistant", content: null, tool_calls: [call] },
  { role: "tool", content: "sunny", tool_call_id: "call_1" },
  { role: "assistant", content: "It is sunny." },
];

async function only(inputs: object, outputs: object, extra: object = {}) {
  const { rows, skips } = await convertRuns([{ id: "1", run_type: "llm", status: "success", inputs, outputs, extra }]);
  const [row] = rows;
  return JSON.parse(JSON.stringify(row ? withoutHistoryWeights(row) : skips[0])) as unknown;
}

describe("OpenTelemetry", () => {
  it("with the parts of the semantic conventions", async () => {
    const inputs = {
      messages: [
        { role: "system", parts: [{ type: "text", content: "Be brief." }] },
        { role: "user", parts: [{ type: "text", content: "Weather?" }] },
        {
          role: "assistant",
          parts: [{ type: "tool_call", id: "call_1", name: "get_weather", arguments: { city: "Paris" } }],
        },
        { role: "tool", parts: [{ type: "tool_call_response", id: "call_1", response: "sunny" }] },
      ],
    };
    const outputs = {
      messages: [
        {
          role: "assistant",
          parts: [
            { type: "reasoning", content: "hmm" },
            { type: "text", content: "It is sunny." },
          ],
          finish_reason: "stop",
        },
      ],
    };
    expect(await only(inputs, outputs, { invocation_params: { tools } })).toEqual({ messages: conversation, tools });
  });

  it("with flat calls, functions in place of tools, and a tool's answer among the outputs", async () => {
    const flat = { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' };
    const inputs = {
      messages: [conversation[0], conversation[1], { role: "assistant", content: "", tool_calls: [flat] }],
    };
    const outputs = {
      messages: [conversation[3], { role: "assistant", content: "It is sunny.", finish_reason: "stop" }],
    };
    const functions = [{ name: "get_weather", description: "Get weather", parameters: JSON.stringify(parameters) }];
    expect(await only(inputs, outputs, { invocation_params: { functions } })).toEqual({
      messages: conversation,
      tools,
    });
  });

  it("with the wrappers of OpenInference", async () => {
    const wrap = (message: object) => ({ message });
    const inputs = {
      messages: [
        wrap(conversation[0]!),
        wrap({ role: "user", contents: [{ message_content: { type: "text", text: "Weather?" } }] }),
      ],
    };
    const outputs = {
      messages: [wrap({ role: "assistant", tool_calls: [{ tool_call: { id: "call_1", function: call.function } }] })],
    };
    expect(await only(inputs, outputs)).toEqual({ messages: conversation.slice(0, 3) });
  });

  it("cut off at the token limit", async () => {
    expect(
      await only(
        { messages: conversation.slice(0, 2) },
        { messages: [{ role: "assistant", content: "It", finish_reason: "length" }] },
      ),
    ).toMatchObject({ code: "truncated" });
  });
});

describe("Gemini's wrapper", () => {
  const inputs = {
    model: "gemini-2.5-pro",
    messages: [{ role: "user", content: "Weather?" }],
    config: {
      tools: [
        { functionDeclarations: [{ name: "get_weather", description: "Get weather", parameters }] },
        { googleSearch: {} },
      ],
    },
  };

  it("leaves thoughts out and takes tools from the config", async () => {
    const outputs = {
      role: "assistant",
      content: [
        { type: "text", text: "hmm", thought: true },
        { type: "text", text: "Sunny." },
      ],
      finish_reason: "STOP",
    };
    expect(await only(inputs, outputs)).toEqual({
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: "Sunny." },
      ],
      tools,
    });
  });

  it.each<[string, object]>([
    ["a text", { systemInstruction: "Be brief." }],
    ["parts", { system_instruction: [{ text: "Be brief." }] }],
    ["a turn", { systemInstruction: { role: "user", parts: [{ text: "Be brief." }] } }],
  ])("takes the system text from the config: %s", async (_name, config) => {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather?" },
      { role: "assistant", content: "Sunny." },
    ];
    expect(
      await only(
        { messages: inputs.messages, config },
        { role: "assistant", content: "Sunny.", finish_reason: "STOP" },
      ),
    ).toEqual({ messages });
  });

  it("is skipped where it calls a tool: the wrapper records no ids, and none is made up", async () => {
    const outputs = { role: "assistant", content: "", tool_calls: [{ type: "function", function: call.function }] };
    expect(await only(inputs, outputs)).toMatchObject({
      code: "invalid-tool-call",
      path: "outputs.tool_calls[0].function",
    });
  });

  it("is skipped where it was cut off", async () => {
    expect(await only(inputs, { role: "assistant", content: "It", finish_reason: "MAX_TOKENS" })).toMatchObject({
      code: "truncated",
    });
  });
});

describe("tools of every dialect", () => {
  const inputs = { messages: [{ role: "user", content: "Weather?" }] };
  const outputs = { choices: [{ message: { role: "assistant", content: "Sunny." } }] };
  const bare = { name: "get_weather", description: "Get weather" };

  it.each<[string, unknown]>([
    ["OpenAI chat", tools],
    ["OpenAI Responses", [{ type: "function", ...bare, parameters, strict: null }, { type: "web_search" }]],
    [
      "Anthropic",
      [
        { ...bare, input_schema: parameters },
        { type: "web_search_20250305", name: "web_search" },
      ],
    ],
    ["Bedrock", [{ toolSpec: { ...bare, inputSchema: { json: parameters } } }]],
    [
      "the AI SDK",
      [
        {
          type: "function",
          ...bare,
          inputSchema: { ...parameters, $schema: "http://json-schema.org/draft-07/schema#" },
        },
        { type: "provider", id: "openai.web_search", name: "web_search", args: {} },
      ],
    ],
    ["JSON text", [JSON.stringify(tools[0])]],
    ["an object by name", { get_weather: { description: "Get weather", parameters } }],
  ])("%s", async (_name, given) => {
    expect(await only({ ...inputs, tools: given }, outputs)).toMatchObject({ tools });
    expect(await only(inputs, outputs, { invocation_params: { tools: given } })).toMatchObject({ tools });
  });

  it.each<[string, unknown]>([
    ["names alone", ["get_weather"]],
    ["a custom tool", [{ type: "custom", name: "shell", format: { type: "text" } }]],
    ["a dumped zod schema", [{ type: "function", function: { ...bare, parameters: { _def: {} } } }]],
    ["a serialized object", [{ lc: 1, type: "not_implemented", id: ["x"] }]],
    ["a number", 5],
  ])("%s are a reason to leave the run out", async (_name, given) => {
    expect(await only({ ...inputs, tools: given }, outputs)).toMatchObject({ code: "invalid-tool" });
  });

  it("that the provider runs are a reason only where they are called", async () => {
    const called = {
      choices: [
        {
          message: {
            role: "assistant",
            content: null,
            tool_calls: [{ ...call, function: { name: "bash", arguments: "{}" } }],
          },
        },
      ],
    };
    const given = [{ type: "bash_20250124", name: "bash" }];
    expect(await only({ ...inputs, tools: given }, called)).toMatchObject({ code: "invalid-tool" });
    expect(await only({ ...inputs, tools: given }, outputs)).toEqual({
      messages: [inputs.messages[0], { role: "assistant", content: "Sunny." }],
    });
  });
});

describe("calls that the tracer glued together", () => {
  const glued = (name: string, text: string, names: string[]) =>
    only(
      {
        messages: [{ role: "user", content: "Weather?" }],
        tools: names.map((each) => ({ type: "function", function: { name: each } })),
      },
      {
        object: "chat.completion.chunk",
        choices: [
          {
            finish_reason: "tool_calls",
            message: {
              role: "assistant",
              content: "",
              tool_calls: [{ id: "c", type: "function", function: { name, arguments: text } }],
            },
          },
        ],
      },
    );

  it("are parted where there is one way", async () => {
    expect(await glued("get_weatherget_time", '{"a":"}{"}{"b":2}', ["get_weather", "get_time"])).toMatchObject({
      messages: [
        {},
        {
          tool_calls: [
            { id: "c", function: { name: "get_weather", arguments: '{"a":"}{"}' } },
            { id: "c-2", function: { name: "get_time", arguments: '{"b":2}' } },
          ],
        },
      ],
    });
  });

  it.each([
    ["aaa", "{}{}", ["a", "aa"]],
    ["get_weatherget_weather", "{}", ["get_weather"]],
    ["get_weatherget_weather", "{}{}", []],
    ["get_weatherget_weather", "{}{}{}", ["get_weather"]],
    [`${"a".repeat(400)}b`, "{}{}", ["a", "aa", "aaa"]],
  ])("%s with %s are refused", async (name, text, names) => {
    expect(await glued(name, text, names)).toMatchObject({ code: "glued-tool-calls" });
  });

  it("are left alone where they are sound", async () => {
    expect(await glued("get_weather", '{"a":{"b":1}}', ["get_weather"])).toMatchObject({
      messages: [{}, { tool_calls: [{ id: "c" }] }],
    });
  });
});

it("the first choice is the one with the first index", async () => {
  const choices = [1, 0].map((index) => ({
    index,
    finish_reason: "stop",
    message: { role: "assistant", content: `Answer ${index}.` },
  }));
  const user = { role: "user", content: "Weather?" };
  expect(await only({ messages: [user] }, { choices })).toEqual({
    messages: [user, { role: "assistant", content: "Answer 0." }],
  });
});

describe("Responses of OpenAI", () => {
  const sunny = {
    object: "response",
    status: "completed",
    output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Sunny." }] }],
  };
  const user = { role: "user", content: "Weather?" };

  it("are skipped where a part of the prompt is compacted, and read where the answer brings a compaction along", async () => {
    expect(
      await only({ input: [{ type: "compaction", id: "cmp_1", encrypted_content: "x" }, user] }, sunny),
    ).toMatchObject({ code: "missing-history", path: "inputs.input[0]" });
    expect(
      await only(
        { input: [user] },
        { ...sunny, output: [...sunny.output, { type: "compaction", id: "cmp_1", encrypted_content: "x" }] },
      ),
    ).toEqual({ messages: [user, { role: "assistant", content: "Sunny." }] });
  });

  it("are skipped where tools have a namespace", async () => {
    expect(await only({ input: [user], tools: [{ type: "namespace", name: "crm", tools: [] }] }, sunny)).toMatchObject({
      code: "invalid-tool",
    });
  });

  it("take the history for missing by the response's own fields in the metadata, not by the caller's", async () => {
    expect(
      await only({ input: [user] }, sunny, { metadata: { previous_response_id: "mine", conversation: "mine" } }),
    ).toMatchObject({ messages: [user, {}] });
    for (const stored of [
      { previous_response_id: "resp_1" },
      { conversation: { id: "conv_1" } },
      { prompt: { id: "pmpt_1" } },
    ]) {
      expect(await only({ input: [user] }, sunny, { metadata: { object: "response", ...stored } })).toMatchObject({
        code: "missing-history",
      });
    }
  });
});

describe("the AI SDK", () => {
  const outputs = { role: "assistant", content: "Sunny.", finishReason: "stop" };
  const result = (output: object) => ({
    messages: [
      { role: "user", content: "a" },
      { role: "assistant", content: [{ type: "tool-call", toolCallId: "call_1", toolName: "get_weather", input: {} }] },
      { role: "tool", content: [{ type: "tool-result", toolCallId: "call_1", toolName: "get_weather", output }] },
    ],
  });
  const contentOf = async (name: string, output: object, inputs: object = {}) => {
    const { rows, skips } = await convertRuns([
      { id: "1", name, run_type: "llm", inputs: { ...result(output), ...inputs }, outputs },
    ]);
    return rows[0]?.messages[2]?.content ?? skips[0]?.code;
  };
  const image = { type: "image-data", mediaType: "image/png", data: "AAAA" };

  it("sends parts of a result as JSON to a chat model, as parts to others", async () => {
    const parts = [{ type: "text", text: "see" }, image];
    expect(await contentOf("openai.chat", { type: "content", value: parts })).toBe(JSON.stringify(parts));
    const asParts = [
      { type: "text", text: "see" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
    ];
    for (const name of ["openai.responses", "anthropic.messages"])
      expect(await contentOf(name, { type: "content", value: parts })).toEqual(asParts);
    expect(
      await contentOf("openai.responses", {
        type: "content",
        value: [{ type: "file-data", mediaType: "application/pdf", data: "AAAA" }],
      }),
    ).toBe("unsupported-content");
  });

  it("sends errors of tools to OpenAI under a key from version 7 on", async () => {
    const error = { type: "error-text", value: "no weather" };
    expect(await contentOf("openai.chat", error, { headers: { "user-agent": "ai/6.0.1" } })).toBe("no weather");
    expect(await contentOf("openai.chat", error, { headers: { "user-agent": "ai/7.0.1" } })).toBe(
      '{"error":"no weather"}',
    );
    expect(await contentOf("anthropic.messages", error, { headers: { "user-agent": "ai/7.0.1" } })).toBe("no weather");
  });
});
