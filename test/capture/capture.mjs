// Runs the real clients against the stub and writes what they post as fixtures, each with the row
// that the wire says it must give. See README.md.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAI as createOpenAI7 } from "@ai-sdk/openai-7";
import Anthropic from "@anthropic-ai/sdk";
import { ChatAnthropic } from "@langchain/anthropic";
import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ChatOpenAI, OpenAI as CompletionOpenAI } from "@langchain/openai";
import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  Runner,
  setTraceProcessors,
  tool as agentTool,
} from "@openai/agents";
import * as ai from "ai";
import * as ai7 from "ai-7";
import { Client, RunTree } from "langsmith";
import { LangSmithTelemetry, wrapAISDK } from "langsmith/experimental/vercel";
import { traceable } from "langsmith/traceable";
import { wrapAnthropic } from "langsmith/wrappers/anthropic";
import { wrapOpenAI } from "langsmith/wrappers/openai";
import { OpenAIAgentsTracingProcessor } from "langsmith/wrappers/openai_agents";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { openSession } from "./session.mjs";

const { stub, client, capture } = await openSession(import.meta.url, process.argv[2]);

const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city": "Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const parameters = {
  type: "object",
  properties: { city: { type: "string", description: "City" } },
  required: ["city"],
};
const definition = { name: "get_weather", description: "Get weather", parameters };
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const image = `data:image/png;base64,${pixel}`;

