// The wrappers of 2025 in the ways that are rare or hard: openai 4, and the three tracers of the AI SDK 4.
import { createOpenAI } from "@ai-sdk/openai";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import * as ai from "ai";
import { Client } from "langsmith";
import { Client as Client02 } from "langsmith-0.2";
import { wrapOpenAI as wrapOpenAI02 } from "langsmith-0.2/wrappers/openai";
import { wrapAISDK } from "langsmith/experimental/vercel";
import { AISDKExporter } from "langsmith/vercel";
import { wrapOpenAI } from "langsmith/wrappers/openai";
import { wrapAISDKModel } from "langsmith/wrappers/vercel";
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { openSession } from "../session.mjs";

// The wrapped helpers leave promises that nobody waits for.
process.on("unhandledRejection", () => undefined);
const { stub, client, capture } = await openSession(import.meta.url, process.argv[2], {
  Client,
  wait: 500,
  flush: () => provider.forceFlush(),
});
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new AISDKExporter({ client }))] });
provider.register();

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const definition = {
  name: "get_weather",
  description: "Get weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const tools = [{ type: "function", function: definition }];
const turns = [
  { role: "system", content: "You are a weather bot." },
  { role: "user", content: "Weather?" },
];
const drain = async (stream) => {
  for await (const chunk of await stream) void chunk;
};
const lostIds = (row) => ({
  ...row,
  messages: [
    ...row.messages.slice(0, -1),
    {
      ...row.messages.at(-1),
      tool_calls: row.messages.at(-1).tool_calls.map((each, index) => (index === 0 ? each : { ...each, id: "*" })),
    },
  ],
});

{
  const tracer = "langsmith openai";
  const openai = wrapOpenAI(new OpenAI({ baseURL: `${stub.url}/v1`, maxRetries: 0 }), { client });
  const create = (fields) => openai.chat.completions.create({ model: "gpt-4o-mini", messages: turns, ...fields });
  // Before 0.3, whose `finish_reason` of a stream is the whole chunk.
  const client02 = new Client02({ apiUrl: `${stub.url}/langsmith`, apiKey: "no-key" });
  const openai02 = wrapOpenAI02(new OpenAI({ baseURL: `${stub.url}/v1`, maxRetries: 0 }), { client: client02 });
  const create02 = (fields) => openai02.chat.completions.create({ model: "gpt-4o-mini", messages: turns, ...fields });
  const posted = async (work) => {
    await work;
    await client02.awaitPendingTraceBatches();
  };
  const tracer02 = "langsmith-0.2 openai";
  await capture("old-wrapopenai02-tools", tracer02, { text: "Looking.", calls: [call, second] }, () =>
    posted(create02({ tools })),
  );
  await capture("old-wrapopenai02-stream", tracer02, { text: "Looking.", calls: [call] }, () =>
    posted(drain(create02({ tools, stream: true }))),
  );
  await capture(
    "old-wrapopenai02-stream-length",
    tracer02,
    { text: "It is", finish: "length" },
    () => posted(drain(create02({ stream: true }))),
    { skip: "truncated" },
  );
  await capture(
    "old-wrapopenai02-stream-filtered",
    tracer02,
    { text: "It is", finish: "content_filter" },
    () => posted(drain(create02({ stream: true }))),
    { skip: "filtered" },
  );
  await capture(
    "old-wrapopenai-stream-parallel",
    tracer,
    { text: "Looking.", calls: [call, second] },
    () => drain(create({ tools, stream: true })),
    lostIds,
  );
  await capture("old-wrapopenai-parse", tracer, { text: '{"city":"Paris"}' }, () =>
    openai.beta.chat.completions.parse({
      model: "gpt-4o-mini",
      messages: turns,
      response_format: zodResponseFormat(z.object({ city: z.string() }), "report"),
    }),
  );
  await capture(
    "old-wrapopenai-functions-stream",
    tracer,
    { functionCall: { name: "get_weather", arguments: call.arguments } },
    () => drain(create({ functions: [definition], stream: true })),
  );
  await capture("old-wrapopenai-responses", tracer, { thinking: "hmm", text: "Looking.", calls: [call, second] }, () =>
    openai.responses.create({
      model: "gpt-4o-mini",
      instructions: "Be brief.",
      input: "Weather?",
      tools: [{ type: "function", ...definition, strict: true }],
    }),
  );
  await capture("old-wrapopenai-responses-parse", tracer, { text: '{"city":"Paris"}' }, () =>
    openai.responses.parse({
      model: "gpt-4o-mini",
      input: "where?",
      text: { format: zodTextFormat(z.object({ city: z.string() }), "report") },
    }),
  );
  await capture(
    "old-wrapopenai-responses-incomplete",
    tracer,
    { text: "It", finish: "length" },
    () => drain(openai.responses.create({ model: "gpt-4o-mini", input: "Weather?", stream: true })),
    { skip: "truncated" },
  );
}

{
  const tracer = "langsmith ai @ai-sdk/openai";
  const own = createOpenAI({ baseURL: `${stub.url}/v1`, apiKey: "no-key", compatibility: "strict" });
  const weather = (execute = async ({ city }) => ({ city, sky: "sunny" })) => ({
    get_weather: ai.tool({ description: "Get weather", parameters: z.object({ city: z.string() }), execute }),
  });
  const history = [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "a" },
        { type: "image", image: Buffer.from(pixel, "base64"), mimeType: "image/png" },
        { type: "image", image: new URL("https://example.com/a.png") },
        { type: "image", image: pixel },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "text", text: "Looking. " },
        { type: "text", text: "Wait." },
        { type: "tool-call", toolCallId: "c1", toolName: "get_weather", args: { city: "Paris" } },
        { type: "tool-call", toolCallId: "c2", toolName: "get_weather", args: { city: "Rome" } },
      ],
    },
    {
      role: "tool",
      content: [
        { type: "tool-result", toolCallId: "c1", toolName: "get_weather", result: { sky: "sunny" } },
        { type: "tool-result", toolCallId: "c2", toolName: "get_weather", result: "rain" },
      ],
    },
    { role: "assistant", content: "Sunny." },
    { role: "user", content: "So?" },
  ];
  const exporter = { experimental_telemetry: AISDKExporter.getSettings() };
  const model = own("gpt-4o-mini");
  const wrapped = wrapAISDK(ai, { client });
  const ways = [
    // The exporter loses the text of an answer that calls a tool.
    [
      "old-exporter",
      ai,
      { model, ...exporter },
      ({ messages, ...rest }) => ({
        messages: messages.map((each, index) =>
          index === messages.length - 1 && each.tool_calls ? { ...each, content: null } : each,
        ),
        ...rest,
      }),
    ],
    ["old-wrapaisdk", wrapped, { model }, undefined],
    ["old-wrapmodel", ai, { model: wrapAISDKModel(model, { client }) }, undefined],
  ];
  for (const [name, { generateText, streamText, generateObject }, common, expected] of ways) {
    const each = (label, replies, scenario, given = [expected, expected, expected]) =>
      capture(`${name}-${label}`, tracer, replies, scenario, given);
    // That tracer keeps the last call of a stream alone.
    const ofStream = name === "old-wrapmodel" ? [{ skip: "glued-tool-calls" }] : [expected, expected];
    const request = { ...common, maxRetries: 0, system: "You are a weather bot.", prompt: "Weather?" };
    await each("plain", text, () => generateText(request));
    await each("stream", text, () => drain(streamText(request).textStream));
    await each("history", text, () => generateText({ ...common, maxRetries: 0, messages: history, tools: weather() }));
    await each("loop", [{ text: "Looking.", calls: [call, second] }, text], () =>
      generateText({ ...request, tools: weather(), maxSteps: 3 }),
    );
    await each(
      "loop-stream",
      [{ text: "Looking.", calls: [call] }, text],
      () => drain(streamText({ ...request, tools: weather(), maxSteps: 3 }).fullStream),
      ofStream,
    );
    await each(
      "parallel-stream",
      [{ calls: [call, second] }, text],
      () => drain(streamText({ ...request, tools: weather(), maxSteps: 3 }).fullStream),
      ofStream,
    );
    await each(
      "object",
      { calls: [{ id: "call_1", name: "json", arguments: '{"city":"Paris"}' }] },
      () => generateObject({ ...request, schema: z.object({ city: z.string() }) }),
      name === "old-exporter" ? { skip: "unknown-shape" } : undefined,
    );
    await each(
      "object-json",
      { text: '{"city":"Paris"}' },
      () => generateObject({ ...request, mode: "json", schema: z.object({ city: z.string() }) }),
      name === "old-exporter" ? { skip: "unknown-shape" } : undefined,
    );
    await each(
      "length",
      { text: "It", finish: "length" },
      () => generateText(request),
      name === "old-exporter" ? undefined : { skip: "truncated" },
    );
    await each(
      "cut",
      { ...text, cut: true },
      () => drain(streamText({ ...request, onError: () => undefined }).fullStream),
      name === "old-exporter" ? undefined : { skip: "partial-stream" },
    );
  }
}
await stub.close();
process.exit(0);
