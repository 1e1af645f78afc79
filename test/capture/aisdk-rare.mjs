// The AI SDK in the ways that are rare: options that change what is sent, providers that write it
// otherwise, models that somebody wrapped before, replies of an odd form.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createAnthropic as createAnthropic5 } from "@ai-sdk/anthropic-5";
import { createAnthropic as createAnthropic7 } from "@ai-sdk/anthropic-7";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAI as createOpenAI5 } from "@ai-sdk/openai-5";
import { createOpenAI as createOpenAI7 } from "@ai-sdk/openai-7";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { createOpenAICompatible as createOpenAICompatible7 } from "@ai-sdk/openai-compatible-7";
import * as ai from "ai";
import * as ai5 from "ai-5";
import * as ai7 from "ai-7";
import { createLangSmithProviderOptions, LangSmithTelemetry, wrapAISDK } from "langsmith/experimental/vercel";
import { z } from "zod";
import { openSession } from "./session.mjs";

process.on("unhandledRejection", () => undefined);
const { stub, client, capture } = await openSession(import.meta.url, process.argv[2], { wait: 200 });

const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const message = (value, id = "msg_1") => ({
  id,
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: value, annotations: [], logprobs: [] }],
});
const functionCall = ({ id, name, arguments: written }) => ({
  id: `fc_${id}`,
  type: "function_call",
  status: "completed",
  call_id: id,
  name,
  arguments: written,
});
const drain = async (result) => {
  for await (const part of (await result).fullStream) void part;
};
const drainObject = async (result) => {
  for await (const part of (await result).partialObjectStream) void part;
};

