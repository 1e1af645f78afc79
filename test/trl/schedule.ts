// Early stopping with the real trl: a rate at which nothing is learned, so that the loss does not fall.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fineTune, type TrainingExample } from "langsmith-finetune";
import { trl } from "langsmith-finetune/backends/trl";
import { check } from "./report.js";

interface Place {
  model: string;
  python: string;
  directory: string;
  rows: readonly TrainingExample[];
}

const EVERY = 2;
const STEPS = 40;

export async function checkEarlyStopping({ model, python, directory, rows }: Place): Promise<void> {
  const tuned = await fineTune({
    examples: rows.slice(0, 32),
    validation: rows.slice(32),
    evaluateEvery: EVERY,
    earlyStopping: { patience: 2 },
    checkpoint: "best",
    suffix: "stops",
    pollInterval: 500,
    backend: trl({
      model,
      python,
      directory,
      lora: false,
      environment: { HF_HUB_OFFLINE: "1" },
      perDeviceBatchSize: 4,
      loggingSteps: 1,
      learningRate: 1e-12,
      keepCheckpoints: 10,
      config: { use_cpu: true, max_steps: STEPS, logging_nan_inf_filter: false },
    }),
  });
  const steps = (tuned.curve ?? []).map(({ step }) => step);
  const last = steps.at(-1) ?? STEPS;
  const state = JSON.parse(await readFile(join(String(tuned.model), "trainer_state.json"), "utf8")) as object;
  check(
    last === 3 * EVERY && "best_metric" in state,
    `a loss that does not fall ends the training at step ${last} of ${STEPS}, after two measurements in vain (measured at ${steps.join(", ")})`,
  );
  check(tuned.checkpoint?.step === EVERY, `and the best checkpoint is the first, at step ${tuned.checkpoint?.step}`);
}
