import type { RunPage, RunPageRequest, RunSource } from "../../src/select/server/run-source.js";
import type { WindowRequest } from "../../src/select/window/read-window.js";
import { readWindow } from "../../src/select/window/read-window.js";
import type { Run } from "../../src/types.js";

/** What a reading cost. */
export interface Cost {
  runs: number;
  /** Pages that were asked for, and how many hold all runs. */
  pages: number;
  needed: number;
  /** How often all requests under way were answered together: what is waited for, in answers. */
  rounds: number;
  /** How many requests were under way when one was answered, on average. */
  underWay: number;
}

/**
 * Reads from a server that holds only the start times of its runs, in milliseconds, so that a million
 * fit. All requests under way are answered at once, which makes the rounds a measure of the
 * concurrency that was used; or, with `oneByOne`, only the oldest of them.
 */
export async function readSimulated(
  starts: Float64Array,
  { oneByOne = false, ...rest }: Partial<WindowRequest> & { oneByOne?: boolean } = {},
): Promise<Cost> {
  const sorted = starts.slice().sort().reverse();
  const pageSize = rest.pageSize ?? 100;
  let pages = 0;
  let rounds = 0;
  let underWay = 0;
  let pending: (() => void)[] = [];
  const answerAll = () => {
    const batch = pending;
    underWay += batch.length;
    pending = oneByOne ? batch.splice(1) : [];
    rounds += 1;
    for (const answer of batch) answer();
    if (pending.length > 0) setImmediate(answerAll);
  };
  const source: RunSource = {
    api: "v2",
    maxPageSize: 1000,
    defaultConcurrency: 8,
    page: (request) =>
      new Promise((resolve) => {
        pages += 1;
        if (pending.length === 0) setImmediate(answerAll);
        pending.push(() => resolve(pageOf(sorted, request)));
      }),
  };
  const request: WindowRequest = {
    query: {},
    projectIds: ["p"],
    from: Date.parse("2025-10-01T00:00:00Z"),
    to: Date.parse("2026-11-01T00:00:00Z"),
    order: "start-time",
    concurrency: 8,
    readAhead: 128,
    readAheadBytes: Infinity,
    pageSize,
    ...rest,
  };
  let runs = 0;
  for await (const page of readWindow(source, request)) runs += page.length;
  return { runs, pages, needed: Math.max(1, Math.ceil(runs / pageSize)), rounds, underWay: underWay / rounds };
}

/** Newest first; the cursor is the place in the list. */
function pageOf(sorted: Float64Array, { from, to = Infinity, cursor, pageSize }: RunPageRequest): RunPage {
  // The first place whose start is at the most `to`, and the first whose start is before `from`.
  const first = cursor === undefined ? firstAtMost(sorted, to) : Number(cursor);
  const end = firstAtMost(sorted, from - 0.5);
  const last = Math.min(first + pageSize, end);
  const runs: Run[] = [];
  for (let place = first; place < last; place += 1)
    runs.push({ id: String(place), start_time: sorted[place] } as unknown as Run);
  return last < end ? { runs, cursor: String(last) } : { runs };
}

function firstAtMost(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
