import { isRecord } from "./is-record.js";

/**
 * What a row trains with: `supervised` rows have `messages`, the last of which is the answer; `preference` pairs an
 * input and two outputs; `unpaired` rows a prompt, a completion and a label (TRL, "Unpaired preference", for KTO);
 * `reinforcement` rows `messages` that end with the user's, and beside them what a grader reads.
 */
export type RowKind = "supervised" | "preference" | "unpaired" | "reinforcement";

const OF_SUPERVISED: ReadonlySet<string> = new Set([
  "messages",
  "tools",
  "functions",
  "parallel_tool_calls",
  "weight",
  "system",
]);

/** The kind that a row is meant as, by its keys; undefined for what is not a row of any kind. */
export function rowKindOf(row: unknown): RowKind | undefined {
  if (!isRecord(row)) return undefined;
  const preferred = "preferred_output" in row;
  const rejected = "non_preferred_output" in row;
  if ("messages" in row) {
    if (preferred && rejected) return "preference";
    return isForGrader(row) ? "reinforcement" : "supervised";
  }
  if (preferred || rejected || isRecord(row.input)) return "preference";
  return "completion" in row && "label" in row ? "unpaired" : undefined;
}

/** Messages up to the user's, and something beside them that a supervised row does not have. */
function isForGrader(row: Record<string, unknown>): boolean {
  const last: unknown = Array.isArray(row.messages) ? row.messages.at(-1) : undefined;
  return isRecord(last) && last.role === "user" && Object.keys(row).some((key) => !OF_SUPERVISED.has(key));
}

/** The messages of an unpaired row's side. TRL takes a text in their place. */
export function unpairedMessages(side: unknown, role: "user" | "assistant"): readonly unknown[] {
  if (typeof side === "string") return [{ role, content: side }];
  return Array.isArray(side) ? side : [];
}
