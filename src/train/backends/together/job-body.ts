import type { JsonObject, JsonValue } from "../../../types.js";
import { InvalidOptionError } from "../../../errors.js";
import type { ContinuedModel, JobRequest } from "../../backend.js";
import { defined } from "../shared/read.js";
import type { SchedulerOptions, TogetherOptions } from "./options.js";

/** Together cuts longer suffixes: https://docs.together.ai/reference/post-fine-tunes */
const SUFFIX_LENGTH = 64;

/** The part of a suffix that tells jobs of this package apart: the job's key. */
export function suffixMark(key: string): string {
  return `lf${key.replace(/[^a-zA-Z0-9]/g, "").slice(0, 16)}`;
}

/** The body of `POST /fine-tunes`. */
export function jobBody(options: TogetherOptions, request: JobRequest): JsonObject {
  const { lora, wandb } = options;
  const scheduler: SchedulerOptions | undefined =
    typeof options.scheduler === "string" ? { type: options.scheduler } : options.scheduler;
  const mark = suffixMark(request.key);
  const suffix = request.suffix?.slice(0, SUFFIX_LENGTH - mark.length - 1);
  const fields: Record<string, JsonValue | undefined> = {
    model: options.model,
    training_file: request.training.id,
    validation_file: request.validation?.id,
    // The job's key goes into the only field that Together keeps and lists; see `find`.
    suffix: suffix === undefined || suffix === "" ? mark : `${suffix}-${mark}`,
    n_epochs: request.epochs,
    random_seed: request.seed,
    batch_size: options.batchSize,
    learning_rate: options.learningRate,
    warmup_ratio: options.warmupRatio,
    max_grad_norm: options.maxGradNorm,
    weight_decay: options.weightDecay,
    packing: options.packing,
    max_seq_length: options.maxLength,
    n_checkpoints: options.checkpoints,
    n_evals: evaluationsOf(options, request),
    from_checkpoint: checkpointName(request.from),
    training_method:
      request.method === "preference"
        ? dpoMethod(options)
        : { method: "sft", train_on_inputs: options.trainOnInputs ?? false },
    training_type: lora === undefined ? undefined : trainingType(lora),
    multimodal_params: options.trainVision === undefined ? undefined : { train_vision: options.trainVision },
    lr_scheduler: scheduler && {
      lr_scheduler_type: scheduler.type,
      lr_scheduler_args: defined({
        min_lr_ratio: scheduler.minRatio ?? 0,
        ...(scheduler.type === "cosine" ? { num_cycles: scheduler.cycles ?? 0.5 } : {}),
      }),
    },
    wandb_api_key: wandb?.apiKey,
    wandb_project_name: wandb?.project,
    wandb_name: wandb?.name,
    wandb_entity: wandb?.entity,
    wandb_base_url: wandb?.baseURL,
  };
  return { ...(defined(fields) as JsonObject), ...options.extra };
}

/** What Together goes on from: a job, at a step where one was chosen, or the name of its model. */
function checkpointName(from: ContinuedModel | undefined): string | undefined {
  if (from?.job === undefined) return from?.model;
  return from.checkpoint?.step === undefined ? from.job : `${from.job}:${from.checkpoint.step}`;
}

/**
 * Together takes how often it measures, and not after how many steps. The steps follow from the rows where the batch
 * is known; with `packing` there are fewer of them.
 */
function evaluationsOf(
  { evaluations, batchSize }: TogetherOptions,
  { evaluateEvery, training, epochs = 1 }: JobRequest,
): number | undefined {
  if (evaluateEvery === undefined) return evaluations;
  if (typeof batchSize !== "number" || evaluations !== undefined) {
    throw new InvalidOptionError({
      option: "evaluateEvery",
      value: evaluateEvery,
      message:
        evaluations === undefined
          ? "Together takes the number of measurements; it follows from evaluateEvery only with a batchSize that is a number."
          : "evaluateEvery and evaluations are both given.",
      hint: evaluations === undefined ? "Pass batchSize, or evaluations in the place of evaluateEvery." : "Give one.",
    });
  }
  const steps = Math.ceil(training.rows / batchSize) * epochs;
  return Math.max(1, Math.floor(steps / evaluateEvery));
}

function trainingType(lora: NonNullable<TogetherOptions["lora"]> | false): JsonObject {
  if (lora === false) return { type: "Full" };
  const rank = lora.rank ?? 8;
  return defined({
    type: "Lora",
    lora_r: rank,
    lora_alpha: lora.alpha ?? 2 * rank,
    lora_dropout: lora.dropout,
    lora_trainable_modules: typeof lora.targetModules === "object" ? lora.targetModules.join(",") : lora.targetModules,
  }) as JsonObject;
}

function dpoMethod({ beta, dpo }: TogetherOptions): JsonObject {
  return defined({
    method: "dpo",
    dpo_beta: beta,
    dpo_normalize_logratios_by_length: dpo?.normalizeLogRatiosByLength,
    dpo_reference_free: dpo?.referenceFree,
    rpo_alpha: dpo?.rpoAlpha,
    simpo_gamma: dpo?.simpoGamma,
  }) as JsonObject;
}
