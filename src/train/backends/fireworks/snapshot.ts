import type { JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { defined, numberOf, objectOf, stringOf } from "../shared/read.js";

/**
 * Every state of `gatewayJobState` (Gateway API 4.259.0), and `ARCHIVED`, which later versions have.
 * A job that was deleted or archived gives no model and will not go on: somebody took it away.
 */
export const FIREWORKS_STATES: Readonly<Record<string, JobStatus>> = {
  JOB_STATE_UNSPECIFIED: "pending",
  JOB_STATE_CREATING: "pending",
  JOB_STATE_PENDING: "pending",
  JOB_STATE_RE_QUEUEING: "pending",
  JOB_STATE_IDLE: "pending",
  JOB_STATE_PAUSED: "pending",
  JOB_STATE_CREATING_INPUT_DATASET: "running",
  JOB_STATE_VALIDATING: "running",
  JOB_STATE_RUNNING: "running",
  JOB_STATE_WRITING_RESULTS: "running",
  JOB_STATE_CANCELLING: "running",
  JOB_STATE_COMPLETED: "succeeded",
  JOB_STATE_EARLY_STOPPED: "succeeded",
  JOB_STATE_FAILED: "failed",
  JOB_STATE_EXPIRED: "failed",
  JOB_STATE_CANCELLED: "cancelled",
  JOB_STATE_DELETING: "cancelled",
  JOB_STATE_DELETING_CLEANING_UP: "cancelled",
  JOB_STATE_DELETED: "cancelled",
  JOB_STATE_ARCHIVED: "cancelled",
};

/** How a job stands, of the answer to `GET` of either kind of job. */
export function snapshotOf(job: Record<string, unknown>): JobSnapshot {
  // Left out in the JSON of its API where it is the first of the list.
  const rawStatus = stringOf(job["state"]) ?? "JOB_STATE_UNSPECIFIED";
  const status = FIREWORKS_STATES[rawStatus] ?? "pending";
  const percent = numberOf(objectOf(job["jobProgress"])["percent"]);
  return defined<JobSnapshot>({
    status,
    rawStatus,
    model: status === "succeeded" ? outputModel(job) : undefined,
    error: status === "failed" || status === "cancelled" ? errorOf(job, rawStatus) : undefined,
    progress:
      percent === undefined
        ? undefined
        : defined({ fraction: Math.min(1, percent / 100), epoch: numberOf(objectOf(job["jobProgress"])["epoch"]) }),
    finishedAt: status === "pending" || status === "running" ? undefined : stringOf(job["completedTime"]),
    raw: job,
  });
}

/** The full name of the tuned model: Fireworks names it as the job where no name was given. */
export function outputModel(job: Record<string, unknown>): string | undefined {
  const name = stringOf(job["name"]);
  const account = name?.split("/")[1];
  const given = stringOf(job["outputModel"]) ?? stringOf(objectOf(job["trainingConfig"])["outputModel"]);
  const model = given ?? name?.split("/").at(-1);
  if (model === undefined || model.includes("/")) return model;
  return `accounts/${account ?? ""}/models/${model}`;
}

function errorOf(job: Record<string, unknown>, rawStatus: string): NonNullable<JobSnapshot["error"]> {
  const status = objectOf(job["status"]);
  const message = stringOf(status["message"]) ?? `Fireworks gave no reason for ${rawStatus}.`;
  return defined({ code: stringOf(status["code"]), message, line: lineOf(message) });
}
