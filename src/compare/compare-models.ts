import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { join } from "node:path";
import { median, quantile } from "simple-statistics";
import { EmptyDatasetError, FinetuneError, InvalidOptionError } from "../errors.js";
import { reportSkips } from "../internal/skips.js";
import { sourceOf } from "../source.js";
import type { AnyIterable, AssistantTrainingMessage, SkipOptions, TrainingExample } from "../types.js";
import { openCache, type PaidCache } from "./answer-cache.js";
import { askModel } from "./ask-model.js";
import { checkBindable } from "./bind-model.js";
import { estimateComparison, type ComparisonEstimate, type ModelPrice } from "./estimate-comparison.js";
import type { Evaluator } from "./evaluator.js";
import { defaultEvaluators } from "./evaluators/default-evaluators.js";
import { runExperiments, type ExperimentOptions } from "./experiments.js";
import { scorePair, type PairwiseEvaluator } from "./pairwise.js";
import { scoreAnswer } from "./score-case.js";
import { comparePair, describePair } from "./summarise.js";
import type { Comparison, ComparisonCase, ModelAnswer, ModelSummary } from "./types.js";

/** How far a comparison is. */
export interface ComparisonProgress {
  model: string;
  /** The case's number, from 1. */
  case: number;
  done: number;
  total: number;
  /** Answers so far that were errors. */
  failed: number;
  /** By the pace so far; left out before the first answer that was not in the cache. */
  secondsRemaining?: number;
}

/** Options of {@link compareModels}. */
export interface CompareOptions extends SkipOptions {
  /** Held-out rows: none that a model was trained on. The last assistant message of each is the reference. */
  examples: AnyIterable<TrainingExample>;
  /** LangChain chat models by name. The first is the one that the others are compared with. */
  models: Record<string, BaseChatModel>;
  /**
   * In LangSmith's own form; those of `openevals` plug in unchanged.
   * @default toolCalled, argumentsEqual, argumentsValid, normalisedText, refusalAsExpected
   */
  evaluators?: readonly Evaluator[];
  /** Evaluators that see two answers at once: `pairwiseJudge`, or LangSmith's comparative ones. */
  pairwiseEvaluators?: readonly PairwiseEvaluator[];
  /** Calls at a time, over all models. @default 4 */
  concurrency?: number;
  /** Calls a minute, over all models. @default no limit */
  requestsPerMinute?: number;
  /** Attempts after a call that failed in passing (429, 5xx, no answer). @default 3 */
  retries?: number;
  /** A folder in which answers are kept as they come: the same comparison goes on there, and pays for nothing twice. */
  cache?: string;
  /** US dollars for a million tokens, by the models' names here. */
  prices?: Record<string, ModelPrice>;
  /** For the estimate of the time. @default 2 */
  secondsPerCall?: number;
  /** Told of cost and time before anything is asked. Return `false` (or throw) to leave it at that. */
  onEstimate?: (estimate: ComparisonEstimate) => unknown;
  onProgress?: (progress: ComparisonProgress) => void;
  /** A model that has failed on its first so many cases is not asked any more. @default 10 */
  giveUpAfter?: number;
  /** For the bootstrap. @default 1 */
  seed?: number;
  /** Also makes a dataset of the rows in LangSmith, and an experiment for each model. @default false */
  langsmith?: ExperimentOptions | false;
  signal?: AbortSignal;
}

/**
 * Asks every model what was asked in production, and compares the answers case by case: per evaluator
 * the scores, the difference with its interval, a test, and which cases flipped.
 *
 * The prompt is the row without its last assistant message, with the row's tools or functions bound.
 * An error of a model or an evaluator is a result, not a crash; a model's error counts as a score of
 * nothing. Rows without an answer at their end are left out, with the code `no-target`.
 *
 * @throws InvalidOptionError for options that cannot be meant, and for a model that cannot bind the tools of the rows.
 * @throws EmptyDatasetError when no row is left to compare on.
 * @throws FinetuneError when every model fails on its first cases.
 *
 * @example
 * ```ts
 * import { ChatOpenAI } from "@langchain/openai";
 * import { chatModel, compareModels, type FineTunedModel, type TrainingExample } from "langsmith-finetune";
 *
 * declare const heldOut: AsyncIterable<TrainingExample>;
 * declare const tuned: FineTunedModel;
 * const comparison = await compareModels({
 *   examples: heldOut,
 *   models: { base: new ChatOpenAI({ model: tuned.baseModel }), tuned: await chatModel(tuned) },
 *   cache: ".comparison",
 * });
 * console.log(comparison.verdict.join("\n"));
 * ```
 */
