import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError } from "../../errors.js";
import { unreadableFile } from "../../internal/files/read-file-lines.js";

const READABLE = /\.(?:parquet|(?:json|jsonl|ndjson)(?:\.gz)?)$/;
/** What an interrupted export of this library leaves behind. */
const POSITION = /\.position\.json$/;

/** Whether files of a folder with this name are read. */
export const isReadableFile = (name: string): boolean =>
  READABLE.test(name) && !POSITION.test(name) && !/^[._]/.test(name);

/** The file itself, or those below a directory. */
export async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && isReadableFile(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (files.length > 0) return files;
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  throw new InvalidOptionError({
    option: "path",
    value: path,
    message: `The directory ${path} holds no file of runs.`,
    hint: "Files of runs end in .parquet, .json, .jsonl or .ndjson, the last three also with .gz.",
  });
}
