import { required } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { backendKind, waitKinds } from "./check-options.js";
import { InvalidOptionError } from "../errors.js";
import type { FineTuneBackend, JobReference } from "./backend.js";
import { parseJobReference } from "./parse-job-reference.js";
import { createJob, type FineTuneJob } from "./job.js";
import { checkCheckpointChoice } from "./choose-checkpoint.js";
import type { WaitOptions } from "./options.js";

/** Options of {@link resumeFineTune}. */
export interface ResumeOptions extends WaitOptions {
  /** The backend that the job was started with. Its model need not be the same; the reference has it. */
  backend: FineTuneBackend;
}

/**
 * Takes up a job from its reference, on this machine or another. Asks the provider nothing until
 * the job is used.
 *
 * @throws `InvalidOptionError` if the reference is not one, or is of another backend.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { resumeFineTune, type FineTuneBackend, type JobReference } from "langsmith-finetune";
 *
 * declare const backend: FineTuneBackend;
 *
 * const reference = JSON.parse(await readFile("job.json", "utf8")) as JobReference;
 * const tuned = await resumeFineTune(reference, { backend }).wait();
 * ```
 */
export function resumeFineTune(reference: JobReference, options: ResumeOptions): FineTuneJob {
  checkOptions<ResumeOptions>("resumeFineTune", options, { ...waitKinds, backend: required(backendKind) });
  const { backend, ...defaults } = options;
  checkCheckpointChoice(backend, options.checkpoint);
  parseJobReference(reference);
  if (reference.backend !== backend.name) {
    throw new InvalidOptionError({
      option: "backend",
      value: backend.name,
      message: `The job ${reference.id} is of the backend ${reference.backend}, not of ${backend.name}.`,
      hint: `Pass the backend ${reference.backend}.`,
    });
  }
  return createJob(backend, reference, defaults);
}
