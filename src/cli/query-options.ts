import { type Command, InvalidArgumentError, Option } from "commander";
import type { FeedbackCondition, RunQuery } from "../select/query/run-query.js";
import { countOf, given, listOf, settingOf } from "./command.js";
import type { CliContext } from "./context.js";

/** The options that say which runs are read. */
interface QueryFlags {
  project?: string[];
  since?: string;
  until?: string;
  runType?: string;
  runName?: string[];
  model?: string[];
  tag?: string[];
  metadata?: Record<string, string | number | boolean>;
  feedback?: FeedbackCondition[];
  thread?: string;
  trace?: string;
  errors?: "exclude" | "include" | "only";
  filter?: string;
  traceFilter?: string;
  treeFilter?: string;
  whole?: "thread" | "trace";
  limit?: number;
}

/** Adds the options of a query that say which runs, but for the bounds of an end. */
export function addQueryFilters(command: Command): Command {
  return command
    .option("-p, --project <name>", "the LangSmith project; may be repeated", listOf)
    .option("--since <time>", "runs that started then or later: 2026-11-01")
    .option("--feedback <condition>", 'rated so: "user_score>=1"; may be repeated', feedbackOf)
    .option("--tag <tag>", "the run has this tag; may be repeated", listOf)
    .option("--metadata <name=value>", "the run's metadata has this; may be repeated", settingOf)
    .option("--model <name>", "the model that was called; may be repeated", listOf)
    .option("--run-name <name>", "the run's name; may be repeated", listOf)
    .option("--run-type <type>", "llm, chain, tool, … or any")
    .option("--thread <id>", "runs of this thread")
    .option("--trace <id>", "runs of this trace")
    .addOption(new Option("--errors <choice>", "exclude, include or only").argParser(errorsOf))
    .option("--filter <expression>", "LangSmith's filter language, on the run")
    .option("--trace-filter <expression>", "the same on the root of its trace")
    .option("--tree-filter <expression>", "the same on any run of its trace")
    .addOption(
      new Option("--whole <unit>", "thread or trace: all runs of those that a matching run belongs to").argParser(
        wholeOf,
      ),
    );
}

/** Adds the options of a query to a command. */
export function addQueryOptions(command: Command): Command {
  return addQueryFilters(command)
    .option("--until <time>", "runs that started before then")
    .option("-n, --limit <count>", "at most this many runs, the newest", countOf);
}

/** The query of a command, over the one of the configuration. */
export function queryOf({ config }: CliContext, flags: QueryFlags): RunQuery {
  return {
    ...config.select,
    ...given({
      projectNames: flags.project,
      since: flags.since,
      until: flags.until,
      runType: flags.runType,
      runNames: flags.runName,
      model: flags.model,
      tags: flags.tag,
      metadata: flags.metadata,
      feedback: flags.feedback,
      threadId: flags.thread,
      traceId: flags.trace,
      errors: flags.errors,
      filter: flags.filter,
      traceFilter: flags.traceFilter,
      treeFilter: flags.treeFilter,
      whole: flags.whole,
      limit: flags.limit,
    }),
  };
}

const CHOICES = ["exclude", "include", "only"] as const;

const UNITS = ["thread", "trace"] as const;

const errorsOf = (text: string) => oneOf(text, CHOICES);
const wholeOf = (text: string) => oneOf(text, UNITS);

function oneOf<T extends string>(text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw new InvalidArgumentError(`It must be ${choices.join(" or ")}.`);
  return choice;
}

const CONDITION = /^(?:(run|root|trace):)?([^<>=]+?)(>=|<=|=)(.+)$/;

function feedbackOf(text: string, before: readonly FeedbackCondition[] = []): FeedbackCondition[] {
  const [, on, key, operator, value] = CONDITION.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError(
      'It must be key>=number, key<=number or key=value, such as "user_score>=1" or "run:user_score>=1".',
    );
  }
  const number = Number(value);
  if (operator !== "=" && !Number.isFinite(number)) throw new InvalidArgumentError(`${value} must be a number.`);
  const bound =
    operator === ">="
      ? { min: number }
      : operator === "<="
        ? { max: number }
        : { value: Number.isFinite(number) ? number : value };
  return [...before, { key, ...bound, ...(on === undefined ? {} : { on: on as "run" | "root" | "trace" }) }];
}
