import type { Run } from "../../types.js";
import { reportNotRuns, type SkipReporter } from "../../internal/skips.js";
import { placeOfRun } from "../feedback/feedback-places.js";
import { RETENTION } from "../fetch-runs-by-ids.js";
import { compileQuery, type CompiledQuery, THREAD_KEYS } from "../query/compile-query.js";
import { allOf, quote } from "../query/filter-language.js";
import type { RunQuery } from "../query/run-query.js";
import type { RunSource } from "../server/run-source.js";
import { readWindow, type WindowRequest } from "../window/read-window.js";
import type { SeenKeys } from "./seen-keys.js";
import { createThreadLookup } from "./thread-of-root.js";

/** So many threads or traces are asked for together: some 4 KB of filter. */
const UNITS = 100;

/** A query for whole threads or traces. */
export type WholeQuery = RunQuery & { whole: "thread" | "trace" };

export const isWhole = (query: RunQuery): query is WholeQuery => query.whole !== undefined;

/** What is read whole, and how. */
export interface WholeRequest {
  query: WholeQuery;
  /** How the runs that meet the conditions are read, and with which bounds whole threads are. */
  window: Omit<WindowRequest, "query" | "limit" | "onNotRuns">;
  /** The threads and traces that were read, and the runs that were given. Those that are there already are left out. */
  seen: SeenKeys;
  skips: SkipReporter;
}

/**
 * The runs of all threads (or traces) of which a run meets the conditions, each once. First the matching runs are
 * read, of which little more than ids is asked; as soon as they name a hundred new threads, the runs of those are read.
 */
export async function* readWhole(source: RunSource, request: WholeRequest): AsyncGenerator<Run[], void, undefined> {
  const { query, seen, window } = request;
  const withThreads = createThreadLookup(source, window.projectIds, request.skips, window.signal);
  const { limit = Infinity } = query;
  if (limit <= 0) return;
  const matches = readWindow(source, {
    ...window,
    query: compileQuery(query),
    brief: true,
    onNotRuns: reportNotRuns(request.skips),
  });
  let found = 0;
  let units = new Map<string, Unit>();
  for await (const page of matches) {
    for (const unit of unitsOf(query.whole === "thread" ? await withThreads(page) : page, query.whole)) {
      const key = keyOf(unit);
      if (units.has(key) || seen.has(key)) continue;
      units.set(key, unit);
      found += 1;
      if (found >= limit) break;
      if (units.size < UNITS) continue;
      yield* readUnits(source, request, units, withThreads);
      units = new Map();
    }
    if (found >= limit) break;
  }
  yield* readUnits(source, request, units, withThreads);
}

/** A thread or a trace that is read whole. */
interface Unit {
  kind: "thread" | "trace";
  id: string;
}

const keyOf = ({ kind, id }: Unit) => `${kind}:${id}`;

/** A run whose thread nobody names is a conversation with the others of its trace. */
function unitsOf(runs: readonly Run[], whole: Unit["kind"]): Unit[] {
  return runs.map((run) => {
    const { traceId, threadId } = placeOfRun(run);
    return whole === "thread" && threadId !== undefined
      ? { kind: "thread", id: threadId }
      : { kind: "trace", id: traceId ?? run.id };
  });
}

async function* readUnits(
  source: RunSource,
  { query, window, seen, skips }: WholeRequest,
  units: ReadonlyMap<string, Unit>,
  withThreads: (runs: readonly Run[]) => Promise<Run[]>,
): AsyncGenerator<Run[], void, undefined> {
  for (const selection of queriesOf(query, [...units.values()])) {
    const pages = readWindow(source, {
      ...window,
      query: selection,
      from: Math.min(window.from, Date.now() - RETENTION),
      to: Infinity,
      spread: false,
      onNotRuns: reportNotRuns(skips),
    });
    for await (const page of pages) {
      const fresh = page.filter(({ id }) => seen.add(`run:${id}`));
      if (fresh.length > 0) yield query.whole === "thread" ? await withThreads(fresh) : fresh;
    }
  }
  for (const key of units.keys()) seen.add(key);
}

/**
 * Which runs of a whole thread are taken is still said by the type and the errors; all else was said of the runs that
 * chose it. A thread is named by the root of a trace or by the run itself, so both are asked for.
 */
function queriesOf(query: RunQuery, units: readonly Unit[]): CompiledQuery[] {
  const { runType, errors, rootErrors } = query;
  const base = compileQuery({
    ...(runType !== undefined && { runType }),
    ...(errors !== undefined && { errors }),
    ...(rootErrors !== undefined && { rootErrors }),
  });
  const listed = (kind: Unit["kind"]) => units.filter((unit) => unit.kind === kind).map(({ id }) => quote(id));
  const [threads, traces] = [listed("thread"), listed("trace")];
  const named = `and(in(metadata_key, [${THREAD_KEYS.map(quote).join(", ")}]), in(metadata_value, [${threads.join(", ")}]))`;
  const queries: CompiledQuery[] = [];
  if (threads.length > 0) {
    queries.push({ ...base, traceFilter: allOf(base.traceFilter, named) as string }, { ...base, filter: named });
  }
  if (traces.length > 0) queries.push({ ...base, filter: `in(trace_id, [${traces.join(", ")}])` });
  return queries;
}
