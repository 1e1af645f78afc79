import { parseExact, stringifyExact } from "../../internal/exact-json.js";
import { sourceOf, withSource } from "../../source.js";
import type { ExampleSource } from "../../types.js";

/** A row as it is written, and where it came from. */
export interface RowText {
  readonly json: string;
  readonly source: ExampleSource;
}

/** The line of a row after `change`. */
export function finishedLine<T extends object>({ json, source }: RowText, change: (row: T) => T): RowText {
  const row = change(withSource(parseExact(json) as T, source));
  return { json: stringifyExact(row) ?? json, source: sourceOf(row) };
}
