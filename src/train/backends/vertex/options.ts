import { boolean, kind, number, object, record, required, string, text } from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import type { JsonObject } from "../../../types.js";
import { fieldsKind } from "../shared/kinds.js";
import type { StorageOptions } from "@google-cloud/storage";
import type { GoogleGenAIOptions } from "@google/genai";

/**
 * Options of `vertex`. What is left out of the training options is left to Google. Names and
 * meanings: `CreateTuningJobConfig` of `@google/genai`.
 */
export interface VertexOptions {
  /** The base model: `gemini-2.5-flash`, …; or `projects/…/models/…@1` to go on from a tuned one. */
  model: string;
  /** The Google Cloud project. */
  project: string;
  /** The region in which the job runs and the model is served: `us-central1`, … */
  location: string;
  /** A Cloud Storage bucket that the tuning service may read, without `gs://`. */
  bucket: string;
  /**
   * Where in the bucket the datasets are put.
   * @default "langsmith-finetune"
   */
  prefix?: string;
  /** Times Google's own learning rate. */
  learningRateMultiplier?: number;
  /** The adapter. */
  lora?: { rank?: 1 | 2 | 4 | 8 | 16 | 32 };
  /** Preference tuning only: how far the model may move from the base. */
  beta?: number;
  /** Keep no checkpoint but the last. @default false */
  exportLastCheckpointOnly?: boolean;
  /** Shown with the job in the console. */
  description?: string;
  /** Further labels of the job. */
  labels?: Record<string, string>;
  /** More fields for the job's `CreateTuningJobConfig`. They win over the others. */
  extra?: JsonObject;
  /** For a private endpoint. @default Google's own for the location */
  baseURL?: string;
  /** Sent with each request to the tuning service. */
  headers?: Record<string, string>;
  /** How to authenticate. @default Application Default Credentials */
  googleAuthOptions?: GoogleGenAIOptions["googleAuthOptions"];
  /** For the bucket's client: key file, endpoint, … @default Application Default Credentials */
  storageOptions?: StorageOptions;
}

/** The kinds of {@link VertexOptions}. */
export const vertexKinds: OptionKinds<VertexOptions> = {
  model: required(text),
  project: required(text),
  location: required(text),
  bucket: required(text),
  prefix: text,
  learningRateMultiplier: number({ above: 0 }),
  lora: object<NonNullable<VertexOptions["lora"]>>({
    rank: kind("1, 2, 4, 8, 16 or 32", (value) => [1, 2, 4, 8, 16, 32].includes(value as number)),
  }),
  beta: number({ min: 0 }),
  exportLastCheckpointOnly: boolean,
  description: string,
  labels: record(string),
  extra: fieldsKind,
  baseURL: text,
  headers: record(string),
  googleAuthOptions: fieldsKind,
  storageOptions: fieldsKind,
};
