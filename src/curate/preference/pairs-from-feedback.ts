import { createIntegers, createNumbers } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { createRowNames } from "../../internal/row-names.js";
import { reportSkips, type SkipReporter } from "../../internal/skips.js";
import { createSpool, type Spool } from "../../internal/storage/spool.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { ratingsOf } from "../../ratings.js";
import { sourceOf } from "../../source.js";
import type {
  AnyIterable,
  AssistantTrainingMessage,
  PreferenceExample,
  SkipOptions,
  TrainingExample,
} from "../../types.js";
import { abortSignal, iterable, number, required, skipKinds, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { createFingerprint } from "../duplicates/fingerprint.js";
import { answerOf, isFault, makePair } from "./make-pair.js";
import { skipOf } from "./skip-of.js";

/** Options of {@link pairsFromFeedback}. */
export interface FeedbackPairOptions extends SkipOptions {
  /** The feedback key whose average is compared: `user-score`. On the run, or else on the root of its trace where it was joined. */
  key: string;
  /**
   * How much better the chosen answer must be rated than the rejected one.
   * @default above 0
   */
  minDifference?: number;
  signal?: AbortSignal;
}

/**
 * Preference pairs from runs that had the same input and different feedback: of each input, the
 * answer that was rated best is chosen and the one that was rated worst rejected. Inputs are the
 * same when the messages before the answer and the tools are, up to key order and call ids.
 *
 * All examples are read before the first pair comes out: kept in memory up to 1 MB of JSON, and in
 * a temporary file from there on. Examples that give no pair are left out: `no-feedback`,
 * `no-answer`, `no-difference` (nothing to compare with, or not rated differently enough), and
 * `not-extreme` (others of the same input were rated better and worse).
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict`, for the first example that gives no pair.
 *
 * @example
 * ```ts
 * import { pairsFromFeedback, writeJsonl, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * for await (const pair of pairsFromFeedback(examples, { key: "user-score", minDifference: 0.5 })) {
 *   console.log(pair.preferred_output[0].content, "rather than", pair.non_preferred_output[0].content);
 * }
 * ```
 */
export function pairsFromFeedback(
  examples: AnyIterable<TrainingExample>,
  options: FeedbackPairOptions,
): AsyncIterable<PreferenceExample> {
  checkArgument("examples", examples, iterable);
  checkOptions<FeedbackPairOptions>("pairsFromFeedback", options, {
    key: required(text),
    minDifference: number({ min: 0 }),
    ...skipKinds,
    signal: abortSignal,
  });
  const { minDifference = 0, signal } = options;
  return reiterableChunks(async function* () {
    signal?.throwIfAborted();
    const skips = reportSkips("pairsFromFeedback", options);
    try {
      const { inputs, inputOf, runIds, spool } = await collect(examples, options, skips);
      for (let number = 0; number < spool.size; number += 1) {
        const { best, worst } = inputs.at(inputOf.at(number));
        const runId = runIds.at(number);
        const named = runId === undefined ? {} : { runId };
        if (!(best.score - worst.score > 0 && best.score - worst.score >= minDifference)) {
          skips.skip({
            code: "no-difference",
            message: "No answer to the same input was rated differently enough.",
            ...named,
          });
        } else if (number !== best.number && number !== worst.number) {
          skips.skip({
            code: "not-extreme",
            message: "Other answers to the same input were rated better and worse.",
            ...named,
          });
        } else if (number === Math.max(best.number, worst.number)) {
          signal?.throwIfAborted();
          const [first, second] = await readTwo(spool, Math.min(best.number, worst.number), number);
          const [chosen, rejected] = best.number < worst.number ? [first, second] : [second, first];
          const pair = makePair(
            chosen,
            answerOf(chosen) as AssistantTrainingMessage,
            answerOf(rejected) as AssistantTrainingMessage,
          );
          if (isFault(pair)) skips.skip({ ...pair, ...named });
          else yield [pair];
        }
      }
    } finally {
      skips.close();
    }
  });
}

/** Reads everything, and finds the best and the worst of each input. */
async function collect(
  examples: AnyIterable<TrainingExample>,
  { key, signal }: FeedbackPairOptions,
  skips: SkipReporter,
) {
  const spool = createSpool<TrainingExample>();
  const inputs = createInputs();
  const inputOf = createIntegers();
  const names = createRowNames();
  const fingerprint = createFingerprint();
  for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
    signal?.throwIfAborted();
    for (const example of chunk) {
      const score = ratingsOf(sourceOf(example), key)[0]?.average;
      if (score === undefined) skips.skip(skipOf(example, "no-feedback", `No numeric feedback with the key ${key}.`));
      else if (answerOf(example) === undefined)
        skips.skip(skipOf(example, "no-answer", "The last message is not the assistant's."));
      else {
        inputOf.push(inputs.add(fingerprint(example).prompt, spool.size, score));
        names.add(example, spool.size + 1);
        spool.add(example);
      }
    }
  }
  return { spool, inputs, inputOf, runIds: { at: (number: number) => names.at(number).runId } };
}

interface Rated {
  readonly number: number;
  readonly score: number;
}

/** The best and the worst rated example of each input: a hash and four numbers. */
function createInputs() {
  const digests = createDigestIndex();
  const columns = {
    bestNumber: createIntegers(),
    bestScore: createNumbers(),
    worstNumber: createIntegers(),
    worstScore: createNumbers(),
  };
  return {
    add(prompt: string, number: number, score: number): number {
      const known = digests.size;
      const input = digests.add(prompt);
      if (input === known) {
        columns.bestNumber.push(number);
        columns.bestScore.push(score);
        columns.worstNumber.push(number);
        columns.worstScore.push(score);
        return input;
      }
      if (score > columns.bestScore.at(input)) {
        columns.bestNumber.set(input, number);
        columns.bestScore.set(input, score);
      }
      if (score < columns.worstScore.at(input)) {
        columns.worstNumber.set(input, number);
        columns.worstScore.set(input, score);
      }
      return input;
    },
    at: (input: number): { best: Rated; worst: Rated } => ({
      best: { number: columns.bestNumber.at(input), score: columns.bestScore.at(input) },
      worst: { number: columns.worstNumber.at(input), score: columns.worstScore.at(input) },
    }),
  };
}

async function readTwo(
  spool: Spool<TrainingExample>,
  first: number,
  second: number,
): Promise<[TrainingExample, TrainingExample]> {
  const rows: TrainingExample[] = [];
  for await (const chunk of spool.read([first, second])) rows.push(...chunk);
  return rows as [TrainingExample, TrainingExample];
}
