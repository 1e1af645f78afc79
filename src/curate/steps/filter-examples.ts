import { lineOf } from "../../internal/row-names.js";
import { reportSkips } from "../../internal/skips.js";
import { chunksOf, reiterableChunks } from "../../internal/step.js";
import { type FeedbackScope, placesOf, ratingsOf, scopesKind } from "../../ratings.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { AnyIterable, ExampleSource, Skip, SkipOptions, TrainingExample } from "../../types.js";
import {
  abortSignal,
  callback,
  either,
  iterable,
  list,
  object,
  positiveInteger,
  range,
  rangeWith,
  record,
  regularExpression,
  settings,
  skipKinds,
  string,
} from "../../internal/kinds.js";
import { checkArgument, checkOptions, type Kind, type OptionKinds } from "../../internal/options.js";
import { selectTargets } from "../conversations/select-targets.js";
import { calledTools, messagesOf } from "../row-facts.js";
import type { RowStepDefinition } from "../row-step.js";

/** A range; both ends are included. */
export interface NumberRange {
  min?: number;
  max?: number;
}

/** What feedback with a key must be like. A row whose run has no such feedback does not pass. */
export interface FeedbackRange extends NumberRange {
  /** The categorical value that was given, at least once. */
  value?: string;
  /**
   * Where the feedback may be; of several the nearest counts.
   * @default ["run", "root"]
   */
  scope?: FeedbackScope | readonly FeedbackScope[];
  /**
   * How many feedbacks with the key there must be.
   * @default 1
   */
  count?: number;
}

/** What rows must be like. Every condition that is given must hold. */
export interface RowConditions {
  /**
   * By feedback key: the mean score is in the range, or the value was given. On the run of the answer, or else on the root
   * of its trace, where it was joined (`joinFeedback`).
   */
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
  /** Anything else. Asked last; a promise is awaited, one row after the other. */
  where?: (example: TrainingExample, source: ExampleSource) => boolean | Promise<boolean>;
}

/** Options of {@link filterExamples}. */
export interface FilterOptions extends RowConditions, SkipOptions {
  signal?: AbortSignal;
}

const words = list(string);
const sets: Kind<NonNullable<RowConditions["tags"]>> = object<NonNullable<RowConditions["tags"]>>({
  any: words,
  all: words,
  none: words,
});
const kinds: OptionKinds<FilterOptions> = {
  feedback: record(rangeWith<FeedbackRange>({ value: string, count: positiveInteger, scope: scopesKind })),
  models: list(either(string, regularExpression)),
  tags: sets,
  tools: sets,
  messages: range,
  characters: range,
  finishReasons: words,
  where: callback,
  ...skipKinds,
  signal: abortSignal,
};

/**
 * Keeps the rows that meet every condition, and of a row with several targets those that do: the feedback, the model,
 * the tags and the end are of the run that gave the answer. Another answer gets the weight 0, and a row without one
 * left goes. A row or a target that goes is named to `onSkip` with the condition it
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
 *   feedback: { user_score: { min: 0.8 } },
 *   models: [/^gpt-4/],
 *   tags: { none: ["internal"] },
 *   messages: { max: 40 },
 * });
 * ```
 */
export function filterExamples<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: FilterOptions = {},
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  const pass = createFilter(options);
  const { signal } = options;
  return reiterableChunks(async function* (size) {
    const reporter = reportSkips("filter", options);
    let number = 0;
    try {
      signal?.throwIfAborted();
      for await (const chunk of chunksOf(examples, size)) {
        signal?.throwIfAborted();
        const output: T[] = [];
        let failure: { error: unknown } | undefined;
        try {
          for (const example of chunk) {
            number += 1;
            const passed = pass(example, lineOf(example, number));
            // Only a condition that asks elsewhere costs a promise.
            const { row, skips } = passed instanceof Promise ? await passed : passed;
            for (const skip of skips) reporter.skip(skip);
            if (row) output.push(row);
          }
        } catch (error) {
          failure = { error };
        }
        if (output.length > 0) yield output;
        if (failure) throw failure.error;
      }
    } finally {
      reporter.close();
    }
  });
}

/** What is left of a row, and why the rest of it does not pass. */
export interface FilteredRow<T> {
  row?: T;
  skips: readonly Skip[];
}

type Failed = Skip | undefined;

