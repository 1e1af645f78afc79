import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cost, readSimulated } from "./simulated-server.js";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const END = Date.parse("2026-11-01T00:00:00Z");
const CONCURRENCY = 8;

const orders = ["start-time", "any"] as const;
const ways = orders.flatMap((order) =>
  [false, true].flatMap((spread) => [false, true].map((oneByOne) => ({ order, spread, oneByOne }))),
);

/** Small, seeded, the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const times = (count: number, startOf: (index: number, random: () => number) => number): Float64Array => {
  const random = randomNumbers(20_261_101);
  return Float64Array.from({ length: count }, (_, index) => Math.floor(startOf(index, random)));
};

const N = 8_000;
const distributions: Record<string, Float64Array> = {
  evenly: times(N, (index) => END - 1 - index * ((300 * DAY) / N)),
  "in the last month": times(N, (index) => END - 1 - index * ((30 * DAY) / N)),
  "a page in one instant at the newest end": times(700, (index) =>
    index < 100 ? END - 1000 : END - 1000 - (index - 99) * HOUR,
  ),
  "ten pages in one instant, then evenly": times(N, (index) =>
    index < 1000 ? END - 1000 : END - 1000 - (index - 999) * ((30 * DAY) / N),
  ),
  "all in one instant": times(N, () => END - 5 * DAY),
  "bursts of two pages": times(N, (index) => END - 1 - Math.floor(index / 200) * ((380 * DAY) / (N / 200))),
  "bursts of ten pages": times(N, (index) => END - 1 - Math.floor(index / 1000) * ((380 * DAY) / (N / 1000))),
  "a step down": times(N, (index) =>
    index < N / 2 ? END - 1 - index * (DAY / N) : END - 2 * DAY - (index - N / 2) * ((300 * DAY) / N),
  ),
  "a step up": times(N, (index) =>
    index < N / 20 ? END - 1 - index * ((300 * DAY) / (N / 20)) : END - 301 * DAY - (index - N / 20) * (DAY / N),
  ),
  "gaps of months": times(N, (index) => END - 1 - Math.floor(index / (N / 3)) * 130 * DAY - (index % (N / 3)) * 1000),
  "working hours": times(N, (index, random) => END - (1 + (index % 30)) * DAY + (8 + 4 * (random() + random())) * HOUR),
  "weekdays of a year": times(
    N,
    (index, random) => END - (1 + (index % 50)) * 7 * DAY + Math.floor(random() * 5) * DAY + (8 + 8 * random()) * HOUR,
  ),
  "denser and denser towards the end": times(N, (_, random) => END - 1 - Math.min(390 * DAY, Math.exp(random() * 24))),
  "a few": times(50, (index) => END - 1 - index * DAY),
  none: new Float64Array(0),
};

/** What reading in parts may cost: half as many pages again, and some for each cursor. */
const allowed = ({ needed }: Cost) => 1.6 * needed + 2 * CONCURRENCY;

describe("how many pages a reading takes", () => {
  it.each(Object.keys(distributions))("is little more than hold all runs: %s", async (name) => {
    const starts = distributions[name] ?? new Float64Array(0);
    for (const way of ways) {
      const cost = await readSimulated(starts, way);
      expect(cost.runs, JSON.stringify(way)).toBe(starts.length);
      expect(cost.pages, JSON.stringify(way)).toBeLessThanOrEqual(allowed(cost));
    }
  });

  it("is bounded for any distribution in time", async () => {
    const segment = fc.record({
      gap: fc.oneof(fc.nat(10), fc.nat(HOUR), fc.nat(30 * DAY)),
      runs: fc.oneof(fc.nat(30), fc.nat(400), fc.constant(100)),
      span: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(HOUR), fc.nat(20 * DAY)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 20 }),
        fc.constantFrom(...ways),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(10, 50, 100),
        async (segments, way, concurrency, pageSize) => {
          const starts: number[] = [];
          let time = END - 1;
          for (const { gap, runs, span } of segments) {
            time -= gap;
            for (let index = 0; index < runs; index += 1) starts.push(Math.floor(time - (span * index) / runs));
            time -= span;
          }
          const inside = starts.filter((start) => start > END - 390 * DAY);
          const cost = await readSimulated(Float64Array.from(inside), { ...way, concurrency, pageSize });
          expect(cost.runs).toBe(inside.length);
          expect(cost.pages).toBeLessThanOrEqual(2 * cost.needed + 3 * concurrency);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(["evenly", "in working hours"])(
    "holds for a million runs in the default order, and nine cursors of ten are used: %s",
    async (name) => {
      const million = times(1_000_000, (index, random) =>
        name === "evenly"
          ? END - 1 - index * ((390 * DAY) / 1_000_000)
          : END - (1 + (index % 390)) * DAY + (8 + 4 * (random() + random())) * HOUR,
      );
      const cost = await readSimulated(million, { spread: true, pageSize: 1000 });
      expect(cost.runs).toBe(1_000_000);
      expect(cost.pages).toBeLessThan(1.08 * cost.needed);
      expect(cost.needed / cost.rounds / CONCURRENCY).toBeGreaterThan(0.9);
    },
  );

  // Of runs of 3 KB about 50 pages fit into the memory for pages that wait; of small ones 128.
  // Of runs of 3 KB about 50 pages fit into the memory for pages that wait; of small ones 128.
  it.each([
    ["evenly", 128, 0.93],
    ["evenly", 50, 0.87],
    ["in the last month", 50, 0.87],
    ["working hours", 128, 0.89],
    ["working hours", 50, 0.82],
    ["weekdays of a year", 128, 0.92],
    ["weekdays of a year", 50, 0.7],
    ["gaps of months", 50, 0.87],
  ])("uses most cursors in the default order: %s, with room for %i pages", async (name, readAhead, used) => {
    const starts = distributions[name] ?? new Float64Array(0);
    const cost = await readSimulated(starts, { spread: true, readAhead, pageSize: 8 });
    expect(cost.needed / cost.rounds / CONCURRENCY).toBeGreaterThan(used);
  });
});
