// The Vercel AI SDK 5, 6 and 7 under wrapAISDK, and 7 under its telemetry: files, reasoning, tools of
// the provider, tools that fail, wait for approval or are unknown, several kinds of tool results.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAI as createOpenAI5 } from "@ai-sdk/openai-5";
import { createOpenAI as createOpenAI7 } from "@ai-sdk/openai-7";
import * as ai from "ai";
import * as ai5 from "ai-5";
import * as ai7 from "ai-7";
import { LangSmithTelemetry, wrapAISDK } from "langsmith/experimental/vercel";
import { z } from "zod";
import { openSession } from "./session.mjs";

// The wrapped helpers leave promises that nobody waits for.
process.on("unhandledRejection", () => undefined);
const { stub, client, capture } = await openSession(import.meta.url, process.argv[2], { wait: 250 });

const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const withoutEmptyArguments = (row) => JSON.parse(JSON.stringify(row).replaceAll('"arguments":""', '"arguments":"{}"'));
const drain = async (result) => {
  for await (const part of (await result).fullStream) void part;
};
const message = (...values) => ({
  id: "msg_1",
  type: "message",
  status: "completed",
  role: "assistant",
  content: values.map((value) => ({ type: "output_text", text: value, annotations: [], logprobs: [] })),
});
const functionCall = ({ id, name, arguments: written }) => ({
  id: `fc_${id}`,
  type: "function_call",
  status: "completed",
  call_id: id,
  name,
  arguments: written,
});
const reasoning = {
  id: "rs_1",
  type: "reasoning",
  summary: [{ type: "summary_text", text: "hmm" }],
  encrypted_content: "gAAAA",
};
const searched = {
  id: "ws_1",
  type: "web_search_call",
  status: "completed",
  action: { type: "search", query: "weather" },
};

// Where the versions differ; everything else is captured with version 6 and with the telemetry.
const DIFFERENT = new Set([
  "names",
  "image-bare",
  "string-input",
  "parts-history",
  "failing-tool",
  "broken-arguments",
  "content-result-responses",
  "web-search-call",
  "web-search-call-stream",
  "cut-stream",
  "previous-response",
  "images-url-untyped",
]);

