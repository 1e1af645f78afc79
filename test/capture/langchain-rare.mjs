// LangChain.js with OpenAI and Anthropic, in the combinations that are rare one by one: what
// stands in a history, what comes back, and how it was asked for. See README.md.
import { ChatAnthropic } from "@langchain/anthropic";
import { InMemoryCache } from "@langchain/core/caches";
import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { DynamicTool, tool } from "@langchain/core/tools";
import { FakeListChatModel, FakeStreamingChatModel } from "@langchain/core/utils/testing";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatGroq } from "@langchain/groq";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent, providerStrategy, toolStrategy } from "langchain";
import { z } from "zod";
import { openSession } from "./session.mjs";
import { call, definition, drain, image, parameters, pixel, second, text, weather } from "./weather.mjs";

const { stub, capture } = await openSession(import.meta.url, process.argv[2]);

const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
const plain = [
  { role: "system", content: "You are a weather bot." },
  { role: "user", content: "Weather in Paris?" },
];
const report = z.object({ city: z.string(), degrees: z.number().nullable() });
const zodWeather = tool(async ({ city }) => `sunny in ${city}`, {
  name: "get_weather",
  description: "Get weather",
  schema: z.object({
    city: z.string().describe("City"),
    unit: z.enum(["c", "f"]).default("c"),
    days: z.array(z.object({ n: z.number().int() })).optional(),
  }),
});
const asked = (id, args = { city: "Paris" }) =>
  new AIMessage({ content: "", tool_calls: [{ id, name: "get_weather", args }] });
const told = (id, content = "sunny", fields = {}) =>
  new ToolMessage({ content, tool_call_id: id, name: "get_weather", ...fields });

