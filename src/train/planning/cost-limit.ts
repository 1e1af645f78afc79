import { CostLimitError, InvalidOptionError } from "../../errors.js";
import { word } from "../../internal/kinds.js";
import { priceOfModel, type TrainingPrice } from "../../curate/tokens/prices.js";
import type { FineTuneBackend, TrainingMethod } from "../backend.js";
import type { FineTuneEstimate } from "./estimate.js";

/** What a bound on the cost means where no price is known. */
export type UnknownPrice = "refuse" | "allow";

/** The kind of an option that says so. */
export const unknownPriceKind = word("refuse", "allow");

/** A bound on the cost, as the caller gave it. */
export interface CostLimit {
  readonly backend: FineTuneBackend;
  readonly maxCost?: number;
  readonly prices?: readonly TrainingPrice[];
  readonly epochs?: number;
  readonly unknownPrice?: UnknownPrice;
}

/** Throws, before a row is read, for a bound that cannot be kept: no price, or epochs that only the provider knows. */
export function checkCostLimit(limit: CostLimit, method?: TrainingMethod): void {
  const { backend, maxCost, prices = [], epochs } = limit;
  if (maxCost === undefined) return;
  const refuse = (reason: string, hint: string) =>
    new InvalidOptionError({
      option: "maxCost",
      value: maxCost,
      message: `maxCost cannot be checked for ${backend.model} at ${backend.name}: ${reason}.`,
      hint,
    });
  const known = backend.prices?.some((price) => method === undefined || price.method === method) ?? false;
  if (!known && priceOfModel(backend.model, prices) === undefined) {
    if (limit.unknownPrice === "allow") return;
    const what = method === undefined ? "" : ` of ${method} training`;
    throw refuse(
      `no price${what} is known`,
      'Pass prices: [{ model, perMillionTokens, date, source }], or unknownPrice: "allow" to train without a limit.',
    );
  }
  if (epochs === undefined && backend.schedule?.epochs === undefined)
    throw refuse("the provider chooses the number of epochs", "Pass epochs.");
}

/** @throws {CostLimitError} if the estimate is above the bound. */
export function keepToCostLimit({ maxCost }: CostLimit, estimate: FineTuneEstimate): void {
  const { cost, price, billedTokens, model, backend } = estimate;
  if (maxCost === undefined || cost === undefined || cost <= maxCost) return;
  throw new CostLimitError({
    maxCost,
    cost,
    billedTokens,
    message: `Training ${model} at ${backend} is likely to cost $${cost.toFixed(2)}, and maxCost is $${maxCost}: ${billedTokens} tokens at $${price?.perMillionTokens} a million (price of ${price?.date}). Nothing was uploaded.`,
    hint: "Train on fewer rows or epochs, or raise maxCost.",
  });
}
