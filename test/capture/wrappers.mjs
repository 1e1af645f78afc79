// wrapOpenAI and wrapAnthropic in the ways that are rare or hard: helpers of streams, conversations
// that hold earlier responses as they came, tools of the provider, other providers' dialects.
import Anthropic from "@anthropic-ai/sdk";
import { wrapAnthropic } from "langsmith/wrappers/anthropic";
import { wrapSDK } from "langsmith/wrappers";
import { wrapOpenAI } from "langsmith/wrappers/openai";
import OpenAI, { AzureOpenAI } from "openai";
import { zodFunction, zodResponseFormat, zodResponsesFunction } from "openai/helpers/zod";
import { z } from "zod";
import { openSession } from "./session.mjs";

// The wrapped helpers leave promises that nobody waits for.
process.on("unhandledRejection", () => undefined);
const { stub, client, capture } = await openSession(import.meta.url, process.argv[2], { wait: 250 });

const drain = async (stream) => {
  for await (const chunk of await stream) void chunk;
};
const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city": "Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const timeCall = { id: "call_CCC333", name: "get_time", arguments: "{}" };
const parameters = {
  type: "object",
  properties: { city: { type: "string", description: "City" } },
  required: ["city"],
};
const definition = { name: "get_weather", description: "Get weather", parameters };
const time = { name: "get_time", description: "Get time", parameters: { type: "object", properties: {} } };
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const image = `data:image/png;base64,${pixel}`;
const asCall = ({ id, name, arguments: written }) => ({ id, type: "function", function: { name, arguments: written } });
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