export async function compareModels(options: CompareOptions): Promise<Comparison> {
  const {
    models,
    concurrency = 4,
    requestsPerMinute,
    retries = 3,
    prices = {},
    secondsPerCall = 2,
    giveUpAfter = 10,
    seed = 1,
    signal,
  } = options;
  const { evaluators = defaultEvaluators(), pairwiseEvaluators = [] } = options;
  checkOptions(options);
  const names = Object.keys(models);
  const cases = await readCases(options);
  for (const [name, model] of Object.entries(models))
    for (const { inputs } of cases) checkBindable(name, model, inputs);

  const cache = await openCache(options.cache === undefined ? undefined : join(options.cache, "answers.jsonl"));
  const estimate = estimateComparison({ models, cases, cache, prices, concurrency, secondsPerCall });
  if ((await options.onEstimate?.(estimate)) === false)
    throw new FinetuneError({ message: "The comparison was called off after its estimate; nothing was asked." });

  const stopped = await askAll(cases, { ...options, cache, concurrency, requestsPerMinute, retries, giveUpAfter });
  if (names.every((name) => stopped.has(name))) {
    const reasons = names.map(
      (name) => `${name}: ${cases.find(({ answers }) => answers[name]?.error)?.answers[name]?.error ?? "no reason"}`,
    );
    throw new FinetuneError({
      message: `Every model failed on its first ${giveUpAfter} cases. ${reasons.join(" ")}`,
      hint: "Nothing was compared. What was answered is in the cache.",
    });
  }

  const yesNoKeys = await scoreAll(cases, names, evaluators, pairwiseEvaluators, cache, signal);
  const [base = "", ...candidates] = names;
  const pairs = candidates.map((candidate) => comparePair(base, candidate, cases, yesNoKeys, seed));
  const experiments = options.langsmith ? await runExperiments(cases, names, options.langsmith, signal) : undefined;
  return {
    createdAt: new Date().toISOString(),
    models: Object.fromEntries(names.map((name) => [name, summaryOf(name, cases, stopped.get(name), prices[name])])),
    pairs,
    cases,
    verdict: [
      ...[...stopped].map(([name, reason]) => `${name} was not asked to the end: ${reason}`),
      ...pairs.flatMap(describePair),
    ],
    ...(experiments ? { experiments } : {}),
  };
}

function checkOptions({ models, concurrency = 4, requestsPerMinute, giveUpAfter = 10 }: CompareOptions): void {
  const names = Object.keys(models);
  if (names.length < 2) {
    throw new InvalidOptionError({
      option: "models",
      value: names,
      message: `Comparing needs two models at the least; there ${names.length === 1 ? "is one" : "are none"}.`,
      hint: "Pass { base, tuned }.",
    });
  }
  for (const [option, value] of Object.entries({ concurrency, requestsPerMinute, giveUpAfter })) {
    if (value !== undefined && !(Number.isFinite(value) && value >= 1)) {
      throw new InvalidOptionError({
        option,
        value,
        message: `${option} is ${String(value)}.`,
        hint: "It must be 1 or more.",
      });
    }
  }
}

async function readCases({ examples, signal, ...skipOptions }: CompareOptions): Promise<ComparisonCase[]> {
  const skips = reportSkips("compareModels", skipOptions);
  const cases: ComparisonCase[] = [];
  let rows = 0;
  for await (const example of examples) {
    signal?.throwIfAborted();
    rows += 1;
    const reference = example.messages.at(-1);
    if (reference?.role !== "assistant" || !hasAnswer(reference)) {
      skips.skip({
        code: "no-target",
        message: `Row ${rows} does not end in an answer, so there is nothing to compare with.`,
        runId: sourceOf(example).runId,
      });
      continue;
    }
    const { tools, functions, parallel_tool_calls } = example;
    const inputs = JSON.parse(
      JSON.stringify({ messages: example.messages.slice(0, -1), tools, functions, parallel_tool_calls }),
    ) as ComparisonCase["inputs"];
    cases.push({ number: cases.length + 1, inputs, reference, source: sourceOf(example), answers: {}, scores: {} });
  }
  skips.close();
  if (cases.length > 0) return cases;
  throw new EmptyDatasetError({
    message: `There is no row to compare on: ${rows} came in.`,
    removed: rows > 0 ? { "compareModels: no-target": rows } : {},
    hint: "Pass held-out rows that end in an answer.",
  });
}

function hasAnswer({ content, tool_calls: calls, function_call: call, refusal }: AssistantTrainingMessage): boolean {
  return Boolean(content?.length || calls?.length || call || refusal);
}

