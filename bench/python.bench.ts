import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, type Bench } from "./bench.js";
import { rowLine } from "./row-line.js";
import { runLine } from "./runs.mjs";

const COUNT = 4000;
/** Of each round the fastest pass counts, on both sides: what else the machine does only makes a pass slower. */
const ROUNDS = 7;
const PASSES = 5;
/** The share of the rate of parsing the run and writing the row, with nothing in between, that the project promises. */
const LIMIT = 0.7;

const bench: Bench = {
  name: "against the Python original",
  async run(print) {
    const command = process.env.BENCH_PYTHON ?? "python3";
    if (spawnSync(command, ["-c", "import langchain_community, langsmith"], { stdio: "ignore" }).status !== 0) {
      print(`not measured: ${command} has no langchain-community (BENCH_PYTHON names another)`);
      return;
    }
    // Those of LangChain, which are the ones that Python's loader reads.
    const lines = Array.from({ length: COUNT }, (_, index) => runLine(index)).filter((line) =>
      line.includes('"generations":'),
    );
    // Parsed again: V8 would make all later rows where those that are kept are, which costs a quarter.
    const examples = lines.map((line): unknown => JSON.parse(rowLine(line)));
    const folder = await mkdtemp(join(tmpdir(), "bench-python-"));
    try {
      const input = join(folder, "runs.jsonl");
      await writeFile(input, `${lines.join("\n")}\n`);
      const times: Record<"ours" | "json" | "python", number[]> = { ours: [], json: [], python: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        times.ours.push(fastest(() => lines.forEach((line) => rowLine(line))));
        times.json.push(
          fastest(() => lines.forEach((line, index) => (JSON.parse(line), JSON.stringify(examples[index])))),
        );
        times.python.push(python(command, input, lines.length));
      }
      const each = (seconds: readonly number[]) => `${((median(seconds) / lines.length) * 1e6).toFixed(1)} µs a run`;
      const multiples = (seconds: readonly number[]) => {
        const all = seconds
          .map((one, round) => (times.python[round] as number) / one)
          .sort((left, right) => left - right);
        return `${median(all).toFixed(1)} times as fast (${all.map((one) => one.toFixed(1)).join(", ")})`;
      };
      print(
        `${lines.length} runs of LangChain, the fastest of ${PASSES} passes in each of ${ROUNDS} rounds, medians of the rounds`,
      );
      print(`the Python original                          ${each(times.python)}`);
      print(`one run to one row, function by function     ${each(times.ours)}, ${multiples(times.ours)}`);
      print(
        `JSON.parse of the run, stringify of the row  ${each(times.json)}, ${multiples(times.json)}: nothing that parses whole runs can be faster`,
      );
      const share = median(times.json.map((one, round) => one / (times.ours[round] as number)));
      print(`ours is ${share.toFixed(2)} of that rate (at least ${LIMIT})`);
      if (share < LIMIT) throw new Error(`Missed: ${share.toFixed(2)} of the rate of JSON alone, not ${LIMIT}.`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
export default bench;

/** Seconds of the fastest of several passes. */
function fastest(pass: () => void): number {
  let best = Infinity;
  for (let index = 0; index < PASSES; index += 1) {
    const start = performance.now();
    pass();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}

/** The same of langchain-community's loader, which gets its runs flattened as it needs them; parsing them is measured. */
function python(command: string, input: string, count: number): number {
  const script = fileURLToPath(new URL("python-original.py", import.meta.url));
  const { stdout, stderr, status } = spawnSync(command, ["-W", "ignore", script, input, String(PASSES)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The Python original ended with ${status}: ${stderr}`);
  const { seconds, rows } = JSON.parse(stdout) as { seconds: number; rows: number };
  if (rows !== count) throw new Error(`The Python original gave ${rows} rows of ${count} runs.`);
  return seconds;
}
