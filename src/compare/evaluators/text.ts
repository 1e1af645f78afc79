import type { Evaluator } from "../../judge/asking/evaluator.js";
import { callsOf } from "../../judge/asking/calls.js";
import { textOfContent } from "../../messages/text-of-content.js";

/**
 * Yes where the text is that of the reference to the letter. Says nothing of cases whose reference
 * is a call. Key: `exact_text`.
 *
 * @example
 * ```ts
 * import { exactText } from "langsmith-finetune";
 *
 * const evaluators = [exactText()];
 * ```
 */
export function exactText(): Evaluator {
  return function exactText({ outputs, referenceOutputs }) {
    if (callsOf(referenceOutputs).length > 0) return [];
    return { key: "exact_text", score: textOfContent(outputs.content) === textOfContent(referenceOutputs.content) };
  };
}

/**
 * Whether the texts are equal when case, punctuation, accents' composition and white space make no difference.
 * Key: `normalised_text`.
 *
 * @example
 * ```ts
 * import { normalisedText } from "langsmith-finetune";
 *
 * const evaluators = [normalisedText()];
 * ```
 */
export function normalisedText(): Evaluator {
  return function normalisedText({ outputs, referenceOutputs }) {
    if (callsOf(referenceOutputs).length > 0) return [];
    return {
      key: "normalised_text",
      score: normalise(textOfContent(outputs.content)) === normalise(textOfContent(referenceOutputs.content)),
    };
  };
}

const normalise = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\s]+/gu, " ")
    .trim();