// ── LangChain.js ──
{
  const tracer = "@langchain/core @langchain/openai";
  const configuration = { baseURL: `${stub.url}/v1` };
  const model = (fields) =>
    new ChatOpenAI({ model: "gpt-4o-mini", apiKey: "no-key", configuration, maxRetries: 0, ...fields });
  const weather = [{ type: "function", function: definition }];
  const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
  const drain = async (stream) => {
    for await (const chunk of await stream) void chunk;
  };
  await capture("lcjs-chat-plain", tracer, text, () => model().invoke(turns));
  await capture("lcjs-chat-names", tracer, text, () =>
    model().invoke([
      new SystemMessage({ content: "Be brief.", name: "rules" }),
      new HumanMessage({ content: "hi", name: "ann" }),
    ]),
  );
  await capture("lcjs-chat-tools", tracer, { calls: [call, second], text: "One moment." }, () =>
    model().invoke(turns, { tools: weather, tool_choice: "auto", parallel_tool_calls: false }),
  );
  await capture("lcjs-chat-tools-stream", tracer, { calls: [call, second] }, () =>
    drain(model().stream(turns, { tools: weather })),
  );
  await capture("lcjs-chat-tool-broken-json", tracer, { calls: [{ ...call, arguments: '{"city": "Par' }] }, () =>
    model().invoke(turns, { tools: weather }),
  );
  await capture("lcjs-chat-tool-one-broken", tracer, { calls: [{ ...call, arguments: '{"city": "Par' }, second] }, () =>
    model().invoke(turns, { tools: weather }),
  );
  await capture("lcjs-chat-tool-no-arguments", tracer, { calls: [{ id: "call_1", name: "now", arguments: "" }] }, () =>
    model().invoke(turns, {
      tools: [{ type: "function", function: { name: "now", parameters: { type: "object", properties: {} } } }],
    }),
  );
  await capture(
    "lcjs-chat-tool-lc-arguments",
    tracer,
    { calls: [{ ...call, arguments: '{"lc":1,"type":"secret","id":["OPENAI_API_KEY"],"city":"Paris"}' }] },
    () => model().invoke(turns, { tools: weather }),
  );
  await capture(
    "lcjs-chat-functions",
    tracer,
    { functionCall: { name: "get_weather", arguments: call.arguments } },
    () => model().invoke(turns, { functions: [definition], function_call: { name: "get_weather" } }),
  );
  await capture(
    "lcjs-chat-functions-stream",
    tracer,
    { functionCall: { name: "get_weather", arguments: call.arguments } },
    () => drain(model().stream(turns, { functions: [definition] })),
  );
  await capture("lcjs-chat-functions-history", tracer, text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "",
          additional_kwargs: { function_call: { name: "get_weather", arguments: call.arguments } },
        }),
        new FunctionMessage({ name: "get_weather", content: "sunny" }),
      ],
      { functions: [definition] },
    ),
  );
  await capture("lcjs-chat-tool-history", tracer, text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: [{ type: "text", text: "Looking." }],
          tool_calls: [{ id: "call_AAA111", name: "get_weather", args: { city: "Paris", lc: 1 } }],
        }),
        new ToolMessage({
          content: [{ type: "text", text: "sunny" }],
          tool_call_id: "call_AAA111",
          artifact: { raw: 1 },
          status: "success",
        }),
        new ChatMessage({ role: "user", content: "And now?" }),
        new ChatMessage({ role: "developer", content: "Be brief." }),
      ],
      { tools: weather },
    ),
  );
  await capture("lcjs-chat-chunk-history", tracer, text, () =>
    model().invoke([new HumanMessage("a"), new AIMessageChunk({ content: "b" }), new HumanMessage("c")]),
  );
  await capture("lcjs-chat-image-url", tracer, text, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "text", text: "what" },
          { type: "image_url", image_url: { url: image, detail: "low" } },
        ],
      }),
    ]),
  );
  await capture("lcjs-chat-image-v0", tracer, text, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "text", text: "what" },
          { type: "image", source_type: "base64", mime_type: "image/png", data: pixel, metadata: { detail: "high" } },
          { type: "image", source_type: "url", url: "https://example.com/a.png" },
        ],
      }),
    ]),
  );
  await capture("lcjs-chat-image-v1", tracer, text, () =>
    model().invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "what" },
          { type: "image", mimeType: "image/png", data: pixel },
          { type: "image", url: "https://example.com/a.png" },
        ],
      }),
    ]),
  );
  await capture(
    "lcjs-chat-document",
    tracer,
    text,
    () =>
      model().invoke([
        new HumanMessage({
          content: [
            { type: "text", text: "what" },
            {
              type: "file",
              source_type: "base64",
              mime_type: "application/pdf",
              data: "AAAA",
              metadata: { filename: "a.pdf" },
            },
          ],
        }),
      ]),
    { skip: "unsupported-content" },
  );
  await capture(
    "lcjs-chat-audio",
    tracer,
    text,
    () =>
      model().invoke([
        new HumanMessage({ content: [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }] }),
      ]),
    { skip: "unsupported-content" },
  );
  await capture("lcjs-chat-v1-tools", tracer, { calls: [call], text: "Looking." }, () =>
    model({ outputVersion: "v1" }).invoke(turns, { tools: weather }),
  );
  await capture("lcjs-chat-v1-history", tracer, text, async () => {
    await model({ outputVersion: "v1" }).invoke([
      ...turns,
      new AIMessage({
        contentBlocks: [
          { type: "reasoning", reasoning: "hmm" },
          { type: "text", text: "Looking." },
          { type: "tool_call", id: "call_AAA111", name: "get_weather", args: { city: "Paris" } },
        ],
      }),
      new ToolMessage({ content: "sunny", tool_call_id: "call_AAA111" }),
    ]);
  });
  await capture("lcjs-chat-n2", tracer, text, () => model({ n: 2 }).generate([turns]));
  await capture("lcjs-chat-length", tracer, { text: "It is", finish: "length" }, () => model().invoke(turns), {
    skip: "truncated",
  });
  await capture("lcjs-chat-filtered", tracer, { text: "It", finish: "content_filter" }, () => model().invoke(turns), {
    skip: "filtered",
  });
  await capture("lcjs-chat-refusal", tracer, { refusal: "I cannot." }, () => model().invoke(turns), {
    skip: "no-answer",
  });
  await capture("lcjs-chat-error", tracer, { error: "bad model" }, () => model().invoke(turns), { skip: "run-error" });
  await capture(
    "lcjs-chat-stream-left",
    tracer,
    text,
    async () => {
      for await (const chunk of await model().stream(turns)) {
        void chunk;
        break;
      }
    },
    { skip: "pending" },
  );
  await capture("lcjs-structured-json-schema", tracer, { text: '{"city":"Paris"}' }, () =>
    model()
      .withStructuredOutput(z.object({ city: z.string() }), { name: "report" })
      .invoke(turns),
  );
  await capture("lcjs-structured-json-mode", tracer, { text: '{"city":"Paris"}' }, () =>
    model()
      .withStructuredOutput(z.object({ city: z.string() }), { name: "report", method: "jsonMode" })
      .invoke(turns),
  );
  await capture(
    "lcjs-structured-function",
    tracer,
    { calls: [{ id: "call_1", name: "report", arguments: '{"city":"Paris"}' }] },
    () =>
      model()
        .withStructuredOutput(z.object({ city: z.string() }), { name: "report", method: "functionCalling" })
        .invoke(turns),
  );
  await capture(
    "lcjs-chat-raw-function-bound",
    tracer,
    { calls: [{ id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' }] },
    () => model().bindTools([definition]).invoke(turns),
    ({ messages }) => ({ messages, tools: weather }),
  );
  await capture(
    "lcjs-responses-reasoning",
    tracer,
    {
      thinking: "hmm",
      text: "It is sunny.",
      annotations: [{ type: "url_citation", start_index: 0, end_index: 2, title: "t", url: "https://example.com" }],
    },
    () => model({ useResponsesApi: true }).invoke(turns),
  );
  await capture("lcjs-responses-tools", tracer, { text: "Looking.", calls: [call, second] }, () =>
    model({ useResponsesApi: true }).invoke(turns, { tools: [...weather, { type: "web_search" }] }),
  );
  await capture(
    "lcjs-responses-tools-stream",
    tracer,
    { thinking: "hmm", text: "Looking.", calls: [call, second] },
    () => drain(model({ useResponsesApi: true }).stream(turns, { tools: weather })),
  );
  await capture("lcjs-responses-history", tracer, text, () =>
    model({ useResponsesApi: true }).invoke(
      [
        ...turns,
        new AIMessage({
          content: "",
          tool_calls: [{ id: "call_AAA111", name: "get_weather", args: { city: "Paris" } }],
        }),
        new ToolMessage({ content: "sunny", tool_call_id: "call_AAA111" }),
      ],
      { tools: weather },
    ),
  );
  await capture("lcjs-responses-v1", tracer, { thinking: "hmm", text: "Looking.", calls: [call] }, () =>
    model({ useResponsesApi: true, outputVersion: "v1" }).invoke(turns, { tools: weather }),
  );
  await capture(
    "lcjs-responses-refusal",
    tracer,
    { refusal: "I cannot." },
    () => model({ useResponsesApi: true }).invoke(turns),
    { skip: "refusal" },
  );
  await capture(
    "lcjs-responses-incomplete",
    tracer,
    { text: "It is", finish: "length" },
    () => model({ useResponsesApi: true }).invoke(turns),
    { skip: "truncated" },
  );
  await capture(
    "lcjs-responses-previous",
    tracer,
    text,
    () => model({ useResponsesApi: true }).invoke([new HumanMessage("and now?")], { previous_response_id: "resp_1" }),
    { skip: "missing-history" },
  );
  await capture("lcjs-prompt-template", tracer, text, () =>
    ChatPromptTemplate.fromMessages([
      ["system", "You speak {language}."],
      ["user", "{question}"],
    ])
      .pipe(model())
      .invoke({ language: "French", question: "Weather?" }),
  );
  await capture(
    "lcjs-fake-model",
    tracer,
    text,
    () => new FakeListChatModel({ responses: ["fake answer"] }).invoke("hi"),
    {
      convert: {
        messages: [
          { role: "user", content: "hi" },
          { role: "assistant", content: "fake answer" },
        ],
      },
    },
  );
  await capture(
    "lcjs-completion",
    tracer,
    text,
    () => new CompletionOpenAI({ model: "gpt-3.5-turbo-instruct", configuration, maxRetries: 0 }).invoke("Once"),
    { skip: "run-error" },
  );
}

// ── LangChain.js with Anthropic ──
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
  const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
  const tools = [{ name: "get_weather", description: "Get weather", input_schema: parameters }];
  await capture("lcjs-anthropic-tools", tracer, { text: "Looking.", calls: [call, second] }, () =>
    model().invoke(turns, { tools }),
  );
  await capture("lcjs-anthropic-tools-stream", tracer, { text: "Looking.", calls: [call, second] }, async () => {
    for await (const chunk of await model().stream(turns, { tools })) void chunk;
  });
  await capture(
    "lcjs-anthropic-thinking-stream",
    tracer,
    { thinking: "hmm", text: "Looking.", calls: [call] },
    async () => {
      for await (const chunk of await model({
        thinking: { type: "enabled", budget_tokens: 1024 },
        maxTokens: 4000,
      }).stream(turns, { tools }))
        void chunk;
    },
  );
  await capture("lcjs-anthropic-thinking", tracer, { thinking: "hmm", text: "Sunny." }, () =>
    model({ thinking: { type: "enabled", budget_tokens: 1024 }, maxTokens: 4000 }).invoke(turns),
  );
  await capture("lcjs-anthropic-history", tracer, text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: [
            { type: "text", text: "Looking." },
            { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } },
          ],
          tool_calls: [{ id: "toolu_1", name: "get_weather", args: { city: "Paris" } }],
        }),
        new ToolMessage({ content: "sunny", tool_call_id: "toolu_1" }),
      ],
      { tools },
    ),
  );
  await capture("lcjs-anthropic-image", tracer, text, () =>
    model().invoke([
      new HumanMessage({
        content: [
          { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
          { type: "text", text: "what" },
        ],
      }),
    ]),
  );
  await capture("lcjs-anthropic-cached-system", tracer, text, () =>
    model().invoke([
      new SystemMessage({ content: [{ type: "text", text: "Long rules.", cache_control: { type: "ephemeral" } }] }),
      new HumanMessage("hi"),
    ]),
  );
  await capture("lcjs-anthropic-length", tracer, { text: "It", finish: "length" }, () => model().invoke(turns), {
    skip: "truncated",
  });
}

