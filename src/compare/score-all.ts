import type { PaidCache } from "../internal/storage/paid-cache.js";
import type { Evaluator } from "../judge/asking/evaluator.js";
import { scorePair, type PairwiseEvaluator } from "./pairwise.js";
import { scoreAnswer } from "./score-case.js";
import type { ModelAnswer } from "../judge/asking/model-answer.js";
import type { ComparisonCase } from "./types.js";

/** How the answers are scored. */
interface ScoreAllOptions {
  names: readonly string[];
  evaluators: readonly Evaluator[];
  pairwise: readonly PairwiseEvaluator[];
  cache: PaidCache;
  signal?: AbortSignal;
}

/** Fills in the scores; gives the keys whose scores are yes or no. */
export async function scoreAll(
  cases: readonly ComparisonCase[],
  { names, evaluators, pairwise, cache, signal }: ScoreAllOptions,
): Promise<Set<string>> {
  const yesNo = new Set<string>();
  for (const one of cases) {
    for (const name of names) {
      signal?.throwIfAborted();
      const { scores, yesNo: keys } = await scoreAnswer(one.answers[name] as ModelAnswer, one, evaluators, cache);
      for (const [key, score] of Object.entries(scores)) (one.scores[key] ??= {})[name] = score;
      for (const key of keys) yesNo.add(key);
    }
    await scorePair(one, names, pairwise, cache);
    // Where one model answered and another failed, the failure is a score of nothing and no missing value.
    for (const scores of Object.values(one.scores)) {
      for (const name of names) {
        if (one.answers[name]?.error !== undefined && Object.values(scores).some(({ score }) => score !== undefined))
          scores[name] = { score: 0, comment: "the model failed" };
      }
    }
  }
  return yesNo;
}
