import { number } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import type { Evaluator } from "../../judge/asking/evaluator.js";
import { callsOf } from "../../judge/asking/calls.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** Options of {@link lengthWithin}. */
export interface LengthOptions {
  /**
   * How much longer or shorter than the reference the text may be, as a factor.
   * @default 2
   */
  factor?: number;
}

/**
 * Yes where the text has between a factor less and a factor more characters than the reference's.
 * Says nothing of cases whose reference has no text. Key: `length_within`.
 *
 * @example
 * ```ts
 * import { lengthWithin } from "langsmith-finetune";
 *
 * const evaluators = [lengthWithin({ factor: 1.5 })];
 * ```
 */
export function lengthWithin(options: LengthOptions = {}): Evaluator {
  checkOptions<LengthOptions>("lengthWithin", options, { factor: number({ min: 1 }) });
  const { factor = 2 } = options;
  return function lengthWithin({ outputs, referenceOutputs }) {
    const wanted = textOfContent(referenceOutputs.content).length;
    if (wanted === 0 || callsOf(referenceOutputs).length > 0) return [];
    const given = textOfContent(outputs.content).length;
    return {
      key: "length_within",
      score: given <= wanted * factor && given >= wanted / factor,
      comment: `${given} characters, the reference ${wanted}`,
    };
  };
}
