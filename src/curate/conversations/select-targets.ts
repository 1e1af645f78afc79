import { targetsOf, sourceOf, withSource } from "../../source.js";
import type { ExampleSource, ExampleTarget, TrainingExample, TrainingMessage } from "../../types.js";

const OF_THE_RUN = [
  "runId",
  "runName",
  "traceId",
  "threadId",
  "userId",
  "exampleId",
  "model",
  "provider",
  "startTime",
  "finishReason",
  "feedback",
  "joinedFeedback",
  "tags",
  "votes",
  "verdict",
  "teacher",
] as const satisfies readonly (keyof ExampleSource & keyof ExampleTarget)[];

/** What a source says of one call only, beside what a target has. */
const OF_THE_CALL = [
  "metadata",
  "tokens",
  "responseFormat",
  "toolChoice",
  "alternatives",
  "repairs",
] as const satisfies readonly (keyof ExampleSource)[];

/**
 * The row with exactly these targets: all other answers get the weight 0, and with `cut` what follows the last target
 * goes. The row itself is given back where it is so already.
 */
export function selectTargets<T extends TrainingExample>(
  row: T,
  targets: readonly ExampleTarget[],
  { cut = true }: { cut?: boolean } = {},
): T {
  const last = targets.at(-1)?.message ?? -1;
  const shorter = cut && last >= 0 && last < row.messages.length - 1;
  const kept = shorter ? row.messages.slice(0, last + 1) : row.messages;
  const learned = new Set(targets.map(({ message }) => message));
  let changed = shorter;
  const messages = kept.map((message, index): TrainingMessage => {
    if (message.role !== "assistant" || learned.has(index) === (message.weight !== 0)) return message;
    changed = true;
    if (!learned.has(index)) return { ...message, weight: 0 };
    const copy = { ...message };
    delete copy.weight;
    return copy;
  });
  if (!changed && sameTargets(sourceOf(row).targets, targets)) return row;
  return withSource({ ...row, messages }, sourceWithTargets(sourceOf(row), targets, targetsOf(row)));
}

const sameTargets = (left: readonly ExampleTarget[] | undefined, right: readonly ExampleTarget[]) =>
  left?.length === right.length && left.every((target, index) => target === right[index]);

/** The source of a row with other targets: what names one run is of the last of them. */
function sourceWithTargets(
  source: ExampleSource,
  targets: readonly ExampleTarget[],
  before: readonly ExampleTarget[],
): ExampleSource {
  const last = targets.at(-1);
  if (last === undefined) return { ...source, targets: [] };
  const changed: ExampleSource = { ...source, targets: [...targets] };
  const known = OF_THE_RUN.some((key) => last[key] !== undefined);
  if (before.at(-1)?.message === last.message && (!known || last.runId === source.runId)) return changed;
  for (const key of [...OF_THE_RUN, ...OF_THE_CALL]) Reflect.deleteProperty(changed, key);
  // The conversation is that of the row, also where a target does not name it.
  if (source.threadId !== undefined) changed.threadId = source.threadId;
  if (source.traceId !== undefined) changed.traceId = source.traceId;
  for (const key of OF_THE_RUN) if (last[key] !== undefined) Object.assign(changed, { [key]: last[key] });
  return changed;
}
