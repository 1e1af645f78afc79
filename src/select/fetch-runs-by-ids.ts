import { iterable, positiveInteger, skipKinds } from "../internal/kinds.js";
import { checkArgument, checkOptions, type OptionKinds } from "../internal/options.js";
import { reportNotRuns, reportSkips, type SkipReporter } from "../internal/skips.js";
import { chunksOf, reiterableChunks } from "../internal/step.js";
import type { AnyIterable, Run, SkipOptions } from "../types.js";
import { type Connection, connectionKinds, type ConnectionOptions } from "./server/connection.js";
import { CursorTrail } from "./server/cursor-trail.js";
import { openSource } from "./server/open-source.js";
import { allProjectIds, resolveProjects } from "./server/resolve-projects.js";
import { projectKinds, type RunQuery } from "./query/run-query.js";
import type { RunSource } from "./server/run-source.js";
import { inOrder } from "../internal/in-order.js";

/** Options of {@link fetchRunsByIds}. */
export interface FetchRunsOptions
  extends ConnectionOptions, SkipOptions, Pick<RunQuery, "projectName" | "projectNames" | "projectId" | "projectIds"> {
  /**
   * How many requests may be under way at once.
   * @default 4 on servers with the v2 API, 2 on others
   */
  concurrency?: number;
}

/** The kinds of {@link FetchRunsOptions}. */
export const fetchRunsKinds: OptionKinds<FetchRunsOptions> = {
  ...connectionKinds,
  ...skipKinds,
  ...projectKinds,
  concurrency: positiveInteger,
};

/** As many as a page of the v1 API holds; what v2 takes is not documented. */
export const BATCH = 100;
export const RETENTION = 400 * 24 * 60 * 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The runs with these ids, in the order of the ids, a hundred for each request. An id that names no
 * run goes to `onSkip` with the code `run-not-found`, and the others still come.
 *
 * The v2 API looks runs up in projects only. Say which, where it is known; without it the projects
 * that the key can see are searched, newest first, until every id is found. Runs of the last 400
 * days are found, which is as long as LangSmith's cloud keeps them.
 *
 * @throws ServiceError while iterating, as {@link selectRuns} does.
 *
 * @example
 * ```ts
 * import { fetchRunsByIds } from "langsmith-finetune";
 *
 * const ids = ["a36092d2-4ad5-4fb4-9c0d-0dba9a2ed836", "9398e6be-964f-4aa4-8ae9-ad78cd4b7074"];
 * for await (const run of fetchRunsByIds(ids, { projectName: "support-bot" })) console.log(run.name);
 * ```
 */
export function fetchRunsByIds(ids: AnyIterable<string>, options: FetchRunsOptions = {}): AsyncIterable<Run> {
  checkArgument("ids", ids, iterable);
  checkOptions<FetchRunsOptions>("fetchRunsByIds", options, fetchRunsKinds);
  return reiterableChunks(() => fetchAll(ids, options));
}

async function* fetchAll(ids: AnyIterable<string>, options: FetchRunsOptions): AsyncGenerator<Run[], void, undefined> {
  const skips = reportSkips("fetchRunsByIds", options);
  const aborter = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, aborter.signal]) : aborter.signal;
  try {
    signal.throwIfAborted();
    const found = inOrder(
      withLookup(batchesOf(ids), () => openLookup(options, signal, skips)),
      ({ lookup }) => lookup.concurrency,
      async ({ batch, lookup }) => ({ batch, found: await lookup.find(batch) }),
      (reason) => aborter.abort(reason),
    );
    for await (const one of found) yield inIdOrder(one.batch, one.found, skips);
  } finally {
    skips.close();
  }
}

/** The connection is opened with the first batch: without ids there is nothing to ask. */
async function* withLookup(batches: AsyncIterable<string[]>, open: () => Promise<Lookup>) {
  let lookup: Lookup | undefined;
  for await (const batch of batches) yield { batch, lookup: (lookup ??= await open()) };
}

interface Lookup {
  concurrency: number;
  find(batch: readonly string[]): Promise<Map<string, Run>>;
}

async function openLookup(options: FetchRunsOptions, signal: AbortSignal, skips: SkipReporter): Promise<Lookup> {
  const { connection, source } = await openSource({ ...options, signal });
  const named = await resolveProjects(connection, options, signal);
  return {
    concurrency: options.concurrency ?? Math.min(4, source.defaultConcurrency),
    async find(batch) {
      const missing = new Set(batch.filter((id) => UUID.test(id)).map((id) => id.toLowerCase()));
      const found = new Map<string, Run>();
      for await (const projectIds of projectsToSearch(source, connection, named, signal)) {
        if (missing.size === 0) break;
        for (const run of await queryIds(source, projectIds, [...missing], signal, skips)) {
          const id = run.id.toLowerCase();
          if (missing.delete(id)) found.set(id, run);
          if (named.length === 0 && run.session_id) recentProjects(connection).add(run.session_id);
        }
      }
      return found;
    },
  };
}

/** v1 finds ids wherever they are; v2 needs the projects to look in. */
async function* projectsToSearch(source: RunSource, connection: Connection, named: string[], signal: AbortSignal) {
  if (named.length > 0 || source.api === "v1") {
    yield named;
    return;
  }
  // Ids that are asked for together are mostly of the same few projects.
  const recent = [...recentProjects(connection)].slice(-100);
  if (recent.length > 0) yield recent;
  yield* allProjectIds(connection, signal);
}

const recentByClient = new WeakMap<object, Set<string>>();

function recentProjects({ client }: Connection): Set<string> {
  let recent = recentByClient.get(client);
  if (!recent) recentByClient.set(client, (recent = new Set()));
  return recent;
}

/** The runs with up to a hundred ids, in any order. */
export async function queryIds(
  source: RunSource,
  projectIds: readonly string[],
  ids: readonly string[],
  signal: AbortSignal | undefined,
  skips: SkipReporter,
  { brief = false }: { brief?: boolean } = {},
): Promise<Run[]> {
  const runs: Run[] = [];
  const request = {
    query: {},
    projectIds,
    ids,
    from: Date.now() - RETENTION,
    pageSize: Math.min(BATCH, source.maxPageSize),
    ...(brief && { brief }),
  };
  const trail = new CursorTrail();
  let cursor: string | undefined;
  do {
    const page = await source.page(
      { ...request, ...(cursor === undefined ? {} : { cursor }) },
      { ...(signal ? { signal } : {}) },
    );
    runs.push(...page.runs);
    if (page.notRuns) reportNotRuns(skips)(page.notRuns);
    trail.follow(page);
    cursor = runs.length >= ids.length ? undefined : page.cursor;
  } while (cursor !== undefined);
  return runs;
}

function inIdOrder(batch: readonly string[], found: ReadonlyMap<string, Run>, skips: SkipReporter): Run[] {
  const runs: Run[] = [];
  for (const id of batch) {
    const run = found.get(id.toLowerCase());
    if (run) runs.push(run);
    else {
      skips.skip({
        code: "run-not-found",
        runId: id,
        message: UUID.test(id)
          ? "LangSmith has no run with this id that the key can see: it was never sent, is in another workspace or project, or its retention has ended."
          : "This is not a run id: run ids are UUIDs.",
      });
    }
  }
  return runs;
}

async function* batchesOf(ids: AnyIterable<string>): AsyncGenerator<string[], void, undefined> {
  let batch: string[] = [];
  for await (const chunk of chunksOf(ids, BATCH)) {
    for (const id of chunk) {
      batch.push(id);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
