import type { GetModelCustomizationJobResponse } from "@aws-sdk/client-bedrock";
import type { JsonObject } from "../../../types.js";
import type { JobEvent, JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { defined, listOf, numberOf, objectOf, stringOf } from "../shared/read.js";

/** Every state of `ModelCustomizationJobStatus` (`@aws-sdk/client-bedrock` 3.1162). */
export const BEDROCK_STATES: Readonly<Record<string, JobStatus>> = {
  InProgress: "running",
  Completed: "succeeded",
  Failed: "failed",
  Stopping: "running",
  Stopped: "cancelled",
};

/** How a job stands, of the answer to `GetModelCustomizationJob`. */
export function snapshotOf(job: Partial<GetModelCustomizationJobResponse>): JobSnapshot {
  const rawStatus = job.status ?? "";
  const status = BEDROCK_STATES[rawStatus] ?? "pending";
  const message = stringOf(job.failureMessage);
  return defined<JobSnapshot>({
    status,
    rawStatus,
    model: stringOf(job.outputModelArn),
    error:
      status === "failed"
        ? defined({ message: message ?? "Bedrock gave no reason.", line: message && lineOf(message) })
        : undefined,
    finishedAt: job.endTime?.toISOString(),
    raw: plain(job),
  } as JobSnapshot);
}

/**
 * What has happened in a job. Bedrock has no list of events; it says how far the validation, the
 * data processing and the training are, and at the end the losses.
 */
export function eventsOf(job: Partial<GetModelCustomizationJobResponse>): JobEvent[] {
  const { statusDetails, trainingMetrics, validationMetrics } = plain(job);
  const phases = Object.entries(objectOf(statusDetails)).flatMap(([name, details]): JobEvent[] => {
    const phase = name.replace(/Details$/, "");
    const state = stringOf(objectOf(details)["status"]);
    if (state === undefined || state === "NotStarted") return [];
    const began: JobEvent = defined({
      id: `${phase}:InProgress`,
      at: stringOf(objectOf(details)["creationTime"]),
      level: "info",
      message: `${phase}: InProgress`,
    });
    if (state === "InProgress") return [began];
    const at = stringOf(objectOf(details)["lastModifiedTime"]) ?? began.at;
    return [
      began,
      defined<JobEvent>({
        id: `${phase}:${state}`,
        at,
        level: state === "Failed" ? "error" : "info",
        message: `${phase}: ${state}`,
      }),
    ];
  });
  const loss = numberOf(objectOf(trainingMetrics)["trainingLoss"]);
  const validationLoss = listOf(validationMetrics)
    .map((one) => numberOf(one["validationLoss"]))
    .find((one) => one !== undefined);
  const metrics = defined({ loss, validationLoss }) as Record<string, number>;
  if (Object.keys(metrics).length === 0) return phases.sort(byTime);
  const message = Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  return [...phases.sort(byTime), { id: `metrics:${message}`, level: "info", message, metrics }];
}

function byTime(first: JobEvent, second: JobEvent): number {
  return (first.at ?? "").localeCompare(second.at ?? "");
}

/** The answer as JSON: dates as text, without what the SDK adds. */
function plain(job: object): JsonObject {
  return JSON.parse(
    JSON.stringify(job, (key, value: unknown) => (key === "$metadata" ? undefined : value)),
  ) as JsonObject;
}