// ── chat completions ──
{
  const tracer = "@langchain/core @langchain/openai";
  const model = (fields) =>
    new ChatOpenAI({
      model: "gpt-4o-mini",
      apiKey: "no-key",
      configuration: { baseURL: `${stub.url}/v1` },
      maxRetries: 0,
      ...fields,
    });
  const chat = (name, replies, scenario, expected) => capture(`lcjs-${name}`, tracer, replies, scenario, expected);

  // how it was asked for
  await chat("developer-role", text, () => model({ model: "o3-mini" }).invoke(turns));
  await chat(
    "parameters",
    { ...text, logprobs: { content: [{ token: "It", logprob: -0.1, bytes: null, top_logprobs: [] }], refusal: null } },
    () =>
      model({
        logprobs: true,
        topLogprobs: 1,
        user: "u",
        stop: ["END"],
        temperature: 0.3,
        maxTokens: 50,
        modelKwargs: { seed: 4 },
        metadata: { customer: "acme", messages: "own" },
        tags: ["nightly"],
      })
        .withConfig({ runName: "weather model" })
        .invoke(turns, { prediction: { type: "content", content: "x" } }),
  );
  await chat("zod-tools", { calls: [call] }, () =>
    model().bindTools([zodWeather], { strict: true, tool_choice: "any" }).invoke(turns),
  );
  await chat("dynamic-tool", { calls: [{ id: "call_1", name: "search", arguments: '{"input":"x"}' }] }, () =>
    model()
      .bindTools([new DynamicTool({ name: "search", description: "Search", func: async () => "x" })], {
        tool_choice: "search",
      })
      .invoke(turns),
  );
  await chat("tools-not-called", text, () => model().bindTools([zodWeather], { tool_choice: "none" }).invoke(turns));
  await chat("tools-with-text-stream", { text: "Looking.", calls: [call, second] }, () =>
    drain(
      model({ streaming: true, streamUsage: true })
        .bindTools([zodWeather], { parallel_tool_calls: true })
        .stream(turns),
    ),
  );
  await chat("streaming-invoke", { text: "Looking.", calls: [call, second] }, () =>
    model({ streaming: true }).invoke(turns, { tools: weather }),
  );
  await chat("streaming-functions", { functionCall: { name: "get_weather", arguments: call.arguments } }, () =>
    model({ streaming: true }).invoke(turns, { functions: [definition], function_call: "auto" }),
  );
  await chat(
    "functions-with-text",
    { text: "Looking.", functionCall: { name: "get_weather", arguments: call.arguments } },
    () => model().invoke(turns, { functions: [definition] }),
  );
  await chat("functions-not-called", text, () =>
    model().invoke(turns, {
      functions: [definition, { name: "now", parameters: { type: "object", properties: {} } }],
      function_call: "none",
    }),
  );
  await chat("functions-no-arguments", { functionCall: { name: "now", arguments: "" } }, () =>
    model().invoke(turns, { functions: [{ name: "now", parameters: { type: "object", properties: {} } }] }),
  );
  await chat("functions-broken", { functionCall: { name: "get_weather", arguments: '{"city": "Par' } }, () =>
    model().invoke(turns, { functions: [definition] }),
  );
  await chat("functions-several-turns", { functionCall: { name: "get_weather", arguments: second.arguments } }, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "Looking.",
          additional_kwargs: { function_call: { name: "get_weather", arguments: call.arguments } },
        }),
        new FunctionMessage({ name: "get_weather", content: '{"sky":"sunny"}' }),
        new AIMessage("Sunny."),
        new HumanMessage("And Rome?"),
      ],
      { functions: [definition] },
    ),
  );
  await chat("n2-tools", { calls: [call], text: "Looking." }, () =>
    model({ n: 2 }).generate([turns], { tools: weather }),
  );
  await chat("n2-streaming", text, () => model({ n: 2, streaming: true }).invoke(turns));
  await chat("generate-batch", text, () => model().batch([turns, "hello"]));
  await chat("string-prompt", text, () => model().invoke("hi"));
  await chat("tuples-prompt", text, () =>
    model().invoke(
      [
        ["system", "Be brief."],
        ["human", "hi"],
        ["ai", "hello"],
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
        ["placeholder", "x"],
      ].slice(0, 4),
    ),
  );
  await chat("roles-prompt", text, () =>
    model().invoke(
      [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "hi", name: "ann" },
        {
          role: "assistant",
          content: "",
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":  "Paris"}' } },
          ],
        },
        { role: "tool", content: "sunny", tool_call_id: "call_1" },
      ],
      { tools: weather },
    ),
  );
  await chat("placeholder-prompt", text, () =>
    ChatPromptTemplate.fromMessages([
      ["system", "Be brief."],
      new MessagesPlaceholder("history"),
      ["human", "{question}"],
    ])
      .pipe(model())
      .invoke({
        history: [
          ["human", "a"],
          ["ai", "b"],
        ],
        question: "c",
      }),
  );
  const cache = new InMemoryCache();
  await chat(
    "cache-tools",
    { calls: [call] },
    async () => {
      await model({ cache }).invoke(turns, { tools: weather });
      await model({ cache }).invoke(turns, { tools: weather });
    },
    [
      undefined,
      {
        convert: {
          messages: [
            ...plain,
            {
              role: "assistant",
              content: null,
              tool_calls: [{ id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } }],
            },
          ],
          tools: weather,
        },
      },
    ],
  );
  await chat(
    "fallback",
    [{ error: "bad model" }, text],
    () =>
      model()
        .withFallbacks([model({ model: "gpt-4o" })])
        .invoke(turns),
    [{ skip: "run-error" }, { convert: { messages: [...plain, { role: "assistant", content: text.text }] } }],
  );
  await chat("stream-cut", { ...text, cut: true }, () => drain(model().stream(turns)), { skip: "partial-stream" });
  await chat(
    "stream-aborted",
    [text],
    async () => {
      const controller = new AbortController();
      for await (const chunk of await model().stream(turns, { signal: controller.signal })) {
        void chunk;
        controller.abort();
      }
    },
    { skip: "pending" },
  );
  await chat("raw-response", text, () => model({ __includeRawResponse: true }).invoke(turns));

  // what stands in a history
  await chat("history-tool-errors", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "",
          tool_calls: [
            { id: "a", name: "get_weather", args: { city: "Paris" } },
            { id: "b", name: "get_weather", args: {} },
            { id: "c", name: "get_weather", args: { city: "Rome" } },
          ],
        }),
        told("a", "no such city", { status: "error" }),
        told(
          "b",
          [
            { type: "text", text: "line" },
            { type: "text", text: "s" },
          ],
          { artifact: { rows: [1] } },
        ),
        told("c", ""),
      ],
      { tools: weather },
    ),
  );
  await chat("history-tool-image", text, () =>
    model().invoke(
      [
        ...turns,
        asked("a"),
        told("a", [
          { type: "text", text: "map" },
          { type: "image_url", image_url: { url: image } },
        ]),
      ],
      { tools: weather },
    ),
  );
  await chat("history-tool-json", text, () =>
    model().invoke([...turns, asked("a"), told("a", JSON.stringify({ lc: 1, sky: "sunny" }))], { tools: weather }),
  );
  await chat("history-raw-calls", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "",
          additional_kwargs: {
            tool_calls: [
              { id: "a", type: "function", function: { name: "get_weather", arguments: '{"city":  "Paris"}' } },
            ],
          },
        }),
        told("a"),
      ],
      { tools: weather },
    ),
  );
  await chat("history-invalid-call", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "",
          invalid_tool_calls: [{ id: "a", name: "get_weather", args: '{"city"', error: "no JSON" }],
        }),
        told("a", "bad arguments"),
      ],
      { tools: weather },
    ),
  );
  await chat("history-anthropic-blocks", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: [
            { type: "thinking", thinking: "hmm", signature: "c2ln" },
            { type: "text", text: "Looking." },
            { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } },
          ],
          tool_calls: [{ id: "toolu_1", name: "get_weather", args: { city: "Paris" } }],
        }),
        told("toolu_1"),
      ],
      { tools: weather },
    ),
  );
  await chat("history-names", text, () =>
    model().invoke([
      new SystemMessage({ content: "Be brief.", name: "rules" }),
      new HumanMessage({ content: [{ type: "text", text: "hi" }], name: "ann", id: "m1" }),
      new AIMessage({ content: "hello", name: "bot", id: "m2" }),
      new HumanMessage({ content: "so?", name: "bob", additional_kwargs: { note: "x" }, response_metadata: { y: 1 } }),
    ]),
  );
  await chat("history-systems", text, () =>
    model().invoke([
      new SystemMessage([
        { type: "text", text: "One." },
        { type: "text", text: "Two." },
      ]),
      new HumanMessage("a"),
      new SystemMessage("Three."),
      new HumanMessage("b"),
      new HumanMessage("c"),
    ]),
  );
  await chat("history-empty", text, () =>
    model().invoke([new SystemMessage(""), new HumanMessage("a"), new AIMessage(""), new HumanMessage("b")]),
  );
  await chat("history-empty-array", text, () =>
    model().invoke(
      [
        new HumanMessage("a"),
        new AIMessage({ content: [], tool_calls: [{ id: "a", name: "get_weather", args: { city: "Paris" } }] }),
        told("a"),
      ],
      { tools: weather },
    ),
  );
  await chat("history-chat-messages", text, () =>
    model().invoke([
      new ChatMessage("Be brief.", "system"),
      new ChatMessage("hi", "user"),
      new ChatMessage("hello", "assistant"),
      new ChatMessage("so?", "user"),
    ]),
  );
  await chat("history-chunks", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessageChunk({
          content: "",
          tool_call_chunks: [{ id: "a", name: "get_weather", args: '{"city": "Pa', index: 0 }],
        }).concat(new AIMessageChunk({ content: "", tool_call_chunks: [{ args: 'ris"}', index: 0 }] })),
        told("a"),
      ],
      { tools: weather },
    ),
  );
  await chat("history-refusal", text, () =>
    model().invoke([
      new HumanMessage("a"),
      new AIMessage({ content: "", additional_kwargs: { refusal: "I cannot." } }),
      new HumanMessage("b"),
    ]),
  );
  await chat(
    "history-image-mix",
    text,
    () =>
      model().invoke([
        new HumanMessage({
          content: [
            { type: "text", text: "a" },
            { type: "image_url", image_url: "https://example.com/a.png" },
            { type: "text", text: "b" },
            { type: "image_url", image_url: { url: image, detail: "auto" } },
          ],
        }),
        new AIMessage("two"),
        new HumanMessage("why?"),
      ]),
    ({ messages: [first, ...others] }) => ({
      messages: [
        {
          ...first,
          content: first.content.map((part) =>
            typeof part.image_url === "string" ? { ...part, image_url: { url: part.image_url } } : part,
          ),
        },
        ...others,
      ],
    }),
  );
  await chat("history-image-v0-url", text, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "image", source_type: "url", url: "https://example.com/a.png" },
          { type: "text", text: "a" },
        ],
      }),
    ]),
  );
  await chat("history-image-v1-content", text, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "image", mimeType: "image/png", data: pixel },
          { type: "text", text: "a" },
        ],
        response_metadata: { output_version: "v1" },
      }),
    ]),
  );
  await chat(
    "history-file-id",
    text,
    () =>
      model().invoke([
        new HumanMessage({
          content: [
            { type: "file", file: { file_id: "file-1" } },
            { type: "text", text: "a" },
          ],
        }),
      ]),
    { skip: "unsupported-content" },
  );
  await chat(
    "history-audio-v0",
    text,
    () =>
      model({ model: "gpt-4o-audio-preview" }).invoke([
        new HumanMessage({
          content: [{ type: "audio", source_type: "base64", mime_type: "audio/wav", data: "UklGRiQAAABXQVZF" }],
        }),
      ]),
    { skip: "unsupported-content" },
  );
  await chat("history-v1-tools", text, () =>
    model({ outputVersion: "v1" }).invoke(
      [
        new SystemMessage({ contentBlocks: [{ type: "text", text: "Be brief." }] }),
        new HumanMessage({ contentBlocks: [{ type: "text", text: "a" }] }),
        new AIMessage({
          contentBlocks: [
            { type: "tool_call", id: "a", name: "get_weather", args: { city: "Paris" } },
            { type: "tool_call", id: "b", name: "get_weather", args: { city: "Rome" } },
          ],
        }),
        new ToolMessage({ contentBlocks: [{ type: "text", text: "sunny" }], tool_call_id: "a" }),
        told("b"),
      ],
      { tools: weather },
    ),
  );
  await chat("history-unicode", { text: "Здравствуй \u{1f324} \u2028 line\nend  " }, () =>
    model().invoke([new HumanMessage("  \u{1f324} \r\n tab\t\u0000 end ")]),
  );

  // what comes back
  await chat(
    "answer-lc-deep",
    {
      calls: [
        {
          ...call,
          arguments:
            '{"city":{"lc":1,"type":"constructor","id":["langchain_core","messages","HumanMessage"],"kwargs":{"content":"x"}},"list":[{"lc":2},{"__lc_escaped__":{"lc":1}}]}',
        },
      ],
    },
    () => model().invoke(turns, { tools: weather }),
  );
  await chat(
    "answer-lc-deep-stream",
    { calls: [{ ...call, arguments: '{"city":{"lc":1,"type":"secret","id":["A"]},"list":[{"lc":2}]}' }] },
    () => drain(model().stream(turns, { tools: weather })),
  );
  await chat("answer-number-arguments", { calls: [{ ...call, arguments: "5" }] }, () =>
    model().invoke(turns, { tools: weather }),
  );
  await chat("answer-array-arguments", { calls: [{ ...call, arguments: '["Paris"]' }] }, () =>
    model().invoke(turns, { tools: weather }),
  );
  await chat("answer-null-arguments", { calls: [{ ...call, arguments: "null" }] }, () =>
    model().invoke(turns, { tools: weather }),
  );
  await chat(
    "answer-proto-arguments",
    { calls: [{ ...call, arguments: '{"__proto__":{"a":1},"city":"Paris"}' }] },
    () => model().invoke(turns, { tools: weather }),
  );
  await chat(
    "answer-big-number",
    { calls: [{ ...call, arguments: '{"city":"Paris","id":12345678901234567890}' }] },
    () => model().invoke(turns, { tools: weather }),
  );
  await chat(
    "answer-two-broken",
    {
      calls: [
        { ...call, arguments: "{" },
        { ...second, arguments: "}" },
      ],
    },
    () => model().invoke(turns, { tools: weather }),
  );
  await chat("answer-broken-stream", { calls: [{ ...call, arguments: '{"city": "Par' }] }, () =>
    drain(model().stream(turns, { tools: weather })),
  );
  await chat("answer-one-broken-stream", { calls: [{ ...call, arguments: '{"city": "Par' }, second] }, () =>
    drain(model().stream(turns, { tools: weather })),
  );
  await chat("answer-no-arguments-stream", { calls: [{ id: "call_1", name: "now", arguments: "" }] }, () =>
    drain(
      model().stream(turns, {
        tools: [{ type: "function", function: { name: "now", parameters: { type: "object", properties: {} } } }],
      }),
    ),
  );
  await chat("answer-empty", { text: "" }, () => model().invoke(turns), { skip: "no-answer" });
  await chat("answer-empty-stream", { text: "" }, () => drain(model().stream(turns)), { skip: "no-answer" });
  await chat("answer-reasoning", { ...text, message: { reasoning_content: "hmm" } }, () => model().invoke(turns));
  await chat("answer-reasoning-stream", { ...text, message: { reasoning_content: "hmm" } }, () =>
    drain(model().stream(turns)),
  );
  await chat(
    "answer-annotations",
    {
      ...text,
      message: {
        annotations: [
          {
            type: "url_citation",
            url_citation: { start_index: 0, end_index: 2, title: "t", url: "https://example.com" },
          },
        ],
      },
    },
    () => model({ model: "gpt-4o-search-preview" }).invoke(turns),
  );
  await chat(
    "answer-audio",
    { message: { content: null, audio: { id: "audio_1", data: "AAAA", expires_at: 1, transcript: "Sunny." } } },
    () =>
      model({
        model: "gpt-4o-audio-preview",
        modalities: ["text", "audio"],
        audio: { voice: "alloy", format: "wav" },
      }).invoke(turns),
    { skip: "unsupported-content" },
  );
  await chat("answer-no-id", { calls: [{ ...call, id: "" }] }, () => model().invoke(turns, { tools: weather }), {
    skip: "invalid-tool-call",
  });
  await chat("answer-refusal-stream", { refusal: "I cannot." }, () => drain(model().stream(turns)), {
    skip: "no-answer",
  });
  await chat("answer-length-stream", { text: "It", finish: "length" }, () => drain(model().stream(turns)), {
    skip: "truncated",
  });
  await chat(
    "answer-length-tools",
    { calls: [{ ...call, arguments: '{"city"' }], finish: "length" },
    () => model().invoke(turns, { tools: weather }),
    { skip: "truncated" },
  );

  await chat("one-broken-loop", [{ calls: [second, { ...call, arguments: '{"city": "Par' }] }, text], async () => {
    const first = await model().invoke(turns, { tools: weather });
    await model().invoke([...turns, first, told("call_BBB222")], { tools: weather });
  });
  await chat(
    "one-broken-loop-stream",
    [{ calls: [second, { ...call, arguments: '{"city": "Par' }] }, text],
    async () => {
      let first;
      for await (const chunk of await model().stream(turns, { tools: weather }))
        first = first ? first.concat(chunk) : chunk;
      await model().invoke([...turns, first, told("call_BBB222"), told("call_AAA111")], { tools: weather });
    },
  );

  // structured output
  await chat("structured-strict", { text: '{"city":"Paris","degrees":null}' }, () =>
    model()
      .withStructuredOutput(report, { name: "report", method: "jsonSchema", strict: true, includeRaw: true })
      .invoke(turns),
  );
  await chat("structured-json-schema-dict", { text: '{"city":"Paris"}' }, () =>
    model()
      .withStructuredOutput({ title: "report", description: "A report", ...parameters }, { method: "jsonSchema" })
      .invoke(turns),
  );
  await chat("structured-stream", { text: '{"city":"Paris","degrees":21.5}' }, () =>
    drain(model().withStructuredOutput(report, { name: "report" }).stream(turns)),
  );
  await chat(
    "structured-function-strict",
    { calls: [{ id: "call_1", name: "report", arguments: '{"city":"Paris","degrees":1}' }] },
    () =>
      model()
        .withStructuredOutput(report, { name: "report", method: "functionCalling", strict: true, includeRaw: true })
        .invoke(turns),
  );
  await chat(
    "structured-function-dict",
    { calls: [{ id: "call_1", name: "report", arguments: '{"city":"Paris"}' }] },
    () =>
      model()
        .withStructuredOutput({ name: "report", description: "A report", parameters }, { method: "functionCalling" })
        .invoke(turns),
  );
  await chat(
    "structured-function-stream",
    { calls: [{ id: "call_1", name: "extract", arguments: '{"city":"Paris","degrees":1}' }] },
    () => drain(model().withStructuredOutput(report, { method: "functionCalling" }).stream(turns)),
  );
  await chat(
    "structured-function-wrong",
    { calls: [{ id: "call_1", name: "report", arguments: '{"town":"Paris"}' }] },
    () => model().withStructuredOutput(report, { name: "report", method: "functionCalling" }).invoke(turns),
  );
  await chat("structured-json-mode-text", { text: "no json" }, () =>
    model().withStructuredOutput(report, { method: "jsonMode" }).invoke(turns),
  );
  await chat("structured-with-tools", { calls: [call] }, () =>
    model()
      .withStructuredOutput(report, { name: "report", method: "jsonSchema", tools: weather, strict: true })
      .invoke(turns),
  );

  // agents
  await chat(
    "agent-tool-strategy",
    [
      { calls: [{ ...call, arguments: '{"city":"Paris","unit":"c"}' }] },
      { calls: [{ id: "call_2", name: "extract-1", arguments: '{"city":"Paris","degrees":3}' }] },
    ],
    () =>
      createAgent({
        model: model(),
        tools: [zodWeather],
        systemPrompt: "You are a weather bot.",
        responseFormat: toolStrategy(report),
      }).invoke({ messages: [{ role: "user", content: "Weather?" }] }),
  );
  await chat(
    "agent-provider-strategy",
    [{ calls: [{ ...call, arguments: '{"city":"Paris","unit":"c"}' }] }, { text: '{"city":"Paris","degrees":3}' }],
    () =>
      createAgent({ model: model(), tools: [zodWeather], responseFormat: providerStrategy(report) }).invoke({
        messages: [{ role: "user", content: "Weather?" }],
      }),
  );
  await chat(
    "agent-stream",
    [
      {
        text: "Looking.",
        calls: [
          { ...call, arguments: '{"city":"Paris","unit":"c"}' },
          { ...second, arguments: '{"city":"Rome"}' },
        ],
      },
      text,
    ],
    async () =>
      drain(
        await createAgent({
          model: model(),
          tools: [zodWeather],
          systemPrompt: new SystemMessage("You are a weather bot."),
        }).stream({ messages: [new HumanMessage("Weather?")] }, { streamMode: "messages" }),
      ),
  );

  // the Responses API
  const respond = (fields) => model({ useResponsesApi: true, ...fields });
  const annotations = [{ type: "url_citation", start_index: 0, end_index: 2, title: "t", url: "https://example.com" }];
  const message = (value, id = "msg_1", more = []) => ({
    id,
    type: "message",
    status: "completed",
    role: "assistant",
    content: [{ type: "output_text", text: value, annotations, logprobs: [] }, ...more],
  });
  const functionCall = {
    id: "fc_1",
    type: "function_call",
    status: "completed",
    call_id: "call_AAA111",
    name: "get_weather",
    arguments: '{"city": "Paris"}',
  };
  const reasoning = {
    id: "rs_1",
    type: "reasoning",
    summary: [{ type: "summary_text", text: "hmm" }],
    encrypted_content: "ZW5j",
  };
  await chat("responses-stream", { thinking: "hmm", text: "Sunny." }, () => drain(respond().stream(turns)));
  await chat("responses-streaming-invoke", { text: "Looking.", calls: [call, second] }, () =>
    respond({ streaming: true }).invoke(turns, { tools: weather }),
  );
  await chat("responses-items", { items: [reasoning, message("One. "), message("Two.", "msg_2"), functionCall] }, () =>
    respond().invoke(turns, { tools: weather }),
  );
  await chat(
    "responses-items-stream",
    { items: [reasoning, message("One. "), message("Two.", "msg_2"), functionCall] },
    () => drain(respond().stream(turns, { tools: weather })),
  );
  await chat("responses-call-first", { items: [functionCall, message("Looking.")] }, () =>
    respond().invoke(turns, { tools: weather }),
  );
  await chat(
    "responses-two-texts",
    { items: [message("One. ", "msg_1", [{ type: "output_text", text: "Two.", annotations: [], logprobs: [] }])] },
    () => respond().invoke(turns),
  );
  await chat(
    "responses-built-in",
    {
      items: [
        { id: "ws_1", type: "web_search_call", status: "completed", action: { type: "search", query: "x" } },
        { id: "fs_1", type: "file_search_call", status: "completed", queries: ["x"], results: null },
        { id: "ci_1", type: "code_interpreter_call", status: "completed", code: "1", container_id: "c", outputs: null },
        { id: "mcp_1", type: "mcp_call", server_label: "s", name: "n", arguments: "{}", output: "x", error: null },
        message("Sunny."),
      ],
    },
    () =>
      respond().invoke(turns, {
        tools: [
          { type: "web_search" },
          { type: "code_interpreter", container: { type: "auto" } },
          { type: "mcp", server_label: "s", server_url: "https://example.com" },
        ],
      }),
  );
  await chat(
    "responses-built-in-stream",
    {
      items: [
        { id: "ws_1", type: "web_search_call", status: "completed", action: { type: "search", query: "x" } },
        message("Sunny."),
      ],
    },
    () => drain(respond().stream(turns, { tools: [{ type: "web_search" }, ...weather] })),
  );
  // The image is a part of the answer that no row can hold.
  await chat(
    "responses-image-answer",
    { items: [{ id: "ig_1", type: "image_generation_call", status: "completed", result: pixel }, message("Here.")] },
    () => respond().invoke(turns, { tools: [{ type: "image_generation" }] }),
    { skip: "unsupported-content" },
  );
  await chat(
    "responses-custom-tool",
    { items: [{ id: "ctc_1", type: "custom_tool_call", call_id: "call_1", name: "shell", input: "ls" }] },
    () => respond().invoke(turns, { tools: [{ type: "custom", name: "shell", description: "Run" }] }),
    { skip: "invalid-tool" },
  );
  await chat("responses-strict", { calls: [call] }, () =>
    respond()
      .bindTools([zodWeather], { strict: true, tool_choice: "get_weather", parallel_tool_calls: false })
      .invoke(turns),
  );
  await chat("responses-structured", { text: '{"city":"Paris","degrees":null}' }, () =>
    respond().withStructuredOutput(report, { name: "report" }).invoke(turns),
  );
  await chat(
    "responses-structured-function",
    { calls: [{ id: "call_1", name: "report", arguments: '{"city":"Paris","degrees":1}' }] },
    () => respond().withStructuredOutput(report, { name: "report", method: "functionCalling" }).invoke(turns),
  );
  await chat("responses-multi-modal", text, () =>
    respond().invoke([
      new SystemMessage("See."),
      new HumanMessage({
        content: [
          { type: "text", text: "a" },
          { type: "image_url", image_url: { url: image, detail: "high" } },
        ],
      }),
    ]),
  );
  await chat("responses-image-v1", text, () =>
    respond({ outputVersion: "v1" }).invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "a" },
          { type: "image", mimeType: "image/png", data: pixel },
        ],
      }),
    ]),
  );
  await chat(
    "responses-file",
    text,
    () =>
      respond().invoke([
        new HumanMessage({
          content: [
            {
              type: "file",
              source_type: "base64",
              mime_type: "application/pdf",
              data: "AAAA",
              metadata: { filename: "a.pdf" },
            },
            { type: "text", text: "a" },
          ],
        }),
      ]),
    { skip: "unsupported-content" },
  );
  await chat(
    "responses-loop",
    [{ items: [reasoning, message("Looking."), functionCall] }, { items: [message("Sunny.", "msg_9")] }],
    async () => {
      const first = await respond().invoke(turns, { tools: weather });
      await respond().invoke([...turns, first, told("call_AAA111"), new HumanMessage("So?")], { tools: weather });
    },
  );
  await chat(
    "responses-loop-v1",
    [{ items: [reasoning, message("Looking."), functionCall] }, { items: [message("Sunny.", "msg_9")] }],
    async () => {
      const first = await respond({ outputVersion: "v1" }).invoke(turns, { tools: weather });
      await respond({ outputVersion: "v1" }).invoke([...turns, first, told("call_AAA111"), new HumanMessage("So?")], {
        tools: weather,
      });
    },
  );
  await chat(
    "responses-loop-stored",
    [{ items: [reasoning, functionCall] }, { items: [message("Sunny.", "msg_9")] }],
    async () => {
      const stored = respond({ zdrEnabled: true, reasoning: { effort: "low" }, model: "o4-mini" });
      const first = await stored.invoke(turns, { tools: weather });
      await stored.invoke([...turns, first, told("call_AAA111", [{ type: "text", text: "sunny" }])], {
        tools: weather,
      });
    },
  );
  await chat("responses-v1-stream", { items: [reasoning, message("Looking."), functionCall] }, () =>
    drain(respond({ outputVersion: "v1" }).stream(turns, { tools: weather })),
  );
  await chat("responses-refusal-stream", { refusal: "I cannot." }, () => drain(respond().stream(turns)), {
    skip: "refusal",
  });
  await chat("responses-length-stream", { text: "It", finish: "length" }, () => drain(respond().stream(turns)), {
    skip: "truncated",
  });
  await chat("responses-cut-stream", { ...text, cut: true }, () => drain(respond().stream(turns)), {
    skip: "partial-stream",
  });
  await chat("responses-empty", { items: [reasoning] }, () => respond().invoke(turns), { skip: "no-answer" });
  await chat("responses-functions", text, () =>
    respond().invoke(
      [
        ...turns,
        new AIMessage({ content: "", tool_calls: [{ id: "a", name: "get_weather", args: { city: "Paris" } }] }),
        told("a", "no such city", { status: "error" }),
      ],
      { tools: weather },
    ),
  );
  await chat("responses-broken", { calls: [{ ...call, arguments: '{"city": "Par' }] }, () =>
    respond().invoke(turns, { tools: weather }),
  );
  await chat("responses-broken-v1", { calls: [{ ...call, arguments: '{"city": "Par' }, second] }, () =>
    respond({ outputVersion: "v1" }).invoke(turns, { tools: weather }),
  );
  await chat("responses-error", { error: "bad" }, () => respond().invoke(turns), { skip: "run-error" });

  // v1 content
  await chat("v1-stream", { text: "Looking.", calls: [call, second] }, () =>
    drain(model({ outputVersion: "v1" }).stream(turns, { tools: weather })),
  );
  await chat("v1-calls-only", { calls: [call, second] }, () =>
    model({ outputVersion: "v1" }).invoke(turns, { tools: weather }),
  );
  await chat("v1-broken", { text: "Looking.", calls: [{ ...call, arguments: '{"city": "Par' }] }, () =>
    model({ outputVersion: "v1" }).invoke(turns, { tools: weather }),
  );
  await chat("v1-loop", [{ text: "Looking.", calls: [call] }, text], async () => {
    const first = await model({ outputVersion: "v1" }).invoke(turns, { tools: weather });
    await model({ outputVersion: "v1" }).invoke([...turns, first, told("call_AAA111")], { tools: weather });
  });
  await chat("v1-structured", { text: '{"city":"Paris","degrees":null}' }, () =>
    model({ outputVersion: "v1" }).withStructuredOutput(report, { name: "report" }).invoke(turns),
  );

  // fake models
  const answer = (value) => ({
    convert: {
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: value },
      ],
    },
  });
  await chat(
    "fake-stream",
    text,
    () => drain(new FakeListChatModel({ responses: ["fake answer"] }).stream("hi")),
    answer("fake answer"),
  );
  await chat(
    "fake-streaming-model",
    text,
    () => new FakeStreamingChatModel({ responses: [new AIMessage("fake answer")] }).invoke("hi"),
    answer("fake answer"),
  );
}

