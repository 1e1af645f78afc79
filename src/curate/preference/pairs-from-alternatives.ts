import { reportSkips } from "../../internal/skips.js";
import { chunksOf, reiterableChunks } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type {
  AnyIterable,
  AssistantTrainingMessage,
  PreferenceExample,
  Skip,
  SkipOptions,
  TrainingExample,
} from "../../types.js";
import { abortSignal, callback, iterable, number, required, skipKinds } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { answerOf, isFault, makePair } from "./make-pair.js";
import { skipOf } from "./skip-of.js";

/** Options of {@link pairsFromAlternatives}. */
export interface AlternativePairOptions extends SkipOptions {
  /**
   * Rates one of the answers of a run, more for a better one; nothing for an answer that must not be
   * in a pair. LangSmith's feedback is on a run and not on one of its answers, so something has to
   * tell them apart: a rule, an evaluator, a model that judges.
   */
  score: (
    answer: AssistantTrainingMessage,
    example: TrainingExample,
    context: { signal?: AbortSignal },
  ) => number | undefined | Promise<number | undefined>;
  /**
   * How much better the chosen answer must be rated than the rejected one.
   * @default above 0
   */
  minDifference?: number;
  signal?: AbortSignal;
}

/**
 * Preference pairs from runs that gave several answers (`n` above 1): the answer that `score` rates
 * best is chosen, the one that it rates worst rejected. Examples that give no pair are left out:
 * `one-answer`, `no-difference`, `identical-answers`, `legacy-functions`, `no-answer`.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict`, for the first example that gives no pair.
 *
 * @example
 * ```ts
 * import { pairsFromAlternatives, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * // Shorter is better.
 * const pairs = pairsFromAlternatives(examples, {
 *   score: ({ content }) => (typeof content === "string" ? -content.length : undefined),
 * });
 * for await (const pair of pairs) console.log(pair.preferred_output[0].content);
 * ```
 */
export function pairsFromAlternatives(
  examples: AnyIterable<TrainingExample>,
  options: AlternativePairOptions,
): AsyncIterable<PreferenceExample> {
  checkArgument("examples", examples, iterable);
  checkOptions<AlternativePairOptions>("pairsFromAlternatives", options, {
    score: required(callback),
    minDifference: number({ min: 0 }),
    ...skipKinds,
    signal: abortSignal,
  });
  const { score, minDifference = 0, signal } = options;
  const toPair = async (example: TrainingExample): Promise<PreferenceExample | { skip: Skip }> => {
    const own = answerOf(example);
    if (own === undefined) return { skip: skipOf(example, "no-answer", "The last message is not the assistant's.") };
    const others = (sourceOf(example).alternatives ?? []).filter((answer) => answer.role === "assistant");
    if (others.length === 0) return { skip: skipOf(example, "one-answer", "The run gave one answer only.") };
    let best: { answer: AssistantTrainingMessage; rated: number } | undefined;
    let worst = best;
    for (const answer of [own, ...others]) {
      const rated = await score(answer, example, { ...(signal && { signal }) });
      signal?.throwIfAborted();
      if (rated === undefined || Number.isNaN(rated)) continue;
      if (best === undefined || rated > best.rated) best = { answer, rated };
      if (worst === undefined || rated < worst.rated) worst = { answer, rated };
    }
    const difference = best && worst ? best.rated - worst.rated : 0;
    if (!best || !worst || difference <= 0 || difference < minDifference) {
      return { skip: skipOf(example, "no-difference", "No two answers were rated differently enough.") };
    }
    const pair = makePair(example, best.answer, worst.answer);
    return isFault(pair) ? { skip: skipOf(example, pair.code, pair.message) } : pair;
  };
  return reiterableChunks(async function* (size) {
    const skips = reportSkips("pairsFromAlternatives", options);
    try {
      signal?.throwIfAborted();
      for await (const chunk of chunksOf(examples, size)) {
        for (const example of chunk) {
          const pair = await toPair(example);
          if ("skip" in pair) skips.skip(pair.skip);
          else yield [pair];
        }
      }
    } finally {
      skips.close();
    }
  });
}
