import { fieldsKind } from "./shared/kinds.js";
import {
  boolean,
  either,
  list,
  milliseconds,
  number,
  object,
  only,
  positiveInteger,
  required,
  text,
} from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { openAIRules, type ValidationRules } from "../../curate/rules.js";
import type { FineTuneBackend } from "../backend.js";
import { nebiusModels } from "./nebius/models.js";
import { createOpenAIBackend, tunedModelOf } from "./openai/create-backend.js";
import { hostKinds, type HostOptions, type OpenAIDialect } from "./openai/dialect.js";
import { listCheckpoints } from "./openai/events.js";
import { defined } from "./shared/read.js";

/** The adapter that is trained: only adapters can be registered and called by the token. */
export interface NebiusLora {
  rank?: number;
  alpha?: number;
  /** 0 to 1. */
  dropout?: number;
}

/** Options of {@link nebius}. */
export interface NebiusOptions extends HostOptions {
  /** @default https://api.tokenfactory.nebius.com/v1/ */
  baseURL?: string;
  /** @default the environment variable NEBIUS_API_KEY */
  apiKey?: string | (() => Promise<string>);
  /** Rows of a step. */
  batchSize?: number;
  /** Absolute (1e-5, say), not a multiplier as at OpenAI. */
  learningRate?: number;
  /** Part of the steps in which the learning rate rises from 0: 0 to 1. */
  warmupRatio?: number;
  weightDecay?: number;
  /** Gradients are clipped to this norm. */
  maxGradNorm?: number;
  /** Several short rows in one sequence. */
  packing?: boolean;
  /** Tokens of a row; Nebius cuts longer ones. */
  maxLength?: number;
  /**
   * Train an adapter (LoRA), or all weights (`false`).
   * @default an adapter with Nebius' own settings
   */
  lora?: NebiusLora | false;
  /** More hyperparameters, in the names of Nebius. They win over the others. */
  hyperparameters?: Readonly<Record<string, unknown>>;
  /** Begin with the weights of a Hugging Face repository. */
  fromCheckpoint?: { repo: string; revision?: string; token?: string };
  /** The base model's name for inference, where it is not the one for training. */
  inferenceModel?: string;
  /** Weights & Biases: `[{ type: "wandb", wandb: { project, api_key } }]`. */
  integrations?: readonly Record<string, unknown>[];
  /**
   * Milliseconds between the first two questions whether a registered model is active.
   * @default 5_000
   */
  pollInterval?: number;
}

/**
 * Fine-tuning at Nebius Token Factory: supervised, open weights. The job gives checkpoints; `deploy`
 * registers the last one under a name by which it is called. Needs the package `openai`.
 *
 * @example
 * ```ts
 * import { chatModel, deploy, fineTune, type TrainingExample } from "langsmith-finetune";
 * import { nebius } from "langsmith-finetune/backends/nebius";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const backend = nebius({
 *   model: "meta-llama/Llama-3.1-8B-Instruct",
 *   inferenceModel: "meta-llama/Meta-Llama-3.1-8B-Instruct",
 *   learningRate: 1e-5,
 *   lora: { rank: 16 },
 * });
 * const tuned = await deploy(await fineTune({ examples, backend }), { backend });
 * const model = await chatModel(tuned);
 * ```
 */
export function nebius(options: NebiusOptions): FineTuneBackend {
  checkOptions<NebiusOptions>("nebius", options, {
    ...hostKinds,
    batchSize: positiveInteger,
    learningRate: positive,
    warmupRatio: share,
    weightDecay: positive,
    maxGradNorm: positive,
    packing: boolean,
    maxLength: positiveInteger,
    lora: either(only(false), object<NebiusLora>({ rank: positiveInteger, alpha: positive, dropout: share })),
    hyperparameters: fieldsKind,
    fromCheckpoint: object<NonNullable<NebiusOptions["fromCheckpoint"]>>({
      repo: required(text),
      revision: text,
      token: text,
    }),
    inferenceModel: text,
    integrations: list(fieldsKind),
    pollInterval: milliseconds,
  });
  const { baseURL = "https://api.tokenfactory.nebius.com/v1/", fromCheckpoint, integrations, extra } = options;
  const dialect: OpenAIDialect = {
    name: "nebius",
    service: "Nebius",
    keyVariables: ["NEBIUS_API_KEY"],
    baseURL,
    methods: ["supervised"],
    rules: nebiusRules,
    deployment: "explicit",
    hyperparameters: hyperparametersOf(options),
    body: extra,
    options:
      fromCheckpoint === undefined
        ? {}
        : { fromCheckpoint: { repo: fromCheckpoint.repo, revision: fromCheckpoint.revision ?? null } },
    silentBody: {
      ...(integrations === undefined ? {} : { integrations }),
      ...(fromCheckpoint === undefined ? {} : { from_checkpoint: { type: "hf", ...fromCheckpoint } }),
    },
    checkpointResult: ({ id }, job, snapshot) => ({
      model: `${job.id}:${id}`,
      ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
      deployment: { status: "required", billed: BILLED },
      details: { checkpoint: id },
    }),
    async result(connection, job, snapshot, signal) {
      const checkpoints = await listCheckpoints(connection, job, signal);
      const last = checkpoints.at(-1);
      return {
        model: last === undefined ? tunedModelOf(dialect, job.id, snapshot.model) : `${job.id}:${last.id}`,
        ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
        deployment: { status: "required", billed: BILLED },
        ...(last === undefined ? {} : { details: { checkpoint: last.id } }),
      };
    },
    ...nebiusModels({ ...options, baseURL, billed: BILLED }),
  };
  return createOpenAIBackend(dialect, options);
}

const positive = number({ min: 0 });
const share = number({ min: 0, max: 1 });

/** The hyperparameters in the names of Nebius. */
function hyperparametersOf(options: NebiusOptions): Record<string, unknown> {
  const { lora = {} } = options;
  return defined<Record<string, unknown>>({
    batch_size: options.batchSize,
    learning_rate: options.learningRate,
    warmup_ratio: options.warmupRatio,
    weight_decay: options.weightDecay,
    max_grad_norm: options.maxGradNorm,
    packing: options.packing,
    context_length: options.maxLength,
    ...(lora === false
      ? { lora: false }
      : { lora: true, lora_r: lora.rank, lora_alpha: lora.alpha, lora_dropout: lora.dropout }),
    ...options.hyperparameters,
  });
}

const BILLED =
  "Nebius bills a registered adapter by the token, as its base model; nothing by the hour. What the registration itself costs was not to be found in its docs.";

/** https://docs.tokenfactory.nebius.com/post-training/datasets, read on 2026-11-22. */
const nebiusRules: ValidationRules = {
  ...openAIRules,
  name: "Nebius",
  minRows: 1,
  // Its docs say 50 GB in one place and 5 GB in another.
  maxBytes: 5 * 1000 ** 3,
  maxTokens: undefined,
  functions: false,
  finalToolCall: false,
  refusals: false,
  // The page above, read again as stored on 2026-11-29: the last message is "the final answer the model should produce
  // for that conversation". It names no weights, and masks only in data that is tokenised already.
  loss: "last",
  images: false,
  preference: false,
  unpaired: false,
};
