// The same for the clients of 2025: LangChain 0.3, openai 4, and the exporter for the AI SDK 4.
import { createOpenAI } from "@ai-sdk/openai";
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { generateObject, generateText, streamText, tool } from "ai";
import { Client } from "langsmith";
import { AISDKExporter } from "langsmith/vercel";
import { wrapOpenAI } from "langsmith/wrappers/openai";
import OpenAI from "openai";
import { z } from "zod";
import { openSession } from "../session.mjs";

const { stub, client, capture } = await openSession(import.meta.url, process.argv[2], {
  Client,
  wait: 600,
  flush: () => provider.forceFlush(),
});
const exporter = new AISDKExporter({ client });
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();

const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const definition = {
  name: "get_weather",
  description: "Get weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const weather = [{ type: "function", function: definition }];

{
  const tracer = "@langchain/core @langchain/openai langsmith";
  const model = () =>
    new ChatOpenAI({ model: "gpt-4o-mini", configuration: { baseURL: `${stub.url}/v1` }, maxRetries: 0 });
  const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
  await capture("old-lcjs-tools", tracer, { calls: [call, second] }, () => model().invoke(turns, { tools: weather }));
  await capture("old-lcjs-stream", tracer, { calls: [call, second] }, async () => {
    for await (const chunk of await model().stream(turns, { tools: weather })) void chunk;
  });
  await capture(
    "old-lcjs-functions",
    tracer,
    { functionCall: { name: "get_weather", arguments: call.arguments } },
    () => model().invoke(turns, { functions: [definition] }),
  );
  await capture("old-lcjs-history", tracer, text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({ content: "", tool_calls: [{ id: "call_1", name: "get_weather", args: { city: "Paris" } }] }),
        new ToolMessage({ content: "sunny", tool_call_id: "call_1" }),
      ],
      { tools: weather },
    ),
  );
  await capture("old-lcjs-structured", tracer, { text: '{"city":"Paris"}' }, () =>
    model()
      .withStructuredOutput(z.object({ city: z.string() }), { name: "report", method: "jsonSchema" })
      .invoke(turns),
  );
}
{
  const tracer = "langsmith openai";
  const wrapped = wrapOpenAI(new OpenAI({ baseURL: `${stub.url}/v1`, maxRetries: 0 }), { client });
  await capture("old-wrapopenai-stream-tools", tracer, { calls: [call] }, async () => {
    for await (const chunk of await wrapped.chat.completions.create({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "hi" }],
      tools: weather,
      stream: true,
    }))
      void chunk;
  });
}
{
  const tracer = "langsmith ai @ai-sdk/openai";
  const common = {
    model: createOpenAI({ baseURL: `${stub.url}/v1`, apiKey: "no-key" })("gpt-4o-mini"),
    maxRetries: 0,
    system: "You are a weather bot.",
    experimental_telemetry: AISDKExporter.getSettings(),
  };
  const actions = {
    get_weather: tool({
      description: "Get weather",
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, sky: "sunny" }),
    }),
  };
  // This exporter loses the text of an answer that calls a tool.
  const withoutText = ({ messages, tools }) => ({
    messages: [...messages.slice(0, -1), { ...messages.at(-1), content: null }],
    tools,
  });
  await capture(
    "old-aisdk-loop",
    tracer,
    [{ text: "Looking.", calls: [call] }, text],
    () => generateText({ ...common, prompt: "Weather?", tools: actions, maxSteps: 3 }),
    [withoutText],
  );
  await capture(
    "old-aisdk-stream-loop",
    tracer,
    [{ text: "Looking.", calls: [call] }, text],
    async () => {
      for await (const part of streamText({ ...common, prompt: "Weather?", tools: actions, maxSteps: 3 }).textStream)
        void part;
    },
    [withoutText],
  );
  await capture(
    "old-aisdk-object",
    tracer,
    { calls: [{ id: "call_1", name: "json", arguments: '{"city":"Paris"}' }] },
    () => generateObject({ ...common, prompt: "where?", schema: z.object({ city: z.string() }) }),
    { skip: "unknown-shape" },
  );
  await capture("old-aisdk-image", tracer, text, () =>
    generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what" },
            { type: "image", image: new URL("data:image/png;base64,iVBORw0KGgo=") },
          ],
        },
      ],
    }),
  );
  // The exporter leaves the end out, and the text stops without one.
  await capture(
    "old-aisdk-length",
    tracer,
    { text: "It", finish: "length" },
    () => generateText({ ...common, prompt: "hi" }),
    { skip: "truncated" },
  );
}
await stub.close();
process.exit(0);
