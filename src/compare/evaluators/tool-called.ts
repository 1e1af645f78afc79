import type { Evaluator } from "../../judge/asking/evaluator.js";
import { callsOf } from "../../judge/asking/calls.js";

/**
 * Yes where the same tools were called as in the reference, the same number of times in any order,
 * or none where the reference calls none. Key: `tool_called`.
 *
 * @example
 * ```ts
 * import { toolCalled } from "langsmith-finetune";
 *
 * const evaluators = [toolCalled()];
 * ```
 */
export function toolCalled(): Evaluator {
  return function toolCalled({ outputs, referenceOutputs }) {
    const called = namesOf(outputs);
    const wanted = namesOf(referenceOutputs);
    return {
      key: "tool_called",
      score: called === wanted,
      comment: called === wanted ? undefined : `called ${called || "nothing"}, not ${wanted || "nothing"}`,
    };
  };
}

const namesOf = (answer: Parameters<typeof callsOf>[0]) =>
  callsOf(answer)
    .map(({ name }) => name)
    .sort()
    .join(", ");
