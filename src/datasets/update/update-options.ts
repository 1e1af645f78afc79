import type { ConvertOptions } from "../../convert/convert-session-to-example.js";
import { convertKinds } from "../../convert/convert-session-to-example.js";
import { checkCurateOptions, type CurateOptions, optionsAsJson } from "../../curate/curate-options.js";
import { InvalidOptionError } from "../../errors.js";
import type { AnswerOptions } from "../../load/checks/finish-reason.js";
import { answerKinds } from "../../load/checks/finish-reason.js";
import {
  boolean,
  callback,
  either,
  list,
  number,
  object,
  settings,
  skipKinds,
  text,
  word,
} from "../../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../../internal/options.js";
import type { StepProgressListener } from "../../internal/progress.js";
import { listOf, checkQuery, type RunQuery } from "../../select/query/run-query.js";
import { joinKind } from "../../select/feedback/selection.js";
import { connectionKinds, type ConnectionOptions } from "../../select/server/connection.js";
import type { SelectOptions } from "../../select/select-runs.js";
import type { JsonValue, SkipOptions } from "../../types.js";

/** What is taken out of a dataset by an update. */
export interface TakeOutOptions {
  /**
   * Answers whose runs do not fit the query's conditions on feedback any more.
   * @default false
   */
  rated?: boolean;
  /**
   * Answers whose runs LangSmith does not have any more. A run whose retention has ended is not there either, so only
   * those are asked for that started in the last `days`: as long as your project keeps all of them. `true` is 14 days, the
   * shortest retention of LangSmith's cloud. One request for a hundred runs.
   * @default false
   */
  deleted?: boolean | { days: number };
}

/** Options of {@link updateDataset}. */
export interface UpdateDatasetOptions
  extends ConnectionOptions, Pick<SkipOptions, "onSkip">, Pick<SelectOptions, "joinFeedback"> {
  /** How runs are loaded. */
  load?: AnswerOptions;
  /** How sessions become rows. */
  convert?: ConvertOptions;
  /** What `curate` does. Its steps for single rows look at what is new; joining, duplicates and the split see all rows. */
  curate?: CurateOptions;
  /**
   * How late runs and feedback may come, and how far clocks may be apart, in milliseconds: so much of the time before is
   * asked for again. What is known of it is passed over.
   * @default 3600000 (an hour)
   */
  overlap?: number;
  /**
   * The keys of feedback whose changes are asked for, beside those of the query's conditions.
   * @default those of the query
   */
  feedbackKeys?: readonly string[];
  /** What is taken out. By default nothing is, and the result names it. */
  takeOut?: TakeOutOptions;
  /**
   * A new call that contradicts an answer of the dataset: an `error` with both runs, `skip` it, or `join` it as another
   * branch by `curate: { join }`.
   * @default "error"
   */
  onConflict?: "error" | "skip" | "join";
  /** The key in the runs' metadata that names the user, so that `eraseFromDatasets` finds what is of one user. */
  userKey?: string;
  /** Called a few times a second with how far the update is. */
  onProgress?: StepProgressListener;
}

const kinds: OptionKinds<UpdateDatasetOptions> = {
  ...connectionKinds,
  onSkip: skipKinds.onSkip,
  joinFeedback: joinKind,
  load: object<AnswerOptions>(answerKinds),
  convert: object<ConvertOptions>(convertKinds),
  curate: settings,
  overlap: number({ min: 0 }),
  feedbackKeys: list(text),
  takeOut: object<TakeOutOptions>({
    rated: boolean,
    deleted: either(boolean, object<{ days: number }>({ days: { ...number({ above: 0 }), required: true } })),
  }),
  onConflict: word("error", "skip", "join"),
  userKey: text,
  onProgress: callback,
};

/** @throws {InvalidOptionError} for what cannot be meant. */
export function checkUpdate(query: RunQuery, options: UpdateDatasetOptions): void {
  checkQuery(query);
  checkOptions<UpdateDatasetOptions>("updateDataset", options, kinds);
  const { curate = {} } = options;
  checkCurateOptions(curate);
  for (const name of ["limit", "until", "whole"] as const) {
    if (query[name as keyof RunQuery] === undefined) continue;
    throw new InvalidOptionError({
      option: name,
      value: query[name as keyof RunQuery],
      message: `${name} cannot be part of the query of an update, which reads on from where the last one ended.`,
    });
  }
  if (curate.sample !== undefined) {
    throw new InvalidOptionError({
      option: "curate.sample",
      value: curate.sample,
      message: "curate.sample cannot be used in an update: each would choose again among the rows that are left.",
      hint: "Sample when you train: sampleExamples(train, …).",
    });
  }
}

/** The keys of feedback whose changes matter. */
export const keysOf = ({ feedback }: RunQuery, { feedbackKeys = [] }: UpdateDatasetOptions): string[] => [
  ...new Set([...listOf(feedback).map(({ key }) => key), ...feedbackKeys]),
];

/** What must be the same in every update, as JSON. */
export function fixedParts(query: RunQuery, options: UpdateDatasetOptions): { query: JsonValue; options: JsonValue } {
  const { load = {}, convert = {}, curate = {}, userKey } = options;
  return {
    query: plain(query),
    options: plain({ load, convert, curate: optionsAsJson(curate), ...(userKey !== undefined && { userKey }) }),
  };
}

/** As JSON has it. */
function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
