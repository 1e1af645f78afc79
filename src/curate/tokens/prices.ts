import { number, object, required, string, text } from "../../internal/kinds.js";

/** What a service asks for training. */
export interface TrainingPrice {
  /** The beginning of the model's name. Of several that fit, the longest counts. */
  readonly model: string;
  /** US dollars for a million tokens, each epoch counting again. */
  readonly perMillionTokens: number;
  /** ISO 8601: the day on which the price was read. */
  readonly date: string;
  /** Where. */
  readonly source: string;
}

/** The kind of a price in an option. */
export const priceKind = object<TrainingPrice>({
  model: required(text),
  perMillionTokens: required(number({ min: 0 })),
  date: required(string),
  source: required(string),
});

const OPENAI = { date: "2025-06-01", source: "https://openai.com/api/pricing, fine-tuning" };

/**
 * OpenAI's prices for supervised and preference training. Prices change, and services of open
 * models ask by the size of the model: pass `prices` of your own to {@link estimateCost} for those.
 */
export const trainingPrices: readonly TrainingPrice[] = [
  { model: "gpt-4.1", perMillionTokens: 25, ...OPENAI },
  { model: "gpt-4.1-mini", perMillionTokens: 5, ...OPENAI },
  { model: "gpt-4.1-nano", perMillionTokens: 1.5, ...OPENAI },
  { model: "gpt-4o", perMillionTokens: 25, ...OPENAI },
  { model: "gpt-4o-mini", perMillionTokens: 3, ...OPENAI },
  { model: "gpt-3.5-turbo", perMillionTokens: 8, ...OPENAI },
  { model: "davinci-002", perMillionTokens: 6, ...OPENAI },
  { model: "babbage-002", perMillionTokens: 0.4, ...OPENAI },
];

/** The price of a model, a tuned one too. */
export function priceOfModel(model: string, prices: readonly TrainingPrice[]): TrainingPrice | undefined {
  const name = model.startsWith("ft:") ? (model.split(":")[1] ?? "") : model;
  const fitting = prices.filter((price) => name === price.model || name.startsWith(`${price.model}-`));
  return fitting.sort((a, b) => b.model.length - a.model.length)[0];
}
