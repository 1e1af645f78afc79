// The memory of a million runs on their way to rows, each way in a process of its own: the highest
// memory of this one is that of whatever ran before.
import type { Bench } from "./bench.js";
import { inOwnProcess } from "./own-process.js";
import { startRunsServer } from "./runs-server.js";

/** The resident memory that the project promises to stay under, in megabytes. */
const LIMIT = 200;
const COUNT = Number(process.env.BENCH_RUNS ?? 1_000_000);

const bench: Bench = {
  name: `memory of ${COUNT.toLocaleString("en")} runs on their way to rows`,
  needsBuild: true,
  async run(print) {
    const faults: string[] = [];
    const measure = async (name: string, worker: string, argument: string) => {
      const { rows, megabytes, seconds } = await inOwnProcess<{ rows: number; megabytes: number; seconds: number }>(
        worker,
        argument,
      );
      print(
        `${name}: ${megabytes.toFixed(0)} MB of resident memory at the highest (under ${LIMIT} MB), ${rows.toLocaleString("en")} rows in ${seconds.toFixed(0)} s`,
      );
      if (rows !== COUNT) faults.push(`${name}: only ${rows} of ${COUNT} runs gave a row.`);
      if (megabytes >= LIMIT) faults.push(`${name}: missed, ${megabytes.toFixed(0)} MB is not under ${LIMIT} MB.`);
    };
    await measure("load, convert, write", "memory-worker.mjs", String(COUNT));
    await using server = await startRunsServer({ count: COUNT });
    const query = { projectName: "bot", since: "2026-10-01", until: "2026-11-01" };
    await measure(
      "select, load, convert, write",
      "memory-select-worker.mjs",
      JSON.stringify({ url: server.url, query }),
    );
    if (faults.length > 0) throw new Error(faults.join("\n"));
  },
};
export default bench;
