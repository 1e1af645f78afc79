import { omit } from "../../internal/omit.js";
import { step } from "../../internal/step.js";
import { withSource, sourceOf } from "../../source.js";
import type { AnyIterable, TrainingExample, TrainingMessage } from "../../types.js";
import { abortSignal, iterable, kind, word } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import type { RowStepDefinition } from "../row-step.js";
import type { ValidationRules } from "../rules.js";

/** Which assistant messages of a row are learned. */
export type TrainedMessages = "last" | "all";

/** Options of {@link trainOn}. */
export interface TrainOnOptions {
  /**
   * What the service that gets the rows accepts: where its rules have no weights, none are written.
   * Without rules, weights are written.
   */
  rules?: Pick<ValidationRules, "weights">;
  signal?: AbortSignal;
}

/**
 * Says through message weights which assistant messages are learned: with `"last"` every one but the last
 * gets `weight: 0`; with `"all"` weights are taken off, since without one a message is learned (OpenAI's
 * chat format, `weight` of an assistant message). Rows that need no change are passed on as they are;
 * others are copied. A service whose rules have no weights gets none: what it then learns is its own
 * affair (OpenAI: all assistant messages).
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
  checkOptions<TrainOnOptions>("trainOn", options, {
    rules: kind("validation rules, such as backend.rules", (value) => typeof value === "object" && value !== null),
    signal: abortSignal,
  });
  const setWeights = createWeights(which, options.rules);
  return step(examples, () => ({ item: (example: T, output: T[]) => void output.push(setWeights(example)) }), options);
}

/** A copy of the row in which these answers are learned and no others, counted from 0 among its assistant messages. */
export function withTargets<T extends object>(row: T, targets: readonly number[]): T {
  const { messages } = row as { messages?: TrainingMessage[] };
  if (!Array.isArray(messages)) return row;
  let answer = -1;
  const weighted = messages.map((message): TrainingMessage => {
    if (message?.role !== "assistant") return message;
    answer += 1;
    const rest = omit(message, "weight") as TrainingMessage;
    return targets.includes(answer) ? rest : ({ ...rest, weight: 0 } as TrainingMessage);
  });
  return withSource({ ...row, messages: weighted }, sourceOf(row));
}

/** Options of the step. */
export interface TrainOnStepOptions {
  /** Which answers are learned: see `trainOn`. Without it weights stay as they are, or go where the rules have none. */
  trainOn?: TrainedMessages;
}

/** Sets the weights of messages. */
export const trainOnStep: RowStepDefinition<TrainOnStepOptions> = {
  name: "trainOn",
  options: { trainOn: word("last", "all") },
  create({ trainOn: which }, { rules }) {
    const setWeights = createWeights(which, rules);
    return { take: (row) => ("messages" in row ? setWeights(row as TrainingExample) : row) };
  },
};

/** The same for one row. `which` left out drops only what the rules do not know. */
export function createWeights(
  which: TrainedMessages | undefined,
  rules?: Pick<ValidationRules, "weights">,
): <T extends TrainingExample>(example: T) => T {
  if (which !== undefined) checkArgument("trainOn", which, word("last", "all"));
  const weights = rules?.weights ?? true;
  if (which === undefined && weights) return (example) => example;
  return (example) => {
    const { messages } = example;
    if (!Array.isArray(messages)) return example;
    const last = which === "last" && weights ? messages.findLastIndex((message) => message?.role === "assistant") : -1;
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
    return changed ? withSource({ ...example, messages: weighted }, sourceOf(example)) : example;
  };
}
