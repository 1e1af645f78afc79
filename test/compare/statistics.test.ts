import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, median, quantile, variance } from "../../src/compare/statistics/describe.js";
import { holm } from "../../src/compare/statistics/holm.js";
import { conversationsNeeded, normalPoint } from "../../src/compare/statistics/needed.js";
import { signFlipInterval, signFlipTest, smallestProbability } from "../../src/compare/statistics/sign-flip.js";

const singles = (...sums: number[]) => sums.map((sum) => ({ sum, size: 1 }));
const flips = (fixed: number, broken: number, unchanged = 0) =>
  singles(...Array<number>(fixed).fill(1), ...Array<number>(broken).fill(-1), ...Array<number>(unchanged).fill(0));

describe("the sign-flip test", () => {
  it.each([
    // Two-sided binomial probabilities, by hand: 2 * (1 + 10) / 2^10, and so on.
    [9, 1, 22 / 1024],
    [5, 0, 2 / 32],
    [6, 0, 2 / 64],
    [0, 0, 1],
    [3, 3, 1],
  ])("is McNemar's exact test of single answers: fixed %i, broken %i", (fixed, broken, expected) => {
    expect(signFlipTest(flips(fixed, broken, 30))).toBeCloseTo(expected, 12);
    expect(signFlipTest(flips(broken, fixed))).toBeCloseTo(expected, 12);
  });

  it("agrees with McNemar's where it draws flips, and says the same for the same seed", () => {
    // Binomial(40, 1/2): 2 * P(at most 12) = 0.01659.
    expect(Math.abs(signFlipTest(flips(28, 12)) - 0.01659)).toBeLessThan(0.005);
    expect(signFlipTest(flips(28, 12), 3)).toBe(signFlipTest(flips(28, 12), 3));
  });

  it("counts a conversation once, however many answers flip with it", () => {
    const conversations = Array.from({ length: 6 }, () => ({ sum: 10, size: 10 }));
    expect(signFlipTest(conversations)).toBeCloseTo(2 / 64, 12);
    expect(signFlipInterval(conversations)).toEqual([1, 1]);
  });

  it("is not misled by sums that differ in their last digits", () => {
    expect(signFlipTest(singles(0.1 + 0.2, -0.3, 0.3, -(0.1 + 0.2)))).toBe(1);
  });

  it("is a probability, at least the smallest one, and the same for the opposite", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ sum: fc.integer({ min: -5, max: 5 }), size: fc.integer({ min: 5, max: 9 }) }), {
          minLength: 1,
          maxLength: 12,
        }),
        (clusters) => {
          const probability = signFlipTest(clusters);
          const opposite = signFlipTest(clusters.map(({ sum, size }) => ({ sum: -sum, size })));
          return probability === opposite && probability <= 1 && probability >= smallestProbability(clusters) - 1e-12;
        },
      ),
    );
  });
});

describe("the interval", () => {
  it("excludes nothing exactly where the test is significant, for up to twelve conversations", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ sum: fc.integer({ min: -9, max: 9 }), size: fc.integer({ min: 1, max: 4 }) }), {
          minLength: 6,
          maxLength: 12,
        }),
        (clusters) => {
          const [low, high] = signFlipInterval(clusters) ?? [Number.NaN, Number.NaN];
          return (low > 0 || high < 0) === signFlipTest(clusters) <= 0.05;
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is left out for fewer than six conversations, and agrees with the t interval for many", () => {
    expect(signFlipInterval(singles(1, 2, 3, 4, 5))).toBeUndefined();
    const values = Array.from({ length: 60 }, (_, index) => Math.sin(index * 7.3) + 0.5);
    const [low = 0, high = 0] = signFlipInterval(singles(...values)) ?? [];
    const half = 2.001 * Math.sqrt(variance(values) / 60);
    expect(Math.abs(low - (mean(values) - half))).toBeLessThan(0.03);
    expect(Math.abs(high - (mean(values) + half))).toBeLessThan(0.03);
  });
});

describe("Holm's correction", () => {
  it("agrees with the procedure by hand, and with weights", () => {
    const members = [0.01, 0.04, 0.03].map((pValue) => ({ pValue, smallest: 0.001, weight: 1 }));
    expect(holm(members, 0.05)).toEqual([0.03, 0.06, 0.06]);
    const [main, other] = holm(
      [
        { pValue: 0.03, smallest: 0.001, weight: 4 },
        { pValue: 0.04, smallest: 0.001, weight: 1 },
      ],
      0.05,
    );
    expect(main).toBeCloseTo(0.0375, 12);
    expect(other).toBeCloseTo(0.04, 12);
  });

  it("does not count what could not be significant", () => {
    expect(
      holm(
        [
          { pValue: 0.03, smallest: 0.03, weight: 1 },
          { pValue: 1, smallest: 1, weight: 1 },
        ],
        0.05,
      ),
    ).toEqual([0.03, 1]);
  });
});

describe("how many conversations would do", () => {
  it("agrees with Connor's formula for yes and no", () => {
    // 20 of 100 flip, 15 of them for the better: (1.96 sqrt(0.2) + 0.8416 sqrt(0.2 - 0.01))^2 / 0.01.
    const connor = (1.959964 * Math.sqrt(0.2) + 0.841621 * Math.sqrt(0.19)) ** 2 / 0.01;
    const needed = conversationsNeeded(flips(15, 5, 80), { difference: 0.1, range: 1, significance: 0.05 });
    expect(Math.abs(needed - connor)).toBeLessThan(3);
  });

  it("is finite whatever was seen, and never so few that no test could show it", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (fixed, broken, unchanged) => {
        fc.pre(fixed + broken + unchanged > 0);
        const difference = Math.abs(fixed - broken) / (fixed + broken + unchanged) || 0.1;
        const needed = conversationsNeeded(flips(fixed, broken, unchanged), {
          difference,
          range: 1,
          significance: 0.05,
        });
        return Number.isInteger(needed) && needed >= 6;
      }),
    );
  });

  it("knows the points of the normal distribution", () => {
    expect(normalPoint(0.025)).toBeCloseTo(1.959964, 3);
    expect(normalPoint(0.005)).toBeCloseTo(2.575829, 3);
  });
});

it("describes values as usual", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(variance([1, 2, 6])).toBe(7);
  expect(variance([5])).toBe(0);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 3, 10])).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
});
