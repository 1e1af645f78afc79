import { InvalidOptionError } from "../../errors.js";
import { lineOf } from "../../internal/row-names.js";
import { reportSkips } from "../../internal/skips.js";
import { step } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, ExampleSource, FeedbackSummary, Skip, SkipOptions, TrainingExample } from "../../types.js";
import { checkIterable, checkKnownOptions, checkNumber } from "../../internal/options.js";
import { calledTools, messagesOf } from "../row-facts.js";

/** A range; both ends are included. */
export interface NumberRange {
  minimum?: number;
  maximum?: number;
}

/** What feedback with a key must be like. A row whose run has no such feedback does not pass. */
export interface FeedbackRange extends NumberRange {
  /** The categorical value that was given, at least once. */
  value?: string;
  /**
   * How many feedbacks with the key there must be.
   * @default 1
   */
  count?: number;
}

/** What rows must be like. Every condition that is given must hold. */
export interface RowConditions {
  /** By feedback key: the mean score is in the range, or the value was given. */
  feedback?: Record<string, FeedbackRange>;
  /** The model that answered, by name or pattern: one of these. */
  models?: readonly (string | RegExp)[];
  /** Tags of the run. */
  tags?: { any?: readonly string[]; all?: readonly string[]; none?: readonly string[] };
  /** Tools called in the row. `any: []` asks for a row that calls none. */
  tools?: { any?: readonly string[]; all?: readonly string[]; none?: readonly string[] };
  /** Messages in the row. */
  messages?: NumberRange;
  /** Characters of the row as JSON. */
  characters?: NumberRange;
  /** `stop`, `tool_calls`, …: how the answer ended. A row that does not know does not pass. */
  finishReasons?: readonly string[];
  /** Anything else. */
  where?: (example: TrainingExample, source: ExampleSource) => boolean;
}

/** Options of {@link filterExamples}. */
export interface FilterOptions extends RowConditions, SkipOptions {
  signal?: AbortSignal;
}

const CONDITIONS = ["feedback", "models", "tags", "tools", "messages", "characters", "finishReasons", "where"] as const;

/**
 * Keeps the rows that meet every condition. A row that goes is named to `onSkip` with the condition it
 * fails as its code: `feedback`, `models`, `tags`, `tools`, `messages`, `characters`, `finishReasons` or `where`.
 * One lazy pass.
 *
 * @throws {InvalidOptionError} for a condition that cannot be used.
 *
 * @example
 * ```ts
 * import { filterExamples, readJsonl } from "langsmith-finetune";
 *
 * const liked = filterExamples(readJsonl("examples.jsonl"), {
 *   feedback: { user_score: { minimum: 0.8 } },
 *   models: [/^gpt-4/],
 *   tags: { none: ["internal"] },
 *   messages: { maximum: 40 },
 * });
 * ```
 */
export function filterExamples<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: FilterOptions = {},
): AsyncIterable<T> {
  checkIterable("examples", examples);
  checkKnownOptions(options, [...CONDITIONS, "onSkip", "strict", "signal"]);
  const failing = createFilter(options);
  return step(
    examples,
    () => {
      const reporter = reportSkips("filter", options);
      let number = 0;
      return {
        item(example: T, output: T[]) {
          number += 1;
          const skip = failing(example, lineOf(example, number));
          if (skip) reporter.skip(skip);
          else output.push(example);
        },
        close: reporter.close,
      };
    },
    options,
  );
}

/** Says why a row does not pass, or nothing. */
export function createFilter(
  conditions: RowConditions,
  prefix = "",
): (example: TrainingExample, line: number) => Skip | undefined {
  checkKnownOptions(conditions, [...CONDITIONS, "onSkip", "strict", "signal"], prefix);
  const tests = Object.entries(checked(conditions, prefix));
  return (example, line) => {
    const source = sourceOf(example);
    for (const [code, test] of tests) {
      const reason = test(example, source);
      if (reason === undefined) continue;
      return { code, message: reason, ...(source.runId !== undefined && { runId: source.runId }), path: "$", line };
    }
    return undefined;
  };
}

type Test = (example: TrainingExample, source: ExampleSource) => string | undefined;

