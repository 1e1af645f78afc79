// Rows to a dataset: checked by the provider's rules, cleaned, divided without leakage, with a report.
import { curate, readJsonl, type TrainingExample, writeDataset } from "langsmith-finetune";
import { together } from "langsmith-finetune/backends/together";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Rows as the step before gives them, and the faults that those of real traces have.
const row = (question: string, answer?: string): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    ...(answer === undefined ? [] : [{ role: "assistant" as const, content: answer }]),
  ],
});
const rows = [
  ...Array.from({ length: 40 }, (_, index) =>
    row(`What is the capital of country ${index}?`, `The capital of country ${index} is city ${index}.`),
  ),
  row("What is the capital of country 3?", "The capital of country 3 is city 3."),
  row("Who can help me?", "Write to jane.doe@example.com and she will."),
  row("And then?"),
];

// Nothing is asked of the provider: its rules and its model are what is taken from the backend.
const curated = await curate(rows, {
  backend: together({ model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference" }),
  tokens: false,
  redact: { detectors: ["email"], salt: "keep this one secret" },
  split: { validation: 0.2, seed: "capitals" },
  title: "Capitals",
  onSkip: ({ code, message, line }) => console.log(`row ${line} is left out: ${code}: ${message}`),
});
console.log(curated.report.rows);

const folder = await mkdtemp(join(tmpdir(), "curate-"));
const manifest = await writeDataset(folder, curated);
for (const { path, rows: count, sha256 } of manifest.splits) console.log(`${path}: ${count} rows, SHA-256 ${sha256}`);
console.log((await readdir(folder)).join(" "));
for await (const { messages } of readJsonl(join(folder, "train.jsonl"))) {
  if (JSON.stringify(messages).includes("Who can help")) console.log("redacted:", messages.at(-1)?.content);
}
await rm(folder, { recursive: true });