// ── wrapOpenAI ──
{
  const tracer = "langsmith openai";
  const openai = wrapOpenAI(new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 }), { client });
  const turns = [
    { role: "developer", content: "You are a weather bot." },
    { role: "user", content: "Weather in Paris?", name: "ann" },
  ];
  const tools = [
    {
      type: "function",
      function: { ...definition, strict: true, parameters: { ...parameters, additionalProperties: false } },
    },
  ];
  const create = (fields) => openai.chat.completions.create({ model: "gpt-4o-mini", messages: turns, ...fields });
  const drain = async (stream) => {
    for await (const chunk of await stream) void chunk;
  };
  await capture("wrapopenai-tools", tracer, { calls: [call, second] }, () =>
    create({ tools, parallel_tool_calls: true }),
  );
  await capture(
    "wrapopenai-stream-tools-parallel",
    tracer,
    { calls: [{ ...call, arguments: '{"city":"Paris"}' }, second] },
    () => drain(create({ tools, stream: true })),
    {
      convert: {
        messages: [
          ...turns,
          {
            role: "assistant",
            content: null,
            tool_calls: [
              { id: "call_AAA111", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
              { id: "*", type: "function", function: { name: "get_weather", arguments: '{"city":"Rome"}' } },
            ],
          },
        ],
        tools,
      },
    },
  );
  await capture(
    "wrapopenai-stream-functions",
    tracer,
    { functionCall: { name: "get_weather", arguments: call.arguments } },
    () => drain(create({ functions: [definition], stream: true })),
  );
  await capture("wrapopenai-stream-n2", tracer, text, () =>
    drain(create({ n: 2, stream: true, stream_options: { include_usage: true } })),
  );
  await capture(
    "wrapopenai-stream-left",
    tracer,
    text,
    async () => {
      for await (const chunk of await create({ stream: true })) {
        void chunk;
        break;
      }
    },
    { skip: "run-error" },
  );
  await capture("wrapopenai-stream-cut", tracer, { ...text, cut: true }, () => drain(create({ stream: true })), {
    skip: "partial-stream",
  });
  await capture("wrapopenai-stream-refusal", tracer, { refusal: "I cannot." }, () => drain(create({ stream: true })), {
    skip: "no-answer",
  });
  await capture("wrapopenai-refusal", tracer, { refusal: "I cannot." }, () => create({}), { skip: "refusal" });
  await capture("wrapopenai-length", tracer, { text: "It", finish: "length" }, () => create({}), { skip: "truncated" });
  await capture("wrapopenai-parse", tracer, { text: '{"city":"Paris"}' }, () =>
    openai.chat.completions.parse({
      model: "gpt-4o-mini",
      messages: turns,
      response_format: zodResponseFormat(z.object({ city: z.string() }), "report"),
    }),
  );
  await capture("wrapopenai-image", tracer, text, () =>
    create({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what" },
            { type: "image_url", image_url: { url: image, detail: "low" } },
          ],
        },
      ],
    }),
  );
  await capture(
    "wrapopenai-file",
    tracer,
    text,
    () =>
      create({
        messages: [
          {
            role: "user",
            content: [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } }],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await capture("wrapopenai-history", tracer, text, () =>
    create({
      tools,
      messages: [
        ...turns,
        {
          role: "assistant",
          content: [{ type: "text", text: "Looking." }],
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "get_weather", arguments: call.arguments } },
          ],
        },
        {
          role: "tool",
          tool_call_id: "call_1",
          content: [
            { type: "text", text: "sunny" },
            { type: "text", text: ", warm" },
          ],
        },
      ],
    }),
  );
  const respond = (fields) => openai.responses.create({ model: "gpt-4o-mini", ...fields });
  const flat = { type: "function", ...definition, strict: true };
  await capture(
    "wrapopenai-responses-tools",
    tracer,
    { thinking: "hmm", text: "Looking.", calls: [call, second] },
    () => respond({ instructions: "Be brief.", input: "Weather?", tools: [flat, { type: "web_search" }] }),
  );
  await capture("wrapopenai-responses-stream", tracer, { text: "Looking.", calls: [call] }, () =>
    drain(
      respond({
        input: [
          {
            role: "user",
            content: [
              { type: "input_text", text: "what" },
              { type: "input_image", image_url: image, detail: "low" },
            ],
          },
        ],
        tools: [flat],
        stream: true,
      }),
    ),
  );
  await capture(
    "wrapopenai-responses-stream-cut",
    tracer,
    { ...text, cut: true },
    () => drain(respond({ input: "hi", stream: true })),
    { skip: "partial-stream" },
  );
  await capture("wrapopenai-responses-history", tracer, text, () =>
    respond({
      input: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "Weather?" },
        { type: "reasoning", id: "rs_1", summary: [] },
        {
          type: "message",
          role: "assistant",
          id: "msg_1",
          status: "completed",
          content: [{ type: "output_text", text: "Looking.", annotations: [] }],
        },
        { type: "function_call", call_id: "call_1", name: "get_weather", arguments: call.arguments },
        { type: "function_call", call_id: "call_2", name: "get_weather", arguments: second.arguments },
        { type: "function_call_output", call_id: "call_1", output: "sunny" },
        { type: "function_call_output", call_id: "call_2", output: [{ type: "input_text", text: "rain" }] },
      ],
      tools: [flat],
    }),
  );
  await capture("wrapopenai-responses-search", tracer, { search: "weather", text: "Sunny." }, () =>
    respond({ input: "Weather?", tools: [{ type: "web_search" }] }),
  );
  await capture(
    "wrapopenai-responses-previous",
    tracer,
    text,
    () => respond({ input: "and now?", previous_response_id: "resp_1" }),
    { skip: "missing-history" },
  );
  await capture(
    "wrapopenai-responses-incomplete",
    tracer,
    { text: "It", finish: "length" },
    () => respond({ input: "hi" }),
    { skip: "truncated" },
  );
  await capture("wrapopenai-responses-refusal", tracer, { refusal: "I cannot." }, () => respond({ input: "hi" }), {
    skip: "refusal",
  });
}

