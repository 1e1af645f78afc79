import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapInterval, casesForScores, casesForYesNo, mcNemar } from "../../../src/compare/statistics.js";

describe("McNemar's exact test", () => {
  it.each([
    // Two-sided binomial probabilities, by hand: 2 * (1 + 10) / 2^10, and so on.
    [9, 1, 22 / 1024],
    [5, 0, 2 / 32],
    [6, 0, 2 / 64],
    [0, 0, 1],
    [3, 3, 1],
  ])("fixed %i, broken %i", (fixed, broken, expected) => {
    expect(mcNemar(fixed, broken)).toBeCloseTo(expected, 12);
    expect(mcNemar(broken, fixed)).toBeCloseTo(expected, 12);
  });

  it("is a probability for any counts", () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), (fixed, broken) => {
        const probability = mcNemar(fixed, broken);
        return probability >= 0 && probability <= 1;
      }),
    );
  });
});

describe("the bootstrap interval", () => {
  it("is the same for the same seed, and holds the mean", () => {
    const values = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? 1 : 0));
    const [low, high] = bootstrapInterval(values, 7);
    expect(bootstrapInterval(values, 7)).toEqual([low, high]);
    expect(low).toBeLessThan(14 / 40);
    expect(high).toBeGreaterThan(14 / 40);
    // The normal approximation: 0.35 +- 1.96 * sqrt(0.35 * 0.65 / 40).
    expect(low).toBeCloseTo(0.2, 1);
    expect(high).toBeCloseTo(0.5, 1);
  });

  it("of equal values is that value", () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5])).toEqual([0.5, 0.5]);
  });
});

describe("how many cases would do", () => {
  it("agrees with Connor's formula", () => {
    // 20 of 100 flip, 15 of them for the better: (1.96 sqrt(0.2) + 0.8416 sqrt(0.2 - 0.01))^2 / 0.01.
    expect(casesForYesNo(100, 15, 5)).toBe(
      Math.ceil((1.959964 * Math.sqrt(0.2) + 0.841621 * Math.sqrt(0.19)) ** 2 / 0.01),
    );
  });

  it("is finite whatever was seen, and never so few that no test could show it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), fc.nat(500), (cases, fixed, broken) => {
        fc.pre(fixed + broken <= cases);
        const needed = casesForYesNo(cases, fixed, broken);
        return Number.isFinite(needed) && needed >= 6;
      }),
    );
    expect(casesForScores([0, 0, 0])).toBeGreaterThanOrEqual(6);
  });
});
