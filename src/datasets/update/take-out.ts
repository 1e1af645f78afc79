import { selectTargets } from "../../curate/conversations/select-targets.js";
import { omit } from "../../internal/omit.js";
import { sourceLine } from "../../internal/storage/row-blocks.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type { DatasetRow, ExampleSource, ExampleTarget, TrainingExample } from "../../types.js";

/** The ratings of runs that are in the dataset, as they are now, by the ids of the runs. */
export type FreshSources = ReadonlyMap<string, Pick<ExampleSource, "feedback" | "joinedFeedback">>;

/** The row without the answers of these runs, or nothing where it teaches no others. */
export function withoutRuns<T extends DatasetRow>(row: T, gone: ReadonlySet<string>): T | undefined {
  const targets = targetsOf(row);
  const isGone = ({ runId }: { runId?: string }) => runId !== undefined && gone.has(runId);
  if (targets.length === 0) return isGone(sourceOf(row)) ? undefined : row;
  const stay = targets.filter((target) => !isGone(target));
  if (stay.length === targets.length) return row;
  return stay.length === 0 ? undefined : (selectTargets(row as TrainingExample, stay) as T);
}

/** Whether these ratings are others than those that the row was written with. */
export const hasOtherRatings = (row: object, fresh: FreshSources): boolean =>
  sourceLine(sourceOf(row)) !== sourceLine(sourceOf(withFreshRatings(row, fresh)));

/** The row with the ratings that its runs have now. */
export function withFreshRatings<T extends object>(row: T, fresh: FreshSources): T {
  const source = sourceOf(row);
  const rated = <Part extends ExampleSource | ExampleTarget>(part: Part): Part => {
    const found = part.runId === undefined ? undefined : fresh.get(part.runId);
    if (found === undefined) return part;
    return { ...omit(part as ExampleSource, "feedback", "joinedFeedback"), ...found } as Part;
  };
  if (![source, ...(source.targets ?? [])].some(({ runId }) => runId !== undefined && fresh.has(runId))) return row;
  return withSource(
    { ...row },
    { ...rated(source), ...(source.targets && { targets: source.targets.map((target) => rated(target)) }) },
  );
}
