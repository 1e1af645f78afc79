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

export async function checkContinuation({ model, python, directory, rows }: Place): Promise<void> {
  const tune = (name: string, options: Partial<TrlOptions>, steps: number, from?: FineTunedModel) =>
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
  const lossOf = ({ checkpoint }: FineTunedModel) => checkpoint?.metrics?.validationLoss ?? Number.NaN;

  const untrained = lossOf(await tune("untrained", { learningRate: STILL }, 1));
  const whole = await tune("whole", {}, 16);
  const losses = (whole.curve ?? []).map(({ metrics }) => metrics?.validationLoss ?? Number.NaN);
  check(
    losses.length === 4 && lossOf(whole) === Math.min(...losses) && lossOf(whole) < untrained,
    `best is the least of the curve: ${lossOf(whole)} of ${losses.join(", ")}, and ${untrained} untrained`,
  );
  const further = await tune("further", { learningRate: STILL }, 1, whole);
  check(
    Math.abs(lossOf(further) - lossOf(whole)) < 0.02 * lossOf(whole),
    `a job from a whole model begins where that ended: ${lossOf(further)}`,
  );

  const adapter = await tune("adapter", { lora: { rank: 8 }, learningRate: 2e-2 }, 16);
  check(adapter.details?.adapter === true && lossOf(adapter) < untrained, `an adapter learns: ${lossOf(adapter)}`);
  for (const [name, lora] of [
    ["merged-whole", false],
    ["merged-adapter", { rank: 4 }],
  ] as const) {
    const next = await tune(name, { lora, learningRate: STILL }, 1, adapter);
    check(
      Math.abs(lossOf(next) - lossOf(adapter)) < 0.02 * lossOf(adapter),
      `a job from an adapter begins where that ended, ${lora ? "with a new adapter" : "with all weights"}: ${lossOf(next)}`,
    );
    if (!lora) continue;
    const config = JSON.parse(await readFile(join(String(next.model), "adapter_config.json"), "utf8")) as {
      base_model_name_or_path: string;
    };
    check(
      config.base_model_name_or_path !== model,
      `and the new adapter lies on the merged model (${config.base_model_name_or_path.split("/").slice(-2).join("/")}), not on the base`,
    );
  }
}
