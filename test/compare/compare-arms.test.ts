import { randomUUID } from "node:crypto";
import { Client } from "langsmith";
import { compareArms, EmptyDatasetError, renderArmsHtml, type ArmComparison } from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sequentialDifference } from "../../src/compare/arms/sequential.js";
import { sayBetter, smallTraffic } from "./simulate-arms.js";

let sandbox: Sandbox;
let client: Client;
beforeAll(async () => {
  sandbox = await startSandbox();
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
});
afterAll(() => sandbox.close());

interface TracedCall {
  arm: "base" | "tuned" | "fallback";
  key?: string;
  version?: string;
  error?: string;
  /** Milliseconds after the start. */
  took?: number;
  trace?: string;
  hour?: number;
}
const START = Date.UTC(2026, 10, 20);

/** A run as `routedChatModel` leaves it, at the root of its trace or in a given one. */
async function trace(
  project: string,
  { arm, key, version = `${arm}-1`, error, took = 1000, trace, hour = 0 }: TracedCall,
) {
  const id = randomUUID();
  const start = START + hour * 3_600_000;
  // A constant, since the client's type has no tags, which it sends all the same.
  const run = {
    id,
    trace_id: trace ?? id,
    ...(trace ? { parent_run_id: trace } : {}),
    dotted_order: `${trace ? `20261120T000000000000Z${trace}.` : ""}20261120T000000000000Z${id}`,
    name: "ChatOpenAI",
    run_type: "llm",
    project_name: project,
    start_time: start,
    end_time: start + took,
    inputs: { messages: [] },
    outputs: { llmOutput: { tokenUsage: { promptTokens: 10, completionTokens: 5, totalTokens: 15 } } },
    ...(error ? { error } : {}),
    tags: [`arm:${arm}`],
    extra: {
      metadata: {
        arm: arm === "fallback" ? "tuned" : arm,
        arm_experiment: "default",
        arm_version: version,
        ...(key ? { arm_key: key } : {}),
        ...(arm === "fallback" ? { arm_fallback: true } : {}),
      },
    },
  };
  await client.createRun(run);
  return id;
}
/** The root of a trace, of an agent. */
async function chain(project: string, id: string) {
  await client.createRun({
    id,
    trace_id: id,
    dotted_order: `20261120T000000000000Z${id}`,
    name: "agent",
    run_type: "chain",
    project_name: project,
    start_time: START,
    end_time: START + 5000,
    inputs: {},
    outputs: {},
  });
}
async function rate(runId: string, key: string, score: number) {
  await client.createFeedback(runId, key, { score });
}
const read = (projectName: string, options = {}) =>
  compareArms({ projectName, since: "2026-11-01" }, { client, ...options });

