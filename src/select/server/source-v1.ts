import { isRecord } from "../../internal/is-record.js";
import type { Connection } from "./connection.js";
import { allOf, compare } from "../query/filter-language.js";
import type { RateLimit } from "./request-limits.js";
import { pageReader, type PageShape } from "./run-page.js";
import type { RunPageRequest, RunSource } from "./run-source.js";

// The fields that the steps after this one read. `thread_id` is left out: older servers refuse it,
// and the thread stands in the metadata too.
const SELECT = [
  "id",
  "name",
  "run_type",
  "status",
  "start_time",
  "end_time",
  "error",
  "inputs",
  "outputs",
  "extra",
  "s3_urls",
  "tags",
  "trace_id",
  "session_id",
  "reference_example_id",
  "feedback_stats",
  "total_tokens",
  "prompt_tokens",
  "completion_tokens",
];

/** Metadata is in `extra`; there is no field for it alone. */
const SELECT_BRIEF = ["id", "start_time", "trace_id", "session_id", "extra"];

const PAGE: PageShape = {
  runs: "runs",
  cursor: ({ cursors }) => (isRecord(cursors) ? cursors["next"] : undefined),
};

/** https://docs.langchain.com/langsmith/smithdb-sdk-migration: 10 in 10 s for a key. */
const V1_LIMIT: RateLimit = { requests: 10, milliseconds: 10_000 };

/**
 * `POST /runs/query`, for servers without v2. Asked directly and not through `client.listRuns`,
 * which can neither be aborted nor resumed at a cursor, does not honour Retry-After, and goes away
 * before the servers do that need it.
 */
export function v1Source(connection: Connection, rateLimit: RateLimit | false | undefined): RunSource {
  return {
    api: "v1",
    maxPageSize: 100,
    defaultConcurrency: 2,
    page: pageReader(connection, {
      path: "/runs/query",
      shape: PAGE,
      rateLimit: rateLimit === false ? undefined : (rateLimit ?? V1_LIMIT),
      bodyOf,
    }),
  };
}

function bodyOf({
  query,
  projectIds,
  from,
  to,
  ids,
  cursor,
  pageSize,
  brief,
}: RunPageRequest): Record<string, unknown> {
  const select = brief ? SELECT_BRIEF : SELECT;
  if (ids) return { id: ids, select, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) };
  // `end_time` would compare the ends of runs, so the upper bound stands in the filter.
  const before = to === undefined ? undefined : compare("lte", "start_time", new Date(to).toISOString());
  const filter = allOf(query.filter, before);
  return {
    session: projectIds,
    start_time: new Date(from).toISOString(),
    ...(query.runType === undefined ? {} : { run_type: query.runType }),
    ...(query.hasError === undefined ? {} : { error: query.hasError }),
    ...(query.isRoot === undefined ? {} : { is_root: query.isRoot }),
    ...(query.traceId === undefined ? {} : { trace: query.traceId }),
    ...(filter === undefined ? {} : { filter }),
    ...(query.traceFilter === undefined ? {} : { trace_filter: query.traceFilter }),
    ...(query.treeFilter === undefined ? {} : { tree_filter: query.treeFilter }),
    select,
    // More than 100 is refused: https://github.com/langchain-ai/langsmith-sdk/issues/3455
    limit: pageSize,
    ...(cursor === undefined ? {} : { cursor }),
  };
}
