import { describe, expect, it } from "vitest";
import { call, calling, parameters, read, result, said, system, user, weather } from "./one-run.js";

// What other programs write, in small: the places are those of the real packages (see docs/load.md).
const anthropicTool = { name: "get_weather", description: "Weather of a city", input_schema: parameters };
const flatTool = { type: "function", name: "get_weather", description: "Weather of a city", parameters };
const answered = { choices: [{ index: 0, finish_reason: "stop", message: said }], object: "chat.completion" };

describe("LiteLLM's callback", () => {
  const of = (call_type: string, inputs: object, outputs: object) => ({
    inputs: { litellm_call_id: "1", call_type, stream: true, ...inputs },
    outputs,
  });

  it.each(["completion", "acompletion", "anthropic_messages"])("%s: tools among the parameters", async (type) => {
    const tools = type === "anthropic_messages" ? [anthropicTool] : [weather];
    const run = of(type, { messages: [system, user, calling, result], model_parameters: { tools } }, answered);
    expect(await read(run)).toEqual({ row: { messages: [system, user, calling, result, said], tools: [weather] } });
  });

  it.each(["responses", "aresponses"])("%s: instructions and items", async (type) => {
    const outputs = {
      object: "response",
      status: "completed",
      output: [{ type: "function_call", call_id: "call_1", name: "get_weather", arguments: '{"city":"Oslo"}' }],
    };
    const parameters_ = { instructions: "Be brief.", tools: [flatTool] };
    const expected = { row: { messages: [system, user, calling], tools: [weather] } };
    expect(await read(of(type, { messages: [user], model_parameters: parameters_ }, outputs))).toEqual(expected);
    const fromAnswer = { ...outputs, instructions: "Be brief." };
    expect(await read(of(type, { messages: [user], model_parameters: { tools: [flatTool] } }, fromAnswer))).toEqual(
      expected,
    );
    const chained = { ...parameters_, previous_response_id: "resp_1" };
    expect(await read(of(type, { messages: [user], model_parameters: chained }, outputs))).toEqual({
      skip: "missing-history",
    });
  });

  it.each([
    ["aembedding", "not-conversation"],
    ["aimage_generation", "not-conversation"],
    ["atranscription", "not-conversation"],
    ["arerank", "not-conversation"],
    ["_arealtime", "not-conversation"],
    ["atext_completion", "text-completion"],
  ])("%s is not a chat", async (type, skip) => {
    expect(await read(of(type, { messages: [user] }, answered))).toEqual({ skip });
  });

  it("a picture whose bytes it cut", async () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,[base64_data truncated: 72B]" } };
    const messages = [{ role: "user", content: [image] }];
    expect(await read(of("acompletion", { messages }, answered))).toEqual({ skip: "unsupported-content" });
  });

  it("settings", async () => {
    const model_parameters = { tools: [weather], parallel_tool_calls: false };
    expect(await read(of("acompletion", { messages: [user], model_parameters }, answered))).toEqual({
      row: { messages: [user, said], tools: [weather], parallel_tool_calls: false },
    });
  });
});

