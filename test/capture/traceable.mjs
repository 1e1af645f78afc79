// Functions under `traceable` and runs made by hand, in the formats that LangSmith documents and
// in those that only look like them. No model is called: the row is what the function was given
// and gave back, and is stated with each scenario.
// https://docs.langchain.com/langsmith/log-llm-trace
import { AIMessage, AIMessageChunk, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { RunTree } from "langsmith";
import { traceable } from "langsmith/traceable";
import { openSession } from "./session.mjs";

const { stub, client, capture } = await openSession(import.meta.url, process.argv[2]);
const each = (name, scenario, expected) => capture(`traceable-${name}`, "langsmith", { text: "" }, scenario, expected);
const llm = (work, fields) =>
  traceable(work, { run_type: "llm", name: "custom", client, tracingEnabled: true, ...fields });
/** A function that gives this back. */
const giving = (value, fields) => llm(async () => value, fields);
const drain = async (stream) => {
  for await (const chunk of await stream) void chunk;
};
const byHand = async (fields, end, more = async () => undefined) => {
  const run = new RunTree({ name: "custom", run_type: "llm", client, tracingEnabled: true, ...fields });
  await run.postRun();
  await more(run);
  if (end) {
    await run.end(...end);
    await run.patchRun();
  }
};

const system = { role: "system", content: "Be brief." };
const user = { role: "user", content: "Weather?" };
const turns = [system, user];
const sunny = { role: "assistant", content: "Sunny." };
const row = (answer = sunny, rest = {}, prompt = turns) => ({
  convert: { messages: [...prompt, ...[answer].flat()], ...rest },
});
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools = [{ type: "function", function: { name: "get_weather", description: "Get weather", parameters } }];
const written = '{"city": "Paris"}';
const call = (id = "call_1", text = written) => ({
  id,
  type: "function",
  function: { name: "get_weather", arguments: text },
});
const calling = { role: "assistant", content: null, tool_calls: [call()] };
const told = { role: "tool", tool_call_id: "call_1", content: "sunny" };
const pixel = "iVBORw0KGgo=";
const metadata = { ls_provider: "own", ls_model_name: "own-1" };

// the documented answers
await each("message", () => giving({ message: sunny })({ messages: turns }), row());
await each(
  "message-call",
  () =>
    giving(
      { message: { ...calling, refusal: null, annotations: [] } },
      { metadata },
    )({ messages: turns, tools, tool_choice: "auto" }),
  row(calling, { tools }),
);
await each(
  "role-content",
  () =>
    giving({ ...sunny, usage_metadata: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } })({ messages: turns }),
  row(),
);
await each(
  "choices-metadata",
  () =>
    giving(
      { choices: [{ message: sunny }], usage_metadata: { input_tokens: 27, output_tokens: 13, total_tokens: 40 } },
      { metadata: { ...metadata, ls_invocation_params: { temperature: 0.1, tools } } },
    )({ messages: turns }),
  row(sunny, { tools }),
);
await each(
  "choices-whole",
  () =>
    giving({
      id: "chatcmpl-1",
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "tool_calls", logprobs: null, message: calling }],
      usage: { total_tokens: 3 },
    })({ messages: turns, model: "own-1", tools }),
  row(calling, { tools }),
);
await each(
  "choices-length",
  () => giving({ choices: [{ message: sunny, finish_reason: "length" }] })({ messages: turns }),
  { skip: "truncated" },
);
await each(
  "choices-two",
  () => giving({ choices: [{ message: sunny }, { message: { ...sunny, content: "Rain." } }] })({ messages: turns }),
  row(),
);
await each("choices-none", () => giving({ choices: [] })({ messages: turns }), { skip: "no-answer" });
await each("completion", () => giving({ choices: [{ text: "upon a time" }] })({ prompt: "Once" }), {
  skip: "text-completion",
});
await each(
  "pair-messages",
  () =>
    giving(["ai", "Sunny."])({
      messages: [
        ["system", "Be brief."],
        ["human", "Weather?"],
      ],
    }),
  row(),
);
await each(
  "langchain-chunk",
  () => giving(new AIMessageChunk("Sunny."))([new SystemMessage("Be brief."), new HumanMessage("Weather?")]),
  row(),
);
await each(
  "generations",
  () =>
    giving({ generations: [[{ text: "Sunny.", message: new AIMessage("Sunny.") }]] })({
      messages: [[new SystemMessage("Be brief."), new HumanMessage("Weather?")]],
    }),
  row(),
);
await each("generations-text", () => giving({ generations: [[{ text: "Sunny." }]] })({ messages: turns }), {
  skip: "no-answer",
});
await each("output-text", () => giving({ output: "Sunny." })({ messages: turns }), row());
await each("content-text", () => giving({ content: "Sunny." })({ messages: turns }), row());
await each("other-key", () => giving({ answer: "Sunny." })({ messages: turns }), { skip: "unknown-shape" });
await each("answer-user", () => giving({ role: "user", content: "Sunny." })({ messages: turns }), {
  skip: "no-answer",
});
await each("answer-empty", () => giving("")({ messages: turns }), { skip: "no-answer" });
await each("answer-number", () => giving(42)({ messages: turns }), { skip: "unknown-shape" });
await each(
  "refusal",
  () => giving({ message: { role: "assistant", content: null, refusal: "I cannot." } })({ messages: turns }),
  { skip: "refusal" },
);
await each(
  "function-call",
  () =>
    giving({
      message: { role: "assistant", content: null, function_call: { name: "get_weather", arguments: written } },
    })({ messages: turns, functions: [tools[0].function] }),
  row(
    { role: "assistant", content: null, function_call: { name: "get_weather", arguments: written } },
    { functions: [tools[0].function] },
  ),
);
await each(
  "call-object",
  () =>
    giving({
      message: {
        role: "assistant",
        content: "",
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "get_weather", arguments: { city: "Paris" } } },
        ],
      },
    })({ messages: turns, tools }),
  row({ ...calling, tool_calls: [call("call_1", '{"city":"Paris"}')] }, { tools }),
);
await each(
  "call-no-id",
  () =>
    giving({
      message: { ...calling, tool_calls: [{ type: "function", function: { name: "get_weather", arguments: "{}" } }] },
    })({ messages: turns, tools }),
  { skip: "invalid-tool-call" },
);

