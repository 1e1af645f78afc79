import { FinetuneError } from "../../errors.js";
import { createSpoolFor } from "../../internal/storage/spool.js";
import { readRows } from "../../train/preparing/read-rows.js";
import type { TrainingRow } from "../../train/options.js";
import type { AnyIterable } from "../../types.js";
import { compareTrained } from "./compare-trained.js";
import { checkSweepOptions, type SweepOptions } from "./options.js";
import { planSweep, type SweepRows } from "./plan.js";
import { lossesOf, meanScores, pairsOfBest, rankTrained } from "./rank.js";
import { trainJobs } from "./train-jobs.js";
import type { SweepEstimate, SweepFailure, SweepResult } from "./types.js";

/**
 * Runs a few jobs side by side within a budget, and ranks the tuned models on the validation rows: by their answers
 * (`compareModels`), or by the validation loss. A job that fails is a result, not a crash.
 *
 * The same call goes on where an earlier one was killed: its jobs are taken up (`reuse`), and answers are not paid for
 * twice where `compare.cache` names a folder. A model that must be deployed is deployed for the comparison and torn down
 * after it, if its job has `deploy`.
 *
 * @throws {InvalidOptionError} for options that cannot be meant, before anything is sent.
 * @throws {CostLimitError} if the jobs together would cost more than `maxCost`; nothing was uploaded.
 * @throws {EmptyDatasetError} if there are no examples.
 *
 * @example
 * ```ts
 * import { sweep } from "langsmith-finetune";
 * import { openAI } from "langsmith-finetune/backends/openai";
 *
 * const model = "gpt-4.1-mini-2025-04-14";
 * const { ranking, failures, verdict } = await sweep({
 *   examples: "train.jsonl",
 *   validation: "validation.jsonl",
 *   jobs: {
 *     gentle: { backend: openAI({ model, learningRateMultiplier: 0.5 }), epochs: 2 },
 *     usual: { backend: openAI({ model }), epochs: 2 },
 *     long: { backend: openAI({ model }), epochs: 4, checkpoint: "best" },
 *   },
 *   maxCost: 50,
 * });
 * console.log(verdict.join("\n"), ranking[0]?.tuned.model, failures);
 * ```
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  checkSweepOptions(options);
  const { by = "comparison", compare = {} } = options;
  const rows = await keepRows(options);
  const estimate = await planSweep(options, rows);
  if ((await options.onEstimate?.(estimate)) === false)
    throw new FinetuneError({ message: "The sweep was called off after its estimate; nothing was uploaded." });

  const { trained, failures } = await trainJobs(options, rows);
  if (by === "validation-loss") {
    const ranking = rankTrained(trained, lossesOf(trained), estimate, false);
    return { ranking, failures, estimate, pairs: [], verdict: verdictOf({ ranking, failures, by }) };
  }
  const asked = await compareTrained(trained, options, rows);
  const { comparison } = asked;
  const all = [...failures, ...asked.failures];
  const names =
    comparison === undefined ? [] : trained.flatMap(({ name }) => (name in comparison.models ? [name] : []));
  const scores = comparison === undefined ? {} : meanScores(comparison, names, compare.main);
  const ranking = rankTrained(trained, scores, estimate, true);
  const [best] = ranking;
  const others = comparison === undefined ? [] : Object.keys(comparison.models).filter((name) => name !== best?.name);
  const pairs =
    comparison === undefined || best?.score === undefined
      ? []
      : pairsOfBest(comparison, [best.name, ...others], compare.main, compare.seed ?? 1);
  return {
    ranking,
    failures: all,
    estimate,
    pairs,
    ...(comparison && { comparison }),
    verdict: [...verdictOf({ ranking, failures: all, by }), ...pairs.map(({ headline }) => headline)],
  };
}

/**
 * What a sweep would need: every job's estimate, and the cost and time of all. Reads the rows and sends nothing. Options
 * and errors are those of {@link sweep}.
 *
 * @example
 * ```ts
 * import { estimateSweep, type FineTuneBackend } from "langsmith-finetune";
 *
 * declare const small: FineTuneBackend;
 * declare const large: FineTuneBackend;
 *
 * const { cost, unpriced } = await estimateSweep({
 *   examples: "train.jsonl",
 *   validation: "validation.jsonl",
 *   jobs: { small: { backend: small, epochs: 2 }, large: { backend: large, epochs: 2 } },
 * });
 * console.log(`about $${cost?.toFixed(2)}; no price is known for ${unpriced.join(", ") || "none"}`);
 * ```
 */
export async function estimateSweep(options: SweepOptions): Promise<SweepEstimate> {
  checkSweepOptions(options);
  return planSweep(options, await keepRows(options));
}

/** The rows, so that each job can read them: what can be read once is kept, on the disk where it is much. */
async function keepRows({ examples, validation, signal }: SweepOptions): Promise<SweepRows> {
  return { examples: await kept(examples, signal), validation: await kept(validation, signal) };
}

async function kept(
  given: AnyIterable<TrainingRow> | string,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<TrainingRow>> {
  if (typeof given === "string")
    return { [Symbol.asyncIterator]: () => readRows(given, signal)[Symbol.asyncIterator]() };
  const spool = createSpoolFor<TrainingRow>(given);
  for await (const row of given) {
    signal?.throwIfAborted();
    spool.add(row);
  }
  const numbers = function* () {
    for (let number = 0; number < spool.size; number += 1) yield number;
  };
  return {
    async *[Symbol.asyncIterator]() {
      for await (const part of spool.read(numbers())) yield* part;
    },
  };
}

interface VerdictParts {
  readonly ranking: SweepResult["ranking"];
  readonly failures: readonly SweepFailure[];
  readonly by: NonNullable<SweepOptions["by"]>;
}

function verdictOf({ ranking, failures, by }: VerdictParts): string[] {
  const what = by === "comparison" ? "mean score" : "validation loss";
  const places = ranking.map(({ rank, name, score, cost }) => {
    const measured = score === undefined ? `no ${what}` : `${what} ${Number(score.toPrecision(4))}`;
    return `${rank}. ${name}: ${measured}${cost === undefined ? "" : `, about $${cost.toFixed(2)}`}.`;
  });
  return [...places, ...failures.map(({ name, step, error }) => `${name} failed (${step}): ${error.message}`)];
}
