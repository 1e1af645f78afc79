import type { ChatTemplateSource } from "../../../templates/chat-template.js";
import {
  boolean,
  either,
  list,
  number,
  object,
  only,
  positiveInteger,
  record,
  required,
  string,
  text,
  withMethods,
  word,
} from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import { fieldsKind, templateKind } from "../shared/kinds.js";
import type { JsonObject } from "../../../types.js";
import type { Runner } from "./runner.js";

/** LoRA settings, in the words of TRL's `ModelConfig` (trl 1.13.0). */
export interface LoraOptions {
  /** @default 16 */
  rank?: number;
  /** @default 32 */
  alpha?: number;
  /** @default 0.05 */
  dropout?: number;
  /** @default "all-linear" */
  targetModules?: string | readonly string[];
}

/** Settings of the training itself. What is left out is TRL's own default, but for those named here. */
export interface TrlHyperparameters {
  /** TRL: 2e-5 for `sft`, 1e-6 for `dpo` and `kto`; too low for LoRA, for which 1e-4 to 2e-4 is usual. */
  learningRate?: number;
  /** Rows at a time on one device: a step takes this many times `gradientAccumulation` and the devices. @default 8 (TRL's) */
  perDeviceBatchSize?: number;
  gradientAccumulation?: number;
  /** The longest row in tokens. A longer one is an error, where TRL would cut it in silence. @default 1024 (TRL's) */
  maxLength?: number;
  scheduler?: "linear" | "cosine" | "constant" | "constant_with_warmup";
  warmupRatio?: number;
  weightDecay?: number;
  /** The beta of DPO and KTO. @default 0.1 (TRL's) */
  beta?: number;
  /** KTO: how much good answers weigh in the loss. @default 1 (TRL's) */
  desirableWeight?: number;
  /** KTO: how much bad answers weigh in the loss. @default 1 (TRL's) */
  undesirableWeight?: number;
  /** Steps between two log lines. @default 10 (TRL's) */
  loggingSteps?: number;
  /** Steps between two checkpoints; a killed job goes on from the last. @default 100 */
  saveSteps?: number;
  /** How many checkpoints are kept. @default 2 */
  keepCheckpoints?: number;
}

/** Options of {@link trl}. */
export interface TrlOptions extends TrlHyperparameters {
  /** A model id of the Hugging Face hub, or the path of a model on disk. */
  model: string;
  /**
   * The Python that has TRL.
   * @default the active virtual environment's, else `python3`
   */
  python?: string;
  /**
   * Where it runs.
   * @default local()
   */
  runner?: Runner;
  /**
   * The folder in which each job gets a folder of its own.
   * @default "fine-tunes"
   */
  directory?: string;
  /**
   * Train an adapter (LoRA), or all weights (`false`).
   * @default {}
   */
  lora?: LoraOptions | false;
  /**
   * `last`: a row for each target, and the loss counts its last answer (TRL's prompt/completion form, right for
   * every model). `all`: one row for the targets of a conversation that follow each other, by `assistant_only_loss`,
   * which needs a chat template with generation marks or of a family that TRL patches. Both learn the same; `all`
   * costs fewer tokens.
   * @default "last"
   */
  trainOn?: "last" | "all";
  /**
   * The chat template of the model: its folder, `tokenizer_config.json`, `.jinja` file or text. Rows that it refuses
   * or of which it drops something are then found before anything is trained.
   * @default that of `model`, where it is a folder on this machine
   */
  template?: ChatTemplateSource;
  /** Any flag of `trl sft`, `trl dpo` or `trl kto`, as in its YAML config. Wins over everything above. */
  config?: JsonObject;
  /** Flags of `accelerate launch`, without the dashes: `{ num_processes: 4, mixed_precision: "bf16" }`. */
  accelerate?: Record<string, string | number | boolean>;
  /** Environment variables of the training process, `HF_TOKEN` and `CUDA_VISIBLE_DEVICES` for instance. Never written to disk. */
  environment?: Record<string, string>;
}

const positive = number({ min: 0 });
const share = number({ min: 0, max: 1 });

const hyperparameterKinds: OptionKinds<TrlHyperparameters> = {
  learningRate: positive,
  perDeviceBatchSize: positiveInteger,
  gradientAccumulation: positiveInteger,
  maxLength: positiveInteger,
  scheduler: word("linear", "cosine", "constant", "constant_with_warmup"),
  warmupRatio: share,
  weightDecay: positive,
  beta: positive,
  desirableWeight: positive,
  undesirableWeight: positive,
  loggingSteps: positiveInteger,
  saveSteps: positiveInteger,
  keepCheckpoints: positiveInteger,
};

/** The kinds of {@link TrlOptions}. */
export const trlKinds: OptionKinds<TrlOptions> = {
  model: required(text),
  python: text,
  runner: withMethods<Runner>("a runner, such as local()", "plan", "start", "status", "stop", "result"),
  directory: text,
  lora: either(
    only(false),
    object<LoraOptions>({
      rank: positiveInteger,
      alpha: positive,
      dropout: share,
      targetModules: either(text, list(text)),
    }),
  ),
  trainOn: word("last", "all"),
  ...hyperparameterKinds,
  config: fieldsKind,
  template: templateKind,
  accelerate: record(either(string, number(), boolean)),
  environment: record(string),
};

/** The hyperparameters among the options. */
export function hyperparametersOf(options: TrlOptions): TrlHyperparameters {
  const entries = Object.entries(options).filter(([name]) => Object.hasOwn(hyperparameterKinds, name));
  return Object.fromEntries(entries);
}
