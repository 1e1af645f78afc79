import { isRecord } from "../../internal/is-record.js";
import { kind, list } from "../../internal/kinds.js";
import type { PastJob } from "../backend.js";

/** What is read of a job that has ended: from the start of the job to its end, with the wait for a machine. */
export type TimedJob = Pick<PastJob, "status" | "finishedAt" | "trainedTokens"> & {
  readonly reference: Pick<PastJob["reference"], "model" | "createdAt">;
};

/** How long a job is likely to take, by jobs of the same base model. Seconds. */
export interface DurationEstimate {
  /** At the median speed of these jobs. */
  readonly seconds: number;
  /** At the speed of the fastest and of the slowest. */
  readonly low: number;
  readonly high: number;
  /** How many jobs this is from. */
  readonly jobs: number;
}

/** The kind of an option that takes jobs with their times. */
export const timedJobsKind = list(
  kind<TimedJob>("a past job, as exportPastJobs gives it", (value) => {
    if (!isRecord(value) || typeof value["status"] !== "string") return false;
    const { reference } = value;
    return isRecord(reference) && typeof reference["model"] === "string" && typeof reference["createdAt"] === "string";
  }),
);

/**
 * The time for so many tokens, by the speed of past jobs of the same base model: tokens that were trained in a second,
 * from the job's start to its end. Nothing where no such job says its tokens and its times.
 */
export function durationOf(
  model: string,
  billedTokens: number,
  jobs: readonly TimedJob[],
): DurationEstimate | undefined {
  const speeds = jobs
    .filter(({ status, reference }) => status === "succeeded" && reference.model === model)
    .map(speedOf)
    .filter((speed) => speed !== undefined)
    .sort((first, second) => first - second);
  const [slowest] = speeds;
  const fastest = speeds.at(-1);
  const middle = (speeds.length - 1) / 2;
  const [lower, upper] = [speeds[Math.floor(middle)], speeds[Math.ceil(middle)]];
  if (slowest === undefined || fastest === undefined || lower === undefined || upper === undefined) return undefined;
  return {
    seconds: Math.round(billedTokens / ((lower + upper) / 2)),
    low: Math.round(billedTokens / fastest),
    high: Math.round(billedTokens / slowest),
    jobs: speeds.length,
  };
}

function speedOf({ reference, finishedAt, trainedTokens }: TimedJob): number | undefined {
  if (finishedAt === undefined || trainedTokens === undefined || trainedTokens <= 0) return undefined;
  const seconds = (Date.parse(finishedAt) - Date.parse(reference.createdAt)) / 1_000;
  return seconds > 0 ? trainedTokens / seconds : undefined;
}
