import { sameJsonInOrder } from "../../internal/same-json.js";
import type { ValidationRules } from "../rules.js";

/** What rows were checked by. */
export interface CheckedBy {
  readonly rules: ValidationRules;
  /** The most tokens of a row, and the model by which they were counted. */
  readonly maxTokens: number | undefined;
  readonly model: string | undefined;
}

/** A row, and whether nothing at all was found in it. */
export interface CheckedRow<T> {
  readonly row: T;
  /** The row as a line of JSON, without its end. */
  readonly json: string;
  readonly clean: boolean;
}

// The proof goes with the rows as a whole, and each reading of them parses its own: a row that somebody else may have
// changed since is never taken for a checked one.
const CHECKED = Symbol.for("langsmith-finetune.checked");

interface Checked<T> {
  readonly by: CheckedBy;
  open(): AsyncGenerator<readonly CheckedRow<T>[], void, undefined>;
}

/** Gives an iterable of rows a way to read them with the proof of what they were checked by. */
export function withProof<T extends object, Rows extends AsyncIterable<T>>(rows: Rows, checked: Checked<T>): Rows {
  Object.defineProperty(rows, CHECKED, { value: checked });
  return rows;
}

/** The rows with their proof, where they were checked by the same; nothing where they must be checked. */
export function provenRows<T>(rows: object, by: CheckedBy): Checked<T>["open"] | undefined {
  const checked = (rows as { [CHECKED]?: Checked<T> })[CHECKED];
  return checked && isSameCheck(checked.by, by) ? () => checked.open() : undefined;
}

function isSameCheck(left: CheckedBy, right: CheckedBy): boolean {
  if (left.maxTokens !== right.maxTokens) return false;
  if (left.maxTokens !== undefined && left.model !== right.model) return false;
  return (
    left.rules === right.rules ||
    (isPlain(left.rules) && isPlain(right.rules) && sameJsonInOrder(left.rules, right.rules))
  );
}

/** Two functions cannot be compared. */
const isPlain = (rules: ValidationRules): boolean =>
  Object.values(rules as unknown as Record<string, unknown>).every((rule) => typeof rule !== "function");
