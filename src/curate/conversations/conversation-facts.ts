import { createKeyDigest } from "../duplicates/groups.js";
import { digest } from "../duplicates/fingerprint.js";
import { arrayOf, isRecord, objectOf } from "../../internal/is-record.js";
import { stableStringify } from "../../internal/stable-stringify.js";
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
  /** The first message before it that says the same, where its run and the time are known: the inputs may be read late. */
  readonly repeats?: number;
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
      targets: targets.map(({ message, runId, startTime }) => {
        const time = startTime === undefined ? 0 : Date.parse(startTime) || 0;
        const repeats = runId !== undefined && time > 0 ? repeatedBy(row, message) : undefined;
        return {
          message,
          run: runId === undefined ? undefined : digest(runId),
          time,
          ...(repeats !== undefined && { repeats }),
        };
      }),
    };
  };
}

function repeatedBy(row: object, place: number): number | undefined {
  const { messages } = row as { messages?: unknown };
  if (!Array.isArray(messages)) return undefined;
  const last: unknown = messages[place];
  if (!isRecord(last)) return undefined;
  const calls = arrayOf(last.tool_calls);
  const firstId = objectOf(calls[0]).id;
  for (let index = 0; index < place; index += 1) {
    const message: unknown = messages[index];
    if (!isRecord(message) || message.role !== "assistant" || message.content !== last.content) continue;
    const others = arrayOf(message.tool_calls);
    // A conversation of thousands of calls has as many answers, so most are told apart at a glance.
    if (others.length !== calls.length || objectOf(others[0]).id !== firstId) continue;
    if (calls.length === 0 || stableStringify(others) === stableStringify(calls)) return index;
  }
  return undefined;
}
