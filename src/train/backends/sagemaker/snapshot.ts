import type { DescribeTrainingJobResponse } from "@aws-sdk/client-sagemaker";
import type { JsonObject } from "../../../types.js";
import type { JobEvent, JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { defined, listOf, numberOf, positiveOf, stringOf } from "../shared/read.js";

/** Every state of `TrainingJobStatus` (`@aws-sdk/client-sagemaker` 3.1142). */
export const SAGEMAKER_STATES: Readonly<Record<string, JobStatus>> = {
  InProgress: "running",
  Stopping: "running",
  Completed: "succeeded",
  Failed: "failed",
  Stopped: "cancelled",
  Deleting: "cancelled",
};

type Job = Partial<DescribeTrainingJobResponse>;

/** How a job stands, of the answer to `DescribeTrainingJob`. */
export function snapshotOf(job: Job): JobSnapshot {
  const rawStatus = stringOf(job.TrainingJobStatus) ?? "";
  const status = SAGEMAKER_STATES[rawStatus] ?? "pending";
  const message = stringOf(job.FailureReason);
  return defined<JobSnapshot>({
    status,
    rawStatus,
    model: stringOf(job.OutputModelPackageArn),
    trainedTokens: positiveOf(job.BillableTokenCount),
    error:
      status === "failed"
        ? defined({ message: message ?? "SageMaker gave no reason.", line: message && lineOf(message) })
        : undefined,
    progress: status === "running" ? progressOf(job) : undefined,
    finishedAt: job.TrainingEndTime?.toISOString(),
    raw: plain(job),
  } as JobSnapshot);
}

/** Steps are counted within an epoch, epochs from 0 or 1 (not documented): the fraction is left out where that matters. */
function progressOf({ ProgressInfo: progress }: Job): JobSnapshot["progress"] {
  if (progress === undefined) return undefined;
  const perEpoch = positiveOf(progress.TotalStepCountPerEpoch);
  const epochs = positiveOf(progress.MaxEpoch);
  return defined({
    step: numberOf(progress.CurrentStep),
    totalSteps: perEpoch === undefined || epochs === undefined ? undefined : perEpoch * epochs,
    epoch: numberOf(progress.CurrentEpoch),
  });
}

/** What has happened in a job: its phases as they begin, and the last measurements. SageMaker has no list of events. */
export function eventsOf(job: Job): JobEvent[] {
  const { SecondaryStatusTransitions, FinalMetricDataList } = plain(job);
  const phases = listOf(SecondaryStatusTransitions).flatMap((one): JobEvent[] => {
    const status = stringOf(one["Status"]);
    if (status === undefined) return [];
    const at = stringOf(one["StartTime"]);
    const message = stringOf(one["StatusMessage"]);
    return [
      defined({
        id: `${status}:${at ?? ""}`,
        at,
        level: status === "Failed" ? ("error" as const) : ("info" as const),
        message: message === undefined ? status : `${status}: ${message}`,
      }),
    ];
  });
  const metrics = Object.fromEntries(
    listOf(FinalMetricDataList).flatMap((one) => {
      const name = stringOf(one["MetricName"]);
      const value = numberOf(one["Value"]);
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  phases.sort((first, second) => (first.at ?? "").localeCompare(second.at ?? ""));
  if (Object.keys(metrics).length === 0) return phases;
  const message = Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  return [...phases, { id: `metrics:${message}`, level: "info", message, metrics }];
}

/** The answer as JSON: dates as text, without what the SDK adds. */
function plain(job: object): JsonObject {
  return JSON.parse(
    JSON.stringify(job, (key, value: unknown) => (key === "$metadata" ? undefined : value)),
  ) as JsonObject;
}
