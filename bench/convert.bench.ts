import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sideBySide, type Bench } from "./bench.js";
import { langsmithFinetune } from "./package.js";
import { rowLine } from "./row-line.js";
import { runLine } from "./runs.mjs";

const { convertMessagesForFinetuning, loadChatSessions, writeJsonl } = langsmithFinetune;
const COUNT = 4000;
/** The share of the bare floor's rate that the project promises. */
const FLOOR = 0.8;

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
      const perSecond = (seconds: number) =>
        `${Math.round(COUNT / seconds).toLocaleString("en")} runs/s, ${((seconds / COUNT) * 1e6).toFixed(1)} µs each`;
      // From line to line: the floor writes no file.
      const ratio = rate.floor / rate.iterated;
      print(`${COUNT} runs of ${(bytes / COUNT / 1000).toFixed(1)} KB, medians of 9 rounds side by side`);
      print(`JSON.parse and JSON.stringify alone      ${perSecond(rate.floor)}`);
      print(
        `one run to one row, function by function ${perSecond(rate.functions)}, ${(rate.floor / rate.functions).toFixed(2)} of the floor`,
      );
      print(
        `pipeline, each row as a line             ${perSecond(rate.iterated)}, ${ratio.toFixed(2)} of the floor (at least ${FLOOR})`,
      );
      print(
        `pipeline into writeJsonl, file and hash  ${perSecond(rate.whole)}, ${(rate.floor / rate.whole).toFixed(2)} of the floor`,
      );
      const { rows: written } = await writeJsonl(join(folder, "rows.jsonl"), rows(lines));
      if (written !== COUNT) throw new Error(`Only ${written} of ${COUNT} runs gave a row.`);
      if (ratio < FLOOR) throw new Error(`Missed: ${ratio.toFixed(2)} of the floor, not ${FLOOR}.`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
export default bench;

function rows(lines: readonly string[]) {
  return convertMessagesForFinetuning(
    loadChatSessions(lines, { onSkip: ({ code, message }) => console.error(code, message) }),
  );
}

async function iterate(lines: readonly string[]): Promise<number> {
  let characters = 0;
  for await (const row of rows(lines)) characters += JSON.stringify(row).length;
  return characters;
}
