import { abortSignal, iterable, number, required, skipKinds, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { omit } from "../../internal/omit.js";
import { reportSkips } from "../../internal/skips.js";
import { step } from "../../internal/step.js";
import { type FeedbackScope, placesOf, ratingsOf, scopesKind } from "../../ratings.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type {
  AnyIterable,
  AssistantTrainingMessage,
  ExampleTarget,
  Skip,
  SkipOptions,
  TrainingExample,
  TrainingMessage,
  UnpairedExample,
} from "../../types.js";

/** Options of {@link labelsFromFeedback}. */
export interface FeedbackLabelOptions extends SkipOptions {
  /** The feedback key: `user_score`. */
  key: string;
  /** An answer with this score or more was a good one. */
  good: number;
  /**
   * An answer with a lower score than this was a bad one; one in between has no label.
   * @default `good`
   */
  bad?: number;
  /**
   * Where the rating may be; the nearest counts.
   * @default ["run", "root"]
   */
  scope?: FeedbackScope | readonly FeedbackScope[];
  signal?: AbortSignal;
}

/**
 * Labelled answers for training without pairs (KTO): each target of a row with what it was sent, and whether it was rated
 * well, in the form of TRL's "unpaired preference". Join the feedback first, where it is not on the run itself
 * (`joinFeedback`). What gives no label is left out: `no-feedback`, `no-label` (a score between `bad` and `good`),
 * `no-answer`, `legacy-functions`.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict`, for the first answer that gives no label.
 *
 * @example
 * ```ts
 * import { joinFeedback, labelsFromFeedback, writeJsonl, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * await writeJsonl("labels.jsonl", labelsFromFeedback(joinFeedback(examples), { key: "user_score", good: 1, bad: 0.5 }));
 * ```
 */
export function labelsFromFeedback(
  examples: AnyIterable<TrainingExample>,
  options: FeedbackLabelOptions,
): AsyncIterable<UnpairedExample> {
  checkArgument("examples", examples, iterable);
  checkOptions<FeedbackLabelOptions>("labelsFromFeedback", options, {
    key: required(text),
    good: required(number()),
    bad: number({ ...(Number.isFinite(options?.good) && { max: options.good }) }),
    scope: scopesKind,
    ...skipKinds,
    signal: abortSignal,
  });
  return step(
    examples,
    () => {
      const skips = reportSkips("labelsFromFeedback", options);
      return {
        item(example: TrainingExample, output: UnpairedExample[]) {
          const targets = targetsOf(example);
          if (targets.length === 0) skips.skip(skipOf(example, undefined, "no-answer", "The row teaches no answer."));
          for (const target of targets) {
            const labelled = labelFor(example, target, options);
            if ("code" in labelled) skips.skip(labelled);
            else output.push(labelled);
          }
        },
        close: () => skips.close(),
      };
    },
    options,
  );
}

function labelFor(
  example: TrainingExample,
  target: ExampleTarget,
  { key, good, bad = good, scope }: FeedbackLabelOptions,
): UnpairedExample | Skip {
  const score = ratingsOf(target, key, placesOf(scope)).find(({ average }) => average !== undefined)?.average;
  if (score === undefined) return skipOf(example, target, "no-feedback", `No numeric feedback with the key ${key}.`);
  if (score < good && score >= bad)
    return skipOf(example, target, "no-label", `The feedback ${key} is ${score}: neither good nor bad.`);
  const prompt = example.messages.slice(0, target.message).map(withoutWeight);
  const answer = example.messages[target.message];
  if (answer?.role !== "assistant")
    return skipOf(example, target, "no-answer", "The target is not the assistant's message.");
  if (example.functions !== undefined || [...prompt, answer].some(isLegacy))
    return skipOf(
      example,
      target,
      "legacy-functions",
      "Labelled answers have no place for the legacy functions and function_call.",
    );
  const row: UnpairedExample = {
    prompt,
    completion: [withoutWeight(answer)],
    label: score >= good,
    ...(example.tools && { tools: example.tools }),
  };
  return withSource(row, { ...omit(sourceOf(example), "targets"), ...omit(target, "message") });
}

function isLegacy(message: TrainingMessage): boolean {
  return message.role === "function" || (message.role === "assistant" && message.function_call !== undefined);
}

function withoutWeight<T extends TrainingMessage | AssistantTrainingMessage>(message: T): T {
  if (!("weight" in message)) return message;
  const copy = { ...message };
  delete copy.weight;
  return copy;
}

function skipOf(example: TrainingExample, target: ExampleTarget | undefined, code: string, message: string): Skip {
  const runId = target?.runId ?? sourceOf(example).runId;
  return { code, message, ...(runId !== undefined && { runId }) };
}
