import type { Run } from "../../types.js";
import { chooseSlice } from "./choose-slice.js";
import type { CompiledQuery } from "../query/compile-query.js";
import { ReadAhead, readyPage, type WaitingPage, waitingPage } from "./read-ahead.js";
import type { RunSource } from "../server/run-source.js";
import { Rhythm } from "./rhythm.js";
import { absorb, createSlice, skipGap, type Slice, splitOff } from "./slice.js";

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
  /** How many pages may wait for the consumer, and how many bytes of answers. */
  readAhead: number;
  readAheadBytes: number;
  pageSize: number;
  /** All cursors begin at once, each with an equal part of the time. Otherwise one does, which is enough for few runs. */
  spread?: boolean;
  /** No more than so many runs are needed. */
  limit?: number;
  /** Only what says where a run belongs: ids, thread, time. */
  brief?: boolean;
  /** Only what the conditions on feedback say of feedback that was changed then or later. v2 only. */
  feedbackSince?: number;
  signal?: AbortSignal;
  /** Called for a page with records that are not runs, with their number. */
  onNotRuns?: (count: number) => void;
}

const DAY = 24 * 60 * 60_000;
/** v2 answers 400 to a window of more than 401 days; the default of 400 days and a little should be one. */
const LONGEST_WINDOW = 400.5 * DAY;

/**
 * All runs of a time, in pages. One cursor begins, or each with an equal part of the time. As soon as
 * it is known how dense the runs are, parts are cut off for the cursors that have nothing to do, until
 * as many are at work as there may be; whoever has nothing left to do takes over half of what another
 * has left. The consumer sets the pace: when enough pages wait for it, nothing more is asked.
 */
export async function* readWindow(source: RunSource, request: WindowRequest): AsyncGenerator<Run[], void, undefined> {
  const { concurrency, order, limit = Infinity, pageSize } = request;
  const aborter = new AbortController();
  const onAbort = () => aborter.abort(request.signal?.reason);
  request.signal?.throwIfAborted();
  request.signal?.addEventListener("abort", onAbort, { once: true });

  const slices = firstSlices(request);
  const inFlight = new Set<Promise<void>>();
  const waiting = new ReadAhead(request.readAhead, request.readAheadBytes);
  let delivered = 0;
  /** In full pages: what the pages so far held, and what they had room for beside that. */
  let filled = 0;
  let wasted = 0;
  /** The consumer waits for a page. */
  let hungry = false;
  let failure: { error: unknown } | undefined;
  let wake: () => void = () => undefined;

  const fetchNext = async (slice: Slice) => {
    slice.busy = true;
    try {
      const page = await source.page(pageRequest(request, slice), { signal: aborter.signal });
      slice.trail.follow(page);
      if (page.notRuns) request.onNotRuns?.(page.notRuns);
      const { runs, next } = absorb(slice, page);
      if (next !== undefined) skipGap(slice, slices.slice(slices.indexOf(slice) + 1), next);
      waiting.weigh(page);
      filled += runs.length / pageSize;
      wasted += Math.max(0, 1 - runs.length / pageSize);
      const isNext = hungry && (order === "any" ? waiting.runs === 0 : slice === slices[0] && slice.pages.length === 0);
      const waits = isNext || runs.length === 0 ? readyPage(runs, page) : waitingPage(runs, page);
      if (runs.length > 0) {
        slice.pages.push(waits);
        waiting.add(waits);
      }
    } catch (error) {
      failure ??= { error };
    }
    slice.busy = false;
  };

  const schedule = () => {
    while (!failure && inFlight.size < concurrency) {
      const enough = delivered + waiting.runs + inFlight.size * pageSize >= limit;
      const room = waiting.room(inFlight.size);
      // So the pages are bounded whatever the distribution: twice what is needed, and a few for each cursor.
      const uncut = wasted > concurrency + filled;
      const readAhead = waiting.capacity;
      const slice = chooseSlice(slices, order, { pageSize, concurrency, readAhead, room, enough, uncut });
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
        waiting.remove(taken);
        const runs = taken.read();
        const page = delivered + runs.length > limit ? runs.slice(0, limit - delivered) : runs;
        delivered += page.length;
        yield page;
        if (delivered >= limit) return;
        continue;
      }
      if (failure) throw failure.error;
      if (slices.length === 0) return;
      hungry = true;
      await new Promise<void>((resolve) => (wake = resolve));
      hungry = false;
    }
  } finally {
    request.signal?.removeEventListener("abort", onAbort);
    aborter.abort(new DOMException("The reading has ended.", "AbortError"));
    await Promise.all(inFlight);
  }
}

function firstSlices({ from, to, signal, concurrency, spread = false }: WindowRequest): Slice[] {
  signal?.throwIfAborted();
  const now = Date.now();
  const end = to ?? Infinity;
  const slices: Slice[] = [];
  const rhythm = new Rhythm();
  for (let upper = Math.min(end, now); ; upper -= LONGEST_WINDOW) {
    const lower = Math.max(from, upper - LONGEST_WINDOW);
    const inner = slices.length > 0;
    slices.push(createSlice(lower, inner ? upper : end, inner ? upper : now, { rhythm, inner }));
    if (lower <= from) break;
  }
  const [only] = slices as [Slice];
  if (!spread || slices.length > 1) return slices;
  const length = only.position - from;
  let newer = only;
  for (let part = concurrency - 1; part > 0; part -= 1) {
    newer = splitOff(newer, Math.floor(from + (length * part) / concurrency));
    slices.push(newer);
  }
  return slices;
}

function pageRequest(
  { query, projectIds, pageSize, limit = Infinity, brief, feedbackSince }: WindowRequest,
  slice: Slice,
) {
  return {
    query,
    projectIds,
    // A millisecond earlier, should the server not count the border in.
    from: slice.askedFrom - 1,
    ...(slice.to === Infinity ? {} : { to: slice.to }),
    ...(slice.cursor === undefined ? {} : { cursor: slice.cursor }),
    pageSize: Math.min(pageSize, limit),
    ...(brief && { brief }),
    ...(feedbackSince !== undefined && { feedbackSince }),
  };
}

function takePage(slices: Slice[], order: WindowRequest["order"]): WaitingPage | undefined {
  for (let index = 0; index < slices.length;) {
    const slice = slices[index] as Slice;
    const page = slice.pages.shift();
    if (page) return page;
    if (slice.done && !slice.busy) slices.splice(index, 1);
    else if (order === "start-time") return undefined;
    else index += 1;
  }
  return undefined;
}
