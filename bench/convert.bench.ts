import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sideBySide, type Bench } from "./bench.js";
import { langsmithFinetune } from "./package.js";
import { runLine } from "./runs.mjs";

const { convertMessagesForFinetuning, convertRunToChatSession, convertSessionToExample, loadChatSessions, writeJsonl } = langsmithFinetune;
const COUNT = 4000;
/** The share of the bare floor's rate, and the multiple of the Python original's, that the project promises. */
const FLOOR = 0.8;
const PYTHON = 8;
/** Rounds of the comparison with Python, odd. */
const ROUNDS = 7;

const bench: Bench = {
  name: "from the line of a run to the line of its row",
  async run(print) {
    const lines = Array.from({ length: COUNT }, (_, index) => runLine(index));
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    const folder = await mkdtemp(join(tmpdir(), "bench-convert-"));
    try {
      const rate = await sideBySide({
        floor: () => lines.reduce((sum, line) => sum + JSON.stringify(JSON.parse(line)).length, 0),
        functions: () => lines.reduce((sum, line) => sum + rowLine(line).length, 0),
        whole: () => writeJsonl(join(folder, "rows.jsonl"), rows(lines)),
        iterated: () => iterate(lines),
      });
      const perSecond = (seconds: number) => `${Math.round(COUNT / seconds).toLocaleString("en")} runs/s, ${((seconds / COUNT) * 1e6).toFixed(1)} µs each`;
      // From line to line: the floor writes no file.
      const ratio = rate.floor / rate.iterated;
      print(`${COUNT} runs of ${(bytes / COUNT / 1000).toFixed(1)} KB, medians of 9 rounds side by side`);
      print(`JSON.parse and JSON.stringify alone      ${perSecond(rate.floor)}`);
      print(`one run to one row, function by function ${perSecond(rate.functions)}, ${(rate.floor / rate.functions).toFixed(2)} of the floor`);
      print(`pipeline, each row as a line             ${perSecond(rate.iterated)}, ${ratio.toFixed(2)} of the floor (at least ${FLOOR})`);
      print(`pipeline into writeJsonl, file and hash  ${perSecond(rate.whole)}, ${(rate.floor / rate.whole).toFixed(2)} of the floor`);
      const { rows: written } = await writeJsonl(join(folder, "rows.jsonl"), rows(lines));
      if (written !== COUNT) throw new Error(`Only ${written} of ${COUNT} runs gave a row.`);
      const times = await timesPython(lines, folder, print);
      if (times !== undefined && times < PYTHON) throw new Error(`Missed: ${times.toFixed(1)} times the Python original, not ${PYTHON}.`);
      if (ratio < FLOOR) throw new Error(`Missed: ${ratio.toFixed(2)} of the floor, not ${FLOOR}.`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
export default bench;

function rows(lines: readonly string[]) {
  return convertMessagesForFinetuning(loadChatSessions(lines, { onSkip: ({ code, message }) => console.error(code, message) }));
}

function rowLine(line: string): string {
  const loaded = convertRunToChatSession(line);
  const converted = "session" in loaded ? convertSessionToExample(loaded.session) : loaded;
  if ("skip" in converted) throw new Error(converted.skip.message);
  return JSON.stringify(converted.example);
}

async function iterate(lines: readonly string[]): Promise<number> {
  let characters = 0;
  for await (const row of rows(lines)) characters += JSON.stringify(row).length;
  return characters;
}

/**
 * How many times as fast as langchain-community's loader, which gets its runs parsed and flattened as it
 * needs them, one run after the other on both sides; undefined without it. Both are measured in each
 * round, since the speed of a machine can change between two.
 */
async function timesPython(lines: readonly string[], folder: string, print: (line: string) => void): Promise<number | undefined> {
  const command = process.env.BENCH_PYTHON ?? "python3";
  if (spawnSync(command, ["-c", "import langchain_community, langsmith"], { stdio: "ignore" }).status !== 0) {
    print(`the Python original                      not measured: ${command} has no langchain-community (BENCH_PYTHON names another)`);
    return undefined;
  }
  const input = join(folder, "runs.jsonl");
  await writeFile(input, `${lines.join("\n")}\n`);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let rate = 0;
    // Twice on both sides: the first warms up.
    for (let pass = 0; pass < 2; pass += 1) {
      const start = performance.now();
      for (const line of lines) rowLine(line);
      rate = lines.length / ((performance.now() - start) / 1000);
    }
    const { stdout } = await promisify(execFile)(command, ["-W", "ignore", fileURLToPath(new URL("python-original.py", import.meta.url)), input]);
    const { runs, seconds, rows: given } = JSON.parse(stdout) as { runs: number; seconds: number; rows: number };
    times.push(rate / (runs / seconds));
    if (round === 0) print(`the Python original                      ${Math.round(runs / seconds).toLocaleString("en")} runs/s (${given} rows of the ${runs} runs that it can read)`);
  }
  times.sort((left, right) => left - right);
  const median = times[Math.floor(ROUNDS / 2)] as number;
  print(`times the Python original               ${times.map((one) => one.toFixed(1)).join(", ")}; median ${median.toFixed(1)} (at least ${PYTHON})`);
  return median;
}
