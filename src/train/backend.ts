import type { ValidationRules } from "../curate/rules.js";
import type { TrainingPrice } from "../curate/tokens/prices.js";
import type {
  JsonObject,
  PreferenceExample,
  ReinforcementExample,
  TrainingExample,
  UnpairedExample,
} from "../types.js";

/** How a model learns: from answers, from pairs of answers, from answers with a label (KTO), or from a grader. */
export type TrainingMethod = "supervised" | "preference" | "unpaired" | "reinforcement";

/**
 * A place that fine-tunes models: one file or folder in `train/backends/`, and nothing outside it
 * knows its name. `docs/write-a-backend.md` tells how to write one.
 *
 * Methods talk to the provider once and throw what it says as a `ServiceError`; waiting, polling,
 * progress, retries of the poll and deadlines belong to the job, which is the same for all.
 */
export interface FineTuneBackend {
  /** `openai`, `together`, …: the word in job references and in `FineTunedModel.backend`. */
  readonly name: string;
  /** The base model. */
  readonly model: string;
  readonly capabilities: BackendCapabilities;
  /** What the provider accepts in a row and a file. */
  readonly rules: ValidationRules;
  /** How the dataset file is written. */
  readonly file: DatasetFormat;
  /**
   * All that makes a job of the same rows on the same model another job: hyperparameters, grader,
   * host. Part of the job's `key`. No credentials.
   */
  readonly options?: JsonObject;
  /**
   * What the provider asks for training this model, with the day and the source of each price. Left out, and empty,
   * where no price is known: then nobody guesses one.
   */
  readonly prices?: readonly BackendPrice[];
  /** What a job does by the backend's options, or by the provider's own default where that is documented. */
  readonly schedule?: JobSchedule;

  /** What the provider has announced about the end of its service, with the days and what to do. Left out where nothing is known. */
  readonly announcement?: string;

  /**
   * Takes the secrets that the backend has sent out of a text of the provider: the reason of a failed
   * job, an event. Left out where the text can hold none.
   */
  redact?(text: string): string;

  /**
   * Throws where something that every call needs is missing on this machine: a key, a package. Called before the first
   * row is read, so that nobody waits for a dataset that cannot be sent. Asks no service.
   */
  checkSetup?(): void | Promise<void>;
  /**
   * Hands a file to the provider and returns when the provider is ready to train on it, with its
   * own check of the rows done where it does one. A file with the same content that is already
   * there is used again where the provider can list.
   */
  upload(file: DatasetFile, options: CallOptions): Promise<UploadedFile>;
  /** Creates the job. Called once for a `key`; see `find`. */
  start(request: JobRequest, options: CallOptions): Promise<JobReference>;
  /**
   * Looks for a job that was started with this `key` before: a crash between asking for a job and
   * hearing of it must not make a second. Of several the newest that has neither failed nor been
   * cancelled, for those may be started again. Left out where the provider cannot list.
   */
  find?(key: string, options: CallOptions): Promise<JobReference | undefined>;
  /** How the job stands now. */
  poll(job: JobReference, options: CallOptions): Promise<JobSnapshot>;
  /** What happened since `after` (the cursor of the last call), oldest first. */
  events?(job: JobReference, after: string | undefined, options: CallOptions): Promise<JobEventPage>;
  /** Asks the provider to stop. The job then waits until the provider says so. */
  cancel?(job: JobReference, options: CallOptions): Promise<void>;
  checkpoints?(job: JobReference, options: CallOptions): Promise<Checkpoint[]>;
  /** The model of one checkpoint of a job that has succeeded. Goes with `capabilities.checkpoints`. */
  checkpointResult?(
    job: JobReference,
    checkpoint: Checkpoint,
    snapshot: JobSnapshot,
    options: CallOptions,
  ): Promise<TunedModelParts>;
  /** The model of a job that has succeeded. */
  result(job: JobReference, snapshot: JobSnapshot, options: CallOptions): Promise<TunedModelParts>;
  /** The jobs that the provider still lists, newest first, whoever started them. Left out where it cannot list. */
  pastJobs?(options: CallOptions): AsyncIterable<PastJob>;
  /** The content of a file that a past job was trained on, as the provider kept it. */
  download?(fileId: string, options: CallOptions): AsyncIterable<Uint8Array>;
  /** Makes a tuned model callable where that costs money by the hour. Never called by `fineTune`. */
  deploy?(tuned: FineTunedModel, options: CallOptions & { [option: string]: unknown }): Promise<FineTunedModel>;
  /** Ends what `deploy` started. */
  teardown?(tuned: FineTunedModel, options: CallOptions): Promise<FineTunedModel>;
}

