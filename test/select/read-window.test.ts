import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWindow, type WindowRequest } from "../../src/select/window/read-window.js";
import type { Run } from "../../src/types.js";
import { memorySource } from "./memory-source.js";

const base = Date.parse("2026-11-01T00:00:00Z");
const day = 24 * 60 * 60_000;

const request = (rest: Partial<WindowRequest>): WindowRequest => ({
  query: {},
  projectIds: ["p"],
  from: base,
  to: base + day,
  order: "start-time",
  concurrency: 4,
  readAhead: 16,
  readAheadBytes: Infinity,
  pageSize: 10,
  ...rest,
});

async function collect(pages: AsyncIterable<Run[]>): Promise<Run[]> {
  const runs: Run[] = [];
  for await (const page of pages) runs.push(...page);
  return runs;
}

/** Microseconds from the start of the window, many of them the same. */
const moments = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: day * 1000 - 1 }),
    fc.integer({ min: 0, max: 3000 }),
    fc.constantFrom(0, 1000, 999, day * 500, day * 1000 - 1),
  ),
  { maxLength: 300 },
);
const asTime = (microseconds: number) =>
  new Date(base + Math.floor(microseconds / 1000))
    .toISOString()
    .replace("Z", `${String(microseconds % 1000).padStart(3, "0")}Z`);

/** Lets other promises run, so often. */
const turns = (count: number) =>
  Array.from({ length: count }).reduce<Promise<void>>((waited) => waited.then(() => undefined), Promise.resolve());

