import { callback, positiveInteger, skipKinds, word } from "../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../internal/options.js";
import { reportNotRuns, reportSkips } from "../internal/skips.js";
import { metered, type StepProgressListener } from "../internal/progress.js";
import { reiterableChunks } from "../internal/step.js";
import type { Run, SkipOptions } from "../types.js";
import { compileQuery } from "./query/compile-query.js";
import { connectionKinds, type ConnectionOptions } from "./server/connection.js";
import { openSource } from "./server/open-source.js";
import { readWindow, type WindowRequest } from "./window/read-window.js";
import { resolveProjects } from "./server/resolve-projects.js";
import type { RunSource } from "./server/run-source.js";
import { isWhole, readWhole } from "./whole/read-whole.js";
import { createSeenKeys } from "./whole/seen-keys.js";
import type { FeedbackJoin } from "./feedback/join-options.js";
import { joiner, joinKind, selectionJoin } from "./feedback/selection.js";
import { checkQuery, type RunQuery, timeOf } from "./query/run-query.js";

/** Options of {@link selectRuns}. */
export interface SelectOptions extends ConnectionOptions, SkipOptions {
  /**
   * `start-time`: newest first. `any`: as they come, which is faster where many cursors are at work.
   * @default "start-time"
   */
  order?: "start-time" | "any";
  /**
   * How many requests may be under way at once.
   * @default 8 on servers with the v2 API, 2 on others (their rate limit leaves no use for more)
   */
  concurrency?: number;
  /**
   * How many runs a request asks for: up to 1000 on v2, up to 100 on v1.
   * @default 100
   */
  pageSize?: number;
  /**
   * How many pages may be read before they are asked for.
   * @default 16 for each request that may be under way
   */
  readAhead?: number;
  /**
   * How many bytes of answers may be held before they are asked for, beside those under way.
   * Whichever of this and `readAhead` is reached first counts.
   * @default 16777216 (16 MiB: about 50 pages of runs of 3 KB)
   */
  readAheadBytes?: number;
  /**
   * Join feedback of other runs to each run: of the root of its trace, for instance, where applications put what their
   * users say. `true`: that of the run and of the root. One request for a hundred ids.
   * @default what the query's own conditions on the root and the trace ask for: their keys, there
   */
  joinFeedback?: boolean | FeedbackJoin;
  /** Called a few times a second with how far the step is: `terminalProgress()` shows it. */
  onProgress?: StepProgressListener;
}

const WEEK = 7 * 24 * 60 * 60_000;
/** About the longest window that the v2 API takes. How long traces are kept depends on the workspace. */
const RETENTION = 400 * 24 * 60 * 60_000;

/**
 * The runs of one or more LangSmith projects, newest first: by default every LLM run that has no
 * error, in a trace whose root run succeeded, as long as your workspace keeps them (up to 400 days back).
 *
 * No request is made before you iterate, each `for await` asks again, and leaving a loop early
 * ends what is under way. Pages are read ahead by several cursors, as far as the consumer keeps up.
 * Servers with the v2 API are read with it, others with v1; the runs look the same. No run at all
 * is not an error here. With `whole`, all runs of each thread or trace come that a run meeting the query
 * belongs to: threads a hundred at a time, within which the newest run comes first. An answer that is not a page of runs is requested again and is then an error, never
 * the end; a record in a page that is not a run goes to `onSkip` with the code `not-a-run`.
 *
 * @throws InvalidOptionError at once, for a query that cannot be meant.
 * @throws ServiceError while iterating: no such project, unreachable, unauthorized, a filter that
 *   LangSmith refuses, …
 *
 * @example
 * ```ts
 * import { selectRuns } from "langsmith-finetune";
 *
 * const runs = selectRuns({
 *   projectName: "support-bot",
 *   since: "2026-11-01",
 *   feedback: { key: "user_score", min: 1, on: "root" },
 * });
 * for await (const run of runs) console.log(run.id, run.start_time);
 * ```
 */
export function selectRuns(query: RunQuery, options: SelectOptions = {}): AsyncIterable<Run> {
  checkQuery(query);
  checkOptions<SelectOptions>("selectRuns", options, selectKinds);
  selectionJoin(query, options);
  const pages = reiterableChunks(() => readPages(query, options));
  const { onProgress } = options;
  return onProgress === undefined
    ? pages
    : metered(pages, { step: "select", unit: "run", total: isWhole(query) ? undefined : query.limit, onProgress });
}

async function* readPages(query: RunQuery, options: SelectOptions): AsyncGenerator<Run[], void, undefined> {
  const { signal, order = "start-time" } = options;
  if (query.limit === 0) return;
  const { connection, source } = await openSource(options);
  const projectIds = await resolveProjects(connection, query, signal);
  const window = windowOf(query);
  const skips = reportSkips("selectRuns", options);
  const request = {
    ...settle(source, options),
    ...window,
    projectIds,
    order,
    // A week or more that somebody named is likely to hold many pages; the default time is mostly empty.
    spread: query.since !== undefined && query.limit === undefined && (window.to ?? Date.now()) - window.from >= WEEK,
  };
  const pages = isWhole(query)
    ? readWhole(source, { query, window: request, seen: createSeenKeys(), skips })
    : readWindow(source, {
        ...request,
        onNotRuns: reportNotRuns(skips),
        query: compileQuery(query),
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      });
  const withRatings = joiner(query, options, connection.client);
  try {
    for await (const page of pages) yield await withRatings(page);
  } finally {
    skips.close();
  }
}

/** The time that a query means, in milliseconds since 1970. */
export function windowOf({ since, until }: RunQuery): { from: number; to?: number } {
  return {
    from: since === undefined ? Date.now() - RETENTION : timeOf("since", since),
    ...(until === undefined ? {} : { to: timeOf("until", until) }),
  };
}

/** The options as the source allows them, with their defaults. */
export function settle(
  source: RunSource,
  options: Omit<SelectOptions, "onProgress">,
): Pick<WindowRequest, "concurrency" | "readAhead" | "readAheadBytes" | "pageSize" | "signal"> {
  const { concurrency = source.defaultConcurrency, pageSize = 100, signal } = options;
  return {
    concurrency,
    readAhead: options.readAhead ?? 16 * concurrency,
    readAheadBytes: options.readAheadBytes ?? 16 * 1024 * 1024,
    pageSize: Math.min(pageSize, source.maxPageSize),
    ...(signal ? { signal } : {}),
  };
}

/** The kinds of {@link SelectOptions}. */
export const selectKinds: OptionKinds<SelectOptions> = {
  ...connectionKinds,
  order: word("start-time", "any"),
  concurrency: positiveInteger,
  pageSize: positiveInteger,
  readAhead: positiveInteger,
  readAheadBytes: positiveInteger,
  ...skipKinds,
  joinFeedback: joinKind,
  onProgress: callback,
};
