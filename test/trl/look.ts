// Jobs that are written and not trained, and what TRL would learn of them.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type FineTuneOptions, startFineTune } from "langsmith-finetune";
import type { Runner } from "langsmith-finetune/backends/trl";

const script = fileURLToPath(new URL("learned_tokens.py", import.meta.url));

/** Writes the job's folder as every runner gets it, and starts nothing. */
export const writeOnly: Runner = {
  name: "write-only",
  local: false,
  plan: ({ directory }) => ({ directory }),
  start: (_, plan) => Promise.resolve(plan),
  status: () => Promise.resolve({ state: "succeeded", rawStatus: "written" }),
  log: (_, offset) => Promise.resolve({ text: "", next: offset }),
  stop: () => Promise.resolve(),
  result: ({ directory }) => Promise.resolve(join(String(directory), "output")),
};

/** The folder of a job that is written. Its backend must have the runner `writeOnly`. */
export async function writeJob(options: FineTuneOptions): Promise<string> {
  const { reference } = await startFineTune(options);
  const { handle } = reference.details as { handle: { directory: string } };
  return handle.directory;
}

export interface LearnedRow {
  /** The whole row as the model gets it. */
  text: string;
  /** The stretches of it that carry loss. */
  learned: string[];
}

export interface LearnedJob {
  folder: string;
  rows?: LearnedRow[];
  error?: string;
}

/** What TRL's trainer would learn of each job. */
export async function learnedOf(
  python: string,
  method: "sft" | "kto",
  folders: readonly string[],
): Promise<LearnedJob[]> {
  await promisify(execFile)(python, [script, method, ...folders], {
    maxBuffer: 256 * 2 ** 20,
    env: { ...process.env, HF_HUB_OFFLINE: "1", TOKENIZERS_PARALLELISM: "false" },
  });
  return Promise.all(
    folders.map(async (folder) => JSON.parse(await readFile(join(folder, "learned.json"), "utf8")) as LearnedJob),
  );
}
