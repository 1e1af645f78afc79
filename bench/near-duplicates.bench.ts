import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TrainingExample } from "langsmith-finetune";
import { median, type Bench } from "./bench.js";
import { langsmithFinetune } from "./package.js";

const COUNT = Number(process.env.BENCH_ROWS ?? 12_000);
const THRESHOLD = 0.85;
const ROUNDS = 5;
/** What the project promises: no row goes without a true twin, and of a hundred that have one, one at most stays. */
const PRECISION = 1;
const RECALL = 0.99;
/** And it takes no longer than rensa. */
const RATIO = 1;

const bench: Bench = {
  name: "near duplicates against an exact comparison, and against rensa",
  async run(print) {
    const rows = makeRows();
    const shingles = rows.map(shinglesOf);
    const expected = exactly(shingles);
    const own: number[] = [];
    const theirs: number[] = [];
    let kept = new Set<TrainingExample>();
    let python: Python | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = process.cpuUsage();
      kept = new Set();
      const options = { exact: false, near: { threshold: THRESHOLD }, onSkip() {} };
      for await (const row of langsmithFinetune.deduplicate(rows, options)) kept.add(row);
      const { user, system } = process.cpuUsage(began);
      own.push((user + system) / 1e6);
      python = inPython(rows);
      if (python) theirs.push(python.seconds);
    }
    const gone = [...rows.keys()].filter((row) => !kept.has(rows[row] as TrainingExample));
    const ours = rate(gone, expected, shingles);
    // JavaScript is compiled while it runs: the first round says what a process of its own takes.
    const [first = 0, ...warm] = own;
    print(`${COUNT} rows, threshold ${THRESHOLD}, processor time, medians of ${ROUNDS - 1} rounds side by side`);
    print(`deduplicate  ${median(warm).toFixed(2)} s, the round before them ${first.toFixed(2)} s, ${wordsOf(ours)}`);
    if (python) {
      print(`rensa        ${median(theirs).toFixed(2)} s, ${wordsOf(rate(python.gone, expected, shingles))}`);
      const ratio = median(warm) / median(theirs);
      print(
        `deduplicate takes ${ratio.toFixed(2)} of rensa's time, the first round ${(first / median(theirs)).toFixed(2)}`,
      );
      if (ratio > RATIO) throw new Error(`Missed: ${ratio.toFixed(2)} of rensa's time, not ${RATIO}.`);
    } else print("rensa        not measured: pip install rensa, and name that python in BENCH_PYTHON");
    if (ours.precision < PRECISION || ours.recall < RECALL) throw new Error(`Missed: ${wordsOf(ours)}.`);
  },
};
export default bench;

interface Rate {
  readonly precision: number;
  readonly recall: number;
}

const wordsOf = ({ precision, recall }: Rate) => `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`;

/** Rows of which one in eight is another with up to a tenth of its words changed. */
function makeRows(): TrainingExample[] {
  let state = 12_345;
  const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const word = () => `w${Math.floor(random() ** 2 * 3_000)}`;
  const texts: string[][] = [];
  for (let index = 0; index < COUNT; index += 1) {
    const other = texts[Math.floor(random() * texts.length)];
    if (other && random() < 0.12) {
      const text = [...other];
      for (let changes = Math.floor(random() * 0.09 * text.length); changes > 0; changes -= 1)
        text[Math.floor(random() * text.length)] = word();
      texts.push(text);
    } else texts.push(Array.from({ length: 60 + Math.floor(random() * 120) }, word));
  }
  return texts.map((text) => ({
    messages: [
      { role: "user", content: text.join(" ") },
      { role: "assistant", content: "Done, thanks for asking." },
    ],
  }));
}

function shinglesOf({ messages }: TrainingExample): Set<string> {
  const words = messages.flatMap(({ role, content }) => [
    role,
    ...(String(content)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []),
  ]);
  return new Set(words.slice(2).map((last, index) => `${words[index]} ${words[index + 1]} ${last}`));
}

/** Rows by the shingles that they have. */
type Holders = Map<string, number[]>;

function hold(holders: Holders, row: number, own: ReadonlySet<string>): void {
  for (const shingle of own) {
    const others = holders.get(shingle);
    if (others) others.push(row);
    else holders.set(shingle, [row]);
  }
}

/** Whether one of the rows that are held is so similar: all that share a shingle are compared. */
function hasTwin(own: ReadonlySet<string>, holders: Holders, shingles: readonly Set<string>[]): boolean {
  const shared = new Map<number, number>();
  for (const shingle of own) for (const row of holders.get(shingle) ?? []) shared.set(row, (shared.get(row) ?? 0) + 1);
  return [...shared].some(([row, both]) => both / (own.size + (shingles[row]?.size ?? 0) - both) >= THRESHOLD);
}

/** The rows that go when each is compared with all that stay before it. */
function exactly(shingles: readonly Set<string>[]): Set<number> {
  const gone = new Set<number>();
  const holders: Holders = new Map();
  for (const [row, own] of shingles.entries()) {
    if (hasTwin(own, holders, shingles)) gone.add(row);
    else hold(holders, row, own);
  }
  return gone;
}

/** How many of the rows that went had to, and how many of those that had to did. */
function rate(gone: readonly number[], expected: ReadonlySet<number>, shingles: readonly Set<string>[]): Rate {
  const left = new Set(gone);
  const holders: Holders = new Map();
  for (const [row, own] of shingles.entries()) if (!left.has(row)) hold(holders, row, own);
  const right = gone.filter((row) => hasTwin(shingles[row] as Set<string>, holders, shingles));
  return {
    precision: right.length / gone.length,
    recall: [...expected].filter((row) => left.has(row)).length / expected.size,
  };
}

interface Python {
  readonly seconds: number;
  readonly gone: readonly number[];
}

function inPython(rows: readonly TrainingExample[]): Python | undefined {
  const script = fileURLToPath(new URL("near-duplicates.py", import.meta.url));
  const input = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  try {
    const output = execFileSync(process.env.BENCH_PYTHON ?? "python3", [script, String(THRESHOLD)], {
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    return JSON.parse(output) as Python;
  } catch {
    // There is no Python, or it has no rensa.
    return undefined;
  }
}
