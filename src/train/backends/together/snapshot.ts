import type { JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { defined, isoTime, listOf, numberOf, objectOf, positiveOf, stringOf } from "../shared/read.js";

/** Every state of `FinetuneJobStatus` (Together's OpenAPI document of 2026-04-28). */
export const TOGETHER_STATES: Readonly<Record<string, JobStatus>> = {
  pending: "pending",
  queued: "pending",
  running: "running",
  compressing: "running",
  uploading: "running",
  cancel_requested: "running",
  cancelled: "cancelled",
  error: "failed",
  completed: "succeeded",
};

/** How a job stands, of the answer to `GET /fine-tunes/{id}`. */
export function snapshotOf(answer: unknown): JobSnapshot {
  const job = objectOf(answer);
  const rawStatus = stringOf(job["status"]) ?? "";
  const status = TOGETHER_STATES[rawStatus] ?? "pending";
  const events = listOf(job["events"]);
  return defined<JobSnapshot>({
    status,
    rawStatus,
    // The documentation says `x_model_output_name`, the OpenAPI document `model_output_name`.
    model: stringOf(job["x_model_output_name"]) ?? stringOf(job["model_output_name"]),
    trainedTokens: positiveOf(job["token_count"]),
    error: status === "failed" ? errorOf(events) : undefined,
    progress: progressOf(job, events),
    estimatedFinish: estimateOf(objectOf(job["progress"])),
    finishedAt: status === "pending" || status === "running" ? undefined : stringOf(job["updated_at"]),
    raw: answer,
  });
}

/** A job has no error of its own: the reason is in its events. */
function errorOf(events: readonly Record<string, unknown>[]): NonNullable<JobSnapshot["error"]> {
  const bad = events.filter(
    ({ type, level }) => type === "job_error" || type === "billing_limit" || /error$/.test(String(level)),
  );
  const billing = bad.find(({ type }) => type === "billing_limit");
  const event = billing ?? bad.at(-1);
  const message = stringOf(event?.["message"]) ?? "Together gave no reason: the job's events name none.";
  return defined({ code: stringOf(event?.["type"]), message, line: lineOf(message) });
}

function progressOf(job: Record<string, unknown>, events: readonly Record<string, unknown>[]): JobSnapshot["progress"] {
  const last = events.findLast(({ total_steps }) => positiveOf(total_steps) !== undefined);
  const step = numberOf(last?.["step"]);
  const totalSteps = positiveOf(last?.["total_steps"]);
  const epoch = positiveOf(job["epochs_completed"]);
  if (totalSteps === undefined && epoch === undefined) return undefined;
  return defined({
    step,
    totalSteps,
    epoch,
    fraction: step === undefined || totalSteps === undefined ? undefined : Math.min(1, step / totalSteps),
  });
}

function estimateOf(progress: Record<string, unknown>): string | undefined {
  const seconds = positiveOf(progress["seconds_remaining"]);
  if (progress["estimate_available"] !== true || seconds === undefined) return undefined;
  return isoTime(Date.now() + seconds * 1_000);
}
