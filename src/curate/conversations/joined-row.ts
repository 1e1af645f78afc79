import type { RowNames } from "../../internal/row-names.js";
import { sourceOf, withSource } from "../../source.js";
import type { ExampleTarget, Skip, TrainingExample } from "../../types.js";
import type { LeftOutTarget, TargetCode, TargetPlace } from "./conversation-index.js";
import { selectTargets } from "./select-targets.js";

/** The row with the targets that it was given, each with what the row that brought it says of it. */
export function joinedRow<T extends TrainingExample>(
  row: T,
  places: readonly TargetPlace[],
  targetAt: (row: number, index: number) => Omit<ExampleTarget, "message">,
): T {
  return selectTargets(
    row,
    places.map(({ row: number, index, message }) => ({ ...targetAt(number, index), message })),
  );
}

const REASONS: Record<TargetCode, (other: string | undefined) => string> = {
  duplicate: (other) => `The row trains the same as ${other ?? "another"}.`,
  contradiction: () => "The same run is there with another prompt or answer, so that neither can be trusted.",
  "answer-in-inputs": () =>
    "Its inputs show its own answer: other runs of the conversation prove that they were read after it was added to them.",
  superseded: () => "A later call gave another answer to exactly the same prompt.",
  edited: () => "Later calls have another answer in its place: somebody edited it.",
  "loss-inexpressible": () =>
    "The service learns every answer of a row, and before this one there is an answer that must not be learned.",
};

/** What is said of a target that is not learned. */
export function targetSkip(
  { row, message, code, of }: LeftOutTarget,
  runId: string | undefined,
  names: Pick<RowNames, "length" | "at">,
  path = `$.messages[${message}]`,
): Skip {
  const teaches = of < names.length ? names.at(of) : undefined;
  const other = teaches && `row ${teaches.line}${teaches.runId === undefined ? "" : ` (run ${teaches.runId})`}`;
  return {
    code,
    message: REASONS[code](other),
    ...(runId !== undefined && { runId }),
    path,
    line: names.at(row).line,
    ...(teaches && { duplicateOf: teaches }),
  };
}

/** The row with its targets in its source as they are now, where a step before has moved them. */
export function named<T extends object>(row: T, targets: readonly ExampleTarget[]): T {
  const source = sourceOf(row);
  if (source.targets === undefined || targets === source.targets) return row;
  return withSource({ ...row }, { ...source, targets: [...targets] });
}
