import { describe, expect, it } from "vitest";
import { BytePool } from "../../src/select/server/byte-pool.js";
import { readWindow, type WindowRequest } from "../../src/select/window/read-window.js";
import type { RunPage, RunSource } from "../../src/select/server/run-source.js";
import { memorySource } from "./memory-source.js";

const base = Date.parse("2026-10-01T00:00:00Z");
const hour = 60 * 60_000;
const day = 24 * hour;
const asTime = (milliseconds: number) => new Date(base + Math.floor(milliseconds)).toISOString().replace("Z", "000Z");

const request: WindowRequest = {
  query: {},
  projectIds: ["p"],
  from: base,
  to: base + 30 * day,
  order: "start-time",
  concurrency: 8,
  readAhead: 128,
  readAheadBytes: Infinity,
  pageSize: 10,
};

/** Gives every page with an answer that weighs so much, and counts what was taken and dropped of them. */
function weighed(source: RunSource, size: number) {
  const counts = { kept: 0, taken: 0, dropped: 0 };
  const page: RunSource["page"] = async (...asked): Promise<RunPage> => {
    const { runs, ...rest } = await source.page(...asked);
    counts.kept += 1;
    const answer = {
      size,
      takeRuns: () => ((counts.taken += 1), structuredClone(runs)),
      drop: () => void (counts.dropped += 1),
    };
    return { runs, ...rest, answer };
  };
  return { source: { ...source, page }, counts };
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

describe("the read-ahead", () => {
  it("is bounded by what the pages weigh", async () => {
    const { source, requests } = memorySource(Array.from({ length: 3000 }, (_, index) => asTime(index * 60_000)));
    for (const order of ["any", "start-time"] as const) {
      requests.length = 0;
      const pages = readWindow(weighed(source, 1000).source, {
        ...request,
        order,
        to: base + 3 * day,
        readAheadBytes: 5500,
      });
      await pages.next();
      await turns(2000);
      // One was taken and five may wait; one more may have been asked for the consumer's sake.
      expect(requests.length).toBeGreaterThan(3);
      expect(requests.length).toBeLessThanOrEqual(1 + 5 + 1);
      await pages.return();
    }
  });

  it("goes on with one page at a time where a single one weighs more than there may be", async () => {
    const { source } = memorySource(Array.from({ length: 300 }, (_, index) => asTime(index * 60_000)));
    let count = 0;
    for await (const page of readWindow(weighed(source, 1000).source, { ...request, readAheadBytes: 1 }))
      count += page.length;
    expect(count).toBe(300);
  });

  it("gives the runs of answers that waited, each answer once", async () => {
    const { source, runs } = memorySource(
      Array.from({ length: 1000 }, (_, index) => asTime(Math.floor(index / 3) * 60_000)),
    );
    const { source: asked, counts } = weighed(source, 1000);
    const read: string[] = [];
    for await (const page of readWindow(asked, request)) read.push(...page.map(({ id }) => id));
    expect(read.sort()).toEqual(runs.map(({ id }) => id).sort());
    expect(counts.taken).toBeGreaterThan(10);
    expect(counts.taken + counts.dropped).toBe(counts.kept);
  });
});

describe("reading in the order of start times", () => {
  it.each<[string, (index: number) => number]>([
    ["spread evenly", (index) => index * ((30 * day) / 6000)],
    ["in working hours", (index) => (index % 30) * day + 8 * hour + Math.floor(index / 30) * ((8 * hour) / 200)],
    ["at both ends of the time", (index) => (index % 2) * 28 * day + index * ((2 * day) / 6000)],
  ])("keeps all cursors busy, with runs %s", async (_, startOf) => {
    // Every request takes one round, and all of a round are answered together.
    let waiting: (() => void)[] = [];
    const { source } = memorySource(
      Array.from({ length: 6000 }, (__, index) => asTime(startOf(index))),
      {
        wait: () => new Promise((resolve) => waiting.push(resolve)),
      },
    );
    let done = false;
    const reading = (async () => {
      let count = 0;
      for await (const page of readWindow(source, { ...request, spread: true })) count += page.length;
      done = true;
      return count;
    })();
    let rounds = 0;
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      if (waiting.length > 0) rounds += 1;
      const answered = waiting;
      waiting = [];
      for (const answer of answered) answer();
    }
    expect(await reading).toBe(6000);
    // 600 full pages by 8 cursors are 75 rounds.
    expect(rounds).toBeLessThanOrEqual(75 / 0.88);
  });
});

describe("BytePool", () => {
  it("gives back the text whose bytes it was given, in any pieces, and uses its blocks again", () => {
    const pool = new BytePool();
    const text = `${"äöü€𝄞 plain ".repeat(20_000)}end`;
    const bytes = new TextEncoder().encode(text);
    const blocks = new Set<Uint8Array>();
    for (const size of [1000, 64 * 1024, 100_003, bytes.length]) {
      const kept = { length: 0, blocks: [] as Uint8Array[] };
      for (let start = 0; start < bytes.length; start += size) pool.append(kept, bytes.subarray(start, start + size));
      expect(pool.text(kept) === text).toBe(true);
      for (const block of kept.blocks) blocks.add(block);
      pool.giveBack(kept);
      expect(kept).toEqual({ length: 0, blocks: [] });
    }
    expect(blocks.size).toBe(Math.ceil(bytes.length / (64 * 1024)));
  });
});
