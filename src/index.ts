// The public surface: explicit named exports and nothing else. Backends have subpaths of their own
// (`langsmith-finetune/backends/openai`), so that importing the package loads no provider; the
// sandbox is `langsmith-finetune/sandbox`. What is in `internal/` stays internal.

export { asRunnable, type AsRunnableOptions, type StepContext } from "./runnable.js";
export type { StepProgress, StepProgressListener } from "./internal/progress.js";
export { sourceOf, targetsOf, withSource } from "./source.js";

// ── select ──

export type { ConnectionOptions } from "./select/server/connection.js";
export { exportRuns, type ExportOptions, type ExportProgress, type ExportResult } from "./select/export-runs.js";
export { fetchRunsByIds, type FetchRunsOptions } from "./select/fetch-runs-by-ids.js";
export { readRuns, type ReadRunsOptions } from "./select/read-runs.js";
export type { RateLimit } from "./select/server/request-limits.js";
export type { ErrorChoice, FeedbackCondition, RunQuery } from "./select/query/run-query.js";
export {
  type AnnotationQueueOptions,
  type AnnotationQueueQuery,
  selectAnnotationQueueRuns,
} from "./select/select-annotation-queue-runs.js";
export { selectRuns, type SelectOptions } from "./select/select-runs.js";

// ── load ──

export { convertDatasetExample } from "./load/convert-dataset-example.js";
export { loadTrajectories } from "./load/trajectories/load-trajectories.js";
export type { LoadTrajectoriesOptions, TrajectoryQuery } from "./load/trajectories/load-trajectories.js";
export {
  LangSmithDatasetChatLoader,
  type DatasetChoice,
  type LangSmithDatasetChatLoaderOptions,
} from "./load/langsmith-dataset-chat-loader.js";
export { convertRunToChatSession, type ChatSessionResult } from "./load/convert-run-to-chat-session.js";
export type { AnswerOptions } from "./load/checks/finish-reason.js";
export { LangSmithRunChatLoader, type LangSmithRunChatLoaderOptions } from "./load/langsmith-run-chat-loader.js";
export { loadChatSessions, type LoadOptions, type RunInput } from "./load/load-chat-sessions.js";
export type { IncompleteRun, SuppliedParts, SupplyParts } from "./load/incomplete-runs.js";
export type { MissingPart } from "./load/marks/incomplete.js";
export type { FetchRuns } from "./load/resolve-run-ids.js";
export type { LoadSkipCode } from "./messages/unreadable.js";

// ── convert ──

export { convertExampleToMessages } from "./convert/convert-example-to-messages.js";
export {
  convertMessagesForFinetuning,
  type ConvertMessagesOptions,
} from "./convert/convert-messages-for-finetuning.js";
export { convertMessageToOpenAI } from "./convert/convert-message-to-openai.js";
export {
  convertSessionToExample,
  type ConvertOptions,
  type TrainingExampleResult,
} from "./convert/convert-session-to-example.js";
export { readJsonl, type ReadJsonlOptions } from "./convert/read-jsonl.js";
export { writeJsonl, type WriteJsonlOptions, type WrittenFile } from "./convert/write-jsonl.js";

// ── functions ──

export { Calculator, calculate, type Operation } from "./functions/calculator.js";
export {
  convertToOpenAIFunction,
  type ConvertToOpenAIOptions,
  type FunctionWithParameters,
} from "./functions/convert-to-openai-function.js";
export { convertToOpenAITool, type ToolWithParameters } from "./functions/convert-to-openai-tool.js";
export type { FunctionSchema, ValidatingSchema } from "./functions/function-schema.js";
export { SchemaOutputParser, type SchemaOutputParserOptions } from "./functions/schema-output-parser.js";

// ── chat templates ──

export { type ChatTemplate, type ChatTemplateSource, readChatTemplate } from "./templates/chat-template.js";
export { type ChatTokenizer, loadChatTokenizer } from "./templates/chat-tokenizer.js";
export type { JinjaLimits } from "./templates/jinja/limits.js";
export {
  type ChatTemplateOptions,
  renderChat,
  type RenderChatOptions,
  type RenderedChat,
  type RenderedTokens,
  type TargetSpan,
} from "./templates/render-chat.js";
export type { TemplateCheckOptions } from "./templates/template-check.js";

// ── curate: validate and count ──

