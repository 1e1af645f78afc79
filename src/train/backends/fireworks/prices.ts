import type { BackendPrice } from "../../backend.js";
import { billionsOf } from "../shared/model-size.js";
import type { FireworksOptions } from "./options.js";

const KNOWN = { date: "2026-10-07", source: "https://fireworks.ai/pricing, managed training" };

/** US dollars for a million tokens, for models up to so many billions of parameters. All weights where it is published. */
const BY_SIZE = [
  { billions: 16, lora: { supervised: 0.5, preference: 1 }, full: { supervised: 1, preference: 2 } },
  { billions: 80, lora: { supervised: 3, preference: 6 }, full: undefined },
  { billions: 300, lora: { supervised: 6, preference: 12 }, full: undefined },
  { billions: Infinity, lora: { supervised: 10, preference: 20 }, full: undefined },
] as const;

/** What Fireworks asks: tokens of the dataset times the epochs, by the model's size, the method, and what is trained. */
export function fireworksPrices({ model, lora, preferenceLoss }: FireworksOptions): BackendPrice[] {
  const size = billionsOf(model);
  const bracket = size === undefined ? undefined : BY_SIZE.find(({ billions }) => size <= billions);
  const prices = bracket?.[lora === false ? "full" : "lora"];
  if (prices === undefined) return [];
  return (["supervised", "preference"] as const)
    .filter((method) => method === "supervised" || preferenceLoss !== "ORPO")
    .map((method) => ({ model, method, perMillionTokens: prices[method], ...KNOWN }));
}
