import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { isRecord } from "../internal/is-record.js";
import { type NewFile, openNewFile } from "../internal/files/new-file.js";
import { createJsonlWriter, type JsonlWriter } from "../internal/storage/jsonl-writer.js";
import { blocksOf } from "../internal/storage/row-blocks.js";
import { packageVersion } from "../internal/package-version.js";
import { unwritable } from "../internal/files/unwritable.js";
import type { JsonObject, JsonValue } from "../types.js";
import { SPLITS, type SplitName } from "./split/assign-splits.js";
import { abortSignal, anything, boolean, kind, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { writeParquet } from "./parquet/write-parquet.js";
import type { Curated } from "./curate.js";
import { renderReportHtml } from "./report/render-report.js";

/** Options of {@link writeDataset}. */
export interface WriteDatasetOptions {
  /** Where the rows came from: the query of `selectRuns`, for instance. It goes into the manifest. */
  query?: unknown;
  /** Further notes for the manifest. */
  metadata?: JsonObject;
  /**
   * Write the report too, as `report.json` and `report.html`.
   * @default true
   */
  report?: boolean;
  /**
   * Write each split as Parquet too (`train.parquet`): a column for each key, with the JSON text of its values. Needs the
   * package `hyparquet-writer`.
   * @default false
   */
  parquet?: boolean;
  /** Ends the writing with the signal's reason. What stood in the folder before stays. */
  signal?: AbortSignal;
}

/** A file of a dataset. */
export interface ManifestFile {
  /** Its name in the folder of the manifest. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** What a dataset is made of, as `manifest.json` has it. No time is in it: the same dataset gives the same manifest. */
export interface DatasetManifest {
  readonly format: "langsmith-finetune/dataset@1";
  readonly package: { readonly name: string; readonly version: string };
  readonly title?: string;
  /** SHA-256 over the hashes of the splits: the name of this dataset's content. */
  readonly sha256: string;
  /** Splits that have rows. `sources` has, line by line, where each row came from. */
  readonly splits: readonly (ManifestFile & {
    readonly split: SplitName;
    readonly rows: number;
    readonly sources: ManifestFile;
  })[];
  readonly rows: { readonly in: number; readonly kept: number };
  /** What was left out, by step and reason. */
  readonly removed: Readonly<Record<string, number>>;
  readonly reports: readonly ManifestFile[];
  /** The splits as Parquet, where they were asked for. */
  readonly parquet?: readonly ManifestFile[];
  readonly options: JsonObject;
  readonly query?: JsonValue;
  readonly metadata?: JsonObject;
}

const curatedKind = kind<Curated<object>>(
  "what curate() returns: writeDataset(directory, await curate(rows))",
  (value) =>
    isRecord(value) &&
    isRecord(value.report) &&
    SPLITS.every((split) => {
      const rows = value[split];
      return typeof rows === "object" && rows !== null && Symbol.asyncIterator in rows;
    }),
);

/** What `manifest.json` says that it is. */
export const DATASET_FORMAT = "langsmith-finetune/dataset@1";
export const MANIFEST_FILE = "manifest.json";

/**
 * Writes a curated dataset to a folder: `train.jsonl`, `validation.jsonl` and `test.jsonl` (those that have
 * rows); beside each a `….sources.jsonl` that says, line by line, which run, trace and thread the row came
 * from; the report; and `manifest.json` with the hashes, counts and options, so that anybody can say later
 * what a model was trained on. The same rows and options give the same bytes (with `redact`, if a `salt` is given).
 *
 * All files are written under other names first. The manifest gets its name last, and an older one goes
 * first: a folder with a manifest is complete. Splits of the older dataset that the new one does not have are removed.
 *
 * @returns The manifest.
 * @throws {InvalidOptionError} if the folder cannot be written.
 *
 * @example
 * ```ts
 * import { curate, loadChatSessions, convertMessagesForFinetuning, selectRuns, writeDataset } from "langsmith-finetune";
 *
 * const query = { projectName: "support-bot", since: "2026-11-01" };
 * const examples = convertMessagesForFinetuning(loadChatSessions(selectRuns(query)));
 * const curated = await curate(examples, { split: true });
 * const { splits } = await writeDataset("datasets/november", curated, { query });
 * console.log(splits.map(({ path, rows, sha256 }) => `${path}: ${rows} rows, ${sha256}`));
 * ```
 */
export async function writeDataset(
  directory: string,
  curated: Curated<object>,
  options: WriteDatasetOptions = {},
): Promise<DatasetManifest> {
  checkArgument("directory", directory, text);
  checkArgument("curated", curated, curatedKind);
  checkOptions<WriteDatasetOptions>("writeDataset", options, {
    query: anything,
    metadata: kind("a JSON object", isRecord),
    report: boolean,
    parquet: boolean,
    signal: abortSignal,
  });
  const { query, metadata, report: reporting = true, parquet = false, signal } = options;
  const { report } = curated;
  signal?.throwIfAborted();
  const folder = await openFolder(directory);
  try {
    const splits: DatasetManifest["splits"][number][] = [];
    for (const split of SPLITS) {
      let rows: RowFile | undefined;
      let sources: OutputFile | undefined;
      for await (const block of blocksOf(curated[split])) {
        signal?.throwIfAborted();
        rows ??= await folder.openRows(`${split}.jsonl`);
        sources ??= await folder.open(`${split}.sources.jsonl`);
        await rows.addBlock(block);
        await sources.write(block.sources());
      }
      if (rows && sources) splits.push({ split, ...(await rows.end()), sources: await sources.end() });
    }
    const parquetFiles: ManifestFile[] = [];
    for (const { split } of parquet ? splits : []) {
      const path = `${split}.parquet`;
      parquetFiles.push({ path, ...(await writeParquet(await folder.file(path), curated[split], signal)) });
    }
    const reports: ManifestFile[] = [];
    if (reporting) {
      reports.push(await folder.whole("report.json", `${JSON.stringify(report, null, 2)}\n`));
      reports.push(await folder.whole("report.html", renderReportHtml(report)));
    }
    const manifest: DatasetManifest = {
      format: DATASET_FORMAT,
      package: packageVersion,
      ...(report.title !== undefined && { title: report.title }),
      sha256: createHash("sha256")
        .update(splits.map(({ split, sha256 }) => `${split} ${sha256}\n`).join(""))
        .digest("hex"),
      splits,
      rows: { in: report.rows.in, kept: report.rows.kept },
      removed: Object.fromEntries(report.removed.map(({ step, code, count }) => [`${step}: ${code}`, count])),
      reports,
      ...(parquet && { parquet: parquetFiles }),
      options: report.options,
      ...(query !== undefined && { query: plain(query) }),
      ...(metadata && { metadata }),
    };
    await folder.whole(MANIFEST_FILE, `${JSON.stringify(manifest, null, 2)}\n`);
    signal?.throwIfAborted();
    await folder.publish(MANIFEST_FILE);
    return manifest;
  } catch (error) {
    await folder.abandon();
    throw error;
  }
}

// As JSON has it; functions and signals in a query are nobody's business.
function plain(value: unknown): JsonValue {
  return JSON.parse(
    JSON.stringify(value, (_, field: unknown) => (field instanceof AbortSignal ? undefined : field)) ?? "null",
  ) as JsonValue;
}

interface RowFile extends Pick<JsonlWriter, "addBlock"> {
  end(): Promise<ManifestFile & { rows: number }>;
}

interface OutputFile {
  write(content: string | Uint8Array): Promise<void>;
  end(): Promise<ManifestFile>;
}

async function openFolder(directory: string) {
  const place = { option: "directory", value: directory };
  const refused = (cause: unknown) => {
    throw unwritable(directory, cause, place);
  };
  await mkdir(directory, { recursive: true }).catch(refused);
  const files = new Map<string, NewFile>();

  const openFile = async (name: string): Promise<NewFile> => {
    const file = await openNewFile(join(directory, name), place);
    files.set(name, file);
    return file;
  };
  const open = async (name: string): Promise<OutputFile> => {
    const file = await openFile(name);
    return { write: (content) => file.write(content), end: async () => ({ path: name, ...(await file.end()) }) };
  };

  return {
    open,
    file: openFile,
    async openRows(name: string): Promise<RowFile> {
      const writer = createJsonlWriter(await openFile(name));
      return {
        addBlock: (block) => writer.addBlock(block),
        async end() {
          const { rows, ...written } = await writer.end();
          return { rows, path: name, ...written };
        },
      };
    },
    async whole(name: string, text: string): Promise<ManifestFile> {
      const output = await open(name);
      await output.write(text);
      return output.end();
    },
    async publish(last: string): Promise<void> {
      const older = await filesOf(join(directory, last));
      await rm(join(directory, last), { force: true }).catch(refused);
      for (const [name, file] of files) if (name !== last) await file.publish();
      for (const name of older) if (!files.has(name)) await rm(join(directory, name), { force: true }).catch(refused);
      await files.get(last)?.publish();
    },
    async abandon(): Promise<void> {
      for (const file of files.values()) await file.abandon();
    },
  };
}

// The files that an older manifest names: bare names only, whatever somebody wrote into it.
async function filesOf(path: string): Promise<string[]> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return [];
  }
  if (!isRecord(manifest) || manifest.format !== DATASET_FORMAT || !Array.isArray(manifest.splits)) return [];
  const files = manifest.splits.flatMap((split: unknown) =>
    isRecord(split)
      ? [split.path, isRecord(split.sources) ? split.sources.path : undefined, `${String(split.split)}.parquet`]
      : [],
  );
  return files.filter(
    (name): name is string =>
      typeof name === "string" &&
      /^(?:train|validation|test)(?:(?:\.sources)?\.jsonl|\.parquet)$/.test(basename(name)) &&
      basename(name) === name,
  );
}