describe("readWindow", () => {
  it("gives a run once that a page holds twice", async () => {
    const { source, runs } = memorySource(Array.from({ length: 95 }, (_, index) => asTime(index * 1_000_000)));
    const twice: typeof source = {
      ...source,
      async page(asked, options) {
        const page = await source.page(asked, options);
        return { ...page, runs: page.runs.flatMap((run, index) => (index % 3 === 0 ? [run, run] : [run])) };
      },
    };
    for (const order of ["start-time", "any"] as const) {
      const read = await collect(readWindow(twice, request({ order })));
      expect(read.map(({ id }) => id).sort()).toEqual(runs.map(({ id }) => id).sort());
    }
  });

  it("gives every run of any set of start times exactly once, whatever the server's borders and the order of answers", async () => {
    await fc.assert(
      fc.asyncProperty(
        moments,
        fc.record({ from: fc.boolean(), to: fc.boolean() }),
        fc.record({
          order: fc.constantFrom("start-time" as const, "any" as const),
          concurrency: fc.integer({ min: 1, max: 6 }),
          readAhead: fc.integer({ min: 1, max: 12 }),
          pageSize: fc.integer({ min: 1, max: 20 }),
          spread: fc.boolean(),
        }),
        fc.infiniteStream(fc.integer({ min: 0, max: 12 })),
        async (microseconds, ends, how, delays) => {
          const { source, runs } = memorySource(microseconds.map(asTime), {
            ends,
            wait: () => turns(Number(delays.next().value)),
          });
          const read = await collect(readWindow(source, request(how)));
          expect(read.map(({ id }) => id).sort()).toEqual(runs.map(({ id }) => id).sort());
          if (how.order === "start-time") {
            const starts = read.map(({ start_time }) => String(start_time));
            expect(starts).toEqual([...starts].sort().reverse());
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("leaves out what starts before the window and at its end", async () => {
    const { source } = memorySource([-1, 0, day * 1000 - 1, day * 1000].map(asTime));
    for (const spread of [false, true]) {
      const read = await collect(readWindow(source, request({ spread })));
      expect(read.map(({ start_time }) => start_time)).toEqual([asTime(day * 1000 - 1), asTime(0)]);
    }
  });

  it("reads with as many cursors as it may, and never more", async () => {
    const { source, mostUnderWay } = memorySource(
      Array.from({ length: 2000 }, (_, index) => asTime(index * 40_000_000)),
      {
        wait: () => turns(20),
      },
    );
    expect(await collect(readWindow(source, request({ order: "any" })))).toHaveLength(2000);
    expect(mostUnderWay()).toBe(4);
  });

  it("asks little more than there is: few requests beside one for each full page", async () => {
    for (const order of ["any", "start-time"] as const) {
      const { source, requests } = memorySource(
        Array.from({ length: 2000 }, (_, index) => asTime(index * 40_000_000)),
        {
          wait: () => turns(20),
        },
      );
      await collect(readWindow(source, request({ order, readAhead: 32 })));
      expect(requests.length).toBeLessThan(200 * 1.2);
    }
  });

  it.each(["any", "start-time"] as const)("goes through empty times at once, %s", async (order) => {
    // Bursts of a hundred with 130 days between them, and nothing before the first.
    const starts = [0, 130, 260].flatMap((days) =>
      Array.from({ length: 100 }, (_, index) => asTime(-days * day * 1000 + index * 60_000_000)),
    );
    const { source, requests } = memorySource(starts, { wait: () => new Promise((resolve) => setTimeout(resolve, 5)) });
    expect(
      await collect(
        readWindow(source, request({ from: base - 399 * day, order, concurrency: 6, readAhead: 48, pageSize: 5 })),
      ),
    ).toHaveLength(300);
    expect(requests.length).toBeLessThan(60 * 2);
  });

  it("cuts a window that is longer than the server takes", async () => {
    const { source, requests } = memorySource([asTime(0), asTime(-900 * day * 1000)]);
    expect(await collect(readWindow(source, request({ from: base - 1000 * day })))).toHaveLength(2);
    for (const { from, to = Number.NaN } of requests) expect(to - from).toBeLessThanOrEqual(401 * day);
  });

  it("reads no further ahead than it may while the consumer waits", async () => {
    const { source, requests } = memorySource(Array.from({ length: 3000 }, (_, index) => asTime(index * 20_000_000)));
    for (const order of ["any", "start-time"] as const) {
      requests.length = 0;
      const pages = readWindow(source, request({ order, readAhead: 6 }));
      await pages.next();
      await turns(1000);
      // One was taken, six may wait, and as many may have been under way when the sixth came.
      expect(requests.length).toBeLessThanOrEqual(1 + 6 + 1);
      await pages.return();
    }
  });

  it("asks for no more pages than a limit needs", async () => {
    const { source, requests } = memorySource(Array.from({ length: 3000 }, (_, index) => asTime(index * 20_000_000)));
    const read = await collect(readWindow(source, request({ limit: 25 })));
    expect(read).toHaveLength(25);
    expect(requests.length).toBeLessThanOrEqual(4);
    requests.length = 0;
    expect(await collect(readWindow(source, request({ limit: 3 })))).toHaveLength(3);
    expect(requests).toEqual([expect.objectContaining({ pageSize: 3 })]);
  });

  it("goes on after an empty page that has a cursor", async () => {
    const pages = [
      { runs: [], cursor: "a" },
      { runs: [{ id: "1", start_time: asTime(5) }], cursor: "b" },
      { runs: [] },
    ];
    const source = { ...memorySource([]).source, page: async () => pages.shift() ?? { runs: [] } };
    expect(await collect(readWindow(source, request({ concurrency: 1 })))).toHaveLength(1);
  });

  it("does not go round in circles with a cursor that stands still", async () => {
    const source = { ...memorySource([]).source, page: async () => ({ runs: [], cursor: "same" }) };
    await expect(collect(readWindow(source, request({})))).rejects.toMatchObject({
      name: "ServiceError",
      code: "server-error",
    });
  });

  it("passes on what came before a failure, then the failure, and ends what is under way", async () => {
    const { source } = memorySource(Array.from({ length: 300 }, (_, index) => asTime(index * 200_000_000)));
    const signals: AbortSignal[] = [];
    let count = 0;
    const failing: typeof source = {
      ...source,
      async page(page, options) {
        if (options.signal) signals.push(options.signal);
        if ((count += 1) === 3) throw new Error("gone");
        return source.page(page, options);
      },
    };
    const read: Run[] = [];
    await expect(
      (async () => {
        for await (const page of readWindow(failing, request({ concurrency: 1 }))) read.push(...page);
      })(),
    ).rejects.toThrow("gone");
    expect(read).toHaveLength(20);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it("stops at an abort", async () => {
    const controller = new AbortController();
    const { source } = memorySource(Array.from({ length: 300 }, (_, index) => asTime(index * 200_000_000)));
    const pages = readWindow(source, request({ signal: controller.signal, concurrency: 1, readAhead: 1 }));
    await pages.next();
    controller.abort(new Error("enough"));
    await expect(collect({ [Symbol.asyncIterator]: () => pages })).rejects.toThrow("enough");
  });
});
