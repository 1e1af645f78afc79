import { performance } from "node:perf_hooks";
import type { FineTunedModel } from "./backend.js";
import type { FineTuneOptions } from "./options.js";
import { startFineTune } from "./start-fine-tune.js";

/**
 * Fine-tunes a model on the examples and returns it when it is ready: checks every row and writes
 * it to the disk, uploads the file, creates the job and follows it to its end.
 *
 * The same call with the same rows, model and options takes up the job that the first one started
 * (see `reuse`), so it can be run again after a crash. Where a tuned model must be deployed before
 * it can be called, and that costs money by the hour, this is left to `deploy`.
 *
 * @throws `InvalidOptionError` for an option that the backend does not understand.
 * @throws `InvalidExamplesError` for rows that the provider would refuse; nothing was uploaded.
 * @throws `EmptyDatasetError` if there are no examples.
 * @throws `ServiceError` if the provider refuses or cannot be reached.
 * @throws `FineTuneJobError` if the job failed or was cancelled.
 * @throws `TimeoutError` when the time is up; the job goes on. An abort throws the signal's reason.
 *
 * @example
 * ```ts
 * import { fineTune, terminalProgress, type TrainingExample } from "langsmith-finetune";
 * import { openAI } from "langsmith-finetune/backends/openai";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const tuned = await fineTune({
 *   examples,
 *   backend: openAI({ model: "gpt-4o-mini-2024-07-18" }),
 *   suffix: "support",
 *   onProgress: terminalProgress(),
 * });
 * console.log(tuned.model);
 * ```
 */
export async function fineTune(options: FineTuneOptions): Promise<FineTunedModel> {
  const started = performance.now();
  const job = await startFineTune(options);
  if (options.timeout === undefined) return job.wait();
  // One timeout for everything; what is left may be nothing, and a wait of zero is not started.
  const left = options.timeout - (performance.now() - started);
  return job.wait({ timeout: Math.max(1, left) });
}