// ── wrapAnthropic ──
{
  const tracer = "langsmith @anthropic-ai/sdk";
  const anthropic = wrapAnthropic(new Anthropic({ apiKey: "no-key", baseURL: stub.url, maxRetries: 0 }), { client });
  const tools = [{ name: "get_weather", description: "Get weather", input_schema: parameters }];
  const request = (fields) => ({
    model: "claude-sonnet-4-5",
    max_tokens: 100,
    system: "You are a weather bot.",
    messages: [{ role: "user", content: "Weather?" }],
    ...fields,
  });
  await capture("wrapanthropic-tools", tracer, { text: "Looking.", calls: [call, second] }, () =>
    anthropic.messages.create(request({ tools })),
  );
  await capture(
    "wrapanthropic-tools-stream",
    tracer,
    { thinking: "hmm", text: "Looking.", calls: [call, second] },
    async () => {
      for await (const event of await anthropic.messages.create(request({ tools, stream: true }))) void event;
    },
  );
  await capture("wrapanthropic-stream-helper", tracer, { text: "Looking.", calls: [call] }, () =>
    anthropic.messages.stream(request({ tools })).finalMessage(),
  );
  await capture(
    "wrapanthropic-stream-cut",
    tracer,
    { ...text, cut: true },
    async () => {
      for await (const event of await anthropic.messages.create(request({ stream: true }))) void event;
    },
    { skip: "partial-stream" },
  );
  await capture("wrapanthropic-system-blocks", tracer, text, () =>
    anthropic.messages.create(
      request({
        system: [
          { type: "text", text: "One." },
          { type: "text", text: "Two.", cache_control: { type: "ephemeral" } },
        ],
      }),
    ),
  );
  await capture("wrapanthropic-history", tracer, text, () =>
    anthropic.messages.create(
      request({
        tools,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
              { type: "text", text: "where?" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "hmm", signature: "c2ln" },
              { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } },
              { type: "tool_use", id: "toolu_2", name: "get_weather", input: { city: "Rome" } },
            ],
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "sunny" }] },
              { type: "tool_result", tool_use_id: "toolu_2", is_error: true, content: "no such city" },
              { type: "text", text: "So?" },
            ],
          },
        ],
      }),
    ),
  );
  await capture(
    "wrapanthropic-refusal",
    tracer,
    { text: "No.", refusal: true },
    () => anthropic.messages.create(request({})),
    { skip: "refusal" },
  );
  await capture(
    "wrapanthropic-length",
    tracer,
    { text: "It", finish: "length" },
    () => anthropic.messages.create(request({})),
    { skip: "truncated" },
  );
}

