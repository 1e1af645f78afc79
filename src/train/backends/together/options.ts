import type { ChatTemplateSource } from "../../../templates/chat-template.js";
import {
  abortSignal,
  boolean,
  callback,
  either,
  list,
  number,
  object,
  only,
  positiveInteger,
  required,
  string,
  text,
  record,
  word,
  milliseconds,
} from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import type { JsonObject } from "../../../types.js";
import { fieldsKind, keyKind, templateKind } from "../shared/kinds.js";
import type { ApiKey } from "../../../http/load-api-key.js";

/**
 * Options of `together`. Everything but `model` has a default; what is left out of the training
 * options is left to Together. Names and ranges: `POST /fine-tunes` of Together's OpenAPI
 * document (2026-04-28).
 */
export interface TogetherOptions {
  /** The base model: `meta-llama/Meta-Llama-3.1-8B-Instruct-Reference`, … */
  model: string;
  /** @default process.env.TOGETHER_API_KEY */
  apiKey?: ApiKey;
  /** @default "https://api.together.ai/v1" */
  baseURL?: string;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Sent with each request to Together. */
  headers?: Record<string, string>;
  /**
   * Low-rank adapters, or all weights (`false`).
   * @default Together's own default: LoRA
   */
  lora?: TogetherLora | false;
  /** Rows per step; `max` is what the model allows. Together's default: `max`. */
  batchSize?: number | "max";
  /** Absolute, not a multiplier. Together's default: 0.00001. */
  learningRate?: number;
  /** How the learning rate goes down. */
  scheduler?:
    | "linear"
    | "cosine"
    | { type: "linear"; minRatio?: number }
    | { type: "cosine"; minRatio?: number; cycles?: number };
  /** Part of the steps in which the learning rate rises from 0: 0 to 1. Together's default: 0. */
  warmupRatio?: number;
  /** Gradients are clipped to this norm; 0 turns it off. Together's default: 1. */
  maxGradNorm?: number;
  /** Together's default: 0. */
  weightDecay?: number;
  /** Several short rows in one sequence. Together's default: true. */
  packing?: boolean;
  /** Tokens of a sequence; longer rows are cut by Together. */
  maxLength?: number;
  /** How many checkpoints are kept. Together's default: 1. */
  checkpoints?: number;
  /** How often the validation data is measured. Together's default: 0, also with validation data. */
  evaluations?: number;
  /**
   * Compute the loss on user and system messages too. Supervised training only.
   * @default false
   */
  trainOnInputs?: boolean;
  /** Train the vision encoder too. Multimodal models only. */
  trainVision?: boolean;
  /** Preference training only: how far the model may move from the base. Together's default: 0.1. */
  beta?: number;
  /** Preference training only: what of its loss only Together has. */
  dpo?: TogetherDpo;
  /** More fields for the request that creates the job, as Together names them. They win over the others. */
  extra?: JsonObject;
  /** Report to Weights & Biases. */
  wandb?: { apiKey: string; project?: string; name?: string; entity?: string; baseURL?: string };
  /**
   * The chat template of the model: its folder, `tokenizer_config.json`, `.jinja` file or text. Rows that it refuses
   * or of which it drops something are then found before anything is uploaded.
   * @default none: rows are not rendered
   */
  template?: ChatTemplateSource;
  /**
   * Milliseconds between the first two looks at a file or an endpoint that is not ready; grows.
   * @default 5_000
   */
  pollInterval?: number;
}

/** The adapter that is trained. */
export interface TogetherLora {
  /** @default 8 */
  rank?: number;
  /** @default twice the rank */
  alpha?: number;
  /** Together's default: 0. */
  dropout?: number;
  /** Names of modules: `["q_proj", "k_proj"]`. Together's default: `all-linear`. */
  targetModules?: string | readonly string[];
}

/** How preference pairs are learned: https://docs.together.ai/docs/fine-tuning/preference-tuning */
export interface TogetherDpo {
  normalizeLogRatiosByLength?: boolean;
  referenceFree?: boolean;
  /** Weight of the plain loss on the preferred answer. Together's default: 0. */
  rpoAlpha?: number;
  /** Margin of SimPO. Together's default: 0. */
  simpoGamma?: number;
}

const share = number({ min: 0, max: 1 });
const positive = number({ min: 0 });

/** The kinds of {@link TogetherOptions}. */
export const togetherKinds: OptionKinds<TogetherOptions> = {
  model: required(text),
  apiKey: keyKind,
  baseURL: text,
  fetch: callback,
  headers: record(string),
  lora: either(
    only(false),
    object<TogetherLora>({
      rank: positiveInteger,
      alpha: positive,
      dropout: share,
      targetModules: either(text, list(text)),
    }),
  ),
  batchSize: either(positiveInteger, word("max")),
  learningRate: positive,
  scheduler: either(
    word("linear", "cosine"),
    object<SchedulerOptions>({ type: required(word("linear", "cosine")), minRatio: share, cycles: positive }),
  ),
  warmupRatio: share,
  maxGradNorm: positive,
  weightDecay: positive,
  packing: boolean,
  maxLength: positiveInteger,
  checkpoints: positiveInteger,
  evaluations: number({ min: 0, integer: true }),
  trainOnInputs: boolean,
  trainVision: boolean,
  beta: positive,
  dpo: object<TogetherDpo>({
    normalizeLogRatiosByLength: boolean,
    referenceFree: boolean,
    rpoAlpha: positive,
    simpoGamma: positive,
  }),
  template: templateKind,
  extra: fieldsKind,
  wandb: object<NonNullable<TogetherOptions["wandb"]>>({
    apiKey: required(text),
    project: text,
    name: text,
    entity: text,
    baseURL: text,
  }),
  pollInterval: milliseconds,
};

/** A scheduler of either type, as the body of the job reads it. */
export type SchedulerOptions = { type: "linear" | "cosine"; minRatio?: number; cycles?: number };

/** Options of `deploy` for a model that was tuned on Together. */
export interface TogetherDeployOptions {
  /** A hardware id of `GET /hardware?model=…`, for instance `1x_nvidia_h100_80gb_sxm`. It sets the price. */
  hardware: string;
  /** @default 1 */
  minReplicas?: number;
  /** @default 1 */
  maxReplicas?: number;
  /** Minutes without a request after which Together stops the endpoint. Left out: never. */
  inactiveTimeout?: number;
  /** Shown in Together's console. @default the tuned model's name */
  displayName?: string;
  /** For instance `us-central-4b`. */
  availabilityZone?: string;
  /**
   * Milliseconds to wait for the endpoint.
   * @default 1_800_000
   */
  timeout?: number;
  signal?: AbortSignal;
}

/** The kinds of {@link TogetherDeployOptions}. */
export const togetherDeployKinds: OptionKinds<Partial<TogetherDeployOptions>> = {
  hardware: text,
  minReplicas: positiveInteger,
  maxReplicas: positiveInteger,
  inactiveTimeout: positiveInteger,
  displayName: text,
  availabilityZone: text,
  timeout: milliseconds,
  signal: abortSignal,
};