const kinds = [
  ["aisdk5", ai5, createOpenAI5, "langsmith ai-5 @ai-sdk/openai-5", "wrap"],
  ["aisdk6", ai, createOpenAI, "langsmith ai @ai-sdk/openai", "wrap"],
  ["aisdk7", ai7, createOpenAI7, "langsmith ai-7 @ai-sdk/openai-7", "wrap"],
  ["aisdk7-telemetry", ai7, createOpenAI7, "langsmith ai-7 @ai-sdk/openai-7", "telemetry"],
];
for (const [name, sdk, factory, tracer, way] of kinds) {
  const provider = factory({ apiKey: "no-key", baseURL: `${stub.url}/v1` });
  if (way === "telemetry") ai7.registerTelemetry(LangSmithTelemetry({ client }));
  const { generateText, streamText } = way === "wrap" ? wrapAISDK(sdk, { client }) : sdk;
  const steps = sdk.stepCountIs ?? sdk.isStepCount;
  const chat = provider.chat("gpt-4o-mini");
  const responses = provider.responses("gpt-4o-mini");
  const weather = sdk.tool({
    description: "Get weather",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, sky: "sunny" }),
  });
  const system = name === "aisdk7" || way === "telemetry" ? "instructions" : "system";
  const common = { model: chat, [system]: "You are a weather bot.", maxRetries: 0 };
  const whole = { openai: { store: false } };
  const loop = { ...common, prompt: "Weather?", tools: { get_weather: weather }, stopWhen: steps(3) };
  const each = async (label, replies, scenario, expected) => {
    if (way === "wrap" && sdk !== ai && !DIFFERENT.has(label)) return;
    await capture(`${name}-${label}`, tracer, replies, scenario, expected);
  };

  await each("parallel-stream", [{ text: "Looking.", calls: [call, second] }, text], () => drain(streamText(loop)));
  await each("parts-history", text, () =>
    generateText({
      ...common,
      [system]: undefined,
      ...(system === "instructions" && { instructions: "Be brief." }),
      tools: { get_weather: weather },
      messages: [
        ...(system === "system"
          ? [{ role: "system", content: "Be brief.", providerOptions: { openai: { x: 1 } } }]
          : []),
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "hmm" },
            { type: "text", text: "Looking. " },
            { type: "text", text: "Wait." },
            { type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } },
            { type: "tool-call", toolCallId: "c2", toolName: "get_weather", input: { city: "Rome" } },
            { type: "tool-call", toolCallId: "c3", toolName: "get_weather", input: { city: "Oslo" } },
            { type: "tool-call", toolCallId: "c4", toolName: "get_weather", input: {} },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: { type: "json", value: { sky: "sunny" } },
            },
            { type: "tool-result", toolCallId: "c2", toolName: "get_weather", output: { type: "text", value: "rain" } },
            {
              type: "tool-result",
              toolCallId: "c3",
              toolName: "get_weather",
              output: { type: "error-text", value: "no city" },
            },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c4",
              toolName: "get_weather",
              output: { type: "error-json", value: { error: [1, "x"] } },
            },
          ],
        },
        { role: "assistant", content: "Sunny." },
        { role: "user", content: "So?" },
      ],
    }),
  );
  await each("content-result", text, () =>
    generateText({
      ...common,
      tools: { get_weather: weather },
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } }],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: { type: "content", value: [{ type: "text", text: "see" }] },
            },
          ],
        },
      ],
    }),
  );
  await each("content-result-responses", { items: [message("Sunny.")] }, () =>
    generateText({
      ...common,
      model: responses,
      providerOptions: whole,
      tools: { get_weather: weather },
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } }],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: {
                type: "content",
                value: [
                  { type: "text", text: "see" },
                  ...(name === "aisdk5"
                    ? [{ type: "media", mediaType: "image/png", data: pixel }]
                    : [{ type: "image-data", mediaType: "image/png", data: pixel }]),
                ],
              },
            },
          ],
        },
      ],
    }),
  );
  await each("failing-tool", [{ calls: [call, second] }, text], () =>
    generateText({
      ...loop,
      tools: {
        get_weather: sdk.tool({
          description: "Get weather",
          inputSchema: z.object({ city: z.string() }),
          execute: async ({ city }) => {
            if (city === "Paris") throw new Error("no weather");
            return "rain";
          },
        }),
      },
    }),
  );
  await each("broken-arguments", [{ calls: [{ ...call, arguments: '{"city": Par' }] }, text], () => generateText(loop));
  await each(
    "no-arguments",
    [{ calls: [{ ...call, name: "now", arguments: "" }] }, text],
    () =>
      generateText({ ...loop, tools: { now: sdk.tool({ inputSchema: z.object({}), execute: async () => "12:00" }) } }),
    [way === "telemetry" ? withoutEmptyArguments : undefined],
  );
  await each("client-tool-stream", { text: "Looking.", calls: [call] }, () =>
    drain(
      streamText({
        ...common,
        prompt: "Weather?",
        toolChoice: { type: "tool", toolName: "get_weather" },
        tools: { get_weather: { description: "Get weather", inputSchema: z.object({ city: z.string() }) } },
      }),
    ),
  );
  await each("active-tools", [{ calls: [call] }, text], () =>
    generateText({
      ...loop,
      tools: { get_weather: weather, other: sdk.tool({ description: "Other", inputSchema: z.object({}) }) },
      activeTools: ["get_weather"],
      prepareStep: ({ stepNumber }) =>
        stepNumber === 1 ? { [system]: "Answer now.", activeTools: [], toolChoice: "none" } : {},
    }),
  );
  if (sdk !== ai5) {
    await each("approval", { calls: [call] }, () =>
      generateText({
        ...loop,
        tools: {
          get_weather: sdk.tool({
            description: "Get weather",
            inputSchema: z.object({ city: z.string() }),
            needsApproval: true,
            execute: async () => "sunny",
          }),
        },
      }),
    );
    for (const approved of [true, false]) {
      await each(`approval-${approved ? "given" : "denied"}`, text, () =>
        generateText({
          ...common,
          tools: {
            get_weather: sdk.tool({
              description: "Get weather",
              inputSchema: z.object({ city: z.string() }),
              needsApproval: true,
              execute: async () => "sunny",
            }),
          },
          messages: [
            { role: "user", content: "Weather?" },
            {
              role: "assistant",
              content: [
                { type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } },
                { type: "tool-approval-request", approvalId: "a1", toolCallId: "c1" },
              ],
            },
            {
              role: "tool",
              content: [{ type: "tool-approval-response", approvalId: "a1", approved, reason: "no thanks" }],
            },
          ],
        }),
      );
    }
  }
  await each("images", text, () =>
    generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what" },
            { type: "image", image: pixel },
            { type: "image", image: Buffer.from(pixel, "base64"), mediaType: "image/png" },
            { type: "image", image: `data:image/png;base64,${pixel}` },
            {
              type: "file",
              mediaType: "image/png",
              data: pixel,
              filename: "a.png",
              providerOptions: { openai: { imageDetail: "high" } },
            },
            { type: "image", image: "https://example.com/a.jpg" },
          ],
        },
      ],
    }),
  );
  await each("images-url-untyped", text, () =>
    generateText({
      ...common,
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
  await each("images-responses", { items: [message("Sunny.")] }, () =>
    generateText({
      ...common,
      model: responses,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what" },
            { type: "image", image: pixel, providerOptions: { openai: { imageDetail: "low" } } },
            { type: "image", image: new URL("https://example.com/a.png") },
          ],
        },
      ],
    }),
  );
  await each("names", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: "a", providerOptions: { openai: { name: "ann" } } },
        { role: "assistant", content: "b", providerOptions: { openai: { name: "bot" } } },
        {
          role: "user",
          content: [
            { type: "text", text: "c" },
            { type: "text", text: "d" },
          ],
          providerOptions: { openai: { name: "bob" } },
        },
      ],
    }),
  );
  if (sdk === ai7)
    await each("image-bare", text, () =>
      generateText({
        ...common,
        messages: [
          {
            role: "user",
            content: [
              { type: "file", mediaType: "image", data: pixel },
              { type: "file", mediaType: "image", data: { type: "data", data: Buffer.from(pixel, "base64") } },
              { type: "file", mediaType: "image", data: { type: "url", url: new URL("https://example.com/b?c") } },
            ],
          },
        ],
      }),
    );
  await each("string-input", text, () =>
    generateText({
      ...common,
      tools: { get_weather: weather },
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: '{"city":"Paris"}' }],
        },
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId: "c1", toolName: "get_weather", output: { type: "text", value: "x" } },
          ],
        },
      ],
    }),
  );
  if (sdk !== ai5)
    await each("system-message", text, () =>
      generateText({
        ...common,
        [system]: { role: "system", content: "One.", providerOptions: { openai: { name: "rules" } } },
        prompt: "hi",
      }),
    );
  await each("consecutive", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: "b" },
        { role: "assistant", content: "c" },
        { role: "assistant", content: [{ type: "text", text: "d" }] },
        { role: "user", content: "" },
        {
          role: "user",
          content: [
            { type: "text", text: "" },
            { type: "text", text: "e" },
          ],
        },
      ],
    }),
  );
  await each("error-json-responses", { items: [message("Sunny.")] }, () =>
    generateText({
      ...common,
      model: responses,
      providerOptions: whole,
      tools: { get_weather: weather },
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Hm." },
            { type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } },
            { type: "tool-call", toolCallId: "c2", toolName: "get_weather", input: { city: "Rome" } },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: { type: "error-json", value: { a: 1 } },
            },
            {
              type: "tool-result",
              toolCallId: "c2",
              toolName: "get_weather",
              output: { type: "error-text", value: "no" },
            },
          ],
        },
      ],
    }),
  );
  await each(
    "pdf",
    text,
    () =>
      generateText({
        ...common,
        messages: [
          {
            role: "user",
            content: [
              { type: "file", mediaType: "application/pdf", data: "AAAA", filename: "a.pdf" },
              { type: "text", text: "what" },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await each(
    "reasoning-responses",
    [
      { items: [reasoning, message("I look."), functionCall(call), functionCall(second)] },
      { items: [reasoning, message("Sunny.")] },
    ],
    () =>
      generateText({
        ...loop,
        model: responses,
        providerOptions: { openai: { store: false, include: ["reasoning.encrypted_content"] } },
      }),
  );
  await each(
    "reasoning-responses-stream",
    [{ items: [reasoning, message("I look."), functionCall(call)] }, { items: [reasoning, message("Sunny.")] }],
    () => drain(streamText({ ...loop, model: responses, providerOptions: whole })),
  );
  const search = () => ({ web_search: (provider.tools.webSearch ?? provider.tools.webSearchPreview)({}) });
  await each(
    "web-search-call",
    [{ items: [searched, message("I look."), functionCall(call)] }, { items: [message("Sunny.")] }],
    () =>
      generateText({ ...loop, model: responses, providerOptions: whole, tools: { get_weather: weather, ...search() } }),
  );
  await each(
    "web-search-call-stream",
    [{ items: [searched, message("I look."), functionCall(call)] }, { items: [message("Sunny.")] }],
    () =>
      drain(
        streamText({ ...loop, model: responses, providerOptions: whole, tools: { get_weather: weather, ...search() } }),
      ),
  );
  // What telemetry does not record: that arguments were empty, and that the history is at the provider.
  if (way === "wrap")
    await each(
      "previous-response",
      { items: [message("Sunny.")] },
      () =>
        generateText({
          ...common,
          model: responses,
          prompt: "And?",
          providerOptions: { openai: { previousResponseId: "resp_1" } },
        }),
      { skip: "missing-history" },
    );
  if (way === "wrap")
    await each(
      "conversation",
      { items: [message("Sunny.")] },
      () =>
        generateText({
          ...common,
          model: responses,
          prompt: "And?",
          providerOptions: { openai: { conversation: "conv_1" } },
        }),
      { skip: "missing-history" },
    );
  await each("filtered", { text: "It", finish: "content_filter" }, () => generateText({ ...common, prompt: "hi" }), {
    skip: "filtered",
  });
  await each(
    "error-stream",
    { error: "bad" },
    () => drain(streamText({ ...common, prompt: "hi", onError: () => undefined })),
    { skip: "run-error" },
  );
  await each(
    "cut-stream",
    { ...text, cut: true },
    () => drain(streamText({ ...common, prompt: "hi", onError: () => undefined })),
    { skip: "partial-stream" },
  );
  await each("output-object", { text: '{"city":"Paris"}' }, () =>
    generateText({
      ...common,
      prompt: "where?",
      ...(sdk === ai5
        ? { experimental_output: sdk.Output.object({ schema: z.object({ city: z.string() }) }) }
        : { output: sdk.Output.object({ schema: z.object({ city: z.string() }) }) }),
    }),
  );
  const Agent = way === "wrap" ? wrapAISDK(sdk, { client }).ToolLoopAgent : sdk.ToolLoopAgent;
  if (Agent)
    await each("agent", [{ calls: [call] }, text], () =>
      new Agent({ ...common, instructions: "You are a weather bot.", tools: { get_weather: weather } }).generate({
        prompt: "Weather?",
      }),
    );
}

// Another provider: what is on the wire is Anthropic's.
{
  const tracer = "langsmith ai @ai-sdk/anthropic";
  const { generateText, streamText } = wrapAISDK(ai, { client });
  const provider = createAnthropic({ apiKey: "no-key", baseURL: stub.url });
  const weather = ai.tool({
    description: "Get weather",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, sky: "sunny" }),
  });
  const common = { model: provider("claude-sonnet-4-5"), system: "You are a weather bot.", maxRetries: 0 };
  const loop = { ...common, prompt: "Weather?", tools: { get_weather: weather }, stopWhen: ai.stepCountIs(3) };
  await capture(
    "aisdk6-anthropic-loop",
    tracer,
    [{ thinking: "hmm", text: "Looking.", calls: [call, second] }, text],
    () =>
      generateText({ ...loop, providerOptions: { anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } } } }),
  );
  await capture(
    "aisdk6-anthropic-stream-loop",
    tracer,
    [{ thinking: "hmm", text: "Looking.", calls: [call] }, text],
    () =>
      drain(
        streamText({ ...loop, providerOptions: { anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } } } }),
      ),
  );
  const searchBlocks = [
    { type: "text", text: "I search. " },
    { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "weather" } },
    {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_1",
      content: [
        { type: "web_search_result", title: "t", url: "https://example.com", encrypted_content: "x", page_age: null },
      ],
    },
    { type: "text", text: "Sunny." },
  ];
  const search = { get_weather: weather, web_search: provider.tools.webSearch_20250305({ maxUses: 1 }) };
  await capture("aisdk6-anthropic-web-search", tracer, { blocks: searchBlocks }, () =>
    generateText({ ...common, prompt: "Weather?", tools: search }),
  );
  await capture("aisdk6-anthropic-web-search-stream", tracer, { blocks: searchBlocks }, () =>
    drain(streamText({ ...common, prompt: "Weather?", tools: search })),
  );
  await capture(
    "aisdk6-anthropic-bash",
    tracer,
    { blocks: [{ type: "tool_use", id: "toolu_1", name: "bash", input: { command: "ls" } }] },
    () => generateText({ ...common, prompt: "ls", tools: { bash: provider.tools.bash_20250124({}) } }),
    { skip: "invalid-tool" },
  );
  await capture("aisdk6-anthropic-image-result", tracer, { blocks: [{ type: "text", text: "A pixel." }] }, () =>
    generateText({
      ...common,
      tools: { get_weather: weather },
      messages: [
        {
          role: "user",
          content: [
            { type: "image", image: pixel },
            { type: "text", text: "a", providerOptions: { anthropic: { cacheControl: { type: "ephemeral" } } } },
          ],
        },
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } }],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: {
                type: "content",
                value: [
                  { type: "text", text: "see" },
                  { type: "image-data", mediaType: "image/png", data: pixel },
                ],
              },
            },
          ],
        },
      ],
    }),
  );
  await capture(
    "aisdk6-anthropic-consecutive",
    tracer,
    {
      blocks: [
        { type: "text", text: "A." },
        { type: "text", text: " B." },
      ],
    },
    () =>
      generateText({
        ...common,
        messages: [
          { role: "user", content: "a" },
          { role: "user", content: "b" },
          { role: "assistant", content: "c " },
          { role: "user", content: "d" },
        ],
      }),
  );
  await capture("aisdk6-anthropic-errors", tracer, text, () =>
    generateText({
      ...common,
      tools: { get_weather: weather },
      messages: [
        { role: "user", content: "a" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Hm." },
            { type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } },
            { type: "tool-call", toolCallId: "c2", toolName: "get_weather", input: { city: "Rome" } },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: { type: "error-json", value: { a: 1 } },
            },
            {
              type: "tool-result",
              toolCallId: "c2",
              toolName: "get_weather",
              output: { type: "error-text", value: "no" },
            },
          ],
        },
        { role: "user", content: "So?" },
      ],
    }),
  );
  await capture(
    "aisdk6-anthropic-pdf",
    tracer,
    text,
    () =>
      generateText({
        ...common,
        messages: [
          {
            role: "user",
            content: [
              { type: "file", mediaType: "application/pdf", data: "JVBERi0=" },
              { type: "text", text: "x" },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await capture("aisdk6-anthropic-stop", tracer, { ...text, finish: "stop_sequence", stopSequence: "END" }, () =>
    generateText({ ...common, prompt: "hi", stopSequences: ["END"] }),
  );
}

await stub.close();
process.exit(0);