describe("pi", () => {
  const extra = (stop_reason: string) => ({ metadata: { ls_integration: "pi", stop_reason } });
  const answer = (content: unknown[], more: object = {}) => ({ messages: [{ role: "assistant", content, ...more }] });
  const text = answer([{ type: "text", text: "It rains." }]);

  it("over Anthropic: tool messages name their call as Anthropic does", async () => {
    const history = [
      user,
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Oslo" } }],
      },
      { role: "tool", content: "rain", tool_use_id: "call_1", is_error: false },
    ];
    expect(
      await read({ inputs: { messages: history, tools: [anthropicTool] }, outputs: text, extra: extra("stop") }),
    ).toEqual({
      row: { messages: [user, calling, result, said], tools: [weather] },
    });
  });

  it("over the Responses API: two ids in one", async () => {
    const outputs = answer([{ type: "tool_call", id: "call_1|fc_2_0", name: "get_weather", args: { city: "Oslo" } }]);
    expect(await read({ inputs: { messages: [user], tools: [flatTool] }, outputs, extra: extra("toolUse") })).toEqual({
      row: { messages: [user, calling], tools: [weather] },
    });
  });

  it.each([
    ["length", "truncated"],
    ["error", "run-error"],
    ["aborted", "partial-stream"],
  ])("an answer that ended with %s", async (reason, skip) => {
    expect(await read({ inputs: { messages: [user] }, outputs: text, extra: extra(reason) })).toEqual({ skip });
  });

  it("the provider's own word, where pi has none", async () => {
    const outputs = answer([{ type: "text", text: "No." }], { stopReason: "stop", rawStopReason: "refusal" });
    expect(await read({ inputs: { messages: [user] }, outputs, extra: extra("stop") })).toEqual({ skip: "refusal" });
  });
});

describe("Mastra", () => {
  const mastra = (outputs: object, metadata: object) => ({
    inputs: {
      messages: [
        system,
        { role: "user", content: [{ type: "text", text: "Weather in Oslo?", providerOptions: { mastra: {} } }] },
      ],
    },
    outputs: { files: [], reasoning: [], sources: [], warnings: [], ...outputs },
    extra: { metadata: { mastra_span_type: "model_generation", ...metadata } },
  });
  const toolCalls = [{ toolCallId: "call_1", toolName: "get_weather", args: { city: "Oslo" } }];
  const tools = [flatTool];

  it("a text", async () => {
    expect(await read(mastra({ text: "It rains." }, { finishReason: "stop" }))).toEqual({
      row: { messages: [system, user, said] },
    });
  });

  it("a text with tools", async () => {
    expect(
      await read(mastra({ text: "It rains." }, { finishReason: "stop", tools, availableTools: ["get_weather"] })),
    ).toEqual({
      row: { messages: [system, user, said], tools: [weather] },
    });
  });

  it("calls", async () => {
    expect(await read(mastra({ text: "", toolCalls }, { finishReason: "tool-calls", tools }))).toEqual({
      row: { messages: [system, user, { ...calling, tool_calls: [call] }], tools: [weather] },
    });
  });

  it.each([
    ["a whole loop", { text: "It rains.", toolCalls }, { finishReason: "stop", tools }, "unknown-shape"],
    ["results of tools", { text: "It rains.", toolResults: [{}] }, { finishReason: "stop", tools }, "unknown-shape"],
    [
      "the names of tools alone",
      { text: "It rains." },
      { finishReason: "stop", availableTools: ["f"] },
      "missing-tools",
    ],
    ["a cut answer", { text: "It" }, { finishReason: "length" }, "truncated"],
    ["nothing", { text: "" }, { finishReason: "stop" }, "no-answer"],
  ])("%s", async (_name, outputs, metadata, skip) => {
    expect(await read(mastra(outputs, metadata))).toEqual({ skip });
  });
});

describe("Dify", () => {
  const message = (role: string, content: string, files: unknown[] = []) => ({ role, content, files });
  const inputs = { messages: [message("system", "Be brief."), message("user", "Weather in Oslo?")] };

  it.each([
    [
      "a chat application",
      { outputs: { choices: { role: "ai", content: "It rains.", file_list: [""] } }, tags: ["llm", "chat"] },
    ],
    [
      "a node of a workflow",
      {
        outputs: { text: "It rains.", usage: {}, finish_reason: "stop", file_list: [] },
        extra: { metadata: { node_execution_id: "n" } },
      },
    ],
  ])("%s", async (_name, run) => {
    expect(await read({ inputs, ...run })).toEqual({ row: { messages: [system, user, said] } });
  });

  it.each([
    [
      "a cut node",
      { outputs: { text: "It", finish_reason: "length" }, extra: { metadata: { node_execution_id: "n" } } },
      "truncated",
    ],
    [
      "a workflow's answer",
      { outputs: { choices: { role: "ai", content: "It rains." } }, tags: ["llm", "advanced-chat"] },
      "not-conversation",
    ],
    [
      "a file in the answer",
      { outputs: { choices: { role: "ai", content: "Here.", file_list: ["https://example.com/a.png"] } } },
      "unsupported-content",
    ],
  ])("%s", async (_name, run, skip) => {
    expect(await read({ inputs, ...run })).toEqual({ skip });
  });

  it("a file of the user", async () => {
    const withFile = { messages: [message("user", "What?", [{ type: "image", data: "iVB...[TRUNCATED]...=" }])] };
    expect(await read({ inputs: withFile, outputs: { choices: { role: "ai", content: "A dot." } } })).toEqual({
      skip: "unsupported-content",
    });
  });
});

