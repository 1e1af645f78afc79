import { describe, expect, it } from "vitest";
import {
  convertMessagesForFinetuning,
  curate,
  EmptyDatasetError,
  filterExamples,
  joinFeedback,
  labelsFromFeedback,
  loadChatSessions,
  pairsFromFeedback,
  selectRuns,
  sourceOf,
  targetsOf,
  validateExamples,
  withSource,
  writeDataset,
  type CurateOptions,
  type TrainingExample,
} from "langsmith-finetune";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, openServer, uuid } from "../select/langsmith-server.js";

const TRACES = 3;
const step = (trace: number, number: number) => uuid(trace * 10 + number);
const root = (trace: number) => uuid(trace * 10);
const user = (content: string) => ({ role: "user", content }) as const;
const assistant = (content: string) => ({ role: "assistant", content }) as const;

/** Three traces of two threads: a root and two calls, the second of which goes on from the first. */
function runsOfTraces() {
  const start = Date.now() - 600_000;
  return Array.from({ length: TRACES }, (_, index) => index + 1).flatMap((trace) => {
    const at = (offset: number) => new Date(start + trace * 1000 + offset).toISOString();
    const base = {
      trace_id: root(trace),
      status: "success",
      extra: { metadata: { thread_id: trace === 3 ? "other" : "thread" } },
    };
    const call = (number: number, messages: readonly object[], answer: string) => ({
      ...base,
      id: step(trace, number),
      parent_run_id: root(trace),
      name: "model",
      run_type: "llm",
      start_time: at(number),
      end_time: at(number + 1),
      inputs: { messages },
      outputs: { choices: [{ message: assistant(answer), finish_reason: "stop" }] },
    });
    const first = [user(`question ${trace}`)];
    const second = [...first, assistant(`first ${trace}`), user("and then?")];
    return [
      { ...base, id: root(trace), name: "agent", run_type: "chain", start_time: at(0), end_time: at(9), inputs: {} },
      call(1, first, `first ${trace}`),
      call(2, second, `second ${trace}`),
    ];
  });
}

const rowsOf = (runs: Parameters<typeof loadChatSessions>[0]) =>
  convertMessagesForFinetuning(loadChatSessions(runs, { onSkip: () => undefined }));

/** The answers that are learned, after `curate`. */
async function learned(runs: readonly object[], options: CurateOptions): Promise<string[]> {
  const skips: string[] = [];
  try {
    const { train } = await curate(rowsOf(runs), { ...options, onSkip: ({ code }) => skips.push(code) });
    const rows = await collect(train);
    return rows.flatMap((row) =>
      (row as TrainingExample).messages.flatMap((message) =>
        message.role === "assistant" && message.weight !== 0 ? [String(message.content)] : [],
      ),
    );
  } catch (error) {
    if (EmptyDatasetError.isInstance(error)) return [];
    throw error;
  }
}

const rate = (runs: ReturnType<typeof runsOfTraces>, id: string, score: number) =>
  runs.map((run) => (run.id === id ? { ...run, feedback_stats: { liked: { n: 1, avg: score, values: {} } } } : run));

describe("mask", () => {
  const all = ["first 1", "first 2", "first 3", "second 1", "second 2", "second 3"];
  const mask = { feedback: { key: "liked", below: 0.5 } };

  it("masks nothing without the option, whatever the ratings", async () => {
    expect((await learned(rate(runsOfTraces(), root(1), 0), {})).sort()).toEqual(all);
    expect((await learned(rate(runsOfTraces(), root(1), 1), { mask })).sort()).toEqual(all);
  });

  it("takes a thumb down on a step from that step alone, wherever it stands", async () => {
    const runs = rate(runsOfTraces(), step(1, 1), 0);
    expect((await learned(runs, { mask })).sort()).toEqual(all.filter((answer) => answer !== "first 1"));
    expect(await learned(runs, { mask, trainOn: "all" })).not.toContain("first 1");
  });

  it("takes a thumb down on a root from all calls of its trace, and by option of its thread", async () => {
    const runs = rate(runsOfTraces(), root(1), 0);
    expect((await learned(runs, { mask })).sort()).toEqual(["first 2", "first 3", "second 2", "second 3"]);
    const scope = ["run", "root", "thread"] as const;
    const threads = { feedback: { ...mask.feedback, scope } };
    expect((await learned(runs, { mask: threads })).sort()).toEqual(["first 3", "second 3"]);
    expect((await learned(runs, { mask: { feedback: { ...mask.feedback, scope: "run" } } })).sort()).toEqual(all);
  });

  it("refuses a mask that says nothing", async () => {
    // @ts-expect-error Without a bound.
    await expect(curate([], { mask: { feedback: { key: "liked" } } })).rejects.toThrow(/mask\.feedback\.below/);
  });
});

