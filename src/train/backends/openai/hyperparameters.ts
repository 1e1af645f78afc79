import { either, number, positiveInteger, word } from "../../../internal/kinds.js";
import type { OptionKinds } from "../../../internal/options.js";
import { fieldsKind } from "../shared/kinds.js";
import { defined } from "../shared/read.js";

/** Hyperparameters of OpenAI's and Azure's jobs. `"auto"` is the host's default for each. */
export interface OpenAIHyperparameters {
  /** Rows of a step. */
  batchSize?: number | "auto";
  /** Times the learning rate that the host chooses; other hosts have a `learningRate`. */
  learningRateMultiplier?: number | "auto";
  /** Preference: how strongly the model is held to what it was. From 0 to 2. */
  beta?: number | "auto";
  /** Reinforcement: how much the model explores. */
  computeMultiplier?: number | "auto";
  /** Reinforcement: steps between two evaluations. */
  evalInterval?: number | "auto";
  /** Reinforcement: samples of a row in an evaluation. */
  evalSamples?: number | "auto";
  /** Reinforcement. */
  reasoningEffort?: "default" | "low" | "medium" | "high";
  /** More hyperparameters, in the host's own names. They win over the others. */
  hyperparameters?: Readonly<Record<string, unknown>>;
}

const auto = word("auto");

/** The kinds of {@link OpenAIHyperparameters}. */
export const hyperparameterKinds: OptionKinds<OpenAIHyperparameters> = {
  batchSize: either(positiveInteger, auto),
  learningRateMultiplier: either(number({ above: 0 }), auto),
  beta: either(number({ min: 0 }), auto),
  computeMultiplier: either(number({ above: 0 }), auto),
  evalInterval: either(positiveInteger, auto),
  evalSamples: either(positiveInteger, auto),
  reasoningEffort: word("default", "low", "medium", "high"),
  hyperparameters: fieldsKind,
};

/** The hyperparameters in the names of OpenAI's API. */
export function hyperparametersOf(options: OpenAIHyperparameters): Record<string, unknown> {
  return defined<Record<string, unknown>>({
    batch_size: options.batchSize,
    learning_rate_multiplier: options.learningRateMultiplier,
    beta: options.beta,
    compute_multiplier: options.computeMultiplier,
    eval_interval: options.evalInterval,
    eval_samples: options.evalSamples,
    reasoning_effort: options.reasoningEffort,
    ...options.hyperparameters,
  });
}