describe("Google's ADK", () => {
  const adk = (outputs: object, inputs: object = { messages: [system, user] }, params: object = {}) => ({
    inputs,
    outputs: { role: "assistant", ...outputs },
    extra: { metadata: { ls_integration: "google-adk", llm_call_type: "direct_response" }, invocation_params: params },
  });

  it("texts, calls and Gemini's types", async () => {
    expect(await read(adk({ content: "It rains." }))).toEqual({ row: { messages: [system, user, said] } });
    const gemini = { type: "OBJECT", properties: { city: { type: "STRING" } }, required: ["city"] };
    const tools = [{ type: "function", function: { ...weather.function, parameters: gemini } }];
    expect(await read(adk({ content: null, tool_calls: [call] }, undefined, { tools }))).toEqual({
      row: { messages: [system, user, calling], tools: [weather] },
    });
  });

  it.each([
    ["an end that no text has", adk({ content: "It" }), "truncated"],
    ["calls without tools", adk({ content: null, tool_calls: [call] }), "missing-tools"],
    [
      "a picture as the text of a dictionary",
      adk(
        { content: "A dot." },
        { messages: [{ role: "user", content: "What? {'type': 'image', 'data': 'iVB', 'mime_type': 'image/png'}" }] },
      ),
      "unsupported-content",
    ],
    [
      "code as the text of a dictionary",
      adk({ content: "{'type': 'executable_code', 'code': '1+1'}" }),
      "unsupported-content",
    ],
  ])("%s", async (_name, run, skip) => {
    expect(await read(run)).toEqual({ skip });
  });

  it.each(["It rains.", "Really?", '{"city":"Oslo"}', "42", "- one\n- two)", "```\ncode\n```", "はい。", "Done ✅"])(
    "%s ends as a text ends",
    async (content) => {
      expect(await read(adk({ content }))).toEqual({
        row: { messages: [system, user, { role: "assistant", content }] },
      });
    },
  );

  it("a doubtful end can be kept", async () => {
    expect(await read(adk({ content: "Oslo" }), { keepTruncated: true })).toHaveProperty("row");
  });
});

describe("langsmith-go", () => {
  const go = (name: string, content: unknown, metadata: object = {}) => ({
    name,
    inputs: { messages: [user] },
    outputs: { messages: [{ role: "assistant", content }] },
    extra: { metadata: { "gen_ai.operation.name": "chat", "http.url": "https://example.com", ...metadata } },
  });

  it.each([
    ["openai.chat.completion", "It rains.", {}],
    ["anthropic.messages", [{ type: "text", text: "It rains." }], { stop_reason: "end_turn" }],
  ])("%s", async (name, content, metadata) => {
    expect(await read(go(name, content, metadata))).toEqual({ row: { messages: [user, said] } });
  });

  it.each([
    ["openai.chat.completion", "It", {}, "truncated"],
    ["anthropic.messages", [{ type: "text", text: "It rains." }], { stop_reason: "max_tokens" }, "truncated"],
    ["anthropic.messages", [{ type: "text", text: "I can." }], { stop_reason: "refusal" }, "refusal"],
    [
      "anthropic.messages",
      [{ type: "tool_use", id: "1", name: "f", input: {} }],
      { stop_reason: "tool_use" },
      "missing-tools",
    ],
  ])("%s: %j", async (name, content, metadata, skip) => {
    expect(await read(go(name, content, metadata))).toEqual({ skip });
  });
});

