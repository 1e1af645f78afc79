import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { isPaid } from "../judge/asking/ask-model.js";
import type { CallEstimate } from "../judge/asking/estimate.js";
import type { ModelPrice } from "../judge/asking/usage.js";
import type { PaidCache } from "../internal/storage/paid-cache.js";
import type { ComparisonCase } from "./types.js";
import { costOfTokens } from "../judge/asking/usage.js";

/** What a comparison will ask, known before it asks. */
export interface ComparisonEstimate extends Omit<CallEstimate, "tokens"> {
  cases: number;
  /** Tokens of these calls, estimated at four characters a token; the completion as long as the row's own answer. */
  tokens: CallEstimate["tokens"];
}

interface EstimateOptions {
  readonly models: Readonly<Record<string, BaseChatModel>>;
  readonly cases: readonly Pick<ComparisonCase, "inputs" | "reference">[];
  readonly cache: PaidCache;
  readonly prices: Readonly<Record<string, ModelPrice>>;
  readonly concurrency: number;
  readonly secondsPerCall: number;
}

const CHARACTERS_PER_TOKEN = 4;

export function estimateComparison({
  models,
  cases,
  cache,
  prices,
  concurrency,
  secondsPerCall,
}: EstimateOptions): ComparisonEstimate {
  const calls: Record<string, number> = {};
  const tokens = { prompt: 0, completion: 0 };
  let cost: number | undefined = 0;
  for (const [name, model] of Object.entries(models)) {
    const due = cases.filter(({ inputs }) => !isPaid(name, model, inputs, cache));
    const prompt = due.reduce((sum, { inputs }) => sum + JSON.stringify(inputs).length / CHARACTERS_PER_TOKEN, 0);
    const completion = due.reduce(
      (sum, { reference }) => sum + JSON.stringify(reference).length / CHARACTERS_PER_TOKEN,
      0,
    );
    calls[name] = due.length;
    tokens.prompt += Math.round(prompt);
    tokens.completion += Math.round(completion);
    const price = prices[name];
    cost = price === undefined || cost === undefined ? undefined : cost + costOfTokens({ prompt, completion }, price);
  }
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return {
    cases: cases.length,
    calls,
    cached: cases.length * Object.keys(models).length - total,
    tokens,
    ...(cost === undefined ? {} : { cost }),
    seconds: Math.ceil(total / concurrency) * secondsPerCall,
  };
}
