import { InvalidOptionError } from "../../../errors.js";
import { yamlText } from "../shared/yaml.js";
import type { JsonObject } from "../../../types.js";
import type { TrainingMethod } from "../../backend.js";
import { defined } from "../shared/read.js";
import type { LoraOptions, TrlOptions } from "./options.js";

/** What of a job goes into the config beside the backend's own options. */
export interface ConfigRequest {
  readonly method: TrainingMethod;
  readonly validation: boolean;
  readonly epochs?: number;
  readonly seed?: number;
  readonly evaluateEvery?: number;
}

/** The command of `trl` for a method. */
export function trlCommand(method: TrainingMethod): "sft" | "dpo" | "kto" {
  return method === "preference" ? "dpo" : method === "unpaired" ? "kto" : "sft";
}

/** The config of `trl sft`, `trl dpo` or `trl kto` as an object; paths are relative to the job's folder. */
export function trlConfig(
  options: TrlOptions,
  { method, validation, epochs, seed, evaluateEvery }: ConfigRequest,
): JsonObject {
  const { lora = {}, trainOn = "last", config = {} } = options;
  // A checkpoint is measured where both fall together.
  const { saveSteps = evaluateEvery ?? 100 } = options;
  return defined<Record<string, unknown>>({
    model_name_or_path: options.model,
    ...dataConfig(validation),
    output_dir: "output",
    num_train_epochs: epochs,
    seed,
    learning_rate: options.learningRate,
    per_device_train_batch_size: options.perDeviceBatchSize,
    gradient_accumulation_steps: options.gradientAccumulation,
    max_length: options.maxLength,
    lr_scheduler_type: options.scheduler,
    // transformers 5 reads a number below 1 as a share of all steps; warmup_ratio is gone.
    warmup_steps: options.warmupRatio,
    weight_decay: options.weightDecay,
    ...(method === "supervised" ? {} : { beta: options.beta }),
    ...(method === "unpaired" ? labelConfig(options) : {}),
    logging_steps: options.loggingSteps,
    save_strategy: "steps",
    save_steps: saveSteps,
    // The best checkpoint is kept, however few are.
    ...(validation
      ? {
          eval_strategy: "steps",
          eval_steps: evaluateEvery ?? saveSteps,
          metric_for_best_model: "eval_loss",
          greater_is_better: false,
        }
      : {}),
    save_total_limit: options.keepCheckpoints ?? 2,
    report_to: "none",
    ...(method === "supervised" && trainOn === "all" ? { assistant_only_loss: true } : {}),
    ...(lora === false ? {} : loraConfig(lora)),
    ...config,
  }) as JsonObject;
}

/** Where a job has its rows, relative to its folder. */
export function dataFiles(validation: boolean): { train: string; validation?: string } {
  return validation ? { train: "data/train.jsonl", validation: "data/validation.jsonl" } : { train: "train.jsonl" };
}

/**
 * trl's own `datasets` adds all its entries up to one training set, whatever their splits
 * (`get_dataset`, trl 1.13.0), so validation rows would be trained on. A folder keeps its files apart by their names.
 */
function dataConfig(validation: boolean): JsonObject {
  if (validation) return { dataset_name: "data", dataset_train_split: "train", dataset_test_split: "validation" };
  return { datasets: [{ path: "json", data_files: { train: dataFiles(false).train }, split: "train" }] };
}

function loraConfig({ rank, alpha, dropout, targetModules = "all-linear" }: LoraOptions) {
  return { use_peft: true, lora_r: rank, lora_alpha: alpha, lora_dropout: dropout, lora_target_modules: targetModules };
}

/** The weights of good and bad answers, as TRL will have them. */
export function labelWeights({
  config = {},
  ...options
}: Pick<TrlOptions, "desirableWeight" | "undesirableWeight" | "config">) {
  const { desirable_weight: desirable, undesirable_weight: undesirable } = config;
  return {
    desirableWeight: typeof desirable === "number" ? desirable : (options.desirableWeight ?? 1),
    undesirableWeight: typeof undesirable === "number" ? undesirable : (options.undesirableWeight ?? 1),
  };
}

function labelConfig({ perDeviceBatchSize, desirableWeight, undesirableWeight, config = {} }: TrlOptions) {
  if (perDeviceBatchSize === 1 && config.loss_type !== "apo_zero_unpaired") {
    throw new InvalidOptionError({
      option: "perDeviceBatchSize",
      value: perDeviceBatchSize,
      message: "KTO compares the answers of a batch with each other, so a batch must hold at least two rows.",
      hint: 'Raise perDeviceBatchSize (TRL recommends 4 or more), or pass config: { loss_type: "apo_zero_unpaired" }.',
    });
  }
  return { desirable_weight: desirableWeight, undesirable_weight: undesirableWeight };
}

/** The config as YAML, with a word on how to run it by hand. */
export async function configText(config: JsonObject, command: string): Promise<string> {
  return `# Run again by hand, in this folder: ${command}\n${await yamlText(config)}`;
}