export { openAIRules, type LossSupport, type ValidationRules } from "./curate/rules.js";
export { countTokens, type CountTokensOptions, type TokenCount } from "./curate/tokens/count-tokens.js";
export { defaultEpochs, estimateCost, type CostEstimate, type CostOptions } from "./curate/tokens/estimate-cost.js";
export { limitTokens, type LimitTokensOptions, type TrimmedRow } from "./curate/tokens/limit-tokens.js";
export { trainingPrices, type TrainingPrice } from "./curate/tokens/prices.js";
export type { RowTokens, TokenCounter } from "./curate/tokens/counter.js";
export { createTokenCounter, type TokenOptions } from "./curate/tokens/token-counter.js";
export { createValidator, type RowValidator, type ValidationOptions } from "./curate/validate/create-validator.js";
export { validateExamples, type ValidateExamplesOptions } from "./curate/validate/validate-examples.js";
export { validateJsonl, type ValidateJsonlOptions } from "./curate/validate/validate-jsonl.js";

// ── curate: clean, split, report ──

export { createReport, type ReportOptions } from "./curate/report/create-report.js";
export { curate, type Curated } from "./curate/curate.js";
export type { CurateOptions } from "./curate/curate-options.js";
export type { CurateTokens } from "./curate/steps/limit-length.js";
export type {
  AgainstSettings,
  EvaluationSet,
  LangSmithEvaluationSet,
  NamedEvaluationSet,
} from "./curate/contamination/evaluation-set.js";
export { joinConversations, type JoinConversationsOptions } from "./curate/conversations/join-conversations.js";
export type { JoinSettings } from "./curate/conversations/join-options.js";
export { deduplicate, type DeduplicateOptions, type DuplicateOptions } from "./curate/duplicates/deduplicate.js";
export {
  filterExamples,
  type FeedbackRange,
  type FilterOptions,
  type NumberRange,
  type RowConditions,
} from "./curate/steps/filter-examples.js";
export type { Detector, Match as DetectorMatch, PatternDetector } from "./curate/redact/detector.js";
export {
  redact,
  type BuiltInDetector,
  type Redaction,
  type RedactionSettings,
  type RedactOptions,
} from "./curate/redact/redact.js";
export { renderReportHtml } from "./curate/report/render-report.js";
export type { CurationReport } from "./curate/report/report.js";
export { sampleExamples, type SampleOptions, type SampleSettings } from "./curate/split/sample-examples.js";
export type { DiverseSettings } from "./curate/semantic/cluster-rows.js";
export type { EmbeddingSettings } from "./curate/semantic/embedding-settings.js";
export { markClusters, type ClusterOptions } from "./curate/semantic/mark-clusters.js";
export type { SemanticSettings } from "./curate/semantic/semantic-settings.js";
export type { SourceKey } from "./curate/split/source-key.js";
export { splitExamples, type SplitOptions, type Splits } from "./curate/split/split-examples.js";
export type { SplitSettings } from "./curate/split/split-options.js";
export { trainOn, type TrainedMessages, type TrainOnOptions } from "./curate/steps/train-on.js";
export {
  writeDataset,
  type DatasetManifest,
  type ManifestFile,
  type WriteDatasetOptions,
} from "./curate/write-dataset.js";

// ── engine ── (engines have subpaths of their own: langsmith-finetune/engines/threads)

export { buildDataset, type BuildDatasetOptions } from "./engine/build-dataset.js";
export type { S3Settings } from "./engine/files/s3.js";
export type { Engine } from "./engine/engine.js";
export type { BuildLoadOptions } from "./engine/worker/map-part.js";

// ── datasets: read, compare ──

export { diffDatasets, type DiffInput, type DiffOptions, type SplitRows } from "./datasets/diff/diff-datasets.js";
export type {
  DatasetDiff,
  DiffPlace,
  DiffReason,
  DiffSide,
  RowChange,
  SettingChange,
} from "./datasets/diff/dataset-diff.js";
export { renderDiffHtml } from "./datasets/diff/render-diff.js";
export {
  writeLangSmithDataset,
  type WriteLangSmithDatasetOptions,
  type WrittenLangSmithDataset,
} from "./datasets/langsmith/write-langsmith-dataset.js";
export { type DatasetJob, recordFineTune } from "./datasets/jobs.js";
export { type ErasedFrom, type Erasure, eraseFromDatasets } from "./datasets/erase-from-datasets.js";
export type { ErasureRequest } from "./datasets/erased.js";
export { updateDataset } from "./datasets/update/update-dataset.js";
export type { DatasetUpdate } from "./datasets/update/dataset-update.js";
export type { TakeOutOptions, UpdateDatasetOptions } from "./datasets/update/update-options.js";
export { pushToHub, type PushedDataset, type PushToHubOptions } from "./datasets/hub/push-to-hub.js";
export { readDataset, type ReadDatasetOptions, type StoredDataset } from "./datasets/read-dataset.js";

