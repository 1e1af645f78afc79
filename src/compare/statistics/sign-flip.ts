import { subsetTotals } from "./subsets.js";

/** What one conversation adds: the sum of the differences of its answers, and how many answers it has. */
export interface Cluster {
  sum: number;
  size: number;
}

/**
 * The probability, if the two models could be exchanged in each conversation, of a difference as
 * large as the one seen, in either direction: the sign-flip permutation test (Fisher, "The Design of
 * Experiments", 1935, section 21), with the conversation as the unit that is flipped. It is exact for
 * any number of conversations and answers, however much the answers of one conversation depend on
 * each other. With one yes/no answer in each, it is McNemar's exact test.
 *
 * Of more than 13 conversations that differ, 9,999 random flips are drawn, and the flip that was
 * seen counts as one of them, which keeps the test exact (Phipson and Smyth, 2010).
 */
export function signFlipTest(clusters: readonly Cluster[], seed = 1): number {
  const sums = clusters.map(({ sum }) => sum).filter((sum) => sum !== 0);
  if (sums.length === 0) return 1;
  // Sums of decimal fractions that are equal on paper differ in the last digits.
  const noise = 1e-9 * sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0);
  let atMostZero = 0;
  let atLeastZero = 0;
  const [totals] = subsetTotals([sums], seed);
  for (const total of totals) {
    if (total <= noise) atMostZero += 1;
    if (total >= -noise) atLeastZero += 1;
  }
  return Math.min(1, (2 * (1 + Math.min(atMostZero, atLeastZero))) / (totals.length + 1));
}

/** The smallest probability that {@link signFlipTest} can give with so many conversations that differ. */
export function smallestProbability(clusters: readonly Cluster[]): number {
  return Math.min(1, 2 ** (1 - clusters.filter(({ sum }) => sum !== 0).length));
}

/**
 * The interval of the mean difference of an answer: all values that the sign-flip test would not
 * reject. Its ends are means over subsets of the conversations (Hartigan, "Using subsample values as
 * typical values", JASA 64, 1969). Undefined for fewer than six conversations, which at 95 % exclude
 * nothing.
 */
export function signFlipInterval(
  clusters: readonly Cluster[],
  { seed = 1, significance = 0.05 }: { seed?: number; significance?: number } = {},
): [low: number, high: number] | undefined {
  const [sums, sizes] = subsetTotals([clusters.map(({ sum }) => sum), clusters.map(({ size }) => size)], seed);
  const rank = Math.floor((significance / 2) * (sums.length + 1));
  if (rank < 1) return undefined;
  const means = sums.map((sum, index) => sum / (sizes[index] as number)).sort();
  return [means[rank - 1] as number, means[means.length - rank] as number];
}
