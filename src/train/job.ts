import { FineTuneJobError, InvalidOptionError } from "../errors.js";
import type {
  CallOptions,
  Checkpoint,
  FineTuneBackend,
  FineTunedModel,
  JobEvent,
  JobReference,
  JobSnapshot,
  TunedModelParts,
} from "./backend.js";
import { startTimeout } from "../http/timeout.js";
import { EventFeed, followJob, isEnd } from "./following/follow-job.js";
import { checkCheckpointChoice, chooseCheckpoint } from "./choose-checkpoint.js";
import type { CheckpointChoice, WaitOptions } from "./options.js";
import { retryTransient } from "../http/retry.js";
import { pollJob } from "./poll-job.js";
import { isTransient } from "../http/service-error.js";

/** A fine-tuning job at a provider. It goes on whether or not anybody waits for it. */
export interface FineTuneJob {
  /** All that is needed to continue with the job on another machine: plain JSON, no credentials. See `resumeFineTune`. */
  readonly reference: JobReference;
  /** How the job stands now, in our words and in the provider's. */
  status(options?: CallOptions): Promise<JobSnapshot>;
  /**
   * Follows the job to its end. Throws a `FineTuneJobError` if it failed or was cancelled, and a
   * `TimeoutError` when the time is up. Options that are left out are those of the job's start.
   */
  wait(options?: WaitOptions): Promise<FineTunedModel>;
  /**
   * Asks the provider to stop and waits until it says how the job ended: usually `cancelled`, but a
   * job may succeed or fail before the request arrives.
   */
  cancel(options?: WaitOptions): Promise<JobSnapshot>;
  /** What the provider has reported about the job so far, oldest first. Asks again for each `for await`. */
  events(options?: CallOptions): AsyncIterable<JobEvent>;
  /** The models that were kept on the way. */
  checkpoints(options?: CallOptions): Promise<Checkpoint[]>;
}

/** A job's handle. `defaults` are the options of the call that made it. */
export function createJob(backend: FineTuneBackend, reference: JobReference, defaults: WaitOptions = {}): FineTuneJob {
  const describe = () => ({
    message: `The ${backend.name} job ${reference.id} had not ended in time; it goes on.`,
    hint: `Follow it again with resumeFineTune(reference, { backend }), where reference is ${JSON.stringify(reference)}.`,
  });

  async function withTimeout<T>(options: WaitOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = startTimeout(options.timeout, options.signal, describe);
    try {
      return await work(timeout.signal);
    } catch (error) {
      // A client that was aborted throws an error of its own; the reason says more.
      timeout.signal.throwIfAborted();
      throw error;
    } finally {
      timeout.end();
    }
  }

  const call = <T>(signal: AbortSignal | undefined, ask: () => Promise<T>) => retryTransient(ask, { signal });

  /** The end result, or the model of a checkpoint with the curve of all. */
  async function takeModel(
    snapshot: JobSnapshot,
    choice: CheckpointChoice = "last",
    signal: AbortSignal,
  ): Promise<TunedModelParts & Pick<FineTunedModel, "checkpoint" | "curve">> {
    checkCheckpointChoice(backend, choice);
    const { checkpoints, checkpointResult } = backend;
    if (choice === "last" || checkpoints === undefined || checkpointResult === undefined)
      return call(signal, () => backend.result(reference, snapshot, { signal }));
    const curve = await call(signal, () => checkpoints.call(backend, reference, { signal }));
    const checkpoint = await chooseCheckpoint(curve, choice, reference);
    const parts = await call(signal, () => checkpointResult.call(backend, reference, checkpoint, snapshot, { signal }));
    return { ...parts, checkpoint, curve };
  }

  return {
    reference,

    status({ signal } = {}) {
      return call(signal, () => pollJob(backend, reference, { signal }));
    },

    wait(options = {}) {
      const { onProgress, checkpoint, ...rest } = { ...defaults, ...options };
      return withTimeout(rest, async (signal) => {
        const snapshot = await followJob(backend, reference, { ...rest, onProgress, signal });
        if (snapshot.status !== "succeeded") throw jobError(backend, reference, snapshot);
        const parts = await takeModel(snapshot, checkpoint, signal);
        const { training } = reference;
        const model: FineTunedModel = {
          ...parts,
          backend: backend.name,
          job: reference.id,
          baseModel: reference.model,
          method: reference.method,
          ...(snapshot.finishedAt === undefined ? {} : { finishedAt: snapshot.finishedAt }),
          ...(training === undefined ? {} : { dataset: { rows: training.rows, sha256: training.sha256 } }),
        };
        await onProgress?.({ type: "finished", model });
        return model;
      });
    },

    cancel(options = {}) {
      const rest = { ...defaults, ...options };
      return withTimeout(rest, async (signal) => {
        const before = await call(signal, () => pollJob(backend, reference, { signal }));
        if (isEnd(before)) return before;
        const { cancel } = backend;
        if (cancel === undefined) throw unsupported(backend, "cancel a job");
        await call(signal, () => cancel.call(backend, reference, { signal })).catch(async (error: unknown) => {
          if (signal.aborted || isTransient(error)) throw error;
          // Refused: most likely because the job has ended in between.
          if (!isEnd(await pollJob(backend, reference, { signal }))) throw error;
        });
        return followJob(backend, reference, { ...rest, signal });
      });
    },

    events({ signal } = {}) {
      return {
        [Symbol.asyncIterator]: () => {
          if (backend.events === undefined) throw unsupported(backend, "list a job's events");
          return new EventFeed(backend, reference).news(signal);
        },
      };
    },

    async checkpoints({ signal } = {}) {
      const { checkpoints } = backend;
      if (checkpoints === undefined) throw unsupported(backend, "list checkpoints");
      return call(signal, () => checkpoints.call(backend, reference, { signal }));
    },
  };
}

function jobError(
  backend: FineTuneBackend,
  { id }: JobReference,
  { status, rawStatus, error }: JobSnapshot,
): FineTuneJobError {
  const ended = status === "cancelled" ? "cancelled" : "failed";
  const facts = [
    error?.code !== undefined && `code ${error.code}`,
    error?.param !== undefined && `parameter ${error.param}`,
    error?.line !== undefined && `line ${error.line}`,
  ].filter((fact) => fact !== false);
  const reason = error?.message ?? (ended === "cancelled" ? "somebody cancelled it" : "the provider gave no reason");
  return new FineTuneJobError({
    backend: backend.name,
    job: id,
    status: ended,
    rawStatus,
    code: error?.code,
    param: error?.param,
    line: error?.line,
    message: `The ${backend.name} job ${id} ${ended === "cancelled" ? "was cancelled" : "failed"}: ${reason}${facts.length > 0 ? ` (${facts.join(", ")})` : ""}`,
    hint:
      ended === "failed" && error?.line !== undefined
        ? "The line is one of the file that was uploaded, counted from 1; row and line are the same."
        : undefined,
  });
}

function unsupported(backend: FineTuneBackend, what: string): InvalidOptionError {
  return new InvalidOptionError({
    option: "backend",
    value: backend.name,
    message: `The backend ${backend.name} cannot ${what}.`,
  });
}
