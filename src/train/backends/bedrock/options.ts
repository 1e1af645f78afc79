import {
  either,
  list,
  milliseconds,
  number,
  object,
  positiveInteger,
  record,
  required,
  string,
  text,
  word,
} from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import type { JsonObject } from "../../../types.js";
import { fieldsKind } from "../shared/kinds.js";
import type { BedrockClientConfig } from "@aws-sdk/client-bedrock";
import type { S3ClientConfig } from "@aws-sdk/client-s3";

/** How a row is written; see {@link BedrockOptions.rowFormat}. */
export type BedrockRowFormat = "converse" | "claude-messages";

/**
 * Options of `bedrock`. What is left out of the training options is left to Amazon. Names and
 * meanings: `CreateModelCustomizationJob` of Amazon Bedrock.
 */
export interface BedrockOptions {
  /** The base model's id or ARN: `amazon.nova-lite-v1:0:300k`, `meta.llama3-1-8b-instruct-v1:0:128k`, … */
  model: string;
  /** The role that Bedrock takes on to read the dataset and write the result. */
  roleArn: string;
  /** An S3 bucket in the region, without `s3://`. */
  bucket: string;
  /** `us-east-1`, `us-west-2`, … */
  region: string;
  /**
   * Where in the bucket datasets and results are put.
   * @default "langsmith-finetune"
   */
  prefix?: string;
  /**
   * `converse`: `schemaVersion: "bedrock-conversation-2024"`, texts in lists, which Nova and Llama
   * take. `claude-messages`: texts as strings, which Claude 3 Haiku takes.
   * @default by the model's name
   */
  rowFormat?: BedrockRowFormat;
  /** Absolute, not a multiplier. Which of these settings a model has is in https://docs.aws.amazon.com/bedrock/latest/userguide/custom-models-hp.html */
  learningRate?: number;
  /** Times the model's own learning rate, for models that have no `learningRate`. */
  learningRateMultiplier?: number;
  /** Rows of a step. */
  batchSize?: number;
  warmupSteps?: number;
  /** More hyperparameters, in Bedrock's own names, which differ by model. They win over the others. */
  hyperparameters?: Record<string, string | number>;
  /** More fields for the job's `CreateModelCustomizationJob`. They win over the others. */
  extra?: JsonObject;
  /** Encrypts the tuned model. */
  customModelKmsKeyId?: string;
  /** Subnets and security groups of the job. */
  vpcConfig?: { subnetIds: string[]; securityGroupIds: string[] };
  /** Tags of the job and of the tuned model. */
  tags?: Record<string, string>;
  /** For the client of `@aws-sdk/client-bedrock`: credentials, endpoint, … @default the SDK's own chain */
  clientOptions?: BedrockClientConfig;
  /** For the client of `@aws-sdk/client-s3`. @default `clientOptions`' credentials, or the SDK's own chain */
  s3Options?: S3ClientConfig;
  /**
   * Milliseconds between the first two looks at a deployment that is not active; grows.
   * @default 5_000
   */
  pollInterval?: number;
}

/** Options of `deploy` for a model that was tuned on Bedrock. */
export interface BedrockDeployOptions {
  /** @default a name that follows from the model */
  name?: string;
  description?: string;
  /**
   * Milliseconds to wait for the deployment.
   * @default 1_800_000
   */
  timeout?: number;
  signal?: AbortSignal;
}

/** The kinds of {@link BedrockOptions}. */
export const bedrockKinds: OptionKinds<BedrockOptions> = {
  model: required(text),
  roleArn: required(text),
  bucket: required(text),
  region: required(text),
  prefix: text,
  rowFormat: word("converse", "claude-messages"),
  learningRate: number({ min: 0 }),
  learningRateMultiplier: number({ above: 0 }),
  batchSize: positiveInteger,
  warmupSteps: number({ min: 0, integer: true }),
  hyperparameters: record(either(string, number())),
  extra: fieldsKind,
  customModelKmsKeyId: text,
  vpcConfig: object<NonNullable<BedrockOptions["vpcConfig"]>>({
    subnetIds: required(list(text)),
    securityGroupIds: required(list(text)),
  }),
  tags: record(string),
  clientOptions: fieldsKind,
  s3Options: fieldsKind,
  pollInterval: milliseconds,
};
