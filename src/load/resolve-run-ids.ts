import { chunksOf, reiterableChunks } from "../internal/step.js";
import type { AnyIterable, Run } from "../types.js";

/** Fetches runs by their ids, in any order; ids that the server does not know are left out. */
export type FetchRuns = (
  ids: readonly string[],
  options: { signal?: AbortSignal },
) => AsyncIterable<Run> | Promise<readonly Run[]>;

/** Stands in the stream for an id that no run has. */
export class MissingRun {
  constructor(readonly id: string) {}
}

const IDS_AT_A_TIME = 100;
const REQUESTS_AT_ONCE = 4;
// Runs that wait with the ids between which they stood.
const MAXIMUM_WAITING = 400;

/**
 * Replaces run ids by the runs, fetched by the hundred, in the order of the source. Runs between
 * ids keep their place; a source without ids passes through untouched.
 */
export function resolveRunIds(
  source: AnyIterable<unknown>,
  fetchRuns: FetchRuns,
  { signal }: { signal?: AbortSignal } = {},
): AsyncIterable<unknown> {
  return reiterableChunks((size) => resolve(source, fetchRuns, size, signal));
}

async function* resolve(
  source: AnyIterable<unknown>,
  fetchRuns: FetchRuns,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const aborter = new AbortController();
  const signals = signal ? AbortSignal.any([signal, aborter.signal]) : aborter.signal;
  const pending: Promise<readonly unknown[]>[] = [];
  let waiting: unknown[] = [];
  let ids = 0;
  const fetchWaiting = () => {
    const fetching = fetched(waiting, fetchRuns, signals);
    // Its failure is met when its turn comes.
    fetching.catch(() => undefined);
    pending.push(fetching);
    waiting = [];
    ids = 0;
  };
  try {
    for await (const chunk of chunksOf(source, size)) {
      signal?.throwIfAborted();
      if (waiting.length === 0 && pending.length === 0 && !chunk.some(isRunId)) {
        yield chunk;
        continue;
      }
      for (const item of chunk) {
        waiting.push(item);
        if (isRunId(item)) ids++;
        if (ids >= IDS_AT_A_TIME || waiting.length >= MAXIMUM_WAITING) fetchWaiting();
      }
      while (pending.length >= REQUESTS_AT_ONCE) yield await next(pending);
    }
    if (waiting.length > 0) fetchWaiting();
    while (pending.length > 0) yield await next(pending);
  } finally {
    aborter.abort(new DOMException("The reading has ended.", "AbortError"));
    await Promise.allSettled(pending);
  }
}

function next(pending: Promise<readonly unknown[]>[]): Promise<readonly unknown[]> {
  return pending.shift() as Promise<readonly unknown[]>;
}

async function fetched(items: unknown[], fetchRuns: FetchRuns, signal: AbortSignal): Promise<readonly unknown[]> {
  const ids = [...new Set(items.filter(isRunId).map((id) => id.toLowerCase()))];
  if (ids.length === 0) return items;
  const runs = new Map<string, Run>();
  const answer = fetchRuns(ids, { signal });
  for await (const run of Symbol.asyncIterator in answer ? answer : await answer) runs.set(run.id.toLowerCase(), run);
  return items.map((item) => (isRunId(item) ? (runs.get(item.toLowerCase()) ?? new MissingRun(item)) : item));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function isRunId(item: unknown): item is string {
  return typeof item === "string" && item.length === 36 && UUID.test(item);
}
