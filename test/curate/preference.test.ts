import { Client } from "langsmith";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  asRunnable,
  correctExamples,
  pairsFromAlternatives,
  pairsFromCorrections,
  pairsFromFeedback,
  readFeedback,
  ServiceError,
  SkippedError,
  sourceOf,
  validateExamples,
  withSource,
  type AssistantTrainingMessage,
  type ExampleSource,
  type PreferenceExample,
  type RunFeedback,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";

const runId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const example = (
  question: string,
  answer: string | AssistantTrainingMessage,
  source: ExampleSource = {},
): TrainingExample =>
  withSource(
    {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: question },
        typeof answer === "string" ? { role: "assistant", content: answer } : answer,
      ],
    },
    source,
  );
const content = (pair: PreferenceExample) => [pair.preferred_output[0].content, pair.non_preferred_output[0].content];

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

async function expectValid(pairs: PreferenceExample[]): Promise<void> {
  expect(pairs.length).toBeGreaterThan(0);
  expect(await collect(validateExamples(pairs, { method: "preference" }))).toEqual([]);
}

describe("pairsFromCorrections", () => {
  const feedback = (number: number, correction: unknown, more: Partial<RunFeedback> = {}): RunFeedback => ({
    runId: runId(number),
    key: "correctness",
    correction,
    ...more,
  });

  const asked = { name: "look_up", arguments: '{"country":"Chile"}' };
  const block = { type: "tool_use", id: "call_1", name: "look_up", input: { country: "Chile" } };
  const chatCall = { id: "call_1", type: "function", function: asked };
  const typed = { type: "message", role: "assistant" };
  // `type: "message"` is what Anthropic's messages say, and the items of the Responses API; calls in them stay.
  it.each([
    ["Anthropic's message", { ...typed, content: [{ type: "text", text: "Looking." }, block] }],
    ["a list with one", [{ ...typed, content: [{ type: "text", text: "Looking." }, block] }]],
    ["chat calls in a typed message", { messages: [{ ...typed, content: "Looking.", tool_calls: [chatCall] }] }],
    [
      "a question before it",
      {
        output: [
          { role: "user", content: "?" },
          { ...typed, content: "Looking.", tool_calls: [chatCall] },
        ],
      },
    ],
    [
      "items of the Responses API",
      [
        { ...typed, content: [{ type: "output_text", text: "Looking." }] },
        { type: "function_call", call_id: "call_1", ...asked },
      ],
    ],
  ])("a typed correction keeps its calls: %s", async (_name, correction) => {
    const tools = [{ type: "function" as const, function: { name: "look_up" } }];
    const row = withSource({ ...example("Capital of Chile?", "Lima"), tools }, { runId: runId(1) });
    const pairs = await collect(pairsFromCorrections([row], { corrections: [feedback(1, correction)] }));
    expect(pairs[0]?.preferred_output).toEqual([{ role: "assistant", content: "Looking.", tool_calls: [chatCall] }]);
  });

  it("chooses the correction and rejects the answer, with the source and no weights", async () => {
    const tools = [{ type: "function" as const, function: { name: "look_up" } }];
    const row = withSource(
      {
        ...example("Capital of Chile?", { role: "assistant", content: "Lima", weight: 1 }),
        tools,
        parallel_tool_calls: true,
      },
      { runId: runId(1) },
    );
    const pairs = await collect(pairsFromCorrections([row], { corrections: [feedback(1, { output: "Santiago" })] }));
    expect(JSON.parse(JSON.stringify(pairs))).toEqual([
      {
        input: { messages: row.messages.slice(0, 2), tools, parallel_tool_calls: true },
        preferred_output: [{ role: "assistant", content: "Santiago" }],
        non_preferred_output: [{ role: "assistant", content: "Lima" }],
      },
    ]);
    expect(sourceOf(pairs[0]!)).toEqual({ runId: runId(1) });
    await expectValid(pairs);
  });

  it.each([
    ["a text", "Santiago"],
    ["an object with a text", { answer: "Santiago" }],
    ["an object with one text under a name of its own", { capital: "Santiago" }],
    ["an OpenAI message", { role: "assistant", content: "Santiago" }],
    [
      "a list of messages",
      {
        messages: [
          { role: "user", content: "?" },
          { role: "assistant", content: "Santiago" },
        ],
      },
    ],
    ["a response", { choices: [{ message: { role: "assistant", content: "Santiago" } }] }],
    ["an object with a text in the output of a chain", { outputs: { answer: "Santiago" } }],
    ["an output within an output", { outputs: { output: { content: "Santiago" } } }],
    [
      "a list of messages in the output of a chain",
      {
        output: {
          messages: [
            { role: "user", content: "?" },
            { role: "assistant", content: "Santiago" },
          ],
        },
      },
    ],
    ["a response in an output", { outputs: { choices: [{ message: { role: "assistant", content: "Santiago" } }] } }],
    ["generations of a model", { generations: [[{ text: "Santiago" }]] }],
    [
      "generations with messages",
      {
        outputs: {
          generations: [
            [
              {
                text: "",
                message: {
                  lc: 1,
                  type: "constructor",
                  id: ["langchain_core", "messages", "AIMessage"],
                  kwargs: { content: "Santiago" },
                },
              },
            ],
          ],
        },
      },
    ],
    ["parts without a role", { content: [{ type: "text", text: "Santiago" }] }],
    ["an object under a name of its own", { desired: { content: "Santiago" } }],
    ["a text beside a score", { answer: "Santiago", score: 1 }],
    [
      "a LangChain message",
      {
        output: {
          lc: 1,
          type: "constructor",
          id: ["langchain_core", "messages", "AIMessage"],
          kwargs: { content: "Santiago" },
        },
      },
    ],
  ])("reads a correction that is %s", async (_name, correction) => {
    const pairs = await collect(
      pairsFromCorrections([example("?", "Lima", { runId: runId(1) })], { corrections: [feedback(1, correction)] }),
    );
    expect(pairs.map(content)).toEqual([["Santiago", "Lima"]]);
  });

  it.each([
    ["nothing but a score", { score: 1 }],
    ["an empty text", { output: " " }],
    ["a user's message", { role: "user", content: "Santiago" }],
    ["two texts", { output: "Santiago", answer: "Lima" }],
    ["a number", 7],
    ["an output with a score only", { output: { score: 1 } }],
    ["two outputs", { output: { answer: "Santiago" }, outputs: { answer: "Lima" } }],
    ["a list of texts", ["Santiago"]],
    ["outputs without end", { output: { output: { output: { output: { output: { output: "Santiago" } } } } } }],
    ["an empty object", {}],
  ])("guesses nothing from %s", async (_name, correction) => {
    const skips: Skip[] = [];
    expect(
      await collect(
        pairsFromCorrections([example("?", "Lima", { runId: runId(1) })], {
          corrections: [feedback(1, correction)],
          onSkip: (skip) => skips.push(skip),
        }),
      ),
    ).toEqual([]);
    expect(skips).toMatchObject([{ code: "unreadable-correction", runId: runId(1) }]);
  });

  it("keeps the calls of a correction that has no role", async () => {
    const calls = [
      { id: "call_1", type: "function" as const, function: { name: "look_up", arguments: '{"city":"Santiago"}' } },
    ];
    const row = withSource(
      { ...example("?", "Lima", {}), tools: [{ type: "function" as const, function: { name: "look_up" } }] },
      { runId: runId(1) },
    );
    for (const correction of [
      { content: null, tool_calls: calls },
      { tool_calls: calls },
      { output: { content: "", tool_calls: calls } },
    ]) {
      const pairs = await collect(pairsFromCorrections([row], { corrections: [feedback(1, correction)] }));
      expect(pairs[0]?.preferred_output[0].tool_calls).toEqual(calls);
      await expectValid(pairs);
    }
  });

  it("says why an example gives no pair", async () => {
    const skips: string[] = [];
    const legacy = example(
      "?",
      { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
      { runId: runId(3) },
    );
    const rows = [
      example("?", "Lima"),
      example("?", "Santiago", { runId: runId(2) }),
      legacy,
      withSource({ messages: [{ role: "user" as const, content: "?" }] }, { runId: runId(4) }),
    ];
    const corrections = [2, 3, 4].map((number) => feedback(number, "Santiago"));
    expect(await collect(pairsFromCorrections(rows, { corrections, onSkip: ({ code }) => skips.push(code) }))).toEqual(
      [],
    );
    expect(skips).toEqual(["no-correction", "identical-answers", "legacy-functions", "no-answer"]);
    await expect(collect(pairsFromCorrections(rows, { corrections, strict: true }))).rejects.toSatisfy(
      (error) => SkippedError.isInstance(error) && error.skip.code === "no-correction",
    );
  });

  it("takes the latest correction, of the key that is asked for, and a reading of one's own", async () => {
    const corrections = [
      feedback(1, "old", { createdAt: "2026-11-01T00:00:00Z" }),
      feedback(1, "new", { createdAt: "2026-11-02T00:00:00Z" }),
      feedback(1, "other", { key: "tone", createdAt: "2026-11-03T00:00:00Z" }),
    ];
    const rows = [example("?", "Lima", { runId: runId(1) })];
    expect(
      (await collect(pairsFromCorrections(rows, { corrections, feedbackKey: "correctness" }))).map(content),
    ).toEqual([["new", "Lima"]]);
    expect(
      (
        await collect(
          pairsFromCorrections(rows, { corrections, toAnswer: (correction) => `read: ${String(correction)}` }),
        )
      ).map(content),
    ).toEqual([["read: other", "Lima"]]);
  });

  it("corrections also serve as targets", async () => {
    const skips: string[] = [];
    const rows = [
      example("a?", "Lima", { runId: runId(1) }),
      example("b?", "Quito"),
      example("c?", "Bonn", { runId: runId(3) }),
    ];
    const corrections = [feedback(1, "Santiago"), feedback(3, { score: 0 })];
    const corrected = await collect(correctExamples(rows, { corrections, onSkip: ({ code }) => skips.push(code) }));
    expect(corrected.map(({ messages }) => messages.at(-1)!.content)).toEqual(["Santiago", "Quito"]);
    expect(corrected.map((row) => sourceOf(row).runId)).toEqual([runId(1), undefined]);
    expect(rows[0]!.messages.at(-1)!.content).toBe("Lima");
    expect(skips).toEqual(["unreadable-correction"]);
    expect(await collect(validateExamples(corrected))).toEqual([]);
  });

  it("names what it was called with wrongly", () => {
    expect(() => pairsFromCorrections([], { corrections: [], key: "a" } as never)).toThrow(/Unknown option key/);
    expect(() => pairsFromCorrections(7 as never, { corrections: [] })).toThrow(/examples/);
  });
});

describe("pairsFromFeedback", () => {
  const rated = (question: string, answer: string, average: number | undefined, number: number) =>
    example(question, answer, {
      runId: runId(number),
      ...(average !== undefined && { feedback: { score: { count: 1, average } } }),
    });

  it("pairs the best with the worst answer to the same input", async () => {
    const skips: [string, string | undefined][] = [];
    const rows = [
      rated("a?", "good", 0.9, 1),
      rated("b?", "only", 1, 2),
      rated("a?", "middling", 0.5, 3),
      rated("a?", "bad", 0.1, 4),
      rated("c?", "worse", 0, 5),
      rated("c?", "better", 1, 6),
      rated("d?", "unrated", undefined, 7),
      rated("e?", "x", 1, 8),
      rated("e?", "y", 1, 9),
    ];
    const pairs = await collect(
      pairsFromFeedback(rows, { key: "score", onSkip: ({ code, runId: run }) => skips.push([code, run]) }),
    );
    expect(pairs.map(content)).toEqual([
      ["good", "bad"],
      ["better", "worse"],
    ]);
    expect(pairs.map((pair) => sourceOf(pair).runId)).toEqual([runId(1), runId(6)]);
    expect(skips).toEqual([
      ["no-feedback", runId(7)],
      ["no-difference", runId(2)],
      ["not-extreme", runId(3)],
      ["no-difference", runId(8)],
      ["no-difference", runId(9)],
    ]);
    await expectValid(pairs);
  });

  it("asks for the difference of its option", async () => {
    const rows = [rated("a?", "good", 0.9, 1), rated("a?", "bad", 0.5, 2)];
    expect(await collect(pairsFromFeedback(rows, { key: "score", minDifference: 0.5, onSkip: () => {} }))).toEqual([]);
    expect(await collect(pairsFromFeedback(rows, { key: "score", minDifference: 0.4, onSkip: () => {} }))).toHaveLength(
      1,
    );
  });

  it("works on more rows than memory is given for, and can be gone through again", async () => {
    const rows = Array.from({ length: 600 }, (_, index) =>
      rated(`${index % 200}? ${"word ".repeat(8000)}`, `answer ${index}`, Math.floor(index / 200), index + 1),
    );
    const pairs = pairsFromFeedback(rows, { key: "score", onSkip: () => {} });
    for (let pass = 0; pass < 2; pass += 1) {
      const all = await collect(pairs);
      expect(all).toHaveLength(200);
      expect(content(all[7]!)).toEqual(["answer 407", "answer 7"]);
    }
  });

  it("names what it was called with wrongly", () => {
    expect(() => pairsFromFeedback([], {} as never)).toThrow(/key/);
    expect(() => pairsFromFeedback([], { key: "score", minDifference: -1 })).toThrow(/minDifference/);
  });
});

describe("pairsFromAlternatives", () => {
  const answers = (...texts: string[]): AssistantTrainingMessage[] =>
    texts.map((text) => ({ role: "assistant", content: text }));
  const length = ({ content: text }: AssistantTrainingMessage) => (typeof text === "string" ? text.length : undefined);

  it("pairs the best with the worst of the answers to one call", async () => {
    const row = example("?", "middle", { runId: runId(1), alternatives: answers("a long answer", "no") });
    const pairs = await collect(pairsFromAlternatives([row], { score: async (answer) => length(answer) }));
    expect(pairs.map(content)).toEqual([["a long answer", "no"]]);
    await expectValid(pairs);
  });

  it("says why an example gives no pair", async () => {
    const skips: string[] = [];
    const rows = [
      example("?", "one"),
      example("?", "same", { alternatives: answers("size") }),
      example("?", "ab", { alternatives: answers("abc") }),
    ];
    expect(
      await collect(
        pairsFromAlternatives(rows, { score: length, minDifference: 2, onSkip: ({ code }) => skips.push(code) }),
      ),
    ).toEqual([]);
    expect(skips).toEqual(["one-answer", "no-difference", "no-difference"]);
    expect(() => pairsFromAlternatives([], {} as never)).toThrow(/score is missing; it must be a function/);
  });
});

describe("feedback read from LangSmith", () => {
  let sandbox: Sandbox;
  let client: Client;
  const ids = Array.from({ length: 230 }, (_, index) => runId(index + 1));

  beforeAll(async () => {
    sandbox = await startSandbox();
    const { LANGSMITH_ENDPOINT: apiUrl, LANGSMITH_API_KEY: apiKey } = sandbox.environment();
    client = new Client({ ...(apiUrl && { apiUrl }), ...(apiKey && { apiKey }), autoBatchTracing: false });
    for (const [index, id] of ids.entries()) {
      await client.createRun({
        id,
        name: "ChatModel",
        run_type: "llm",
        inputs: {},
        project_name: "corrections",
        start_time: "2026-11-20T00:00:00Z",
      });
      if (index % 2 === 0)
        await client.createFeedback(id, "correctness", { score: 0, correction: { output: `Corrected ${index}` } });
      if (index < 2)
        for (let time = 0; time < 60; time += 1)
          await client.createFeedback(id, "tone", { value: "curt", comment: "Hm." });
    }
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
  });

  it("comes page by page, a hundred runs for each request", async () => {
    sandbox.clearRequests();
    const all = await collect(readFeedback(["not-a-uuid", ...ids], { client, rateLimit: false }));
    expect(all).toHaveLength(115 + 120);
    expect(all.find(({ correction }) => correction !== undefined)).toMatchObject({
      runId: ids[0],
      key: "correctness",
      score: 0,
      correction: { output: "Corrected 0" },
    });
    expect(sandbox.requests("langsmith").filter(({ path }) => path.startsWith("/feedback"))).toHaveLength(4);
  });

  it("only of the keys that are asked for", async () => {
    const keys = new Set(
      (await collect(readFeedback(ids, { client, rateLimit: false, keys: ["tone"] }))).map(({ key }) => key),
    );
    expect([...keys]).toEqual(["tone"]);
  });

  it("gives pairs without holding feedback that is not needed", async () => {
    const examples = ids.map((id, index) => example(`${index}?`, `Answer ${index}`, { runId: id }));
    const asked: number[] = [];
    const corrections = (runIds: readonly string[]) => {
      asked.push(runIds.length);
      return readFeedback(runIds, { client, rateLimit: false });
    };
    const pairs = asRunnable(
      (rows: TrainingExample[]) => pairsFromCorrections(rows, { corrections, onSkip: () => {} }),
      { name: "pairs" },
    );
    const all = await collect(await pairs.invoke(examples));
    expect(all.map(content).slice(0, 2)).toEqual([
      ["Corrected 0", "Answer 0"],
      ["Corrected 2", "Answer 2"],
    ]);
    expect(all).toHaveLength(115);
    expect(Math.max(...asked)).toBeLessThanOrEqual(100);
    await expectValid(all);
  });

  it("tells in the words of the service when it cannot be had", async () => {
    const stranger = new Client({ apiUrl: sandbox.environment().LANGSMITH_ENDPOINT!, apiKey: "wrong-key" });
    await expect(collect(readFeedback(ids, { client: stranger, maxRetries: 0 }))).rejects.toSatisfy(
      (error) =>
        ServiceError.isInstance(error) &&
        (error.code === "unauthorized" || error.code === "forbidden") &&
        !error.message.includes("wrong-key"),
    );
    await expect(
      collect(readFeedback(ids, { client, signal: AbortSignal.abort(new Error("enough")) })),
    ).rejects.toThrow("enough");
  });
});
