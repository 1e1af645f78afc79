import type { SageMakerClientConfig } from "@aws-sdk/client-sagemaker";
import type { BedrockClientConfig } from "@aws-sdk/client-bedrock";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import {
  abortSignal,
  boolean,
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

/** The lengths of a row for which SageMaker has training configurations, in tokens (`ServerlessJobConfig.SequenceLength`). */
export type SageMakerSequenceLength = "1K" | "2K" | "4K" | "8K" | "16K" | "32K" | "64K" | "128K";

/**
 * Options of `sageMaker`. What is left out of the training options is left to Amazon. Names and meanings:
 * `CreateTrainingJob` with `ServerlessJobConfig` of Amazon SageMaker.
 */
export interface SageMakerOptions {
  /**
   * The base model: its name in SageMaker's public hub (`huggingface-llm-qwen2-5-7b-instruct`), or its ARN there. Amazon
   * always takes the newest version.
   */
  model: string;
  /** The role that SageMaker takes on to read the dataset and write the result. */
  roleArn: string;
  /** An S3 bucket in the region, without `s3://`. */
  bucket: string;
  /** `us-east-1`, `us-west-2`, … */
  region: string;
  /** The model package group that the tuned model becomes a version of. */
  modelPackageGroupArn: string;
  /**
   * You have read the model's licence and accept it. Gated models (Llama) need it.
   * @default false
   */
  acceptEula?: boolean;
  /**
   * An adapter (`lora`), or all weights (`full`), where the model has a configuration for it.
   * @default "lora"
   */
  training?: "lora" | "full";
  /** The longest row. @default SageMaker's own choice */
  sequenceLength?: SageMakerSequenceLength;
  /** For `method: "reinforcement"`: who gives the reward. */
  evaluator?: SageMakerEvaluator;
  /**
   * Where in the bucket datasets and results are put.
   * @default "langsmith-finetune"
   */
  prefix?: string;
  /** Absolute, not a multiplier: the hyperparameter `learning_rate`. */
  learningRate?: number;
  /** Rows of a step: the hyperparameter `global_batch_size`. */
  batchSize?: number;
  /** More hyperparameters, by the names of the model's own recipe. They win over the others. */
  hyperparameters?: Record<string, string | number>;
  /** More fields for `CreateTrainingJob`. They win over the others. */
  extra?: JsonObject;
  /** Encrypts the result in the bucket. */
  kmsKeyId?: string;
  /** Subnets and security groups of the job. */
  vpcConfig?: { subnets: string[]; securityGroupIds: string[] };
  /** The MLflow server or app that metrics are written to. */
  mlflowResourceArn?: string;
  /** Tags of the job. */
  tags?: Record<string, string>;
  /** For the client of `@aws-sdk/client-sagemaker`: credentials, endpoint, … @default the SDK's own chain */
  clientOptions?: SageMakerClientConfig;
  /** For the client of `@aws-sdk/client-s3`. @default `clientOptions`' credentials, or the SDK's own chain */
  s3Options?: S3ClientConfig;
  /** For the client of `@aws-sdk/client-bedrock`, which `deploy` uses. @default `clientOptions`' credentials, or the SDK's own chain */
  bedrockOptions?: BedrockClientConfig;
  /**
   * Milliseconds between the first two looks at a model that is being imported; grows.
   * @default 5_000
   */
  pollInterval?: number;
}

/** What gives the reward of reinforcement training. */
export interface SageMakerEvaluator {
  /** `RLVR`: a function that verifies the answer. `RLAIF`: a model that judges it. */
  technique: "RLVR" | "RLAIF";
  /** The evaluator in SageMaker's AI registry. */
  arn: string;
}

/** Options of `deploy` for a model that was tuned on SageMaker: it is imported into Bedrock. */
export interface SageMakerDeployOptions {
  /** The role that Bedrock takes on to read the model from S3. @default the backend's `roleArn` */
  roleArn?: string;
  /** The imported model's name. @default a name that follows from the job */
  name?: string;
  /**
   * Milliseconds to wait for the import.
   * @default 3_600_000
   */
  timeout?: number;
  signal?: AbortSignal;
}

/** The kinds of {@link SageMakerDeployOptions}. */
export const deployKinds: OptionKinds<SageMakerDeployOptions> = {
  roleArn: text,
  name: text,
  timeout: milliseconds,
  signal: abortSignal,
};

/** The kinds of {@link SageMakerOptions}. */
export const sageMakerKinds: OptionKinds<SageMakerOptions> = {
  model: required(text),
  roleArn: required(text),
  bucket: required(text),
  region: required(text),
  modelPackageGroupArn: required(text),
  acceptEula: boolean,
  training: word("lora", "full"),
  sequenceLength: word("1K", "2K", "4K", "8K", "16K", "32K", "64K", "128K"),
  evaluator: object<SageMakerEvaluator>({ technique: required(word("RLVR", "RLAIF")), arn: required(text) }),
  prefix: text,
  learningRate: number({ above: 0 }),
  batchSize: positiveInteger,
  hyperparameters: record(either(string, number())),
  extra: fieldsKind,
  kmsKeyId: text,
  vpcConfig: object<NonNullable<SageMakerOptions["vpcConfig"]>>({
    subnets: required(list(text)),
    securityGroupIds: required(list(text)),
  }),
  mlflowResourceArn: text,
  tags: record(string),
  clientOptions: fieldsKind,
  s3Options: fieldsKind,
  bedrockOptions: fieldsKind,
  pollInterval: milliseconds,
};