/** What a backend can do, beside what its rules say of rows. */
export interface BackendCapabilities {
  readonly methods: readonly TrainingMethod[];
  /** Where the provider checks the rows: at the upload, inside the job, or never. */
  readonly validation: "upload" | "job" | "none";
  /** What stands between a finished job and a callable model. */
  readonly deployment: "none" | "explicit";
  /** A seed, a suffix, epochs and validation data are understood. */
  readonly seed: boolean;
  readonly suffix: boolean;
  readonly epochs: boolean;
  readonly validationFile: boolean;
  /**
   * Checkpoints can be taken in the place of the last model: `measured` with a `validationLoss` where there are
   * validation rows, `listed` without one. Left out: they cannot be taken.
   */
  readonly checkpoints?: "measured" | "listed";
  /** The methods by which it goes on from a tuned model. Left out: it cannot. */
  readonly from?: readonly TrainingMethod[];
  /** The steps between two measurements on the validation rows can be given. */
  readonly evaluateEvery?: boolean;
  /**
   * It stops early: with a patience and a threshold (`settings`), with a patience (`patience`), or by a rule of its own
   * (`fixed`). Left out: it cannot.
   */
  readonly earlyStopping?: "settings" | "patience" | "fixed";
  /** The methods by which it stops early. Left out: all of its methods. */
  readonly earlyStoppingBy?: readonly TrainingMethod[];
}

/** When a training ends before its last epoch. */
export interface EarlyStopping {
  /** So many measurements in a row without a lower validation loss end it. @default 3 */
  readonly patience?: number;
  /** By how much the loss must fall to count as lower. @default 0 */
  readonly threshold?: number;
}

/** A tuned model that a job goes on from: at least its name at the provider. */
export type ContinuedModel = Pick<FineTunedModel, "model"> & Partial<FineTunedModel>;

/** What a provider asks for a job. */
export interface BackendPrice extends TrainingPrice {
  readonly method: TrainingMethod;
  /** How often the validation rows are billed too. @default 0 */
  readonly validationPasses?: number;
  /** Each row is billed as this many tokens, however long it is. Left out: rows are billed by their tokens. */
  readonly tokensPerRow?: number;
}

/** How a job will run, as far as that is known before. */
export interface JobSchedule {
  readonly epochs?: number;
  /** Rows of one step. */
  readonly batchSize?: number;
}

/** How a dataset file is written for a backend. */
export interface DatasetFormat {
  /** With the dot: `.jsonl`. */
  readonly extension: string;
  readonly mediaType: string;
  /** Begin the file with a UTF-8 byte order mark. */
  readonly byteOrderMark?: boolean;
  /** The JSON value of a row's line. Must not change the row. Left out: the row itself. */
  render?(
    row: TrainingExample | PreferenceExample | UnpairedExample | ReinforcementExample,
    method: TrainingMethod,
  ): unknown;
}

/** A dataset file on this machine's disk. */
export interface DatasetFile {
  readonly path: string;
  /** The name that the provider gets: readable, unique by content. */
  readonly name: string;
  readonly role: "training" | "validation";
  readonly method: TrainingMethod;
  readonly rows: number;
  readonly bytes: number;
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
}

/** A file as the provider knows it. Plain JSON. */
export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Anything else that the backend wants to remember. */
  readonly details?: JsonObject;
}

