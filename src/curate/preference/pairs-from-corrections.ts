import { iterable } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { reportSkips } from "../../internal/skips.js";
import { reiterableChunks } from "../../internal/step.js";
import type { AnyIterable, AssistantTrainingMessage, PreferenceExample, Skip, TrainingExample } from "../../types.js";
import { correctionKinds, joinCorrections, type CorrectedExample, type CorrectionOptions } from "./corrections.js";
import { answerOf, isFault, makePair } from "./make-pair.js";
import { skipOf } from "./skip-of.js";
import { readCorrection } from "./read-correction.js";

/**
 * Preference pairs from corrections: the correction is chosen, the run's own answer rejected.
 * Corrections are those of LangSmith feedback on the run; of several the latest counts. Examples
 * that give no pair are left out: `no-correction`, `unreadable-correction`, `identical-answers`,
 * `legacy-functions`, `no-answer`.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict`, for the first example that gives no pair.
 *
 * @example
 * ```ts
 * import { pairsFromCorrections, readFeedback, validateExamples, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const pairs = pairsFromCorrections(examples, { corrections: (runIds) => readFeedback(runIds) });
 * for await (const finding of validateExamples(pairs)) console.log(finding.message);
 * ```
 */
export function pairsFromCorrections(
  examples: AnyIterable<TrainingExample>,
  options: CorrectionOptions,
): AsyncIterable<PreferenceExample> {
  checkArgument("examples", examples, iterable);
  checkOptions<CorrectionOptions>("pairsFromCorrections", options, correctionKinds);
  return reiterableChunks(async function* (size) {
    const skips = reportSkips("pairsFromCorrections", options);
    try {
      for await (const chunk of joinCorrections(examples, options, size)) {
        const pairs: PreferenceExample[] = [];
        for (const joined of chunk) {
          const pair = toPair(joined, options);
          if ("skip" in pair) skips.skip(pair.skip);
          else pairs.push(pair);
        }
        if (pairs.length > 0) yield pairs;
      }
    } finally {
      skips.close();
    }
  });
}

/**
 * Examples with their answers put right: the last message becomes the correction. An example
 * without a correction passes as it is; one whose correction cannot be read is left out with the
 * code `unreadable-correction`, for its answer is known to be wrong.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict`, for the first example that is left out.
 *
 * @example
 * ```ts
 * import { correctExamples, readFeedback, writeJsonl, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * await writeJsonl("train.jsonl", correctExamples(examples, { corrections: (runIds) => readFeedback(runIds) }));
 * ```
 */
export function correctExamples(
  examples: AnyIterable<TrainingExample>,
  options: CorrectionOptions,
): AsyncIterable<TrainingExample> {
  checkArgument("examples", examples, iterable);
  checkOptions<CorrectionOptions>("correctExamples", options, correctionKinds);
  return reiterableChunks(async function* (size) {
    const skips = reportSkips("correctExamples", options);
    try {
      for await (const chunk of joinCorrections(examples, options, size)) {
        const corrected: TrainingExample[] = [];
        for (const { example, correction } of chunk) {
          const answer = correction === undefined ? undefined : toAnswer(correction.correction, example, options);
          if (answer === undefined) corrected.push(example);
          else if (typeof answer === "string") skips.skip(skipOf(example, "unreadable-correction", answer));
          else if (answerOf(example) === undefined)
            skips.skip(skipOf(example, "no-answer", "The last message is not the assistant's."));
          // The spread takes the source along, which is kept under a symbol.
          else corrected.push({ ...example, messages: [...example.messages.slice(0, -1), answer] });
        }
        if (corrected.length > 0) yield corrected;
      }
    } finally {
      skips.close();
    }
  });
}

function toPair(
  { example, correction }: CorrectedExample,
  options: CorrectionOptions,
): PreferenceExample | { skip: Skip } {
  if (correction === undefined)
    return { skip: skipOf(example, "no-correction", "No feedback on the run has a correction.") };
  const answer = toAnswer(correction.correction, example, options);
  if (typeof answer === "string") return { skip: skipOf(example, "unreadable-correction", answer) };
  const rejected = answerOf(example);
  if (rejected === undefined) return { skip: skipOf(example, "no-answer", "The last message is not the assistant's.") };
  const pair = makePair(example, answer, rejected);
  return isFault(pair) ? { skip: skipOf(example, pair.code, pair.message) } : pair;
}

/** The corrected answer, or why there is none. */
function toAnswer(
  correction: unknown,
  example: TrainingExample,
  options: CorrectionOptions,
): AssistantTrainingMessage | string {
  if (options.toAnswer === undefined) return readCorrection(correction);
  const answer = options.toAnswer(correction, example);
  if (answer === undefined) return "toAnswer found no answer in the correction.";
  return typeof answer === "string" ? readCorrection(answer) : answer;
}
