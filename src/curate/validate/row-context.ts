import type { ValidationRules } from "../rules.js";
import type { FindingCode } from "./codes.js";
import type { ToolLibrary } from "./tool-library.js";
import type { RowKind } from "../../internal/row-kind.js";

/** What the checks of one row share: the rules, and where findings go. */
export interface RowContext {
  readonly rules: ValidationRules;
  readonly library: ToolLibrary;
  /** Rows of the four kinds differ in few things: weights, what may stand last. */
  readonly form: RowKind;
  report(code: FindingCode, path: string, message: string): void;
  /** Images met so far in the row. */
  images: number;
  /** The message that is looked at is learned: it has not the weight 0. */
  learned: boolean;
}