describe("compareArms", () => {
  it("reads both arms from the traces, by key, with ratings on the run or on the root of its trace", async () => {
    for (let user = 0; user < 24; user += 1) {
      const arm = user % 2 === 0 ? ("tuned" as const) : ("base" as const);
      const root = randomUUID();
      await chain("traffic", root);
      const id = await trace("traffic", { arm, key: `user-${user}`, trace: root, took: arm === "tuned" ? 500 : 1000 });
      await rate(user % 3 === 0 ? id : root, "user_score", user === 23 ? 1 : Number(arm === "tuned"));
    }
    await trace("traffic", { arm: "tuned", key: "user-0", error: "503" });
    await trace("traffic", { arm: "fallback", key: "user-0", version: "base-1", took: 700 });
    await trace("traffic", { arm: "base" });
    await trace("traffic", { arm: "tuned", key: "user-0", version: "tuned-0", hour: -24 });
    // A clock that ran backwards.
    await trace("traffic", { arm: "base", key: "user-1", took: -5 });
    await client.awaitPendingTraceBatches();
    const comparison = await read("traffic", {
      prices: { base: { prompt: 1, completion: 2 }, tuned: { prompt: 2, completion: 4 } },
    });
    expect(comparison).toMatchObject({
      verdict: "better",
      rating: "user_score",
      arms: {
        base: { version: "base-1", calls: 13, keys: 12, failed: 0, fallbacks: 0, latency: { median: 1 } },
        tuned: { version: "tuned-1", calls: 13, keys: 12, failed: 1, fallbacks: 1, latency: { median: 0.5 } },
      },
      metrics: {
        rating: { base: { keys: 12 }, tuned: { mean: 1, keys: 12, observations: 12 } },
        errors: { base: { mean: 0 }, tuned: { mean: 0.5 / 12, observations: 13 } },
      },
      leftOut: { "no-key": 1, "other-version": 1 },
    });
    expect(comparison.headline).toBe(
      "The tuned model is better: user_score is 1.000 against 0.083, 12 tuned and 12 base keys rated. This holds on whatever day you look.",
    );
    expect(comparison.looks.at(-1)).toMatchObject({ keys: 24, difference: 11 / 12 });
    expect(comparison.metrics.cost?.tuned?.mean).toBeGreaterThan(comparison.metrics.cost?.base?.mean ?? 1);
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  it("takes the last of two ratings, and none of a trace that both arms answered", async () => {
    const own = await trace("twice", { arm: "tuned", key: "a" });
    await rate(own, "stars", 1);
    await rate(own, "stars", 5);
    const root = randomUUID();
    await chain("twice", root);
    await trace("twice", { arm: "base", key: "b", trace: root });
    await trace("twice", { arm: "tuned", key: "c", trace: root });
    await client.awaitPendingTraceBatches();
    await rate(root, "stars", 3);
    const { metrics, leftOut, headline } = await read("twice");
    expect(metrics.rating?.tuned).toEqual({ mean: 5, keys: 1, observations: 1 });
    expect(leftOut).toEqual({ "rated-again": 1, "rating-of-two-arms": 1 });
    expect(headline).toContain("too early for a verdict");
  });

  it("says so where an arm does not exist, where nobody rated, and where several keys could decide", async () => {
    const id = await trace("one arm", { arm: "base", key: "a" });
    await client.awaitPendingTraceBatches();
    expect((await read("one arm")).headline).toContain("no call of the tuned arm was found");
    await trace("one arm", { arm: "tuned", key: "b" });
    await client.awaitPendingTraceBatches();
    expect((await read("one arm")).headline).toBe("There is no verdict: nobody has rated these calls.");
    await rate(id, "stars", 1);
    await rate(id, "thumbs", 1);
    const comparison = await read("one arm");
    expect(comparison.headline).toContain("name the feedback that decides. Found: stars, thumbs");
    expect(Object.keys(comparison.ratings)).toEqual(["stars", "thumbs"]);
    const gone = await read("one arm", { versions: { tuned: "tuned-9" } });
    expect(gone.arms.tuned.calls).toBe(0);
    const none = await read("one arm", { experiment: "second" }).catch((thrown: unknown) => thrown);
    expect(EmptyDatasetError.isInstance(none)).toBe(true);
  });

  it("refuses options that cannot be meant", async () => {
    await expect(read("x", { ratings: "a" })).rejects.toThrow("Unknown option ratings of compareArms");
    await expect(compareArms({ projectName: "x", arm: "base" } as never, { client })).rejects.toThrow(
      "the query cannot have arm",
    );
  });
});

describe("the page", () => {
  it("says the verdict first, and has no markup of a trace and no script", () => {
    const hostile = `<script>alert(1)</script>`;
    const metric = {
      base: { mean: 0.5, keys: 20, observations: 40 },
      tuned: { mean: 0.9, keys: 20, observations: 30 },
      difference: 0.4,
      interval: [0.1, 0.7] as [number, number],
    };
    const comparison: ArmComparison = {
      createdAt: "2026-11-29T00:00:00Z",
      verdict: "better",
      headline: "The tuned model is better: stars. It holds.",
      rating: hostile,
      arms: {
        base: { version: hostile, calls: 40, keys: 20, failed: 0, fallbacks: 0, tokens: { prompt: 1, completion: 1 } },
        tuned: { calls: 30, keys: 20, failed: 1, fallbacks: 1, tokens: { prompt: 1, completion: 1 } },
      },
      metrics: { rating: metric, errors: metric, latency: metric, tokens: metric },
      ratings: { [hostile]: metric },
      looks: [{ day: "2026-11-28", keys: 40, difference: 0.4, interval: [0.1, 0.7] }],
      leftOut: { "no-key": 3 },
    };
    const page = renderArmsHtml(comparison);
    expect(page).not.toMatch(/<script/i);
    expect(page.indexOf("The tuned model is better: stars.")).toBeLessThan(page.indexOf("calls of base"));
    expect(page).toContain("3 calls without a key");
  });
});

describe("the verdict that may be read any day", () => {
  it("is a false better in at most 5 % of 400 experiments", () => {
    const { share, worse } = sayBetter(smallTraffic, { effect: 0, runs: 400, seed: 4 });
    expect(share).toBeLessThanOrEqual(0.05);
    expect(worse).toBeLessThanOrEqual(0.05);
  });

  it("finds 20 points more good ratings in most experiments, half of them within four weeks", () => {
    const { share, medianDay } = sayBetter(smallTraffic, { effect: 0.2, runs: 100, seed: 5 });
    expect(share).toBeGreaterThan(0.7);
    expect(medianDay).toBeLessThanOrEqual(28);
  });

  it("is silent for few keys and for keys that are all alike, and agrees with the formula", () => {
    const ones = Array<number>(30).fill(1);
    expect(sequentialDifference(ones, ones)).toBeUndefined();
    expect(sequentialDifference([0, 1, 1], ones)).toBeUndefined();
    const base = Array.from({ length: 50 }, (_, index) => index % 2);
    const tuned = Array.from({ length: 50 }, (_, index) => Number(index % 5 !== 0));
    const { interval, pValue = 1 } = sequentialDifference(base, tuned) ?? {};
    // Of the two ways to say the same, neither may speak alone.
    expect(pValue < 0.05).toBe((interval?.[0] ?? 0) > 0);
  });
});