describe("Pipecat", () => {
  const pipecat = (content: string, metadata: object = {}, params: object = {}) => ({
    inputs: { messages: [user] },
    outputs: { messages: [{ role: "assistant", content }] },
    extra: {
      metadata: { "gen_ai.operation.name": "chat", "gen_ai.output.type": "text", stream: true, ...metadata },
      invocation_params: params,
    },
  });

  it("a text without tools", async () => {
    expect(await read(pipecat("It rains."))).toEqual({ row: { messages: [user, said] } });
  });

  it.each([
    [
      "tools: whether the answer calls one is not in the run",
      pipecat("It rains.", {}, { tools: JSON.stringify([weather]) }),
      "invalid-tool-call",
    ],
    ["a count of tools", pipecat("It rains.", { tool_count: 2 }), "invalid-tool-call"],
    ["a text without an end", pipecat("It"), "truncated"],
  ])("%s", async (_name, run, skip) => {
    expect(await read(run)).toEqual({ skip });
  });
});

describe("Strands", () => {
  const strands = (messages: unknown[]) => ({
    inputs: { messages },
    outputs: { role: "assistant", content: [{ type: "text", text: "It rains." }], finish_reason: "end_turn" },
    extra: { metadata: { "gen_ai.operation.name": "chat", "gen_ai.event.start_time": "2026-01-01" } },
  });

  it("without tools", async () => {
    expect(await read(strands([system, user]))).toEqual({ row: { messages: [system, user, said] } });
  });

  it("results of parallel calls in one stay wrong, also with the tools supplied", async () => {
    const two = { ...calling, tool_calls: [call, { ...call, id: "call_2" }] };
    const options = { incompleteRuns: { tools: [weather] } };
    expect(await read(strands([user, two, { ...result, content: "rain\nsun" }]), options)).toEqual({
      skip: "unknown-shape",
    });
    expect(await read(strands([user, calling, result]), options)).toEqual({
      row: { messages: [user, calling, result, said], tools: [weather] },
    });
  });
});

describe("the AI SDK's own spans", () => {
  const prompt = [system, { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] }];
  const aiCall = { toolCallId: "call_1", toolName: "get_weather", input: '{"city":"Oslo"}' };
  const span = (operation: string, attributes: object) => ({
    name: operation,
    inputs: { input: prompt },
    outputs: { output: "not used" },
    extra: {
      metadata: {
        "ai.operationId": operation,
        "ai.model.provider": "openai.chat",
        "ai.model.id": "gpt-4o-mini",
        "ai.prompt.messages": JSON.stringify(prompt),
        ...attributes,
      },
    },
  });
  const tools = {
    "ai.prompt.tools": [
      JSON.stringify({
        type: "function",
        name: "get_weather",
        description: "Weather of a city",
        inputSchema: parameters,
      }),
    ],
  };

  it("a text and a call: both are the answer", async () => {
    const attributes = {
      ...tools,
      "ai.response.text": "Let me look.",
      "ai.response.toolCalls": JSON.stringify([aiCall]),
      "ai.response.finishReason": "tool-calls",
    };
    expect(await read(span("ai.generateText.doGenerate", attributes))).toEqual({
      row: { messages: [system, user, { ...calling, content: "Let me look." }], tools: [weather] },
    });
  });

  it.each([
    ["ai.streamText.doStream", { "ai.response.text": "It rains.", "ai.response.finishReason": "stop" }, "It rains."],
    [
      "ai.generateObject.doGenerate",
      { "ai.response.object": '{"city":"Oslo"}', "ai.response.finishReason": "stop" },
      '{"city":"Oslo"}',
    ],
  ])("%s", async (operation, attributes, content) => {
    expect(await read(span(operation, attributes))).toEqual({
      row: { messages: [system, user, { role: "assistant", content }] },
    });
  });

  it.each([
    ["a stream without an end", "ai.streamText.doStream", { "ai.response.text": "It rains." }, "partial-stream"],
    [
      "a cut answer",
      "ai.generateText.doGenerate",
      { "ai.response.text": "It", "ai.response.finishReason": "length" },
      "truncated",
    ],
    [
      "an object that the package asked for by a tool of its own",
      "ai.generateObject.doGenerate",
      {
        "ai.model.provider": "anthropic.messages",
        "ai.model.id": "claude-3-5-sonnet",
        "ai.response.object": "{}",
        "ai.response.finishReason": "stop",
      },
      "unknown-shape",
    ],
  ])("%s", async (_name, operation, attributes, skip) => {
    expect(await read(span(operation, attributes))).toEqual({ skip });
  });
});

