import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { judgeExamples, type AskEstimate, type AskProgress, type JudgeReport } from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientOf, startJudgeServer } from "./judge-server.js";
import { killRows, rubric } from "./kill-rows.js";
import { voted } from "./scripted-model.js";
import { itLong } from "../long.js";

const script = fileURLToPath(new URL("judge-and-wait.ts", import.meta.url));
let server: Awaited<ReturnType<typeof startJudgeServer>>;
let cache: string;
beforeEach(async () => {
  server = await startJudgeServer(() => voted("keep"));
  cache = await mkdtemp(join(tmpdir(), "judge-test-"));
});
afterEach(async () => {
  await server.close();
  await rm(cache, { recursive: true, force: true });
});

const count = async (rows: AsyncIterable<unknown>) => {
  let number = 0;
  for await (const row of rows) number += row ? 1 : 0;
  return number;
};
const options = () => ({ judges: { model: clientOf(server.url) }, rubric, cache, concurrency: 4 });

describe("a vote", () => {
  itLong("is paid for once, also by a process that is killed", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", script, server.url, cache], { stdio: "ignore" });
    const exit = once(child, "exit");
    await expect.poll(() => server.bodies.length, { timeout: 25_000, interval: 5 }).toBeGreaterThanOrEqual(8);
    child.kill("SIGKILL");
    await exit;
    // The one whose answer was on its way when the process ended is all that may be asked twice.
    const before = server.bodies.length;
    expect(await count(judgeExamples(killRows, options()))).toBe(20);
    expect(server.bodies.length).toBeLessThanOrEqual(20);
    expect(server.bodies.length).toBeGreaterThanOrEqual(19);
    expect(before).toBeLessThan(20);

    const asked = server.bodies.length;
    expect(await count(judgeExamples(killRows, options()))).toBe(20);
    expect(server.bodies.length).toBe(asked);
  });

  it("is asked for with a schema, and again after another rubric or model", async () => {
    await count(judgeExamples(killRows.slice(0, 2), options()));
    expect(server.bodies[0]?.response_format).toMatchObject({ type: "json_schema" });
    await count(judgeExamples(killRows.slice(0, 2), { ...options(), rubric: "Keep all." }));
    expect(server.bodies).toHaveLength(4);
    await count(
      judgeExamples(killRows.slice(0, 2), { ...options(), judges: { model: clientOf(server.url, "gpt-5") } }),
    );
    expect(server.bodies).toHaveLength(6);
  });

  it("is tried again after what passes, and honours Retry-After", async () => {
    server.fault({ status: 429, headers: { "retry-after": "0" }, times: 2 });
    let report: JudgeReport | undefined;
    const judged = judgeExamples(killRows.slice(0, 1), {
      ...options(),
      prices: { model: { prompt: 1, completion: 10 } },
      onReport: (given) => (report = given),
    });
    expect(await count(judged)).toBe(1);
    expect(server.requests).toHaveLength(3);
    expect(report?.judges.model).toMatchObject({
      asked: 1,
      cached: 0,
      tokens: { prompt: 100, completion: 20 },
      cost: 0.0003,
    });
  });
});

describe("the estimate", () => {
  it("comes before the first call, counts what the cache has, and may refuse", async () => {
    const prices = { model: { prompt: 1, completion: 10 } };
    const first = await judgeExamples(killRows, { ...options(), prices, estimate: true });
    expect(first).toMatchObject({ rows: 20, items: 20, calls: { model: 19 }, cached: 0, seconds: 10 });
    expect(first.cost).toBeCloseTo((first.tokens.prompt + first.tokens.completion * 10) / 1e6, 10);
    expect(server.bodies).toHaveLength(0);

    const refused = count(judgeExamples(killRows, { ...options(), estimate: ({ calls }) => (calls.model ?? 0) < 10 }));
    await expect(refused).rejects.toThrow("called off after its estimate");
    expect(server.bodies).toHaveLength(0);

    let seen: AskEstimate | undefined;
    expect(await count(judgeExamples(generate(), { ...options(), estimate: (given) => void (seen = given) }))).toBe(20);
    expect(seen?.calls).toEqual({ model: 19 });
    const again = await judgeExamples(killRows, { ...options(), prices, estimate: true });
    expect(again).toMatchObject({ calls: { model: 0 }, cached: 20, cost: 0 });
  });

  async function* generate() {
    yield* killRows;
  }
});

describe("an interruption", () => {
  it("by a signal ends the calls, and rejects with its reason", async () => {
    const abort = new AbortController();
    server.fault({ hang: "before", times: 100 });
    const judging = count(judgeExamples(killRows, { ...options(), signal: abort.signal }));
    await expect.poll(() => server.requests.length, { interval: 2 }).toBe(4);
    abort.abort(new Error("enough"));
    await expect(judging).rejects.toThrow("enough");
    expect(server.requests).toHaveLength(4);
  });

  it("by a reader that has enough closes the source and asks no more", async () => {
    let closed = false;
    async function* source() {
      try {
        yield* killRows;
      } finally {
        closed = true;
      }
    }
    for await (const row of judgeExamples(source(), { ...options(), concurrency: 1 })) {
      expect(row).toBeDefined();
      break;
    }
    expect(closed).toBe(true);
    expect(server.bodies.length).toBeLessThanOrEqual(3);
  });
});

it("reports its progress", async () => {
  const seen: AskProgress[] = [];
  await count(
    judgeExamples(killRows.slice(0, 3), { ...options(), estimate: () => true, onProgress: (one) => seen.push(one) }),
  );
  expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 3]);
  expect(seen.at(-1)).toMatchObject({ step: "judge", unit: "vote", total: 3, cached: 0, failed: 0, finished: true });
});
