import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SPLITS } from "../curate/split/assign-splits.js";
import { DATASET_FORMAT, MANIFEST_FILE, type DatasetManifest, type ManifestFile } from "../curate/write-dataset.js";
import { DatasetConflictError, InvalidOptionError, type DatasetConflict } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { jsonOrUndefined } from "../internal/json.js";

/**
 * The manifest of a dataset folder, or undefined where there is none.
 *
 * @throws {DatasetConflictError} for a manifest that cannot be read as one of this format.
 */
export async function findManifest(folder: string): Promise<DatasetManifest | undefined> {
  const path = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new InvalidOptionError({
      option: "folder",
      value: folder,
      message: `${path} cannot be read (${code ?? "unknown reason"}).`,
      cause,
    });
  }
  const value = jsonOrUndefined(text);
  if (isManifest(value)) return value;
  const format = isRecord(value) && typeof value.format === "string" ? value.format : undefined;
  throw conflict(
    folder,
    [
      {
        code: "other-format",
        file: MANIFEST_FILE,
        message:
          format === undefined || format === DATASET_FORMAT
            ? `${path} is not the manifest of a dataset.`
            : `${path} has the format ${format}; this version reads ${DATASET_FORMAT}.`,
      },
    ],
    "Write to another folder, or use the version of the package that wrote it.",
  );
}

/** The manifest of a folder that must be a dataset. */
export async function readManifest(folder: string, option = "folder"): Promise<DatasetManifest> {
  const manifest = await findManifest(folder);
  if (manifest) return manifest;
  throw new InvalidOptionError({
    option,
    value: folder,
    message: `${folder} is not a dataset: it has no ${MANIFEST_FILE}.`,
    hint: "Pass a folder that writeDataset, buildDataset or updateDataset wrote.",
  });
}

/**
 * Checks that the rows and their sources are what the manifest says.
 *
 * @throws {DatasetConflictError} that names every file that was edited or is gone.
 */
export async function checkFiles(folder: string, manifest: DatasetManifest, signal?: AbortSignal): Promise<void> {
  const conflicts: DatasetConflict[] = [];
  for (const { sources, ...rows } of manifest.splits) {
    for (const file of [rows, sources]) {
      const found = await hashOf(join(folder, file.path), signal);
      if (found === file.sha256) continue;
      conflicts.push(
        found === undefined
          ? { code: "missing-file", file: file.path, message: `${file.path} is gone.` }
          : {
              code: "edited-file",
              file: file.path,
              message: `${file.path} is not what the manifest says: it was edited after it was written.`,
            },
      );
    }
  }
  if (conflicts.length === 0) return;
  throw conflict(
    folder,
    conflicts,
    "Nothing was changed. Restore the file (versions/ has the older ones), or write the edited rows as a dataset of its own with writeDataset.",
  );
}

/** An error for a dataset that cannot be used as it is. */
export function conflict(folder: string, conflicts: readonly DatasetConflict[], hint: string): DatasetConflictError {
  const [first] = conflicts;
  const others = conflicts.length - 1;
  return new DatasetConflictError({
    message: `${folder}: ${first?.message ?? "it cannot be used."}${others > 0 ? ` (and ${others} more)` : ""}`,
    hint,
    conflicts,
  });
}

async function hashOf(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024, signal }))
      hash.update(bytes as Buffer);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}

function isManifest(value: unknown): value is DatasetManifest {
  return (
    isRecord(value) &&
    value.format === DATASET_FORMAT &&
    typeof value.sha256 === "string" &&
    isRecord(value.rows) &&
    isRecord(value.options) &&
    Array.isArray(value.splits) &&
    value.splits.every(
      (split: unknown) =>
        isRecord(split) &&
        SPLITS.some((name) => name === split.split) &&
        typeof split.rows === "number" &&
        isFile(split) &&
        isRecord(split.sources) &&
        isFile(split.sources),
    )
  );
}

// Bare names only: a manifest must not lead out of its folder.
const isFile = (file: Record<string, unknown>): file is Record<string, unknown> & ManifestFile =>
  typeof file.path === "string" && basename(file.path) === file.path && typeof file.sha256 === "string";
