// Written by scripts/write-subpaths.ts from src/index.ts.

export { readJsonl, type ReadJsonlOptions } from "../convert/read-jsonl.js";
export { writeJsonl, type WriteJsonlOptions, type WrittenFile } from "../convert/write-jsonl.js";
export { openAIRules, type LossSupport, type ValidationRules } from "./rules.js";
export { countTokens, type CountTokensOptions, type TokenCount } from "./tokens/count-tokens.js";
export { defaultEpochs, estimateCost, type CostEstimate, type CostOptions } from "./tokens/estimate-cost.js";
export { limitTokens, type LimitTokensOptions, type TrimmedRow } from "./tokens/limit-tokens.js";
export { trainingPrices, type TrainingPrice } from "./tokens/prices.js";
export type { RowTokens, TokenCounter } from "./tokens/counter.js";
export { createTokenCounter, type TokenOptions } from "./tokens/token-counter.js";
export { createValidator, type RowValidator, type ValidationOptions } from "./validate/create-validator.js";
export { validateExamples, type ValidateExamplesOptions } from "./validate/validate-examples.js";
export { validateJsonl, type ValidateJsonlOptions } from "./validate/validate-jsonl.js";
export { createReport, type ReportOptions } from "./report/create-report.js";
export { curate, type Curated } from "./curate.js";
export type { CurateOptions } from "./curate-options.js";
export type { CurateTokens } from "./steps/limit-length.js";
export type {
  AgainstSettings,
  EvaluationSet,
  LangSmithEvaluationSet,
  NamedEvaluationSet,
} from "./contamination/evaluation-set.js";
export { joinConversations, type JoinConversationsOptions } from "./conversations/join-conversations.js";
export type { JoinSettings } from "./conversations/join-options.js";
export { deduplicate, type DeduplicateOptions, type DuplicateOptions } from "./duplicates/deduplicate.js";
export {
  filterExamples,
  type FeedbackRange,
  type FilterOptions,
  type NumberRange,
  type RowConditions,
} from "./steps/filter-examples.js";
export type { Detector, Match as DetectorMatch, PatternDetector } from "./redact/detector.js";
export {
  redact,
  type BuiltInDetector,
  type Redaction,
  type RedactionSettings,
  type RedactOptions,
} from "./redact/redact.js";
export { renderReportHtml } from "./report/render-report.js";
export type { CurationReport } from "./report/report.js";
export { sampleExamples, type SampleOptions, type SampleSettings } from "./split/sample-examples.js";
export type { DiverseSettings } from "./semantic/cluster-rows.js";
export type { EmbeddingSettings } from "./semantic/embedding-settings.js";
export { markClusters, type ClusterOptions } from "./semantic/mark-clusters.js";
export type { SemanticSettings } from "./semantic/semantic-settings.js";
export type { SourceKey } from "./split/source-key.js";
export { splitExamples, type SplitOptions, type Splits } from "./split/split-examples.js";
export type { SplitSettings } from "./split/split-options.js";
export { trainOn, type TrainedMessages, type TrainOnOptions } from "./steps/train-on.js";
export { writeDataset, type DatasetManifest, type ManifestFile, type WriteDatasetOptions } from "./write-dataset.js";
export type { CorrectionOptions, CorrectionSource } from "./preference/corrections.js";
export { pairsFromAlternatives, type AlternativePairOptions } from "./preference/pairs-from-alternatives.js";
export { correctExamples, pairsFromCorrections } from "./preference/pairs-from-corrections.js";
export { labelsFromFeedback, type FeedbackLabelOptions } from "./preference/labels-from-feedback.js";
export { pairsFromFeedback, type FeedbackPairOptions } from "./preference/pairs-from-feedback.js";
export { joinFeedback, type JoinFeedbackOptions } from "./ratings/join-feedback.js";
export type { MaskStepOptions, RatingMask } from "./steps/mask-rated.js";
export type { ReasoningPolicy, ReasoningStepOptions } from "./steps/keep-reasoning.js";
