import { randomOf } from "../../src/compare/statistics/random.js";
import { sequentialDifference } from "../../src/compare/arms/sequential.js";

/** Traffic of one experiment. */
export interface Traffic {
  name: string;
  /** New keys a day. */
  keysPerDay: number;
  share: number;
  days: number;
}

/** Small enough for every run of the tests. */
export const smallTraffic: Traffic = {
  name: "15 keys a day, a fifth of them tuned",
  keysPerDay: 15,
  share: 0.2,
  days: 40,
};

export const traffic: Traffic[] = [
  smallTraffic,
  { name: "40 keys a day, a tenth of them tuned", keysPerDay: 40, share: 0.1, days: 60 },
  { name: "40 keys a day, half of them tuned", keysPerDay: 40, share: 0.5, days: 60 },
  { name: "200 keys a day, a tenth of them tuned", keysPerDay: 200, share: 0.1, days: 30 },
];

/**
 * How many of so many experiments said "better" on any day, and on which day half of them had. Users
 * come back and rate again, and are of two kinds: those who like most of it, and those who like little.
 */
export function sayBetter(
  { keysPerDay, share, days }: Traffic,
  { effect, runs, seed }: { effect: number; runs: number; seed: number },
): { share: number; worse: number; medianDay?: number } {
  const random = randomOf(seed);
  const found: number[] = [];
  let worse = 0;
  for (let run = 0; run < runs; run += 1) {
    const users: { isTuned: boolean; chance: number; good: number; ratings: number }[] = [];
    let isWorse = false;
    let day = 1;
    for (; day <= days; day += 1) {
      for (let user = 0; user < keysPerDay; user += 1) {
        const isTuned = random() < share;
        const chance = (random() < 0.6 ? 0.85 : 0.2) + (isTuned ? effect : 0);
        users.push({ isTuned, chance, good: Number(random() < chance), ratings: 1 });
      }
      // Half as many as are new come back.
      for (let back = 0; back < keysPerDay / 2; back += 1) {
        const user = users[Math.floor(random() * users.length)];
        if (user === undefined) continue;
        user.good += Number(random() < user.chance);
        user.ratings += 1;
      }
      const meansOf = (isTuned: boolean) =>
        users.filter((user) => user.isTuned === isTuned).map(({ good, ratings }) => good / ratings);
      const [low, high] = sequentialDifference(meansOf(false), meansOf(true))?.interval ?? [-1, 1];
      if (high < 0) isWorse = true;
      if (low > 0) break;
    }
    if (day <= days) found.push(day);
    if (isWorse) worse += 1;
  }
  found.sort((a, b) => a - b);
  const medianDay = found[Math.ceil(runs / 2) - 1];
  return { share: found.length / runs, worse: worse / runs, ...(medianDay === undefined ? {} : { medianDay }) };
}