// What shows something that the other versions do not.
const KEPT = {
  aisdk5: "completion hosted-stream local-shell strict-option strict-option-responses object-anthropic file-id",
  aisdk6:
    "completion-stream file-id instructions-option instructions-and-system system-removed object-array object-enum object-none object-anthropic-tool object-anthropic-tool-stream output-anthropic-tool anthropic-assistants anthropic-prefill anthropic-systems anthropic-mcp-stream mcp-stream refusal refusal-responses strict-tool compatible-loop compatible-content compatible-name compatible-completion raw-http-responses provider-options own-name-content tool-values tool-preliminary ui-messages two-results reasoning-only cut-call aborted",
  aisdk7:
    "completion content-image-url own-name own-name-image failing-stream refusal-stream hosted-stream strict-tool-responses output-choice",
  "aisdk7-telemetry":
    "completion anthropic-result-then-user anthropic-assistants anthropic-code-stream anthropic-mcp-stream content-image-chat tool-duplicate-id refusal raw-http failing-stream",
};
const kinds = [
  ["aisdk5", ai5, createOpenAI5, createAnthropic5, undefined, "langsmith ai-5 @ai-sdk/openai-5", "wrap"],
  ["aisdk6", ai, createOpenAI, createAnthropic, createOpenAICompatible, "langsmith ai @ai-sdk/openai", "wrap"],
  ["aisdk7", ai7, createOpenAI7, createAnthropic7, createOpenAICompatible7, "langsmith ai-7 @ai-sdk/openai-7", "wrap"],
  [
    "aisdk7-telemetry",
    ai7,
    createOpenAI7,
    createAnthropic7,
    createOpenAICompatible7,
    "langsmith ai-7 @ai-sdk/openai-7",
    "telemetry",
  ],
];
const city = z.object({ city: z.string() });
for (const [name, sdk, factory, anthropicFactory, compatibleFactory, tracer, way] of kinds) {
  const provider = factory({ apiKey: "no-key", baseURL: `${stub.url}/v1` });
  const anthropic = anthropicFactory({ apiKey: "no-key", baseURL: stub.url });
  const compatible = compatibleFactory?.({ name: "foo", apiKey: "no-key", baseURL: `${stub.url}/v1` });
  if (way === "telemetry") ai7.registerTelemetry(LangSmithTelemetry({ client }));
  const wrapped = way === "wrap" ? wrapAISDK(sdk, { client }) : sdk;
  const { generateText, streamText, generateObject, streamObject } = wrapped;
  const steps = sdk.stepCountIs ?? sdk.isStepCount;
  const chat = provider.chat("gpt-4o-mini");
  const responses = provider.responses("gpt-4o-mini");
  const tool = (fields = {}) =>
    sdk.tool({
      description: "Get weather",
      inputSchema: city,
      execute: async ({ city }) => ({ city, sky: "sunny" }),
      ...fields,
    });
  const system = name === "aisdk7" || way === "telemetry" ? "instructions" : "system";
  const common = { model: chat, [system]: "You are a weather bot.", maxRetries: 0 };
  const whole = { openai: { store: false } };
  const loop = { ...common, prompt: "Weather?", tools: { get_weather: tool() }, stopWhen: steps(3) };
  const kept = new Set(KEPT[name].split(" "));
  const each = async (label, ...scenario) =>
    (kept.has(label) || process.env.CAPTURE_ALL) && capture(`${name}-${label}`, tracer, ...scenario);
  const history = (output, extra = {}) => [
    { role: "user", content: "a" },
    {
      role: "assistant",
      content: [{ type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" }, ...extra }],
    },
    { role: "tool", content: [{ type: "tool-result", toolCallId: "c1", toolName: "get_weather", output }] },
  ];

  // Structured output in every mode.
  if (generateObject) {
    const enumReply = { text: '{"result":"sunny"}' };
    await each("object-array", { text: '{"elements":[{"city":"Paris"},{"city":"Rome"}]}' }, () =>
      generateObject({
        ...common,
        prompt: "where?",
        output: "array",
        schema: city,
        schemaName: "cities",
        schemaDescription: "Cities",
      }),
    );
    await each("object-enum", enumReply, () =>
      generateObject({ ...common, prompt: "how?", output: "enum", enum: ["sunny", "rain"] }),
    );
    await each("object-none", { text: '{"a":1}' }, () =>
      generateObject({ ...common, prompt: "JSON?", output: "no-schema" }),
    );
    await each("object-none-responses", { text: '{"a":1}' }, () =>
      generateObject({ ...common, model: responses, prompt: "JSON?", output: "no-schema" }),
    );
    await each("object-array-stream", { text: '{"elements":[{"city":"Paris"}]}' }, () =>
      drainObject(streamObject({ ...common, prompt: "where?", output: "array", schema: city })),
    );
    await each("object-broken", { text: '{"city":' }, () =>
      generateObject({
        ...common,
        prompt: "where?",
        schema: city,
        experimental_repairText: async () => '{"city":"Paris"}',
      }),
    );
    await each("object-wrong", { text: '{"town":1}' }, () =>
      generateObject({ ...common, prompt: "where?", schema: city }),
    );
    await each("object-responses-stream", { text: '{"city":"Paris"}' }, () =>
      drainObject(streamObject({ ...common, model: responses, prompt: "where?", schema: city })),
    );
    await each(
      "object-anthropic",
      { blocks: [{ type: "text", text: '{"city":"Paris"}' }] },
      () => generateObject({ ...common, model: anthropic("claude-sonnet-4-5"), prompt: "where?", schema: city }),
      name === "aisdk5" ? { skip: "unknown-shape" } : undefined,
    );
    await each(
      "object-anthropic-tool",
      { calls: [{ id: "toolu_1", name: "json", arguments: '{"city":"Paris"}' }] },
      () => generateObject({ ...common, model: anthropic("claude-3-5-haiku-latest"), prompt: "where?", schema: city }),
      { skip: "unknown-shape" },
    );
    await each(
      "object-anthropic-tool-stream",
      { calls: [{ id: "toolu_1", name: "json", arguments: '{"city":"Paris"}' }] },
      () =>
        drainObject(
          streamObject({ ...common, model: anthropic("claude-3-5-haiku-latest"), prompt: "where?", schema: city }),
        ),
      { skip: "unknown-shape" },
    );
  }
  const Output = sdk.Output;
  if (sdk !== ai5) {
    await each("output-array", { text: '{"elements":[{"city":"Paris"}]}' }, () =>
      generateText({ ...common, prompt: "where?", output: Output.array({ element: city }) }),
    );
    await each("output-choice", { text: '{"result":"sunny"}' }, () =>
      generateText({ ...common, prompt: "how?", output: Output.choice({ options: ["sunny", "rain"] }) }),
    );
    await each("output-json", { text: '{"a":1}' }, () =>
      drain(streamText({ ...common, prompt: "how?", output: Output.json() })),
    );
    await each("output-tools", [{ calls: [call] }, { text: '{"city":"Paris"}' }], () =>
      generateText({ ...loop, output: Output.object({ schema: city }) }),
    );
    await each(
      "output-anthropic-tool",
      [
        { calls: [{ ...call, id: "toolu_1" }] },
        { calls: [{ id: "toolu_2", name: "json", arguments: '{"city":"Paris"}' }] },
      ],
      () =>
        generateText({ ...loop, model: anthropic("claude-3-5-haiku-latest"), output: Output.object({ schema: city }) }),
      [{ skip: "unknown-shape" }, { skip: "unknown-shape" }],
    );
  }

  // What providers' options change.
  await each("system-removed", text, () =>
    generateText({ ...common, prompt: "hi", providerOptions: { openai: { systemMessageMode: "remove" } } }),
  );
  await each("system-developer", text, () =>
    generateText({ ...common, model: provider.chat("o3-mini"), prompt: "hi" }),
  );
  await each("o1-mini", text, () => generateText({ ...common, model: provider.chat("o1-mini"), prompt: "hi" }));
  await each("strict-option", { calls: [call] }, () =>
    generateText({ ...loop, stopWhen: steps(1), providerOptions: { openai: { strictJsonSchema: true } } }),
  );
  await each("strict-option-responses", { calls: [call] }, () =>
    generateText({
      ...loop,
      model: responses,
      stopWhen: steps(1),
      providerOptions: { openai: { strictJsonSchema: true } },
    }),
  );
  await each("strict-off", { calls: [call] }, () =>
    generateText({
      ...loop,
      stopWhen: steps(1),
      providerOptions: { openai: { strictJsonSchema: false, structuredOutputs: false } },
    }),
  );
  await each("strict-tool", { calls: [call] }, () =>
    generateText({
      ...loop,
      stopWhen: steps(1),
      tools: { get_weather: tool({ strict: true }), b: tool({ strict: false, description: undefined }) },
    }),
  );
  await each("strict-tool-responses", { calls: [call] }, () =>
    generateText({ ...loop, model: responses, stopWhen: steps(1), tools: { get_weather: tool({ strict: true }) } }),
  );
  await each("parallel-off", { calls: [call] }, () =>
    generateText({
      ...loop,
      stopWhen: steps(1),
      toolChoice: "required",
      providerOptions: { openai: { parallelToolCalls: false, user: "u", metadata: { a: "b" } } },
    }),
  );
  await each("instructions-option", text, () =>
    generateText({
      ...common,
      [system]: undefined,
      model: responses,
      prompt: "hi",
      providerOptions: { openai: { instructions: "You are a pirate." } },
    }),
  );
  await each("instructions-and-system", text, () =>
    generateText({
      ...common,
      model: responses,
      prompt: "hi",
      providerOptions: { openai: { instructions: "You are a pirate." } },
    }),
  );
  await each(
    "file-id",
    text,
    () =>
      generateText({
        ...common,
        model: responses,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", image: "file-abc123", mediaType: "image/png" },
              { type: "text", text: "what" },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await each(
    "completion",
    text,
    () => generateText({ ...common, model: provider.completion("gpt-3.5-turbo-instruct"), prompt: "Once" }),
    { skip: "text-completion" },
  );
  await each(
    "completion-stream",
    text,
    () => drain(streamText({ ...common, model: provider.completion("gpt-3.5-turbo-instruct"), prompt: "Once" })),
    { skip: "text-completion" },
  );
  await each("allowed-tools", { calls: [call] }, () =>
    generateText({
      ...loop,
      model: responses,
      stopWhen: steps(1),
      tools: { get_weather: tool(), b: tool() },
      providerOptions: { openai: { allowedTools: { toolNames: ["get_weather"], mode: "auto" } } },
    }),
  );

  // How the tracer is set up.
  if (way === "wrap") {
    await each("provider-options", text, () =>
      generateText({
        ...common,
        prompt: "hi",
        providerOptions: {
          langsmith: createLangSmithProviderOptions({
            name: "own",
            metadata: { customer: "acme" },
            tags: ["t"],
            traceResponseMetadata: true,
            traceRawHttp: true,
          }),
          openai: { user: "u" },
        },
      }),
    );
    await each("raw-http-stream", { calls: [call] }, () =>
      drain(
        streamText({
          ...common,
          prompt: "hi",
          tools: { get_weather: { description: "d", inputSchema: city } },
          providerOptions: { langsmith: createLangSmithProviderOptions({ traceRawHttp: true }) },
        }),
      ),
    );
    await each(
      "raw-http-responses",
      [{ items: [message("I look."), functionCall(call)] }, { items: [message("Sunny.")] }],
      () =>
        generateText({
          ...loop,
          model: responses,
          providerOptions: { langsmith: createLangSmithProviderOptions({ traceRawHttp: true }), ...whole },
        }),
    );
    await each("own-name", text, () =>
      generateText({
        ...common,
        model: sdk.wrapLanguageModel({
          model: chat,
          middleware: sdk.defaultSettingsMiddleware({ settings: { temperature: 0.5 } }),
        }),
        messages: history({ type: "error-text", value: "no" }),
      }),
    );
    await each("own-name-image", text, () =>
      generateText({
        ...common,
        model: sdk.wrapLanguageModel({ model: chat, middleware: [] }),
        messages: [
          {
            role: "user",
            content: [
              { type: "image", image: new URL("https://example.com/picture?id=1") },
              { type: "text", text: "what" },
            ],
          },
        ],
      }),
    );
    await each("own-name-content", { items: [message("Sunny.")] }, () =>
      generateText({
        ...common,
        model: sdk.wrapLanguageModel({ model: responses, middleware: [] }),
        providerOptions: whole,
        messages: history({ type: "content", value: [{ type: "text", text: "see" }] }),
      }),
    );
    await each("own-name-content-chat", text, () =>
      generateText({
        ...common,
        model: sdk.wrapLanguageModel({ model: chat, middleware: [] }),
        messages: history({ type: "content", value: [{ type: "text", text: "see" }] }),
      }),
    );
    await each("registry", text, () =>
      generateText({
        ...common,
        model: sdk.createProviderRegistry({ openai: provider }).languageModel("openai:gpt-4o-mini"),
        prompt: "hi",
      }),
    );
    await each("simulate-stream", { text: "Hm.", calls: [call] }, () =>
      drain(
        streamText({
          ...common,
          model: sdk.wrapLanguageModel({ model: chat, middleware: sdk.simulateStreamingMiddleware() }),
          prompt: "hi",
          tools: { get_weather: { description: "d", inputSchema: city } },
        }),
      ),
    );
  } else {
    const integration = LangSmithTelemetry({ client, traceRawHttp: true, traceResponseMetadata: true });
    await each("raw-http", [{ calls: [call] }, text], () =>
      generateText({ ...loop, telemetry: { integrations: [integration] } }),
    );
  }

  // Tools.
  await each(
    "tool-values",
    [
      {
        calls: ["u", "n", "s", "z", "a", "b", "d"].map((letter) => ({
          id: `call_${letter}`,
          name: letter,
          arguments: "{}",
        })),
      },
      text,
    ],
    () => {
      const of = (value) => sdk.tool({ inputSchema: z.object({}), execute: async () => value });
      return generateText({
        ...loop,
        tools: {
          u: of(undefined),
          n: of(null),
          s: of(""),
          z: of(0),
          a: of([1, "x", null]),
          b: of(false),
          d: of({ at: new Date(0), nested: { gone: undefined } }),
        },
      });
    },
  );
  await each("tool-model-output", [{ calls: [call] }, text], () =>
    generateText({
      ...loop,
      tools: {
        get_weather: tool({
          toModelOutput: (value) => ({
            type: "content",
            value: [{ type: "text", text: JSON.stringify(value.output ?? value) }],
          }),
        }),
      },
    }),
  );
  await each("tool-preliminary", [{ calls: [call] }, text], () =>
    drain(
      streamText({
        ...loop,
        tools: {
          get_weather: tool({
            async *execute() {
              yield { a: 1 };
              yield { a: 2 };
            },
          }),
        },
      }),
    ),
  );
  await each("tool-dynamic", [{ calls: [call] }, text], () =>
    generateText({
      ...loop,
      tools: {
        get_weather: sdk.dynamicTool({
          description: "Get weather",
          inputSchema: sdk.jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
          execute: async () => "x",
        }),
      },
    }),
  );
  await each("tool-bare", [{ calls: [{ ...call, arguments: "{}" }] }, text], () =>
    generateText({
      ...loop,
      tools: { get_weather: sdk.tool({ inputSchema: sdk.jsonSchema({}), execute: async () => ({}) }) },
    }),
  );
  await each("tool-unknown", [{ calls: [{ ...call, name: "nope" }] }, text], () => generateText(loop));
  await each(
    "tool-repaired",
    [{ calls: [{ ...call, arguments: '{"town":"Paris"}' }] }, text],
    () =>
      generateText({
        ...loop,
        experimental_repairToolCall: async ({ toolCall }) => ({ ...toolCall, input: '{"city":"Paris"}' }),
        repairToolCall: async ({ toolCall }) => ({ ...toolCall, input: '{"city":"Paris"}' }),
      }),
    way === "telemetry" ? [undefined, undefined] : undefined,
  );
  await each(
    "tool-duplicate-id",
    [{ calls: [call, { ...second, id: call.id }] }, text],
    () => generateText({ ...loop, stopWhen: steps(1) }),
    way === "telemetry" ? { skip: "invalid-tool-call" } : undefined,
  );
  await each(
    "tool-unicode",
    [
      {
        text: 'Ça ü \u2028 \ud83d\ude00 \\n "q"',
        calls: [
          { ...call, arguments: '{"city":"M\\u00fcnchen \\"x\\" \\ud83d\\ude00","n":1.0,"big":12345678901234567890}' },
        ],
      },
      text,
    ],
    () =>
      drain(streamText({ ...loop, tools: { get_weather: tool({ inputSchema: sdk.jsonSchema({ type: "object" }) }) } })),
  );
  await each("failing-stream", [{ calls: [call] }, text], () =>
    drain(
      streamText({
        ...loop,
        tools: {
          get_weather: tool({
            execute: async () => {
              throw new Error("no weather");
            },
          }),
        },
      }),
    ),
  );
  await each(
    "tool-null-content",
    {
      message: {
        content: "",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weather", arguments: " {} " } }],
      },
      finish: "tool_calls",
    },
    () =>
      generateText({
        ...common,
        prompt: "hi",
        tools: { get_weather: { description: "d", inputSchema: z.object({}) } },
      }),
  );
  await each("tool-stop-finish", { text: "", calls: [call], finish: "stop" }, () =>
    generateText({ ...common, prompt: "hi", tools: { get_weather: { description: "d", inputSchema: city } } }),
  );
  await each(
    "tool-length",
    { text: "Hm", calls: [{ ...call, arguments: '{"city":"Pa' }], finish: "length" },
    () =>
      drain(streamText({ ...common, prompt: "hi", tools: { get_weather: { description: "d", inputSchema: city } } })),
    { skip: "truncated" },
  );
  await each("tool-none-choice", text, () => generateText({ ...loop, toolChoice: "none" }));
  await each("tool-inactive", text, () => generateText({ ...loop, activeTools: [] }));

  // Replies.
  await each("empty", { text: "" }, () => generateText({ ...common, prompt: "hi" }), { skip: "no-answer" });
  await each("empty-stream", { text: "" }, () => drain(streamText({ ...common, prompt: "hi" })), { skip: "no-answer" });
  await each("blank", { text: " \n" }, () => generateText({ ...common, prompt: "hi" }), { skip: "no-answer" });
  await each("refusal", { refusal: "I cannot." }, () => generateText({ ...common, prompt: "hi" }), {
    skip: name === "aisdk5" ? "no-answer" : way === "telemetry" ? "filtered" : "refusal",
  });
  await each("refusal-stream", { refusal: "I cannot." }, () => drain(streamText({ ...common, prompt: "hi" })), {
    skip: name === "aisdk5" ? "no-answer" : way === "telemetry" ? "filtered" : "refusal",
  });
  await each(
    "refusal-responses",
    { refusal: "I cannot." },
    () => generateText({ ...common, model: responses, prompt: "hi" }),
    { skip: name === "aisdk5" ? "no-answer" : way === "telemetry" ? "filtered" : "refusal" },
  );
  await each(
    "length-responses",
    { text: "It", finish: "length" },
    () => generateText({ ...common, model: responses, prompt: "hi" }),
    { skip: "truncated" },
  );
  await each(
    "length-responses-stream",
    { text: "It", finish: "length" },
    () => drain(streamText({ ...common, model: responses, prompt: "hi" })),
    { skip: "truncated" },
  );
  await each(
    "cut-responses",
    { text: "It is", cut: true },
    () => drain(streamText({ ...common, model: responses, prompt: "hi", onError: () => undefined })),
    { skip: "partial-stream" },
  );
  await each(
    "cut-call",
    { calls: [call], cut: true },
    () =>
      drain(
        streamText({
          ...common,
          prompt: "hi",
          tools: { get_weather: { description: "d", inputSchema: city } },
          onError: () => undefined,
        }),
      ),
    { skip: "partial-stream" },
  );
  await each(
    "cut-anthropic",
    { text: "It is", cut: true },
    () =>
      drain(streamText({ ...common, model: anthropic("claude-sonnet-4-5"), prompt: "hi", onError: () => undefined })),
    { skip: "partial-stream" },
  );
  await each("two-messages", { items: [message("One."), message("Two.", "msg_2")] }, () =>
    generateText({ ...common, model: responses, prompt: "hi" }),
  );
  await each("two-messages-stream", { items: [message("One."), message("Two.", "msg_2"), functionCall(call)] }, () =>
    drain(
      streamText({
        ...common,
        model: responses,
        prompt: "hi",
        providerOptions: whole,
        tools: { get_weather: { description: "d", inputSchema: city } },
      }),
    ),
  );
  await each("call-then-text", { items: [functionCall(call), message("Looking.")] }, () =>
    generateText({
      ...common,
      model: responses,
      prompt: "hi",
      providerOptions: whole,
      tools: { get_weather: { description: "d", inputSchema: city } },
    }),
  );
  await each("reasoning-content", { message: { content: "Sunny.", reasoning_content: "hmm" } }, () =>
    generateText({ ...common, prompt: "hi" }),
  );
  await each(
    "annotations",
    {
      message: {
        content: "Sunny.",
        annotations: [
          {
            type: "url_citation",
            url_citation: { start_index: 0, end_index: 1, url: "https://example.com", title: "t" },
          },
        ],
      },
    },
    () => generateText({ ...common, model: provider.chat("gpt-4o-search-preview"), prompt: "hi" }),
  );
  await each(
    "aborted",
    text,
    async () => {
      const controller = new AbortController();
      const result = await streamText({
        ...common,
        prompt: "hi",
        abortSignal: controller.signal,
        onError: () => undefined,
      });
      for await (const part of result.fullStream) if (part.type === "text-delta") controller.abort();
    },
    { skip: "pending" },
  );

  // Histories.
  await each("reasoning-only", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: [{ type: "reasoning", text: "hmm" }] },
        { role: "user", content: "b" },
      ],
    }),
  );
  await each("empty-user", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: [{ type: "text", text: "" }] },
        { role: "assistant", content: "" },
        { role: "user", content: "b" },
      ],
    }),
  );
  await each("two-results", text, () =>
    generateText({
      ...common,
      tools: { get_weather: tool() },
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } },
            { type: "text", text: "After." },
            { type: "tool-call", toolCallId: "c2", toolName: "get_weather", input: null },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c2",
              toolName: "get_weather",
              output: { type: "json", value: "a text" },
            },
          ],
        },
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId: "c1", toolName: "get_weather", output: { type: "json", value: null } },
          ],
        },
        { role: "user", content: "b" },
      ],
    }),
  );
  await each(
    "denied",
    text,
    () =>
      generateText({
        ...common,
        tools: { get_weather: tool() },
        messages: history({ type: "execution-denied", reason: "no thanks" }),
      }),
    name === "aisdk5" ? { skip: "run-error" } : undefined,
  );
  await each(
    "denied-bare",
    text,
    () => generateText({ ...common, tools: { get_weather: tool() }, messages: history({ type: "execution-denied" }) }),
    name === "aisdk5" ? { skip: "run-error" } : undefined,
  );
  await each(
    "denied-responses",
    text,
    () =>
      generateText({
        ...common,
        model: responses,
        providerOptions: whole,
        tools: { get_weather: tool() },
        messages: history({ type: "execution-denied", reason: "no thanks" }),
      }),
    name === "aisdk5" ? { skip: "run-error" } : undefined,
  );
  await each("empty-text-result", text, () =>
    generateText({ ...common, tools: { get_weather: tool() }, messages: history({ type: "text", value: "" }) }),
  );
  await each("content-empty", text, () =>
    generateText({ ...common, tools: { get_weather: tool() }, messages: history({ type: "content", value: [] }) }),
  );
  await each("content-empty-responses", text, () =>
    generateText({
      ...common,
      model: responses,
      providerOptions: whole,
      tools: { get_weather: tool() },
      messages: history({ type: "content", value: [] }),
    }),
  );
  await each("content-image-chat", text, () =>
    generateText({
      ...common,
      tools: { get_weather: tool() },
      messages: history({
        type: "content",
        value: [
          { type: "text", text: "see" },
          name === "aisdk5"
            ? { type: "media", mediaType: "image/png", data: pixel }
            : { type: "image-data", mediaType: "image/png", data: pixel },
        ],
      }),
    }),
  );
  if (name !== "aisdk5")
    await each("content-image-url", text, () =>
      generateText({
        ...common,
        model: responses,
        providerOptions: whole,
        tools: { get_weather: tool() },
        messages: history({ type: "content", value: [{ type: "image-url", url: "https://example.com/a.png" }] }),
      }),
    );
  await each("provider-executed-chat", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: "c1", toolName: "web_search", input: { q: 1 }, providerExecuted: true },
            { type: "tool-result", toolCallId: "c1", toolName: "web_search", output: { type: "json", value: [1] } },
            { type: "text", text: "b" },
          ],
        },
        { role: "user", content: "c" },
      ],
    }),
  );
  await each("cache-point", text, () =>
    generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "a", providerOptions: { openai: { promptCacheBreakpoint: { type: "ephemeral" } } } },
            { type: "text", text: "b" },
          ],
        },
      ],
    }),
  );
  await each("system-middle", text, () =>
    generateText({
      ...common,
      [system]: undefined,
      ...(name.startsWith("aisdk7") && { allowSystemInMessages: true }),
      messages: [
        { role: "system", content: "One." },
        { role: "user", content: "a" },
        { role: "system", content: "Two." },
        { role: "user", content: "b" },
      ],
    }),
  );
  await each("system-list", text, () =>
    generateText({
      ...common,
      [system]: [
        { role: "system", content: "One." },
        { role: "system", content: "Two.", providerOptions: { openai: { x: 1 } } },
      ],
      prompt: [{ role: "user", content: "a" }],
    }),
  );
  await each("prefill", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "Sure, " },
      ],
    }),
  );
  await each("ui-messages", text, async () =>
    generateText({
      ...common,
      tools: { get_weather: tool() },
      messages: await sdk.convertToModelMessages([
        {
          id: "1",
          role: "user",
          parts: [
            { type: "text", text: "Weather?" },
            { type: "file", mediaType: "image/png", url: `data:image/png;base64,${pixel}`, filename: "a.png" },
          ],
        },
        {
          id: "2",
          role: "assistant",
          parts: [
            { type: "step-start" },
            { type: "reasoning", text: "hmm" },
            { type: "text", text: "Looking." },
            {
              type: "tool-get_weather",
              toolCallId: "c1",
              state: "output-available",
              input: { city: "Paris" },
              output: { sky: "sunny" },
            },
            {
              type: "tool-get_weather",
              toolCallId: "c2",
              state: "output-error",
              input: undefined,
              rawInput: '{"city": Par',
              errorText: "bad input",
            },
            { type: "step-start" },
            {
              type: "dynamic-tool",
              toolName: "get_weather",
              toolCallId: "c3",
              state: "output-available",
              input: { city: "Oslo" },
              output: "rain",
            },
            { type: "source-url", sourceId: "s", url: "https://example.com" },
            { type: "text", text: "Sunny." },
          ],
        },
        { id: "3", role: "user", parts: [{ type: "text", text: "So?" }] },
      ]),
    }),
  );

  // Other providers.
  const claude = anthropic("claude-sonnet-4-5");
  await each("anthropic-prefill", { blocks: [{ type: "text", text: "the answer." }] }, () =>
    generateText({
      ...common,
      model: claude,
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "Sure,  " },
      ],
    }),
  );
  await each("anthropic-assistants", text, () =>
    generateText({
      ...common,
      model: claude,
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
        { role: "assistant", content: [{ type: "text", text: "c" }] },
        { role: "user", content: "d" },
      ],
    }),
  );
  await each("anthropic-result-then-user", text, () =>
    generateText({
      ...common,
      model: claude,
      tools: { get_weather: tool() },
      messages: [
        ...history({ type: "json", value: { a: 1 } }),
        { role: "user", content: "b" },
        { role: "user", content: [{ type: "text", text: "c" }] },
      ],
    }),
  );
  await each("anthropic-results", text, () =>
    generateText({
      ...common,
      model: claude,
      tools: { get_weather: tool() },
      messages: history({ type: "content", value: [] }),
    }),
  );
  await each("anthropic-strict", { calls: [{ ...call, id: "toolu_1" }] }, () =>
    generateText({
      ...common,
      model: claude,
      prompt: "hi",
      tools: { get_weather: { description: "d", inputSchema: city, strict: true } },
    }),
  );
  await each(
    "anthropic-systems",
    text,
    () =>
      generateText({
        ...common,
        model: claude,
        [system]: undefined,
        ...(name.startsWith("aisdk7") && { allowSystemInMessages: true }),
        messages: [
          { role: "system", content: "One." },
          { role: "system", content: "Two." },
          { role: "user", content: "b" },
        ],
      }),
    (row) => ({ ...row, messages: [{ role: "system", content: "One.Two." }, ...row.messages.slice(1)] }),
  );
  await each(
    "anthropic-mcp-stream",
    {
      blocks: [
        { type: "mcp_tool_use", id: "mcptoolu_1", name: "roll", server_name: "s", input: {} },
        { type: "mcp_tool_result", tool_use_id: "mcptoolu_1", is_error: false, content: [{ type: "text", text: "4" }] },
        { type: "text", text: "Four." },
      ],
    },
    () =>
      drain(
        streamText({
          ...common,
          model: claude,
          prompt: "hi",
          providerOptions: { anthropic: { mcpServers: [{ type: "url", name: "s", url: "https://example.com" }] } },
        }),
      ),
  );
  await each(
    "anthropic-code-stream",
    {
      blocks: [
        { type: "server_tool_use", id: "srvtoolu_1", name: "bash_code_execution", input: { command: "ls" } },
        {
          type: "bash_code_execution_tool_result",
          tool_use_id: "srvtoolu_1",
          content: { type: "bash_code_execution_result", stdout: "a", stderr: "", return_code: 0, content: [] },
        },
        { type: "text", text: "Done." },
      ],
    },
    () =>
      drain(
        streamText({
          ...common,
          model: claude,
          prompt: "hi",
          tools: {
            code_execution: (anthropic.tools.codeExecution_20250825 ?? anthropic.tools.codeExecution_20250522)({}),
          },
        }),
      ),
  );
  await each(
    "mcp-stream",
    {
      items: [
        { id: "ml_1", type: "mcp_list_tools", server_label: "s", tools: [] },
        {
          id: "mcp_1",
          type: "mcp_call",
          server_label: "s",
          name: "roll",
          arguments: "{}",
          output: "4",
          error: null,
          approval_request_id: null,
          status: "completed",
        },
        message("Four."),
      ],
    },
    () =>
      drain(
        streamText({
          ...common,
          model: responses,
          prompt: "hi",
          providerOptions: whole,
          tools: provider.tools.mcp
            ? { mcp: provider.tools.mcp({ serverLabel: "s", serverUrl: "https://example.com" }) }
            : {},
        }),
      ),
  );
  await each(
    "mcp",
    {
      items: [
        { id: "ml_1", type: "mcp_list_tools", server_label: "s", tools: [] },
        {
          id: "mcp_1",
          type: "mcp_call",
          server_label: "s",
          name: "roll",
          arguments: "{}",
          output: "4",
          error: null,
          approval_request_id: null,
          status: "completed",
        },
        message("Four."),
      ],
    },
    () =>
      generateText({
        ...common,
        model: responses,
        prompt: "hi",
        providerOptions: whole,
        tools: provider.tools.mcp
          ? { mcp: provider.tools.mcp({ serverLabel: "s", serverUrl: "https://example.com" }) }
          : {},
      }),
  );
  await each(
    "hosted-stream",
    {
      items: [
        { id: "ci_1", type: "code_interpreter_call", status: "completed", code: "1", container_id: "c", outputs: [] },
        { id: "fs_1", type: "file_search_call", status: "completed", queries: ["q"], results: null },
        message("Done."),
        functionCall(call),
      ],
    },
    () =>
      drain(
        streamText({
          ...common,
          model: responses,
          prompt: "hi",
          providerOptions: whole,
          tools: {
            code: provider.tools.codeInterpreter({}),
            find: provider.tools.fileSearch({ vectorStoreIds: ["vs"] }),
            get_weather: { description: "d", inputSchema: city },
          },
        }),
      ),
  );
  await each(
    "local-shell",
    {
      items: [
        {
          id: "ls_1",
          type: "local_shell_call",
          call_id: "call_1",
          status: "completed",
          action: { type: "exec", command: ["ls"], env: {} },
        },
      ],
    },
    () =>
      generateText({
        ...common,
        model: responses,
        prompt: "hi",
        providerOptions: whole,
        tools: { shell: provider.tools.localShell?.({}) ?? { inputSchema: city } },
      }),
    { skip: "invalid-tool" },
  );
  if (compatible) {
    const foo = compatible("foo-1");
    await each("compatible-loop", [{ text: "Looking.", calls: [call, second] }, text], () =>
      generateText({ ...loop, model: foo }),
    );
    await each("compatible-stream-loop", [{ calls: [call, second] }, text], () =>
      drain(streamText({ ...loop, model: foo })),
    );
    await each("compatible-errors", text, () =>
      generateText({
        ...common,
        model: foo,
        tools: { get_weather: tool() },
        messages: [...history({ type: "error-text", value: "no" }), { role: "user", content: "b" }],
      }),
    );
    await each("compatible-error-json", text, () =>
      generateText({
        ...common,
        model: foo,
        tools: { get_weather: tool() },
        messages: [...history({ type: "error-json", value: { a: 1 } }), { role: "user", content: "b" }],
      }),
    );
    await each("compatible-content", text, () =>
      generateText({
        ...common,
        model: foo,
        tools: { get_weather: tool() },
        messages: history({ type: "content", value: [{ type: "text", text: "see" }] }),
      }),
    );
    await each("compatible-name", text, () =>
      generateText({
        ...common,
        model: foo,
        messages: [{ role: "user", content: "a", providerOptions: { openaiCompatible: { name: "ann" } } }],
      }),
    );
    await each("compatible-image", text, () =>
      generateText({
        ...common,
        model: foo,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", image: pixel },
              { type: "text", text: "a" },
            ],
          },
        ],
      }),
    );
    await each("compatible-reasoning", { message: { content: "Sunny.", reasoning_content: "hmm" } }, () =>
      generateText({
        ...common,
        model: foo,
        messages: [
          { role: "user", content: "a" },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "hmm" },
              { type: "text", text: "b" },
            ],
          },
          { role: "user", content: "c" },
        ],
      }),
    );
    await each("compatible-object", { text: '{"city":"Paris"}' }, () =>
      generateText({ ...common, model: foo, prompt: "where?", output: Output.object({ schema: city }) }),
    );
    await each("compatible-string-input", text, () =>
      generateText({
        ...common,
        model: foo,
        tools: { get_weather: tool() },
        messages: history({ type: "text", value: "x" }, { input: '{"city":"Paris"}' }),
      }),
    );
    await each(
      "compatible-completion",
      text,
      () => generateText({ ...common, model: compatible.completionModel("foo-text"), prompt: "Once" }),
      { skip: "text-completion" },
    );
    await each(
      "compatible-thought-signature",
      {
        message: {
          content: null,
          tool_calls: [
            {
              id: "call_1",
              type: "function",
              function: { name: "get_weather", arguments: '{"city":"Paris"}' },
              extra_content: { google: { thought_signature: "x" } },
            },
          ],
        },
        finish: "tool_calls",
      },
      () =>
        generateText({
          ...common,
          model: foo,
          prompt: "hi",
          tools: { get_weather: { description: "d", inputSchema: city } },
        }),
    );
  }
}

await stub.close();
process.exit(0);
