import type { ModelPrice } from "../judge/asking/usage.js";
import type { ModelAnswer } from "../judge/asking/model-answer.js";
import { median, quantile, sum } from "./statistics/describe.js";
import type { ComparisonCase, ModelSummary } from "./types.js";
import { costOfTokens } from "../judge/asking/usage.js";

/** What one model cost and how it behaved, over all cases. */
export function summariseModel(
  name: string,
  cases: readonly ComparisonCase[],
  stopped: string | undefined,
  price: ModelPrice | undefined,
): ModelSummary {
  const answers = cases.map(({ answers: all }) => all[name] as ModelAnswer);
  const times = answers.flatMap(({ milliseconds }) => milliseconds ?? []);
  const total = (kind: "prompt" | "completion") => sum(answers.map(({ tokens }) => tokens?.[kind] ?? 0));
  const tokens = { prompt: total("prompt"), completion: total("completion") };
  return {
    answered: answers.filter(({ error }) => error === undefined).length,
    failed: answers.filter(({ error }) => error !== undefined).length,
    ...(stopped ? { stopped } : {}),
    ...(times.length > 0 ? { latency: { median: median(times), p95: quantile(times, 0.95) } } : {}),
    tokens,
    // A model that reports no usage has an unknown cost, not none.
    ...(price && tokens.prompt > 0 ? { cost: costOfTokens(tokens, price) } : {}),
  };
}
