import { objectOf } from "../../internal/is-record.js";
import { firstText } from "../../internal/first-text.js";
import type { Run } from "../../types.js";

/** What is known of an answer's run. */
export interface AnswerPlace {
  readonly runId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly threadId?: string | undefined;
  readonly projectId?: string | undefined;
}

/** The place of a run. The thread stands in its metadata where the record does not name it. */
export function placeOfRun(run: Run): AnswerPlace {
  const metadata = objectOf(objectOf(run.extra).metadata);
  return {
    runId: run.id,
    traceId: run.trace_id ?? undefined,
    threadId: run.thread_id ?? firstText(metadata.thread_id, metadata.session_id, metadata.conversation_id),
    projectId: run.session_id ?? undefined,
  };
}
