import { mean, variance } from "./describe.js";
import type { Cluster } from "./sign-flip.js";

const Z_POWER_80 = 0.841621;

/**
 * The point that a standard normal value exceeds with this probability, below a half.
 * Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.23; right to 0.00045.
 */
export function normalPoint(probability: number): number {
  const t = Math.sqrt(-2 * Math.log(probability));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}

/**
 * About how many conversations like these would show, four times out of five, a mean difference as
 * large as `difference`: Connor's formula for paired proportions (Biometrics 43, 1987), which takes
 * the spread of the differences and so holds for scores of any kind and for whole conversations.
 *
 * @param clusters the conversations that were seen
 * @param difference the mean difference of an answer that should be shown; not 0
 * @param range the largest difference that one answer can have: 1 for yes and no
 * @param significance the error that the test is allowed, two-sided
 */
export function conversationsNeeded(
  clusters: readonly Cluster[],
  { difference, range, significance }: { difference: number; range: number; significance: number },
): number {
  const size = mean(clusters.map(({ size }) => size));
  const contributions = clusters.map(({ sum }) => sum / size);
  const wanted = Math.abs(difference);
  const seen = variance(contributions);
  // So few differences that their spread is not known: as if each were of the whole range.
  const spread = seen > 0 && clusters.length > 1 ? seen : wanted * range - wanted ** 2;
  const root = normalPoint(significance / 2) * Math.sqrt(spread + wanted ** 2) + Z_POWER_80 * Math.sqrt(spread);
  // Fewer that all differ, in one direction, are never significant.
  const fewest = Math.ceil(1 - Math.log2(significance));
  return Math.max(fewest, Math.ceil((root / wanted) ** 2));
}
