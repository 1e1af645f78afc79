// How often `compareModels` calls one of two equal models better or worse, and how often it finds a
// difference that is there. `npx tsx scripts/simulate-verdicts.ts 5000` for 5,000 runs of each setting.
import { settings, shareOfVerdicts } from "../test/compare/simulate.js";

const runs = Number(process.argv[2] ?? 2000);
console.log(`${runs} comparisons of each setting. Power: 0.4 more right answers, or a standard deviation more.\n`);
console.log("| Setting | false verdicts | power |\n|---|---|---|");
for (const setting of settings) {
  const { any } = shareOfVerdicts(setting, { effect: 0, runs, seed: 1 });
  const { better } = shareOfVerdicts(setting, { effect: setting.yesNo ? 0.4 : 1, runs, seed: 2 });
  console.log(`| ${setting.name} | ${(any * 100).toFixed(1)} % | ${(better * 100).toFixed(1)} % |`);
}
