import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { digest } from "../curate/duplicates/fingerprint.js";
import { SPLITS, type SplitName } from "../curate/split/assign-splits.js";
import { MANIFEST_FILE, type DatasetManifest } from "../curate/write-dataset.js";
import { InvalidOptionError } from "../errors.js";
import { stringifyExact } from "../internal/exact-json.js";
import { type NewFile, openNewFile, writeWhole } from "../internal/files/new-file.js";
import { isRecord } from "../internal/is-record.js";
import { abortSignal, either, list, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { omit } from "../internal/omit.js";
import { stableStringify } from "../internal/stable-stringify.js";
import { sourceLine } from "../internal/storage/row-blocks.js";
import { sourceOf, targetsOf } from "../source.js";
import type { DatasetRow, JsonValue } from "../types.js";
import { erasureHashes, type ErasureRequest, isErased } from "./erased.js";
import { type DatasetJob, readJobs } from "./jobs.js";
import { checkFiles, readManifest } from "./manifest.js";
import { storedDataset } from "./read-dataset.js";
import { conversationOf } from "./update/known-rows.js";
import { lockDataset, readState, writeState } from "./update/update-state.js";
import { olderVersions } from "./update/versions.js";

/** A version of a dataset that had held what was erased. */
export interface ErasedFrom {
  /** Its folder: that of the dataset, or of an older version below it. */
  readonly folder: string;
  /** The `sha256` of its manifest before. */
  readonly sha256: string;
  readonly rows: number;
  readonly splits: Readonly<Partial<Record<SplitName, number>>>;
  /** The jobs that were trained on it, as far as `recordFineTune` noted them. Their models hold what they learned. */
  readonly jobs: readonly DatasetJob[];
}

/** What an erasure did. */
export interface Erasure {
  /** Rows over all versions. */
  readonly rows: number;
  readonly datasets: readonly ErasedFrom[];
  /** The jobs of all of them, each once. */
  readonly jobs: readonly Omit<DatasetJob, "dataset">[];
}

/**
 * Removes every row that holds something of a thread, a user or a run from datasets and from all their older versions,
 * and says in which versions and in which jobs it had been. Of a run that is every row that teaches its answer, and
 * every row of the same conversation that has the answer in its history. Reports of these versions are removed too, and
 * later updates do not bring the data back.
 *
 * Users are known where `updateDataset` was given `userKey`. Models that were trained are not changed, and neither are
 * copies of the files elsewhere, in LangSmith or on the Hub.
 *
 * @throws {InvalidOptionError} for a folder that is not a dataset, and while another process changes it.
 * @throws {DatasetConflictError} for files that are not as they were written. Nothing is changed then.
 *
 * @example
 * ```ts
 * import { eraseFromDatasets } from "langsmith-finetune";
 *
 * const { rows, datasets, jobs } = await eraseFromDatasets(["datasets/support"], { userId: "user-42" });
 * console.log(rows, datasets.map(({ folder }) => folder), jobs.map(({ model }) => model));
 * ```
 */
export async function eraseFromDatasets(
  folders: string | readonly string[],
  request: ErasureRequest,
  options: { signal?: AbortSignal } = {},
): Promise<Erasure> {
  checkArgument("folders", folders, either(text, list(text)));
  checkOptions<ErasureRequest>("eraseFromDatasets", request, { threadId: text, userId: text, runId: text });
  checkOptions<{ signal?: AbortSignal }>("eraseFromDatasets", options, { signal: abortSignal });
  const { signal } = options;
  if (Object.values(request).filter((value) => value !== undefined).length !== 1)
    throw new InvalidOptionError({
      option: "request",
      value: Object.keys(request),
      message: "An erasure is about exactly one of threadId, userId and runId.",
    });
  const datasets: ErasedFrom[] = [];
  for (const folder of typeof folders === "string" ? [folders] : folders) {
    const current = await readManifest(folder, "folders");
    const lock = await lockDataset(folder);
    try {
      const versions: { folder: string; manifest: DatasetManifest }[] = [{ folder, manifest: current }];
      for (const version of (await olderVersions(folder)).reverse())
        versions.push({ folder: version, manifest: await readManifest(version) });
      // All of them, before any is touched.
      for (const version of versions) await checkFiles(version.folder, version.manifest, signal);
      const jobs = await readJobs(folder);
      const holds = await createHolds(versions, request, signal);
      for (const version of versions) {
        const found = await eraseFrom(version.folder, version.manifest, holds, signal);
        if (found === undefined) continue;
        const names = new Set([version.manifest.sha256, ...namesBefore(version.manifest)]);
        datasets.push({ ...found, jobs: jobs.filter(({ dataset }) => names.has(dataset)) });
      }
      const state = await readState(folder);
      if (state) {
        const { sha256 } = await readManifest(folder);
        const erased = [...new Set([...state.erased, ...erasureHashes(request)])];
        await writeState(folder, { ...state, dataset: sha256, erased });
      }
    } finally {
      await lock.release();
    }
  }
  const jobs = new Map(
    datasets.flatMap((dataset) => dataset.jobs.map((job) => [`${job.backend} ${job.job}`, omit(job, "dataset")])),
  );
  return { rows: datasets.reduce((sum, { rows }) => sum + rows, 0), datasets, jobs: [...jobs.values()] };
}

type Holds = (row: object) => boolean;

/** Which rows hold what is to be erased. */
async function createHolds(
  versions: readonly { folder: string; manifest: DatasetManifest }[],
  request: ErasureRequest,
  signal: AbortSignal | undefined,
): Promise<Holds> {
  const named = new Set(erasureHashes(request));
  const { runId } = request;
  if (runId === undefined) return (row) => isErased(row, named);
  // The answers of the run, by conversation: they stand in the history of later calls.
  const answers = new Set<string>();
  for (const { folder, manifest } of versions) {
    const stored = storedDataset<DatasetRow>(folder, manifest, signal);
    for (const split of SPLITS)
      for await (const row of stored[split])
        for (const target of targetsOf(row)) if (target.runId === runId) answers.add(answerKey(row, target.message));
  }
  return (row) => {
    if (isErased(row, named)) return true;
    const { messages } = row as { messages?: unknown };
    return Array.isArray(messages) && messages.some((_, index) => answers.has(answerKey(row, index)));
  };
}

function answerKey(row: object, index: number): string {
  const message: unknown = (row as { messages?: readonly unknown[] }).messages?.[index];
  if (!isRecord(message) || message.role !== "assistant") return "";
  return digest(`${conversationOf(sourceOf(row))} ${stableStringify(omit(message, "weight"))}`);
}

const namesBefore = ({ metadata }: DatasetManifest): string[] =>
  (Array.isArray(metadata?.erasedFrom) ? metadata.erasedFrom : []).filter((name) => typeof name === "string");

async function eraseFrom(
  folder: string,
  manifest: DatasetManifest,
  holds: Holds,
  signal: AbortSignal | undefined,
): Promise<Omit<ErasedFrom, "jobs"> | undefined> {
  const stored = storedDataset<DatasetRow>(folder, manifest, signal);
  const removed: Partial<Record<SplitName, number>> = {};
  const written: NewFile[] = [];
  const splits: DatasetManifest["splits"][number][] = [];
  const gone: string[] = [];
  try {
    for (const split of manifest.splits) {
      const rows = await openNewFile(join(folder, split.path));
      const sources = await openNewFile(join(folder, split.sources.path));
      written.push(rows, sources);
      let kept = 0;
      for await (const row of stored[split.split]) {
        if (holds(row)) {
          removed[split.split] = (removed[split.split] ?? 0) + 1;
          continue;
        }
        kept += 1;
        await rows.write(`${stringifyExact(row)}\n`);
        await sources.write(sourceLine(omit(sourceOf(row), "splits")));
      }
      const [ofRows, ofSources] = [await rows.end(), await sources.end()];
      if (kept === 0) gone.push(split.path, split.sources.path);
      else splits.push({ ...split, rows: kept, ...ofRows, sources: { path: split.sources.path, ...ofSources } });
    }
    const count = Object.values(removed).reduce((sum, rows) => sum + rows, 0);
    if (count === 0) {
      for (const file of written) await file.abandon();
      return undefined;
    }
    // A folder without a manifest is not complete, so nobody reads it while files are exchanged.
    await rm(join(folder, MANIFEST_FILE));
    for (const file of written) await file.publish();
    // Reports may quote rows, and Parquet is written with a dataset only.
    for (const { path } of [...manifest.reports, ...(manifest.parquet ?? [])]) gone.push(path);
    for (const path of gone) await rm(join(folder, path), { force: true });
    const erasedFrom: JsonValue = [...namesBefore(manifest), manifest.sha256];
    const changed: DatasetManifest = {
      ...omit(manifest, "parquet"),
      sha256: createHash("sha256")
        .update(splits.map(({ split, sha256 }) => `${split} ${sha256}\n`).join(""))
        .digest("hex"),
      splits,
      rows: { in: manifest.rows.in, kept: manifest.rows.kept - count },
      reports: [],
      metadata: { ...manifest.metadata, erasedFrom },
    };
    await writeWhole(join(folder, MANIFEST_FILE), `${JSON.stringify(changed, null, 2)}\n`);
    return { folder, sha256: manifest.sha256, rows: count, splits: removed };
  } catch (error) {
    for (const file of written) await file.abandon();
    throw error;
  }
}