// ── curate: preference pairs ──

export type { CorrectionOptions, CorrectionSource } from "./curate/preference/corrections.js";
export { pairsFromAlternatives, type AlternativePairOptions } from "./curate/preference/pairs-from-alternatives.js";
export { correctExamples, pairsFromCorrections } from "./curate/preference/pairs-from-corrections.js";
export { labelsFromFeedback, type FeedbackLabelOptions } from "./curate/preference/labels-from-feedback.js";
export { pairsFromFeedback, type FeedbackPairOptions } from "./curate/preference/pairs-from-feedback.js";
export { joinFeedback, type JoinFeedbackOptions } from "./curate/ratings/join-feedback.js";
export type { MaskStepOptions, RatingMask } from "./curate/steps/mask-rated.js";
export type { FeedbackJoin } from "./select/feedback/join-options.js";
export type { SeveralScores } from "./select/feedback/summarise.js";
export { type Reasoning, reasoningOf } from "./reasoning.js";
export type { ReasoningPolicy, ReasoningStepOptions } from "./curate/steps/keep-reasoning.js";
export { type FeedbackScope, type Rated, type Rating, ratingsOf } from "./ratings.js";
export { readFeedback, type ReadFeedbackOptions, type RunFeedback } from "./select/read-feedback.js";

// ── judge ──

export type { AskOptions, AskProgress, EstimateOption } from "./judge/asking/ask-options.js";
export type { AskEstimate, CallEstimate } from "./judge/asking/estimate.js";
export type { AskUsage } from "./judge/asking/usage.js";
export type { DecideBy, JudgeDecision } from "./judge/decide.js";
export { judgeExamples } from "./judge/judge-examples.js";
export type { JudgeOptions, JudgeSharedOptions } from "./judge/judge-options.js";
export type {
  Judge,
  JudgedAnswer,
  JudgedConversation,
  JudgeFunction,
  JudgeReturn,
  Judges,
  JudgeSettings,
} from "./judge/judges/judge.js";
export type { ChooseBy, ChooseContext } from "./judge/relabel/choose.js";
export { markDisagreement, type DisagreementOptions } from "./judge/mark-disagreement.js";
export {
  sendToAnnotationQueue,
  type AnnotationQueueTarget,
  type SentToQueue,
} from "./judge/send-to-annotation-queue.js";
export { relabelExamples } from "./judge/relabel/relabel-examples.js";
export type { RelabelOptions, RelabelReport } from "./judge/relabel/relabel-options.js";
export type { Agreement } from "./judge/trust/agreement.js";
export type { Calibration, CalibrationExample } from "./judge/trust/calibrate.js";
export type { PeopleFeedback } from "./judge/trust/feedback.js";
export type { Disagreement, JudgeReport, JudgeSummary } from "./judge/trust/judge-report.js";

// ── train ──

export type {
  BackendCapabilities,
  BackendPrice,
  CallOptions,
  Checkpoint,
  ContinuedModel,
  DatasetFile,
  DatasetFormat,
  Deployment,
  EarlyStopping,
  FineTuneBackend,
  FineTunedModel,
  InferenceTarget,
  JobEvent,
  JobEventPage,
  JobReference,
  JobRequest,
  JobSchedule,
  JobSnapshot,
  JobStatus,
  PastJob,
  TrainingMethod,
  TunedModelParts,
  UploadedFile,
} from "./train/backend.js";
export { exportPastJobs, type ExportedJob, type ExportPastJobsOptions } from "./train/export-past-jobs.js";
export { fineTune } from "./train/fine-tune.js";
export type { FineTuneJob } from "./train/job.js";
export { estimateFineTune, type EstimateFineTuneOptions } from "./train/planning/estimate-fine-tune.js";
export type { UnknownPrice } from "./train/planning/cost-limit.js";
export type { DurationEstimate, TimedJob } from "./train/planning/duration.js";
export type { FineTuneEstimate } from "./train/planning/estimate.js";
export type { CheckpointChoice, FineTuneOptions, TrainingRow, WaitOptions } from "./train/options.js";
export type { PersonalDataFound, PersonalDataPolicy } from "./train/preparing/personal-data.js";
export type { FineTuneProgress, ProgressListener } from "./train/following/progress.js";
export { resumeFineTune, type ResumeOptions } from "./train/resume-fine-tune.js";
export { startFineTune } from "./train/start-fine-tune.js";
export type { AnyProgress, ProgressStream } from "./train/following/any-progress.js";
export { terminalProgress, type TerminalProgressOptions } from "./train/following/terminal-progress.js";

