import { InvalidOptionError } from "../../../errors.js";
import type { JsonObject, JsonValue } from "../../../types.js";
import type { JobRequest, TrainingMethod } from "../../backend.js";
import { defined } from "../shared/read.js";
import { resourceId } from "./account.js";
import type { FireworksOptions, FireworksRollout } from "./options.js";

/** The kinds of job, which differ in path, in the name of the id's query field, and in the body. */
export const JOB_KINDS = {
  supervised: { path: "/supervisedFineTuningJobs", idField: "supervisedFineTuningJobId" },
  preference: { path: "/dpoJobs", idField: "dpoJobId" },
  reinforcement: { path: "/reinforcementFineTuningJobs", idField: "reinforcementFineTuningJobId" },
} as const;

/** The kind for a method. */
export function jobKind(method: TrainingMethod): (typeof JOB_KINDS)[keyof typeof JOB_KINDS] {
  return method === "preference" || method === "reinforcement" ? JOB_KINDS[method] : JOB_KINDS.supervised;
}

/** The id of the nth attempt at a job: known before the job is created, so that it is created once. */
export function jobId(key: string, attempt: number): string {
  const base = resourceId("lf", key.slice(0, 40));
  return attempt === 1 ? base : `${base}-${attempt}`;
}

/** `accounts/fireworks/models/x` for `x`. */
function baseModelName(model: string): string {
  return model.includes("/") ? model : `accounts/fireworks/models/${model}`;
}

/** The body of the request that creates a job. */
export function jobBody(options: FireworksOptions, request: JobRequest, id: string): JsonObject {
  const shared: Record<string, JsonValue | undefined> = {
    // Only one of them may be there.
    ...(request.from === undefined
      ? { baseModel: baseModelName(options.model) }
      : { warmStartFrom: request.from.model }),
    // Left out, the model is named as the job.
    outputModel:
      request.suffix === undefined
        ? undefined
        : resourceId(request.suffix.slice(0, 40), id.replace(/^lf-/, "").slice(0, 20)),
    epochs: request.epochs,
    learningRate: options.learningRate,
    learningRateWarmupSteps: options.warmupSteps,
    maxContextLength: options.maxLength,
    loraRank: options.lora === false ? 0 : options.lora?.rank,
    batchSize: options.batchTokens,
    batchSizeSamples: options.batchSize,
    gradientAccumulationSteps: options.gradientAccumulation,
    optimizerWeightDecay: options.weightDecay,
    jinjaTemplate: options.jinjaTemplate,
  };
  const withExtra = (fields: Record<string, JsonValue | undefined>): JsonObject => ({
    ...(defined(fields) as JsonObject),
    ...options.extra,
  });
  const around: Record<string, JsonValue | undefined> = {
    displayName: request.suffix ?? id,
    dataset: request.training.id,
    wandbConfig: options.wandb && (defined({ enabled: true, ...options.wandb }) as JsonObject),
  };
  if (request.method === "reinforcement") {
    const { reinforcementLoss, klBeta } = options;
    return withExtra({
      ...around,
      evaluator: evaluatorName(options),
      evaluationDataset: request.validation?.id,
      evalAutoCarveout: options.evalAutoCarveout,
      trainingConfig: defined(shared) as JsonObject,
      inferenceParameters: options.rollout && inferenceParametersOf(options.rollout),
      lossConfig:
        reinforcementLoss === undefined && klBeta === undefined
          ? undefined
          : (defined({ method: reinforcementLoss, klBeta }) as JsonObject),
    });
  }
  if (request.method !== "preference") {
    return withExtra({
      ...around,
      ...shared,
      evaluationDataset: request.validation?.id,
      earlyStop: request.earlyStopping ? true : undefined,
      evalAutoCarveout: options.evalAutoCarveout,
    });
  }
  const { preferenceLoss: method = "DPO", beta } = options;
  const adapter = options.lora || {};
  return withExtra({
    ...around,
    trainingConfig: defined({
      ...shared,
      loraAlpha: adapter.alpha,
      loraDropout: adapter.dropout,
      loraTargetModules:
        typeof adapter.targetModules === "string" ? [adapter.targetModules] : adapter.targetModules?.slice(),
    }) as JsonObject,
    // Left out, the method would be GRPO: said in the API's own document.
    lossConfig: defined({ method, dpo: method === "DPO" && beta !== undefined ? { beta } : undefined }) as JsonObject,
  });
}

/** `accounts/me/evaluators/x` for `x`. */
function evaluatorName({ evaluator, accountId }: FireworksOptions): string {
  if (evaluator === undefined)
    throw new InvalidOptionError({
      option: "evaluator",
      value: evaluator,
      message: "Fireworks' reinforcement jobs need an evaluator, which scores the answers.",
      hint: "Make one with Fireworks' Eval Protocol, and pass its id: fireworks({ evaluator }).",
    });
  return evaluator.includes("/")
    ? evaluator
    : `accounts/${accountId.replace(/^accounts\//, "")}/evaluators/${evaluator}`;
}

function inferenceParametersOf({ answers, maxTokens, temperature, topP, topK }: FireworksRollout): JsonObject {
  return defined({
    responseCandidatesCount: answers,
    maxOutputTokens: maxTokens,
    temperature,
    topP,
    topK,
  }) as JsonObject;
}
