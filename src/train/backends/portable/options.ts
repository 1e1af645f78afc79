import type { ChatTemplateSource } from "../../../templates/chat-template.js";
import { either, number, object, only, positiveInteger, required, text, word } from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import { fieldsKind, templateKind } from "../shared/kinds.js";
import type { JsonObject } from "../../../types.js";

/** The trainers that a job can be written for. */
export type PortableTrainerName = "trl" | "axolotl" | "llama-factory" | "unsloth" | "tinker" | "baseten-loops";

/** Options of `portable`. */
export interface PortableOptions {
  /** A model id of the Hugging Face hub, or the path of a model on the machine that trains. */
  model: string;
  /** Each job gets a folder of its own in here. */
  directory: string;
  trainer: PortableTrainerName;
  /**
   * Train an adapter (LoRA), or all weights (`false`).
   * @default { rank: 16, alpha: 32, dropout: 0.05 }
   */
  lora?: { rank?: number; alpha?: number; dropout?: number } | false;
  /**
   * `last`: a row for each target. `all`: rows with several targets, as far as the trainer can learn them so, which
   * costs fewer tokens: any with axolotl, those that follow each other with TRL (the template needs generation marks),
   * conversations of targets alone with LLaMA-Factory. Unsloth's script has `last` only.
   * @default "all" with axolotl, which marks each message; else "last", which is right with any template
   */
  trainOn?: "last" | "all";
  /** @default 0.0002 for LoRA, 0.00002 for all weights; for preference pairs a twentieth of it */
  learningRate?: number;
  /** Rows at a time on one device. @default 1 */
  perDeviceBatchSize?: number;
  /** @default 8 */
  gradientAccumulation?: number;
  /** The longest row in tokens. Trainers cut or drop longer ones. @default 4096 */
  maxLength?: number;
  /**
   * LLaMA-Factory's name of the model's chat template: `qwen3`, `llama3`, … It must be named there. For `tinker` and
   * `baseten-loops` the name of the renderer, by default the one that the cookbook recommends. The template itself is
   * `chatTemplate`.
   */
  template?: string;
  /**
   * The chat template of the model: its folder, `tokenizer_config.json`, `.jinja` file or text. Rows that it refuses
   * or of which it drops something are then found before anything is written.
   * @default that of `model`, where it is a folder on this machine
   */
  chatTemplate?: ChatTemplateSource;
  /** Any key of the trainer's own config. Wins over everything above. */
  config?: JsonObject;
  /**
   * Milliseconds that `fineTune` and `job.wait()` wait for somebody to begin the training. After
   * that they end with a `TimeoutError` that names the command; nothing is lost.
   * @default 0
   */
  waitFor?: number;
}

/** Options of `deploy` for a model that was trained elsewhere and is served by a server of yours. */
export interface PortableDeployOptions {
  /** Of the OpenAI-compatible server: `http://localhost:8000/v1`. */
  baseURL: string;
  /** What the server calls the model. @default "tuned" */
  servedModel?: string;
  /** The environment variable that holds the server's key. Left out: it wants none. */
  apiKeyVariable?: string;
  /**
   * Milliseconds to wait until the server lists the model.
   * @default 600_000
   */
  timeout?: number;
  signal?: AbortSignal;
}

type Lora = Exclude<NonNullable<PortableOptions["lora"]>, false>;
const positive = number({ min: 0 });

/** The kinds of {@link PortableOptions}. */
export const portableKinds: OptionKinds<PortableOptions> = {
  model: required(text),
  directory: required(text),
  trainer: required(text),
  lora: either(
    only(false),
    object<Lora>({ rank: positiveInteger, alpha: positive, dropout: number({ min: 0, max: 1 }) }),
  ),
  trainOn: word("last", "all"),
  learningRate: positive,
  perDeviceBatchSize: positiveInteger,
  gradientAccumulation: positiveInteger,
  maxLength: positiveInteger,
  template: text,
  chatTemplate: templateKind,
  config: fieldsKind,
  waitFor: positive,
};
