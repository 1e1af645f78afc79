import { boolean, either, list, number, object, record, required, string, text, word } from "../../internal/kinds.js";
import { checkOptions, type Kind, type OptionKinds } from "../../internal/options.js";
import { InvalidOptionError } from "../../errors.js";
import { checkWord } from "../../internal/options.js";

/** A condition on the feedback that a run, the root of its trace, or any run of its trace was given. */
export interface FeedbackCondition {
  /** The feedback's key, for instance `user_score`. */
  key: string;
  /** The score is this number. The same as a numeric `value`. */
  score?: number;
  /**
   * The score is this number, or the category is this text. (A category is compared as
   * `feedback_value`, which LangSmith's servers take and its documentation does not list.)
   */
  value?: number | string;
  /** The score is this number or more. */
  min?: number;
  /** The score is this number or less. */
  max?: number;
  /**
   * Where the feedback has to be: on the `run` itself, on the `root` run of its trace (where
   * applications put what their users say), or on any run of the `trace`. Several conditions on
   * `trace` have to be met by one and the same run.
   * @default "root"
   */
  on?: "run" | "root" | "trace";
}

/** Whether runs with an error are left out, taken too, or the only ones taken. */
export type ErrorChoice = "exclude" | "include" | "only";

/**
 * Which runs to read. Everything given has to hold, and LangSmith decides it: one query, nothing
 * is joined or filtered here. At least one project is needed.
 */
export interface RunQuery {
  projectName?: string;
  projectNames?: readonly string[];
  projectId?: string;
  projectIds?: readonly string[];
  /**
   * Runs that started then or later: a `Date`, or ISO 8601 text (a date alone is its midnight, and
   * text without a time zone is UTC).
   * @default as long as your workspace keeps them, up to 400 days before the iteration begins
   */
  since?: Date | string;
  /**
   * Runs that started before then.
   * @default the newest run there is
   */
  until?: Date | string;
  /**
   * `llm`, `chain`, `tool`, `retriever`, `embedding`, `prompt`, `parser`; `any` for all.
   * @default "llm"
   */
  runType?: string;
  /**
   * Runs that have an error themselves.
   * @default "exclude"
   */
  errors?: ErrorChoice;
  /**
   * Runs of traces whose root run failed. With `exclude`, only those whose root has succeeded.
   * @default "exclude"
   */
  rootErrors?: ErrorChoice;
  feedback?: FeedbackCondition | readonly FeedbackCondition[];
  /** The run has every one of these tags. */
  tags?: string | readonly string[];
  /** The run's metadata has every one of these values. */
  metadata?: Readonly<Record<string, string | number | boolean>>;
  /** The run has one of these names. */
  runNames?: string | readonly string[];
  /** The model that was called, as the tracer recorded it (`ls_model_name`): one of these. */
  model?: string | readonly string[];
  /**
   * The run was answered by this arm of a `routedChatModel`; `fallback`: by the base model, for a tuned
   * one that had failed.
   */
  arm?: "base" | "tuned" | "fallback";
  /** The version of the model that answered, as `routedChatModel` wrote it. */
  armVersion?: string;
  /** The run's trace belongs to this thread (`thread_id`, `session_id` or `conversation_id` in the root's metadata). */
  threadId?: string;
  traceId?: string;
  /** Root runs only, or none but them. */
  isRoot?: boolean;
  /** An expression of LangSmith's filter language on the run itself, in addition to the rest. */
  filter?: string;
  /** An expression of the filter language on the root of the run's trace. */
  traceFilter?: string;
  /** An expression of the filter language on any run of the run's trace. */
  treeFilter?: string;
  /**
   * Read whole conversations: every run of the threads (or traces) of which a run meets the conditions, also the turns
   * before `since` and after `until`. Of their runs `runType`, `errors` and `rootErrors` still choose. A run whose
   * thread neither it nor the root of its trace names comes with the other runs of its trace.
   * @default only the runs that meet the conditions
   */
  whole?: "thread" | "trace";
  /**
   * At most so many runs: the newest, or the first that come with `order: "any"`. With `whole`, so many threads (or
   * traces), each with all its runs.
   */
  limit?: number;
}