// the documented LangChain format
const asBlocks = (content) => ({ role: "user", content });
await each(
  "blocks-text",
  () =>
    giving({
      messages: [
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "hmm" },
            { type: "text", text: "Sunny.", annotations: [], extras: {} },
          ],
        },
      ],
    })({ messages: [system, asBlocks([{ type: "text", text: "Weather?" }])] }),
  row(),
);
await each(
  "blocks-loop",
  () =>
    giving({
      messages: [
        {
          role: "assistant",
          content: [{ type: "tool_call", id: "call_1", name: "get_weather", args: { city: "Paris" } }],
        },
        { ...told, content: [{ type: "text", text: "sunny" }] },
        { role: "assistant", content: [{ type: "text", text: "Sunny." }] },
      ],
    })({ messages: turns }),
  row([{ ...calling, tool_calls: [call("call_1", '{"city":"Paris"}')] }, told, sunny]),
);
await each(
  "blocks-server",
  () =>
    giving({
      messages: [
        {
          role: "assistant",
          content: [
            { type: "server_tool_call", id: "s1", name: "web_search", args: { query: "x" } },
            { type: "server_tool_result", tool_call_id: "s1", status: "success" },
            { type: "text", text: "Sunny." },
          ],
        },
      ],
    })({ messages: turns }),
  row(),
);
await each(
  "blocks-reasoning-role",
  () =>
    giving({
      messages: [
        { role: "reasoning", content: [{ type: "text", text: "hmm" }] },
        { role: "assistant", content: [{ type: "text", text: "Sunny." }] },
      ],
    })({ messages: turns }),
  row(),
);
const link = { type: "image_url", image_url: { url: "https://example.com/a.jpg" } };
const data = { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } };
const what = { type: "text", text: "what" };
await each(
  "images",
  () =>
    giving(sunny)({
      messages: [
        asBlocks([
          what,
          { type: "image", url: link.image_url.url, mime_type: "image/jpeg" },
          { type: "image", base64: pixel, mime_type: "image/png" },
          link,
          data,
        ]),
      ],
    }),
  row(sunny, {}, [asBlocks([what, link, data, link, data])]),
);
await each("image-id", () => giving(sunny)({ messages: [asBlocks([what, { type: "image", id: "file-1" }])] }), {
  skip: "unsupported-content",
});
for (const [type, mime] of [
  ["file", "application/pdf"],
  ["audio", "audio/wav"],
  ["video", "video/mp4"],
]) {
  await each(
    `blocks-${type}`,
    () => giving(sunny)({ messages: [asBlocks([what, { type, base64: "AAAA", mime_type: mime }])] }),
    { skip: "unsupported-content" },
  );
}

