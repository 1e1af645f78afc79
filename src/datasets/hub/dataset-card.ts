import type { SplitName } from "../../curate/split/assign-splits.js";
import type { DatasetManifest } from "../../curate/write-dataset.js";
import { packageVersion } from "../../internal/package-version.js";

/** What the card says. */
export interface CardContent {
  readonly title: string;
  readonly files: readonly { readonly split: SplitName; readonly path: string; readonly rows: number }[];
  readonly format: "jsonl" | "parquet";
  readonly licence: string | undefined;
  readonly manifest: DatasetManifest | undefined;
}

/** The README of a dataset on the Hub: where the splits are, how many rows, and how they were chosen. */
export function datasetCard({ title, files, format, licence, manifest }: CardContent): string {
  const total = files.reduce((sum, { rows }) => sum + rows, 0);
  const front = [
    "---",
    ...(licence === undefined ? [] : [`license: ${JSON.stringify(licence)}`]),
    `pretty_name: ${JSON.stringify(title)}`,
    "task_categories:",
    "- text-generation",
    "tags:",
    "- langsmith-finetune",
    "configs:",
    "- config_name: default",
    "  data_files:",
    ...files.flatMap(({ split, path }) => [`  - split: ${split}`, `    path: ${path}`]),
    "---",
  ];
  const body = [
    `# ${title}`,
    "",
    `${total} rows for fine-tuning a chat model, in OpenAI's chat format, made of LangSmith traces by ${packageVersion.name} ${packageVersion.version}.`,
    ...(format === "parquet" ? ["", "Each column holds the JSON text of its values: parse it before training."] : []),
    "",
    "| Split | Rows | File |",
    "|---|---|---|",
    ...files.map(({ split, path, rows }) => `| ${split} | ${rows} | \`${path}\` |`),
    "",
    ...(manifest ? provenance(manifest) : []),
    "## Licence",
    "",
    licence ??
      "Not set. The rows hold what users wrote and what a model answered: check whose data it is, and the terms of the model that answered, before you choose one.",
    "",
  ];
  return [...front, "", ...body].join("\n");
}

function provenance({ sha256, rows, removed, options, query }: DatasetManifest): string[] {
  const left = Object.entries(removed);
  return [
    "## How it was made",
    "",
    `Version \`${sha256}\`: ${rows.kept} of ${rows.in} rows were kept.`,
    "",
    ...(left.length === 0
      ? []
      : ["| Left out | Rows |", "|---|---|", ...left.map(([reason, count]) => `| ${cell(reason)} | ${count} |`), ""]),
    ...(query === undefined ? [] : ["Query:", "", ...json(query), ""]),
    "Options:",
    "",
    ...json(options),
    "",
  ];
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const json = (value: unknown): string[] => ["```json", JSON.stringify(value, null, 2), "```"];
