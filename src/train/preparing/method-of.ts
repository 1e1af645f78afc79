import { rowKindOf } from "../../internal/row-kind.js";
import type { TrainingMethod } from "../backend.js";
import type { TrainingRow } from "../options.js";

/** Rows tell by their shape how they train; only a grader cannot be seen in them. */
export function methodOf(row: TrainingRow): TrainingMethod {
  return rowKindOf(row) ?? "supervised";
}
