import { isRecord } from "../../internal/is-record.js";
import type { JoinedFeedback } from "../../types.js";

/** What was joined to a run before, read from a record of it: of the right form, or nothing. */
export function readJoinedFeedback(value: unknown): JoinedFeedback[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const joined = value.filter(
    (item): item is JoinedFeedback =>
      isRecord(item) &&
      typeof item.runId === "string" &&
      (item.on === "root" || item.on === "trace" || item.on === "thread") &&
      isRecord(item.feedback) &&
      Object.values(item.feedback).every((summary) => isRecord(summary) && typeof summary.count === "number"),
  );
  return joined.length > 0 ? joined : undefined;
}
