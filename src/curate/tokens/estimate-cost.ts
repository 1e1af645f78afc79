import { list, number, required, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { priceKind, priceOfModel, trainingPrices, type TrainingPrice } from "./prices.js";

/** What is to be trained. */
export interface CostOptions {
  /** The model that is trained. */
  model: string;
  /** Tokens of the training rows, once through: `total` of {@link countTokens}. */
  tokens: number;
  /** How many rows there are, for the number of epochs. */
  rows: number;
  /**
   * How often the rows are gone through.
   * @default what OpenAI chooses for so many rows, see {@link defaultEpochs}
   */
  epochs?: number;
  /**
   * Prices that are looked at before the ones that come with the package.
   * @default none
   */
  prices?: readonly TrainingPrice[];
}

/** What a job is likely to cost. */
export interface CostEstimate {
  epochs: number;
  /** `tokens` times `epochs`. */
  trainedTokens: number;
  /** US dollars. Left out when no price is known for the model. */
  cost?: number;
  /** The price that was taken, with its date and source. */
  price?: TrainingPrice;
}

/**
 * How many epochs OpenAI chooses when it is left to it: three, more for few rows (so that a hundred
 * are seen, 25 epochs at most), fewer for very many (25,000 seen, one at least).
 *
 * Source: openai-cookbook, Chat_finetuning_data_prep.ipynb.
 *
 * @example
 * ```ts
 * import { defaultEpochs } from "langsmith-finetune";
 *
 * console.log(defaultEpochs(5), defaultEpochs(1000)); // 20 3
 * ```
 */
export function defaultEpochs(rows: number): number {
  checkArgument("rows", rows, number({ min: 0 }));
  const target = 3;
  if (rows <= 0) return target;
  if (rows * target < 100) return Math.min(25, Math.floor(100 / rows));
  if (rows * target > 25_000) return Math.max(1, Math.floor(25_000 / rows));
  return target;
}

/**
 * Estimates what training costs: tokens times epochs times the price of the model. Prices are data
 * with a date and a source; services change them without notice, and what they bill counts.
 * Validation rows and hosting are not in it.
 *
 * @throws {InvalidOptionError} when a number is none, or below zero.
 *
 * @example
 * ```ts
 * import { countTokens, estimateCost, readJsonl } from "langsmith-finetune";
 *
 * const model = "gpt-4o-mini-2024-07-18";
 * const { total, rows } = await countTokens(readJsonl("train.jsonl"), { model });
 * const { cost, epochs, price } = estimateCost({ model, tokens: total, rows });
 * console.log(`about $${cost?.toFixed(2)} for ${epochs} epochs, at prices of ${price?.date}`);
 * ```
 */
export function estimateCost(options: CostOptions): CostEstimate {
  checkOptions<CostOptions>("estimateCost", options, {
    model: required(text),
    tokens: required(number({ min: 0 })),
    rows: required(number({ min: 0 })),
    epochs: number({ min: 0 }),
    prices: list(priceKind),
  });
  const { model, tokens, rows, epochs = defaultEpochs(rows), prices = [] } = options;
  const trainedTokens = tokens * epochs;
  const price = priceOfModel(model, prices) ?? priceOfModel(model, trainingPrices);
  if (price === undefined) return { epochs, trainedTokens };
  return { epochs, trainedTokens, cost: (trainedTokens * price.perMillionTokens) / 1_000_000, price };
}
