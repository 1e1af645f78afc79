import type { FineTunedModel, JobReference } from "../../train/backend.js";
import type { FineTuneProgress } from "../../train/following/progress.js";
import { startFineTune } from "../../train/start-fine-tune.js";
import { jobsOf, type SweepJob, type SweepOptions } from "./options.js";
import { measuredOn, type SweepRows } from "./plan.js";
import { failureOf } from "./failure.js";
import type { SweepFailure } from "./types.js";

/** A job that gave a model. */
export interface TrainedJob {
  readonly name: string;
  readonly job: SweepJob;
  readonly reference: JobReference;
  readonly tuned: FineTunedModel;
}

/** Runs the jobs side by side. A job that fails is data; an abort ends all waits, and the jobs go on. */
export async function trainJobs(
  options: SweepOptions,
  rows: SweepRows,
): Promise<{ trained: TrainedJob[]; failures: SweepFailure[] }> {
  const { signal, concurrency = 4 } = options;
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue({ concurrency });
  const trained: TrainedJob[] = [];
  const failures: SweepFailure[] = [];
  const run = async ([name, job]: readonly [string, SweepJob]) => {
    signal?.throwIfAborted();
    let reference: JobReference | undefined;
    try {
      const started = await startFineTune(jobOptions(options, rows, name, job));
      reference = started.reference;
      trained.push({ name, job, reference, tuned: await started.wait() });
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(failureOf(name, "train", error, { job: reference }));
    }
  };
  try {
    await Promise.all([...jobsOf(options)].map((one) => queue.add(() => run(one))));
  } finally {
    queue.clear();
  }
  const order = [...jobsOf(options).keys()];
  const inOrder = (a: { name: string }, b: { name: string }) => order.indexOf(a.name) - order.indexOf(b.name);
  return { trained: trained.sort(inOrder), failures: failures.sort(inOrder) };
}

function jobOptions(options: SweepOptions, rows: SweepRows, name: string, job: SweepJob) {
  const { method, directory, personalData, reuse, timeout, pollInterval, onProgress, signal, by } = options;
  const { backend, epochs, seed, suffix, from, evaluateEvery, earlyStopping, metadata } = job;
  return {
    examples: rows.examples,
    ...measuredOn(job, rows),
    backend,
    method,
    epochs,
    seed,
    suffix,
    from,
    evaluateEvery,
    earlyStopping,
    metadata,
    // The loss of a checkpoint is in the curve, which comes with a choice.
    checkpoint: job.checkpoint ?? (by === "validation-loss" ? ("best" as const) : undefined),
    directory,
    personalData,
    reuse,
    timeout,
    pollInterval,
    signal,
    onProgress: onProgress && ((progress: FineTuneProgress) => onProgress(progress, name)),
  };
}
