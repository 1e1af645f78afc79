// LangChain.js with the models of providers other than OpenAI and Anthropic, each in its own
// protocol (provider-protocols.mjs). See README.md.
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatDeepSeek } from "@langchain/deepseek";
import { ChatGoogle } from "@langchain/google/node";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatVertexAI } from "@langchain/google-vertexai";
import { ChatGroq } from "@langchain/groq";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOllama } from "@langchain/ollama";
import { ChatOpenAI } from "@langchain/openai";
import { ChatOpenRouter } from "@langchain/openrouter";
import { ChatXAI } from "@langchain/xai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { z } from "zod";
import { protocols } from "./provider-protocols.mjs";
import { openSession } from "./session.mjs";

const { stub, capture } = await openSession(import.meta.url, process.argv[2], { protocols, wait: 60 });

const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
const zodWeather = tool(async ({ city }) => `sunny in ${city}`, {
  name: "get_weather",
  description: "Get weather",
  schema: z.object({
    city: z.string().describe("City"),
    unit: z.enum(["c", "f"]).optional(),
    days: z.array(z.object({ n: z.number().int() })).optional(),
  }),
});
const now = tool(async () => "noon", { name: "now", description: "The time", schema: z.object({}) });
const report = z.object({ city: z.string(), degrees: z.number().nullable() });
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const image = `data:image/png;base64,${pixel}`;
const drain = async (stream) => {
  let whole;
  for await (const chunk of await stream) whole = whole ? whole.concat(chunk) : chunk;
  return whole;
};
const asked = (id, args = { city: "Paris" }, content = "") =>
  new AIMessage({ content, tool_calls: [{ id, name: "get_weather", args, type: "tool_call" }] });
const told = (id, content = "sunny", fields = {}) =>
  new ToolMessage({ content, tool_call_id: id, name: "get_weather", ...fields });
const named = [
  new SystemMessage({ content: "Be brief.", name: "rules" }),
  new HumanMessage({ content: "a", name: "ann" }),
  new AIMessage({ content: "b", name: "bot" }),
  new HumanMessage({ content: "c", name: "bob" }),
];
const both = new AIMessage({
  content: "Looking.",
  tool_calls: [
    { id: "call_1", name: "get_weather", args: { city: "Paris" }, type: "tool_call" },
    { id: "call_2", name: "get_weather", args: { city: "Rome" }, type: "tool_call" },
  ],
});

/**
 * The ids that the history had, where the protocol has none, or the package sends or notes ids of its
 * own (Mistral's are nine letters). Those of the answer stay open.
 */
const ids = (...given) => ({ ids: given });
const withAnswer =
  (content) =>
  ({ messages, ...rest }) => ({ ...rest, messages: [...messages.slice(0, -1), { ...messages.at(-1), content }] });

