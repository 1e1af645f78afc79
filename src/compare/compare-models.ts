import { join } from "node:path";
import { FinetuneError } from "../errors.js";
import { openCache } from "../internal/storage/paid-cache.js";
import { askAll } from "./ask-all.js";
import { checkBindable } from "../judge/asking/bind-model.js";
import { checkCompareOptions, type CompareOptions } from "./compare-options.js";
import { comparePairs } from "./compare-pairs.js";
import { describePair } from "./describe-pair.js";
import { estimateComparison } from "./estimate-comparison.js";
import { defaultEvaluators } from "./evaluators/default-evaluators.js";
import { runExperiments } from "./experiments.js";
import { readCases } from "./read-cases.js";
import { scoreAll } from "./score-all.js";
import { summariseModel } from "./summarise-model.js";
import type { Comparison } from "./types.js";

/**
 * Asks every model what was asked in production, and compares the answers case by case and by
 * conversation: per evaluator the scores, the difference with its interval, a test, and which cases
 * flipped.
 *
 * Each target of a row is a case: the prompt is what stands before it, with the row's tools or
 * functions bound. Tests and intervals count conversations, since answers of one conversation are not
 * independent, and what is called better or worse is corrected for the number of evaluators: over
 * all of them, a comparison of two equal models says something false in at most 5 % of cases.
 *
 * An error of a model or an evaluator is a result, not a crash; a model's error counts as a score of
 * 0. Rows without a target are left out, with the code `no-target`.
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
  checkCompareOptions(options);
  const {
    models,
    main,
    groupBy = "thread",
    concurrency = 4,
    requestsPerMinute,
    retries = 3,
    prices = {},
    secondsPerCall = 2,
    giveUpAfter = 10,
    seed = 1,
    signal,
  } = options;
  const { evaluators = defaultEvaluators(), pairwiseEvaluators: pairwise = [] } = options;
  const names = Object.keys(models);
  const cases = await readCases({ ...options, groupBy });
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

  const yesNoKeys = await scoreAll(cases, { names, evaluators, pairwise, cache, signal });
  const pairs = comparePairs(cases, { names, yesNoKeys, main, seed });
  const experiments = options.langsmith ? await runExperiments(cases, names, options.langsmith, signal) : undefined;
  return {
    createdAt: new Date().toISOString(),
    models: Object.fromEntries(
      names.map((name) => [name, summariseModel(name, cases, stopped.get(name), prices[name])]),
    ),
    pairs,
    cases,
    verdict: [
      ...[...stopped].map(([name, reason]) => `${name} was not asked to the end: ${reason}`),
      ...missingMain(main, pairs),
      ...pairs.flatMap((pair) => [pair.headline, ...describePair(pair)]),
    ],
    ...(experiments ? { experiments } : {}),
  };
}

/** The keys are known only when everything was asked and paid for, so that this is a sentence and no error. */
function missingMain(main: string | undefined, pairs: Comparison["pairs"]): string[] {
  const keys = [...new Set(pairs.flatMap(({ evaluators }) => evaluators.map(({ key }) => key)))];
  if (main === undefined || keys.includes(main)) return [];
  return [
    `No evaluator gave a score with the key ${main}, which the option main names, so all were read together: ${keys.join(", ")}.`,
  ];
}
