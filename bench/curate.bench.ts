import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CurateOptions } from "langsmith-finetune";
import { sideBySide, type Bench } from "./bench.js";
import { inOwnProcess } from "./own-process.js";
import { isBuilt, langsmithFinetune } from "./package.js";
import { benchRows } from "./rows.mjs";

const COUNT = 10_000;
/** What validation, exact duplicates and split together may cost, in multiples of reading and writing the rows. */
const BOUND = 2;
/** The rows of the measurement of memory, and the resident memory that the project promises to stay under, in megabytes. */
const MEMORY_COUNT = Number(process.env.BENCH_ROWS ?? 1_000_000);
const LIMIT = 300;

const bench: Bench = {
  name: "curation against reading and writing, and its memory",
  async run(print) {
    const missed = [await time(print), ...(await memory(print))].filter((line) => line !== undefined);
    if (missed.length > 0) throw new Error(`Missed: ${missed.join("; ")}.`);
  },
};
export default bench;

async function time(print: (line: string) => void): Promise<string | undefined> {
  const { curate, readJsonl, withSource, writeDataset, writeJsonl } = langsmithFinetune;
  const folder = await mkdtemp(join(tmpdir(), "bench-curate-"));
  try {
    const path = join(folder, "rows.jsonl");
    const { bytes } = await writeJsonl(path, benchRows(COUNT, withSource));
    const rows = [...benchRows(COUNT, withSource)];
    const split = { validation: 0.1, test: 0.05, nearDuplicates: false };
    const core: CurateOptions = { scan: false, split, join: false };
    const seconds = await sideBySide(
      {
        "read a file and write it": () => writeJsonl(join(folder, "copy.jsonl"), readJsonl(path)),
        "validate, exact duplicates, split": () => curate(rows, core),
        "  with joined conversations and the sampled scan": () => curate(rows, { split }),
        "  and near duplicates on one side": () => curate(rows, { split: { validation: 0.1, test: 0.05 } }),
        "read, the three steps, write": async () =>
          writeDataset(join(folder, "set"), await curate(path, core), { report: false }),
      },
      { rounds: 5, warmUp: 1, processor: true },
    );
    const floor = seconds["read a file and write it"];
    print(`${COUNT} rows of ${(bytes / COUNT / 1000).toFixed(1)} KB, processor time, medians of 5 rounds side by side`);
    for (const [name, taken] of Object.entries(seconds)) {
      print(
        `${name.padEnd(38)}${((taken / COUNT) * 1e6).toFixed(1).padStart(6)} µs a row, ${(taken / floor).toFixed(2)} of reading and writing`,
      );
    }
    const ratio = seconds["validate, exact duplicates, split"] / floor;
    return ratio > BOUND
      ? `the three steps took ${ratio.toFixed(2)} times reading and writing, not ${BOUND}`
      : undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function memory(print: (line: string) => void): Promise<string[]> {
  if (!isBuilt) {
    print("memory not measured: it runs on the build (npm run build)");
    return [];
  }
  const missed: string[] = [];
  const everything: CurateOptions = {
    split: true,
    deduplicate: { near: { threshold: 0.8 }, perPrompt: 5 },
    trainOn: "last",
    redact: { salt: "bench", detectors: ["email", "credit-card"] },
    sample: { fraction: 0.9 },
  };
  const settings: [name: string, options: CurateOptions, fromFile?: boolean][] = [
    ["with the defaults", {}],
    ["with a split by thread", { split: { nearDuplicates: false } }],
    ["with split: true", { split: true }],
    ["with near duplicates removed and split: true", { split: true, deduplicate: { near: { threshold: 0.8 } } }],
    ["with that, perPrompt, trainOn, redact and sample", everything],
    ["from a file to a dataset in files, split: true", { split: true }, true],
  ];
  const folder = await mkdtemp(join(tmpdir(), "bench-curate-"));
  try {
    for (const [name, options, fromFile = false] of settings) {
      if (fromFile)
        await langsmithFinetune.writeJsonl(
          join(folder, "rows.jsonl"),
          benchRows(MEMORY_COUNT, langsmithFinetune.withSource),
        );
      const { rows, kept, trained, megabytes, seconds } = await inOwnProcess<Measured>(
        "curate-memory-worker.mjs",
        String(MEMORY_COUNT),
        JSON.stringify(options),
        ...(fromFile ? [folder] : []),
      );
      print(
        `${rows.toLocaleString("en")} rows ${name}: ${megabytes.toFixed(0)} MB at the highest (under ${LIMIT} MB), ${seconds.toFixed(0)} s of processor time, ${kept.toLocaleString("en")} kept, ${trained.toLocaleString("en")} for training`,
      );
      if (rows !== MEMORY_COUNT) missed.push(`only ${rows} of ${MEMORY_COUNT} rows came in ${name}`);
      if (megabytes >= LIMIT) missed.push(`${megabytes.toFixed(0)} MB ${name}, not under ${LIMIT} MB`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return missed;
}

interface Measured {
  rows: number;
  kept: number;
  trained: number;
  megabytes: number;
  seconds: number;
}
