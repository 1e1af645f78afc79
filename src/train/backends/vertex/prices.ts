import { priceOfModel } from "../../../curate/tokens/prices.js";
import type { BackendPrice } from "../../backend.js";

// The page itself could not be read; three copies of its table agree.
const KNOWN = {
  date: "2026-11-29",
  source: "https://cloud.google.com/vertex-ai/generative-ai/pricing, undated copies of it",
};

const PRICES = [
  { model: "gemini-2.5-pro", perMillionTokens: 25, ...KNOWN },
  { model: "gemini-2.5-flash", perMillionTokens: 5, ...KNOWN },
  { model: "gemini-2.5-flash-lite", perMillionTokens: 1.5, ...KNOWN },
];

/** What Google asks for supervised tuning: tokens of the rows times the epochs. */
export function vertexPrices(model: string): BackendPrice[] {
  const price = priceOfModel(model, PRICES);
  return price === undefined ? [] : [{ ...price, method: "supervised" }];
}