describe("joinFeedback", () => {
  it("gives each target the feedback of its run, its root and its thread, in one request for all", async () => {
    await using server = await openServer();
    server.add(...runsOfTraces());
    const { client } = server;
    const { langsmith } = server.sandbox;
    langsmith.addFeedback({ runId: root(1), key: "liked", score: 0, comment: "sk-secret said no" });
    langsmith.addFeedback({ runId: root(2), key: "liked", score: 1 });
    langsmith.addFeedback({ runId: step(2, 1), key: "liked", score: 0.25 });
    const rows = rowsOf(selectRuns({ projectName: "bot" }, { client }));
    const asked = () => server.paths().filter((path) => path.endsWith("/feedback")).length;

    const rated = await collect(joinFeedback(rows, { client, keys: ["liked"] }));
    expect(asked()).toBe(1);
    const scores = (examples: readonly TrainingExample[]) =>
      Object.fromEntries(
        examples.flatMap((row) =>
          targetsOf(row).map(({ runId, feedback, joinedFeedback = [] }) => [
            runId,
            [
              feedback?.liked?.average,
              ...joinedFeedback.map(({ on, feedback: { liked } }) => `${on} ${liked?.average}`),
            ],
          ]),
        ),
      );
    expect(scores(rated)).toEqual({
      [step(1, 1)]: [undefined, "root 0"],
      [step(1, 2)]: [undefined, "root 0"],
      [step(2, 1)]: [0.25, "root 1"],
      [step(2, 2)]: [undefined, "root 1"],
      [step(3, 1)]: [undefined],
      [step(3, 2)]: [undefined],
    });
    const threads = await collect(joinFeedback(rows, { client, keys: ["liked"], scope: "thread" }));
    expect(scores(threads)[step(2, 1)]?.slice().sort()).toEqual([0.25, "thread 0", "thread 1"]);

    // A filter goes by the nearest: the step's own before the root's.
    const liked = await collect(filterExamples(rated, { feedback: { liked: { min: 0.5 } }, onSkip: () => undefined }));
    expect(liked.map((row) => sourceOf(row).runId)).toEqual([step(2, 2)]);

    const folder = await mkdtemp(join(tmpdir(), "ratings-"));
    try {
      const curated = await curate(rated, { filter: { feedback: { liked: { max: 1 } } }, onSkip: () => undefined });
      expect(curated.report.feedback).toEqual([{ key: "liked", targets: 4, average: 0.3125 }]);
      await writeDataset(folder, curated);
      const written = await readFile(join(folder, "train.sources.jsonl"), "utf8");
      expect(written).toContain('"joinedFeedback"');
      expect(written).not.toContain("secret");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("asks once for a hundred ids, and passes rows that name no run", async () => {
    await using server = await openServer();
    const { client } = server;
    const rows = Array.from({ length: 150 }, (_, index) =>
      withSource(
        { messages: [user("a"), assistant("b")] },
        { runId: uuid(index + 1), traceId: uuid(5000 + (index % 5)) },
      ),
    );
    const bare = { messages: [user("a"), assistant("b")] };
    const joined = await collect(joinFeedback([...rows, bare], { client }));
    expect(joined).toHaveLength(151);
    expect(joined.at(-1)).toBe(bare);
    expect(server.paths().filter((path) => path.endsWith("/feedback"))).toHaveLength(2);
  });

  it("makes pairs of answers whose roots were rated", async () => {
    const rows = [1, 0].map((score) =>
      withSource(
        { messages: [user("a"), assistant(score ? "good" : "bad")] },
        {
          runId: uuid(1 + score),
          joinedFeedback: [{ on: "root" as const, runId: uuid(9), feedback: { liked: { count: 1, average: score } } }],
        },
      ),
    );
    const [pair] = await collect(pairsFromFeedback(rows, { key: "liked" }));
    expect(pair?.preferred_output[0].content).toBe("good");
  });
});

describe("labelsFromFeedback", () => {
  const rated = (score: number | undefined, on: "run" | "root" = "run") => {
    const feedback = score === undefined ? {} : { liked: { count: 1, average: score } };
    return {
      runId: uuid(1),
      ...(on === "run" ? { feedback } : { joinedFeedback: [{ on, runId: uuid(9), feedback }] }),
    };
  };
  const row = (source: object) =>
    withSource(
      { messages: [user("a"), { ...assistant("earlier"), weight: 0 as const }, user("b"), assistant("c")] },
      source,
    );

  it("makes a labelled answer of each target that was rated", async () => {
    const codes: string[] = [];
    const rows = [rated(1), rated(0, "root"), rated(0.6), rated(undefined)].map(row);
    const labels = labelsFromFeedback(rows, {
      key: "liked",
      good: 1,
      bad: 0.5,
      onSkip: ({ code }) => codes.push(code),
    });
    const prompt = [user("a"), assistant("earlier"), user("b")];
    const list = await collect(labels);
    expect(list.map((one) => JSON.parse(JSON.stringify(one)) as unknown)).toEqual([
      { prompt, completion: [assistant("c")], label: true },
      { prompt, completion: [assistant("c")], label: false },
    ]);
    expect(sourceOf(list[0] ?? {}).runId).toBe(uuid(1));
    expect(codes).toEqual(["no-label", "no-feedback"]);
    expect(await collect(validateExamples(list, { method: "unpaired" }))).toEqual([]);
  });

  it("takes each target of a row for itself, and leaves out what has no place", async () => {
    const messages = [user("a"), assistant("b"), user("c"), assistant("d")];
    const targets = [1, 3].map((message) => ({
      message,
      runId: uuid(message),
      feedback: { liked: { count: 1, average: message === 1 ? 1 : 0 } },
    }));
    const joined = withSource({ messages }, { targets });
    const list = await collect(labelsFromFeedback([joined], { key: "liked", good: 1 }));
    expect(list.map(({ prompt, label }) => [prompt.length, label])).toEqual([
      [1, true],
      [3, false],
    ]);
    expect(() => labelsFromFeedback([], { key: "liked", good: 1, bad: 2 })).toThrow(/bad must be/);
  });
});
