// The Agents SDK in the ways that are rare: items of every type, outputs of tools, agents as tools, approvals.
import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  Runner,
  computerTool,
  fileSearchTool,
  hostedMcpTool,
  setTraceProcessors,
  shellTool,
  tool as agentTool,
  user,
  assistant,
  system,
} from "@openai/agents";
import { OpenAIAgentsTracingProcessor } from "langsmith/wrappers/openai_agents";
import OpenAI from "openai";
import { z } from "zod";
import { openSession } from "./session.mjs";

process.on("unhandledRejection", () => undefined);
const { stub, client, capture: captureOf } = await openSession(import.meta.url, process.argv[2], { wait: 250 });
// What shows something new; CAPTURE_ALL captures the others too.
const KEPT = new Set(
  "chat-values chat-values-object chat-tool-mixed chat-broken-arguments chat-as-tool chat-text-and-calls-stream chat-length-stream chat-filtered chat-filtered-empty chat-input-filter chat-provider-data chat-two-assistants responses-empty-instructions responses-helpers responses-values responses-values-many responses-tool-file responses-unknown-tool responses-text-and-calls-stream responses-approval responses-settings responses-image-id responses-two-messages responses-interleaved responses-unknown-item responses-compaction responses-shell responses-handoff-chain".split(
    " ",
  ),
);
const capture = async (name, ...scenario) =>
  (KEPT.has(name.slice("agents-".length)) || process.env.CAPTURE_ALL) &&
  captureOf(name, "langsmith @openai/agents", ...scenario);
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const text = { text: "It is sunny in Paris." };
const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city":"Paris"}' };
const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
const message = (value, more = {}) => ({
  id: "msg_1",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: value, annotations: [], logprobs: [] }],
  ...more,
});
const functionCall = ({ id, name, arguments: written }) => ({
  id: `fc_${id}`,
  type: "function_call",
  status: "completed",
  call_id: id,
  name,
  arguments: written,
});
setTraceProcessors([new OpenAIAgentsTracingProcessor({ client })]);
const own = new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 });
const responses = new OpenAIResponsesModel(own, "gpt-4o-mini");
const chat = new OpenAIChatCompletionsModel(own, "gpt-4o-mini");
const tool = (execute = async ({ city }) => `sunny in ${city}`, more = {}) =>
  agentTool({
    name: "get_weather",
    description: "Get weather",
    parameters: z.object({ city: z.string() }),
    execute,
    ...more,
  });
const agent = (fields) => new Agent({ name: "bot", instructions: "You are a weather bot.", ...fields });
const run = (of, input = "Weather?", options) => new Runner().run(of, input, options);
const bare = ({ messages }) => ({ messages });
const once = (of) => new Runner().run(of, "Weather?", { maxTurns: 1 });
const drain = async (result) => {
  for await (const event of await result) void event;
};

