// LangChain.js where the request differs from what the trace shows at first sight: what each
// converter of a provider leaves out, adds or sends in another place. See README.md.
import { ChatAnthropic } from "@langchain/anthropic";
import {
  AIMessage,
  ChatMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
  filterMessages,
  mergeMessageRuns,
} from "@langchain/core/messages";
import { ChatPromptTemplate, FewShotChatMessagePromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { DynamicStructuredTool, tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { AzureChatOpenAI, ChatOpenAI, tools as hosted } from "@langchain/openai";
import {
  createAgent,
  ClearToolUsesEdit,
  contextEditingMiddleware,
  createMiddleware,
  humanInTheLoopMiddleware,
  llmToolSelectorMiddleware,
  summarizationMiddleware,
  todoListMiddleware,
  toolStrategy,
} from "langchain";
import { z } from "zod";
import { openSession } from "./session.mjs";
import { call, definition, drain, image, parameters, pixel, second, text, weather } from "./weather.mjs";

const { stub, capture } = await openSession(import.meta.url, process.argv[2]);

const turns = [new SystemMessage("You are a weather bot."), new HumanMessage("Weather in Paris?")];
const report = z.object({ city: z.string(), degrees: z.number().nullable() });
const asked = (id, args = { city: "Paris" }, fields = {}) =>
  new AIMessage({ content: "", tool_calls: [{ id, name: "get_weather", args }], ...fields });
const told = (id, content = "sunny", fields = {}) =>
  new ToolMessage({ content, tool_call_id: id, name: "get_weather", ...fields });
const zodWeather = tool(async ({ city }) => `sunny in ${city}`, {
  name: "get_weather",
  description: "Get weather",
  schema: z.object({ city: z.string().describe("City") }),
});

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
  const respond = (fields) => model({ useResponsesApi: true, ...fields });
  const message = (value, id = "msg_1", more = []) => ({
    id,
    type: "message",
    status: "completed",
    role: "assistant",
    content: [{ type: "output_text", text: value, annotations: [], logprobs: [] }, ...more],
  });
  const functionCall = {
    id: "fc_1",
    type: "function_call",
    status: "completed",
    call_id: "call_AAA111",
    name: "get_weather",
    arguments: '{"city": "Paris"}',
  };

  // names
  const few = [
    new SystemMessage({ content: "You add.", name: "rules" }),
    new SystemMessage({ content: "1+1", name: "example_user" }),
    new SystemMessage({ content: "2", name: "example_assistant" }),
    new HumanMessage({ content: "2+2", name: "ann" }),
  ];
  await chat("responses-names", text, () => respond().invoke(few));
  await chat("v1-names", text, () =>
    model().invoke([
      new SystemMessage({ contentBlocks: [{ type: "text", text: "Be brief." }], name: "rules" }),
      new HumanMessage({ contentBlocks: [{ type: "text", text: "hi" }], name: "ann" }),
    ]),
  );

  // v1 content
  await chat("v1-image-detail", text, () =>
    model().invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "a" },
          { type: "image", url: "https://example.com/a.png", metadata: { detail: "low" } },
          { type: "image", mimeType: "image/png", data: pixel, metadata: { detail: "high" } },
        ],
      }),
    ]),
  );
  await chat("v1-plain-text", text, () =>
    model().invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "a" },
          { type: "text-plain", text: "the file", mimeType: "text/plain" },
        ],
      }),
    ]),
  );
  await chat("v1-dropped-parts", text, () =>
    model().invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "a" },
          { type: "reasoning", reasoning: "hmm" },
          { type: "video", url: "https://example.com/a.mp4" },
          { type: "audio", url: "https://example.com/a.wav" },
          { type: "file", url: "https://example.com/a.pdf" },
          { type: "non_standard", value: { type: "text", text: "x" } },
        ],
      }),
    ]),
  );
  await chat("v1-tool-image", text, () =>
    model().invoke(
      [
        ...turns,
        asked("a"),
        new ToolMessage({
          tool_call_id: "a",
          contentBlocks: [
            { type: "text", text: "map" },
            { type: "image", url: "https://example.com/a.png" },
          ],
        }),
      ],
      { tools: weather },
    ),
  );
  await chat("responses-v1-plain-text", text, () =>
    respond().invoke([
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "a" },
          { type: "text-plain", text: "the file", mimeType: "text/plain" },
          { type: "image", url: "https://example.com/a.png" },
        ],
      }),
    ]),
  );
  await chat(
    "responses-v1-loop-search",
    [
      {
        items: [
          { id: "ws_1", type: "web_search_call", status: "completed", action: { type: "search", query: "x" } },
          message("Sunny."),
        ],
      },
      { items: [message("So.", "msg_9")] },
    ],
    async () => {
      const first = await respond({ outputVersion: "v1" }).invoke(turns, { tools: [{ type: "web_search" }] });
      await respond({ outputVersion: "v1" }).invoke([...turns, first, new HumanMessage("So?")], {
        tools: [{ type: "web_search" }],
      });
    },
    [undefined, { skip: "invalid-tool" }],
  );
  await chat(
    "responses-v1-tool-blocks",
    text,
    () =>
      respond().invoke(
        [
          ...turns,
          asked("a"),
          new ToolMessage({
            tool_call_id: "a",
            contentBlocks: [
              { type: "text", text: "map" },
              { type: "text", text: " of it" },
            ],
          }),
        ],
        { tools: weather },
      ),
    { skip: "invalid-message" },
  );

  // histories that somebody changed
  await chat("responses-edited-history", [{ items: [message("Looking."), functionCall] }, text], async () => {
    const first = await respond().invoke(turns, { tools: weather });
    await respond().invoke(
      [
        ...turns,
        new AIMessage({
          ...first,
          content: "Edited.",
          tool_calls: [{ id: "call_AAA111", name: "get_weather", args: { city: "Rome" } }],
        }),
        told("call_AAA111"),
      ],
      { tools: weather },
    );
  });
  await chat("edited-history", [{ text: "Looking.", calls: [call, second] }, text], async () => {
    const first = await model().invoke(turns, { tools: weather });
    first.tool_calls = [{ ...first.tool_calls[0], args: { city: "Lyon" } }];
    await model().invoke([...turns, first, told("call_AAA111")], { tools: weather });
  });
  await chat("emptied-calls", [{ text: "Looking.", calls: [call, second] }, text], async () => {
    const first = await model().invoke(turns, { tools: weather });
    first.tool_calls = [];
    await model().invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools: weather });
  });
  await chat("merged-runs", text, () =>
    model().invoke(
      mergeMessageRuns([
        new SystemMessage("One."),
        new SystemMessage("Two."),
        new HumanMessage("a"),
        new HumanMessage([{ type: "text", text: "b" }]),
        new AIMessage({ content: "c", tool_calls: [{ id: "a", name: "get_weather", args: { city: "Paris" } }] }),
        told("a"),
        new AIMessage("d"),
        new AIMessage("e"),
        new HumanMessage("f"),
      ]),
      { tools: weather },
    ),
  );
  await chat("filtered-messages", text, () =>
    model().invoke(
      filterMessages(
        [
          new SystemMessage({ content: "One.", id: "1" }),
          new HumanMessage({ content: "a", id: "2", name: "ann" }),
          new AIMessage({ content: "b", id: "3" }),
          new HumanMessage({ content: "c", id: "4", name: "bob" }),
        ],
        { excludeIds: ["3"], excludeNames: ["ann"] },
      ),
    ),
  );
  await chat("removed-message", text, () => model().invoke([...turns, new RemoveMessage({ id: "m1" })]), {
    skip: "run-error",
  });

  // messages of odd classes
  await chat("chat-message-calls", text, () =>
    model().invoke(
      [
        ...turns,
        new ChatMessage({
          role: "assistant",
          content: "Looking.",
          additional_kwargs: { function_call: { name: "get_weather", arguments: '{"city":"Paris"}' } },
        }),
        new ChatMessage({ role: "function", content: "sunny", name: "get_weather" }),
        new HumanMessage("so?"),
      ],
      { functions: [definition] },
    ),
  );
  await chat("chat-message-tools", text, () =>
    model().invoke(
      [
        ...turns,
        new ChatMessage({
          role: "assistant",
          content: "Looking.",
          additional_kwargs: {
            tool_calls: [
              { id: "a", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
            ],
          },
        }),
        told("a"),
      ],
      { tools: weather },
    ),
  );
  await chat(
    "chat-message-role",
    text,
    () => model().invoke([new ChatMessage({ role: "critic", content: "Bad." }), new HumanMessage("hi")]),
    { skip: "invalid-message" },
  );
  await chat("history-same-ids", text, () =>
    model().invoke([...turns, asked("a"), told("a"), asked("a", { city: "Rome" }), told("a", "rain")], {
      tools: weather,
    }),
  );
  await chat("history-zero-arguments", text, () =>
    model().invoke([...turns, asked("a", {}), told("a", "")], { tools: weather }),
  );
  await chat("history-tool-empty-list", text, () =>
    model().invoke([...turns, asked("a"), told("a", [])], { tools: weather }),
  );
  await chat("history-thinking-only", text, () =>
    model().invoke([
      ...turns,
      new AIMessage({ content: [{ type: "thinking", thinking: "hmm" }] }),
      new HumanMessage("b"),
    ]),
  );

  // tools
  await chat("tools-mixed", { calls: [call] }, () =>
    model()
      .bindTools([
        zodWeather,
        { type: "function", function: { name: "now", parameters: { type: "object", properties: {} }, strict: true } },
        new DynamicStructuredTool({
          name: "add",
          description: "",
          schema: {
            type: "object",
            properties: { a: { type: "integer" }, b: { type: "integer" } },
            required: ["a", "b"],
            additionalProperties: false,
          },
          func: async () => "x",
        }),
      ])
      .invoke(turns),
  );
  await chat("tools-zod-odd", { calls: [call] }, () =>
    model()
      .bindTools(
        [
          tool(async () => "x", {
            name: "odd",
            description: "Odd",
            schema: z
              .object({
                a: z.union([z.string(), z.number()]),
                b: z.record(z.string(), z.any()),
                c: z.tuple([z.string(), z.number()]),
                d: z.literal("x"),
                e: z.lazy(() => z.string()).optional(),
                f: z.string().nullable().default(null),
                g: z.discriminatedUnion("t", [z.object({ t: z.literal("a") }), z.object({ t: z.literal("b") })]),
              })
              .describe("All of it"),
          }),
        ],
        { strict: false },
      )
      .invoke(turns),
  );
  await chat("tools-string-schema", { calls: [{ id: "c", name: "search", arguments: '{"input":"x"}' }] }, () =>
    model()
      .bindTools([tool(async () => "x", { name: "search", description: "Search", schema: z.string() })])
      .invoke(turns),
  );
  await chat("tools-config", { calls: [call] }, () =>
    model()
      .withConfig({
        tools: weather,
        tool_choice: { type: "function", function: { name: "get_weather" } },
        parallel_tool_calls: false,
      })
      .invoke(turns),
  );
  await chat("responses-tools-mixed", { calls: [call] }, () =>
    respond()
      .bindTools(
        [
          zodWeather,
          hosted.webSearch(),
          { type: "file_search", vector_store_ids: ["v"] },
          { type: "code_interpreter", container: { type: "auto" } },
          { type: "mcp", server_label: "s", server_url: "https://example.com", require_approval: "never" },
        ],
        { strict: true },
      )
      .invoke(turns),
  );
  await chat("responses-tools-function", { calls: [call] }, () =>
    respond().invoke(turns, {
      tools: [{ type: "function", name: "get_weather", description: "Get weather", parameters, strict: true }],
    }),
  );
  await chat(
    "tools-built-in-routed",
    {
      items: [
        { id: "ws_1", type: "web_search_call", status: "completed", action: { type: "search", query: "x" } },
        message("Sunny."),
      ],
    },
    () =>
      model()
        .bindTools([{ type: "web_search_preview" }])
        .invoke(turns),
  );

  // what comes back
  await chat("answer-same-ids", { calls: [call, { ...second, id: call.id }] }, () =>
    model().invoke(turns, { tools: weather }),
  );
  await chat(
    "answer-same-ids-broken",
    {
      calls: [
        { ...call, arguments: "{" },
        { ...second, id: call.id },
      ],
    },
    () => model().invoke(turns, { tools: weather }),
  );
  await chat("answer-white-space", { text: "  \n" }, () => model().invoke(turns), { skip: "no-answer" });
  await chat(
    "answer-escaped-stream",
    { calls: [{ ...call, arguments: '{ "city" : "Par\\u0069s\\n\\"x\\"", "a":[1.0,1e2] }' }] },
    () => drain(model().stream(turns, { tools: weather })),
  );
  await chat("answer-trailing-comma-stream", { calls: [{ ...call, arguments: '{"city":"Paris",}' }] }, () =>
    drain(model().stream(turns, { tools: weather })),
  );
  await chat("answer-two-objects-stream", { calls: [{ ...call, arguments: '{"city":"Paris"}{"city":"Rome"}' }] }, () =>
    drain(model().stream(turns, { tools: weather })),
  );
  await chat("n2-stream", text, () => drain(model({ n: 2 }).stream(turns)), { skip: "unknown-shape" });
  await chat("n2-stream-calls", { calls: [call] }, () => drain(model({ n: 2 }).stream(turns, { tools: weather })), {
    skip: "unknown-shape",
  });
  const delta = (fields, finish = null, index = 0) => ({
    choices: [{ index, delta: fields, logprobs: null, finish_reason: finish }],
  });
  await chat(
    "stream-repeated-name",
    {
      calls: [call],
      events: [
        delta({ role: "assistant", content: null }),
        delta({
          tool_calls: [
            { index: 0, id: call.id, type: "function", function: { name: "get_weather", arguments: '{"city"' } },
          ],
        }),
        delta({
          tool_calls: [
            { index: 0, id: call.id, type: "function", function: { name: "get_weather", arguments: ': "Paris"}' } },
          ],
        }),
        delta({}, "tool_calls"),
      ],
    },
    () => drain(model().stream(turns, { tools: weather })),
  );
  await chat(
    "stream-whole-calls-one-index",
    {
      calls: [call, second],
      events: [
        delta({ role: "assistant", content: null }),
        delta({
          tool_calls: [
            { index: 0, id: call.id, type: "function", function: { name: "get_weather", arguments: call.arguments } },
          ],
        }),
        delta({
          tool_calls: [
            {
              index: 0,
              id: second.id,
              type: "function",
              function: { name: "get_weather", arguments: second.arguments },
            },
          ],
        }),
        delta({}, "tool_calls"),
      ],
    },
    () => drain(model().stream(turns, { tools: weather })),
  );
  await chat(
    "stream-interleaved",
    {
      calls: [call, second],
      events: [
        delta({ role: "assistant", content: "" }),
        delta({
          tool_calls: [
            { index: 0, id: call.id, type: "function", function: { name: "get_weather", arguments: "" } },
            { index: 1, id: second.id, type: "function", function: { name: "get_weather", arguments: "" } },
          ],
        }),
        delta({
          tool_calls: [
            { index: 1, function: { arguments: '{"city":' } },
            { index: 0, function: { arguments: '{"city": ' } },
          ],
        }),
        delta({
          tool_calls: [
            { index: 0, function: { arguments: '"Paris"}' } },
            { index: 1, function: { arguments: '"Rome"}' } },
          ],
        }),
        delta({}, "tool_calls"),
      ],
    },
    () => drain(model().stream(turns, { tools: weather })),
  );
  await chat(
    "stream-no-role",
    { text: "Sunny.", events: [delta({ content: "Sun" }), delta({ content: "ny." }), delta({}, "stop")] },
    () => drain(model().stream(turns)),
  );
  await chat(
    "stream-empty-choices-first",
    {
      text: "Sunny.",
      events: [
        { choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
        delta({ role: "assistant", content: "" }),
        delta({ content: "Sunny." }),
        delta({}, "stop"),
      ],
    },
    () => drain(model().stream(turns)),
  );
  await chat(
    "stream-name-pieces",
    {
      calls: [call],
      events: [
        delta({ role: "assistant", content: null }),
        delta({ tool_calls: [{ index: 0, id: call.id, type: "function", function: { name: "get_", arguments: "" } }] }),
        delta({ tool_calls: [{ index: 0, function: { name: "weather", arguments: '{"city": "Paris"}' } }] }),
        delta({}, "tool_calls"),
      ],
    },
    () => drain(model().stream(turns, { tools: weather })),
    { skip: "invalid-tool-call" },
  );
  await chat(
    "answer-content-list",
    {
      calls: [call],
      message: {
        content: [
          { type: "text", text: "Sun" },
          { type: "text", text: "ny." },
        ],
      },
    },
    () => model().invoke(turns, { tools: weather }),
  );
  await chat("kwargs-tools", { calls: [call] }, () => model({ modelKwargs: { tools: weather } }).invoke(turns));
  await chat("responses-dropped-parts", text, () =>
    respond().invoke([
      new HumanMessage([
        { type: "text", text: "a" },
        { type: "audio", mimeType: "audio/wav", data: "AAAA" },
        { type: "image", url: "https://example.com/a.png" },
      ]),
    ]),
  );
  await chat("responses-instructions", text, () =>
    respond({ modelKwargs: { instructions: "Be brief." } }).invoke("hi"),
  );
  await chat("responses-function-history", text, () =>
    respond().invoke([
      ...turns,
      new AIMessage({
        content: "Looking.",
        additional_kwargs: { function_call: { name: "get_weather", arguments: "{}" } },
      }),
      new HumanMessage("so?"),
    ]),
  );
  await chat("responses-invalid-history", text, () =>
    respond().invoke(
      [
        ...turns,
        new AIMessage({
          content: "Looking.",
          invalid_tool_calls: [{ id: "a", name: "get_weather", args: "{", error: "x" }],
        }),
        new HumanMessage("so?"),
      ],
      { tools: weather },
    ),
  );
  await chat(
    "responses-stream-loop",
    [{ items: [message("One. "), message("Two.", "msg_2"), functionCall] }, text],
    async () => {
      let first;
      for await (const chunk of await respond().stream(turns, { tools: weather }))
        first = first ? first.concat(chunk) : chunk;
      await respond().invoke([...turns, first, told("call_AAA111")], { tools: weather });
    },
  );

  // structured output
  await chat(
    "structured-old-model",
    { calls: [{ id: "c", name: "extract", arguments: '{"city":"Paris","degrees":1}' }] },
    () => model({ model: "gpt-4" }).withStructuredOutput(report).invoke(turns),
  );

  // Azure
  const azure = (fields) =>
    new AzureChatOpenAI({
      model: "gpt-4o-mini",
      azureOpenAIApiKey: "no-key",
      azureOpenAIApiDeploymentName: "d",
      azureOpenAIApiVersion: "2024-10-21",
      azureOpenAIBasePath: `${stub.url}/openai/deployments`,
      maxRetries: 0,
      ...fields,
    });
  await chat("azure-calls", { calls: [call], message: {} }, () => azure().invoke(turns, { tools: weather }));
  await chat("azure-stream-cut", { ...text, cut: true }, () => drain(azure().stream(turns)), {
    skip: "partial-stream",
  });

  // prompts
  const examples = new FewShotChatMessagePromptTemplate({
    examples: [{ a: "1+1", b: "2" }],
    examplePrompt: ChatPromptTemplate.fromMessages([
      ["human", "{a}"],
      ["ai", "{b}"],
    ]),
    inputVariables: [],
  });
  await chat("few-shot-template", text, async () =>
    ChatPromptTemplate.fromMessages([
      ["system", "Add {{x}}."],
      ...(await examples.formatMessages({})),
      new MessagesPlaceholder({ variableName: "history", optional: true }),
      [
        "human",
        [
          { type: "text", text: "{q}" },
          { type: "image_url", image_url: "{url}" },
        ],
      ],
    ])
      .pipe(model())
      .invoke({ q: "{2+2}", url: image }),
  );

  // agents
  const edit = createMiddleware({
    name: "edit",
    wrapModelCall: (request, handler) =>
      handler({
        ...request,
        systemPrompt: `${request.systemPrompt ?? ""} Now.`,
        messages: request.messages.slice(-2),
        tools: request.tools.slice(0, 1),
      }),
  });
  const now = tool(async () => "12:00", { name: "now", description: "Time", schema: z.object({}) });
  await chat("agent-middleware", [{ calls: [call] }, text], () =>
    createAgent({ model: model(), tools: [zodWeather, now], systemPrompt: "Be brief.", middleware: [edit] }).invoke({
      messages: [{ role: "user", content: "Weather?", name: "ann" }],
    }),
  );
  await chat(
    "agent-todo",
    [{ calls: [{ id: "t", name: "write_todos", arguments: '{"todos":[{"content":"a","status":"pending"}]}' }] }, text],
    () => createAgent({ model: model(), tools: [], middleware: [todoListMiddleware()] }).invoke({ messages: "Plan." }),
  );
  await chat("agent-summary", [{ text: "A summary." }, text], () =>
    createAgent({
      model: model(),
      tools: [],
      middleware: [summarizationMiddleware({ model: model(), trigger: { messages: 3 }, keep: { messages: 1 } })],
    }).invoke({
      messages: [
        new HumanMessage("a"),
        new AIMessage("b"),
        new HumanMessage("c"),
        new AIMessage("d"),
        new HumanMessage("e"),
      ],
    }),
  );
  await chat(
    "agent-structured-retry",
    [
      { calls: [{ id: "c1", name: "extract-1", arguments: '{"city":5}' }] },
      { calls: [{ id: "c2", name: "extract-1", arguments: '{"city":"Paris","degrees":null}' }] },
    ],
    () =>
      createAgent({ model: model(), tools: [], responseFormat: toolStrategy(report) }).invoke({ messages: "Weather?" }),
  );
  await chat("agent-unknown-tool", [{ calls: [{ ...call, name: "other" }] }, text], () =>
    createAgent({ model: model(), tools: [zodWeather] }).invoke({ messages: "Weather?" }),
  );
  await chat(
    "agent-responses",
    [
      { items: [{ id: "rs_1", type: "reasoning", summary: [{ type: "summary_text", text: "hmm" }] }, functionCall] },
      text,
    ],
    () =>
      createAgent({ model: respond(), tools: [zodWeather], systemPrompt: "Be brief." }).invoke({
        messages: [{ role: "user", content: "Weather?", name: "ann" }],
      }),
  );
  await chat("react-agent-inline", [{ text: "Looking.", calls: [call] }, text], () =>
    createReactAgent({ llm: model(), tools: [zodWeather], name: "bot", includeAgentName: "inline" }).invoke({
      messages: [new HumanMessage("a"), new AIMessage({ content: "b", name: "other" }), new HumanMessage("c")],
    }),
  );
  await chat("agent-tool-selector", [{ text: '{"tools":["now"]}' }, text], () =>
    createAgent({
      model: model(),
      tools: [zodWeather, now],
      middleware: [llmToolSelectorMiddleware({ maxTools: 1 })],
    }).invoke({ messages: "Time?" }),
  );
  await chat("agent-context-edit", [{ calls: [call] }, { calls: [second] }, text], () =>
    createAgent({
      model: model(),
      tools: [zodWeather],
      middleware: [
        contextEditingMiddleware({
          edits: [new ClearToolUsesEdit({ trigger: { tokens: 1 }, keep: { messages: 0 }, clearToolInputs: true })],
        }),
      ],
    }).invoke({ messages: "Weather?" }),
  );
  await chat("responses-no-arguments-stream", { items: [{ ...functionCall, arguments: "" }] }, () =>
    drain(respond().stream(turns, { tools: weather })),
  );
  await chat("responses-cancelled", { ...text, fields: { status: "cancelled" } }, () => respond().invoke(turns), {
    skip: "partial-stream",
  });
  await chat("responses-failed", { ...text, fields: { status: "failed" } }, () => respond().invoke(turns), {
    skip: "run-error",
  });

  // from one model to another, and calls that somebody edited before they were run
  const toAnthropic = [{ name: "get_weather", description: "Get weather", input_schema: parameters }];
  const anthropic = (fields) =>
    new ChatAnthropic({
      model: "claude-sonnet-4-5",
      apiKey: "no-key",
      anthropicApiUrl: stub.url,
      maxRetries: 0,
      ...fields,
    });
  const models = {
    chat: [(fields) => model(fields), weather],
    responses: [(fields) => respond(fields), weather],
    claude: [anthropic, toAnthropic],
  };
  const asking = {
    chat: { text: "Looking.", calls: [call, second] },
    responses: {
      items: [
        { id: "rs_1", type: "reasoning", summary: [{ type: "summary_text", text: "hmm" }] },
        message("Looking."),
        functionCall,
        { ...functionCall, id: "fc_2", call_id: second.id, arguments: second.arguments },
      ],
    },
    claude: { thinking: "hmm", text: "Looking.", calls: [call, second] },
  };
  for (const [from, [first, tools]] of Object.entries(models)) {
    for (const [to, [next, others]] of Object.entries(models)) {
      if (from === to) continue;
      for (const fields of [{}, { outputVersion: "v1" }]) {
        await capture(
          `lcjs-${from}-to-${to}${fields.outputVersion ? "-v1" : ""}`,
          `${tracer} @langchain/anthropic`,
          [asking[from], text],
          async () => {
            const answer = await first(fields).invoke(turns, { tools });
            await next(fields).invoke([...turns, answer, told(call.id), told(second.id)], { tools: others });
          },
        );
      }
    }
    for (const fields of [{}, { outputVersion: "v1" }]) {
      await capture(
        `lcjs-approval-${from}${fields.outputVersion ? "-v1" : ""}`,
        `${tracer} @langchain/anthropic`,
        [{ text: "Looking.", calls: [call] }, text],
        async () => {
          const agent = createAgent({
            model: first(fields),
            tools: [zodWeather],
            checkpointer: new MemorySaver(),
            middleware: [humanInTheLoopMiddleware({ interruptOn: { get_weather: true } })],
          });
          const config = { configurable: { thread_id: "t" } };
          await agent.invoke({ messages: "Weather?" }, config);
          await agent.invoke(
            new Command({
              resume: { decisions: [{ type: "edit", editedAction: { name: "get_weather", args: { city: "Lyon" } } }] },
            }),
            config,
          );
        },
      );
    }
  }
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
  const tools = [{ name: "get_weather", description: "Get weather", input_schema: parameters }];
  await claude("names", text, () =>
    model().invoke([
      new SystemMessage({ content: "Be brief.", name: "rules" }),
      new HumanMessage({ content: "hi", name: "ann" }),
      new AIMessage({ content: "hello", name: "bot" }),
      new HumanMessage({ content: [{ type: "text", text: "so?" }], name: "ann" }),
    ]),
  );
  await claude(
    "two-systems",
    text,
    () => model().invoke([new SystemMessage("One."), new SystemMessage("Two."), new HumanMessage("a")]),
    ({ messages }) => ({
      messages: [
        {
          role: "system",
          content: [
            { type: "text", text: "One." },
            { type: "text", text: "Two." },
          ],
        },
        ...messages.slice(1),
      ],
    }),
  );
  await claude("late-system", text, () =>
    model().invoke([
      new SystemMessage("One."),
      new HumanMessage("a"),
      new AIMessage("b"),
      new SystemMessage("Two."),
      new HumanMessage("c"),
    ]),
  );
  await claude("edited-history", [{ text: "Looking.", calls: [call, second] }, text], async () => {
    const first = await model().invoke(turns, { tools });
    first.tool_calls = first.tool_calls.map((each) => ({ ...each, args: { city: "Lyon" } }));
    await model().invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools });
  });
  await claude("dropped-call-history", [{ text: "Looking.", calls: [call, second] }, text], async () => {
    const first = await model().invoke(turns, { tools });
    first.tool_calls = first.tool_calls.slice(0, 1);
    await model().invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools });
  });
  await claude("stream-edited-history", [{ text: "Looking.", calls: [call, second] }, text], async () => {
    let first;
    for await (const chunk of await model().stream(turns, { tools })) first = first ? first.concat(chunk) : chunk;
    first.tool_calls = first.tool_calls.map((each) => ({ ...each, args: { city: "Lyon" } }));
    await model().invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools });
  });
  await claude("image-v0", text, () =>
    model().invoke([
      new HumanMessage([
        { type: "image", source_type: "base64", mime_type: "image/png", data: pixel },
        { type: "image", source_type: "url", url: "https://example.com/a.png" },
        { type: "text", text: "a" },
      ]),
    ]),
  );
  await claude("system-parameter", text, () => model({ invocationKwargs: { system: "Be brief." } }).invoke(turns));
  await claude("unknown-parts", text, () =>
    model().invoke([
      new HumanMessage([
        { type: "text", text: "a" },
        { type: "text-plain", text: "b" },
        { type: "input_text", text: "c" },
        { type: "audio", data: "AAAA", mimeType: "audio/wav" },
        { type: "image", data: pixel, mimeType: "image/png" },
      ]),
    ]),
  );
  await claude("standard-parts", text, () =>
    model().invoke([
      new SystemMessage({ contentBlocks: [{ type: "text", text: "Be." }] }),
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "a" },
          { type: "image", url: "https://example.com/a.png" },
          { type: "text-plain", text: "b", mimeType: "text/plain" },
        ],
      }),
      new AIMessage({
        contentBlocks: [
          { type: "text", text: "c" },
          { type: "tool_call", id: "a", name: "get_weather", args: { city: "x" } },
        ],
      }),
      new ToolMessage({ tool_call_id: "a", contentBlocks: [{ type: "text", text: "sunny" }] }),
    ]),
  );
  await claude("emptied-calls", [{ text: "Looking.", calls: [call] }, text], async () => {
    const first = await model().invoke(turns, { tools });
    await model().invoke([...turns, new AIMessage({ content: first.content }), told("call_AAA111")], { tools });
  });
  await claude("invalid-history", text, () =>
    model().invoke(
      [
        ...turns,
        new AIMessage({
          content: "Looking.",
          invalid_tool_calls: [{ id: "a", name: "get_weather", args: "{", error: "x" }],
        }),
        new HumanMessage("b"),
      ],
      { tools },
    ),
  );
  await claude(
    "two-texts",
    {
      blocks: [
        { type: "text", text: "One. " },
        { type: "text", text: "Two." },
      ],
      calls: [call],
    },
    () => model().invoke(turns, { tools }),
  );
  await claude(
    "text-after-call",
    {
      blocks: [
        { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } },
        { type: "text", text: "Looking." },
      ],
    },
    () => model().invoke(turns, { tools }),
  );
  await claude("v1-loop", [{ thinking: "hmm", text: "Looking.", calls: [call, second] }, text], async () => {
    const v1 = { outputVersion: "v1", thinking: { type: "enabled", budget_tokens: 1024 }, maxTokens: 4000 };
    const first = await model(v1).invoke(turns, { tools });
    await model(v1).invoke([...turns, first, told("call_AAA111"), told("call_BBB222")], { tools });
  });
  await claude("agent", [{ text: "Looking.", calls: [call] }, text], () =>
    createAgent({ model: model(), tools: [zodWeather], systemPrompt: "Be brief." }).invoke({
      messages: [{ role: "user", content: "Weather?", name: "ann" }],
    }),
  );
  await claude("empty-answer", { blocks: [] }, () => model().invoke(turns), { skip: "no-answer" });
  await claude("context-window", { text: "It", stop: "model_context_window_exceeded" }, () => model().invoke(turns), {
    skip: "truncated",
  });
}
await stub.close();
process.exit(0);
