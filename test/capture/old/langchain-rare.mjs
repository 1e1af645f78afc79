// LangChain.js 0.3 with OpenAI, in the combinations that are rare one by one: what stands in a
// history, what comes back, and how it was asked for. See ../README.md.
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
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { openSession } from "../session.mjs";
import { call, definition, drain, image, parameters, pixel, second, text, weather } from "../weather.mjs";

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
  const chat = (name, replies, scenario, expected) => capture(`old-lcjs-${name}`, tracer, replies, scenario, expected);

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
  await chat(
    "functions-with-text",
    { text: "Looking.", functionCall: { name: "get_weather", arguments: call.arguments } },
    () => model().invoke(turns, { functions: [definition] }),
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
  await chat("answer-empty-stream", { text: "" }, () => drain(model().stream(turns)), { skip: "no-answer" });
  await chat("answer-reasoning", { ...text, message: { reasoning_content: "hmm" } }, () => model().invoke(turns));
  await chat("answer-reasoning-stream", { ...text, message: { reasoning_content: "hmm" } }, () =>
    drain(model().stream(turns)),
  );
  await chat("answer-no-id", { calls: [{ ...call, id: "" }] }, () => model().invoke(turns, { tools: weather }), {
    skip: "invalid-tool-call",
  });
  await chat("answer-refusal-stream", { refusal: "I cannot." }, () => drain(model().stream(turns)), {
    skip: "no-answer",
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

  // This version sends a call of the history without the text beside it.
  await chat("loop", [{ text: "Looking.", calls: [call, second] }, text], async () => {
    const first = await model().invoke(turns, { tools: weather });
    await model().invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools: weather });
  });
  await chat("loop-stream", [{ text: "Looking.", calls: [call] }, text], async () => {
    let first;
    for await (const chunk of await model().stream(turns, { tools: weather }))
      first = first ? first.concat(chunk) : chunk;
    await drain(model().stream([...turns, first, told("call_AAA111")], { tools: weather }));
  });

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
  await chat("structured-with-tools", { calls: [call] }, () =>
    model()
      .withStructuredOutput(report, { name: "report", method: "jsonSchema", tools: weather, strict: true })
      .invoke(turns),
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
    { skip: "no-answer" },
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
  await chat("responses-refusal-stream", { refusal: "I cannot." }, () => drain(respond().stream(turns)), {
    skip: "refusal",
  });
  // The event of a response that was cut off is not read: the stream has no end.
  await chat("responses-length-stream", { text: "It", finish: "length" }, () => drain(respond().stream(turns)), {
    skip: "partial-stream",
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
}

await stub.close();
process.exit(0);