function checked(conditions: RowConditions, prefix: string): Record<string, Test> {
  const { feedback, models, tags, tools, messages, characters, finishReasons, where } = conditions;
  const tests: Record<string, Test> = {};
  if (feedback) {
    for (const [key, condition] of Object.entries(feedback)) checkFeedback(`${prefix}feedback.${key}`, condition);
    tests.feedback = (_, source) => failingFeedback(feedback, source.feedback ?? {});
  }
  if (models) {
    checkWords(`${prefix}models`, models);
    tests.models = (_, { model }) =>
      model !== undefined &&
      models.some((wanted) => (typeof wanted === "string" ? wanted === model : model.search(wanted) >= 0))
        ? undefined
        : `The answer is by ${model ?? "a model that the run does not name"}.`;
  }
  if (tags) tests.tags = sets(`${prefix}tags`, tags, (_, source) => source.tags ?? [], "tag");
  if (tools) tests.tools = sets(`${prefix}tools`, tools, calledTools, "called tool");
  if (messages) tests.messages = inRange(`${prefix}messages`, messages, (example) => messagesOf(example).length);
  if (characters)
    tests.characters = inRange(`${prefix}characters`, characters, (example) => JSON.stringify(example).length);
  if (finishReasons) {
    checkWords(`${prefix}finishReasons`, finishReasons);
    tests.finishReasons = (_, { finishReason }) =>
      finishReason !== undefined && finishReasons.includes(finishReason)
        ? undefined
        : `The answer ended with ${finishReason ?? "a reason that the run does not name"}.`;
  }
  if (where !== undefined) {
    if (typeof where !== "function") {
      throw new InvalidOptionError({
        option: `${prefix}where`,
        value: where,
        message: `${prefix}where must be a function.`,
      });
    }
    tests.where = (example, source) =>
      where(example, source) ? undefined : "The row does not meet the condition `where`.";
  }
  return tests;
}

function failingFeedback(
  conditions: Record<string, FeedbackRange>,
  given: Record<string, FeedbackSummary>,
): string | undefined {
  for (const [key, { minimum, maximum, value, count = 1 }] of Object.entries(conditions)) {
    const feedback = given[key];
    if (!feedback || feedback.count < count) return `The run has ${feedback?.count ?? "no"} feedback ${key}.`;
    if (value !== undefined && !feedback.values?.[value])
      return `The feedback ${key} never was ${JSON.stringify(value)}.`;
    if (minimum === undefined && maximum === undefined) continue;
    const { average } = feedback;
    if (average === undefined) return `The feedback ${key} has no score.`;
    if (average < (minimum ?? -Infinity) || average > (maximum ?? Infinity))
      return `The feedback ${key} is ${average}.`;
  }
  return undefined;
}

function checkFeedback(option: string, condition: FeedbackRange): void {
  if (typeof condition !== "object" || condition === null) {
    throw new InvalidOptionError({
      option,
      value: condition,
      message: `${option} must be an object such as { minimum: 0.8 }.`,
    });
  }
  checkKnownOptions(condition, ["minimum", "maximum", "value", "count"], `${option}.`);
  checkRange(option, { minimum: condition.minimum, maximum: condition.maximum });
  if (condition.count !== undefined) checkNumber(`${option}.count`, condition.count, { minimum: 1, integer: true });
}

function checkRange(option: string, range: NumberRange): void {
  checkKnownOptions(range, ["minimum", "maximum"], `${option}.`);
  if (range.minimum !== undefined) checkNumber(`${option}.minimum`, range.minimum, {});
  if (range.maximum !== undefined) checkNumber(`${option}.maximum`, range.maximum, { minimum: range.minimum });
}

function checkWords(option: string, words: unknown): asserts words is readonly (string | RegExp)[] {
  if (Array.isArray(words) && words.every((word) => typeof word === "string" || word instanceof RegExp)) return;
  throw new InvalidOptionError({ option, value: words, message: `${option} must be an array of words.` });
}

function inRange(option: string, range: NumberRange, measure: (example: TrainingExample) => number): Test {
  checkRange(option, range);
  const what = option.slice(option.lastIndexOf(".") + 1);
  return (example) => {
    const value = measure(example);
    const fits = value >= (range.minimum ?? -Infinity) && value <= (range.maximum ?? Infinity);
    return fits ? undefined : `The row has ${value} ${what}.`;
  };
}

function sets(
  option: string,
  sets: NonNullable<RowConditions["tags"]>,
  valuesOf: (example: TrainingExample, source: ExampleSource) => readonly string[],
  noun: string,
): Test {
  checkKnownOptions(sets, ["any", "all", "none"], `${option}.`);
  for (const [name, words] of Object.entries(sets)) checkWords(`${option}.${name}`, words);
  const { any, all, none } = sets;
  return (example, source) => {
    const values = valuesOf(example, source);
    if (any?.length === 0 && values.length > 0) return `The row has the ${noun} ${values[0]}.`;
    if (any !== undefined && any.length > 0 && !any.some((word) => values.includes(word)))
      return `The row has no ${noun} of ${any.join(", ")}.`;
    const missing = all?.find((word) => !values.includes(word));
    if (missing !== undefined) return `The row has no ${noun} ${missing}.`;
    const unwanted = none?.find((word) => values.includes(word));
    return unwanted === undefined ? undefined : `The row has the ${noun} ${unwanted}.`;
  };
}
