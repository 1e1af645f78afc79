import { createHash } from "node:crypto";
import { stableStringify } from "../internal/stable-stringify.js";
import { reportNotRuns, type SkipReporter } from "../internal/skips.js";
import type { Run } from "../types.js";
import { queryIds } from "./fetch-runs-by-ids.js";
import { joiner } from "./feedback/selection.js";
import { compileQuery, type CompiledQuery } from "./query/compile-query.js";
import { allOf, anyOf, compare, quote } from "./query/filter-language.js";
import type { RunQuery } from "./query/run-query.js";
import type { ConnectionOptions } from "./server/connection.js";
import { openSource } from "./server/open-source.js";
import { resolveProjects } from "./server/resolve-projects.js";
import type { RunSource } from "./server/run-source.js";
import { type SelectOptions, settle } from "./select-runs.js";
import { readWindow } from "./window/read-window.js";

/** What was found out about a server and need not be asked again. */
export interface KnownServer {
  readonly api: RunSource["api"];
  readonly projectIds: readonly string[];
}

/** Reads what changed in the runs of a query since it was last read. Times are milliseconds since 1970. */
export interface ChangeReader {
  readonly server: () => KnownServer;
  /** Whether the server can say which feedback was changed since. */
  readonly asksForFeedback: () => boolean;
  /** The runs of the query that started then or later, in pages. */
  runsSince(from: number): AsyncGenerator<Run[], void, undefined>;
  /**
   * Runs of any type in the projects for which feedback of one of the keys was changed then or later, with their traces and
   * their ratings as they are now. One request where there is none.
   */
  ratedSince(since: number, from: number, keys: readonly string[]): AsyncGenerator<RatedRun[], void, undefined>;
  /** The runs of the query in these traces. */
  inTraces(traceIds: readonly string[], from: number): AsyncGenerator<Run[], void, undefined>;
  /** Those of these runs that the server still has. */
  existing(ids: readonly string[]): AsyncGenerator<string[], void, undefined>;
}

/** A run that was rated. */
export interface RatedRun {
  readonly id: string;
  readonly traceId: string;
  /** A hash of its ratings, to see whether they are others than before. */
  readonly ratings: string;
}

const BATCH = 100;

/** Opens it; without what is known of the server, that is asked first. */
export async function openChanges(
  query: RunQuery,
  options: ConnectionOptions & Pick<SelectOptions, "joinFeedback">,
  known: KnownServer | undefined,
  skips: SkipReporter,
): Promise<ChangeReader> {
  const { connection, source } = await openSource(options, known?.api);
  const projectIds = known?.projectIds ?? (await resolveProjects(connection, query, options.signal));
  const { signal } = options;
  const withRatings = joiner(query, options, connection.client);
  const settled = settle(source, options);
  const window = (compiled: CompiledQuery, from: number) => ({
    ...settled,
    query: compiled,
    projectIds,
    from,
    order: "start-time" as const,
    onNotRuns: reportNotRuns(skips),
  });
  return {
    server: () => ({ api: source.api, projectIds }),
    asksForFeedback: () => source.api === "v2",
    async *runsSince(from) {
      for await (const page of readWindow(source, window(compileQuery(query), from))) yield await withRatings(page);
    },
    async *ratedSince(since, from, keys) {
      const rated = anyOf(...keys.map((key) => compare("eq", "feedback_key", key)));
      const request = {
        ...window(rated === undefined ? {} : { filter: rated }, from),
        feedbackSince: since,
        brief: true,
      };
      for await (const page of readWindow(source, request)) yield page.map(ratedRun);
    },
    async *inTraces(traceIds, from) {
      const compiled = compileQuery(query);
      for (const batch of batches(traceIds)) {
        const filter = allOf(compiled.filter, `in(trace_id, [${batch.map(quote).join(", ")}])`);
        const asked = filter === undefined ? compiled : { ...compiled, filter };
        for await (const page of readWindow(source, window(asked, from))) yield await withRatings(page);
      }
    },
    async *existing(ids) {
      for (const batch of batches(ids)) {
        const runs = await queryIds(source, projectIds, batch, signal, skips, { brief: true });
        yield runs.map(({ id }) => id);
      }
    },
  };
}

function ratedRun({ id, trace_id: traceId, feedback_stats: ratings }: Run): RatedRun {
  return { id, traceId: traceId ?? id, ratings: digestOf(ratings) };
}

const digestOf = (value: unknown): string =>
  createHash("sha256").update(stableStringify(value)).digest("hex").slice(0, 16);

function* batches(ids: readonly string[]): Generator<readonly string[], void, undefined> {
  for (let start = 0; start < ids.length; start += BATCH) yield ids.slice(start, start + BATCH);
}
