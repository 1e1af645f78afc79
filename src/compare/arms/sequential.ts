import { mean, variance } from "../statistics/describe.js";

/** A difference between two arms, with an interval that holds at every look. */
export interface SequentialDifference {
  difference: number;
  /** 95 %, at all looks together. */
  interval: [low: number, high: number];
  /** Always valid: below 0.05 at any look in at most 5 % of experiments without a difference. */
  pValue: number;
}

const SIGNIFICANCE = 0.05;
/** With fewer keys the spread of an arm is not known well enough for any statement. */
export const FEWEST_KEYS = 10;
/** The test is most sensitive to differences of about a quarter of the keys' standard deviation. */
const MIXING = 0.25;

/**
 * The difference of two arms' means over keys, as a mixture sequential probability ratio test and the
 * confidence sequence that belongs to it (Robbins, "Statistical methods related to the law of the
 * iterated logarithm", 1970; Johari, Pekelis and Walsh, "Always valid inference", 2015/2022). It may
 * be looked at on any day, and stopped at any look.
 *
 * Keys and not ratings are counted, since the ratings of one user depend on each other. The spread is
 * that of the arms or of both together, whichever is larger.
 *
 * @returns undefined for fewer than ten keys in an arm, and where no two keys differ
 */
export function sequentialDifference(
  base: readonly number[],
  tuned: readonly number[],
): SequentialDifference | undefined {
  if (base.length < FEWEST_KEYS || tuned.length < FEWEST_KEYS) return undefined;
  const spreads = [variance(base), variance(tuned)] as const;
  const degrees = base.length + tuned.length - 2;
  const pooled = ((base.length - 1) * spreads[0] + (tuned.length - 1) * spreads[1]) / degrees;
  if (pooled === 0) return undefined;
  const ofDifference = Math.max(
    spreads[0] / base.length + spreads[1] / tuned.length,
    pooled / base.length + pooled / tuned.length,
  );
  const mixing = MIXING ** 2 * pooled;
  const difference = mean(tuned) - mean(base);
  const ratio = mixing / ofDifference;
  const half = Math.sqrt(ofDifference * (1 + 1 / ratio) * Math.log((1 + ratio) / SIGNIFICANCE ** 2));
  const evidence = Math.exp((ratio / (1 + ratio)) * (difference ** 2 / (2 * ofDifference))) / Math.sqrt(1 + ratio);
  return { difference, interval: [difference - half, difference + half], pValue: Math.min(1, 1 / evidence) };
}
