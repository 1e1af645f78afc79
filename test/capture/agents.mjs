// The OpenAI Agents SDK: handoffs, guardrails, structured output, tools of every kind, sessions.
import {
  Agent,
  MemorySession,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  Runner,
  codeInterpreterTool,
  hostedMcpTool,
  imageGenerationTool,
  setTraceProcessors,
  tool as agentTool,
  webSearchTool,
} from "@openai/agents";
import { OpenAIAgentsTracingProcessor } from "langsmith/wrappers/openai_agents";
import OpenAI from "openai";
import { z } from "zod";
import { openSession } from "./session.mjs";

// The wrapped helpers leave promises that nobody waits for.
process.on("unhandledRejection", () => undefined);
const { stub, client, capture: captureOf } = await openSession(import.meta.url, process.argv[2], { wait: 300 });
const capture = (name, ...scenario) => captureOf(name, "langsmith @openai/agents", ...scenario);

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const message = (value, annotations = []) => ({
  id: "msg_1",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: value, annotations, logprobs: [] }],
});
const functionCall = ({ id, name, arguments: written }) => ({
  id: `fc_${id}`,
  type: "function_call",
  status: "completed",
  call_id: id,
  name,
  arguments: written,
});
const reasoning = {
  id: "rs_1",
  type: "reasoning",
  summary: [{ type: "summary_text", text: "hmm" }],
  encrypted_content: "gAAAA",
};
setTraceProcessors([new OpenAIAgentsTracingProcessor({ client })]);
const own = new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 });
const responses = new OpenAIResponsesModel(own, "gpt-4o-mini");
const chat = new OpenAIChatCompletionsModel(own, "gpt-4o-mini");
const weather = agentTool({
  name: "get_weather",
  description: "Get weather",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `sunny in ${city}`,
});
const withTool = (execute) =>
  agentTool({ name: "get_weather", description: "Get weather", parameters: z.object({ city: z.string() }), execute });
const agent = (fields) => new Agent({ name: "bot", instructions: "You are a weather bot.", ...fields });
const run = (of, input = "Weather?", options) => new Runner().run(of, input, options);
// The tracer of chat spans records no tools at all.
const bare = ({ messages }) => ({ messages });
const skips = (code) => ({ skip: code });

