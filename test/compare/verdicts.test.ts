import { expect, it } from "vitest";
import { settings, shareOfVerdicts } from "./simulate.js";
import { itLong } from "../long.js";

// `npx tsx scripts/simulate-verdicts.ts` prints the same with more runs, where every setting must stay at or below 6 %.
const RUNS = 300;
/** What a share of 6 % exceeds in one of a hundred simulations of so many runs: the share plus 2.33 standard deviations. */
const BOUND = 0.06 + 2.33 * Math.sqrt((0.06 * 0.94) / RUNS);

// What 4 in 10 more right answers, or a standard deviation more of a score, are found in.
const power: Record<string, number> = {
  "6 numeric scores, normal": 0.15,
  "8 numeric scores, normal": 0.3,
  "12 numeric scores, normal": 0.5,
  "20 numeric scores, normal": 0.75,
  "20 conversations, ten answers flip together": 0.55,
  "20 conversations, half of the ten do": 0.95,
  "five evaluators, 40 cases": 0.8,
  "five evaluators, one of them main": 0.9,
};

// The settings with five evaluators take five times as long as the others.
const brief = (five: boolean) => settings.filter(({ name }) => name.startsWith("five") === five);

for (const [test, chosen] of [
  [it, brief(false)],
  [itLong, brief(true)],
] as const) {
  test.each(chosen)("says something false no more often than 6 % of comparisons allow: $name", (setting) => {
    const { any } = shareOfVerdicts(setting, { effect: 0, runs: RUNS, seed: 5 });
    expect(any).toBeLessThanOrEqual(BOUND);
  });

  test.each(chosen.filter(({ name }) => name in power))("finds a difference that is there: $name", (setting) => {
    const { better } = shareOfVerdicts(setting, { effect: setting.yesNo ? 0.4 : 1, runs: 200, seed: 6 });
    expect(better).toBeGreaterThan(power[setting.name] ?? 1);
  });
}
