import {
  abortSignal,
  callback,
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
import type { ApiKey } from "../../../http/load-api-key.js";
import type { JsonObject } from "../../../types.js";
import { fieldsKind, keyKind } from "../shared/kinds.js";

/**
 * Options of `alibaba`. Names and meanings: the fine-tuning API of Alibaba Cloud Model Studio
 * (https://www.alibabacloud.com/help/en/model-studio/create-fine-tuning-job-api, of 2026-06-06).
 */
export interface AlibabaOptions {
  /** The base model's code: `qwen3-14b`, … */
  model: string;
  /** @default process.env.DASHSCOPE_API_KEY */
  apiKey?: ApiKey;
  /** Where jobs are managed; keys belong to a region. Beijing: `https://dashscope.aliyuncs.com/api/v1`. @default "https://dashscope-intl.aliyuncs.com/api/v1" */
  baseURL?: string;
  /** Where models are called. @default that of the same host: `…/compatible-mode/v1` */
  inferenceBaseURL?: string;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Sent with each request to Alibaba. */
  headers?: Record<string, string>;
  /** An adapter (`lora`, `efficient_sft`), or all weights (`full`, `sft`), where the model has it. @default "lora" */
  training?: "lora" | "full";
  /** The adapter. Going on from a tuned model needs the numbers that it was trained with. */
  lora?: AlibabaLora;
  /** Absolute, not a multiplier. @default Alibaba's own for the model */
  learningRate?: number;
  /** Rows of a step. The API wants it to be given. @default 32 */
  batchSize?: number;
  /** Tokens of a row. The service leaves out longer ones, so they are refused here. @default 8_192 */
  maxLength?: number;
  /** Without validation rows the service sets a part aside: what stays for training, from 0 to 1. @default Alibaba's own, 0.8 */
  split?: number;
  /** More hyperparameters, in Alibaba's own names. They win over the others. */
  hyperparameters?: JsonObject;
  /** More fields for the request that creates the job. They win over the others. */
  extra?: JsonObject;
  /** Milliseconds between the first two looks at a deployment that is not ready; grows. @default 5_000 */
  pollInterval?: number;
}

/** The adapter that is trained. */
export interface AlibabaLora {
  rank?: number;
  alpha?: number;
  /** 0 to 1. */
  dropout?: number;
}

/** Options of `deploy` for a model that was tuned at Alibaba. */
export interface AlibabaDeployOptions {
  /** How it is billed: `mu` (model units by the hour), `ptu` (throughput by the hour), `lora` (by tokens), where the model has it. */
  plan?: string;
  /** Units, for the plans that have them. */
  capacity?: number;
  /** More fields for the request, such as `ptu_capacity`. They win over the others. */
  extra?: JsonObject;
  /** @default a name that follows from the model */
  name?: string;
  /** Milliseconds to wait for the deployment. @default 1_800_000 */
  timeout?: number;
  signal?: AbortSignal;
}

/** The kinds of {@link AlibabaDeployOptions}. */
export const deployKinds: OptionKinds<AlibabaDeployOptions> = {
  plan: text,
  capacity: positiveInteger,
  extra: fieldsKind,
  name: text,
  timeout: milliseconds,
  signal: abortSignal,
};

/** The kinds of {@link AlibabaOptions}. */
export const alibabaKinds: OptionKinds<AlibabaOptions> = {
  model: required(text),
  apiKey: keyKind,
  baseURL: text,
  inferenceBaseURL: text,
  fetch: callback,
  headers: record(string),
  training: word("lora", "full"),
  lora: object<AlibabaLora>({
    rank: positiveInteger,
    alpha: number({ above: 0 }),
    dropout: number({ min: 0, max: 1 }),
  }),
  learningRate: number({ above: 0 }),
  batchSize: positiveInteger,
  maxLength: positiveInteger,
  split: number({ above: 0, max: 1 }),
  hyperparameters: fieldsKind,
  extra: fieldsKind,
  pollInterval: milliseconds,
};
