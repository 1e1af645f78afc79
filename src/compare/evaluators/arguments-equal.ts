import { number } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import type { Evaluator } from "../../judge/asking/evaluator.js";
import { callsOf, type Call } from "../../judge/asking/calls.js";
import { sameJson } from "../../internal/same-json.js";

/** Options of {@link argumentsEqual}. */
export interface ArgumentsEqualOptions {
  /**
   * How far two numbers may be apart, as a share of the larger one.
   * @default 0
   */
  tolerance?: number;
}

/**
 * Yes where the calls are those of the reference with equal arguments, by their JSON values and in
 * any order. Says nothing of cases whose reference calls nothing. Key: `arguments_equal`.
 *
 * @example
 * ```ts
 * import { argumentsEqual } from "langsmith-finetune";
 *
 * const evaluators = [argumentsEqual({ tolerance: 1e-6 })];
 * ```
 */
export function argumentsEqual(options: ArgumentsEqualOptions = {}): Evaluator {
  checkOptions<ArgumentsEqualOptions>("argumentsEqual", options, { tolerance: number({ min: 0, max: 1 }) });
  const { tolerance = 0 } = options;
  const same = (a: Call, b: Call) =>
    a.name === b.name && (a.value === undefined ? a.text === b.text : sameJson(a.value, b.value, tolerance));
  return function argumentsEqual({ outputs, referenceOutputs }) {
    const wanted = callsOf(referenceOutputs);
    if (wanted.length === 0) return [];
    const left = callsOf(outputs);
    const missing = wanted.filter((call) => {
      const found = left.findIndex((other) => same(call, other));
      if (found >= 0) left.splice(found, 1);
      return found < 0;
    });
    const comment = [
      ...missing.map(({ name, text }) => `lacks ${name}(${text})`),
      ...left.map(({ name, text }) => `has ${name}(${text})`),
    ].join("; ");
    return { key: "arguments_equal", score: comment === "", comment: comment || undefined };
  };
}
