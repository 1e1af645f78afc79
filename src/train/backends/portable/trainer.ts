import type { LossSupport, ValidationRules } from "../../../curate/rules.js";
import type { ChatTemplate } from "../../../templates/chat-template.js";
import type { MessageForms } from "../../../templates/template-messages.js";
import type { UnpairedExample } from "../../../types.js";
import type { EarlyStopping, InferenceTarget, TrainingMethod } from "../../backend.js";
import type { Row } from "../shared/conversation.js";
import type { PortableOptions } from "./options.js";

/** A trainer that takes files. One file each; it knows rows, config and command, and nothing of jobs. */
export interface Trainer {
  /** The name as its makers write it. */
  readonly title: string;
  /** The line that installs it. */
  readonly install: string;
  readonly methods: readonly TrainingMethod[];
  /** What it does with the loss. */
  readonly loss: (options: PortableOptions) => LossSupport;
  /** What it takes, beside what all four do. */
  readonly rules: Partial<ValidationRules>;
  /** A row in its form. Throws an `InconvertibleRowError` for what the form cannot say. */
  convert(row: Row | UnpairedExample, options: PortableOptions, template?: TrainerTemplate): unknown;
  /** The weights of good and bad answers in its loss, where it trains on labels. */
  labelWeights?(options: PortableOptions): { desirableWeight: number; undesirableWeight: number };
  /** The steps between two measurements can be given, and a patience after which it stops. */
  readonly measures?: boolean;
  readonly stopsEarly?: boolean;
  /** Where it trains at a service and leaves its checkpoint there: what that costs, and how the checkpoint is called. */
  readonly service?: { readonly billed: string; inference?(checkpoint: string): InferenceTarget };
  /** The files beside the dataset, by name. */
  files(plan: TrainingPlan): Record<string, string> | Promise<Record<string, string>>;
  /** Run in the job's folder. */
  command(plan: TrainingPlan): string;
}

/** The model's chat template, where it is at hand, and the form in which it wants messages. */
export interface TrainerTemplate {
  readonly forms: MessageForms;
  readonly template: ChatTemplate;
}

/** All that a config says. Paths are relative to the job's folder. */
export interface TrainingPlan {
  readonly options: PortableOptions;
  readonly method: TrainingMethod;
  readonly training: string;
  readonly validation?: string;
  /** Where the model is written. */
  readonly output: string;
  readonly epochs: number;
  readonly seed: number;
  readonly evaluateEvery?: number;
  readonly earlyStopping?: EarlyStopping;
  /** The checkpoint to begin with, where the trainer trains at a service. */
  readonly from?: string;
}

/** A weight in the trainer's own config, or the 1 that all of them take by default. */
export function weightIn({ config = {} }: PortableOptions, key: string): number {
  const value = config[key];
  return typeof value === "number" ? value : 1;
}

/** The settings of a plan with their defaults. */
export function settingsOf({ options, method }: Pick<TrainingPlan, "options" | "method">) {
  const { lora = {}, learningRate, gradientAccumulation = 8, maxLength = 4_096 } = options;
  // KTO compares the answers of a batch with each other; TRL recommends four at least.
  const { perDeviceBatchSize = method === "unpaired" ? 4 : 1 } = options;
  const usual = lora === false ? 2e-5 : 2e-4;
  return {
    lora:
      lora === false ? undefined : { rank: lora.rank ?? 16, alpha: lora.alpha ?? 32, dropout: lora.dropout ?? 0.05 },
    learningRate: learningRate ?? (method === "supervised" ? usual : usual / 20),
    perDeviceBatchSize,
    gradientAccumulation,
    maxLength,
  };
}
