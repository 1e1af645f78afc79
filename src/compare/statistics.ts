import { mean, quantileSorted, standardDeviation } from "simple-statistics";

/** From how many pairs on a difference of the given size would be shown, four times out of five. */
const Z_95 = 1.959964;
const Z_POWER_80 = 0.841621;

/** A seeded source of numbers from 0 to 1 (mulberry32), so that the same comparison gives the same interval. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The 95 % interval of a mean by the percentile bootstrap (Efron and Tibshirani, "An Introduction to
 * the Bootstrap", 1993, chapter 13), over 2000 resamples.
 */
export function bootstrapInterval(values: readonly number[], seed = 1, resamples = 2000): [low: number, high: number] {
  if (values.length === 0) return [Number.NaN, Number.NaN];
  const random = randomOf(seed);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let index = 0; index < values.length; index += 1)
      sum += values[Math.floor(random() * values.length)] as number;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [quantileSorted(means, 0.025), quantileSorted(means, 0.975)];
}

/**
 * McNemar's exact test: the probability, if neither model were better, of flips as uneven as these
 * (two-sided binomial over the pairs that differ; McNemar 1947, exact form).
 */
export function mcNemar(fixed: number, broken: number): number {
  const flips = fixed + broken;
  if (flips === 0) return 1;
  const few = Math.min(fixed, broken);
  // In logarithms, since 2 to the power of some thousand flips is no number.
  let log = -flips * Math.LN2;
  let tail = 0;
  for (let count = 0; count <= few; count += 1) {
    tail += Math.exp(log);
    log += Math.log((flips - count) / (count + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * About how many cases would show, at 95 % and four times out of five, a yes/no difference as large
 * as the one seen (Connor, "Sample size for testing differences in proportions for the paired-sample
 * design", Biometrics 43, 1987). Where none was seen: a difference of ten points.
 */
export function casesForYesNo(cases: number, fixed: number, broken: number): number {
  const difference = Math.abs(fixed - broken) / cases || 0.1;
  const flipped = Math.max((fixed + broken) / cases, difference);
  const root = Z_95 * Math.sqrt(flipped) + Z_POWER_80 * Math.sqrt(Math.max(0, flipped - difference ** 2));
  // Fewer than six flips, all one way, never reach 95 %.
  return Math.max(Math.ceil((root / difference) ** 2), Math.ceil(6 / flipped));
}

/** The same for scores that are numbers, by the spread of the differences seen. */
export function casesForScores(differences: readonly number[]): number {
  const spread = standardDeviation(differences as number[]) || 0.1;
  const difference = Math.abs(mean(differences as number[])) || spread / 4;
  return Math.max(6, Math.ceil((((Z_95 + Z_POWER_80) * spread) / difference) ** 2));
}
