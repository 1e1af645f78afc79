import type { BackendPrice } from "../../backend.js";
import { billionsOf } from "../shared/model-size.js";
import type { TogetherOptions } from "./options.js";

// Ranges read on 2026-05-08; the table between them in copies of the page that agree with each other and with the ranges.
const KNOWN = { date: "2026-05-08", source: "https://www.together.ai/pricing, fine-tuning" };

/** US dollars for a million tokens, for models up to so many billions of parameters, all parameters counted. */
const BY_SIZE = [
  { billions: 16, lora: { supervised: 0.48, preference: 1.2 }, full: { supervised: 0.54, preference: 1.35 } },
  { billions: 69, lora: { supervised: 1.5, preference: 3.75 }, full: { supervised: 1.65, preference: 4.12 } },
  { billions: 100, lora: { supervised: 2.9, preference: 7.25 }, full: { supervised: 3.2, preference: 8 } },
] as const;

/**
 * What Together asks: by the model's size, the method, and whether an adapter or all weights are trained. Tokens are
 * those of the training rows times the epochs, and those of the validation rows times the evaluations; without packing
 * each row counts as the longest sequence: https://docs.together.ai/docs/fine-tuning/pricing, read on 2026-11-29.
 */
export function togetherPrices({ model, lora, evaluations = 0, packing, maxLength }: TogetherOptions): BackendPrice[] {
  const size = billionsOf(model);
  const bracket = size === undefined ? undefined : BY_SIZE.find(({ billions }) => size <= billions);
  if (bracket === undefined || (packing === false && maxLength === undefined)) return [];
  return (["supervised", "preference"] as const).map((method) => ({
    model,
    method,
    perMillionTokens: bracket[lora === false ? "full" : "lora"][method],
    validationPasses: evaluations,
    ...(packing === false ? { tokensPerRow: maxLength } : {}),
    ...KNOWN,
  }));
}
