import { CostLimitError, InvalidOptionError } from "../../errors.js";
import { checkOptions } from "../../train/check-options.js";
import { checkCheckpointChoice } from "../../train/choose-checkpoint.js";
import { estimateFineTune } from "../../train/planning/estimate-fine-tune.js";
import type { FineTuneEstimate } from "../../train/planning/estimate.js";
import type { TrainingRow } from "../../train/options.js";
import { jobsOf, type SweepJob, type SweepOptions } from "./options.js";
import type { SweepEstimate } from "./types.js";

/** Rows that can be read again and again. */
export interface SweepRows {
  readonly examples: AsyncIterable<TrainingRow>;
  readonly validation: AsyncIterable<TrainingRow>;
}

/**
 * What every job is likely to need. Reads the rows once for each and sends nothing.
 *
 * @throws {InvalidOptionError} for an option that a job's backend does not have, and for a `maxCost` that cannot be
 * checked.
 * @throws {CostLimitError} if the jobs together would cost more than `maxCost`.
 */
export async function planSweep(options: SweepOptions, rows: SweepRows): Promise<SweepEstimate> {
  const { prices, pastJobs, method, maxCost, unknownPrice = "refuse", concurrency = 4, signal } = options;
  const jobs: Record<string, FineTuneEstimate> = {};
  for (const [name, job] of jobsOf(options)) {
    const { backend, epochs } = job;
    checkCheckpointChoice(backend, job.checkpoint);
    const { seed, suffix, from, evaluateEvery, earlyStopping } = job;
    checkOptions({
      backend,
      method,
      seed,
      suffix,
      epochs,
      from,
      evaluateEvery,
      earlyStopping,
      ...measuredOn(job, rows),
    });
    jobs[name] = await estimateFineTune({
      examples: rows.examples,
      ...measuredOn(job, rows),
      backend,
      method,
      epochs,
      prices,
      pastJobs,
      signal,
    });
  }
  const estimates = Object.entries(jobs);
  const unpriced = estimates.filter(([, { cost }]) => cost === undefined).map(([name]) => name);
  const costs = estimates.flatMap(([, { cost }]) => (cost === undefined ? [] : [cost]));
  const cost = costs.length === 0 ? undefined : costs.reduce((sum, one) => sum + one, 0);
  if (maxCost !== undefined) keepToLimit({ maxCost, unknownPrice, unpriced, cost, estimates });
  const durations = estimates.flatMap(([, { duration }]) => (duration === undefined ? [] : [duration.seconds]));
  return {
    jobs,
    unpriced,
    ...(cost === undefined ? {} : { cost }),
    ...(durations.length === estimates.length && { seconds: sideBySide(durations, concurrency) }),
  };
}

/** The validation rows, where the backend takes any. */
export function measuredOn(
  { backend }: SweepJob,
  { validation }: SweepRows,
): { validation?: AsyncIterable<TrainingRow> } {
  return backend.capabilities.validationFile ? { validation } : {};
}

interface Limit {
  readonly maxCost: number;
  readonly unknownPrice: "refuse" | "allow";
  readonly unpriced: readonly string[];
  readonly cost: number | undefined;
  readonly estimates: readonly (readonly [string, FineTuneEstimate])[];
}

function keepToLimit({ maxCost, unknownPrice, unpriced, cost = 0, estimates }: Limit): void {
  if (unpriced.length > 0 && unknownPrice === "refuse")
    throw new InvalidOptionError({
      option: "maxCost",
      value: maxCost,
      message: `maxCost cannot be checked: no price is known for ${unpriced.join(", ")}.`,
      hint: 'Pass prices: [{ model, perMillionTokens, date, source }], or unknownPrice: "allow" to count them as nothing.',
    });
  const guessed = estimates.filter(([, { epochsFrom }]) => epochsFrom === "guess").map(([name]) => name);
  if (guessed.length > 0)
    throw new InvalidOptionError({
      option: "maxCost",
      value: maxCost,
      message: `maxCost cannot be checked: the provider chooses the number of epochs of ${guessed.join(", ")}.`,
      hint: "Pass epochs for these jobs.",
    });
  if (cost <= maxCost) return;
  const each = estimates.map(
    ([name, one]) => `${name} ${one.cost === undefined ? "unknown" : `$${one.cost.toFixed(2)}`}`,
  );
  throw new CostLimitError({
    maxCost,
    cost,
    billedTokens: estimates.reduce((sum, [, { billedTokens }]) => sum + billedTokens, 0),
    message: `The sweep is likely to cost $${cost.toFixed(2)} (${each.join(", ")}), and maxCost is $${maxCost}. Nothing was uploaded.`,
    hint: "Sweep over fewer jobs, rows or epochs, or raise maxCost.",
  });
}

/** The time of jobs that take the next free place in their order. */
function sideBySide(seconds: readonly number[], places: number): number {
  const ends = Array.from({ length: Math.min(places, seconds.length) }, () => 0);
  for (const one of seconds) {
    const free = ends.indexOf(Math.min(...ends));
    ends[free] = (ends[free] ?? 0) + one;
  }
  return Math.max(0, ...ends);
}
