import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadChatSessions, type RunQuery, selectRuns, type SelectOptions } from "langsmith-finetune";
import { type Api, collect, openServer, type Server } from "./langsmith-server.js";

const id = (kind: number, number: number) =>
  `00000000-0000-4000-8000-${String(kind).padStart(4, "0")}${String(number).padStart(8, "0")}`;
const TRACES = 12;
const THREADS = 3;

/** Twelve traces of three threads: a root (1) and two steps (2, 3); the roots of odd traces were liked. */
function runsOfTraces(): Record<string, unknown>[] {
  const start = Date.now() - 3_600_000;
  return Array.from({ length: TRACES }, (_, index) => index + 1).flatMap((trace) => {
    const time = (offset: number) => new Date(start + trace * 1000 + offset).toISOString();
    const root = id(1, trace);
    const base = {
      trace_id: root,
      status: "success",
      extra: { metadata: { thread_id: `thread-${trace % THREADS}` } },
    };
    const step = (kind: number) => ({
      ...base,
      id: id(kind, trace),
      parent_run_id: root,
      name: "model",
      run_type: "llm",
      start_time: time(kind),
      end_time: time(kind + 1),
      inputs: { messages: [{ role: "user", content: `question ${trace} ${kind}` }] },
      outputs: {
        choices: [{ message: { role: "assistant", content: `answer ${trace} ${kind}` }, finish_reason: "stop" }],
      },
    });
    const whole = { ...base, id: root, name: "agent", run_type: "chain", start_time: time(0), end_time: time(9) };
    return [{ ...whole, inputs: {} }, step(2), step(3)];
  });
}

describe.each<Api>(["v2", "v1"])("feedback joined by a selection, on a server with %s", (api) => {
  let server: Server;
  beforeAll(async () => {
    server = await openServer(api);
    server.add(...runsOfTraces());
    const { langsmith } = server.sandbox;
    for (let trace = 1; trace <= TRACES; trace += 1) {
      const comment = `comment ${trace}`;
      langsmith.addFeedback({ runId: id(1, trace), key: "user_score", score: trace % 2, comment, sourceType: "app" });
    }
    langsmith.addFeedback({ runId: id(1, 1), key: "user_score", score: 0.5, sourceType: "model" });
    langsmith.addFeedback({ runId: id(1, 1), key: "mood", value: "calm" });
    langsmith.addFeedback({ runId: id(2, 1), key: "user_score", score: 0, correction: { answer: "better" } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const select = (query: Partial<RunQuery>, options: SelectOptions = {}) =>
    collect(selectRuns({ projectName: "bot", ...query }, { client: server.client, rateLimit: false, ...options }));
  const run = async (number: string, options: SelectOptions["joinFeedback"]) =>
    (await select({}, { joinFeedback: options ?? true })).find((one) => one.id === number);
  const asked = () => server.paths().filter((path) => path.endsWith("/feedback")).length;

  it("gives each run what the query asked of its root, in one request", async () => {
    const before = asked();
    const runs = await select({ feedback: { key: "user_score", min: 1 } });
    expect(runs).toHaveLength(TRACES);
    for (const { joinedFeedback, trace_id: root } of runs) {
      expect(joinedFeedback).toHaveLength(1);
      expect(joinedFeedback?.[0]).toMatchObject({ on: "root", runId: root });
      expect(joinedFeedback?.[0]?.feedback.user_score?.comments).toHaveLength(1);
      expect(joinedFeedback?.[0]?.feedback.mood).toBeUndefined();
    }
    expect(asked() - before).toBe(1);
  });

  it("joins nothing where the query asks of the run alone, and where the option says not to", async () => {
    const before = asked();
    expect((await select({})).some(({ joinedFeedback }) => joinedFeedback)).toBe(false);
    await select({ feedback: { key: "user_score", max: 0, on: "run" } });
    await select({ feedback: { key: "user_score", min: 1 } }, { joinFeedback: false });
    expect(asked()).toBe(before);
  });

  it("gives sessions both: that of their run and that of the root, each with whose it is", async () => {
    const sessions = await collect(loadChatSessions([(await run(id(2, 1), true)) ?? {}]));
    const source = sessions[0]?.source;
    expect(source?.feedback?.user_score).toEqual({ count: 1, average: 0, corrections: [{ answer: "better" }] });
    expect(source?.joinedFeedback).toEqual([
      {
        on: "root",
        runId: id(1, 1),
        feedback: {
          user_score: { count: 2, average: 0.75, comments: ["comment 1"] },
          mood: { count: 1, values: { calm: 1 } },
        },
      },
    ]);
  });

  it("counts the score that is asked for, of several", async () => {
    const scores = async (several: "mean" | "last" | { sources: string[] }) =>
      (await run(id(3, 1), { scope: "root", several }))?.joinedFeedback?.[0]?.feedback.user_score?.average;
    expect(await scores("mean")).toBe(0.75);
    expect(await scores("last")).toBe(0.5);
    expect(await scores({ sources: ["human", "app", "model"] })).toBe(1);
    expect(await scores({ sources: ["model"] })).toBe(0.5);
    expect(await scores({ sources: ["auto_eval"] })).toBeUndefined();
  });

  it("finds what is on other runs of the trace, and on the roots of the thread", async () => {
    const keys = ["user_score"];
    const places = async (scope: "trace" | "thread", of: string) =>
      (await run(of, { scope, keys }))?.joinedFeedback?.map(({ on, runId }) => `${on} ${runId}`).sort();
    expect(await places("trace", id(3, 1))).toEqual([`trace ${id(1, 1)}`, `trace ${id(2, 1)}`]);
    expect(await places("trace", id(2, 1))).toEqual([`trace ${id(1, 1)}`]);
    expect(await places("thread", id(3, 1))).toEqual([1, 4, 7, 10].map((trace) => `thread ${id(1, trace)}`));
  });

  it("refuses a scope that needs keys without them, and an unknown one", () => {
    const query = { projectName: "bot" };
    expect(() => selectRuns(query, { joinFeedback: { scope: "thread" } })).toThrow(/joinFeedback.keys must name/);
    // @ts-expect-error An unknown scope.
    expect(() => selectRuns(query, { joinFeedback: { scope: "project" } })).toThrow(/joinFeedback.scope must be/);
  });
});

it("finds the root's feedback among runs that are given as an array, in any order", async () => {
  const runs = runsOfTraces().reverse();
  for (const one of runs) if (one.id === id(1, 4)) one.feedback_stats = { user_score: { n: 1, avg: 0, values: {} } };
  const sources = (await collect(loadChatSessions(runs, { onSkip: () => undefined }))).map(({ source }) => source);
  const placesOf = (runId: string) => sources.find((source) => source?.runId === runId)?.joinedFeedback;
  const feedback = { user_score: { count: 1, average: 0 } };
  expect(placesOf(id(3, 4))).toEqual([{ on: "root", runId: id(1, 4), feedback }]);
  expect(placesOf(id(3, 7))).toEqual([{ on: "thread", runId: id(1, 4), feedback }]);
  expect(placesOf(id(3, 5))).toBeUndefined();
});