for (const [kind, model, own] of [
  ["chat", chat, [bare, bare, bare]],
  ["responses", responses, undefined],
]) {
  const each = (label, ...rest) => capture(`agents-${kind}-${label}`, ...(rest.length === 2 ? [...rest, own] : rest));
  await each("no-instructions", text, () => run(agent({ model, instructions: undefined })));
  await each("structured", { text: '{"city":"Paris"}' }, () =>
    run(agent({ model, outputType: z.object({ city: z.string() }) })),
  );
  await each("history", text, () =>
    run(agent({ model, tools: [weather] }), [
      {
        role: "user",
        content: [
          { type: "input_text", text: "a" },
          { type: "input_image", image: `data:image/png;base64,${pixel}`, detail: "low" },
        ],
      },
      { role: "assistant", status: "completed", content: [{ type: "output_text", text: "b" }] },
      { role: "system", content: "Be brief." },
      { role: "user", content: "c" },
    ]),
  );
  await each("image-only", text, () =>
    run(agent({ model, instructions: undefined }), [
      { role: "user", content: [{ type: "input_image", image: "https://example.com/a.png" }] },
    ]),
  );
  await each(
    "file",
    text,
    () =>
      run(agent({ model }), [
        {
          role: "user",
          content: [{ type: "input_file", file: "data:application/pdf;base64,AAAA", filename: "a.pdf" }],
        },
      ]),
    skips("unsupported-content"),
  );
  await each("handoff", [{ calls: [{ id: "call_1", name: "transfer_to_expert", arguments: "{}" }] }, text], () =>
    run(
      agent({
        model,
        handoffs: [
          new Agent({
            name: "expert",
            instructions: "Know it.",
            handoffDescription: "Knows.",
            model,
            tools: [weather],
          }),
        ],
      }),
    ),
  );
  await each("failing-tool", [{ calls: [call, second] }, text], () =>
    run(
      agent({
        model,
        tools: [
          withTool(async ({ city }) => {
            if (city === "Paris") throw new Error("no weather");
            return { sky: "rain" };
          }),
        ],
      }),
    ),
  );
  await each("tool-image", [{ calls: [call] }, text], () =>
    run(
      agent({
        model,
        tools: [
          withTool(async () => ({ type: "image", image: { data: pixel, mediaType: "image/png" }, detail: "low" })),
        ],
      }),
    ),
  );
  await each("tool-parts", [{ calls: [call] }, text], () =>
    run(
      agent({
        model,
        tools: [
          withTool(async () => [
            { type: "text", text: "see" },
            { type: "text", text: " it" },
          ]),
        ],
      }),
    ),
  );
  await each("session", [text, { text: "Still." }], async () => {
    const session = new MemorySession();
    await run(agent({ model }), "Weather?", { session });
    await run(agent({ model }), "And now?", { session });
  });
  await each("refusal", { refusal: "I cannot." }, () => run(agent({ model })), skips("refusal"));
  await each(
    "length",
    { text: "It", finish: "length" },
    () => run(agent({ model })),
    skips(kind === "chat" ? "truncated" : "run-error"),
  );
  await each(
    "stream-left",
    text,
    async () => {
      for await (const event of await run(agent({ model }), "Weather?", { stream: true })) {
        void event;
        break;
      }
    },
    skips("no-outputs"),
  );
  await each(
    "sensitive-off",
    text,
    () => new Runner({ traceIncludeSensitiveData: false }).run(agent({ model }), "Weather?"),
    skips("no-inputs"),
  );
}
await capture(
  "agents-responses-reasoning",
  [
    { items: [reasoning, message("I look."), functionCall(call), functionCall(second)] },
    { items: [reasoning, message("Sunny.")] },
  ],
  () => run(agent({ model: responses, tools: [weather] })),
);
await capture(
  "agents-responses-hosted",
  [
    {
      items: [
        { id: "ws_1", type: "web_search_call", status: "completed", action: { type: "search", query: "q" } },
        message("I look.", [
          { type: "url_citation", start_index: 0, end_index: 1, title: "t", url: "https://example.com" },
        ]),
        functionCall(call),
      ],
    },
    { items: [message("Sunny.")] },
  ],
  () =>
    run(
      agent({
        model: responses,
        tools: [weather, webSearchTool(), codeInterpreterTool({ container: { type: "auto" } }), imageGenerationTool()],
      }),
    ),
);
await capture(
  "agents-responses-mcp",
  {
    items: [
      { id: "ml_1", type: "mcp_list_tools", server_label: "s", tools: [] },
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
      message("Four."),
    ],
  },
  () =>
    run(agent({ model: responses, tools: [hostedMcpTool({ serverLabel: "s", serverUrl: "https://example.com" })] })),
);
await capture(
  "agents-responses-previous",
  { items: [message("Sunny.")], fields: { previous_response_id: "resp_1" } },
  () => run(agent({ model: responses }), "And?", { previousResponseId: "resp_1" }),
  skips("missing-history"),
);
await capture(
  "agents-responses-conversation",
  { items: [message("Sunny.")], fields: { conversation: { id: "conv_1" } } },
  () => run(agent({ model: responses }), "And?", { conversationId: "conv_1" }),
  skips("missing-history"),
);
await capture(
  "agents-responses-prompt",
  { items: [message("Sunny.")], fields: { prompt: { id: "pmpt_1", variables: null, version: "1" } } },
  () => run(agent({ model: responses, instructions: undefined, prompt: { promptId: "pmpt_1" } }), "And?"),
  skips("missing-history"),
);
await capture(
  "agents-responses-image-generation",
  { items: [{ id: "ig_1", type: "image_generation_call", status: "completed", result: pixel }, message("Here.")] },
  () => run(agent({ model: responses, tools: [imageGenerationTool()] })),
);

await stub.close();
process.exit(0);
