// How often `compareModels` and `compareArms` call one of two equal models better or worse, and how often it finds a
// difference that is there. `npx tsx scripts/simulate-verdicts.ts 5000` for 5,000 runs of each setting.
import { sayBetter, traffic } from "../test/compare/simulate-arms.js";
import { settings, shareOfVerdicts } from "../test/compare/simulate.js";

/** The share of false verdicts that no setting may exceed; the suite checks it on fewer runs, with a margin for chance. */
const MOST = 0.06;
const runs = Number(process.argv[2] ?? 2000);
console.log(`${runs} comparisons of each setting. Power: 0.4 more right answers, or a standard deviation more.\n`);
console.log("| Setting | false verdicts | power |\n|---|---|---|");
for (const setting of settings) {
  const { any } = shareOfVerdicts(setting, { effect: 0, runs, seed: 1 });
  const { better } = shareOfVerdicts(setting, { effect: setting.yesNo ? 0.4 : 1, runs, seed: 2 });
  console.log(`| ${setting.name} | ${(any * 100).toFixed(1)} % | ${(better * 100).toFixed(1)} % |`);
  if (any > MOST) process.exitCode = 1;
}

console.log(`\n${runs} experiments in production, looked at every day. Effect: 10 points more good ratings.\n`);
console.log(
  "| Traffic | false `better` | false `worse` | found, of 100 | half of them by day |\n|---|---|---|---|---|",
);
for (const one of traffic) {
  const none = sayBetter(one, { effect: 0, runs, seed: 1 });
  const some = sayBetter(one, { effect: 0.1, runs: 100, seed: 2 });
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  console.log(
    `| ${one.name}, ${one.days} days | ${percent(none.share)} | ${percent(none.worse)} | ${Math.round(some.share * 100)} | ${some.medianDay ?? "none"} |`,
  );
}
