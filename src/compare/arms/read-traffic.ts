import { ARM_METADATA, armTag, type Arm } from "../../internal/arm-names.js";
import { objectOf } from "../../internal/is-record.js";
import { allOf, anyOf, compare } from "../../select/query/filter-language.js";
import { parseTime, type RunQuery } from "../../select/query/run-query.js";
import { readFeedback } from "../../select/read-feedback.js";
import type { ConnectionOptions } from "../../select/server/connection.js";
import { selectRuns } from "../../select/select-runs.js";
import type { Run } from "../../types.js";

/** One call of one arm. */
export interface Call {
  arm: Arm;
  key: string;
  version?: string;
  experiment?: string;
  runId: string;
  traceId: string;
  isFallback: boolean;
  isFailed: boolean;
  /** Milliseconds since 1970. */
  start: number;
  /** Left out where the run has no end, or ends before it starts. */
  seconds?: number;
  tokens?: { prompt: number; completion: number };
}

/** One rating, of a routed run or of the root of its trace. */
export interface Rating {
  arm: Arm;
  key: string;
  feedback: string;
  score: number;
  /** When it was given; milliseconds since 1970. */
  at: number;
}

/** Counts what is left out. */
export type LeaveOut = (code: string, count?: number) => void;

/** Which version of each arm and which experiment is wanted; the newest where nothing is said. */
export interface Wanted {
  versions: Readonly<Partial<Record<Arm, string>>>;
  experiment?: string;
}

/** The routed calls that a query matches, of one experiment and one version of each arm. */
export async function readCalls(
  query: RunQuery,
  options: ConnectionOptions,
  wanted: Wanted,
  leaveOut: LeaveOut,
): Promise<Call[]> {
  const isRouted = anyOf(...(["base", "tuned", "fallback"] as const).map((arm) => compare("has", "tags", armTag(arm))));
  const calls: Call[] = [];
  const all: RunQuery = { ...query, errors: "include", rootErrors: "include", filter: allOf(isRouted, query.filter) };
  for await (const run of selectRuns(all, options)) {
    const call = callOf(run);
    if (typeof call === "string") leaveOut(call);
    else calls.push(call);
  }
  const experiment = wanted.experiment ?? newest(calls, (call) => call.experiment);
  const own = keep(calls, (call) => call.experiment === experiment, "other-experiment", leaveOut);
  const answered = own.filter(({ isFallback }) => !isFallback);
  const versions = {
    base:
      wanted.versions.base ??
      newest(
        answered.filter(({ arm }) => arm === "base"),
        (call) => call.version,
      ),
    tuned:
      wanted.versions.tuned ??
      newest(
        answered.filter(({ arm }) => arm === "tuned"),
        (call) => call.version,
      ),
  };
  // A fallback bears the version of the base model that answered it.
  return keep(own, (call) => call.isFallback || call.version === versions[call.arm], "other-version", leaveOut);
}

function callOf(run: Run): Call | string {
  const metadata = objectOf(objectOf(run.extra).metadata);
  const { [ARM_METADATA.arm]: arm, [ARM_METADATA.key]: key } = metadata;
  if (arm !== "base" && arm !== "tuned") return "unknown-arm";
  if (typeof key !== "string") return "no-key";
  if (run.status === "pending") return "not-ended";
  const start = millisecondsOf(run.start_time);
  const end = millisecondsOf(run.end_time);
  const { [ARM_METADATA.version]: version, [ARM_METADATA.experiment]: experiment } = metadata;
  return {
    arm,
    key,
    ...(typeof version === "string" ? { version } : {}),
    ...(typeof experiment === "string" ? { experiment } : {}),
    runId: run.id,
    traceId: run.trace_id ?? run.id,
    isFallback: metadata[ARM_METADATA.fallback] === true,
    isFailed: run.status === "error" || Boolean(run.error),
    start,
    ...(end >= start ? { seconds: (end - start) / 1000 } : {}),
    ...(typeof run.prompt_tokens === "number" && typeof run.completion_tokens === "number" && run.prompt_tokens > 0
      ? { tokens: { prompt: run.prompt_tokens, completion: run.completion_tokens } }
      : {}),
  };
}

/**
 * The numeric ratings of the calls and of their traces' roots. Of several by one key on one run the
 * last one counts: people change their minds, and clients send twice.
 */
export async function readRatings(
  calls: readonly Call[],
  options: ConnectionOptions,
  leaveOut: LeaveOut,
): Promise<Rating[]> {
  const ofRun = new Map(calls.map((call) => [call.runId, [call]]));
  const ofTrace = new Map<string, Call[]>();
  for (const call of calls) {
    const own = ofTrace.get(call.traceId);
    if (own) own.push(call);
    else ofTrace.set(call.traceId, [call]);
  }
  const last = new Map<string, Rating>();
  for await (const { runId, key: feedback, score, createdAt } of readFeedback(
    new Set([...ofRun.keys(), ...ofTrace.keys()]),
    options,
  )) {
    if (score === undefined) continue;
    const rated = ofRun.get(runId) ?? ofTrace.get(runId) ?? [];
    const [first] = rated;
    if (first === undefined) continue;
    if (rated.some(({ arm, key }) => arm !== first.arm || key !== first.key)) {
      leaveOut("rating-of-two-arms");
      continue;
    }
    // A clock that is behind must not date a rating before what it rates.
    const at = Math.max(first.start, createdAt === undefined ? first.start : parseTime(createdAt) || first.start);
    const known = last.get(`${runId} ${feedback}`);
    if (known) leaveOut("rated-again");
    if (known && known.at > at) continue;
    last.set(`${runId} ${feedback}`, { arm: first.arm, key: first.key, feedback, score, at });
  }
  return [...last.values()];
}

function keep(calls: readonly Call[], test: (call: Call) => boolean, code: string, leaveOut: LeaveOut): Call[] {
  const kept = calls.filter(test);
  if (kept.length < calls.length) leaveOut(code, calls.length - kept.length);
  return kept;
}

function newest(calls: readonly Call[], value: (call: Call) => string | undefined): string | undefined {
  const latest = calls.reduce<Call | undefined>(
    (best, call) => (best && best.start >= call.start ? best : call),
    undefined,
  );
  return latest && value(latest);
}

function millisecondsOf(time: Run["start_time"]): number {
  return typeof time === "number" ? time : parseTime(time ?? "");
}
