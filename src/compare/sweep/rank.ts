import { comparePairs } from "../compare-pairs.js";
import type { Comparison, PairComparison } from "../types.js";
import type { TrainedJob } from "./train-jobs.js";
import type { SweepEntry, SweepEstimate } from "./types.js";

/** The trained models in order, the best first. */
export function rankTrained(
  trained: readonly TrainedJob[],
  scores: Readonly<Record<string, number>>,
  estimate: SweepEstimate,
  higherIsBetter: boolean,
): SweepEntry[] {
  const entries = trained.map(({ name, reference, tuned }) => {
    const planned = estimate.jobs[name];
    const cost =
      tuned.trainedTokens !== undefined && planned?.price !== undefined
        ? (tuned.trainedTokens * planned.price.perMillionTokens) / 1_000_000
        : planned?.cost;
    const seconds =
      tuned.finishedAt === undefined
        ? undefined
        : (Date.parse(tuned.finishedAt) - Date.parse(reference.createdAt)) / 1_000;
    const score = scores[name];
    return {
      name,
      tuned,
      ...(score !== undefined && { score }),
      ...(cost !== undefined && { cost }),
      ...(seconds !== undefined && seconds >= 0 && { seconds }),
    };
  });
  // What was not measured is behind all that was.
  const worth = ({ score }: { score?: number }) => (score === undefined ? -Infinity : higherIsBetter ? score : -score);
  const dearness = ({ cost }: { cost?: number }) => cost ?? Infinity;
  return entries
    .sort((a, b) => compareNumbers(worth(b), worth(a)) || compareNumbers(dearness(a), dearness(b)))
    .map((entry, index) => ({ rank: index + 1, ...entry }));
}

function compareNumbers(first: number, second: number): number {
  return first === second ? 0 : first < second ? -1 : 1;
}

/** The loss of the checkpoint that was taken of each. */
export function lossesOf(trained: readonly TrainedJob[]): Record<string, number> {
  return Object.fromEntries(
    trained.flatMap(({ name, tuned }) => {
      const loss = tuned.checkpoint?.metrics?.["validationLoss"];
      return loss === undefined || Number.isNaN(loss) ? [] : [[name, loss] as const];
    }),
  );
}

/**
 * Each model's mean score: of the evaluator `main`, or over all evaluators alike. An evaluator counts in the cases in
 * which every model has a score, so that all means are of the same cases.
 */
export function meanScores(
  { cases }: Comparison,
  names: readonly string[],
  main: string | undefined,
): Record<string, number> {
  const keys = [...new Set(cases.flatMap(({ scores }) => Object.keys(scores)))];
  const counted = main !== undefined && keys.includes(main) ? [main] : keys;
  const means = counted.flatMap((key) => {
    const rows = cases.flatMap(({ scores }) => {
      const row = names.map((name) => scores[key]?.[name]?.score);
      return row.every((score) => score !== undefined) ? [row] : [];
    });
    if (rows.length === 0) return [];
    return [names.map((_, index) => rows.reduce((sum, row) => sum + (row[index] ?? 0), 0) / rows.length)];
  });
  if (means.length === 0) return {};
  return Object.fromEntries(
    names.map((name, index) => [name, means.reduce((sum, one) => sum + (one[index] ?? 0), 0) / means.length]),
  );
}

/** The first of the names against each other one. */
export function pairsOfBest(
  comparison: Comparison,
  names: readonly string[],
  main: string | undefined,
  seed: number,
): PairComparison[] {
  const yesNoKeys = new Set(
    comparison.pairs.flatMap(({ evaluators }) => evaluators.flatMap(({ key, yesNo }) => (yesNo ? [key] : []))),
  );
  return comparePairs(comparison.cases, { names, yesNoKeys, main, seed });
}
