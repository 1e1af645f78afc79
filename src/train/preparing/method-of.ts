import { InvalidOptionError } from "../../errors.js";
import { rowKindOf } from "../../internal/row-kind.js";
import type { TrainingMethod } from "../backend.js";
import type { TrainingRow } from "../options.js";

/** Rows tell by their shape how they train; only a grader cannot be seen in them. */
export function methodOf(row: TrainingRow): TrainingMethod {
  const kind = rowKindOf(row) ?? "supervised";
  if (kind !== "unpaired") return kind;
  throw new InvalidOptionError({
    option: "examples",
    value: "unpaired rows",
    message: "Rows with a prompt, a completion and a label are trained by no backend of this package.",
    hint: "Write them with writeJsonl for a KTO trainer such as TRL's, or make preference pairs of them.",
  });
}