// Anthropic's format
const claude = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  content: [
    { type: "thinking", thinking: "hmm", signature: "c2ln" },
    { type: "text", text: "Looking." },
    { type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Paris" } },
  ],
  stop_reason: "tool_use",
  usage: {},
};
const looking = { role: "assistant", content: "Looking.", tool_calls: [call("call_1", '{"city":"Paris"}')] };
const claudeTools = [{ name: "get_weather", description: "Get weather", input_schema: parameters }];
await each(
  "anthropic",
  () => giving(claude)({ model: "claude", system: "Be brief.", messages: [user], tools: claudeTools, max_tokens: 10 }),
  row(looking, { tools }),
);
await each(
  "anthropic-message",
  () =>
    giving(
      { message: claude },
      { metadata: { ls_message_format: "anthropic" } },
    )({
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [user],
      tools: claudeTools,
    }),
  row(looking, { tools }),
);
await each(
  "anthropic-message-length",
  () =>
    giving({ message: { ...claude, content: [{ type: "text", text: "It" }], stop_reason: "max_tokens" } })({
      messages: turns,
    }),
  { skip: "truncated" },
);
await each(
  "anthropic-history",
  () =>
    giving({ ...claude, content: [{ type: "text", text: "Sunny." }], stop_reason: "end_turn" })({
      system: "Be brief.",
      messages: [
        user,
        { role: "assistant", content: claude.content },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "sunny" }] },
            { type: "text", text: "So?" },
          ],
        },
      ],
      tools: claudeTools,
    }),
  row(sunny, { tools }, [...turns, looking, told, { role: "user", content: "So?" }]),
);
await each(
  "anthropic-output-messages",
  () =>
    giving({ output: { messages: [{ role: "assistant", content: claude.content }] } })({
      messages: turns,
      tools: claudeTools,
    }),
  row(looking, { tools }),
);

// OpenAI's Responses API
const response = {
  id: "resp_1",
  object: "response",
  status: "completed",
  output: [
    { type: "reasoning", summary: [] },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "Sunny.", annotations: [] }] },
  ],
};
await each(
  "responses",
  () =>
    giving(response)({
      model: "own-1",
      instructions: "Be brief.",
      input: "Weather?",
      tools: [{ type: "function", name: "get_weather", description: "Get weather", parameters, strict: true }],
    }),
  row(sunny, { tools: [{ type: "function", function: { ...tools[0].function, strict: true } }] }),
);
await each("responses-previous", () => giving(response)({ input: "Weather?", previous_response_id: "resp_0" }), {
  skip: "missing-history",
});

// Gemini's own format is not one that LangSmith documents
await each(
  "gemini",
  () =>
    giving({ candidates: [{ content: { role: "model", parts: [{ text: "Sunny." }] }, finishReason: "STOP" }] })({
      contents: [{ role: "user", parts: [{ text: "Weather?" }] }],
    }),
  { skip: "unknown-shape" },
);
await each(
  "gemini-wrapper-system",
  () =>
    giving(
      { ...sunny, finish_reason: "STOP" },
      { metadata: { ls_provider: "google" } },
    )({
      model: "gemini",
      messages: [user],
      config: {
        systemInstruction: { parts: [{ text: "Be brief." }] },
        tools: [
          {
            functionDeclarations: [
              { name: "get_weather", description: "Get weather", parametersJsonSchema: parameters },
            ],
          },
        ],
      },
    }),
  row(sunny, { tools }),
);

const pieces = (...values) =>
  async function* () {
    yield* values;
  };

// what the clients of Ollama and Bedrock give
await each(
  "ollama-length",
  () =>
    giving({ model: "llama", message: sunny, done: true, done_reason: "length" })({ model: "llama", messages: turns }),
  { skip: "truncated" },
);
await each(
  "ollama-chunk",
  () =>
    giving({ model: "llama", message: { role: "assistant", content: "Sun" }, done: false })({
      model: "llama",
      messages: turns,
    }),
  { skip: "partial-stream" },
);
await each(
  "ollama-images",
  () =>
    giving({ model: "llama", message: sunny, done: true, done_reason: "stop" })({
      model: "llama",
      messages: [{ ...user, images: [pixel] }],
    }),
  { skip: "unsupported-content" },
);
const converse = (content, stopReason) =>
  giving({ output: { message: { role: "assistant", content } }, stopReason, usage: {} })({
    modelId: "nova",
    system: [{ text: "Be brief." }],
    messages: [{ role: "user", content: [{ text: "Weather?" }] }],
    toolConfig: {
      tools: [{ toolSpec: { name: "get_weather", description: "Get weather", inputSchema: { json: parameters } } }],
    },
  });
