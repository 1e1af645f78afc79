import { open } from "node:fs/promises";
import { FinetuneError, ServiceError } from "../../errors.js";
import type { RayJobs } from "../../http/ray-jobs.js";
import { delay } from "../../internal/delay.js";
import type { JsonObject } from "../../types.js";
import type { Part } from "../part.js";
import { errorOf, type Answer } from "../worker/protocol.js";

/** A job of a cluster, and who hears what its workers answer. */
export interface FollowedBuild {
  readonly jobs: RayJobs;
  readonly submission: string;
  readonly job: JsonObject;
  /** The file that the driver appends answers to, a line each. */
  readonly answers: string;
  readonly parts: readonly Part[];
  done(part: Part): Promise<void>;
  failed(part: Part, error: Error): void;
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at the answers, and between two at the job. */
const ANSWERS_EVERY = 200;
const STATUS_EVERY = 2_000;
/** Milliseconds that a job is given to end after it was stopped. */
const STOP_TIMEOUT = 30_000;
/** Milliseconds that a cluster that has just started is given for the agent which takes jobs, and between two tries. */
const AGENT_TIMEOUT = 120_000;
const AGENT_EVERY = 2_000;
const OVER = new Set(["SUCCEEDED", "FAILED", "STOPPED"]);

/**
 * Submits the job and passes on what becomes of each part. When it rejects, the job and its workers have ended.
 *
 * @throws the signal's reason, what a worker called final, and a `FinetuneError` for a job that ended without all answers.
 */
export async function followBuild(build: FollowedBuild): Promise<void> {
  const { jobs, submission, job, signal } = build;
  signal.throwIfAborted();
  let running = false;
  try {
    await submitOnce(jobs, submission, job, signal);
    running = true;
    await follow(build, (isOver) => (running = !isOver));
  } finally {
    // An abort may have come before the answer to a submission that was taken.
    if (running || signal.aborted) await stop(jobs, submission);
  }
}

/** An answer that was lost may have been that the job runs: the name is this build's own. */
async function submitOnce(jobs: RayJobs, submission: string, job: JsonObject, signal: AbortSignal): Promise<void> {
  const until = Date.now() + AGENT_TIMEOUT;
  for (;;) {
    try {
      await jobs.submit(submission, job, signal);
      return;
    } catch (error) {
      const known = await jobs.status(submission, signal).catch(() => undefined);
      if (known !== undefined) return;
      if (!isWithoutAgent(error) || Date.now() > until) throw error;
      await delay(AGENT_EVERY, signal);
    }
  }
}

/** Ray 2.60 answers so while no node's agent has reported to its dashboard yet. */
const isWithoutAgent = (error: unknown): boolean =>
  ServiceError.isInstance(error) && error.status === 500 && error.message.includes("No available agent");

async function follow(
  { jobs, submission, answers, parts, done, failed, signal }: FollowedBuild,
  ended: (isOver: boolean) => void,
): Promise<void> {
  const left = new Map(parts.map((part) => [part.index, part]));
  const file = await open(answers);
  let position = 0;
  let rest = "";
  /** Answers that were written since. */
  const read = async (): Promise<Answer[]> => {
    const bytes = Buffer.allocUnsafe(1 << 16);
    let text = "";
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      // Answers are ASCII: what is not is escaped.
      text += bytes.toString("latin1", 0, bytesRead);
    }
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    return lines.map((line) => JSON.parse(line) as Answer);
  };
  const take = async (answer: Answer): Promise<void> => {
    if ("ready" in answer) return;
    if (!("part" in answer)) throw errorOf(answer.failure);
    const part = left.get(answer.part);
    if (part === undefined) return;
    left.delete(part.index);
    if (answer.failure) failed(part, errorOf(answer.failure));
    else await done(part);
  };

  try {
    let lookAt = 0;
    let over = false;
    while (left.size > 0) {
      await delay(ANSWERS_EVERY, signal);
      if (Date.now() >= lookAt) {
        const { status } = await jobs.status(submission, signal);
        over = OVER.has(status);
        lookAt = Date.now() + STATUS_EVERY;
      }
      ended(over);
      // After the status, so that of a job that is over all answers are read.
      for (const answer of await read()) {
        signal.throwIfAborted();
        await take(answer);
      }
      if (over && left.size > 0) throw await endedEarly(jobs, submission, left.size, signal);
    }
  } finally {
    await file.close();
  }
}

async function endedEarly(
  jobs: RayJobs,
  submission: string,
  missing: number,
  signal: AbortSignal,
): Promise<FinetuneError> {
  const { status, message } = await jobs.status(submission, signal);
  const log = await jobs.log(submission, signal).catch(() => "");
  const lines = log.trim().split("\n").slice(-20).join("\n");
  return new FinetuneError({
    message: `The Ray job ${submission} ended (${status}) with ${missing} parts missing. ${message ?? ""}\n${lines}`,
    hint: "Check that every node has Python with ray, Node and this package, and sees the storage and the files. Call buildDataset again: parts that are done are not done again.",
  });
}

/** Stops the job and waits until its workers have ended. What made the build end is reported, and not this. */
async function stop(jobs: RayJobs, submission: string): Promise<void> {
  const timeout = AbortSignal.timeout(STOP_TIMEOUT);
  try {
    await jobs.stop(submission, timeout);
    while (!OVER.has((await jobs.status(submission, timeout)).status)) await delay(ANSWERS_EVERY, timeout);
  } catch (error) {
    process.emitWarning(`The Ray job ${submission} could not be stopped: ${(error as Error).message}`, {
      type: "RayWarning",
      code: "LANGSMITH_FINETUNE_RAY",
    });
  }
}
