// LangChain.js 0.3 with the models of other providers: what their packages of 2025 write otherwise than
// those of today (../providers.mjs). See ../README.md.
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOllama } from "@langchain/ollama";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { z } from "zod";
import { protocols } from "../provider-protocols.mjs";
import { openSession } from "../session.mjs";

const { stub, capture } = await openSession(import.meta.url, process.argv[2], { protocols });

const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
const getWeather = tool(async ({ city }) => `sunny in ${city}`, {
  name: "get_weather",
  description: "Get weather",
  schema: z.object({ city: z.string().describe("City") }),
});
const drain = async (stream) => {
  let whole;
  for await (const chunk of await stream) whole = whole ? whole.concat(chunk) : chunk;
  return whole;
};
const looped = async (model, first) =>
  model.invoke([
    ...turns,
    first,
    ...first.tool_calls.map(({ id, name }) => new ToolMessage({ content: "sunny", tool_call_id: id, name })),
  ]);

{
  const model = () =>
    new ChatGoogleGenerativeAI({ model: "gemini-2.5-pro", apiKey: "no-key", baseUrl: stub.url, maxRetries: 0 });
  const gemini = (name, reply, scenario, expected) =>
    capture(`old-lcjs-genai-${name}`, "@langchain/core @langchain/google-genai", reply, scenario, expected);
  const get = (city) => ({ functionCall: { name: "get_weather", args: { city } } });
  const calls = { parts: [{ text: "Looking." }, get("Paris"), get("Rome")] };
  await gemini("calls-stream", calls, () => drain(model().bindTools([getWeather]).stream(turns)));
  await gemini("loop", [calls, { parts: [{ text: "Sunny." }] }], async () => {
    const bound = model().bindTools([getWeather]);
    await looped(bound, await bound.invoke(turns));
  });
  await gemini(
    "stream-cut",
    { parts: [{ text: "It is sunny in Paris." }], cut: true },
    () => drain(model().stream(turns)),
    { skip: "partial-stream" },
  );
}
{
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: stub.url,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    requestHandler: new NodeHttpHandler(),
  });
  const model = () =>
    new ChatBedrockConverse({
      model: "anthropic.claude-3-7-sonnet-20250219-v1:0",
      region: "us-east-1",
      credentials: { accessKeyId: "none", secretAccessKey: "none" },
      client,
    });
  const bedrock = (name, reply, scenario, expected) =>
    capture(`old-lcjs-bedrock-${name}`, "@langchain/core @langchain/aws", reply, scenario, expected);
  const calls = {
    content: [
      { reasoningContent: { reasoningText: { text: "hmm, the weather", signature: "c2ln" } } },
      { text: "Looking." },
      { toolUse: { toolUseId: "tooluse_1", name: "get_weather", input: { city: "Paris" } } },
    ],
  };
  await bedrock("loop-stream", [calls, { content: [{ text: "Sunny." }] }], async () => {
    const bound = model().bindTools([getWeather]);
    await looped(bound, await drain(bound.stream(turns)));
  });
  await bedrock("stream-cut", { content: [{ text: "It is sunny" }], cut: true }, () => drain(model().stream(turns)), {
    skip: "partial-stream",
  });
}
{
  const model = (fields) => new ChatOllama({ model: "qwen3", baseUrl: stub.url, maxRetries: 0, ...fields });
  const ollama = (name, reply, scenario, expected) =>
    capture(`old-lcjs-ollama-${name}`, "@langchain/core @langchain/ollama", reply, scenario, expected);
  await ollama(
    "calls-stream",
    {
      message: {
        content: "Looking.",
        tool_calls: ["Paris", "Rome"].map((city) => ({ function: { name: "get_weather", arguments: { city } } })),
      },
    },
    () => drain(model().bindTools([getWeather]).stream(turns)),
  );
  await ollama(
    "thinking",
    { message: { thinking: "hmm, the weather", content: "Sunny." } },
    () => model({ think: true }).invoke(turns),
    { skip: "unknown-shape" },
  );
}
{
  const model = () =>
    new ChatMistralAI({ model: "mistral-small-latest", apiKey: "no-key", serverURL: stub.url, maxRetries: 0 });
  const mistral = (name, reply, scenario) =>
    capture(`old-lcjs-mistral-${name}`, "@langchain/core @langchain/mistralai", reply, scenario);
  const called = {
    message: {
      content: "",
      tool_calls: [
        { id: "D681PevKs", type: "function", function: { name: "get_weather", arguments: '{"city": "Paris"}' } },
      ],
    },
    wholeCalls: true,
  };
  await mistral("text-stream", { message: { content: "It is sunny in Paris." } }, () => drain(model().stream(turns)));
  await mistral("calls-stream", called, () => drain(model().bindTools([getWeather]).stream(turns)));
}
await stub.close();
process.exit(0);