/** A list of what may be given as one or several. */
export function listOf<T extends string | object>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** The time as milliseconds since 1970; throws for what is not a time. */
export function timeOf(option: string, value: Date | string): number {
  const time = value instanceof Date ? value.getTime() : parseTime(value);
  if (Number.isFinite(time)) return time;
  throw new InvalidOptionError({
    option,
    value,
    message: `${option} is not a date or time: ${JSON.stringify(String(value))}.`,
    hint: "Pass a Date, or ISO 8601 text such as 2026-11-01 or 2026-11-01T09:30:00Z.",
  });
}

/** ISO 8601 text as milliseconds since 1970, in UTC where the zone is missing; NaN for anything else. */
export function parseTime(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return Number.NaN;
  const withZone = /^\d{4}-\d{2}-\d{2}$|(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  return Date.parse(withZone ? text : `${text}Z`);
}

/** A time, as queries take it. */
export const timeKind: Kind<Date | string> = {
  expected: "a Date or ISO 8601 text such as 2026-11-01",
  fits: (value) => value instanceof Date || typeof value === "string",
  inspect: (value, option) => void timeOf(option, value as Date | string),
};
const several: Kind<string | readonly string[]> = either(text, list(text));
const condition: Kind<FeedbackCondition> = object<FeedbackCondition>({
  key: required(text),
  score: number(),
  value: either(number(), string),
  min: number(),
  max: number(),
  on: word("run", "root", "trace"),
});
/** The kinds of the options that name projects. */
export const projectKinds: OptionKinds<Pick<RunQuery, "projectName" | "projectNames" | "projectId" | "projectIds">> = {
  projectName: string,
  projectNames: list(string),
  projectId: string,
  projectIds: list(string),
};
const errorChoice = word("exclude", "include", "only");
const queryKinds: OptionKinds<RunQuery> = {
  ...projectKinds,
  since: timeKind,
  until: timeKind,
  runType: text,
  errors: errorChoice,
  rootErrors: errorChoice,
  feedback: either(list(condition), condition),
  tags: several,
  metadata: record(either(string, number(), boolean)),
  runNames: several,
  model: several,
  threadId: text,
  traceId: text,
  isRoot: boolean,
  filter: text,
  traceFilter: text,
  treeFilter: text,
  limit: number({ min: 0, integer: true }),
  whole: word("thread", "trace"),
  arm: word("base", "tuned", "fallback"),
  armVersion: text,
};

/** Throws an `InvalidOptionError` for a query that cannot be meant. */
export function checkQuery(query: RunQuery): void {
  checkOptions<RunQuery>("the query", query, queryKinds);
  const { projectName, projectId, projectNames = [], projectIds = [], since, until } = query;
  const projects = [projectName, projectId, ...projectNames, ...projectIds].filter((project) => project !== undefined);
  if (projects.length === 0 || projects.some((project) => typeof project !== "string" || project.trim() === "")) {
    throw new InvalidOptionError({
      option: "projectName",
      value: projectName,
      message: projects.length === 0 ? "The query names no project." : "The query names a project by an empty text.",
      hint: "Pass projectName, projectNames, projectId or projectIds.",
    });
  }
  const from = since === undefined ? undefined : timeOf("since", since);
  const to = until === undefined ? undefined : timeOf("until", until);
  if (from !== undefined && to !== undefined && from > to) {
    throw new InvalidOptionError({
      option: "since",
      value: since,
      message: `since (${new Date(from).toISOString()}) is after until (${new Date(to).toISOString()}).`,
      hint: "Swap them, or leave one out.",
    });
  }
  if (query.arm !== undefined) checkWord("arm", query.arm, ["base", "tuned", "fallback"]);
  for (const condition of listOf(query.feedback)) checkFeedback(condition);
}

function checkFeedback(condition: FeedbackCondition): void {
  const { score, value, min, max } = condition;
  const fault =
    score !== undefined && value !== undefined
      ? "has both score and value"
      : min !== undefined && max !== undefined && min > max
        ? "has a min above its max"
        : undefined;
  if (fault === undefined) return;
  throw new InvalidOptionError({
    option: "feedback",
    value: condition,
    message: `A feedback condition ${fault}: ${JSON.stringify(condition)}.`,
    hint: 'Pass { key, score | value | min | max, on: "run" | "root" | "trace" }.',
  });
}