// ── use: the chat model ──

export { chatModel, type ChatModelOptions, type TunedChatModel } from "./use/chat-model.js";
export { deploy, teardown, type DeployOptions, type TeardownOptions } from "./use/deploy.js";

export { routedChatModel, type RoutedChatModel, type RoutedChatModelOptions } from "./use/routed/routed-chat-model.js";
export type { RoutedCall, RouteCounts } from "./use/routed/router.js";

// ── use: evaluation ──

export { compareArms, type ArmQuery, type CompareArmsOptions } from "./compare/arms/compare-arms.js";
export { renderArmsHtml, type ArmsPageOptions } from "./compare/arms/render-arms-html.js";
export type { ArmComparison, ArmFigure, ArmLook, ArmMetric, ArmSummary } from "./compare/arms/types.js";
export { compareModels } from "./compare/compare-models.js";
export type { CompareOptions, ComparisonProgress } from "./compare/compare-options.js";
export type { ComparisonEstimate } from "./compare/estimate-comparison.js";
export type { ModelPrice } from "./judge/asking/usage.js";
export type { ModelAnswer } from "./judge/asking/model-answer.js";
export type {
  EvaluationInputs,
  Evaluator,
  EvaluatorParameters,
  EvaluatorResult,
  EvaluatorReturn,
} from "./judge/asking/evaluator.js";
export { argumentsEqual, type ArgumentsEqualOptions } from "./compare/evaluators/arguments-equal.js";
export { argumentsValid } from "./compare/evaluators/arguments-valid.js";
export { jsonFields, type JsonFieldsOptions } from "./compare/evaluators/json-fields.js";
export { lengthWithin, type LengthOptions } from "./compare/evaluators/length.js";
export { refusalAsExpected } from "./compare/evaluators/refusal.js";
export { exactText, normalisedText } from "./compare/evaluators/text.js";
export { toolCalled } from "./compare/evaluators/tool-called.js";
export type { ExperimentOptions } from "./compare/experiments.js";
export {
  pairwiseJudge,
  type PairwiseEvaluator,
  type PairwiseJudgeOptions,
  type PairwiseParameters,
  type PairwiseResult,
} from "./compare/pairwise.js";
export { renderComparisonHtml, type ComparisonPageOptions } from "./compare/render-comparison-html.js";
export { estimateSweep, sweep } from "./compare/sweep/sweep.js";
export type { SweepJob, SweepOptions } from "./compare/sweep/options.js";
export type { SweepEntry, SweepEstimate, SweepFailure, SweepResult } from "./compare/sweep/types.js";
export { writeComparison } from "./compare/write-comparison.js";
export type {
  CaseScore,
  Comparison,
  ComparisonCase,
  ConversationFigures,
  EvaluatorComparison,
  ModelSummary,
  PairComparison,
} from "./compare/types.js";

// ── errors and shared nouns ──

export {
  TimeoutError,
  CostLimitError,
  DatasetConflictError,
  type DatasetConflict,
  EmptyDatasetError,
  FinetuneError,
  FineTuneJobError,
  InvalidExamplesError,
  InvalidOptionError,
  MissingApiKeyError,
  MissingPackageError,
  ServiceError,
  SkippedError,
  TemplateError,
} from "./errors.js";

export type {
  AnyIterable,
  AssistantTrainingMessage,
  ChatSession,
  ContentPart,
  ExampleSource,
  EvaluationMatch,
  ExampleTarget,
  FeedbackSummary,
  JoinedFeedback,
  JudgeVote,
  Finding,
  FunctionTrainingMessage,
  JsonObject,
  JsonValue,
  OpenAIFunction,
  OpenAITool,
  DatasetRow,
  PreferenceExample,
  UnpairedExample,
  ReinforcementExample,
  Run,
  Skip,
  SkipOptions,
  SystemTrainingMessage,
  ToolTrainingMessage,
  TrainingExample,
  TrainingMessage,
  TrainingToolCall,
  UserTrainingMessage,
} from "./types.js";
