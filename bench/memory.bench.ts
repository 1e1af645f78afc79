import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.js";
import { isBuilt } from "./package.js";

/** The resident memory that the project promises to stay under, in megabytes. */
const LIMIT = 200;
const COUNT = Number(process.env.BENCH_RUNS ?? 1_000_000);

const bench: Bench = {
  name: `${COUNT.toLocaleString("en")} runs through load, convert and write`,
  async run(print) {
    if (!isBuilt) {
      print("not measured: it runs on the build (npm run build)");
      return;
    }
    const { rows, megabytes, seconds } = await inOwnProcess();
    print(`${rows.toLocaleString("en")} rows in ${seconds.toFixed(0)} s, the making of the runs included`);
    print(`resident memory at its highest: ${megabytes.toFixed(0)} MB (under ${LIMIT} MB)`);
    if (rows !== COUNT) throw new Error(`Only ${rows} of ${COUNT} runs gave a row.`);
    if (megabytes >= LIMIT) throw new Error(`Missed: ${megabytes.toFixed(0)} MB, not under ${LIMIT} MB.`);
  },
};
export default bench;

// Its own process: the highest memory of this one is that of whatever ran before.
async function inOwnProcess(): Promise<{ rows: number; megabytes: number; seconds: number }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("memory-worker.mjs", import.meta.url)), String(COUNT)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const data of child.stdout) output += String(data);
  if (output === "") throw new Error("The process that was measured failed.");
  return JSON.parse(output) as { rows: number; megabytes: number; seconds: number };
}
