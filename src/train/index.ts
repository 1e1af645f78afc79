// Written by scripts/write-subpaths.ts from src/index.ts.

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
} from "./backend.js";
export { exportPastJobs, type ExportedJob, type ExportPastJobsOptions } from "./export-past-jobs.js";
export { fineTune } from "./fine-tune.js";
export type { FineTuneJob } from "./job.js";
export { estimateFineTune, type EstimateFineTuneOptions } from "./planning/estimate-fine-tune.js";
export type { UnknownPrice } from "./planning/cost-limit.js";
export type { DurationEstimate, TimedJob } from "./planning/duration.js";
export type { FineTuneEstimate } from "./planning/estimate.js";
export type { CheckpointChoice, FineTuneOptions, TrainingRow, WaitOptions } from "./options.js";
export type { PersonalDataFound, PersonalDataPolicy } from "./preparing/personal-data.js";
export type { FineTuneProgress, ProgressListener } from "./following/progress.js";
export { resumeFineTune, type ResumeOptions } from "./resume-fine-tune.js";
export { startFineTune } from "./start-fine-tune.js";
export type { AnyProgress, ProgressStream } from "./following/any-progress.js";
export { terminalProgress, type TerminalProgressOptions } from "./following/terminal-progress.js";
