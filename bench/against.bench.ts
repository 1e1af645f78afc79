// Rows against the questions of an evaluation set, each way in a process of its own: what it costs beside `curate` alone.
import { median, type Bench } from "./bench.js";
import { inOwnProcess } from "./own-process.js";

const COUNT = Number(process.env.BENCH_ROWS ?? 1_000_000);
const QUESTIONS = 10_000;
/** What the project promises, in multiples of the processor time of `curate` alone, and in megabytes. */
const BOUND = 1.2;
const LIMIT = 300;

interface Measured {
  rows: number;
  megabytes: number;
  seconds: number;
}

const bench: Bench = {
  name: `${COUNT.toLocaleString("en")} rows against ${QUESTIONS.toLocaleString("en")} questions of an evaluation`,
  needsBuild: true,
  async run(print) {
    const alone: Measured[] = [];
    const against: Measured[] = [];
    // In turn, so that what else the machine does meets both.
    for (let round = 0; round < 3; round += 1) {
      alone.push(await inOwnProcess<Measured>("against-worker.mjs", String(COUNT), "0"));
      against.push(await inOwnProcess<Measured>("against-worker.mjs", String(COUNT), String(QUESTIONS)));
    }
    const secondsOf = (runs: readonly Measured[]) => median(runs.map(({ seconds }) => seconds));
    const ratio = secondsOf(against) / secondsOf(alone);
    const megabytes = Math.max(...against.map((run) => run.megabytes));
    print(`curate alone: ${secondsOf(alone).toFixed(1)} s of processor time, median of 3 rounds in turn`);
    print(`with the evaluation set: ${secondsOf(against).toFixed(1)} s, ${ratio.toFixed(2)} of it (at most ${BOUND})`);
    print(`memory at the highest: ${megabytes.toFixed(0)} MB (under ${LIMIT} MB)`);
    const faults = [
      ...(ratio > BOUND ? [`${ratio.toFixed(2)} times the time of curate alone, not ${BOUND}`] : []),
      ...(megabytes >= LIMIT ? [`${megabytes.toFixed(0)} MB`] : []),
    ];
    if (faults.length > 0) throw new Error(`Missed: ${faults.join("; ")}.`);
  },
};
export default bench;