// ── wrapOpenAI, chat ──
{
  const tracer = "langsmith openai";
  const openai = wrapOpenAI(new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 }), { client });
  const turns = [
    { role: "system", content: "You are a weather bot." },
    { role: "user", content: "Weather in Paris?" },
  ];
  const weather = { type: "function", function: definition };
  const tools = [weather, { type: "function", function: time }];
  const create = (fields) => openai.chat.completions.create({ model: "gpt-4o-mini", messages: turns, ...fields });
  const chunk = (delta, finish_reason = null, more = {}) => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason, ...more }],
  });
  const said = (message) => ({ messages: [...turns, message] });

  await capture("wrapopenai-stream-helper", tracer, { text: "Looking.", calls: [call] }, () =>
    openai.chat.completions.stream({ model: "gpt-4o-mini", messages: turns, tools }).finalChatCompletion(),
  );
  await capture(
    "wrapopenai-stream-tools-two-kinds",
    tracer,
    { text: "Looking.", calls: [call, timeCall] },
    () => drain(create({ tools, stream: true })),
    lostIds,
  );
  await capture(
    "wrapopenai-stream-tools-no-arguments",
    tracer,
    { calls: [{ ...timeCall, arguments: "" }, call] },
    () => drain(create({ tools, stream: true })),
    { skip: "glued-tool-calls" },
  );
  await capture(
    "wrapopenai-stream-tools-three",
    tracer,
    { calls: [call, second, { ...call, id: "call_DDD", arguments: '{"city":"Oslo {}"}' }] },
    () => drain(create({ tools, stream: true })),
    lostIds,
  );
  await capture(
    "wrapopenai-stream-tools-prefix-names",
    tracer,
    {
      calls: [
        { ...timeCall, name: "get" },
        { ...timeCall, id: "call_2", name: "get_time" },
      ],
    },
    () => drain(create({ tools: [...tools, { type: "function", function: { ...time, name: "get" } }], stream: true })),
    lostIds,
  );
  await capture("wrapopenai-stream-n2-tools", tracer, { text: "x", calls: [call] }, () =>
    drain(create({ tools, n: 2, stream: true })),
  );
  await capture(
    "wrapopenai-stream-filter-chunks",
    tracer,
    {
      ...text,
      events: [
        { choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
        chunk({ role: "assistant", content: "" }, null, { content_filter_results: {} }),
        chunk({ content: "It is sunny" }),
        chunk({ content: " in Paris." }),
        chunk({}, "stop"),
        { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
      ],
    },
    () => drain(create({ stream: true })),
  );
  await capture(
    "wrapopenai-stream-no-call-id",
    tracer,
    {
      calls: [call],
      events: [
        chunk({
          role: "assistant",
          tool_calls: [
            { index: 0, type: "function", function: { name: "get_weather", arguments: '{"city": "Paris"}' } },
          ],
        }),
        chunk({}, "tool_calls"),
      ],
    },
    () => drain(create({ tools, stream: true })),
    { skip: "invalid-tool-call" },
  );
  await capture(
    "wrapopenai-stream-reasoning",
    tracer,
    {
      ...text,
      events: [
        chunk({ role: "assistant", reasoning_content: "hmm" }),
        chunk({ reasoning_content: " ok" }),
        chunk({ content: "It is sunny in Paris." }),
        chunk({}, "stop"),
      ],
    },
    () => drain(create({ stream: true })),
  );
  await capture(
    "wrapopenai-stream-error",
    tracer,
    {
      ...text,
      events: [
        chunk({ role: "assistant", content: "It is" }),
        { error: { message: "overloaded", type: "server_error" } },
      ],
    },
    () => drain(create({ stream: true })),
    { skip: "run-error" },
  );
  await capture(
    "wrapopenai-stream-functions-text",
    tracer,
    { text: "Looking.", functionCall: { name: "get_weather", arguments: call.arguments } },
    () => drain(create({ functions: [definition, time], function_call: "auto", stream: true })),
  );
  await capture("wrapopenai-returned-messages", tracer, text, () =>
    create({
      tools,
      messages: [
        ...turns,
        {
          role: "assistant",
          content: null,
          refusal: null,
          annotations: [],
          audio: null,
          function_call: null,
          tool_calls: [asCall(call), asCall(second)],
        },
        { role: "tool", tool_call_id: call.id, content: "", name: "get_weather" },
        { role: "tool", tool_call_id: second.id, content: [{ type: "text", text: "rain" }] },
        {
          role: "assistant",
          content: "Sunny.",
          refusal: null,
          annotations: [],
          tool_calls: null,
          reasoning_content: "hmm",
          reasoning: "hmm",
          reasoning_details: [{ type: "reasoning.text", text: "hmm" }],
        },
        { role: "user", content: "" },
      ],
    }),
  );
  await capture(
    "wrapopenai-refusal-history",
    tracer,
    text,
    () =>
      create({
        messages: [
          ...turns,
          { role: "assistant", content: [{ type: "refusal", refusal: "I cannot." }] },
          { role: "user", content: "Please." },
          { role: "assistant", content: null, refusal: "No." },
          { role: "user", content: "And now?" },
        ],
      }),
    ({ messages }) => ({
      messages: messages.map((message) =>
        Array.isArray(message.content) ? { role: "assistant", content: null, refusal: "I cannot." } : message,
      ),
    }),
  );
  await capture("wrapopenai-functions-history", tracer, { functionCall: { name: "get_time", arguments: "{}" } }, () =>
    create({
      functions: [definition, time],
      messages: [
        ...turns,
        { role: "assistant", content: "", function_call: { name: "get_weather", arguments: call.arguments } },
        { role: "function", name: "get_weather", content: "sunny" },
      ],
    }),
  );
  await capture("wrapopenai-functions-null-result", tracer, text, () =>
    create({
      functions: [definition],
      messages: [
        ...turns,
        { role: "assistant", content: null, function_call: { name: "get_weather", arguments: call.arguments } },
        { role: "function", name: "get_weather", content: null },
      ],
    }),
  );
  await capture("wrapopenai-empty-lists", tracer, text, () =>
    create({
      tools: [],
      functions: [],
      stop: ["x"],
      logit_bias: null,
      metadata: { status: "queued", previous_response_id: "mine", tools: "3" },
      store: true,
    }),
  );
  await capture(
    "wrapopenai-options",
    tracer,
    {
      text: '{"city":"Paris"}',
      logprobs: { content: [{ token: "a", logprob: -1, bytes: null, top_logprobs: [] }], refusal: null },
    },
    () =>
      create({
        response_format: { type: "json_object" },
        logprobs: true,
        top_logprobs: 1,
        prediction: { type: "content", content: "{}" },
        seed: 1,
        reasoning_effort: "low",
        verbosity: "low",
        modalities: ["text"],
        web_search_options: {},
        user: "u",
        safety_identifier: "s",
        prompt_cache_key: "k",
      }),
  );
  await capture("wrapopenai-bare-tools", tracer, { calls: [timeCall] }, () =>
    create({
      tools: [
        { type: "function", function: { name: "get_time" } },
        { type: "function", function: { ...definition, description: "", strict: false } },
        { type: "function", function: { ...definition, name: "strict_one", strict: true } },
      ],
      tool_choice: { type: "function", function: { name: "get_time" } },
    }),
  );
  await capture("wrapopenai-many-parts", tracer, text, () =>
    create({
      messages: [
        {
          role: "system",
          content: [
            { type: "text", text: "One." },
            { type: "text", text: " Two.", cache_control: { type: "ephemeral" } },
          ],
        },
        { role: "developer", content: [{ type: "text", text: "Three." }] },
        {
          role: "user",
          name: "ann_1",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
        {
          role: "assistant",
          name: "bot",
          content: [
            { type: "text", text: "c" },
            { type: "text", text: "d" },
          ],
        },
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url: "https://example.com/a.png?x=1" } },
            { type: "text", text: "what" },
            { type: "image_url", image_url: { url: image, detail: "auto" } },
            { type: "image_url", image_url: { url: image, detail: "high" } },
          ],
        },
      ],
    }),
  );
  await capture(
    "wrapopenai-audio-in",
    tracer,
    text,
    () =>
      create({
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "what" },
              { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await capture(
    "wrapopenai-custom-tool",
    tracer,
    {
      message: {
        content: null,
        tool_calls: [{ id: "call_1", type: "custom", custom: { name: "shell", input: "ls" } }],
      },
    },
    () => create({ tools: [{ type: "custom", custom: { name: "shell", description: "Run" } }] }),
    { skip: "invalid-tool-call" },
  );
  await capture(
    "wrapopenai-custom-tool-unused",
    tracer,
    text,
    () => create({ tools: [weather, { type: "custom", custom: { name: "shell", description: "Run" } }] }),
    { skip: "invalid-tool" },
  );
  await capture(
    "wrapopenai-reasoning-content",
    tracer,
    {
      message: {
        content: "Sunny.",
        reasoning_content: "hmm",
        reasoning: "hmm",
        reasoning_details: [{ type: "reasoning.text", text: "hmm" }],
        annotations: [
          {
            type: "url_citation",
            url_citation: { start_index: 0, end_index: 1, title: "t", url: "https://example.com" },
          },
        ],
      },
    },
    () => create({}),
  );
  await capture(
    "wrapopenai-thinking-parts",
    tracer,
    {
      message: {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "hmm" }] },
          { type: "text", text: "Sunny." },
        ],
      },
    },
    () => create({}),
    { convert: said({ role: "assistant", content: "Sunny." }) },
  );
  await capture(
    "wrapopenai-broken-arguments",
    tracer,
    { calls: [{ ...call, arguments: '{"city": Paris}' }, second] },
    () => create({ tools }),
  );
  await capture("wrapopenai-parse-tools", tracer, { calls: [call] }, () =>
    openai.chat.completions.parse({
      model: "gpt-4o-mini",
      messages: turns,
      tools: [
        zodFunction({ name: "get_weather", description: "Get weather", parameters: z.object({ city: z.string() }) }),
      ],
      response_format: zodResponseFormat(z.object({ city: z.string() }), "report"),
    }),
  );
  await capture("wrapopenai-tool-image", tracer, text, () =>
    create({
      tools,
      messages: [
        ...turns,
        { role: "assistant", tool_calls: [asCall(call)] },
        {
          role: "tool",
          tool_call_id: call.id,
          content: [
            { type: "text", text: "see" },
            { type: "image_url", image_url: { url: image } },
          ],
        },
      ],
    }),
  );

  // options of the request beside it, and what other servers answer
  const withOptions = (fields) =>
    openai.chat.completions.create({ model: "gpt-4o-mini", messages: turns, ...fields }, { timeout: 5000 });
  const bare = (delta, finish_reason = null) => ({ choices: [{ delta, finish_reason }] });
  const counted = (each, index) => ({ tool_calls: [{ index, ...asCall(each) }] });
  const parallel = (object) => ({
    calls: [call, second],
    events: [
      { object, ...chunk({ role: "assistant", content: null, ...counted(call, 0) }) },
      { object, ...chunk(counted(second, 1)) },
      { object, ...chunk({}, "tool_calls") },
    ],
  });
  await capture("wrapopenai-request-options", tracer, { calls: [call] }, () => withOptions({ tools }));
  await capture("wrapopenai-request-options-stream", tracer, { text: "Looking.", calls: [call] }, () =>
    drain(withOptions({ tools, stream: true })),
  );
  await capture(
    "wrapopenai-stream-other-object",
    tracer,
    parallel("chat.completion"),
    () => drain(create({ tools, stream: true })),
    lostIds,
  );
  await capture(
    "wrapopenai-stream-other-object-helper",
    tracer,
    parallel("chat.completion"),
    () => openai.chat.completions.stream({ model: "gpt-4o-mini", messages: turns, tools }).finalChatCompletion(),
    lostIds,
  );
  await capture(
    "wrapopenai-stream-other-object-cut",
    tracer,
    { text: "Sun", events: [chunk({ role: "assistant", content: "Sun" }), { object: "", ...chunk({ content: "" }) }] },
    () => drain(create({ stream: true })),
    { skip: "partial-stream" },
  );
  await capture(
    "wrapopenai-stream-uncounted",
    tracer,
    {
      text: "Sunny.",
      events: [bare({ role: "assistant", content: "Sun" }), bare({ content: "ny." }), bare({}, "stop")],
    },
    () => drain(create({ stream: true })),
  );
  await capture(
    "wrapopenai-stream-uncounted-call",
    tracer,
    {
      text: "Looking.",
      calls: [call],
      events: [bare({ role: "assistant", content: "Looking." }), bare(counted(call, 0)), bare({}, "tool_calls")],
    },
    () => drain(create({ tools, stream: true })),
    { skip: "invalid-tool-call" },
  );
  await capture(
    "wrapopenai-stream-content-parts",
    tracer,
    {
      text: "Sunny.",
      events: [
        chunk({ role: "assistant", content: [{ type: "thinking", thinking: [{ type: "text", text: "hmm" }] }] }),
        chunk({ content: "Sunny." }),
        chunk({}, "stop"),
      ],
    },
    () => drain(create({ stream: true })),
    { skip: "invalid-message" },
  );
  const filtered = {
    choices: [{ index: 0, finish_reason: null, content_filter_offsets: {}, content_filter_results: {} }],
  };
  await capture(
    "wrapopenai-stream-no-delta",
    tracer,
    {
      text: "Looking.",
      calls: [call, second],
      events: [
        chunk({ role: "assistant", content: "Looking." }),
        chunk(counted(call, 0)),
        chunk(counted(second, 1)),
        chunk({}, "tool_calls"),
        filtered,
      ],
    },
    () => drain(create({ tools, stream: true })),
  );
  await capture(
    "wrapopenai-stream-no-choices",
    tracer,
    {
      functionCall: { name: "get_weather", arguments: call.arguments },
      events: [
        chunk({ role: "assistant", function_call: { name: "get_weather", arguments: "" } }),
        chunk({ function_call: { arguments: call.arguments } }),
        chunk({}, "function_call"),
        { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
      ],
    },
    () => drain(create({ functions: [definition], stream: true })),
  );
  await capture(
    "wrapopenai-stream-no-choices-cut",
    tracer,
    { text: "Sun", events: [chunk({ role: "assistant", content: "Sun" }), { usage: null }] },
    () => drain(create({ stream: true })),
    { skip: "partial-stream" },
  );
  await capture("wrapopenai-role-empty", tracer, { message: { role: "", content: "Sunny." } }, () => create({}), {
    convert: said({ role: "assistant", content: "Sunny." }),
  });
  await capture(
    "wrapopenai-function-call-empty",
    tracer,
    { message: { content: "Sunny.", function_call: { name: "", arguments: "" } } },
    () => create({}),
    { convert: said({ role: "assistant", content: "Sunny." }) },
  );
  await capture("wrapopenai-finish-abort", tracer, { text: "It is", finish: "abort" }, () => create({}), {
    skip: "partial-stream",
  });
  await capture(
    "wrapopenai-finish-recitation",
    tracer,
    { text: "It is", finish: "content_filter: RECITATION" },
    () => create({}),
    { skip: "filtered" },
  );
  await capture(
    "wrapopenai-finish-malformed",
    tracer,
    { text: "It is", finish: "function_call_filter: MALFORMED_FUNCTION_CALL" },
    () => create({ tools }),
    { skip: "run-error" },
  );
  await capture(
    "wrapopenai-finish-call-lost",
    tracer,
    { text: "Looking.", finish: "tool_calls" },
    () => create({ tools }),
    { skip: "invalid-tool-call" },
  );
  await capture(
    "wrapopenai-image-original",
    tracer,
    text,
    () =>
      create({
        messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: image, detail: "original" } }] }],
      }),
    { skip: "unsupported-content" },
  );
  const azure = wrapOpenAI(
    new AzureOpenAI({
      apiKey: "no-key",
      baseURL: `${stub.url}/openai/deployments/gpt`,
      apiVersion: "2024-10-21",
      maxRetries: 0,
    }),
    { client },
  );
  await capture("wrapopenai-azure", tracer, { calls: [call] }, () =>
    azure.chat.completions.create({ model: "", messages: turns, tools }),
  );
  const sdk = wrapSDK(new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 }), { client });
  await capture("wrapsdk-openai", tracer, { text: "Looking.", calls: [call, second] }, () =>
    sdk.chat.completions.create({ model: "gpt-4o-mini", messages: turns, tools }, { timeout: 5000 }),
  );
  await capture("wrapsdk-openai-stream", tracer, { text: "Looking.", calls: [call, second] }, () =>
    drain(sdk.chat.completions.create({ model: "gpt-4o-mini", messages: turns, tools, stream: true })),
  );
  await capture("wrapsdk-openai-responses", tracer, { text: "Looking.", calls: [call] }, () =>
    sdk.responses.create(
      {
        model: "gpt-4o-mini",
        instructions: "Be brief.",
        input: "Weather?",
        tools: [{ type: "function", ...definition, strict: false }],
      },
      { timeout: 5000 },
    ),
  );

  // ── wrapOpenAI, Responses ──
  const respond = (fields) => openai.responses.create({ model: "gpt-4o-mini", input: "Weather?", ...fields });
  const flat = { type: "function", ...definition, strict: false };
  const message = (parts, more) => ({
    id: "msg_1",
    type: "message",
    status: "completed",
    role: "assistant",
    content: parts.map((value) =>
      typeof value === "string" ? { type: "output_text", text: value, annotations: [], logprobs: [] } : value,
    ),
    ...more,
  });
  const functionCall = ({ id, name, arguments: written }, more) => ({
    id: `fc_${id}`,
    type: "function_call",
    status: "completed",
    call_id: id,
    name,
    arguments: written,
    ...more,
  });
  const reasoning = {
    id: "rs_1",
    type: "reasoning",
    summary: [],
    encrypted_content: "gAAAA",
    content: [{ type: "reasoning_text", text: "hmm" }],
    status: null,
  };
  const respondWithOptions = (fields) =>
    openai.responses.create({ model: "gpt-4o-mini", input: "Weather?", ...fields }, { timeout: 5000 });
  await capture("wrapopenai-responses-request-options", tracer, { text: "Looking.", calls: [call] }, () =>
    respondWithOptions({ instructions: "Be brief.", tools: [flat] }),
  );
  await capture("wrapopenai-responses-request-options-stream", tracer, { text: "Looking.", calls: [call] }, () =>
    drain(respondWithOptions({ input: [{ role: "user", content: "Weather?" }], tools: [flat], stream: true })),
  );
  await capture("wrapopenai-responses-same-system", tracer, text, () =>
    respond({
      instructions: "Be brief.",
      input: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Weather?" },
      ],
    }),
  );
  await capture(
    "wrapopenai-responses-many-items",
    tracer,
    {
      items: [
        reasoning,
        message(["I look.", " Wait."], { id: "msg_1", phase: "commentary" }),
        functionCall(call),
        reasoning,
        functionCall(second),
        message(["Done."], { id: "msg_2", phase: "final_answer" }),
      ],
    },
    () => respond({ tools: [flat], include: ["reasoning.encrypted_content"], store: false }),
  );
  await capture(
    "wrapopenai-responses-many-items-stream",
    tracer,
    { items: [reasoning, message(["I look.", " Wait."]), functionCall(call), functionCall(second)] },
    () => drain(respond({ tools: [flat], stream: true })),
  );
  await capture("wrapopenai-responses-returned-items", tracer, { items: [message(["Sunny in both."])] }, () =>
    respond({
      tools: [flat, { type: "function", name: "get_time", parameters: null, strict: null }],
      instructions: "Be brief.",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "a" },
            { type: "input_text", text: "b" },
          ],
        },
        reasoning,
        message(["I look."]),
        functionCall(call, { parsed_arguments: { city: "Paris" } }),
        functionCall(second),
        { type: "function_call_output", call_id: call.id, output: "sunny", id: "fco_1", status: "completed" },
        {
          type: "function_call_output",
          call_id: second.id,
          output: [
            { type: "input_text", text: "see " },
            { type: "input_image", image_url: image, detail: "low" },
          ],
        },
      ],
    }),
  );
  await capture("wrapopenai-responses-tools-in-history", tracer, { items: [message(["Sunny."])] }, () =>
    respond({
      tools: [{ type: "web_search" }],
      input: [
        { role: "user", content: "Weather?" },
        { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "q" } },
        message([
          {
            type: "output_text",
            text: "Sunny.",
            annotations: [
              { type: "url_citation", start_index: 0, end_index: 1, title: "t", url: "https://example.com" },
            ],
            logprobs: [],
          },
        ]),
        { role: "user", content: "Sure?" },
      ],
    }),
  );
  await capture(
    "wrapopenai-responses-calls-then-text",
    tracer,
    { items: [functionCall(call), message(["I look."])] },
    () => respond({ tools: [flat] }),
  );
  await capture("wrapopenai-responses-roles", tracer, { items: [message(["Sunny."])] }, () =>
    respond({
      instructions: "One.",
      input: [
        { role: "system", content: "Two." },
        { type: "message", role: "developer", content: [{ type: "input_text", text: "Three." }] },
        { type: "message", role: "user", content: "Four" },
      ],
    }),
  );
  await capture("wrapopenai-responses-image-auto", tracer, { items: [message(["Sunny."])] }, () =>
    respond({
      input: [
        {
          role: "user",
          content: [
            { type: "input_image", image_url: "https://example.com/a.png", detail: "auto" },
            { type: "input_text", text: "what" },
          ],
        },
      ],
    }),
  );
  await capture(
    "wrapopenai-responses-item-reference-untyped",
    tracer,
    { items: [message(["Sunny."])] },
    () => respond({ input: [{ role: "user", content: "a" }, { id: "msg_1" }, { role: "user", content: "b" }] }),
    { skip: "missing-history" },
  );
  await capture(
    "wrapopenai-responses-conversation",
    tracer,
    { items: [message(["Sunny."])], fields: { conversation: { id: "conv_1" } } },
    () => respond({ conversation: "conv_1" }),
    { skip: "missing-history" },
  );
  await capture(
    "wrapopenai-responses-prompt",
    tracer,
    { items: [message(["Sunny."])] },
    () => respond({ prompt: { id: "pmpt_1", variables: { city: "Paris" } } }),
    { skip: "missing-history" },
  );
  await capture(
    "wrapopenai-responses-incomplete-stream",
    tracer,
    { text: "It", finish: "length" },
    () => drain(respond({ stream: true })),
    { skip: "truncated" },
  );
  await capture(
    "wrapopenai-responses-refusal-and-text",
    tracer,
    { items: [message(["Well. ", { type: "refusal", refusal: "I cannot." }])] },
    () => respond({}),
    { skip: "refusal" },
  );
  await capture(
    "wrapopenai-responses-refusal-history",
    tracer,
    { items: [message(["Sunny."])] },
    () =>
      respond({
        input: [
          { role: "user", content: "a" },
          message([{ type: "refusal", refusal: "I cannot." }]),
          { role: "user", content: "b" },
        ],
      }),
    {
      convert: {
        messages: [
          { role: "user", content: "a" },
          { role: "assistant", content: null, refusal: "I cannot." },
          { role: "user", content: "b" },
          { role: "assistant", content: "Sunny." },
        ],
      },
    },
  );
  await capture(
    "wrapopenai-responses-hosted",
    tracer,
    {
      items: [
        {
          id: "ml_1",
          type: "mcp_list_tools",
          server_label: "s",
          tools: [{ name: "roll", input_schema: {}, description: null, annotations: null }],
        },
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
        { id: "fs_1", type: "file_search_call", status: "completed", queries: ["q"], results: null },
        { id: "ci_1", type: "code_interpreter_call", status: "completed", code: "1", container_id: "c", outputs: null },
        message([
          {
            type: "output_text",
            text: "Four.",
            annotations: [{ type: "file_citation", file_id: "f", filename: "a", index: 0 }],
            logprobs: [],
          },
        ]),
      ],
    },
    () =>
      respond({
        tools: [
          flat,
          {
            type: "mcp",
            server_label: "s",
            server_url: "https://example.com",
            require_approval: "never",
            headers: { Authorization: "secret" },
          },
          { type: "file_search", vector_store_ids: ["v"] },
          { type: "code_interpreter", container: { type: "auto" } },
          { type: "image_generation" },
        ],
      }),
  );
  await capture(
    "wrapopenai-responses-image-generation",
    tracer,
    { items: [{ id: "ig_1", type: "image_generation_call", status: "completed", result: pixel }] },
    () => respond({ tools: [{ type: "image_generation" }] }),
    { skip: "no-answer" },
  );
  await capture(
    "wrapopenai-responses-custom-call",
    tracer,
    { items: [{ id: "ctc_1", type: "custom_tool_call", call_id: "call_1", name: "shell", input: "ls" }] },
    () => respond({ tools: [{ type: "custom", name: "shell" }] }),
    { skip: "unsupported-content" },
  );
  await capture("wrapopenai-responses-parse-tools", tracer, { items: [functionCall(call)] }, () =>
    openai.responses.parse({
      model: "gpt-4o-mini",
      input: "where?",
      tools: [
        zodResponsesFunction({
          name: "get_weather",
          description: "Get weather",
          parameters: z.object({ city: z.string() }),
        }),
      ],
    }),
  );
  await capture("wrapopenai-responses-stream-helper", tracer, { text: "Looking.", calls: [call] }, () =>
    openai.responses.stream({ model: "gpt-4o-mini", input: "Weather?", tools: [flat] }).finalResponse(),
  );
  await capture(
    "wrapopenai-responses-stream-error",
    tracer,
    {
      events: [
        {
          type: "response.created",
          sequence_number: 0,
          response: { id: "resp_1", object: "response", status: "in_progress", output: [] },
        },
        { type: "error", sequence_number: 1, code: "server_error", message: "x", param: null },
      ],
    },
    () => drain(respond({ stream: true })),
    { skip: "partial-stream" },
  );
  await capture(
    "wrapopenai-responses-metadata",
    tracer,
    { items: [message(["Sunny."])], fields: { metadata: { status: "cancelled" } } },
    () => respond({ metadata: { status: "cancelled", previous_response_id: "mine", incomplete_details: "no" } }),
  );
}

