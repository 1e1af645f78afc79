// The best checkpoint, and going on from it, with the real trl: a few steps each, seen by the loss on held-out rows.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fineTune, type FineTunedModel, type TrainingExample } from "langsmith-finetune";
import { trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { check } from "./report.js";

interface Place {
  model: string;
  python: string;
  directory: string;
  rows: readonly TrainingExample[];
}

/** A training that changes next to nothing shows the loss of what it began with. */
const STILL = 1e-12;

/** One short training on all rows but the last eight, which measure it. */
function tuner({ model, python, directory, rows }: Place) {
  return (name: string, options: Partial<TrlOptions>, steps: number, from?: FineTunedModel) =>
    fineTune({
      examples: rows.slice(0, -8),
      validation: rows.slice(-8),
      evaluateEvery: steps > 4 ? 4 : 1,
      checkpoint: "best",
      suffix: name,
      seed: 7,
      pollInterval: 500,
      from,
      backend: trl({
        model,
        python,
        directory,
        lora: false,
        environment: { HF_HUB_OFFLINE: "1" },
        perDeviceBatchSize: 4,
        loggingSteps: 1,
        keepCheckpoints: 10,
        learningRate: 3e-3,
        config: { use_cpu: true, max_steps: steps },
        ...options,
      }),
    });
}

const lossOf = ({ checkpoint }: FineTunedModel) => checkpoint?.metrics?.validationLoss ?? Number.NaN;

const lossesOf = ({ curve = [] }: FineTunedModel) => curve.map(({ metrics }) => metrics?.validationLoss ?? Number.NaN);

const close = (next: FineTunedModel, before: FineTunedModel) =>
  Math.abs(lossOf(next) - lossOf(before)) < 0.02 * lossOf(before);

export async function checkBest(place: Place): Promise<void> {
  const tune = tuner(place);
  const whole = await tune("whole", {}, 16);
  const losses = lossesOf(whole);
  check(
    losses.length === 4 && lossOf(whole) === Math.min(...losses),
    `best is the least of the curve: ${lossOf(whole)} of ${losses.join(", ")}`,
  );
  const further = await tune("further", { learningRate: STILL }, 1, whole);
  check(close(further, whole), `a job from a whole model begins where that ended: ${lossOf(further)}`);
}

export async function checkContinuation(place: Place): Promise<void> {
  const tune = tuner(place);
  const adapter = await tune("adapter", { lora: { rank: 8 }, learningRate: 2e-2 }, 16);
  const [start = Number.NaN] = lossesOf(adapter);
  check(
    adapter.details?.adapter === true && lossOf(adapter) < start,
    `an adapter learns: ${lossOf(adapter)} of ${start} at first`,
  );
  const next = await tune("merged", { lora: { rank: 4 }, learningRate: STILL }, 1, adapter);
  check(close(next, adapter), `a job from an adapter begins where that ended: ${lossOf(next)}`);
  const config = JSON.parse(await readFile(join(String(next.model), "adapter_config.json"), "utf8")) as {
    base_model_name_or_path: string;
  };
  check(
    config.base_model_name_or_path !== place.model,
    `and its own adapter lies on the merged model (${config.base_model_name_or_path.split("/").slice(-2).join("/")}), not on the base`,
  );
}
