// One conversation of many calls, from runs to rows: what it costs must grow with the runs' bytes and no faster.
import type { Bench } from "./bench.js";
import { inOwnProcess } from "./own-process.js";

const MOST = Number(process.env.BENCH_CALLS ?? 1_000);
/** How much more a byte may cost at the most calls than at a quarter of them. */
const BOUND = 1.5;

interface Measured {
  rows: number;
  targets: number;
  bytes: number;
  megabytes: number;
  seconds: number;
}

const bench: Bench = {
  name: `one conversation of ${MOST.toLocaleString("en")} calls`,
  needsBuild: true,
  async run(print) {
    const faults: string[] = [];
    const perByte: number[] = [];
    for (const kind of ["whole", "chained"] as const) {
      for (const calls of [MOST / 4, MOST / 2, MOST]) {
        const { rows, targets, bytes, megabytes, seconds } = await inOwnProcess<Measured>(
          "conversation-worker.mjs",
          kind,
          String(calls),
        );
        print(
          `${kind === "whole" ? "the history in every call" : "calls that name the one before"}: ${calls} calls of ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s of processor time, ${megabytes.toFixed(0)} MB at the highest`,
        );
        if (rows !== 1 || targets !== calls)
          faults.push(`${kind}, ${calls} calls: ${targets} targets in ${rows} rows.`);
        if (kind === "whole") perByte.push(seconds / bytes);
      }
    }
    const ratio = (perByte.at(-1) ?? Number.NaN) / (perByte[0] ?? Number.NaN);
    print(`a byte of the longest costs ${ratio.toFixed(2)} of one of the shortest (promised: up to ${BOUND})`);
    if (!(ratio <= BOUND)) faults.push(`A byte costs ${ratio.toFixed(2)} times as much in the longest conversation.`);
    if (faults.length > 0) throw new Error(faults.join("\n"));
  },
};
export default bench;
