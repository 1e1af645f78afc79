import { isRecord } from "../internal/is-record.js";
import { placeOfRun } from "../select/feedback/feedback-places.js";
import { readRunRecord } from "../select/run-record.js";
import type { ExampleSource, FeedbackSummary, JoinedFeedback } from "../types.js";
import { feedbackOf } from "./source-of-run.js";

interface RatedRun {
  readonly runId: string;
  readonly traceId: string | undefined;
  readonly feedback: Record<string, FeedbackSummary>;
}

/** So many rated runs around one answer are joined to it at most. */
const MAXIMUM_JOINED = 100;

/**
 * Finds the feedback of whole traces that are at hand as an array: applications put it on the root, and rows are made of
 * the LLM runs below. Undefined where no run but LLM runs could have any.
 */
export function feedbackInRuns(runs: unknown): ((source: ExampleSource) => JoinedFeedback[]) | undefined {
  if (!Array.isArray(runs)) return undefined;
  const byTrace = new Map<string, RatedRun[]>();
  const rootsByThread = new Map<string, RatedRun[]>();
  for (const record of runs as readonly unknown[]) {
    if (!isRecord(record) || !isRecord(record.feedback_stats)) continue;
    const feedback = feedbackOf(record.feedback_stats);
    const run = feedback && readRunRecord(record);
    if (!feedback || !run) continue;
    const { traceId, threadId } = placeOfRun(run);
    const rated = { runId: run.id, traceId, feedback };
    if (traceId !== undefined) byTrace.set(traceId, [...(byTrace.get(traceId) ?? []), rated]);
    if (threadId !== undefined && traceId === run.id)
      rootsByThread.set(threadId, [...(rootsByThread.get(threadId) ?? []), rated]);
  }
  if (byTrace.size === 0) return undefined;
  return ({ runId, traceId, threadId }) => {
    const inTrace = (traceId === undefined ? [] : (byTrace.get(traceId) ?? [])).filter((run) => run.runId !== runId);
    const inThread = (threadId === undefined ? [] : (rootsByThread.get(threadId) ?? [])).filter(
      (root) => root.traceId !== traceId,
    );
    const joined = (on: JoinedFeedback["on"], list: readonly RatedRun[]) =>
      list.map((run): JoinedFeedback => ({ on, runId: run.runId, feedback: run.feedback }));
    return [
      ...joined(
        "root",
        inTrace.filter((run) => run.runId === traceId),
      ),
      ...joined(
        "trace",
        inTrace.filter((run) => run.runId !== traceId),
      ),
      ...joined("thread", inThread),
    ].slice(0, MAXIMUM_JOINED);
  };
}