// ── Anthropic ──
{
  const tracer = "@langchain/core @langchain/anthropic";
  const model = (fields) =>
    new ChatAnthropic({
      model: "claude-sonnet-4-5",
      apiKey: "no-key",
      anthropicApiUrl: `${stub.url}`,
      maxRetries: 0,
      ...fields,
    });
  const claude = (name, replies, scenario, expected) =>
    capture(`lcjs-claude-${name}`, tracer, replies, scenario, expected);
  const thinking = { thinking: { type: "enabled", budget_tokens: 1024 }, maxTokens: 4000 };
  const tools = [{ name: "get_weather", description: "Get weather", input_schema: parameters }];
  const search = [
    { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "weather" } },
    {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_1",
      content: [
        {
          type: "web_search_result",
          title: "t",
          url: "https://example.com",
          encrypted_content: "ZW5j",
          page_age: null,
        },
      ],
    },
  ];
  const cited = {
    type: "text",
    text: "Sunny.",
    citations: [
      {
        type: "web_search_result_location",
        cited_text: "x",
        url: "https://example.com",
        title: "t",
        encrypted_index: "i",
      },
    ],
  };
  await claude("stream", text, () => drain(model().stream(turns)));
  await claude("thinking-calls", { thinking: "hmm", text: "Looking.", calls: [call, second] }, () =>
    model(thinking).invoke(turns, { tools }),
  );
  await claude(
    "redacted",
    {
      blocks: [
        { type: "redacted_thinking", data: "ZW5j" },
        { type: "text", text: "Sunny." },
      ],
    },
    () => model(thinking).invoke(turns),
  );
  await claude(
    "redacted-stream",
    {
      blocks: [
        { type: "redacted_thinking", data: "ZW5j" },
        { type: "text", text: "Sunny." },
      ],
    },
    () => drain(model(thinking).stream(turns)),
  );
  await claude("empty-input", { calls: [{ id: "toolu_1", name: "now", arguments: "{}" }] }, () =>
    model().invoke(turns, { tools: [{ name: "now", input_schema: { type: "object", properties: {} } }] }),
  );
  await claude(
    "empty-input-stream",
    { text: "Looking.", calls: [{ id: "toolu_1", name: "now", arguments: "{}" }, second] },
    () =>
      drain(
        model().stream(turns, { tools: [{ name: "now", input_schema: { type: "object", properties: {} } }, ...tools] }),
      ),
  );
  await claude("calls-only-stream", { calls: [call, second] }, () => drain(model().stream(turns, { tools })));
  await claude("streaming-invoke", { text: "Looking.", calls: [call] }, () =>
    model({ streaming: true }).invoke(turns, { tools }),
  );
  await claude("search", { blocks: [{ type: "text", text: "I search. " }, ...search, cited] }, () =>
    model().invoke(turns, { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 1 }] }),
  );
  await claude("search-stream", { blocks: [{ type: "text", text: "I search. " }, ...search, cited] }, () =>
    drain(model().stream(turns, { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 1 }] })),
  );
  await claude("search-and-call", { blocks: [...search, cited], calls: [call] }, () =>
    model().invoke(turns, { tools: [{ type: "web_search_20250305", name: "web_search" }, ...tools] }),
  );
  await claude("zod-tools", { calls: [{ ...call, arguments: '{"city":"Paris","unit":"c"}' }] }, () =>
    model().bindTools([zodWeather], { tool_choice: "any" }).invoke(turns),
  );
  await claude("chat-tools", { calls: [call] }, () =>
    model().bindTools(weather, { tool_choice: "get_weather" }).invoke(turns),
  );
  await claude(
    "structured",
    { calls: [{ id: "toolu_1", name: "report", arguments: '{"city":"Paris","degrees":null}' }] },
    () => model().withStructuredOutput(report, { name: "report" }).invoke(turns),
  );
  await claude("structured-json-schema", { text: '{"city":"Paris","degrees":null}' }, () =>
    model().withStructuredOutput(report, { name: "report", method: "jsonSchema" }).invoke(turns),
  );
  await claude(
    "loop-thinking",
    [
      { thinking: "hmm", text: "Looking.", calls: [call, second] },
      { thinking: "so", text: "Sunny." },
    ],
    async () => {
      const first = await model(thinking).invoke(turns, { tools });
      await model(thinking).invoke(
        [
          ...turns,
          first,
          told("call_AAA111"),
          told("call_BBB222", [{ type: "text", text: "rain" }], { status: "error" }),
          new HumanMessage("So?"),
        ],
        { tools },
      );
    },
  );
  await claude(
    "loop-stream",
    [{ thinking: "hmm", text: "Looking.", calls: [call, second] }, { text: "Sunny." }],
    async () => {
      let first;
      for await (const chunk of await model(thinking).stream(turns, { tools }))
        first = first ? first.concat(chunk) : chunk;
      await model(thinking).invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools });
    },
  );
  await claude("loop-search", [{ blocks: [...search, cited] }, text], async () => {
    const searching = { tools: [{ type: "web_search_20250305", name: "web_search" }] };
    const first = await model().invoke(turns, searching);
    await model().invoke([...turns, first, new HumanMessage("So?")], searching);
  });
  await claude("prefill", { text: '"Paris"}' }, () => model().invoke([...turns, new AIMessage('{"city":')]));
  await claude("images", text, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "image_url", image_url: { url: image } },
          { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
          { type: "text", text: "what" },
        ],
      }),
    ]),
  );
  await claude("image-v1", text, () =>
    model({ outputVersion: "v1" }).invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "image", mimeType: "image/png", data: pixel },
          { type: "text", text: "what" },
        ],
      }),
    ]),
  );
  // A list as the system text stays a list.
  const sent =
    (index, content) =>
    ({ messages, tools }) => ({
      messages: messages.map((each, place) => (place === index ? { ...each, content } : each)),
      tools,
    });
  await claude(
    "tool-image",
    text,
    () =>
      model().invoke(
        [
          ...turns,
          asked("toolu_1"),
          told("toolu_1", [
            { type: "text", text: "map" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
          ]),
        ],
        { tools },
      ),
    sent(3, [
      { type: "text", text: "map" },
      { type: "image_url", image_url: { url: image } },
    ]),
  );
  await claude(
    "document",
    text,
    () =>
      model().invoke([
        new HumanMessage({
          content: [
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "AAAA" } },
            { type: "text", text: "what" },
          ],
        }),
      ]),
    { skip: "unsupported-content" },
  );
  await claude(
    "document-text",
    text,
    () =>
      model().invoke([
        new HumanMessage({
          content: [
            { type: "document", source: { type: "text", media_type: "text/plain", data: "A text." }, title: "t" },
            { type: "text", text: "what" },
          ],
        }),
      ]),
    { skip: "unsupported-content" },
  );
  await claude(
    "cache-control",
    text,
    () =>
      model().invoke([
        new SystemMessage({
          content: [
            { type: "text", text: "Rules." },
            { type: "text", text: "More.", cache_control: { type: "ephemeral" } },
          ],
        }),
        new HumanMessage({
          content: [
            { type: "text", text: "a", cache_control: { type: "ephemeral" } },
            { type: "text", text: "b" },
          ],
        }),
        new AIMessage({ content: [{ type: "text", text: "c" }] }),
        new HumanMessage("d"),
      ]),
    sent(0, [
      { type: "text", text: "Rules." },
      { type: "text", text: "More." },
    ]),
  );
  await claude("v1", { thinking: "hmm", text: "Looking.", calls: [call, second] }, () =>
    model({ ...thinking, outputVersion: "v1" }).invoke(turns, { tools }),
  );
  await claude("v1-stream", { thinking: "hmm", text: "Looking.", calls: [call, second] }, () =>
    drain(model({ ...thinking, outputVersion: "v1" }).stream(turns, { tools })),
  );
  await claude("v1-search", { blocks: [...search, cited] }, () =>
    model({ outputVersion: "v1" }).invoke(turns, { tools: [{ type: "web_search_20250305", name: "web_search" }] }),
  );
  await claude("stop-sequence", { text: "It", stop: "stop_sequence" }, () =>
    model({ stopSequences: ["END"] }).invoke(turns),
  );
  await claude(
    "pause",
    { blocks: search.slice(0, 1), stop: "pause_turn" },
    () => model().invoke(turns, { tools: [{ type: "web_search_20250305", name: "web_search" }] }),
    { skip: "partial-stream" },
  );
  await claude("refusal", { text: "I", stop: "refusal" }, () => model().invoke(turns), { skip: "refusal" });
  await claude("refusal-stream", { text: "I", stop: "refusal" }, () => drain(model().stream(turns)), {
    skip: "refusal",
  });
  await claude("length-stream", { text: "I", finish: "length" }, () => drain(model().stream(turns)), {
    skip: "truncated",
  });
  await claude("stream-cut", { text: "It is", cut: true }, () => drain(model().stream(turns)), {
    skip: "partial-stream",
  });
  await claude("error", { error: "bad" }, () => model().invoke(turns), { skip: "run-error" });
  await claude("several-humans", text, () =>
    model().invoke([
      new HumanMessage("a"),
      new HumanMessage("b"),
      new AIMessage("c"),
      new AIMessage("d"),
      new HumanMessage("e"),
    ]),
  );
  await claude("openai-history", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "Looking.",
          tool_calls: [{ id: "call_1", name: "get_weather", args: { city: "Paris" } }],
          additional_kwargs: {
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city": "Paris"}' } },
            ],
          },
        }),
        told("call_1"),
      ],
      { tools },
    ),
  );
}
// ── models of other providers; the row is given by hand, as their protocols are not OpenAI's ──
{
  const row = (answer) => ({ convert: { messages: [...plain, answer], tools: weather } });
  const calling = (text, ...calls) => ({
    role: "assistant",
    content: text,
    tool_calls: calls.map(({ id, name, arguments: written }) => ({
      id,
      type: "function",
      function: { name, arguments: written },
    })),
  });
  const models = {
    gemini: [ChatGoogleGenerativeAI, "@langchain/google-genai", { model: "gemini-2.5-pro", baseUrl: stub.url }],
    mistral: [ChatMistralAI, "@langchain/mistralai", { model: "mistral-small", serverURL: stub.url }],
    groq: [ChatGroq, "@langchain/groq", { model: "llama", baseUrl: stub.url }],
  };
  for (const [name, [Model, from, fields]] of Object.entries(models)) {
    const model = () => new Model({ apiKey: "no-key", maxRetries: 0, ...fields });
    const tracer = `@langchain/core ${from}`;
    await capture(
      `lcjs-${name}-calls`,
      tracer,
      { thinking: "hmm", text: "Looking.", calls: [call, second] },
      () => model().bindTools(weather).invoke(turns),
      row(calling("Looking.", call, second)),
    );
    await capture(
      `lcjs-${name}-text`,
      tracer,
      { thinking: "hmm", text: "Sunny." },
      () => model().bindTools(weather).invoke(turns),
      row({ role: "assistant", content: "Sunny." }),
    );
    await capture(`lcjs-${name}-length`, tracer, { text: "It", finish: "length" }, () => model().invoke(turns), {
      skip: "truncated",
    });
    await capture(
      `lcjs-${name}-history`,
      tracer,
      text,
      () =>
        model()
          .bindTools(weather)
          .invoke([...turns, asked("call_1"), told("call_1")]),
      {
        convert: {
          messages: [
            ...plain,
            calling(null, { ...call, id: "call_1" }),
            { role: "tool", tool_call_id: "call_1", content: "sunny" },
            { role: "assistant", content: text.text },
          ],
          tools: weather,
        },
      },
    );
  }
}
await stub.close();
process.exit(0);
