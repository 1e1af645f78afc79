// The three tracers of the AI SDK 4 in the ways that are rare: settings that change what is sent, odd
// results, odd replies. And the version 5 under the same exporter.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAI as createOpenAI5 } from "@ai-sdk/openai-5";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import * as ai from "ai";
import * as ai5 from "ai-5";
import { Client } from "langsmith";
import { wrapAISDK } from "langsmith/experimental/vercel";
import { AISDKExporter } from "langsmith/vercel";
import { wrapAISDKModel } from "langsmith/wrappers/vercel";
import { z } from "zod";
import { openSession } from "../session.mjs";

process.on("unhandledRejection", () => undefined);
const {
  stub,
  client,
  capture: captureOf,
} = await openSession(import.meta.url, process.argv[2], { Client, wait: 300, flush: () => provider.forceFlush() });
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new AISDKExporter({ client }))] });
provider.register();

// What shows something new; CAPTURE_ALL captures the others too.
const KEPT = new Set(
  "old-exporter-broken-arguments old-exporter-responses old-exporter-responses-stream old-exporter-results old-exporter-completion old-exporter-o1-mini old-exporter-systems old-exporter-parts old-wrapaisdk-legacy-functions old-wrapaisdk-strict-tools old-wrapaisdk-responses old-wrapaisdk-responses-stream old-wrapaisdk-previous-response old-wrapaisdk-instructions-option old-wrapaisdk-image-detail old-wrapaisdk-o1-mini old-wrapaisdk-completion old-wrapaisdk-results old-wrapaisdk-results-content old-wrapmodel-legacy-functions old-wrapmodel-strict-tools old-wrapmodel-responses old-wrapmodel-previous-response old-wrapmodel-image-detail old-wrapmodel-o1-mini old-wrapmodel-completion old-exporter5-stream old-exporter5-loop old-exporter5-loop-stream old-exporter5-responses old-exporter5-failing old-exporter5-history old-exporter5-broken".split(
    " ",
  ),
);
const capture = async (name, ...scenario) =>
  (KEPT.has(name) || process.env.CAPTURE_ALL) && captureOf(name, ...scenario);
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const city = z.object({ city: z.string() });
const message = (value) => ({
  id: "msg_1",
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
  for await (const chunk of (await result).fullStream) void chunk;
};
const own = createOpenAI({ baseURL: `${stub.url}/v1`, apiKey: "no-key", compatibility: "strict" });
const tool = (execute = async ({ city }) => ({ city, sky: "sunny" }), more = {}) =>
  ai.tool({ description: "Get weather", parameters: city, execute, ...more });
const exporter = { experimental_telemetry: AISDKExporter.getSettings() };
const wrapped = wrapAISDK(ai, { client });
const lost = ({ messages, ...rest }) => ({
  messages: messages.map((each, index) =>
    index === messages.length - 1 && each.tool_calls ? { ...each, content: null } : each,
  ),
  ...rest,
});
const ways = [
  ["old-exporter", ai, (model) => ({ model, ...exporter }), lost],
  ["old-wrapaisdk", wrapped, (model) => ({ model }), undefined],
  ["old-wrapmodel", ai, (model) => ({ model: wrapAISDKModel(model, { client }) }), undefined],
];
for (const [name, { generateText, streamText, generateObject, streamObject }, of, expected] of ways) {
  const each = (label, replies, scenario, given = Array.isArray(replies) ? [expected, expected, expected] : expected) =>
    capture(`${name}-${label}`, "langsmith ai @ai-sdk/openai", replies, scenario, given);
  const model = own("gpt-4o-mini");
  const common = { ...of(model), maxRetries: 0, system: "You are a weather bot." };
  const request = { ...common, prompt: "Weather?" };
  const results = (...values) => [
    { role: "user", content: "a" },
    {
      role: "assistant",
      content: values.map((value, index) => ({
        type: "tool-call",
        toolCallId: `c${index}`,
        toolName: "get_weather",
        args: { city: "Paris" },
      })),
    },
    {
      role: "tool",
      content: values.map((value, index) => ({
        type: "tool-result",
        toolCallId: `c${index}`,
        toolName: "get_weather",
        ...value,
      })),
    },
    { role: "user", content: "So?" },
  ];
  await each("results", text, () =>
    generateText({
      ...common,
      tools: { get_weather: tool() },
      messages: results(
        { result: null },
        { result: 0 },
        { result: "" },
        { result: [1, "x"] },
        { result: { error: "no" }, isError: true },
      ),
    }),
  );
  await each("results-content", text, () =>
    generateText({
      ...common,
      tools: { get_weather: tool() },
      messages: results(
        { result: [{ type: "text", text: "see" }], content: [{ type: "text", text: "see" }] },
        { result: [{ type: "text", text: "see" }] },
      ),
    }),
  );
  await each("legacy-functions", { functionCall: { name: "get_weather", arguments: '{"city":"Paris"}' } }, () =>
    generateText({
      ...of(own("gpt-4o-mini", { useLegacyFunctionCalling: true })),
      maxRetries: 0,
      prompt: "Weather?",
      tools: { get_weather: { description: "Get weather", parameters: city } },
    }),
  );
  await each(
    "structured",
    { text: '{"city":"Paris"}' },
    () => generateObject({ ...request, ...of(own("gpt-4o-mini", { structuredOutputs: true })), schema: city }),
    name === "old-exporter" ? { skip: "unknown-shape" } : undefined,
  );
  await each("strict-tools", { calls: [call] }, () =>
    generateText({
      ...request,
      ...of(own("gpt-4o-mini", { structuredOutputs: true })),
      tools: { get_weather: { description: "Get weather", parameters: city } },
    }),
  );
  await each(
    "object-array",
    { text: '{"elements":[{"city":"Paris"}]}' },
    () => generateObject({ ...request, mode: "json", output: "array", schema: city }),
    name === "old-exporter" ? { skip: "unknown-shape" } : undefined,
  );
  await each(
    "object-none",
    { text: '{"a":1}' },
    () => generateObject({ ...request, output: "no-schema" }),
    name === "old-exporter" ? { skip: "unknown-shape" } : undefined,
  );
  await each(
    "object-stream",
    { calls: [{ id: "call_1", name: "json", arguments: '{"city":"Paris"}' }] },
    async () => {
      for await (const part of (await streamObject({ ...request, mode: "tool", schema: city })).partialObjectStream)
        void part;
    },
    name === "old-exporter"
      ? { skip: "unknown-shape" }
      : name === "old-wrapmodel"
        ? { skip: "glued-tool-calls" }
        : undefined,
  );
  await each("output", { text: '{"city":"Paris"}' }, () =>
    generateText({ ...request, experimental_output: ai.Output.object({ schema: city }) }),
  );
  await each("reasoning-model", text, () => generateText({ ...request, ...of(own("o3-mini")) }));
  await each(
    "o1-mini",
    text,
    () => generateText({ ...request, ...of(own("o1-mini")) }),
    name === "old-exporter" ? { skip: "unknown-shape" } : undefined,
  );
  await each("completion", text, () => generateText({ ...request, ...of(own.completion("gpt-3.5-turbo-instruct")) }), {
    skip: "text-completion",
  });
  await each(
    "responses",
    [{ items: [message("I look."), functionCall(call), functionCall(second)] }, { items: [message("Sunny.")] }],
    () =>
      generateText({ ...request, ...of(own.responses("gpt-4o-mini")), tools: { get_weather: tool() }, maxSteps: 3 }),
  );
  await each(
    "responses-stream",
    [{ items: [message("I look."), functionCall(call)] }, { items: [message("Sunny.")] }],
    () =>
      drain(
        streamText({ ...request, ...of(own.responses("gpt-4o-mini")), tools: { get_weather: tool() }, maxSteps: 3 }),
      ),
    name === "old-wrapmodel" ? [{ skip: "glued-tool-calls" }] : [expected, expected],
  );
  await each(
    "previous-response",
    { items: [message("Sunny.")] },
    () =>
      generateText({
        ...request,
        ...of(own.responses("gpt-4o-mini")),
        providerOptions: { openai: { previousResponseId: "resp_1" } },
      }),
    { skip: "missing-history" },
  );
  await each("instructions-option", { items: [message("Sunny.")] }, () =>
    generateText({
      ...request,
      ...of(own.responses("gpt-4o-mini")),
      providerOptions: { openai: { instructions: "You are a pirate." } },
    }),
  );
  await each("parts", text, () =>
    generateText({
      ...common,
      messages: [
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
            { type: "text", text: "c" },
          ],
        },
        { role: "user", content: [{ type: "text", text: "d" }] },
      ],
    }),
  );
  await each("systems", text, () =>
    generateText({
      ...common,
      system: undefined,
      messages: [
        { role: "system", content: "One." },
        { role: "user", content: "a" },
        { role: "system", content: "Two." },
        { role: "user", content: "b" },
      ],
    }),
  );
  await each("consecutive", text, () =>
    generateText({
      ...common,
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: "b" },
        { role: "assistant", content: "c" },
        { role: "assistant", content: "d" },
        { role: "user", content: "e" },
      ],
    }),
  );
  await each("image-detail", text, () =>
    generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", image: pixel, mimeType: "image/png", providerOptions: { openai: { imageDetail: "low" } } },
            { type: "text", text: "what" },
          ],
        },
      ],
    }),
  );
  await each("image-file", text, () =>
    generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", image: `data:image/png;base64,${pixel}` },
            { type: "text", text: "what" },
          ],
        },
      ],
    }),
  );
  await each(
    "audio",
    text,
    () =>
      generateText({
        ...common,
        messages: [
          {
            role: "user",
            content: [
              { type: "file", data: "AAAA", mimeType: "audio/wav" },
              { type: "text", text: "what" },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
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
              { type: "file", data: "AAAA", mimeType: "application/pdf" },
              { type: "text", text: "what" },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await each("no-arguments", { calls: [{ ...call, name: "now", arguments: "{}" }] }, () =>
    generateText({ ...request, tools: { now: { parameters: z.object({}) } } }),
  );
  await each(
    "broken-arguments",
    { calls: [{ ...call, arguments: '{"city": Par' }] },
    () => generateText({ ...request, tools: { get_weather: { parameters: city } } }),
    expected,
  );
  await each("failing-tool", [{ calls: [call] }, text], () =>
    generateText({
      ...request,
      tools: {
        get_weather: tool(async () => {
          throw new Error("no");
        }),
      },
      maxSteps: 3,
    }),
  );
  await each("tool-content", [{ calls: [call] }, text], () =>
    generateText({
      ...request,
      tools: {
        get_weather: tool(async () => "x", {
          experimental_toToolResultContent: (value) => [{ type: "text", text: `see ${value}` }],
        }),
      },
      maxSteps: 3,
    }),
  );
  await each("empty", { text: "" }, () => generateText(request), { skip: "no-answer" });
  await each("refusal", { refusal: "No." }, () => generateText(request), { skip: "no-answer" });
  await each("filtered", { text: "It", finish: "content_filter" }, () => generateText(request), { skip: "filtered" });
  await each("active-tools", { calls: [call] }, () =>
    generateText({
      ...request,
      tools: { get_weather: { parameters: city }, b: { parameters: city } },
      experimental_activeTools: ["get_weather"],
      toolChoice: "required",
    }),
  );
  await each("settings", { calls: [call] }, () =>
    generateText({
      ...request,
      ...of(own("gpt-4o-mini", { parallelToolCalls: false, user: "u" })),
      temperature: 0,
      tools: { get_weather: { parameters: city } },
      toolChoice: { type: "tool", toolName: "get_weather" },
    }),
  );
  await each("unicode", { text: "Ça \u2028 \ud83d\ude00 \\n" }, () => drain(streamText(request)));
  await each("own-model", text, () =>
    generateText({ ...request, ...of(ai.wrapLanguageModel({ model, middleware: {} })) }),
  );
}
{
  const own = createOpenAI5({ baseURL: `${stub.url}/v1`, apiKey: "no-key" });
  const tool = (execute = async ({ city }) => ({ city, sky: "sunny" })) =>
    ai5.tool({ description: "Get weather", inputSchema: city, execute });
  const { generateText, streamText } = ai5;
  const each = (label, replies, scenario) =>
    capture(
      `old-exporter5-${label}`,
      "langsmith ai-5 @ai-sdk/openai-5",
      replies,
      scenario,
      Array.isArray(replies) ? [lost, lost, lost] : lost,
    );
  const common = { model: own.chat("gpt-4o-mini"), ...exporter, maxRetries: 0, system: "You are a weather bot." };
  const request = { ...common, prompt: "Weather?" };
  await each("stream", text, () => drain(streamText(request)));
  await each("loop", [{ text: "Looking.", calls: [call, second] }, text], () =>
    generateText({ ...request, tools: { get_weather: tool() }, stopWhen: ai5.stepCountIs(3) }),
  );
  await each("loop-stream", [{ text: "Looking.", calls: [call, second] }, text], () =>
    drain(streamText({ ...request, tools: { get_weather: tool() }, stopWhen: ai5.stepCountIs(3) })),
  );
  await each("responses", [{ text: "Looking.", calls: [call, second] }, text], () =>
    generateText({
      ...request,
      model: own.responses("gpt-4o-mini"),
      tools: { get_weather: tool() },
      stopWhen: ai5.stepCountIs(3),
      providerOptions: { openai: { store: false } },
    }),
  );
  await each("failing", [{ calls: [call] }, text], () =>
    generateText({
      ...request,
      tools: {
        get_weather: tool(async () => {
          throw new Error("no");
        }),
      },
      stopWhen: ai5.stepCountIs(3),
    }),
  );
  await each("history", text, () =>
    generateText({
      ...common,
      tools: { get_weather: tool() },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "image", image: pixel, mediaType: "image/png" },
            { type: "image", image: new URL("https://example.com/a.png") },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "hmm" },
            { type: "text", text: "b1" },
            { type: "text", text: "b2" },
            { type: "tool-call", toolCallId: "c1", toolName: "get_weather", input: { city: "Paris" } },
            { type: "tool-call", toolCallId: "c2", toolName: "get_weather", input: {} },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get_weather",
              output: { type: "text", value: "sunny" },
            },
            {
              type: "tool-result",
              toolCallId: "c2",
              toolName: "get_weather",
              output: { type: "error-json", value: { a: 1 } },
            },
          ],
        },
        { role: "user", content: "So?" },
      ],
    }),
  );
  await each("broken", [{ calls: [{ ...call, arguments: '{"city": Par' }] }, text], () =>
    generateText({ ...request, tools: { get_weather: tool() }, stopWhen: ai5.stepCountIs(3) }),
  );
}
await stub.close();
process.exit(0);
