import type { JsonValue } from "../../types.js";

/**
 * Why a row is in a diff. Of an added row: `new-conversation`, `known-conversation` (its thread was there before), `unknown-source`. Of a
 * removed one: `conversation-gone`, `answer-gone` (others of its thread stay), `joined` (its answers are in another row now),
 * `unknown-source`. Of a changed one: `grew` (the old row is its exact beginning), `shrank`, `messages`, `settings` (tools,
 * functions, `parallel_tool_calls`), `targets` (what is learned), `form` (key order, ids of calls, white space),
 * `split`, `source` (ratings, tags or other facts about its runs).
 */
export type DiffReason =
  | "new-conversation"
  | "known-conversation"
  | "conversation-gone"
  | "answer-gone"
  | "joined"
  | "unknown-source"
  | "grew"
  | "shrank"
  | "messages"
  | "settings"
  | "targets"
  | "form"
  | "split"
  | "source";

/** Where a row of a diff is, and where it came from. */
export interface DiffPlace {
  readonly split?: string;
  /** Counted from 1 in its split, or in the iterable. */
  readonly line: number;
  /** How many answers it teaches. */
  readonly targets: number;
  readonly runId?: string;
  readonly traceId?: string;
  readonly threadId?: string;
  readonly exampleId?: string;
}

/** One difference: `a` is the row before, `b` the row after. */
export type RowChange =
  | { readonly kind: "added"; readonly reasons: readonly DiffReason[]; readonly b: DiffPlace }
  | { readonly kind: "removed"; readonly reasons: readonly DiffReason[]; readonly a: DiffPlace }
  | { readonly kind: "changed"; readonly reasons: readonly DiffReason[]; readonly a: DiffPlace; readonly b: DiffPlace };

/** One of the two datasets. */
export interface DiffSide {
  /** The folder, where it is one. */
  readonly folder?: string;
  readonly title?: string;
  /** The name of the content, from the manifest. */
  readonly sha256?: string;
  readonly rows: number;
  readonly splits: Readonly<Record<string, number>>;
}

/** A setting of the manifests that differs: `options.tokens.maxTokens`, `query.since`. */
export interface SettingChange {
  readonly path: string;
  readonly a?: JsonValue;
  readonly b?: JsonValue;
}

/** What `diffDatasets` found. */
export interface DatasetDiff {
  readonly a: DiffSide;
  readonly b: DiffSide;
  readonly same: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** How often each reason was given, by kind: `changed: grew`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Which settings of the two manifests differ. */
  readonly settings: readonly SettingChange[];
  /** The first differences, up to `limit`: changed and added rows in the order of `b`, then removed ones in that of `a`. */
  readonly changes: readonly RowChange[];
}
