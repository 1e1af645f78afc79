import { createKeyDigest } from "../duplicates/groups.js";
import { digest } from "../duplicates/fingerprint.js";
import { sourceOf } from "../../source.js";
import type { ExampleTarget } from "../../types.js";

/** What joining needs to know of a row, beside the hashes of its answers. */
export interface ConversationFacts {
  /** Digests of the thread and of the traces that the row belongs to, where it names them. */
  readonly thread: string | undefined;
  readonly traces: readonly string[];
  readonly targets: readonly TargetFacts[];
}

/** What joining needs to know of a target. */
export interface TargetFacts {
  /** Its place in the row's messages. */
  readonly message: number;
  /** The digest of its run's id. */
  readonly run: string | undefined;
  /** When its run began, in milliseconds; 0 where that is not known. */
  readonly time: number;
}

/** Makes a function that finds the facts of a row. */
export function createConversationFacts(): (row: object, targets: readonly ExampleTarget[]) => ConversationFacts {
  const digestOfThread = createKeyDigest();
  const digestOfTrace = createKeyDigest();
  return (row, targets) => {
    const { threadId, traceId } = sourceOf(row);
    const traces = traceId === undefined ? [] : [digestOfTrace(`trace:${traceId}`)];
    if (targets.length > 1) {
      for (const target of targets) {
        // Several traces of one row are one conversation only where a thread says so.
        if (target.traceId === undefined || target.threadId === undefined || target.threadId !== threadId) continue;
        if (target.traceId !== traceId) traces.push(digest(`trace:${target.traceId}`));
      }
    }
    return {
      thread: threadId === undefined ? undefined : digestOfThread(`thread:${threadId}`),
      traces,
      targets: targets.map(({ message, runId, startTime }) => ({
        message,
        run: runId === undefined ? undefined : digest(runId),
        time: startTime === undefined ? 0 : Date.parse(startTime) || 0,
      })),
    };
  };
}