// ── Vercel AI SDK 6 and 7 ──
for (const [name, sdk, factory] of [
  ["aisdk6", ai, createOpenAI],
  ["aisdk7", ai7, createOpenAI7],
]) {
  const tracer = name === "aisdk6" ? "langsmith ai @ai-sdk/openai" : "langsmith ai-7 @ai-sdk/openai-7";
  const provider = factory({ apiKey: "no-key", baseURL: `${stub.url}/v1` });
  const wrapped = wrapAISDK(sdk, { client });
  const weather = {
    get_weather: sdk.tool({
      description: "Get weather",
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, sky: "sunny" }),
    }),
  };
  const common = { model: provider.chat("gpt-4o-mini"), system: "You are a weather bot.", maxRetries: 0 };
  const loop = {
    ...common,
    prompt: "Weather?",
    tools: weather,
    stopWhen: sdk.stepCountIs?.(3) ?? sdk.isStepCount?.(3),
  };
  await capture(
    `${name}-loop`,
    tracer,
    [{ text: "Looking.", calls: [{ ...call, arguments: '{"city":"Paris"}' }, second] }, text],
    () => wrapped.generateText(loop),
  );
  await capture(
    `${name}-stream-loop`,
    tracer,
    [{ text: "Looking.", calls: [{ ...call, arguments: '{"city":"Paris"}' }] }, text],
    async () => {
      for await (const part of wrapped.streamText(loop).textStream) void part;
    },
  );
  await capture(`${name}-image`, tracer, text, () =>
    wrapped.generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what" },
            { type: "image", image: Buffer.from(pixel, "base64"), providerOptions: { openai: { imageDetail: "low" } } },
            { type: "image", image: new URL("https://example.com/a.png") },
          ],
        },
      ],
    }),
  );
  await capture(`${name}-object`, tracer, { text: '{"city":"Paris"}' }, () =>
    wrapped.generateObject({
      ...common,
      prompt: "where?",
      schema: z.object({ city: z.string() }),
      schemaName: "report",
    }),
  );
  await capture(`${name}-object-stream`, tracer, { text: '{"city":"Paris"}' }, async () => {
    for await (const part of wrapped.streamObject({
      ...common,
      prompt: "where?",
      schema: z.object({ city: z.string() }),
    }).partialObjectStream)
      void part;
  });
  await capture(
    `${name}-length`,
    tracer,
    { text: "It", finish: "length" },
    () => wrapped.generateText({ ...common, prompt: "hi" }),
    { skip: "truncated" },
  );
  await capture(
    `${name}-responses`,
    tracer,
    [{ thinking: "hmm", text: "Looking.", calls: [{ ...call, arguments: '{"city":"Paris"}' }] }, text],
    () => wrapped.generateText({ ...loop, model: provider.responses("gpt-4o-mini") }),
    [
      undefined,
      // On the wire the first answer is only referred to; the run holds it.
      ({ messages: [system, user, first, ...others], tools }) => ({
        messages: [system, user, { ...first, content: "Looking." }, ...others],
        tools,
      }),
    ],
  );
}
{
  const tracer = "langsmith ai-7 @ai-sdk/openai-7";
  const provider = createOpenAI7({ apiKey: "no-key", baseURL: `${stub.url}/v1` });
  ai7.registerTelemetry?.(LangSmithTelemetry({ client }));
  const weather = {
    get_weather: ai7.tool({
      description: "Get weather",
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, sky: "sunny" }),
    }),
  };
  const loop = {
    model: provider.chat("gpt-4o-mini"),
    maxRetries: 0,
    instructions: "You are a weather bot.",
    prompt: "Weather?",
    tools: weather,
    stopWhen: (ai7.stepCountIs ?? ai7.isStepCount)(3),
  };
  await capture(
    "aisdk7-telemetry-loop",
    tracer,
    [{ text: "Looking.", calls: [{ ...call, arguments: '{"city":"Paris"}' }] }, text],
    () => ai7.generateText(loop),
  );
  await capture(
    "aisdk7-telemetry-stream-loop",
    tracer,
    [{ calls: [{ ...call, arguments: '{"city":"Paris"}' }] }, text],
    async () => {
      for await (const part of ai7.streamText(loop).textStream) void part;
    },
  );
}