/** What a job is to be. */
export interface JobRequest {
  /** Equal for the same data, model and options: goes into the provider's metadata or name. */
  readonly key: string;
  readonly method: TrainingMethod;
  readonly training: UploadedFile;
  readonly validation?: UploadedFile;
  readonly suffix?: string;
  readonly seed?: number;
  readonly epochs?: number;
  /** Go on from this model, and not from the base model. Only where `capabilities.from` says so. */
  readonly from?: ContinuedModel;
  /** Steps between two measurements on the validation rows. Only where `capabilities.evaluateEvery` says so. */
  readonly evaluateEvery?: number;
  /** Only where `capabilities.earlyStopping` says so. */
  readonly earlyStopping?: EarlyStopping;
  /** Another job with the same key may be there, and must not be taken for this one. @default false */
  readonly fresh?: boolean;
  /** The user's own words about the job, where the provider takes them. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** All that is needed to continue with a job, on this machine or another. Plain JSON, no credentials. */
export interface JobReference {
  readonly backend: string;
  readonly id: string;
  /** The base model. */
  readonly model: string;
  readonly method: TrainingMethod;
  readonly key: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly training?: UploadedFile;
  readonly validation?: UploadedFile;
  readonly details?: JsonObject;
}

/** A job that a provider lists, with what it was trained on. Plain JSON. */
export interface PastJob {
  /** All that `resumeFineTune` needs, which gives the tuned model of a job that succeeded. */
  readonly reference: JobReference;
  readonly status: JobStatus;
  readonly rawStatus: string;
  /** The tuned model's name, where there is one. */
  readonly model?: string;
  /** The ids of the files, for `download`. */
  readonly trainingFile: string;
  readonly validationFile?: string;
  /** In the provider's own names. */
  readonly hyperparameters: JsonObject;
  readonly seed?: number;
  readonly trainedTokens?: number;
  /** ISO 8601. */
  readonly finishedAt?: string;
}

/** Where a job stands, in our words and in the provider's. */
export interface JobSnapshot {
  /** A word of the provider that is not known here is `pending`. */
  readonly status: JobStatus;
  /** The provider's own word. */
  readonly rawStatus: string;
  /** The tuned model's name, once there is one. */
  readonly model?: string;
  readonly trainedTokens?: number;
  readonly error?: { code?: string; message: string; param?: string; line?: number };
  readonly progress?: { fraction?: number; step?: number; totalSteps?: number; epoch?: number };
  /** ISO 8601: when the provider expects the job to end. */
  readonly estimatedFinish?: string;
  /** ISO 8601: when it ended. */
  readonly finishedAt?: string;
  /** Milliseconds that the provider asked to wait before the next poll. */
  readonly retryAfter?: number;
  /** The provider's whole answer. */
  readonly raw?: unknown;
}

export type JobStatus = "pending" | "running" | "succeeded" | "failed" | "cancelled";

export interface JobEvent {
  /** Unique in the job; events that come twice are reported once. */
  readonly id: string;
  /** ISO 8601. */
  readonly at?: string;
  readonly level: "info" | "warning" | "error";
  readonly message: string;
  /** Where the event is a measurement: `loss`, `step`, `totalSteps`, `epoch`, `validationLoss`, `accuracy`, and whatever else the provider measures under its own names. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface JobEventPage {
  readonly events: readonly JobEvent[];
  /** To be passed as `after` next time. */
  readonly after?: string;
}

export interface Checkpoint {
  readonly id: string;
  readonly step?: number;
  readonly epoch?: number;
  /** The name to call it by, where it can be called. */
  readonly model?: string;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What only the backend knows of a finished model. */
export interface TunedModelParts {
  /** The tuned model's own name. */
  readonly model: string;
  readonly trainedTokens?: number;
  /** How to call it; left out where it must be deployed first. */
  readonly inference?: InferenceTarget;
  /** What must be done before it can be called, and what that costs. */
  readonly deployment?: Deployment;
  readonly details?: JsonObject;
}

/** How a chat model is made of a name: which class of which LangChain package, with which fields. Plain JSON. */
export interface InferenceTarget {
  /** `@langchain/openai`; only packages of the `@langchain` scope are ever imported. */
  readonly package: string;
  /** `ChatOpenAI`. */
  readonly class: string;
  /** Passed to the constructor. No credentials. */
  readonly fields: JsonObject;
  /** Which field takes the key, and which environment variable has it. */
  readonly apiKey?: { readonly field: string; readonly variable: string };
}

export interface Deployment {
  /** `required`: `deploy` must be called; `ready`: it was; `ended`: `teardown` was called. */
  readonly status: "required" | "ready" | "ended";
  readonly id?: string;
  /** What is billed from `deploy` to `teardown`, in a sentence. */
  readonly billed: string;
  readonly details?: JsonObject;
}

/** A fine-tuned model: plain JSON, to be stored and read back. `chatModel(tuned)` makes a chat model of it. */
export interface FineTunedModel extends TunedModelParts {
  readonly backend: string;
  /** The job's id. */
  readonly job: string;
  readonly baseModel: string;
  readonly method: TrainingMethod;
  /** ISO 8601. */
  readonly finishedAt?: string;
  /** What it was trained on. */
  readonly dataset?: { readonly rows: number; readonly sha256: string };
  /** The checkpoint that this is the model of, where one was asked for. */
  readonly checkpoint?: Checkpoint;
  /** All checkpoints with what was measured at each, oldest first, where one was asked for. */
  readonly curve?: readonly Checkpoint[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}