// ── Gemini, by its three packages ──
{
  const get = (city) => ({ functionCall: { name: "get_weather", args: { city } } });
  const thought = { text: "The user wants\nthe weather.", thought: true };
  const models = {
    genai: [
      "@langchain/google-genai",
      (fields) =>
        new ChatGoogleGenerativeAI({
          model: "gemini-2.5-pro",
          apiKey: "no-key",
          baseUrl: stub.url,
          maxRetries: 0,
          ...fields,
        }),
    ],
    google: [
      "@langchain/google",
      (fields) =>
        new ChatGoogle({
          model: "gemini-2.5-pro",
          apiKey: "no-key",
          endpoint: stub.url,
          maxRetries: 0,
          platformType: "gai",
          ...fields,
        }),
    ],
    vertex: [
      "@langchain/google-vertexai",
      (fields) => new ChatVertexAI({ model: "gemini-2.5-pro", apiKey: "no-key", maxRetries: 0, ...fields }),
    ],
  };
  const throughStub = globalThis.fetch;
  // With a key Vertex AI has one address, which cannot be set.
  const vertex = "https://aiplatform.googleapis.com";
  globalThis.fetch = (resource, options) =>
    throughStub(
      typeof resource !== "object" || resource instanceof URL ? String(resource).replace(vertex, stub.url) : resource,
      options,
    );
  // The second and third package share much with the first: of them only where they write runs of their own.
  const own = {
    google: ["thinking-stream", "calls-stream-together", "own-tools", "stream-cut", "loop", "v1", "v1-stream"],
    vertex: ["thinking-stream", "own-tools", "stream-cut", "loop"],
  };
  for (const [provider, [from, model]] of Object.entries(models)) {
    const gemini = async (name, reply, scenario, expected) =>
      (own[provider] ?? [name]).includes(name) &&
      capture(`lcjs-${provider}-${name}`, `@langchain/core ${from}`, reply, scenario, expected);
    const bound = (fields) => model(fields).bindTools([zodWeather, now]);
    await gemini("text-parts", { parts: [{ text: "It is " }, { text: "sunny." }] }, () => model().invoke(turns));
    // The package drops a chunk without content, and the reason in it: the trace cannot tell it from a stream that was cut off.
    await gemini(
      "text-stream-bare-end",
      { parts: [{ text: "It is sunny in Paris." }], bareEnd: true },
      () => drain(model().stream(turns)),
      { skip: "partial-stream" },
    );
    await gemini(
      "thinking-stream",
      { parts: [thought, { text: "Sunny in Paris." }, { text: "", thoughtSignature: "c2ln" }] },
      () => drain(model().stream(turns)),
    );
    await gemini(
      "call-ids",
      {
        parts: [
          { functionCall: { id: "fc1", ...get("Paris").functionCall }, thoughtSignature: "c2ln" },
          { functionCall: { id: "fc2", ...get("Rome").functionCall } },
        ],
      },
      () => bound().invoke(turns),
    );
    await gemini(
      "calls",
      { parts: [thought, { text: "Looking." }, { ...get("Paris"), thoughtSignature: "c2ln" }, get("Rome")] },
      () => bound().invoke(turns),
    );
    await gemini("calls-same", { parts: [get("Paris"), get("Paris")] }, () => bound().invoke(turns));
    await gemini(
      "calls-stream",
      { parts: [thought, { text: "Looking." }, { ...get("Paris"), thoughtSignature: "c2ln" }, get("Rome")] },
      () => drain(bound().stream(turns)),
    );
    await gemini(
      "calls-stream-together",
      { parts: [{ ...get("Paris"), thoughtSignature: "c2ln" }, get("Rome")], together: true },
      () => drain(bound().stream(turns)),
    );
    await gemini("call-without-arguments-stream", { parts: [{ functionCall: { name: "now" } }] }, () =>
      drain(bound().stream(turns)),
    );
    await gemini("own-tools", { parts: [get("Paris")] }, () =>
      model()
        .bindTools([
          {
            functionDeclarations: [
              {
                name: "get_weather",
                description: "Get weather",
                parameters: {
                  type: "OBJECT",
                  properties: { city: { type: "STRING", description: "City" } },
                  required: ["city"],
                },
              },
            ],
          },
        ])
        .invoke(turns),
    );
    await gemini(
      "code-stream",
      {
        parts: [
          { text: "I count. " },
          { executableCode: { language: "PYTHON", code: "print(1)" } },
          { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
          { text: "One." },
        ],
      },
      () =>
        drain(
          model()
            .bindTools([{ codeExecution: {} }])
            .stream(turns),
        ),
    );
    await gemini("structured-json", { parts: [{ text: '{"city":"Paris","degrees":null}' }] }, () =>
      model().withStructuredOutput(report, { name: "report", method: "jsonSchema" }).invoke(turns),
    );
    for (const [reason, code] of [
      ["LANGUAGE", "filtered"],
      ["IMAGE_SAFETY", "filtered"],
      ["UNEXPECTED_TOOL_CALL", "run-error"],
      ["OTHER", "run-error"],
    ]) {
      await gemini(`end-${reason}`, { parts: [{ text: "It is" }], finish: reason }, () => model().invoke(turns), {
        skip: code,
      });
    }
    await gemini(
      "end-MAX_TOKENS-stream",
      { parts: [{ text: "It is" }], finish: "MAX_TOKENS" },
      () => drain(model().stream(turns)),
      { skip: "truncated" },
    );
    await gemini(
      "stream-cut",
      { parts: [{ text: "It is sunny in Paris." }], cut: true },
      () => drain(model().stream(turns)),
      { skip: "partial-stream" },
    );
    await gemini(
      "image-out",
      { parts: [{ text: "Here." }, { inlineData: { mimeType: "image/png", data: pixel } }] },
      () => model().invoke(turns),
      { skip: "unsupported-content" },
    );
    await gemini(
      "history",
      { parts: [{ text: "Sunny." }] },
      () => bound().invoke([...turns, both, told("call_1"), told("call_2", "rain"), new HumanMessage("So?")]),
      ids("call_1", "call_2", "call_1", "call_2"),
    );
    await gemini(
      "history-error",
      { parts: [{ text: "Sunny." }] },
      () => bound().invoke([...turns, asked("call_1"), told("call_1", "no such city", { status: "error" })]),
      ids("call_1", "call_1"),
    );
    await gemini(
      "loop",
      [
        { parts: [thought, { text: "Looking." }, { ...get("Paris"), thoughtSignature: "c2ln" }, get("Rome")] },
        { parts: [{ text: "Sunny." }] },
      ],
      async () => {
        const first = await bound().invoke(turns);
        await bound().invoke([...turns, first, ...first.tool_calls.map(({ id, name }) => told(id, "sunny", { name }))]);
      },
    );
    await gemini("image-file", { parts: [{ text: "Red." }] }, () =>
      model().invoke([
        new HumanMessage({
          content: [
            { type: "media", mimeType: "image/png", fileUri: "gs://bucket/a.png" },
            { type: "text", text: "What?" },
          ],
        }),
      ]),
    );
    await gemini("v1", { parts: [thought, { text: "Looking." }, get("Paris"), get("Paris")] }, () =>
      bound({ outputVersion: "v1" }).invoke(turns),
    );
    await gemini("v1-stream", { parts: [thought, { text: "Looking." }, get("Paris")] }, () =>
      drain(bound({ outputVersion: "v1" }).stream(turns)),
    );
  }
}

// ── Bedrock, by Converse ──
{
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: stub.url,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    requestHandler: new NodeHttpHandler(),
  });
  const model = (fields) =>
    new ChatBedrockConverse({
      model: "anthropic.claude-sonnet-4-5-20250929-v1:0",
      region: "us-east-1",
      credentials: { accessKeyId: "none", secretAccessKey: "none" },
      maxRetries: 0,
      client,
      ...fields,
    });
  const bedrock = (name, reply, scenario, expected) =>
    capture(`lcjs-bedrock-${name}`, "@langchain/core @langchain/aws", reply, scenario, expected);
  const bound = (fields) => model(fields).bindTools([zodWeather, now]);
  const get = (toolUseId, city) => ({ toolUse: { toolUseId, name: "get_weather", input: { city } } });
  const thought = { reasoningContent: { reasoningText: { text: "The user wants the weather.", signature: "c2ln" } } };
  const calls = [thought, { text: "Looking." }, get("tooluse_1", "Paris"), get("tooluse_2", "Rome")];
  await bedrock("calls-stream", { content: calls }, () => drain(bound().stream(turns)));
  await bedrock(
    "call-empty-input-stream",
    { content: [{ toolUse: { toolUseId: "t1", name: "now", input: {} } }], input: "" },
    () => drain(bound().stream(turns)),
  );
  await bedrock(
    "redacted-stream",
    { content: [{ reasoningContent: { redactedContent: "ZW5j" } }, { text: "Sunny." }] },
    () => drain(model().stream(turns)),
  );
  await bedrock(
    "end-malformed_tool_use",
    { content: [{ text: "It is" }], stop: "malformed_tool_use" },
    () => model().invoke(turns),
    { skip: "run-error" },
  );
  await bedrock(
    "end-content_filtered-stream",
    { content: [{ text: "It is" }], stop: "content_filtered" },
    () => drain(model().stream(turns)),
    { skip: "filtered" },
  );
  await bedrock("stream-cut", { content: [{ text: "It is sunny" }], cut: true }, () => drain(model().stream(turns)), {
    skip: "partial-stream",
  });
  await bedrock("history-parts", { content: [{ text: "Sunny." }] }, () =>
    bound().invoke([
      ...turns,
      asked("call_1"),
      told("call_1", [
        { type: "text", text: "sunny" },
        { type: "image_url", image_url: { url: image } },
      ]),
    ]),
  );
  await bedrock("history-cache", { content: [{ text: "Sunny." }] }, () =>
    model().invoke([
      new SystemMessage({ content: [{ type: "text", text: "Rules." }, { cachePoint: { type: "default" } }] }),
      new HumanMessage({ content: [{ type: "text", text: "a" }, { cachePoint: { type: "default" } }] }),
    ]),
  );
  await bedrock(
    "systems",
    { content: [{ text: "Sunny." }] },
    () => model().invoke([new SystemMessage("One."), new HumanMessage("a"), new SystemMessage("Two.")]),
    ({ messages: [, user, answer] }) => ({
      messages: [{ role: "system", content: "One." }, user, { role: "system", content: "Two." }, answer],
    }),
  );
  await bedrock("loop", [{ content: calls }, { content: [{ text: "Sunny." }] }], async () => {
    const first = await bound().invoke(turns);
    await bound().invoke([...turns, first, told("tooluse_1"), told("tooluse_2")]);
  });
  await bedrock("loop-stream", [{ content: calls }, { content: [{ text: "Sunny." }] }], async () => {
    const first = await drain(bound().stream(turns));
    await bound().invoke([...turns, first, told("tooluse_1"), told("tooluse_2")]);
  });
  await bedrock("names", { content: [{ text: "Sunny." }] }, () => model().invoke(named));
  await bedrock("image-own", { content: [{ text: "Red." }] }, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "text", text: "What?" },
          { type: "image", image: { format: "png", source: { bytes: Buffer.from(pixel, "base64") } } },
        ],
      }),
    ]),
  );
  await bedrock("v1", { content: calls }, () => bound({ outputVersion: "v1" }).invoke(turns));
  await bedrock("v1-stream", { content: calls }, () => drain(bound({ outputVersion: "v1" }).stream(turns)));
}

