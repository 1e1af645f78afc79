import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  convertMessagesForFinetuning,
  LangSmithRunChatLoader,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";

/** A captured run and what it must give; made by `test/capture`. */
export interface Fixture {
  name: string;
  tracer: string;
  versions: Record<string, string>;
  run: Record<string, unknown>;
  expected: { convert: TrainingExample } | { skip: string };
}

const folder = fileURLToPath(new URL("../fixtures/langsmith/", import.meta.url));

// One file for each tracer, one line for each run.
export const fixtures: readonly Fixture[] = readdirSync(folder)
  .filter((file) => file.endsWith(".jsonl"))
  .flatMap((file) => readFileSync(`${folder}${file}`, "utf8").trimEnd().split("\n"))
  .map((line) => JSON.parse(line) as Fixture);

export function fixture(name: string): Fixture {
  const found = fixtures.find((entry) => entry.name === name);
  if (!found) throw new Error(`There is no fixture ${name}.`);
  return found;
}

/** Runs end to end, from the loader to rows, and what was left out on it. */
export async function convertRuns(
  runs: Iterable<object | string>,
): Promise<{ rows: TrainingExample[]; skips: Skip[] }> {
  const rows: TrainingExample[] = [];
  const skips: Skip[] = [];
  const onSkip = (skip: Skip) => void skips.push(skip);
  for await (const row of convertMessagesForFinetuning(new LangSmithRunChatLoader({ runs, onSkip }), { onSkip }))
    rows.push(row);
  return { rows, skips };
}
