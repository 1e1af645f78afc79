// Written by scripts/write-subpaths.ts from src/index.ts.

export type { ConnectionOptions } from "./server/connection.js";
export { exportRuns, type ExportOptions, type ExportProgress, type ExportResult } from "./export-runs.js";
export { fetchRunsByIds, type FetchRunsOptions } from "./fetch-runs-by-ids.js";
export { readRuns, type ReadRunsOptions } from "./read-runs.js";
export type { RateLimit } from "./server/request-limits.js";
export type { ErrorChoice, FeedbackCondition, RunQuery } from "./query/run-query.js";
export {
  type AnnotationQueueOptions,
  type AnnotationQueueQuery,
  selectAnnotationQueueRuns,
} from "./select-annotation-queue-runs.js";
export { selectRuns, type SelectOptions } from "./select-runs.js";
export type { FeedbackJoin } from "./feedback/join-options.js";
export type { SeveralScores } from "./feedback/summarise.js";
export { readFeedback, type ReadFeedbackOptions, type RunFeedback } from "./read-feedback.js";
