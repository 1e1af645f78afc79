// Written by scripts/write-subpaths.ts from src/index.ts.

export { compareArms, type ArmQuery, type CompareArmsOptions } from "./arms/compare-arms.js";
export { renderArmsHtml, type ArmsPageOptions } from "./arms/render-arms-html.js";
export type { ArmComparison, ArmFigure, ArmLook, ArmMetric, ArmSummary } from "./arms/types.js";
export { compareModels } from "./compare-models.js";
export type { CompareOptions, ComparisonProgress } from "./compare-options.js";
export type { ComparisonEstimate } from "./estimate-comparison.js";
export type { ModelAnswer } from "../judge/asking/model-answer.js";
export type {
  EvaluationInputs,
  Evaluator,
  EvaluatorParameters,
  EvaluatorResult,
  EvaluatorReturn,
} from "../judge/asking/evaluator.js";
export { argumentsEqual, type ArgumentsEqualOptions } from "./evaluators/arguments-equal.js";
export { argumentsValid } from "./evaluators/arguments-valid.js";
export { jsonFields, type JsonFieldsOptions } from "./evaluators/json-fields.js";
export { lengthWithin, type LengthOptions } from "./evaluators/length.js";
export { refusalAsExpected } from "./evaluators/refusal.js";
export { exactText, normalisedText } from "./evaluators/text.js";
export { toolCalled } from "./evaluators/tool-called.js";
export type { ExperimentOptions } from "./experiments.js";
export {
  pairwiseJudge,
  type PairwiseEvaluator,
  type PairwiseJudgeOptions,
  type PairwiseParameters,
  type PairwiseResult,
} from "./pairwise.js";
export { renderComparisonHtml, type ComparisonPageOptions } from "./render-comparison-html.js";
export { estimateSweep, sweep } from "./sweep/sweep.js";
export type { SweepJob, SweepOptions } from "./sweep/options.js";
export type { SweepEntry, SweepEstimate, SweepFailure, SweepResult } from "./sweep/types.js";
export { writeComparison } from "./write-comparison.js";
export type {
  CaseScore,
  Comparison,
  ComparisonCase,
  ConversationFigures,
  EvaluatorComparison,
  ModelSummary,
  PairComparison,
} from "./types.js";
