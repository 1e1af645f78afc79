import type { ExampleSource, AssistantTrainingMessage } from "../types.js";
import { wordsOfError } from "../http/words-of-error.js";
import { cacheKey, type PaidCache } from "../internal/storage/paid-cache.js";
import { resultsOf, type EvaluationInputs, type Evaluator } from "../judge/asking/evaluator.js";
import type { ModelAnswer } from "../judge/asking/model-answer.js";
import type { CaseScore } from "./types.js";

/** What is scored: one answer of one case. */
export interface ScoredCase {
  readonly inputs: EvaluationInputs;
  readonly reference: AssistantTrainingMessage;
  readonly source: ExampleSource;
}

/** The scores of one answer by key, and which of the keys are yes or no. */
export interface AnswerScores {
  readonly scores: Record<string, CaseScore>;
  readonly yesNo: readonly string[];
}

/**
 * Puts one answer to the evaluators. One that throws is a result too. An evaluator that waits has
 * probably been paid for, so what it said is kept in the cache.
 */
export async function scoreAnswer(
  answer: ModelAnswer,
  { inputs, reference, source }: ScoredCase,
  evaluators: readonly Evaluator[],
  cache: PaidCache,
): Promise<AnswerScores> {
  const scores: Record<string, CaseScore> = {};
  const yesNo: string[] = [];
  const { message } = answer;
  if (message === undefined) return { scores, yesNo };
  for (const [index, evaluator] of evaluators.entries()) {
    const name = evaluator.name || `evaluator_${index + 1}`;
    let keep: (() => Promise<void>) | undefined;
    try {
      const key = cacheKey("score", name, evaluator.toString(), inputs, message, reference);
      let returned = cache.get(key) as Awaited<ReturnType<Evaluator>> | undefined;
      if (returned === undefined) {
        const pending = evaluator({ inputs, outputs: message, referenceOutputs: reference, metadata: source });
        returned = await pending;
        if (pending instanceof Promise) keep = () => cache.set(key, returned);
      }
      for (const { key: scoreKey, yesNo: isYesNo, ...score } of resultsOf(returned, name)) {
        scores[scoreKey] = score;
        if (isYesNo) yesNo.push(scoreKey);
      }
    } catch (error) {
      scores[name] = { error: wordsOfError(error, 500) };
    }
    // Not in there: a cache that cannot be written is not the fault of the evaluator.
    await keep?.();
  }
  return { scores, yesNo };
}
