import { fieldsKind, keyKind } from "../shared/kinds.js";
import { callback, record, required, string, text } from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import type { ClientOptions } from "openai";
import type { ValidationRules } from "../../../curate/rules.js";
import type { JsonObject } from "../../../types.js";
import type {
  BackendPrice,
  Checkpoint,
  FineTuneBackend,
  JobReference,
  JobSnapshot,
  TrainingMethod,
  TunedModelParts,
} from "../../backend.js";
import type { ServiceFailure } from "../../../http/service-failure.js";
import type { Connection } from "./connection.js";

/** Options that every host of the dialect takes. */
export interface HostOptions {
  /** The base model, as the host names it. */
  model: string;
  /** Default: the host's own address. */
  baseURL?: string;
  /** The key, or a function that gets a token (Entra, for instance). Default: the host's environment variable, read when the backend is used. */
  apiKey?: string | (() => Promise<string>);
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** More fields for the request that creates the job, as the host names them. */
  extra?: JsonObject;
}

/** The kinds of {@link HostOptions}. */
export const hostKinds: OptionKinds<HostOptions> = {
  model: required(text),
  baseURL: text,
  apiKey: keyKind,
  headers: record(string),
  fetch: callback,
  extra: fieldsKind,
};

/** How one host of the dialect differs from the others. */
export interface OpenAIDialect {
  /** The backend's name: `openai`. */
  readonly name: string;
  /** The word in errors: `OpenAI`. */
  readonly service: string;
  /** Where the key is, if it is not passed; the first is the one that chat models read. */
  readonly keyVariables: readonly [string, ...string[]];
  readonly baseURL: string;
  readonly methods: readonly TrainingMethod[];
  /** The methods by which a tuned model can be gone on from, by its name in the place of the base model's. */
  readonly from?: readonly TrainingMethod[];
  readonly rules: ValidationRules;
  readonly byteOrderMark?: boolean;
  readonly deployment: FineTuneBackend["capabilities"]["deployment"];
  readonly validation?: FineTuneBackend["capabilities"]["validation"];
  /** Jobs can be listed by their metadata. @default false: all are listed and looked at */
  readonly metadataFilter?: boolean;
  /** A file must be processed before a job can be made of it. @default false */
  readonly waitForFile?: boolean;
  /** More settings for the client, given the key. */
  readonly clientOptions?: (apiKey: string | (() => Promise<string>)) => Partial<ClientOptions>;
  /** Hyperparameters in the host's own names, by method. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** The grader of reinforcement. */
  readonly grader?: Readonly<Record<string, unknown>>;
  /** More fields for the request that creates the job. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Further fields of that request that make no other job (where it reports to) or hold a secret: not part of the job's key. */
  readonly silentBody?: Readonly<Record<string, unknown>>;
  /** All that makes a job another job and is not in the above. */
  readonly options?: JsonObject;
  /** What the host asks for training. @default none known */
  readonly prices?: readonly BackendPrice[];
  /** What to do next after a refusal. */
  readonly hint?: (failure: ServiceFailure) => string | undefined;
  /** The model of a job that succeeded, where it is not the job's `fine_tuned_model` called at `baseURL`. */
  readonly result?: (
    connection: Connection,
    job: JobReference,
    snapshot: JobSnapshot,
    signal?: AbortSignal,
  ) => Promise<TunedModelParts>;
  /** The model of a checkpoint, where it is not the checkpoint's own name called at `baseURL`. */
  readonly checkpointResult?: (checkpoint: Checkpoint, job: JobReference, snapshot: JobSnapshot) => TunedModelParts;
  readonly deploy?: FineTuneBackend["deploy"];
  readonly teardown?: FineTuneBackend["teardown"];
}
