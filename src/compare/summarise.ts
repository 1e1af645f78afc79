import { mean } from "simple-statistics";
import { bootstrapInterval, casesForScores, casesForYesNo, mcNemar } from "./statistics.js";
import type { ComparisonCase, EvaluatorComparison, PairComparison } from "./types.js";

const SIGNIFICANT = 0.05;

/** Compares two models over the cases that both have, by every evaluator. */
export function comparePair(
  base: string,
  candidate: string,
  cases: readonly ComparisonCase[],
  yesNoKeys: ReadonlySet<string>,
  seed: number,
): PairComparison {
  const keys = [...new Set(cases.flatMap(({ scores }) => Object.keys(scores)))];
  return {
    base,
    candidate,
    evaluators: keys.map((key) => compareKey(key, base, candidate, cases, yesNoKeys.has(key), seed)),
  };
}

function compareKey(
  key: string,
  base: string,
  candidate: string,
  cases: readonly ComparisonCase[],
  yesNo: boolean,
  seed: number,
): EvaluatorComparison {
  const scoresOf = ({ scores }: ComparisonCase) => [scores[key]?.[base], scores[key]?.[candidate]] as const;
  const pairs = cases.flatMap((one) => {
    const [first, second] = scoresOf(one);
    return first?.score === undefined || second?.score === undefined
      ? []
      : [{ number: one.number, first: first.score, second: second.score }];
  });
  const evaluatorErrors = cases.flatMap(scoresOf).filter((score) => score?.error !== undefined).length;
  const differences = pairs.map(({ first, second }) => second - first);
  const numbersOf = (keep: (pair: (typeof pairs)[number]) => boolean) => pairs.filter(keep).map(({ number }) => number);
  const common = {
    key,
    yesNo,
    cases: pairs.length,
    scores:
      pairs.length === 0
        ? {}
        : { [base]: mean(pairs.map(({ first }) => first)), [candidate]: mean(pairs.map(({ second }) => second)) },
    difference: pairs.length === 0 ? 0 : mean(differences),
    interval: pairs.length === 0 ? ([0, 0] as [number, number]) : bootstrapInterval(differences, seed),
    evaluatorErrors,
  };
  if (pairs.length === 0) return { ...common, verdict: "unclear" };
  if (!yesNo) {
    const [low, high] = common.interval;
    // A handful of values has intervals that are far too narrow.
    const shown = (low > 0 || high < 0) && pairs.length >= 6;
    const changes = {
      rose: numbersOf(({ first, second }) => second > first),
      fell: numbersOf(({ first, second }) => second < first),
    };
    return { ...common, changes, ...verdictOf(shown, common.difference, pairs.length, casesForScores(differences)) };
  }
  const flips = {
    bothRight: numbersOf(({ first, second }) => first === 1 && second === 1),
    fixed: numbersOf(({ first, second }) => first !== 1 && second === 1),
    broken: numbersOf(({ first, second }) => first === 1 && second !== 1),
    bothWrong: numbersOf(({ first, second }) => first !== 1 && second !== 1),
  };
  const pValue = mcNemar(flips.fixed.length, flips.broken.length);
  const needed = casesForYesNo(pairs.length, flips.fixed.length, flips.broken.length);
  return { ...common, pValue, flips, ...verdictOf(pValue < SIGNIFICANT, common.difference, pairs.length, needed) };
}

function verdictOf(
  shown: boolean,
  difference: number,
  cases: number,
  needed: number,
): Pick<EvaluatorComparison, "verdict" | "casesNeeded"> {
  if (shown) return { verdict: difference > 0 ? "better" : "worse" };
  // Enough cases to have seen a difference of this size, and none was shown.
  return cases >= needed ? { verdict: "same" } : { verdict: "unclear", casesNeeded: needed };
}

/** What a person wants to hear first, by evaluator. */
export function describePair({ base, candidate, evaluators }: PairComparison): string[] {
  return evaluators.map((one) => {
    if (one.cases === 0) return `${one.key}: no case has a score for both models, so nothing can be concluded.`;
    const { flips } = one;
    const numbers = `${percent(one, base)} to ${percent(one, candidate)} over ${one.cases} cases${flips ? `, ${flips.fixed.length} fixed and ${flips.broken.length} broken` : ""}`;
    switch (one.verdict) {
      case "better":
        return `${one.key}: ${candidate} is better than ${base}: ${numbers}.`;
      case "worse":
        return `${one.key}: ${candidate} is worse than ${base}: ${numbers}.`;
      case "same":
        return `${one.key}: no difference between ${base} and ${candidate} was shown: ${numbers}.`;
      case "unclear":
        return `${one.key}: nothing can be concluded from so few cases: ${numbers}. About ${one.casesNeeded} would do.`;
    }
  });
}

function percent({ scores, yesNo }: EvaluatorComparison, model: string): string {
  const score = scores[model] ?? 0;
  return yesNo ? `${(score * 100).toFixed(score === 0 || score === 1 ? 0 : 1)} %` : score.toFixed(3);
}
