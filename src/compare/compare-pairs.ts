import { headlineOf, verdictOfPair } from "./describe-pair.js";
import { compareKey, correctFamily, scoresOfKey, type KeyScores } from "./summarise.js";
import type { ComparisonCase, PairComparison } from "./types.js";

/** Options of {@link comparePairs}. */
export interface PairOptions {
  /** The models' names; the first is the base. */
  names: readonly string[];
  /** The keys whose scores are yes or no. */
  yesNoKeys: ReadonlySet<string>;
  main?: string;
  seed: number;
}

/**
 * Compares each later model with the first, by every evaluator. All of these verdicts are read
 * together, so the allowed error is shared among them.
 */
export function comparePairs(cases: readonly ComparisonCase[], options: PairOptions): PairComparison[] {
  const family = testFamily(cases, options);
  const [base = "", ...candidates] = options.names;
  return candidates.map((candidate) => {
    const evaluators = family
      .filter(({ scores }) => scores.candidate === candidate)
      .map(({ scores, correctedPValue }) => compareKey(scores, correctedPValue, 1 / family.length, options.seed));
    const verdict = verdictOfPair(evaluators);
    return { base, candidate, verdict, headline: headlineOf(base, candidate, verdict, evaluators), evaluators };
  });
}

/** Every test of the comparison, with its probability corrected for all of them. */
export function testFamily(
  cases: readonly ComparisonCase[],
  { names, yesNoKeys, main, seed }: PairOptions,
): { scores: KeyScores; correctedPValue: number }[] {
  const [base = "", ...candidates] = names;
  const keys = [...new Set(cases.flatMap(({ scores }) => Object.keys(scores)))];
  const family = candidates.flatMap((candidate) =>
    keys.map((key) =>
      scoresOfKey(key, { base, candidate, main: key === main, yesNo: yesNoKeys.has(key), seed }, cases),
    ),
  );
  const corrected = correctFamily(family);
  return family.map((scores, index) => ({ scores, correctedPValue: corrected[index] ?? 1 }));
}
