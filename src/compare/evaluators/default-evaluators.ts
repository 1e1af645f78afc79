import type { Evaluator } from "../../judge/asking/evaluator.js";
import { argumentsEqual } from "./arguments-equal.js";
import { argumentsValid } from "./arguments-valid.js";
import { refusalAsExpected } from "./refusal.js";
import { normalisedText } from "./text.js";
import { toolCalled } from "./tool-called.js";

/** Those that are right for any row: tools called, arguments equal and valid, the text but for its form, refusals. */
export const defaultEvaluators = (): Evaluator[] => [
  toolCalled(),
  argumentsEqual(),
  argumentsValid(),
  normalisedText(),
  refusalAsExpected(),
];
