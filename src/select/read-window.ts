import { ServiceError } from "../errors.js";
import type { Run } from "../types.js";
import type { CompiledQuery } from "./compile-query.js";
import type { RunPage, RunSource } from "./run-source.js";
import { absorb, createSlice, remaining, skipGap, type Slice, splitOff } from "./slice.js";

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
      const { runs, next } = absorb(slice, page);
      if (next !== undefined) skipGap(slice, slices.slice(slices.indexOf(slice) + 1), next);
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
        // With their ends in turn, half of what the cursors read waits: so this stays below readAhead.
        chunk: Math.max(2, Math.floor((1.5 * readAhead) / concurrency)) * pageSize,
        concurrency,
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
  { onlyFirst, chunk, concurrency }: { onlyFirst: boolean; chunk: number; concurrency: number },
): Slice | undefined {
  const [first] = slices;
  if (!first) return undefined;
  // Never held back: the consumer may be waiting for this one.
  if (!first.busy && !first.done && (first.pages.length === 0 || !onlyFirst)) return first;
  if (onlyFirst) return undefined;
  const idle = slices.find((slice) => !slice.busy && !slice.done);
  if (idle) return idle;

  // The page that is under way is not worth sharing.
  const shareable = (slice: Slice) => (slice.done || slice.position - slice.from < 4 ? 0 : (remaining(slice) ?? 0) - pageSize);
  const overlong = order === "start-time" ? slices.find((slice) => shareable(slice) > 1.5 * chunk) : undefined;
  if (overlong) {
    // The first ones get less, so that they do not all end at once: a few pages wait for each
    // cursor's turn, and not nearly all of them. A little less than full pages, so that a boundary
    // which is slightly off does not cost a page.
    const turn = slices.slice(0, slices.indexOf(overlong)).filter((slice) => !slice.done).length + 1;
    return cutOff(slices, overlong, (pageSize + chunk * Math.min(1, turn / concurrency)) - pageSize / 10);
  }
  const longest = slices.reduce((best, slice) => (shareable(slice) > shareable(best) ? slice : best), first);
  if (shareable(longest) < pageSize) return undefined;
  return cutOff(slices, longest, pageSize + shareable(longest) / 2);
}

/** Leaves a slice about so many runs and gives the rest to a new one. */
function cutOff(slices: Slice[], slice: Slice, keep: number): Slice {
  const at = Math.floor(slice.position - keep / (slice.density ?? 1));
  const older = splitOff(slice, Math.min(Math.max(at, slice.from + 1), slice.position - 1));
  slices.splice(slices.indexOf(slice) + 1, 0, older);
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