// ── Ollama ──
{
  const model = (fields) => new ChatOllama({ model: "qwen3", baseUrl: stub.url, maxRetries: 0, ...fields });
  const ollama = (name, reply, scenario, expected) =>
    capture(`lcjs-ollama-${name}`, "@langchain/core @langchain/ollama", reply, scenario, expected);
  const bound = (fields) => model(fields).bindTools([zodWeather, now]);
  const get = (city, id) => ({
    ...(id && { id }),
    function: { ...(id && { index: 0 }), name: "get_weather", arguments: { city } },
  });
  await ollama("thinking-stream", { message: { thinking: "hmm, the weather", content: "Sunny." } }, () =>
    drain(model({ think: true }).stream(turns)),
  );
  await ollama(
    "call-id",
    { message: { content: "", tool_calls: [get("Paris", "call_x")] } },
    () => bound().invoke(turns),
    ids(),
  );
  await ollama(
    "calls-apart-stream",
    { message: { content: "Looking.", tool_calls: [get("Paris"), get("Rome")] }, apart: true },
    () => drain(bound().stream(turns)),
  );
  await ollama("structured", { message: { content: '{"city":"Paris","degrees":null}' } }, () =>
    model().withStructuredOutput(report, { name: "report" }).invoke(turns),
  );
  await ollama(
    "end-length-stream",
    { message: { content: "It is" }, done: "length" },
    () => drain(model().stream(turns)),
    { skip: "truncated" },
  );
  await ollama("stream-cut", { message: { content: "It is sunny" }, cut: true }, () => drain(model().stream(turns)), {
    skip: "run-error",
  });
  await ollama(
    "history",
    { message: { content: "Sunny." } },
    () => bound().invoke([...turns, both, told("call_1"), told("call_2", "rain"), new HumanMessage("So?")]),
    ids("call_1", "call_2", "call_1", "call_2"),
  );
  await ollama(
    "loop",
    [{ message: { content: "Looking.", tool_calls: [get("Paris"), get("Rome")] } }, { message: { content: "Sunny." } }],
    async () => {
      const first = await bound().invoke(turns);
      await bound().invoke([...turns, first, ...first.tool_calls.map(({ id, name }) => told(id, "sunny", { name }))]);
    },
  );
  await ollama("v1", { message: { thinking: "hmm", content: "Looking.", tool_calls: [get("Paris")] } }, () =>
    bound({ outputVersion: "v1", think: true }).invoke(turns),
  );
}

