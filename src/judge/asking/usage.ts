/** US dollars for a million tokens. */
export interface ModelPrice {
  prompt: number;
  completion: number;
}

/** What was asked of one model, as reports have it. */
export interface AskUsage {
  /** Answers or votes that were asked for now. */
  asked: number;
  /** Those that the cache had. */
  cached: number;
  /** As the service counted them, of what was asked for now. */
  tokens: { prompt: number; completion: number };
  /** US dollars, where a price is known. */
  cost?: number;
}

/** The counts of a model that was not asked yet. */
export function noUsage(): AskUsage {
  return { asked: 0, cached: 0, tokens: { prompt: 0, completion: 0 } };
}

/** Adds one answer or vote to the counts. */
export function countUse(usage: AskUsage, { cached, tokens }: Pick<Partial<AskUsage>, "tokens"> & { cached: boolean }) {
  usage[cached ? "cached" : "asked"] += 1;
  if (cached) return;
  usage.tokens.prompt += tokens?.prompt ?? 0;
  usage.tokens.completion += tokens?.completion ?? 0;
}

/** The cost as a field of a report; no field where there is no price. */
export function costField({ tokens }: Pick<AskUsage, "tokens">, price: ModelPrice | undefined): { cost?: number } {
  return price === undefined ? {} : { cost: costOfTokens(tokens, price) };
}

/** US dollars for these tokens. */
export function costOfTokens({ prompt, completion }: AskUsage["tokens"], price: ModelPrice): number {
  return (prompt * price.prompt + completion * price.completion) / 1_000_000;
}
