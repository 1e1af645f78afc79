import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { TrainingExample } from "../../types.js";
import { chatModel } from "../../use/chat-model.js";
import { deploy, teardown } from "../../use/deploy.js";
import { compareModels } from "../compare-models.js";
import type { Comparison } from "../types.js";
import { failureOf } from "./failure.js";
import type { SweepOptions } from "./options.js";
import type { SweepRows } from "./plan.js";
import type { TrainedJob } from "./train-jobs.js";
import type { SweepFailure } from "./types.js";

/**
 * Makes the trained models callable, asks all of them the validation rows, and ends every deployment that it began,
 * however the comparison ends.
 */
export async function compareTrained(
  trained: readonly TrainedJob[],
  options: SweepOptions,
  rows: SweepRows,
): Promise<{ comparison?: Comparison; failures: SweepFailure[] }> {
  const { signal, baselines = {}, compare = {} } = options;
  const failures: SweepFailure[] = [];
  const models: Record<string, BaseChatModel> = { ...baselines };
  const deployed: Pick<TrainedJob, "name" | "tuned" | "job">[] = [];
  try {
    for (const { name, job, reference, tuned } of trained) {
      let step: SweepFailure["step"] = "deploy";
      try {
        let callable = tuned;
        if (tuned.deployment?.status === "required") {
          // What `deploy` leaves behind when it fails is torn down too.
          deployed.push({ name, tuned, job });
          callable = await deploy(tuned, { ...job.deploy, backend: job.backend, signal });
          deployed.splice(-1, 1, { name, tuned: callable, job });
        }
        step = "call";
        models[name] = await chatModel(callable, job.chat);
      } catch (error) {
        signal?.throwIfAborted();
        failures.push(failureOf(name, step, error, { job: reference, tuned }));
      }
    }
    if (Object.keys(models).length < 2) return { failures };
    const examples = rows.validation as AsyncIterable<TrainingExample>;
    return { comparison: await compareModels({ ...compare, examples, models, signal }), failures };
  } finally {
    // Billed by the hour: ended also where the caller has aborted.
    for (const { name, tuned, job } of deployed) {
      await teardown(tuned, { backend: job.backend }).catch((error: unknown) => {
        failures.push(failureOf(name, "teardown", error, { tuned }));
        process.emitWarning(
          `The deployment of ${tuned.model} could not be ended and may be billed on: ${String(error)}`,
          {
            type: "FineTuneWarning",
          },
        );
      });
    }
  }
}
