import { iterable } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { chunksOf, reiterableChunks } from "../../internal/step.js";
import {
  createFeedbackLookup,
  type FeedbackLookup,
  type FoundFeedback,
  LOOKUP_BATCH,
} from "../../select/feedback/feedback-lookup.js";
import type { AnswerPlace } from "../../select/feedback/feedback-places.js";
import { type FeedbackJoin, feedbackJoinKinds, feedbackJoinOf } from "../../select/feedback/join-options.js";
import { connectionKinds, type ConnectionOptions } from "../../select/server/connection.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type { AnyIterable, DatasetRow, ExampleSource, ExampleTarget } from "../../types.js";

/** Options of {@link joinFeedback}. */
export interface JoinFeedbackOptions extends FeedbackJoin, ConnectionOptions {}

/** Rows that wait for a request that is worth making. */
const MOST_WAITING = 400;

/**
 * Joins rows with the feedback that people and evaluators gave in LangSmith, wherever they put it: on the run of an
 * answer, on the root of its trace, on another run of the trace, on the roots of its thread. Each target of a row gets
 * that of its own run (`feedback`) and of the others (`joinedFeedback`, each with the run that has it), with comments and
 * corrections; `ratingsOf` reads both. `filterExamples`, the `mask` of `curate`, `pairsFromFeedback` and
 * `labelsFromFeedback` go by them.
 *
 * Ids are asked for by the hundred, each once, so rows come in portions. Feedback that arrives meanwhile is there or not,
 * but the same for all rows that ask for the same id. Rows that name no run pass as they are.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {ServiceError} while iterating, when LangSmith refuses or cannot be reached.
 *
 * @example
 * ```ts
 * import { joinFeedback, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const rated = joinFeedback(examples, { scope: ["run", "root"], keys: ["user_score"], several: "last" });
 * ```
 */
export function joinFeedback<T extends DatasetRow>(
  rows: AnyIterable<T>,
  options: JoinFeedbackOptions = {},
): AsyncIterable<T> {
  checkArgument("rows", rows, iterable);
  checkOptions<JoinFeedbackOptions>("joinFeedback", options, { ...feedbackJoinKinds, ...connectionKinds });
  const { scope, keys, several, ...connection } = options;
  const join = feedbackJoinOf({
    ...(scope !== undefined && { scope }),
    ...(keys !== undefined && { keys }),
    ...(several !== undefined && { several }),
  });
  return reiterableChunks(async function* () {
    const lookup = createFeedbackLookup({ ...join, connection });
    let waiting: T[] = [];
    let places: AnswerPlace[] = [];
    let ids = new Set<string>();
    for await (const chunk of chunksOf(rows, LOOKUP_BATCH)) {
      connection.signal?.throwIfAborted();
      for (const row of chunk) {
        const own = placesOf(row);
        const unknown = own.flatMap((place) => lookup.unknown(place)).filter((id) => !ids.has(id));
        const isFull = ids.size + unknown.length > LOOKUP_BATCH || waiting.length >= MOST_WAITING;
        if (isFull && waiting.length > 0) {
          yield await withFound(waiting, places, lookup);
          waiting = [];
          places = [];
          ids = new Set();
        }
        waiting.push(row);
        places.push(...own);
        for (const id of unknown) ids.add(id);
      }
    }
    if (waiting.length > 0) yield await withFound(waiting, places, lookup);
  });
}

async function withFound<T extends DatasetRow>(
  rows: readonly T[],
  places: readonly AnswerPlace[],
  lookup: FeedbackLookup,
): Promise<T[]> {
  const found = await lookup.read(places);
  return rows.map((row) => rated(row, found));
}

function placesOf(row: object): AnswerPlace[] {
  const source = sourceOf(row);
  const targets = targetsOf(row);
  return targets.length > 0 ? targets.map((target) => placeOf(target, source)) : [source];
}

const placeOf = ({ runId, traceId, threadId }: ExampleTarget, { projectId }: ExampleSource): AnswerPlace => ({
  runId,
  traceId,
  threadId,
  projectId,
});

function rated<T extends DatasetRow>(row: T, find: (place: AnswerPlace) => FoundFeedback): T {
  const source = sourceOf(row);
  const targets = targetsOf(row).map((target) => withFeedback(target, find(placeOf(target, source))));
  const whole = withFeedback(source, find(source));
  if (targets.every(({ runId }) => runId === undefined) && source.runId === undefined) return row;
  return withSource({ ...row }, { ...whole, ...(source.targets !== undefined && { targets }) });
}

/** What was looked up takes the place of what was known of the same run; the rest stays. */
function withFeedback<T extends Pick<ExampleSource, "feedback" | "joinedFeedback">>(
  known: T,
  { own, joined }: FoundFeedback,
): T {
  const others = (known.joinedFeedback ?? []).filter(
    ({ on, runId }) => !joined.some((found) => found.on === on && found.runId === runId),
  );
  return {
    ...known,
    ...(own && { feedback: { ...known.feedback, ...own } }),
    ...(joined.length + others.length > 0 && { joinedFeedback: [...joined, ...others] }),
  };
}
