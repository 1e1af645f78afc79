import type { Finding } from "../../types.js";
import type { ValidationRules } from "../rules.js";
import { finding } from "./wording.js";

/** How many times the good answers may weigh what the bad ones do, all together (TRL, "KTO Trainer", "Imbalanced data"). */
const RATIO = { least: 1, most: 4 / 3 };

/** What is to be said of the numbers of good and bad answers, where a trainer has weights for them. */
export function balanceFindings(
  { good, bad }: { good: number; bad: number },
  { unpaired }: ValidationRules,
): Finding[] {
  if (!unpaired || good + bad === 0) return [];
  if (good === 0 || bad === 0) {
    const message = `All ${good + bad} answers are ${bad === 0 ? "good" : "bad"}; training on labels needs both kinds.`;
    return [finding(0, "labels-unbalanced", "$", message)];
  }
  const { desirableWeight, undesirableWeight } = unpaired;
  const ratio = (good * desirableWeight) / (bad * undesirableWeight);
  // Weights are written with few digits.
  if (ratio >= RATIO.least - 0.01 && ratio <= RATIO.most + 0.01) return [];
  const range = (least: number, most: number) => `${rounded(least)} to ${rounded(most)}`;
  const few =
    ratio < RATIO.least
      ? `the weight of good answers to ${range((RATIO.least * desirableWeight) / ratio, (RATIO.most * desirableWeight) / ratio)}`
      : `the weight of bad answers to ${range((undesirableWeight * ratio) / RATIO.most, (undesirableWeight * ratio) / RATIO.least)}`;
  const message = `${good} good and ${bad} bad answers weigh ${rounded(ratio)} to 1; the good ones should weigh 1 to 1.33 times what the bad ones do. Set ${few}.`;
  return [finding(0, "labels-unbalanced", "$", message)];
}

const rounded = (value: number) => String(Number(value.toPrecision(3)));
