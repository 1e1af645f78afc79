import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import {
  convertMessagesForFinetuning,
  convertRunToChatSession,
  convertSessionToExample,
  curate,
  loadChatSessions,
  reasoningOf,
  type ChatSession,
  type CurateOptions,
  type TrainingExample,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { portable } from "langsmith-finetune/backends/portable";
import { trl } from "langsmith-finetune/backends/trl";
import { collect, uuid } from "../select/langsmith-server.js";

const question = { role: "user", content: "How much?" };

/** A run of this answer, in the form of one tracer. */
const run = (
  outputs: object,
  inputs: object = "output" in outputs ? { input: "How much?" } : { messages: [question] },
  rest: object = {},
) => ({
  id: uuid(1),
  run_type: "llm",
  status: "success",
  inputs,
  outputs,
  ...rest,
});
const choice = (message: object) => ({ choices: [{ index: 0, finish_reason: "stop", message }] });
const answer = (message: object) => choice({ role: "assistant", content: "Six.", ...message });
const blocks = (...parts: object[]) => ({
  type: "message",
  role: "assistant",
  content: [...parts, { type: "text", text: "Six." }],
  stop_reason: "end_turn",
});
const langchain = (kwargs: object) => ({
  generations: [[{ message: { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessage"], kwargs } }]],
});
const item = { type: "message", role: "assistant", content: [{ type: "output_text", text: "Six." }] };
const response = (reasoning: object) => ({ object: "response", status: "completed", output: [reasoning, item] });
const summary = [{ type: "summary_text", text: "Three times two." }];

const written: [string, object][] = [
  ["reasoning_content", answer({ reasoning_content: "Three times two." })],
  ["reasoning", answer({ reasoning: "Three times two." })],
  ["OpenRouter's details", answer({ reasoning_details: [{ type: "reasoning.text", text: "Three times two." }] })],
  ["Anthropic's thinking", blocks({ type: "thinking", thinking: "Three times two.", signature: "s" })],
  [
    "LangChain beside the content",
    langchain({ content: "Six.", additional_kwargs: { reasoning_content: "Three times two." } }),
  ],
  [
    "LangChain's standard block",
    langchain({
      content: [
        { type: "reasoning", reasoning: "Three times two." },
        { type: "text", text: "Six." },
      ],
    }),
  ],
  [
    "Bedrock's block",
    langchain({
      content: [
        { type: "reasoning_content", reasoningText: { text: "Three times two.", signature: "s" } },
        { type: "text", text: "Six." },
      ],
    }),
  ],
  [
    "Gemini's thought",
    langchain({
      content: [
        { type: "text", text: "Three times two.", thought: true },
        { type: "text", text: "Six." },
      ],
    }),
  ],
  [
    "a part of the AI SDK",
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "Three times two." },
        { type: "text", text: "Six." },
      ],
    },
  ],
  ["a summary of the Responses API", response({ type: "reasoning", id: "r", summary, encrypted_content: "secret" })],
  [
    "thoughts of the Responses API",
    response({
      type: "reasoning",
      id: "r",
      summary: [],
      content: [{ type: "reasoning_text", text: "Three times two." }],
    }),
  ],
];

function exampleOf(record: unknown): TrainingExample {
  const result = convertRunToChatSession(record);
  if (!("session" in result)) throw new Error(result.skip.message);
  const converted = convertSessionToExample(result.session);
  if (!("example" in converted)) throw new Error(converted.skip.message);
  return converted.example;
}

const QWEN = trl({ model: "Qwen/Qwen3-0.6B" });

async function curated(examples: readonly TrainingExample[], options: CurateOptions) {
  const set = await curate(examples, { validate: { remove: false }, ...options, onSkip: () => undefined });
  const rows = (await collect(set.train)) as TrainingExample[];
  return { rows, codes: set.findings.map(({ code }) => code), text: JSON.stringify(rows) };
}

describe("reasoning in a run", () => {
  it.each(written)("is read from %s, and written where the service takes it", async (_name, outputs) => {
    const example = exampleOf(run(outputs));
    expect(reasoningOf(example.messages.at(-1) ?? {})?.text).toBe("Three times two.");
    expect(JSON.stringify(example)).not.toContain("Three times");
    const kept = await curated([example], { backend: QWEN });
    expect(kept.rows[0]?.messages.at(-1)).toMatchObject({ content: "Six.", reasoning_content: "Three times two." });
    expect(kept.text).not.toContain("secret");
    const dropped = await curated([example], { backend: openAI({ model: "gpt-4o-mini-2024-07-18", apiKey: "x" }) });
    expect(dropped.text).not.toContain("Three times");
    expect(dropped.codes).toContain("reasoning-dropped");
  });

  it("is marked where it is a summary, and keeps the signature", async () => {
    const summarised = exampleOf(run(response({ type: "reasoning", summary })));
    expect(reasoningOf(summarised.messages.at(-1) ?? {})).toEqual({ text: "Three times two.", isSummary: true });
    expect((await curated([summarised], { backend: QWEN })).codes).toContain("reasoning-summary");
    const signed = exampleOf(run(blocks({ type: "thinking", thinking: "Hm.", signature: "s" })));
    expect(reasoningOf(signed.messages.at(-1) ?? {})).toEqual({ text: "Hm.", signature: "s" });
  });

  it.each([
    ["Anthropic's redacted thinking", blocks({ type: "redacted_thinking", data: "secret" })],
    ["an encrypted item", response({ type: "reasoning", summary: [], encrypted_content: "secret" })],
    ["an encrypted detail", answer({ reasoning_details: [{ type: "reasoning.encrypted", data: "secret" }] })],
  ])("is counted and never written where it is %s", async (_name, outputs) => {
    const example = exampleOf(run(outputs));
    expect(reasoningOf(example.messages.at(-1) ?? {})).toEqual({ text: "", hidden: 1 });
    const { text, codes } = await curated([example], { backend: QWEN });
    expect(text).not.toMatch(/secret|reasoning_content/);
    expect(codes).toContain("reasoning-hidden");
  });

  it("is taken from think tags by option, of what is learned alone", () => {
    const think = "<think>\nThree times two.\n</think>\n\nSix.";
    const history = { role: "assistant", content: "<think>Hm.</think>Three." };
    const inputs = { messages: [question, history, question] };
    const convert = (content: string, thinkTags: boolean) => {
      const result = convertRunToChatSession(run(choice({ role: "assistant", content }), inputs));
      if (!("session" in result)) throw new Error(result.skip.message);
      const converted = convertSessionToExample(result.session, { thinkTags });
      if (!("example" in converted)) throw new Error(converted.skip.message);
      return converted.example.messages;
    };
    const [, earlier, , last] = convert(think, true);
    expect(last?.content).toBe("Six.");
    expect(reasoningOf(last ?? {})).toEqual({ text: "Three times two." });
    expect(earlier?.content).toBe(history.content);
    expect(convert(think, false).at(-1)?.content).toBe(think);
    for (const whole of ["<think>Only this.</think>", "<think>It never ends."])
      expect(convert(whole, true).at(-1)?.content).toBe(whole);
  });

  it("survives a look at the session's messages", async () => {
    const sessions = await collect(loadChatSessions([run(answer({ reasoning_content: "Three times two." }))]));
    const looked = sessions.map((session: ChatSession) => ({ ...session, messages: [...session.messages] }));
    const [example] = await collect(convertMessagesForFinetuning(looked));
    expect(reasoningOf(example?.messages.at(-1) ?? {})).toEqual({ text: "Three times two." });
    const own = convertSessionToExample([
      new HumanMessage("How much?"),
      new AIMessage({
        content: [
          { type: "thinking", thinking: "Hm." },
          { type: "text", text: "Six." },
        ],
      }),
    ]);
    expect("example" in own && reasoningOf(own.example.messages.at(-1) ?? {})?.text).toBe("Hm.");
  });
});

it.each([
  ["trl", true],
  ["unsloth", true],
  ["axolotl", false],
  ["llama-factory", false],
] as const)(
  "portable files for %s hold reasoning only where the trainer's template gets it",
  async (trainer, takes) => {
    const backend = portable({ model: "Qwen/Qwen3-0.6B", directory: "jobs", trainer });
    const example = exampleOf(run(answer({ reasoning_content: "Three times two." })));
    const { rows, codes } = await curated([example], { backend, reasoning: "keep" });
    const rendered = JSON.stringify(rows.map((row) => backend.file.render?.(row as never, "supervised") ?? row));
    expect(rendered).toContain("Six.");
    expect(rendered.includes("Three times two.")).toBe(takes);
    expect(codes.includes("reasoning-dropped")).toBe(!takes);
  },
);

describe("a policy for reasoning", () => {
  const first = { role: "assistant", content: "Three.", reasoning_content: "I weigh it." };
  const next = { role: "user", content: "And the price?" };
  const at = (second: number, record: object) => ({
    ...record,
    trace_id: uuid(9),
    start_time: `2026-11-01T00:00:0${second}Z`,
  });
  const calls = (history: object) => [
    exampleOf(at(1, run(choice(first)))),
    exampleOf(
      at(2, {
        ...run(answer({ reasoning_content: "Three times two." }), { messages: [question, history, next] }),
        id: uuid(2),
      }),
    ),
  ];
  const thoughts = ({ rows }: { rows: TrainingExample[] }) =>
    rows.map(({ messages }) =>
      messages.flatMap((message) => ("reasoning_content" in message ? [message.reasoning_content] : [])),
    );
  const together = { ...QWEN.rules, loss: "weights" } as const;

  it("joins calls whose history has the reasoning of the answer before, and splits those whose history lost it", async () => {
    const with_ = calls(first);
    const without = calls({ role: "assistant", content: "Three." });
    const keep = { rules: together, reasoning: "keep" } as const;
    expect(thoughts(await curated(with_, keep))).toEqual([["I weigh it.", "Three times two."]]);
    expect(thoughts(await curated(without, keep))).toEqual([["I weigh it."], ["Three times two."]]);
    expect(thoughts(await curated(with_, { rules: together, reasoning: "last" }))).toEqual([
      ["I weigh it."],
      ["Three times two."],
    ]);
    expect(thoughts(await curated(without, { rules: together, reasoning: "drop" }))).toEqual([[]]);
  });

  it("warns where a model that reasons is tuned on rows that lost theirs", async () => {
    const lost = await curate(calls(first), { backend: QWEN, reasoning: "drop", onSkip: () => undefined });
    expect(lost.findings.map(({ message }) => message).join()).toContain("Qwen/Qwen3-0.6B is a model that reasons");
    const plain = trl({ model: "meta-llama/Llama-3.1-8B-Instruct" });
    expect(thoughts(await curated(calls(first), { backend: plain }))).toEqual([[], []]);
  });

  it("takes what rows of one's own have, where something is asked for", async () => {
    const own = [
      { messages: [question, { role: "assistant", content: "Six.", reasoning: "Hm." }] },
    ] as TrainingExample[];
    expect((await curated(own, { backend: QWEN, reasoning: "drop" })).text).not.toContain("Hm.");
    expect(thoughts(await curated(own, { backend: QWEN, reasoning: "keep" }))).toEqual([["Hm."]]);
    // @ts-expect-error An unknown policy.
    await expect(curate(own, { reasoning: "all" })).rejects.toThrow(/reasoning must be/);
  });
});
