// Rows compared by meaning, each way in a process of its own, with a stand-in for the embeddings: what is measured is what comes after them.
import type { Bench } from "./bench.js";
import { inOwnProcess } from "./own-process.js";

const COUNT = Number(process.env.BENCH_ROWS ?? 100_000);
/** As many as are compared exactly by default. */
const COMPARED = Math.min(COUNT, 20_000);
const DIMENSIONS = 384;
/** What the project promises: nothing goes that is not near to what stays, and the index misses one of a hundred at most. */
const RECALL = 0.99;
/** Resident memory, in megabytes. */
const LIMIT = 400;

interface Measured {
  kept: number;
  gone: number[];
  megabytes: number;
  seconds: number;
}

const measure = (count: number, way: string) =>
  inOwnProcess<Measured>("meaning-worker.mjs", String(count), String(DIMENSIONS), way);

const bench: Bench = {
  name: `${COUNT.toLocaleString("en")} rows by meaning, stand-in vectors of ${DIMENSIONS} numbers`,
  needsBuild: true,
  async run(print) {
    const faults: string[] = [];
    const say = (name: string, { seconds, megabytes, kept }: Measured) => {
      print(
        `${name}: ${seconds.toFixed(0)} s of processor time, ${megabytes.toFixed(0)} MB at the highest (under ${LIMIT} MB), ${kept.toLocaleString("en")} rows stay`,
      );
      if (megabytes >= LIMIT) faults.push(`${name}: ${megabytes.toFixed(0)} MB`);
    };
    const exact = await measure(COMPARED, "exact");
    const index = await measure(COMPARED, "hnsw");
    say(`${COMPARED.toLocaleString("en")} rows, exact`, exact);
    say(`${COMPARED.toLocaleString("en")} rows, index`, index);
    const expected = new Set(exact.gone);
    const right = index.gone.filter((line) => expected.has(line)).length;
    const [precision, recall] = [right / index.gone.length, right / exact.gone.length];
    print(
      `the index against the exact search: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, ${(index.seconds / exact.seconds).toFixed(2)} of its time`,
    );
    if (!(recall >= RECALL)) faults.push(`recall ${recall.toFixed(4)}`);
    say(`${COUNT.toLocaleString("en")} rows, index`, await measure(COUNT, "hnsw"));
    say(`${COUNT.toLocaleString("en")} rows, a diverse sample`, await measure(COUNT, "diverse"));
    if (faults.length > 0) throw new Error(`Missed: ${faults.join("; ")}.`);
  },
};
export default bench;
