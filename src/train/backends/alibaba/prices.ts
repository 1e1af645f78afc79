import type { BackendPrice } from "../../backend.js";
import type { AlibabaOptions } from "./options.js";

// By 1,000 tokens of the rows and of what is mixed in, times the epochs. The page is that of the international site.
const KNOWN = {
  date: "2026-03-18",
  source: "https://www.alibabacloud.com/help/en/model-studio/model-training-and-deployment-billing",
};
const PER_MILLION: Readonly<Record<string, number>> = { "qwen3-32b": 8, "qwen3-14b": 1.6 };

/** What Alibaba asks, for the models whose price stands on its page; none for another host or for rows that are mixed in. */
export function alibabaPrices({ model, baseURL, hyperparameters = {} }: AlibabaOptions): BackendPrice[] {
  const perMillionTokens = PER_MILLION[model];
  const international = baseURL === undefined || baseURL.includes("dashscope-intl.");
  if (perMillionTokens === undefined || !international || hyperparameters["data_augmentation"] === true) return [];
  return [{ model, method: "supervised", perMillionTokens, ...KNOWN }];
}
