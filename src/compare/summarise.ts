import { holm } from "./statistics/holm.js";
import { mean } from "./statistics/describe.js";
import { conversationsNeeded } from "./statistics/needed.js";
import { signFlipInterval, signFlipTest, smallestProbability, type Cluster } from "./statistics/sign-flip.js";
import type { ComparisonCase, ConversationFigures, EvaluatorComparison } from "./types.js";

/** In how many comparisons without a difference anything may be called better or worse. */
export const SIGNIFICANCE = 0.05;
/** A difference that is small enough to be called none: ten points, or a tenth of the scores' range. */
const MARGIN = 0.1;
/** With fewer conversations an interval says too little to call two models the same: three in thirty is the margin. */
const FEWEST_FOR_SAME = 30;
/** What the main evaluator gets of the allowed error, beside 1 for all others together. */
const MAIN_WEIGHT = 4;

/** One evaluator's scores of two models, before its verdict. */
export interface KeyScores {
  base: string;
  candidate: string;
  key: string;
  main: boolean;
  yesNo: boolean;
  evaluatorErrors: number;
  pairs: ScoredPair[];
  clusters: Cluster[];
  pValue: number;
}

interface ScoredPair {
  number: number;
  conversation: number;
  first: number;
  second: number;
}

/** The scores of two models by one evaluator, over the cases that both have. */
export function scoresOfKey(
  key: string,
  {
    base,
    candidate,
    main,
    yesNo,
    seed,
  }: { base: string; candidate: string; main: boolean; yesNo: boolean; seed: number },
  cases: readonly ComparisonCase[],
): KeyScores {
  const scoresOf = ({ scores }: ComparisonCase) => [scores[key]?.[base], scores[key]?.[candidate]] as const;
  const pairs = cases.flatMap((one): ScoredPair[] => {
    const [first, second] = scoresOf(one);
    if (first?.score === undefined || second?.score === undefined) return [];
    return [{ number: one.number, conversation: one.conversation, first: first.score, second: second.score }];
  });
  const clusters = [...byConversation(pairs).values()].map((own) => ({
    sum: own.reduce((total, { first, second }) => total + second - first, 0),
    size: own.length,
  }));
  return {
    base,
    candidate,
    key,
    main,
    yesNo,
    evaluatorErrors: cases.flatMap(scoresOf).filter((score) => score?.error !== undefined).length,
    pairs,
    clusters,
    pValue: signFlipTest(clusters, seed),
  };
}

/** The corrected probabilities of all that is read together. Those that nothing is known of stay out. */
export function correctFamily(family: readonly KeyScores[]): number[] {
  const others = family.filter(({ main }) => !main).length;
  const mains = family.length - others;
  return holm(
    family.map(({ main, pValue, clusters }) => ({
      pValue,
      smallest: smallestProbability(clusters),
      weight: mains === 0 || others === 0 ? 1 : main ? MAIN_WEIGHT / mains : 1 / others,
    })),
    SIGNIFICANCE,
  );
}

/** What can be said by one evaluator. `share` is its part of the allowed error, for how many cases would do. */
export function compareKey(
  scores: KeyScores,
  correctedPValue: number,
  share: number,
  seed: number,
): EvaluatorComparison {
  const { base, candidate, key, main, yesNo, evaluatorErrors, pairs, clusters, pValue } = scores;
  const numbersOf = (keep: (pair: ScoredPair) => boolean) => pairs.filter(keep).map(({ number }) => number);
  const meanOf = (side: "first" | "second") => mean(pairs.map((pair) => pair[side]));
  const interval = signFlipInterval(clusters, { seed });
  const isKnown = pairs.length > 0;
  return {
    key,
    ...(main ? { main } : {}),
    yesNo,
    cases: pairs.length,
    scores: isKnown ? { [base]: meanOf("first"), [candidate]: meanOf("second") } : {},
    difference: isKnown ? mean(pairs.map(({ first, second }) => second - first)) : 0,
    ...(interval ? { interval } : {}),
    pValue,
    correctedPValue,
    ...verdictOf(scores, correctedPValue, interval, share),
    conversations: conversationFigures(scores, seed),
    ...(yesNo
      ? {
          flips: {
            bothRight: numbersOf(({ first, second }) => first === 1 && second === 1),
            fixed: numbersOf(({ first, second }) => first !== 1 && second === 1),
            broken: numbersOf(({ first, second }) => first === 1 && second !== 1),
            bothWrong: numbersOf(({ first, second }) => first !== 1 && second !== 1),
          },
        }
      : {
          changes: {
            rose: numbersOf(({ first, second }) => second > first),
            fell: numbersOf(({ first, second }) => second < first),
          },
        }),
    evaluatorErrors,
  };
}

function verdictOf(
  { pairs, clusters, yesNo }: KeyScores,
  correctedPValue: number,
  interval: [low: number, high: number] | undefined,
  share: number,
): Pick<EvaluatorComparison, "verdict" | "casesNeeded" | "conversationsNeeded" | "neededFor"> {
  if (pairs.length === 0) return { verdict: "unclear" };
  const difference = mean(pairs.map(({ first, second }) => second - first));
  if (correctedPValue <= SIGNIFICANCE) return { verdict: difference > 0 ? "better" : "worse" };
  if (pairs.every(({ first, second }) => first === second)) return { verdict: "same" };
  const all = pairs.flatMap(({ first, second }) => [first, second]);
  const range = yesNo ? 1 : all.reduce((a, b) => Math.max(a, b)) - all.reduce((a, b) => Math.min(a, b));
  const margin = MARGIN * range;
  if (interval && clusters.length >= FEWEST_FOR_SAME && interval[0] > -margin && interval[1] < margin) {
    return { verdict: "same" };
  }
  // Rounding leaves a little of differences that cancel each other out.
  const neededFor = Math.abs(difference) > range * 1e-9 ? Math.abs(difference) : margin;
  const needed = conversationsNeeded(clusters, { difference: neededFor, range, significance: SIGNIFICANCE * share });
  return {
    verdict: "unclear",
    casesNeeded: Math.ceil((needed * pairs.length) / clusters.length),
    conversationsNeeded: needed,
    neededFor,
  };
}

function conversationFigures({ base, candidate, pairs }: KeyScores, seed: number): ConversationFigures {
  const means = [...byConversation(pairs)].map(([number, own]) => ({
    number,
    first: mean(own.map(({ first }) => first)),
    second: mean(own.map(({ second }) => second)),
  }));
  const numbersOf = (direction: number) =>
    means
      .filter(({ first, second }) => (Math.abs(second - first) < 1e-9 ? 0 : Math.sign(second - first)) === direction)
      .map(({ number }) => number);
  const differences = means.map(({ first, second }) => second - first);
  const interval = signFlipInterval(
    differences.map((sum) => ({ sum, size: 1 })),
    { seed },
  );
  return {
    count: means.length,
    scores:
      means.length === 0
        ? {}
        : { [base]: mean(means.map(({ first }) => first)), [candidate]: mean(means.map(({ second }) => second)) },
    difference: means.length === 0 ? 0 : mean(differences),
    ...(interval ? { interval } : {}),
    rose: numbersOf(1),
    fell: numbersOf(-1),
    stayed: numbersOf(0),
  };
}

function byConversation(pairs: readonly ScoredPair[]): Map<number, ScoredPair[]> {
  const groups = new Map<number, ScoredPair[]>();
  for (const pair of pairs) {
    const own = groups.get(pair.conversation);
    if (own) own.push(pair);
    else groups.set(pair.conversation, [pair]);
  }
  return groups;
}
