/** A test among several that are read together. */
export interface FamilyMember {
  pValue: number;
  /** The smallest value that this test can give; one that cannot be shown is not counted against the others. */
  smallest: number;
  /** How much of the allowed error it gets, beside the others' weights. */
  weight: number;
}

/**
 * The probabilities of several tests, corrected so that all of them together say something false in
 * at most `significance` of all comparisons: Holm's procedure ("A simple sequentially rejective
 * multiple test procedure", 1979) with weights. Tests that could not be significant whatever they
 * found are not counted (Tarone, "A modified Bonferroni method for discrete data", 1990), so that an
 * evaluator that sees no difference in any case costs the others nothing.
 *
 * @returns the corrected probability of each, in their order
 */
export function holm(members: readonly FamilyMember[], significance: number): number[] {
  const corrected = members.map(() => 1);
  const testable = members
    .map((member, index) => ({ ...member, index }))
    .filter(({ smallest }) => smallest <= significance)
    .sort((a, b) => a.pValue / a.weight - b.pValue / b.weight);
  let remaining = testable.reduce((total, { weight }) => total + weight, 0);
  let largest = 0;
  for (const { pValue, weight, index } of testable) {
    largest = Math.max(largest, Math.min(1, (pValue * remaining) / weight));
    corrected[index] = largest;
    remaining -= weight;
  }
  return corrected;
}
