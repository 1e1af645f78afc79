import type { JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { defined, listOf, numberOf, objectOf, positiveOf, stringOf, without } from "../shared/read.js";

/** Every state of `JobState` (`@google/genai` 2.32). */
export const VERTEX_STATES: Readonly<Record<string, JobStatus>> = {
  JOB_STATE_UNSPECIFIED: "pending",
  JOB_STATE_QUEUED: "pending",
  JOB_STATE_PENDING: "pending",
  JOB_STATE_PAUSED: "pending",
  JOB_STATE_RUNNING: "running",
  JOB_STATE_UPDATING: "running",
  JOB_STATE_CANCELLING: "running",
  JOB_STATE_SUCCEEDED: "succeeded",
  // "Partially succeeded, some results may be missing due to errors": there is a model.
  JOB_STATE_PARTIALLY_SUCCEEDED: "succeeded",
  JOB_STATE_FAILED: "failed",
  JOB_STATE_EXPIRED: "failed",
  JOB_STATE_CANCELLED: "cancelled",
};

/** How a job stands, of Google's `TuningJob`. */
export function snapshotOf(job: object): JobSnapshot {
  const raw = without(job as Record<string, unknown>, "sdkHttpResponse");
  const rawStatus = stringOf(raw["state"]) ?? "";
  const status = VERTEX_STATES[rawStatus] ?? "pending";
  const error = objectOf(raw["error"]);
  const message = stringOf(error["message"]);
  return defined<JobSnapshot>({
    status,
    rawStatus,
    model: stringOf(objectOf(raw["tunedModel"])["endpoint"]) ?? stringOf(objectOf(raw["tunedModel"])["model"]),
    trainedTokens: billedTokens(raw),
    error:
      message !== undefined
        ? defined({ code: codeOf(error["code"]), message, line: lineOf(message) })
        : status === "failed"
          ? { message: `Google gave no reason for ${rawStatus}.` }
          : undefined,
    progress: progressOf(raw),
    finishedAt: status === "pending" || status === "running" ? undefined : stringOf(raw["endTime"]),
    raw,
  });
}

/** A tuned model's checkpoints, each with an endpoint of its own. */
export function checkpointsOf(job: object): { id: string; step?: number; epoch?: number; model?: string }[] {
  return listOf(objectOf(objectOf(job)["tunedModel"])["checkpoints"]).map((one, index) =>
    defined({
      id: stringOf(one["checkpointId"]) ?? String(index + 1),
      step: numberOf(one["step"]),
      epoch: numberOf(one["epoch"]),
      model: stringOf(one["endpoint"]),
    }),
  );
}

function progressOf(job: Record<string, unknown>): JobSnapshot["progress"] {
  const done = objectOf(job["tuningJobMetadata"]);
  const step = positiveOf(done["completedStepCount"]);
  const epoch = positiveOf(done["completedEpochCount"]);
  const totalSteps = statisticsOf(job)
    .map((one) => positiveOf(one["tuningStepCount"]))
    .find((steps) => steps !== undefined);
  if (step === undefined && epoch === undefined) return undefined;
  return defined({
    step,
    epoch,
    totalSteps,
    fraction: step === undefined || totalSteps === undefined ? undefined : Math.min(1, step / totalSteps),
  });
}

function billedTokens(job: Record<string, unknown>): number | undefined {
  return statisticsOf(job)
    .map((one) => positiveOf(one["totalBillableTokenCount"]))
    .find((tokens) => tokens !== undefined);
}

function statisticsOf(job: Record<string, unknown>): Record<string, unknown>[] {
  return Object.values(objectOf(job["tuningDataStats"])).map(objectOf);
}

// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

function codeOf(code: unknown): string | undefined {
  return typeof code === "number" ? (CODES[code] ?? String(code)) : undefined;
}
