import { ServiceError } from "../errors.js";
import type { Run } from "../types.js";
import type { CompiledQuery } from "./compile-query.js";
import type { RunPage, RunSource } from "./run-source.js";
import { absorb, createSlice, remaining, type Slice, splitOff } from "./slice.js";

/** What is read, and how. Times are milliseconds since 1970. */
export interface WindowRequest {
  query: CompiledQuery;
  projectIds: readonly string[];
  from: number;
  /** Not included. Left out: open. */
  to?: number;
  /** Pages in the order of start times, newest first, or as they come. */
  order: "start-time" | "any";
  concurrency: number;
  /** How many pages may wait for the consumer. */
  readAhead: number;
  pageSize: number;
  /** No more than so many runs are needed. */
  limit?: number;
  signal?: AbortSignal;
}

const DAY = 24 * 60 * 60_000;
/** v2 answers 400 to a window of more than 401 days; the default of 400 days and a little should be one. */
const LONGEST_WINDOW = 400.5 * DAY;

/**
 * All runs of a time, in pages. One cursor begins. As soon as it is known how dense the runs are,
 * the older part of the time is cut off for a second cursor, and so on, until as many are at work
 * as there may be; whoever has nothing left to do takes over half of what another has left. The
 * consumer sets the pace: when enough pages wait for it, nothing more is asked.
 */
export async function* readWindow(source: RunSource, request: WindowRequest): AsyncGenerator<Run[], void, undefined> {
  const { concurrency, readAhead, order, limit = Infinity, pageSize } = request;
  const aborter = new AbortController();
  const onAbort = () => aborter.abort(request.signal?.reason);
  request.signal?.throwIfAborted();
  request.signal?.addEventListener("abort", onAbort, { once: true });

  const slices = firstSlices(request);
  const inFlight = new Set<Promise<void>>();
  let waiting = 0;
  let waitingRuns = 0;
  let delivered = 0;
  let failure: { error: unknown } | undefined;
  let wake: () => void = () => undefined;

  const fetchNext = async (slice: Slice) => {
    slice.busy = true;
    try {
      const before = slice.cursor;
      const page = await source.page(pageRequest(request, slice), { signal: aborter.signal });
      checkProgress(page, before);
      const runs = absorb(slice, page);
      if (runs.length > 0) {
        slice.pages.push(runs);
        waiting += 1;
        waitingRuns += runs.length;
      }
    } catch (error) {
      failure ??= { error };
    }
    slice.busy = false;
  };

  const schedule = () => {
    while (!failure && inFlight.size < concurrency) {
      const enough = delivered + waitingRuns + inFlight.size * pageSize >= limit;
      const slice = chooseSlice(slices, order, pageSize, {
        onlyFirst: enough || waiting + inFlight.size >= readAhead,
        chunk: Math.max(2, Math.floor(readAhead / concurrency)) * pageSize,
      });
      if (!slice) return;
      const fetching: Promise<void> = fetchNext(slice).finally(() => {
        inFlight.delete(fetching);
        wake();
      });
      inFlight.add(fetching);
    }
  };

  try {
    for (;;) {
      schedule();
      const taken = takePage(slices, order);
      if (taken) {
        waiting -= 1;
        waitingRuns -= taken.length;
        const page = delivered + taken.length > limit ? taken.slice(0, limit - delivered) : taken;
        delivered += page.length;
        yield page;
        if (delivered >= limit) return;
        continue;
      }
      if (failure) throw failure.error;
      if (slices.length === 0) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    request.signal?.removeEventListener("abort", onAbort);
    aborter.abort(new DOMException("The reading has ended.", "AbortError"));
    await Promise.all(inFlight);
  }
}

function firstSlices({ from, to, signal }: WindowRequest): Slice[] {
  signal?.throwIfAborted();
  const now = Date.now();
  const end = to ?? Infinity;
  const slices: Slice[] = [];
  for (let upper = Math.min(end, now); ; upper -= LONGEST_WINDOW) {
    const lower = Math.max(from, upper - LONGEST_WINDOW);
    slices.push(createSlice(lower, slices.length === 0 ? end : upper, now));
    if (lower <= from) return slices;
  }
}

function pageRequest({ query, projectIds, pageSize, limit = Infinity }: WindowRequest, slice: Slice) {
  return {
    query,
    projectIds,
    // A millisecond earlier, should the server not count the border in.
    from: slice.askedFrom - 1,
    ...(slice.to === Infinity ? {} : { to: slice.to }),
    ...(slice.cursor === undefined ? {} : { cursor: slice.cursor }),
    pageSize: Math.min(pageSize, limit),
  };
}

/** What to ask next: a slice that nobody reads, or a part that is cut off another. */
function chooseSlice(
  slices: Slice[],
  order: WindowRequest["order"],
  pageSize: number,
  { onlyFirst, chunk }: { onlyFirst: boolean; chunk: number },
): Slice | undefined {
  const [first] = slices;
  // Never held back: the consumer may be waiting for this one.
  if (first && !first.busy && !first.done && (first.pages.length === 0 || !onlyFirst)) return first;
  if (onlyFirst) return undefined;
  const idle = slices.find((slice) => !slice.busy && !slice.done);
  if (idle) return idle;

  // The page that is under way is not worth sharing.
  const shareable = (slice: Slice) => (slice.done ? 0 : (remaining(slice) ?? 0) - pageSize);
  let victim: Slice | undefined;
  for (const slice of slices) {
    if (shareable(slice) < pageSize || slice.position - slice.from < 4) continue;
    if (!victim || (order === "any" && shareable(slice) > shareable(victim))) victim = slice;
  }
  if (!victim) return undefined;
  // In order, the cursor at the front keeps no more than what may wait; else each has half.
  const left = shareable(victim);
  const keep = order === "start-time" ? Math.min(chunk, left / 2) : left / 2;
  const at = Math.floor(victim.position - (pageSize + keep) / (victim.density ?? 1));
  const older = splitOff(victim, Math.min(Math.max(at, victim.from + 1), victim.position - 1));
  slices.splice(slices.indexOf(victim) + 1, 0, older);
  return older;
}

function takePage(slices: Slice[], order: WindowRequest["order"]): Run[] | undefined {
  for (let index = 0; index < slices.length; ) {
    const slice = slices[index] as Slice;
    const page = slice.pages.shift();
    if (page) return page;
    if (slice.done && !slice.busy) slices.splice(index, 1);
    else if (order === "start-time") return undefined;
    else index += 1;
  }
  return undefined;
}

function checkProgress({ cursor }: RunPage, before: string | undefined): void {
  if (cursor === undefined || cursor !== before) return;
  throw new ServiceError({
    service: "LangSmith",
    code: "server-error",
    message: "LangSmith gave the same cursor twice, so the reading would never end.",
    hint: "Try again; if it stays so, report it to LangSmith.",
  });
}
