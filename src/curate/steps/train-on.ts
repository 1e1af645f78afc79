import { step } from "../../internal/step.js";
import { learnedMessages, sourceOf, withSource } from "../../source.js";
import type { AnyIterable, TrainingExample, TrainingMessage } from "../../types.js";
import { abortSignal, iterable, word } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import type { RowStepDefinition } from "../row-step.js";

/** Which assistant messages of a row are learned. */
export type TrainedMessages = "last" | "all";

/** Options of {@link trainOn}. */
export interface TrainOnOptions {
  signal?: AbortSignal;
}

/**
 * Says through message weights which assistant messages are learned: with `"last"` every one but the last
 * gets `weight: 0`; with `"all"` weights are taken off, since without one a message is learned (OpenAI's
 * chat format, `weight` of an assistant message). Rows that need no change are passed on as they are;
 * others are copied. How a service without weights learns the same is the affair of its backend: see `LossSupport`.
 *
 * @param which `"last"` or `"all"`.
 * @throws {InvalidOptionError} for another word.
 *
 * @example
 * ```ts
 * import { readJsonl, trainOn } from "langsmith-finetune";
 *
 * const rows = trainOn(readJsonl("agent-runs.jsonl"), "last");
 * ```
 */
export function trainOn<T extends TrainingExample>(
  examples: AnyIterable<T>,
  which: TrainedMessages,
  options: TrainOnOptions = {},
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  checkArgument("which", which, word("last", "all"));
  checkOptions<TrainOnOptions>("trainOn", options, { signal: abortSignal });
  const setWeights = createWeights(which);
  return step(examples, () => ({ item: (example: T, output: T[]) => void output.push(setWeights(example)) }), options);
}

/** Options of the step. */
export interface TrainOnStepOptions {
  /** Which answers of a row are its targets: see `trainOn`. Without it weights stay as they are. */
  trainOn?: TrainedMessages;
}

/** Sets the weights of messages. */
export const trainOnStep: RowStepDefinition<TrainOnStepOptions> = {
  name: "trainOn",
  options: { trainOn: word("last", "all") },
  create({ trainOn: which }) {
    if (which === undefined) return undefined;
    const setWeights = createWeights(which);
    return { take: (row) => ("messages" in row ? setWeights(row as TrainingExample) : row) };
  },
};

/** Sets the weights of one row. */
function createWeights(which: TrainedMessages): <T extends TrainingExample>(example: T) => T {
  checkArgument("trainOn", which, word("last", "all"));
  return (example) => {
    const { messages } = example;
    if (!Array.isArray(messages)) return example;
    const last = which === "last" ? messages.findLastIndex((message) => message?.role === "assistant") : -1;
    let changed = false;
    const weighted = messages.map((message, index): TrainingMessage => {
      if (message?.role !== "assistant") return message;
      const weight = index < last ? 0 : undefined;
      if (message.weight === weight) return message;
      changed = true;
      const copy = { ...message };
      if (weight === undefined) delete copy.weight;
      else copy.weight = weight;
      return copy;
    });
    if (!changed) return example;
    const source = sourceOf(example);
    const row = { ...example, messages: weighted };
    if (source.targets === undefined) return withSource(row, source);
    // By their places: which answers are learned has changed, where they stand has not.
    const targets = learnedMessages(row).map(
      (place) => source.targets?.find(({ message }) => message === place) ?? { message: place },
    );
    return withSource(row, { ...source, targets });
  };
}