describe("OpenInference's spans of OpenAI in JavaScript", () => {
  const wrapped = (message: object) => ({ message });
  const toolCall = (id: string, name: string, text: string) => ({
    tool_call: { id, function: { name, arguments: text } },
  });
  const span = (messages: object[], name = "OpenAI Chat Completions") => ({
    name,
    inputs: { messages: [wrapped(user)] },
    outputs: { messages },
    extra: { metadata: { "openinference.span.kind": "LLM" }, invocation_params: { tools: [weather] } },
  });

  it("parts calls of a stream that were glued together, with their ids", async () => {
    const glued = toolCall("call_1call_2", "get_weatherget_weather", '{"city":"Oslo"}{"city":"Rome"}');
    expect(await read(span([wrapped({ role: "assistant", tool_calls: [glued] })]))).toMatchObject({
      row: {
        messages: [
          user,
          {
            tool_calls: [
              { id: "call_1" },
              { id: "call_2", function: { name: "get_weather", arguments: '{"city":"Rome"}' } },
            ],
          },
        ],
      },
    });
  });

  it("refuses what can be parted in two ways", async () => {
    const glued = toolCall("call_1", "unknownunknown", '{"a":1}{"b":2}');
    expect(await read(span([wrapped({ role: "assistant", tool_calls: [glued] })]))).toEqual({
      skip: "glued-tool-calls",
    });
  });

  it("joins the items of one response", async () => {
    const items = [
      wrapped({ role: "assistant", contents: [{ message_content: { type: "output_text", text: "Let me look." } }] }),
      wrapped({ role: "assistant", tool_calls: [toolCall("call_1", "get_weather", '{"city":"Oslo"}')] }),
    ];
    expect(await read(span(items, "OpenAI Responses"))).toEqual({
      row: { messages: [user, { ...calling, content: "Let me look." }], tools: [weather] },
    });
    expect(await read(span([wrapped(said), wrapped(said)]))).toEqual({ skip: "unknown-shape" });
  });
});

describe("OpenLLMetry", () => {
  const gemini = (content: string) => ({
    inputs: { messages: [{ role: "user", parts: [{ type: "text", content: "Weather in Oslo?" }] }] },
    outputs: { messages: [{ role: "assistant", parts: [{ type: "text", content }], finish_reason: "stop" }] },
    extra: { metadata: { "gen_ai.provider.name": "gcp.gen_ai", "gen_ai.operation.name": "generate_content" } },
  });

  it("refuses the last piece of a stream of Gemini's client", async () => {
    for (const piece of ["ins in Oslo.", ", I think.", " today."])
      expect(await read(gemini(piece))).toEqual({ skip: "partial-stream" });
    expect(await read(gemini("It rains."))).toEqual({ row: { messages: [user, said] } });
  });

  it("refuses the input of a Responses request as one text", async () => {
    const inputs = { messages: [{ role: "user", parts: [{ type: "text", content: JSON.stringify([system, user]) }] }] };
    expect(await read({ ...gemini("It rains."), inputs })).toEqual({ skip: "unknown-shape" });
  });
});
