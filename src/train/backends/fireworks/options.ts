import type { ChatTemplateSource } from "../../../templates/chat-template.js";
import {
  abortSignal,
  boolean,
  callback,
  either,
  list,
  milliseconds,
  number,
  object,
  only,
  positiveInteger,
  record,
  required,
  string,
  text,
  word,
} from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import type { JsonObject } from "../../../types.js";
import { fieldsKind, keyKind, templateKind } from "../shared/kinds.js";
import type { ApiKey } from "../../../http/load-api-key.js";

/**
 * Options of `fireworks`. What is left out of the training options is left to Fireworks. Names and
 * meanings: `gatewaySupervisedFineTuningJob` and `gatewayBaseTrainingConfig` of Fireworks' Gateway
 * API (4.259.0); for reinforcement those of Fireworks' Python SDK (commit of 2026-07-21).
 */
export interface FireworksOptions {
  /** The base model: `accounts/fireworks/models/llama-v3p1-8b-instruct`, or its last part. */
  model: string;
  /** The account that the datasets, jobs and models belong to. */
  accountId: string;
  /** @default process.env.FIREWORKS_API_KEY */
  apiKey?: ApiKey;
  /** Where jobs are managed. @default "https://api.fireworks.ai" */
  baseURL?: string;
  /** Where models are called. @default "https://api.fireworks.ai/inference/v1" */
  inferenceBaseURL?: string;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Sent with each request to Fireworks. */
  headers?: Record<string, string>;
  /** The adapter. `false` asks for all weights, where the account may. */
  lora?: FireworksLora | false;
  /** Absolute, not a multiplier. */
  learningRate?: number;
  warmupSteps?: number;
  /** Tokens of a row; Fireworks cuts or drops longer ones. */
  maxLength?: number;
  /** Rows per step. */
  batchSize?: number;
  /** Tokens per step, where rows are packed. */
  batchTokens?: number;
  gradientAccumulation?: number;
  weightDecay?: number;
  /** Supervised training only: Fireworks sets a part of the rows aside for evaluation. */
  evalAutoCarveout?: boolean;
  /** Replaces the base model's chat template. */
  jinjaTemplate?: string;
  /** Preference training only: how far the model may move from the base. For `DPO`. */
  beta?: number;
  /** Preference training only. @default "DPO" */
  preferenceLoss?: "DPO" | "ORPO";
  /**
   * For `method: "reinforcement"`: the evaluator at Fireworks that scores the answers, by its id or its whole name
   * (`accounts/me/evaluators/x`). It is made with Fireworks' Eval Protocol.
   */
  evaluator?: string;
  /** Reinforcement training only: how answers are drawn. */
  rollout?: FireworksRollout;
  /** Reinforcement training only. @default Fireworks' own */
  reinforcementLoss?: "GRPO" | "DAPO" | "GSPO_TOKEN";
  /** Reinforcement training only: how far the model may move from the base. @default the trainer's own */
  klBeta?: number;
  /** More fields for the request that creates the job, as Fireworks names them. They win over the others. */
  extra?: JsonObject;
  /** Report to Weights & Biases. */
  wandb?: { apiKey: string; project?: string; entity?: string };
  /**
   * The chat template of the model: its folder, `tokenizer_config.json`, `.jinja` file or text. Rows that it refuses
   * or of which it drops something are then found before anything is uploaded.
   * @default `jinjaTemplate`
   */
  template?: ChatTemplateSource;
  /**
   * Milliseconds between the first two looks at a dataset or deployment that is not ready; grows.
   * @default 5_000
   */
  pollInterval?: number;
}

/** How answers are drawn in reinforcement training. */
export interface FireworksRollout {
  /** Answers to each prompt. */
  answers?: number;
  /** Tokens of an answer. */
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
}

/** The adapter that is trained. */
export interface FireworksLora {
  rank?: number;
  /** Preference training only. */
  alpha?: number;
  /** Preference training only. 0 to 1. */
  dropout?: number;
  /** Preference training only: `q_proj`, `k_proj`, … */
  targetModules?: string | readonly string[];
}

const positive = number({ min: 0 });

/** The kinds of {@link FireworksOptions}. */
export const fireworksKinds: OptionKinds<FireworksOptions> = {
  model: required(text),
  accountId: required(text),
  apiKey: keyKind,
  baseURL: text,
  inferenceBaseURL: text,
  fetch: callback,
  headers: record(string),
  lora: either(
    only(false),
    object<FireworksLora>({
      rank: positiveInteger,
      alpha: positive,
      dropout: number({ min: 0, max: 1 }),
      targetModules: either(text, list(text)),
    }),
  ),
  learningRate: positive,
  warmupSteps: number({ min: 0, integer: true }),
  maxLength: positiveInteger,
  batchSize: positiveInteger,
  batchTokens: positiveInteger,
  gradientAccumulation: positiveInteger,
  weightDecay: positive,
  evalAutoCarveout: boolean,
  jinjaTemplate: text,
  template: templateKind,
  beta: positive,
  preferenceLoss: word("DPO", "ORPO"),
  evaluator: text,
  rollout: object<FireworksRollout>({
    answers: positiveInteger,
    maxTokens: positiveInteger,
    temperature: positive,
    topP: number({ min: 0, max: 1 }),
    topK: positiveInteger,
  }),
  reinforcementLoss: word("GRPO", "DAPO", "GSPO_TOKEN"),
  klBeta: positive,
  extra: fieldsKind,
  wandb: object<NonNullable<FireworksOptions["wandb"]>>({ apiKey: required(text), project: text, entity: text }),
  pollInterval: milliseconds,
};

/** Options of `deploy` for a model that was tuned on Fireworks. */
export interface FireworksDeployOptions {
  /** @default Fireworks' own choice for the model */
  acceleratorType?: string;
  /** Accelerators of each replica. @default Fireworks' own choice for the model */
  acceleratorCount?: number;
  /** 0 lets the deployment scale to zero when nobody calls it. @default 0 */
  minReplicas?: number;
  /** @default 1 */
  maxReplicas?: number;
  /** `accounts/fireworks/deploymentShapes/…`, in place of the accelerator fields. */
  deploymentShape?: string;
  /** @default "tuned by langsmith-finetune" */
  displayName?: string;
  /**
   * Milliseconds to wait for the deployment.
   * @default 1_800_000
   */
  timeout?: number;
  signal?: AbortSignal;
}

/** The kinds of {@link FireworksDeployOptions}. */
export const fireworksDeployKinds: OptionKinds<FireworksDeployOptions> = {
  acceleratorType: text,
  acceleratorCount: positiveInteger,
  minReplicas: number({ integer: true, min: 0 }),
  maxReplicas: positiveInteger,
  deploymentShape: text,
  displayName: text,
  timeout: milliseconds,
  signal: abortSignal,
};
