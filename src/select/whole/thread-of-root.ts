import type { Run } from "../../types.js";
import { placeOfRun } from "../feedback/feedback-places.js";
import { BATCH, queryIds } from "../fetch-runs-by-ids.js";
import type { RunSource } from "../server/run-source.js";
import type { SkipReporter } from "../../internal/skips.js";

/** So many traces are remembered with the threads of their roots. */
const REMEMBERED = 10_000;

/**
 * Makes a function that gives each run the thread which only the root of its trace names: applications often name it
 * there, and a tracer does not always pass it on. Roots are looked up a hundred at a time.
 */
export function createThreadLookup(
  source: RunSource,
  projectIds: readonly string[],
  skips: SkipReporter,
  signal: AbortSignal | undefined,
): (runs: readonly Run[]) => Promise<Run[]> {
  const threads = new Map<string, string | undefined>();
  return async (runs) => {
    const wanted = new Set<string>();
    if (threads.size > REMEMBERED) threads.clear();
    for (const run of runs) {
      const { traceId, threadId } = placeOfRun(run);
      if (threadId === undefined && traceId !== undefined && traceId !== run.id && !threads.has(traceId))
        wanted.add(traceId);
    }
    const ids = [...wanted];
    for (let start = 0; start < ids.length; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      for (const id of batch) threads.set(id, undefined);
      const roots = await queryIds(source, projectIds, batch, signal, skips, { brief: true });
      for (const root of roots) threads.set(root.id, placeOfRun(root).threadId);
    }
    return runs.map((run) => {
      const { traceId, threadId } = placeOfRun(run);
      const found = threadId ?? threads.get(traceId ?? "");
      return found === undefined || run.thread_id === found ? run : { ...run, thread_id: found };
    });
  };
}