// ── OpenAI Agents SDK ──
{
  const tracer = "langsmith @openai/agents";
  setTraceProcessors([new OpenAIAgentsTracingProcessor({ client })]);
  const own = new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 });
  const weather = agentTool({
    name: "get_weather",
    description: "Get weather",
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}`,
  });
  const agent = (model) => new Agent({ name: "bot", instructions: "You are a weather bot.", tools: [weather], model });
  const replies = () => [{ text: "Looking.", calls: [{ ...call, arguments: '{"city":"Paris"}' }, second] }, text];
  await capture("agents-responses", tracer, replies(), () =>
    new Runner().run(agent(new OpenAIResponsesModel(own, "gpt-4o-mini")), "Weather?"),
  );
  // The tracer of chat spans does not record tools at all.
  const withoutTools = ({ messages }) => ({ messages });
  await capture(
    "agents-chat",
    tracer,
    replies(),
    () => new Runner().run(agent(new OpenAIChatCompletionsModel(own, "gpt-4o-mini")), "Weather?"),
    [withoutTools, withoutTools],
  );
  await capture("agents-responses-stream", tracer, replies(), async () => {
    const result = await new Runner().run(agent(new OpenAIResponsesModel(own, "gpt-4o-mini")), "Weather?", {
      stream: true,
    });
    for await (const event of result) void event;
  });
  await capture(
    "agents-chat-stream",
    tracer,
    replies(),
    async () => {
      const result = await new Runner().run(agent(new OpenAIChatCompletionsModel(own, "gpt-4o-mini")), "Weather?", {
        stream: true,
      });
      for await (const event of result) void event;
    },
    [withoutTools, withoutTools],
  );
}

// ── traceable and RunTree ──
{
  const tracer = "langsmith";
  const turns = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Weather?" },
  ];
  const row = (answer, extra = {}) => ({ convert: { messages: [...turns, answer], ...extra } });
  const llm = (work, fields) =>
    traceable(work, { run_type: "llm", name: "custom", client, tracingEnabled: true, ...fields });
  const sunny = { role: "assistant", content: "Sunny." };
  await capture(
    "traceable-choices",
    tracer,
    text,
    () => llm(async () => ({ choices: [{ message: sunny }] }))({ messages: turns }),
    row(sunny),
  );
  await capture(
    "traceable-several-arguments",
    tracer,
    text,
    () =>
      llm(async () => ({ choices: [{ message: sunny }] }))(turns, {
        tools: [{ type: "function", function: definition }],
      }),
    row(sunny, { tools: [{ type: "function", function: definition }] }),
  );
  await capture(
    "traceable-text-answer",
    tracer,
    text,
    () => llm(async () => "Sunny.")({ messages: turns }),
    row(sunny),
  );
  await capture(
    "traceable-pair-answer",
    tracer,
    text,
    () => llm(async () => ["assistant", "Sunny."])({ messages: turns }),
    row(sunny),
  );
  await capture(
    "traceable-langchain-answer",
    tracer,
    text,
    () => llm(async () => new AIMessage("Sunny."))({ messages: turns }),
    row(sunny),
  );
  await capture(
    "traceable-blocks",
    tracer,
    text,
    () =>
      llm(async () => ({
        messages: [
          {
            role: "assistant",
            content: [
              { type: "text", text: "Looking." },
              { type: "tool_call", id: "call_1", name: "get_weather", args: { city: "Paris" } },
            ],
          },
        ],
      }))({ messages: turns }),
    row({
      role: "assistant",
      content: "Looking.",
      tool_calls: [
        { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
      ],
    }),
  );
  await capture(
    "traceable-whole-conversation",
    tracer,
    text,
    () => llm(async () => ({ messages: [...turns, sunny] }))({ messages: turns }),
    row(sunny),
  );
  await capture(
    "traceable-generator",
    tracer,
    text,
    async () => {
      const generate = llm(async function* () {
        yield "Sun";
        yield "ny.";
      });
      for await (const piece of await generate({ messages: turns })) void piece;
    },
    { skip: "unknown-shape" },
  );
  await capture("traceable-text-only", tracer, text, () => llm(async () => "Sunny.")("Weather?"), {
    skip: "text-completion",
  });
  await capture(
    "traceable-hidden",
    tracer,
    text,
    async () => {
      const hiding = new Client({
        apiUrl: `${stub.url}/langsmith`,
        apiKey: "no-key",
        hideInputs: true,
        hideOutputs: true,
      });
      await llm(async () => ({ choices: [{ message: sunny }] }), { client: hiding })({ messages: turns });
      await hiding.awaitPendingTraceBatches();
    },
    { skip: "no-inputs" },
  );
  await capture("traceable-nothing", tracer, text, () => llm(async () => undefined)({ messages: turns }), {
    skip: "no-outputs",
  });
  await capture(
    "runtree-by-hand",
    tracer,
    text,
    async () => {
      const run = new RunTree({
        name: "custom",
        run_type: "llm",
        client,
        tracingEnabled: true,
        inputs: { messages: turns },
        extra: {
          invocation_params: { tools: [{ type: "function", function: definition }] },
          metadata: { ls_provider: "own", ls_model_name: "m", session_id: "thread-7" },
        },
        tags: ["nightly"],
      });
      await run.postRun();
      await run.end({ output: sunny });
      await run.patchRun();
    },
    row(sunny, { tools: [{ type: "function", function: definition }] }),
  );
}

await stub.close();
process.exit(0);
