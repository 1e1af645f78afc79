import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE, type DatasetManifest } from "../../curate/write-dataset.js";
import { copyWhole } from "../../internal/files/new-file.js";
import { unwritable } from "../../internal/files/unwritable.js";
import { findManifest } from "../manifest.js";

const VERSIONS = "versions";
const NAME = /^\d{4,}-[0-9a-f]{12}$/;

/** The folders of the older versions of a dataset, the oldest first. */
export async function olderVersions(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, VERSIONS)).catch(() => []);
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(folder, VERSIONS, name));
}

const filesOf = ({ splits, reports, parquet = [] }: DatasetManifest): string[] => [
  ...splits.flatMap(({ path, sources }) => [path, sources.path]),
  ...[...reports, ...parquet].map(({ path }) => path),
];

/** Keeps a copy of the dataset as it is, with its manifest last, and gives its folder. */
export async function keepVersion(folder: string, manifest: DatasetManifest): Promise<string> {
  const older = await olderVersions(folder);
  const name = `${String(older.length + 1).padStart(4, "0")}-${manifest.sha256.slice(0, 12)}`;
  const newest = older.at(-1);
  // A change that was interrupted has kept it already.
  if (newest?.endsWith(manifest.sha256.slice(0, 12)) && (await findManifest(newest))) return newest;
  const place = { option: "folder", value: folder };
  for (const file of [...filesOf(manifest), MANIFEST_FILE])
    await copyWhole(join(folder, file), join(folder, VERSIONS, name, file), place);
  return join(folder, VERSIONS, name);
}

/** Brings back the newest version that is whole, where a change was interrupted between two files. */
export async function restoreInterrupted(folder: string): Promise<void> {
  if (await findManifest(folder)) return;
  for (const version of (await olderVersions(folder)).reverse()) {
    const manifest = await findManifest(version);
    if (!manifest) continue;
    for (const file of [...filesOf(manifest), MANIFEST_FILE])
      await copyFile(join(version, file), join(folder, file)).catch((cause: unknown) => {
        throw unwritable(folder, cause, { option: "folder", value: folder });
      });
    return;
  }
}