await each("converse", () => converse([{ text: "Sunny." }], "end_turn"), row(sunny, { tools }));
await each("converse-length", () => converse([{ text: "Sun" }], "max_tokens"), { skip: "truncated" });
await each("tools-text", () => giving(sunny)({ messages: turns, tools: JSON.stringify(tools) }), row(sunny, { tools }));
await each(
  "response-text",
  () => giving(JSON.stringify({ id: "chatcmpl-1", choices: [{ message: sunny }] }))({ messages: turns }),
  { skip: "unknown-shape" },
);
await each(
  "json-text",
  () => giving('{"choices": ["a", "b"]}')({ messages: turns }),
  row({ role: "assistant", content: '{"choices": ["a", "b"]}' }),
);
await each(
  "stream-reduced-request",
  () =>
    drain(
      llm(pieces("Sun", "ny."), {
        aggregator: (chunks) => ({ choices: [{ message: { role: "assistant", content: chunks.join("") } }] }),
      })({ messages: turns, stream: true }),
    ),
  row(),
);
const delta = (value, finish_reason = null) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: value, finish_reason }],
});
await each(
  "stream-openai-chunks",
  () =>
    drain(
      llm(pieces(delta({ role: "assistant", content: "Sun" }), delta({ content: "ny." }), delta({}, "stop")))({
        messages: turns,
      }),
    ),
  row(),
);
await each(
  "stream-openai-chunks-cut",
  () => drain(llm(pieces(delta({ role: "assistant", content: "Sun" })))({ messages: turns })),
  { skip: "partial-stream" },
);

// streams
await each(
  "stream-reduced",
  () =>
    drain(
      llm(pieces({ text: "Sun" }, { text: "ny." }), {
        aggregator: (chunks) => ({
          choices: [{ message: { role: "assistant", content: chunks.map(({ text }) => text).join("") } }],
        }),
      })({ messages: turns }),
    ),
  row(),
);
await each(
  "stream-reduced-text",
  () => drain(llm(pieces("Sun", "ny."), { aggregator: (chunks) => chunks.join("") })({ messages: turns })),
  row(),
);
await each(
  "stream-messages",
  () =>
    drain(
      llm(pieces({ role: "assistant", content: "Sun" }, { role: "assistant", content: "ny." }))({ messages: turns }),
    ),
  { skip: "unknown-shape" },
);
await each(
  "stream-langchain",
  () => drain(llm(pieces(new AIMessageChunk("Sun"), new AIMessageChunk("ny.")))({ messages: turns })),
  { skip: "unknown-shape" },
);
await each(
  "stream-chunks",
  () =>
    drain(
      llm(pieces({ choices: [{ delta: { content: "Sun" } }] }, { choices: [{ delta: { content: "ny." } }] }))({
        messages: turns,
      }),
    ),
  { skip: "unknown-shape" },
);
await each("stream-one-message", () => drain(llm(pieces(sunny))({ messages: turns })), row());
await each(
  "stream-left",
  async () => {
    for await (const piece of await llm(pieces("Sun", "ny."), { aggregator: (chunks) => chunks.join("") })({
      messages: turns,
    })) {
      void piece;
      break;
    }
  },
  { skip: "run-error" },
);
await each(
  "stream-failed",
  () =>
    drain(
      llm(async function* () {
        yield "Sun";
        throw new Error("no more");
      })({ messages: turns }),
    ).catch(() => undefined),
  { skip: "run-error" },
);

