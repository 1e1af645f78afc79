import type { TrainingPrice } from "../curate/tokens/prices.js";
import type { AnyIterable, DatasetRow } from "../types.js";
import type {
  CallOptions,
  Checkpoint,
  EarlyStopping,
  FineTunedModel,
  FineTuneBackend,
  TrainingMethod,
} from "./backend.js";
import type { UnknownPrice } from "./planning/cost-limit.js";
import type { ProgressListener } from "./following/progress.js";
import type { PersonalDataPolicy } from "./preparing/personal-data.js";

/** A row of any training method. */
export type TrainingRow = DatasetRow;

/** Which model of a job is taken. */
export type CheckpointChoice =
  "best" | "last" | ((checkpoints: readonly Checkpoint[]) => Checkpoint | Promise<Checkpoint>);

/** How a job is waited for. */
export interface WaitOptions extends CallOptions {
  /** Ends the wait at once, also in the pause between two polls. The job itself goes on; `cancel` ends it. */
  signal?: AbortSignal;
  /**
   * Milliseconds until the wait ends with a `TimeoutError`. The job itself goes on.
   * @default no timeout
   */
  timeout?: number;
  /**
   * Milliseconds between the first two polls. Grows by half with each poll, up to twelve times of
   * it, starts over when the status changes, and varies by a quarter. A longer `Retry-After` wins.
   * @default 5_000
   */
  pollInterval?: number;
  /**
   * Which model of the job is taken: the `last` one, the checkpoint with the lowest validation loss (`best`), or the one
   * that a function chooses. With the other two the result holds the `checkpoint` and the `curve` of all. Refused by
   * name where the backend has no checkpoints, or measures none.
   * @default the provider's own end result, which is the last
   */
  checkpoint?: CheckpointChoice;
  /** Called with status changes, events, metrics and estimates. See `terminalProgress` for a ready one. */
  onProgress?: ProgressListener;
}

/** Options of `fineTune` and `startFineTune`. */
export interface FineTuneOptions extends WaitOptions {
  /** The training rows, or the path of a JSON Lines file of them. Read once, one at a time; never held in memory. */
  examples: AnyIterable<TrainingRow> | string;
  /** Where the model is tuned, and which model: `openAI({ model })`, `together({ model })`, … */
  backend: FineTuneBackend;
  /** Rows to measure on, or the path of their file. An empty iterable is the same as none. */
  validation?: AnyIterable<TrainingRow> | string;
  /**
   * How the model learns.
   * @default by the first row: "preference" for a pair, "unpaired" for an answer with a label, else "supervised"
   */
  method?: TrainingMethod;
  /** Part of the tuned model's name, up to 64 characters. */
  suffix?: string;
  /** For repeatable training, where the provider has it. */
  seed?: number;
  /** How often each row is seen. Default: the provider's. */
  epochs?: number;
  /**
   * A tuned model to go on from: what `fineTune` gave, or its name at the provider (for `trl` a path). It must be of the
   * same backend and base model. Refused by name where the backend cannot.
   * @default the base model
   */
  from?: FineTunedModel | string;
  /**
   * Steps between two measurements on the validation rows. Refused by name where the backend measures by a rule of its
   * own.
   * @default the backend's own
   */
  evaluateEvery?: number;
  /**
   * End the training when the validation loss falls no more. `true` leaves patience and threshold to the backend.
   * Refused by name where the backend cannot.
   * @default false
   */
  earlyStopping?: boolean | EarlyStopping;
  /** Your own words about the job, where the provider keeps them. */
  metadata?: Readonly<Record<string, string>>;
  /** Rows with more tokens are refused before anything is sent. Default: the limit in the backend's rules. */
  maxTokens?: number;
  /**
   * US dollars that the job may cost by the estimate of `estimateFineTune`. A job that would cost more ends with a
   * `CostLimitError` before anything is uploaded. The epochs must be known: by `epochs`, or by the backend. It bounds
   * the estimate; what the provider bills counts, and hosting is not in it.
   * @default no limit
   */
  maxCost?: number;
  /**
   * Prices that are looked at before those of the backend, for `maxCost`.
   * @default none
   */
  prices?: readonly TrainingPrice[];
  /**
   * What `maxCost` means where no price is known: the call is refused (`refuse`), or the job has no limit (`allow`).
   * @default "refuse"
   */
  unknownPrice?: UnknownPrice;
  /**
   * What happens with rows that hold what looks like secrets or personal data: `say` it before the upload (to
   * `onProgress`, and as a warning of the process), `refuse` to upload, or `ignore` it and do not look.
   * @default "say"
   */
  personalData?: PersonalDataPolicy;
  /**
   * Where the dataset file is written until it is uploaded.
   * @default the system's directory for temporary files
   */
  directory?: string;
  /**
   * Take up the job that an earlier call with the same rows, model and options has started, unless
   * it failed or was cancelled. `false` always starts a new one.
   * @default true
   */
  reuse?: boolean;
  /**
   * Calls with the same rows, model and options that are made at the same moment follow each other, so
   * that the second takes up the job of the first: those of this `process`, or of all processes of this
   * user on this `machine`, by a lock in the folder for temporary files. Two machines are not kept apart.
   * @default "process"
   */
  lock?: "process" | "machine";
}