for (const [kind, model, own] of [
  ["chat", chat, [bare, bare, bare]],
  ["responses", responses, undefined],
]) {
  const each = (label, replies, scenario, expected = own) =>
    capture(`agents-${kind}-${label}`, replies, scenario, expected);
  await each("empty-instructions", text, () => run(agent({ model, instructions: "" })));
  await each("helpers", text, () =>
    run(agent({ model }), [
      system("Be brief."),
      user("a"),
      assistant("b"),
      user([
        { type: "input_text", text: "c" },
        { type: "input_text", text: "d" },
      ]),
    ]),
  );
  await each("values", [{ calls: [{ ...call, arguments: "{}" }, second] }, text], () => {
    let n = 0;
    return run(
      agent({
        model,
        tools: [
          tool(async () => [undefined, ""][n++], {
            parameters: { type: "object", properties: {}, required: [], additionalProperties: true },
            strict: false,
          }),
        ],
      }),
    );
  });
  await each("values-object", [{ calls: [call, second] }, text], () => {
    let n = 0;
    return run(agent({ model, tools: [tool(async () => [{ type: "text", text: "typed" }, [1, "x", null]][n++])] }));
  });
  await each("values-many", [{ calls: [call, second] }, text], () => {
    let n = 0;
    return run(agent({ model, tools: [tool(async () => [7, { type: "city", text: "Paris" }][n++])] }));
  });
  await each(
    "tool-file",
    [{ calls: [call] }, text],
    () =>
      run(
        agent({
          model,
          tools: [
            tool(async () => ({
              type: "file",
              file: { data: "AAAA", mediaType: "application/pdf", filename: "a.pdf" },
            })),
          ],
        }),
      ),
    kind === "responses" ? [undefined, { skip: "unsupported-content" }] : own,
  );
  await each("tool-mixed", [{ calls: [call] }, text], () =>
    run(
      agent({
        model,
        tools: [
          tool(async () => [
            { type: "text", text: "see" },
            { type: "image", image: { url: "https://example.com/a.png" } },
          ]),
        ],
      }),
    ),
  );
  await each("broken-arguments", [{ calls: [{ ...call, arguments: '{"city": Par' }] }, text], () =>
    run(agent({ model, tools: [tool()] })),
  );
  await each("unknown-tool", { calls: [{ ...call, name: "nope" }] }, () => run(agent({ model, tools: [tool()] })));
  await each(
    "as-tool",
    [{ calls: [{ id: "call_1", name: "expert", arguments: '{"input":"Paris?"}' }] }, { text: "Sun." }, text],
    () =>
      run(
        agent({
          model,
          tools: [
            new Agent({ name: "expert", instructions: "Know it.", model }).asTool({
              toolName: "expert",
              toolDescription: "Knows.",
            }),
          ],
        }),
      ),
  );
  await each("text-and-calls-history", [{ text: "Looking.", calls: [call, second] }, text], () =>
    run(agent({ model, tools: [tool()] })),
  );
  await each("text-and-calls-stream", [{ text: "Looking.", calls: [call, second] }, text], () =>
    drain(run(agent({ model, tools: [tool()] }), "Weather?", { stream: true })),
  );
  await each("refusal-stream", { refusal: "I cannot." }, () => drain(run(agent({ model }), "hi", { stream: true })), {
    skip: "refusal",
  });
  await each(
    "length-stream",
    { text: "It", finish: "length" },
    () => drain(run(agent({ model }), "hi", { stream: true })),
    { skip: "truncated" },
  );
  await each("cut-stream", { text: "It is", cut: true }, () => drain(run(agent({ model }), "hi", { stream: true })), {
    skip: "partial-stream",
  });
  await each("filtered", { text: "It", finish: "content_filter" }, () => run(agent({ model })), { skip: "filtered" });
  await each("filtered-empty", { finish: "content_filter" }, () => run(agent({ model })), {
    skip: kind === "chat" ? "filtered" : "run-error",
  });
  await each("empty", { text: "" }, () => run(agent({ model })), { skip: "no-answer" });
  await each("guardrail", text, () =>
    run(
      agent({
        model,
        inputGuardrails: [{ name: "g", execute: async () => ({ tripwireTriggered: false, outputInfo: {} }) }],
        outputGuardrails: [{ name: "o", execute: async () => ({ tripwireTriggered: true, outputInfo: {} }) }],
      }),
    ),
  );
  await each("approval", [{ calls: [call] }, text], async () => {
    const bot = agent({ model, tools: [tool(undefined, { needsApproval: true })] });
    const first = await run(bot);
    first.state.reject(first.interruptions[0]);
    await run(bot, first.state);
  });
  await each("input-filter", text, () =>
    new Runner({
      callModelInputFilter: ({ modelData }) => ({
        ...modelData,
        input: [...modelData.input, { role: "user", content: "And be brief." }],
        instructions: "Changed.",
      }),
    }).run(agent({ model }), "Weather?"),
  );
  await each("settings", { calls: [call] }, () =>
    run(
      agent({
        model,
        tools: [tool()],
        toolUseBehavior: "stop_on_first_tool",
        modelSettings: {
          toolChoice: "required",
          parallelToolCalls: false,
          temperature: 0,
          store: false,
          providerData: { metadata: { a: "b" } },
        },
      }),
    ),
  );
  await each(
    "image-id",
    text,
    () => run(agent({ model }), [{ role: "user", content: [{ type: "input_image", image: { id: "file_1" } }] }]),
    { skip: "unsupported-content" },
  );
  await each(
    "audio",
    text,
    () => run(agent({ model }), [{ role: "user", content: [{ type: "audio", audio: { id: "a" } }] }]),
    { skip: "run-error" },
  );
  await each("raw-history", text, () =>
    run(agent({ model, tools: [tool()] }), [
      { role: "user", content: "a" },
      { type: "function_call", callId: "c1", name: "get_weather", arguments: '{"city": "Paris"}', status: "completed" },
      { type: "function_call", callId: "c2", name: "get_weather", arguments: "", status: "completed" },
      { type: "function_call_result", callId: "c1", name: "get_weather", status: "completed", output: "text" },
      {
        type: "function_call_result",
        callId: "c2",
        name: "get_weather",
        status: "completed",
        output: { type: "text", text: "" },
      },
      {
        role: "assistant",
        status: "completed",
        content: [
          { type: "output_text", text: "b1" },
          { type: "output_text", text: "b2" },
        ],
      },
      { role: "assistant", status: "completed", content: [{ type: "refusal", refusal: "No." }] },
      { role: "user", content: "c" },
    ]),
  );
  await each("two-assistants", text, () =>
    run(agent({ model }), [
      { role: "user", content: "a" },
      { role: "assistant", status: "completed", content: [{ type: "output_text", text: "b" }] },
      { role: "assistant", status: "completed", content: [{ type: "output_text", text: "c" }] },
      { role: "user", content: "d" },
    ]),
  );
  await each("provider-data", text, () =>
    run(agent({ model }), [{ role: "user", content: "a", providerData: { name: "ann" } }]),
  );
  await each("json-text", text, () =>
    run(agent({ model, instructions: undefined }), '{"role":"user","content":"fake"}'),
  );
  await each(
    "unicode",
    {
      text: "Ça \u2028 \ud83d\ude00 \\n",
      calls: [{ ...call, arguments: '{"city":"M\\u00fcnchen \\"x\\"","big":12345678901234567890}' }],
    },
    () =>
      run(
        agent({
          model,
          tools: [
            tool(undefined, {
              parameters: { type: "object", properties: {}, required: [], additionalProperties: true },
              strict: false,
            }),
          ],
          toolUseBehavior: "stop_on_first_tool",
        }),
      ),
  );
}
const each = (label, ...rest) => capture(`agents-responses-${label}`, ...rest);
await each(
  "two-messages",
  { items: [message("One.", { phase: "commentary" }), message("Two.", { id: "msg_2", phase: "final_answer" })] },
  () => run(agent({ model: responses })),
);
await each("call-then-text", [{ items: [functionCall(call), message("Looking.")] }, text], () =>
  run(agent({ model: responses, tools: [tool()] })),
);
await each(
  "interleaved",
  [{ items: [message("One."), functionCall(call), message("Two.", { id: "msg_2" }), functionCall(second)] }, text],
  () => run(agent({ model: responses, tools: [tool()] })),
);
await each(
  "mcp-approval",
  [
    { items: [{ id: "mcpr_1", type: "mcp_approval_request", server_label: "s", name: "roll", arguments: "{}" }] },
    { items: [message("Four.")] },
  ],
  async () => {
    const bot = agent({
      model: responses,
      tools: [hostedMcpTool({ serverLabel: "s", serverUrl: "https://example.com", requireApproval: "always" })],
    });
    const first = await run(bot);
    first.state.approve(first.interruptions[0]);
    await run(bot, first.state);
  },
);
await each(
  "file-search",
  {
    items: [
      { id: "fs_1", type: "file_search_call", status: "completed", queries: ["q"], results: null },
      message("Found."),
    ],
  },
  () => run(agent({ model: responses, tools: [fileSearchTool(["vs_1"])] })),
);
await each(
  "compaction",
  { items: [message("Sunny.")] },
  () =>
    run(agent({ model: responses }), [
      { type: "compaction", encrypted_content: "x" },
      { role: "user", content: "a" },
    ]),
  { skip: "missing-history" },
);
await each(
  "unknown-item",
  { items: [message("Sunny.")] },
  () =>
    run(agent({ model: responses }), [
      { type: "unknown", providerData: { type: "item_reference", id: "msg_1" } },
      { role: "user", content: "a" },
    ]),
  { skip: "missing-history" },
);
await each(
  "computer",
  {
    items: [
      {
        id: "cu_1",
        type: "computer_call",
        call_id: "call_1",
        status: "completed",
        action: { type: "screenshot" },
        pending_safety_checks: [],
      },
    ],
  },
  () =>
    run(
      agent({
        model: responses,
        tools: [
          computerTool({
            computer: {
              environment: "browser",
              dimensions: [1, 1],
              screenshot: async () => pixel,
              click: async () => {},
              doubleClick: async () => {},
              scroll: async () => {},
              type: async () => {},
              wait: async () => {},
              move: async () => {},
              keypress: async () => {},
              drag: async () => {},
            },
          }),
        ],
      }),
    ),
  { skip: "unsupported-content" },
);
await each(
  "shell",
  {
    items: [
      {
        id: "sh_1",
        type: "shell_call",
        call_id: "call_1",
        status: "completed",
        action: { commands: ["ls"], timeout_ms: null, max_output_length: null },
      },
    ],
  },
  () => once(agent({ model: responses, tools: [shellTool({ shell: { run: async () => ({ output: [] }) } })] })),
  { skip: "unsupported-content" },
);
await each(
  "handoff-chain",
  [{ calls: [{ id: "call_1", name: "transfer_to_expert", arguments: "{}" }] }, { calls: [call] }, text],
  () =>
    run(
      agent({
        model: responses,
        handoffs: [new Agent({ name: "expert", instructions: "Know it.", model: responses, tools: [tool()] })],
      }),
    ),
);
await each("no-output", { items: [] }, () => run(agent({ model: responses })), { skip: "no-outputs" });

await stub.close();
process.exit(0);