// what the function was given
await each("list", () => giving(sunny)(turns), row());
await each(
  "list-and-options",
  () => giving(sunny)(turns, { model: "own-1", temperature: 0, tools }),
  row(sunny, { tools }),
);
await each("list-and-text", () => giving(sunny)([user], "Be brief."), { skip: "unknown-shape" });
await each("text-and-list", () => giving(sunny)("Be brief.", [user]), { skip: "unknown-shape" });
await each("system-prompt", () => giving(sunny)({ systemPrompt: "Be brief.", messages: [user] }), {
  skip: "unknown-shape",
});
await each("question-beside", () => giving(sunny)({ messages: turns, question: "And Rome?" }), {
  skip: "unknown-shape",
});
await each("nested-list", () => giving(sunny)({ messages: [turns] }), row());
await each("several-lists", () => giving([sunny, sunny])({ messages: [turns, [user]] }), { skip: "unknown-shape" });
await each("no-messages", () => giving(sunny)({ messages: [] }), { skip: "no-inputs" });
await each("repeated-without-system", () => giving({ messages: [user, sunny] })({ messages: turns }), row());
await each("repeated-in-part", () => giving({ messages: [user, sunny] })({ messages: [...turns, sunny, user] }), {
  skip: "invalid-message",
});
await each("list-and-model", () => giving(sunny)(turns, "own-1"), row());
await each(
  "question-within",
  () => giving(sunny)({ messages: turns, question: "Weather?", systemPrompt: "Be brief." }),
  row(),
);
await each(
  "repeated-whole",
  () =>
    giving({ messages: [system, { role: "user", content: [{ type: "text", text: "Weather?" }] }, sunny] })({
      messages: turns,
    }),
  row(),
);
await each(
  "answer-system",
  () => giving({ messages: [{ role: "system", content: "Be kind." }, sunny] })({ messages: [user] }),
  { skip: "invalid-message" },
);
await each(
  "history",
  () =>
    giving({ message: sunny })({
      messages: [
        ...turns,
        {
          ...calling,
          tool_calls: [call(), { id: "call_2", type: "function", function: { name: "get_weather", arguments: "{" } }],
        },
        told,
        { role: "tool", tool_call_id: "call_2", content: { sky: "rain" } },
        { role: "user", name: "ann", content: "So?" },
      ],
      tools,
    }),
  row(sunny, { tools }, [
    ...turns,
    { ...calling, tool_calls: [call(), call("call_2", "{")] },
    told,
    { role: "tool", tool_call_id: "call_2", content: '{"sky":"rain"}' },
    { role: "user", name: "ann", content: "So?" },
  ]),
);
await each(
  "processed",
  () =>
    llm(async () => "Sunny.", {
      processInputs: ({ question }) => ({ messages: [system, { role: "user", content: question }] }),
      processOutputs: ({ outputs }) => ({ message: { role: "assistant", content: outputs } }),
    })({ question: "Weather?" }),
  row(),
);
await each("hidden-inputs", () => giving(sunny, { processInputs: () => ({}) })({ messages: turns }), {
  skip: "no-inputs",
});
await each("hidden-outputs", () => giving(sunny, { processOutputs: () => ({}) })({ messages: turns }), {
  skip: "no-outputs",
});
await each(
  "failed",
  () =>
    llm(async () => {
      throw new Error("no model");
    })({ messages: turns }).catch(() => undefined),
  { skip: "run-error" },
);
await each(
  "nested",
  () =>
    traceable(
      async (question) => giving({ message: sunny })({ messages: [system, { role: "user", content: question }] }),
      { name: "chain", client, tracingEnabled: true },
    )("Weather?"),
  row(),
);

// RunTree
await each(
  "runtree-tokens",
  () =>
    byHand(
      {
        inputs: { messages: turns, model: "own-1" },
        extra: { metadata, invocation_params: { tools, tool_choice: "auto" } },
      },
      [{ choices: [{ message: calling }] }],
      async (run) => run.addEvent({ name: "new_token" }),
    ),
  row(calling, { tools }),
);
await each(
  "runtree-child",
  async () => {
    const parent = new RunTree({
      name: "chain",
      run_type: "chain",
      client,
      tracingEnabled: true,
      inputs: { question: "Weather?" },
    });
    await parent.postRun();
    const child = parent.createChild({ name: "custom", run_type: "llm", inputs: { messages: turns } });
    await child.postRun();
    await child.end({ generations: [{ text: "Sunny.", message: { type: "ai", data: { content: "Sunny." } } }] });
    await child.patchRun();
    await parent.end({ answer: "Sunny." });
    await parent.patchRun();
  },
  row(),
);
await each("runtree-error", () => byHand({ inputs: { messages: turns } }, [{ message: sunny }, "too late"]), {
  skip: "run-error",
});
await each("runtree-open", () => byHand({ inputs: { messages: turns } }), { skip: "pending" });
await each("runtree-no-outputs", () => byHand({ inputs: { messages: turns } }, [{}]), { skip: "no-outputs" });

await stub.close();
process.exit(0);