// ── wrapAnthropic ──
{
  const tracer = "langsmith @anthropic-ai/sdk";
  const anthropic = wrapAnthropic(new Anthropic({ apiKey: "no-key", baseURL: stub.url, maxRetries: 0 }), { client });
  const tool = { name: "get_weather", description: "Get weather", input_schema: parameters };
  const request = (fields) => ({
    model: "claude-sonnet-4-5",
    max_tokens: 100,
    system: "You are a weather bot.",
    messages: [{ role: "user", content: "Weather?" }],
    ...fields,
  });
  const create = (fields) => anthropic.messages.create(request(fields));
  const use = (id, city) => ({ type: "tool_use", id, name: "get_weather", input: { city } });
  const words = (value, more) => ({ type: "text", text: value, citations: null, ...more });
  const searched = [
    { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "weather" } },
    {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_1",
      content: [
        { type: "web_search_result", title: "t", url: "https://example.com", encrypted_content: "x", page_age: null },
      ],
    },
  ];
  await capture("wrapanthropic-request-options", tracer, { text: "Looking.", calls: [call] }, () =>
    anthropic.messages.create(request({ tools: [tool] }), { timeout: 5000 }),
  );
  await capture("wrapanthropic-system-empty", tracer, text, () => create({ system: [] }));
  await capture(
    "wrapanthropic-stop-without-call",
    tracer,
    { blocks: [words("I look.")], stop: "tool_use" },
    () => create({ tools: [tool] }),
    { skip: "invalid-tool-call" },
  );
  const sdk = wrapSDK(new Anthropic({ apiKey: "no-key", baseURL: stub.url, maxRetries: 0 }), { client });
  await capture("wrapsdk-anthropic", tracer, { text: "Looking.", calls: [call, second] }, () =>
    sdk.messages.create(request({ tools: [tool] }), { timeout: 5000 }),
  );
  await capture(
    "wrapanthropic-many-blocks",
    tracer,
    {
      blocks: [
        words("It is "),
        words("sunny", {
          citations: [
            {
              type: "char_location",
              cited_text: "a",
              document_index: 0,
              document_title: null,
              start_char_index: 0,
              end_char_index: 1,
              file_id: null,
            },
          ],
        }),
        words("."),
      ],
    },
    () => create({}),
  );
  await capture(
    "wrapanthropic-web-search",
    tracer,
    { blocks: [words("I search. "), ...searched, words("Sunny.")] },
    () => create({ tools: [tool, { type: "web_search_20250305", name: "web_search", max_uses: 2 }] }),
  );
  await capture(
    "wrapanthropic-web-search-stream",
    tracer,
    { blocks: [words("I search. "), ...searched, words("Sunny.")] },
    () => drain(create({ tools: [tool, { type: "web_search_20250305", name: "web_search" }], stream: true })),
  );
  await capture("wrapanthropic-web-search-history", tracer, { blocks: [words("Yes.")] }, () =>
    create({
      tools: [{ type: "web_search_20250305", name: "web_search" }],
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: [words("I search. "), ...searched, words("Sunny.")] },
        { role: "user", content: [{ type: "text", text: "Sure?", cache_control: { type: "ephemeral" } }] },
      ],
    }),
  );
  await capture(
    "wrapanthropic-pause-turn",
    tracer,
    { blocks: searched.slice(0, 1), finish: "pause_turn" },
    () => create({ tools: [{ type: "web_search_20250305", name: "web_search" }] }),
    { skip: "partial-stream" },
  );
  await capture(
    "wrapanthropic-redacted-thinking",
    tracer,
    {
      blocks: [
        { type: "redacted_thinking", data: "x" },
        { type: "thinking", thinking: "hmm", signature: "s" },
        words("Sunny."),
        use("toolu_1", "Paris"),
      ],
    },
    () =>
      create({
        tools: [tool],
        thinking: { type: "enabled", budget_tokens: 1024 },
        max_tokens: 2000,
        messages: [
          { role: "user", content: "Weather?" },
          { role: "assistant", content: [{ type: "redacted_thinking", data: "x" }, words("A?")] },
          { role: "user", content: "A." },
        ],
      }),
  );
  await capture("wrapanthropic-stop-sequence", tracer, { ...text, finish: "stop_sequence", stopSequence: "END" }, () =>
    create({ stop_sequences: ["END"] }),
  );
  await capture("wrapanthropic-prefill", tracer, { text: " 42" }, () =>
    create({
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: "The answer is" },
      ],
    }),
  );
  await capture("wrapanthropic-tool-results", tracer, { blocks: [words("So.")] }, () =>
    create({
      tools: [
        {
          ...tool,
          cache_control: { type: "ephemeral" },
          strict: true,
          input_examples: [{ city: "Oslo" }],
          type: "custom",
        },
      ],
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: [
            words("I look."),
            use("toolu_1", "Paris"),
            use("toolu_2", "Rome"),
            use("toolu_3", "Oslo"),
            use("toolu_4", "Bonn"),
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "toolu_1",
              content: [
                { type: "text", text: "see" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
              ],
            },
            {
              type: "tool_result",
              tool_use_id: "toolu_2",
              is_error: true,
              content: [
                { type: "text", text: "no " },
                { type: "text", text: "city" },
              ],
            },
            { type: "tool_result", tool_use_id: "toolu_3" },
            { type: "tool_result", tool_use_id: "toolu_4", content: "", cache_control: { type: "ephemeral" } },
            { type: "text", text: "And?" },
            { type: "image", source: { type: "url", url: "https://example.com/a" } },
          ],
        },
      ],
    }),
  );
  await capture(
    "wrapanthropic-document",
    tracer,
    text,
    () =>
      create({
        messages: [
          {
            role: "user",
            content: [
              {
                type: "document",
                source: { type: "base64", media_type: "application/pdf", data: "AAAA" },
                citations: { enabled: true },
              },
              { type: "text", text: "what" },
            ],
          },
        ],
      }),
    { skip: "unsupported-content" },
  );
  await capture(
    "wrapanthropic-client-tools",
    tracer,
    { blocks: [{ type: "tool_use", id: "toolu_1", name: "bash", input: { command: "ls" } }] },
    () => create({ tools: [{ type: "bash_20250124", name: "bash" }, tool] }),
    { skip: "invalid-tool" },
  );
  await capture("wrapanthropic-client-tools-unused", tracer, { blocks: [use("toolu_1", "Paris")] }, () =>
    create({ tools: [{ type: "bash_20250124", name: "bash" }, { type: "memory_20250818", name: "memory" }, tool] }),
  );
  await capture("wrapanthropic-beta-stream", tracer, { thinking: "hmm", text: "Looking.", calls: [call, second] }, () =>
    anthropic.beta.messages.stream(request({ tools: [tool] })).finalMessage(),
  );
  await capture(
    "wrapanthropic-beta-mcp",
    tracer,
    {
      blocks: [
        { type: "mcp_tool_use", id: "mcptoolu_1", name: "roll", server_name: "s", input: {} },
        { type: "mcp_tool_result", tool_use_id: "mcptoolu_1", is_error: false, content: [{ type: "text", text: "4" }] },
        words("Four."),
      ],
    },
    () =>
      anthropic.beta.messages.create(
        request({
          betas: ["mcp-client-2025-11-20"],
          mcp_servers: [{ type: "url", url: "https://example.com", name: "s", authorization_token: "secret" }],
          tools: [{ type: "mcp_toolset", mcp_server_name: "s" }],
        }),
      ),
  );
  await capture(
    "wrapanthropic-beta-code",
    tracer,
    {
      blocks: [
        { type: "server_tool_use", id: "srvtoolu_1", name: "bash_code_execution", input: { command: "ls" } },
        {
          type: "bash_code_execution_tool_result",
          tool_use_id: "srvtoolu_1",
          content: { type: "bash_code_execution_result", stdout: "a", stderr: "", return_code: 0, content: [] },
        },
        { type: "server_tool_use", id: "srvtoolu_2", name: "tool_search_tool_regex", input: { pattern: "w" } },
        {
          type: "tool_search_tool_result",
          tool_use_id: "srvtoolu_2",
          content: {
            type: "tool_search_tool_search_result",
            tool_references: [{ type: "tool_reference", tool_name: "get_weather" }],
          },
        },
        words("One file."),
      ],
    },
    () =>
      anthropic.beta.messages.create(
        request({
          tools: [
            { type: "code_execution_20250825", name: "code_execution" },
            { type: "tool_search_tool_regex_20251119", name: "tool_search_tool_regex" },
            { ...tool, defer_loading: true },
          ],
        }),
      ),
  );
  await capture("wrapanthropic-beta-parse", tracer, { text: '{"city":"Paris"}' }, () =>
    anthropic.beta.messages.parse(
      request({
        output_format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: { city: { type: "string" } },
            required: ["city"],
            additionalProperties: false,
          },
        },
      }),
    ),
  );
  await capture(
    "wrapanthropic-stream-no-delta",
    tracer,
    {
      blocks: [{ type: "tool_use", id: "toolu_1", name: "get_time", input: {} }],
      events: [
        {
          type: "message_start",
          message: {
            id: "msg_1",
            type: "message",
            role: "assistant",
            model: "m",
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: { input_tokens: 1, output_tokens: 1 },
          },
        },
        { type: "ping" },
        {
          type: "content_block_start",
          index: 0,
          content_block: { type: "tool_use", id: "toolu_1", name: "get_time", input: {} },
        },
        { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: "" } },
        { type: "content_block_stop", index: 0 },
        { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 1 } },
        { type: "message_stop" },
      ],
    },
    () =>
      drain(create({ tools: [{ name: "get_time", input_schema: { type: "object", properties: {} } }], stream: true })),
  );
  await capture(
    "wrapanthropic-stream-error",
    tracer,
    {
      events: [
        {
          type: "message_start",
          message: {
            id: "msg_1",
            type: "message",
            role: "assistant",
            model: "m",
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: { input_tokens: 1, output_tokens: 1 },
          },
        },
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "It" } },
        { type: "error", error: { type: "overloaded_error", message: "x" } },
      ],
    },
    () => drain(create({ stream: true })),
    { skip: "run-error" },
  );
  await capture("wrapanthropic-string-blocks", tracer, text, () =>
    create({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
        { role: "assistant", content: [{ type: "text", text: "c" }] },
        { role: "user", content: "d" },
        { role: "user", content: "e" },
      ],
    }),
  );
  await capture("wrapanthropic-system-role", tracer, text, () =>
    create({
      system: undefined,
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
        { role: "system", content: "Be brief." },
        { role: "user", content: "c" },
      ],
    }),
  );
}

await stub.close();
process.exit(0);