interface AskAllOptions extends Omit<CompareOptions, "cache"> {
  cache: PaidCache;
  concurrency: number;
  retries: number;
  giveUpAfter: number;
}

/** Asks each model each case. Gives the models that were given up, with the reason. */
async function askAll(cases: ComparisonCase[], options: AskAllOptions): Promise<Map<string, string>> {
  const { models, cache, retries, signal, giveUpAfter, requestsPerMinute, onProgress } = options;
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue({
    concurrency: options.concurrency,
    ...(requestsPerMinute ? { intervalCap: requestsPerMinute, interval: 60_000 } : {}),
  });
  const stopped = new Map<string, string>();
  const failures = new Map<string, number>();
  const succeeded = new Set<string>();
  const total = cases.length * Object.keys(models).length;
  const progress = { done: 0, failed: 0, paid: 0, started: Date.now() };

  const ask = async (one: ComparisonCase, name: string, model: BaseChatModel) => {
    signal?.throwIfAborted();
    const answer = stopped.has(name)
      ? { error: "Not asked: the model had failed on every case before." }
      : await askModel(name, model, one.inputs, { cache, retries, signal });
    one.answers[name] = answer;
    if (answer.error === undefined) succeeded.add(name);
    else if (!succeeded.has(name)) failures.set(name, (failures.get(name) ?? 0) + 1);
    if (!succeeded.has(name) && (failures.get(name) ?? 0) >= Math.min(giveUpAfter, cases.length)) {
      if (!stopped.has(name))
        stopped.set(name, `it failed on each of its first ${failures.get(name)} cases: ${answer.error}`);
    }
    progress.done += 1;
    if (answer.error !== undefined) progress.failed += 1;
    if (!answer.cached) progress.paid += 1;
    const pace = (Date.now() - progress.started) / 1000 / progress.paid;
    onProgress?.({
      model: name,
      case: one.number,
      done: progress.done,
      total,
      failed: progress.failed,
      ...(progress.paid > 0 ? { secondsRemaining: Math.round(pace * (total - progress.done)) } : {}),
    });
  };

  try {
    // Case by case and not model by model, so that what is there after an interruption can be compared.
    const tasks = cases.flatMap((one) =>
      Object.entries(models).map(([name, model]) => queue.add(() => ask(one, name, model))),
    );
    await Promise.all(tasks);
  } finally {
    queue.clear();
  }
  return stopped;
}

/** Fills in the scores; gives the keys whose scores are yes or no. */
async function scoreAll(
  cases: ComparisonCase[],
  names: readonly string[],
  evaluators: readonly Evaluator[],
  pairwise: readonly PairwiseEvaluator[],
  cache: PaidCache,
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const yesNo = new Set<string>();
  for (const one of cases) {
    for (const name of names) {
      signal?.throwIfAborted();
      const { scores, yesNo: keys } = await scoreAnswer(one.answers[name] as ModelAnswer, one, evaluators, cache);
      for (const [key, score] of Object.entries(scores)) (one.scores[key] ??= {})[name] = score;
      for (const key of keys) yesNo.add(key);
    }
    await scorePair(one, names, pairwise, cache);
    // Where one model answered and another failed, the failure is a score of nothing and no missing value.
    for (const scores of Object.values(one.scores)) {
      for (const name of names) {
        if (one.answers[name]?.error !== undefined && Object.values(scores).some(({ score }) => score !== undefined))
          scores[name] = { score: 0, comment: "the model failed" };
      }
    }
  }
  return yesNo;
}

function summaryOf(
  name: string,
  cases: readonly ComparisonCase[],
  stopped: string | undefined,
  price: ModelPrice | undefined,
): ModelSummary {
  const answers = cases.map(({ answers: all }) => all[name] as ModelAnswer);
  const times = answers.flatMap(({ milliseconds }) => milliseconds ?? []);
  const sum = (kind: "prompt" | "completion") =>
    answers.reduce((total, { tokens }) => total + (tokens?.[kind] ?? 0), 0);
  const tokens = { prompt: sum("prompt"), completion: sum("completion") };
  return {
    answered: answers.filter(({ error }) => error === undefined).length,
    failed: answers.filter(({ error }) => error !== undefined).length,
    ...(stopped ? { stopped } : {}),
    ...(times.length > 0 ? { latency: { median: median(times), p95: quantile(times, 0.95) } } : {}),
    tokens,
    // A model that reports no usage has an unknown cost, not none.
    ...(price && tokens.prompt > 0
      ? { cost: (tokens.prompt * price.prompt + tokens.completion * price.completion) / 1_000_000 }
      : {}),
  };
}
