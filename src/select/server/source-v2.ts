import type { Connection } from "./connection.js";
import type { RateLimit } from "./request-limits.js";
import { pageReader, type PageShape } from "./run-page.js";
import type { RunPageRequest, RunSource } from "./run-source.js";

// The fields that the steps after this one read. Without `selects` the server sends nothing but ids.
const SELECTS = [
  "ID",
  "NAME",
  "RUN_TYPE",
  "STATUS",
  "START_TIME",
  "END_TIME",
  "ERROR",
  "INPUTS",
  "OUTPUTS",
  "EXTRA",
  "METADATA",
  "ATTACHMENTS",
  "TAGS",
  "TRACE_ID",
  "PROJECT_ID",
  "THREAD_ID",
  "REFERENCE_EXAMPLE_ID",
  "FEEDBACK_STATS",
  "TOTAL_TOKENS",
  "PROMPT_TOKENS",
  "COMPLETION_TOKENS",
];

const SELECTS_BRIEF = ["ID", "START_TIME", "TRACE_ID", "PROJECT_ID", "THREAD_ID", "METADATA", "FEEDBACK_STATS"];

const PAGE: PageShape = { runs: "items", cursor: (answer) => answer["next_cursor"] };

/** https://docs.langchain.com/langsmith/smithdb-sdk-migration: 300 in 10 s for a key. */
const V2_LIMIT: RateLimit = { requests: 300, milliseconds: 10_000 };

/**
 * `POST /api/v2/runs/query`. Asked directly and not through `client.runs.query`, which takes an
 * empty page for the last one, leaves a listener on the signal for each request, and has no
 * timeout for the body of an answer (langsmith 0.12.0).
 */
export function v2Source(connection: Connection, rateLimit: RateLimit | false | undefined): RunSource {
  return {
    api: "v2",
    maxPageSize: 1000,
    defaultConcurrency: 8,
    page: pageReader(connection, {
      path: `${connection.baseUrl}/api/v2/runs/query`,
      shape: PAGE,
      rateLimit: rateLimit === false ? undefined : (rateLimit ?? V2_LIMIT),
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
  feedbackSince,
}: RunPageRequest): Record<string, unknown> {
  return {
    project_ids: projectIds,
    // Left out, it would quietly be one day ago.
    min_start_time: new Date(from).toISOString(),
    ...(to === undefined ? {} : { max_start_time: new Date(to).toISOString() }),
    ...(feedbackSince === undefined ? {} : { min_feedback_modified_at: new Date(feedbackSince).toISOString() }),
    ...(ids === undefined ? {} : { ids }),
    ...(query.runType === undefined ? {} : { run_type: query.runType.toUpperCase() }),
    ...(query.hasError === undefined ? {} : { has_error: query.hasError }),
    ...(query.isRoot === undefined ? {} : { is_root: query.isRoot }),
    ...(query.traceId === undefined ? {} : { trace_id: query.traceId }),
    ...(query.filter === undefined ? {} : { filter: query.filter }),
    ...(query.traceFilter === undefined ? {} : { trace_filter: query.traceFilter }),
    ...(query.treeFilter === undefined ? {} : { tree_filter: query.treeFilter }),
    selects: brief ? SELECTS_BRIEF : SELECTS,
    page_size: pageSize,
    ...(cursor === undefined ? {} : { cursor }),
  };
}
