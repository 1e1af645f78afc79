import type { FineTuningJob } from "openai/resources/fine-tuning/jobs/jobs";
import type { JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { isoTime, numberOf, stringOf } from "../shared/read.js";

/** What is read of a job. Hosts of the dialect leave out what they do not have. */
export type ProviderJob = Pick<FineTuningJob, "id" | "created_at"> &
  Partial<Omit<FineTuningJob, "status">> & { status: string };

// https://platform.openai.com/docs/api-reference/fine-tuning/object
const STATUSES: Readonly<Record<string, JobStatus>> = {
  validating_files: "pending",
  queued: "pending",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

/** A state that is not in the list (`paused`, say, which has a method and no state) is pending. */
export function statusOfJob({ status }: Pick<ProviderJob, "status">): JobStatus {
  return Object.hasOwn(STATUSES, status) ? (STATUSES[status] ?? "pending") : "pending";
}

/** A job of the dialect in our words. */
export function snapshotOf(job: ProviderJob, retryAfter: number | undefined): JobSnapshot {
  const { error } = job;
  // A job without a fault has `error: null`, or one with nothing in it.
  const message = stringOf(error?.message);
  const fault = message
    ? { message, code: stringOf(error?.code), param: stringOf(error?.param), line: lineOf(message) }
    : undefined;
  return {
    status: statusOfJob(job),
    rawStatus: job.status,
    model: stringOf(job.fine_tuned_model),
    trainedTokens: numberOf(job.trained_tokens),
    error: fault,
    estimatedFinish: isoOf(job.estimated_finish),
    finishedAt: isoOf(job.finished_at),
    retryAfter,
    raw: job,
  };
}

/** Seconds since 1970, which is how the dialect tells time, as ISO 8601. */
export function isoOf(seconds: number | null | undefined): string | undefined {
  return typeof seconds === "number" && seconds > 0 ? isoTime(seconds * 1_000) : undefined;
}