// ── OpenAI's protocol, in the words of others ──
{
  const call = (id, city) => ({
    id,
    type: "function",
    function: { name: "get_weather", arguments: `{"city": "${city}"}` },
  });
  const noArguments = (id, text) => ({ id, type: "function", function: { name: "now", arguments: text } });
  const openAI = { apiKey: "no-key", maxRetries: 0, configuration: { baseURL: `${stub.url}/v1` } };
  const providers = {
    mistral: {
      from: "@langchain/mistralai",
      create: (fields) =>
        new ChatMistralAI({
          model: "magistral-medium-latest",
          apiKey: "no-key",
          serverURL: stub.url,
          maxRetries: 0,
          ...fields,
        }),
      ids: ["D681PevKs", "a1B2c3D4e"],
      scenarios: ["thinking-stream", "calls-stream-whole", "stream-cut", "history-both", "loop", "names"],
      ends: [
        ["model_length", "truncated"],
        ["error", "run-error"],
      ],
      thinking: {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "hmm" }] },
          { type: "text", text: "Sunny." },
        ],
      },
    },
    groq: {
      from: "@langchain/groq",
      create: (fields) =>
        new ChatGroq({ model: "qwen/qwen3-32b", apiKey: "no-key", baseUrl: stub.url, maxRetries: 0, ...fields }),
      ids: ["call_a1b2", "call_c3d4"],
      scenarios: ["thinking-stream", "calls-stream", "stream-cut", "names"],
      ends: [],
      thinking: { reasoning: "hmm", content: "Sunny." },
    },
    deepseek: {
      from: "@langchain/deepseek",
      create: (fields) => new ChatDeepSeek({ model: "deepseek-reasoner", ...openAI, ...fields }),
      ids: ["call_0_1234", "call_1_5678"],
      scenarios: ["thinking-stream", "calls-stream", "think-tags-stream", "stream-cut", "call-broken", "loop", "v1"],
      ends: [["insufficient_system_resource", "partial-stream"]],
      thinking: { reasoning_content: "hmm, the weather", content: "Sunny." },
    },
    xai: {
      from: "@langchain/xai",
      create: (fields) =>
        new ChatXAI({ model: "grok-4", apiKey: "no-key", maxRetries: 0, baseURL: `${stub.url}/v1`, ...fields }),
      ids: ["call_11112222", "call_33334444"],
      scenarios: ["thinking-stream", "calls-stream", "v1"],
      ends: [],
      thinking: { reasoning_content: "hmm", content: "Sunny.", refusal: null },
    },
    openrouter: {
      from: "@langchain/openrouter",
      create: (fields) =>
        new ChatOpenRouter({
          model: "z-ai/glm-4.6",
          apiKey: "no-key",
          maxRetries: 0,
          baseURL: `${stub.url}/v1`,
          ...fields,
        }),
      ids: ["tool_0_get_weather", "tool_1_get_weather"],
      scenarios: ["thinking-stream", "calls-stream", "stream-cut", "v1"],
      ends: [["content_filter", "filtered"]],
      thinking: {
        reasoning: "hmm",
        reasoning_details: [{ type: "reasoning.text", text: "hmm", index: 0 }],
        content: "Sunny.",
        refusal: null,
      },
    },
    vllm: {
      from: "@langchain/openai",
      create: (fields) => new ChatOpenAI({ model: "Qwen/Qwen3-8B", ...openAI, ...fields }),
      ids: ["chatcmpl-tool-1a2b", "chatcmpl-tool-3c4d"],
      scenarios: ["thinking-stream", "call-finish-stop", "call-empty-arguments-stream"],
      ends: [["abort", "partial-stream"]],
      thinking: { reasoning_content: "hmm", content: "Sunny." },
    },
  };
  for (const [
    name,
    {
      from,
      create,
      ids: [one, two],
      ends,
      thinking,
      scenarios,
    },
  ] of Object.entries(providers)) {
    const chat = async (scenario, reply, run, expected) =>
      (scenario.startsWith("end-") || scenarios.includes(scenario)) &&
      capture(`lcjs-${name}-${scenario}`, `@langchain/core ${from}`, reply, run, expected);
    const bound = (fields) => create(fields).bindTools([zodWeather, now]);
    const called = { content: "Looking.", tool_calls: [call(one, "Paris"), call(two, "Rome")] };
    await chat("thinking-stream", { message: thinking }, () => drain(create().stream(turns)));
    if (name !== "mistral") await chat("calls-stream", { message: called }, () => drain(bound().stream(turns)));
    await chat("calls-stream-whole", { message: called, wholeCalls: true }, () => drain(bound().stream(turns)));
    await chat("call-empty-arguments-stream", { message: { content: "", tool_calls: [noArguments(one, "")] } }, () =>
      drain(bound().stream(turns)),
    );
    await chat(
      "call-broken",
      {
        message: {
          content: "",
          tool_calls: [{ ...call(one, "Paris"), function: { name: "get_weather", arguments: '{"city": "Par' } }],
        },
      },
      () => bound().invoke(turns),
    );
    await chat(
      "call-finish-stop",
      { message: { content: null, tool_calls: [call(one, "Paris")] }, finish: "stop" },
      () => bound().invoke(turns),
    );
    // The package parts the thought from the answer, in streams alone.
    await chat(
      "think-tags-stream",
      { message: { content: "<think>\nhmm\n</think>\n\nSunny in Paris." } },
      () => drain(create().stream(turns)),
      withAnswer("\n\nSunny in Paris."),
    );
    for (const [reason, code] of ends) {
      await chat(`end-${reason}`, { message: { content: "It is" }, finish: reason }, () => create().invoke(turns), {
        skip: code,
      });
    }
    await chat("stream-cut", { message: { content: "It is sunny" }, cut: true }, () => drain(create().stream(turns)), {
      skip: "partial-stream",
    });
    await chat(
      "history-both",
      { message: { content: "Sunny." } },
      () => bound().invoke([...turns, both, told("call_1"), told("call_2", "rain"), new HumanMessage("So?")]),
      ids("call_1", "call_2", "call_1", "call_2"),
    );
    await chat("loop", [{ message: { ...thinking, ...called } }, { message: { content: "Sunny." } }], async () => {
      const first = await bound().invoke(turns);
      await bound().invoke([...turns, first, told(one), told(two)]);
    });
    await chat("names", { message: { content: "Sunny." } }, () => create().invoke(named));
    await chat("v1", { message: { ...thinking, ...called } }, () => bound({ outputVersion: "v1" }).invoke(turns));
  }
}
await stub.close();
process.exit(0);
