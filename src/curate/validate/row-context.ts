import type { ValidationRules } from "../rules.js";
import type { FindingCode } from "./codes.js";
import type { ToolLibrary } from "./tool-library.js";

/** What the checks of one row share: the rules, and where findings go. */
export interface RowContext {
  readonly rules: ValidationRules;
  readonly library: ToolLibrary;
  /** Supervised rows and the answers of pairs differ in few things: weights, what may stand last. */
  readonly form: "supervised" | "preference";
  report(code: FindingCode, path: string, message: string): void;
  /** Images met so far in the row. */
  images: number;
}