/** Looks at one row after the other. Gives a promise where `where` gives one. */
function createFilter(
  conditions: RowConditions,
  prefix = "",
): <T extends TrainingExample>(example: T, line: number) => FilteredRow<T> | Promise<FilteredRow<T>> {
  checkOptions<FilterOptions>("filterExamples", conditions, kinds, prefix);
  const tests = Object.entries(testsOf(conditions));
  const { where } = conditions;
  const failing = (
    example: TrainingExample,
    source: ExampleSource,
    line: number,
    path: string,
  ): Failed | Promise<Failed> => {
    const skipOf = (code: string, message: string): Skip => ({
      code,
      message,
      ...(source.runId !== undefined && { runId: source.runId }),
      path,
      line,
    });
    for (const [code, test] of tests) {
      const reason = test(example, source);
      if (reason !== undefined) return skipOf(code, reason);
    }
    if (where === undefined) return undefined;
    const judge = (met: boolean) => (met ? undefined : skipOf("where", "The row does not meet the condition `where`."));
    const met: unknown = where(example, source);
    return isPromise(met) ? Promise.resolve(met).then((value) => judge(Boolean(value))) : judge(Boolean(met));
  };
  return <T extends TrainingExample>(example: T, line: number) => {
    // Only a source can tell targets apart.
    const targets = sourceOf(example).targets === undefined ? [] : targetsOf(example);
    if (targets.length < 2) {
      const decide = (skip: Failed): FilteredRow<T> => (skip ? { skips: [skip] } : { row: example, skips: [] });
      const failed = failing(example, sourceOf(example), line, "$");
      return failed instanceof Promise ? failed.then(decide) : decide(failed);
    }
    const failed = targets.map((target) =>
      failing(
        example,
        sourceOf(selectTargets(example, [target], { cut: false })),
        line,
        `$.messages[${target.message}]`,
      ),
    );
    const decide = (all: readonly Failed[]): FilteredRow<T> => {
      const skips = all.filter((skip) => skip !== undefined);
      const kept = targets.filter((_, index) => all[index] === undefined);
      return kept.length === 0 ? { skips } : { row: selectTargets(example, kept, { cut: false }), skips };
    };
    return failed.some((skip) => skip instanceof Promise)
      ? Promise.all(failed.map((skip) => Promise.resolve(skip))).then(decide)
      : decide(failed as readonly Failed[]);
  };
}

/** Options of the step. */
export interface FilterStepOptions {
  /** What rows must be like: see `filterExamples`. */
  filter?: RowConditions;
}

/** Leaves out rows that do not meet the conditions. */
export const filterStep: RowStepDefinition<FilterStepOptions> = {
  name: "filter",
  options: { filter: settings },
  create({ filter }) {
    if (!filter) return undefined;
    const pass = createFilter(filter, "filter.");
    return {
      take(input, context) {
        const decide = ({ row, skips }: FilteredRow<TrainingExample>) => {
          const [first] = skips;
          if (!row && first && skips.length === 1) return context.leaveOut(first.code, first.message);
          for (const skip of skips) context.leaveOutTarget(skip);
          return row ?? [];
        };
        const passed = pass(input as TrainingExample, context.line);
        return passed instanceof Promise ? passed.then(decide) : decide(passed);
      },
    };
  },
};

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

type Test = (example: TrainingExample, source: ExampleSource) => string | undefined;

function testsOf(conditions: RowConditions): Record<string, Test> {
  const { feedback, models, tags, tools, messages, characters, finishReasons } = conditions;
  const tests: Record<string, Test> = {};
  if (feedback) tests.feedback = (_, source) => failingFeedback(feedback, source);
  if (models) {
    tests.models = (_, { model }) =>
      model !== undefined &&
      models.some((wanted) => (typeof wanted === "string" ? wanted === model : model.search(wanted) >= 0))
        ? undefined
        : `The answer is by ${model ?? "a model that the run does not name"}.`;
  }
  if (tags) tests.tags = inSets(tags, (_, source) => source.tags ?? [], "tag");
  if (tools) tests.tools = inSets(tools, calledTools, "called tool");
  if (messages) tests.messages = inRange("messages", messages, (example) => messagesOf(example).length);
  if (characters) tests.characters = inRange("characters", characters, (example) => JSON.stringify(example).length);
  if (finishReasons) {
    tests.finishReasons = (_, { finishReason }) =>
      finishReason !== undefined && finishReasons.includes(finishReason)
        ? undefined
        : `The answer ended with ${finishReason ?? "a reason that the run does not name"}.`;
  }
  return tests;
}

function failingFeedback(conditions: Record<string, FeedbackRange>, source: ExampleSource): string | undefined {
  for (const [key, { min, max, value, count = 1, scope }] of Object.entries(conditions)) {
    const [feedback] = ratingsOf(source, key, placesOf(scope));
    if (!feedback || feedback.count < count) return `The run has ${feedback?.count ?? "no"} feedback ${key}.`;
    if (value !== undefined && !feedback.values?.[value])
      return `The feedback ${key} never was ${JSON.stringify(value)}.`;
    if (min === undefined && max === undefined) continue;
    const { average } = feedback;
    if (average === undefined) return `The feedback ${key} has no score.`;
    if (average < (min ?? -Infinity) || average > (max ?? Infinity)) return `The feedback ${key} is ${average}.`;
  }
  return undefined;
}

function inRange(what: string, range: NumberRange, measure: (example: TrainingExample) => number): Test {
  return (example) => {
    const value = measure(example);
    const fits = value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity);
    return fits ? undefined : `The row has ${value} ${what}.`;
  };
}

function inSets(
  { any, all, none }: NonNullable<RowConditions["tags"]>,
  valuesOf: (example: TrainingExample, source: ExampleSource) => readonly string[],
  noun: string,
): Test {
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
