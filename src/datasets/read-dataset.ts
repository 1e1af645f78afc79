import { join } from "node:path";
import { readJsonl } from "../convert/read-jsonl.js";
import { SPLITS, type SplitName } from "../curate/split/assign-splits.js";
import type { DatasetManifest } from "../curate/write-dataset.js";
import { readFileLines } from "../internal/files/read-file-lines.js";
import { isRecord } from "../internal/is-record.js";
import { abortSignal, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { chunksOf, reiterableChunks } from "../internal/step.js";
import { withSource } from "../source.js";
import type { DatasetRow, ExampleSource, TrainingExample } from "../types.js";
import { checkFiles, conflict, readManifest } from "./manifest.js";

/** Options of {@link readDataset}. */
export interface ReadDatasetOptions {
  /**
   * Compare the files with the hashes of the manifest first.
   * @default true
   */
  verify?: boolean;
  signal?: AbortSignal;
}

/** A dataset as it lies in a folder. */
export interface StoredDataset<T = TrainingExample> {
  readonly folder: string;
  readonly manifest: DatasetManifest;
  /** Each can be read as often as one likes. A row has the source that was written beside it, with its split. */
  readonly train: AsyncIterable<T>;
  readonly validation: AsyncIterable<T>;
  readonly test: AsyncIterable<T>;
}

/**
 * Opens a dataset that `writeDataset` wrote: its manifest, and its rows with their sources, read line by line while
 * you iterate.
 *
 * @throws {InvalidOptionError} if the folder is not a dataset.
 * @throws {DatasetConflictError} for a manifest of another format, and for files that were edited after they were written.
 *
 * @example
 * ```ts
 * import { readDataset, sourceOf } from "langsmith-finetune";
 *
 * const { manifest, train } = await readDataset("datasets/support");
 * console.log(manifest.sha256, manifest.rows.kept);
 * for await (const row of train) console.log(sourceOf(row).threadId, row.messages.length);
 * ```
 */
export async function readDataset<T extends DatasetRow = TrainingExample>(
  folder: string,
  options: ReadDatasetOptions = {},
): Promise<StoredDataset<T>> {
  checkArgument("folder", folder, text);
  checkOptions<ReadDatasetOptions>("readDataset", options, {
    verify: { expected: "true or false", fits: (value) => typeof value === "boolean" },
    signal: abortSignal,
  });
  const { verify = true, signal } = options;
  const manifest = await readManifest(folder);
  if (verify) await checkFiles(folder, manifest, signal);
  return storedDataset<T>(folder, manifest, signal);
}

/** The rows of a folder whose manifest was read. */
export function storedDataset<T extends DatasetRow>(
  folder: string,
  manifest: DatasetManifest,
  signal?: AbortSignal,
): StoredDataset<T> {
  const part = (name: SplitName): AsyncIterable<T> => {
    const found = manifest.splits.find(({ split }) => split === name);
    return reiterableChunks(async function* (size) {
      if (found) yield* rowsWithSources<T>(folder, found, size, signal);
    });
  };
  const [train, validation, test] = SPLITS.map(part) as [AsyncIterable<T>, AsyncIterable<T>, AsyncIterable<T>];
  return { folder, manifest, train, validation, test };
}

async function* rowsWithSources<T extends DatasetRow>(
  folder: string,
  { path, sources, split }: DatasetManifest["splits"][number],
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly T[], void, undefined> {
  const lines = sourcesIn(join(folder, sources.path), signal);
  try {
    for await (const chunk of chunksOf(readJsonl<T>(join(folder, path), { ...(signal && { signal }) }), size)) {
      const rows: T[] = [];
      for (const row of chunk) {
        const source = await lines.next();
        if (source.done) throw unequal(folder, path, sources.path);
        rows.push(withSource(row, { ...source.value, splits: [split] }));
      }
      yield rows;
    }
    if (!(await lines.next()).done) throw unequal(folder, path, sources.path);
  } finally {
    await lines.return();
  }
}

async function* sourcesIn(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExampleSource, void, undefined> {
  for await (const { lines } of readFileLines(path, { ...(signal && { signal }) })) {
    for (const line of lines) {
      if (typeof line !== "string" || line.trim() === "") continue;
      const source: unknown = JSON.parse(line);
      yield isRecord(source) ? source : {};
    }
  }
}

const unequal = (folder: string, rows: string, sources: string) =>
  conflict(
    folder,
    [{ code: "edited-file", file: sources, message: `${rows} and ${sources} do not have the same number of lines.` }],
    "Write the dataset again.",
  );
