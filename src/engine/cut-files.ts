import { open } from "node:fs/promises";
import { isFileError, unreadableFile } from "../internal/files/read-file-lines.js";
import { filesOf } from "../select/files/files-of.js";
import { parquetGroups } from "../select/files/read-parquet.js";
import type { Part } from "./part.js";

/** Bytes of lines in a part: small enough that all workers end together, large enough that a part costs nothing. */
const PART_BYTES = 2 * 1024 * 1024;
/** Rows of a Parquet part, where a file has smaller row groups. */
const PART_ROWS = 1000;
const SEARCHED_BYTES = 64 * 1024;
const NEW_LINE = 10;

/** A file of the input as it is now, so that another one under its name is not taken for it. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * Cuts files into parts. How they are cut depends on the files alone, so that every engine has the same parts.
 *
 * @throws {InvalidOptionError} for a path that cannot be read.
 */
export async function cutFiles(paths: readonly string[]): Promise<{ files: InputFile[]; parts: Part[] }> {
  const files: InputFile[] = [];
  const parts: Part[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      try {
        const handle = await open(file);
        try {
          const { size, mtimeMs } = await handle.stat();
          files.push({ path: file, bytes: size, modified: mtimeMs });
          for (const range of await rangesOf(file, size, handle)) parts.push({ index: parts.length, file, range });
        } finally {
          await handle.close();
        }
      } catch (error) {
        throw isFileError(error) ? unreadableFile(file, error) : error;
      }
    }
  }
  return { files, parts };
}

type Handle = Awaited<ReturnType<typeof open>>;

async function rangesOf(file: string, size: number, handle: Handle): Promise<Part["range"][]> {
  if (file.endsWith(".gz")) return [{ kind: "gzip" }];
  if (file.endsWith(".json")) return [{ kind: "document" }];
  if (file.endsWith(".parquet")) return groupRanges(await parquetGroups(file));
  const ranges: Part["range"][] = [];
  for (let start = 0; start < size;) {
    const end = await lineStart(handle, start + PART_BYTES, size);
    ranges.push({ kind: "lines", start, end });
    start = end;
  }
  return ranges;
}

/** Where the first line begins that does so at `from` or later. */
async function lineStart(handle: Handle, from: number, size: number): Promise<number> {
  const bytes = Buffer.alloc(SEARCHED_BYTES);
  // The byte before says whether a line begins at `from`.
  for (let position = from - 1; position < size;) {
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
    if (bytesRead === 0) return size;
    const found = bytes.subarray(0, bytesRead).indexOf(NEW_LINE);
    if (found >= 0) return position + found + 1;
    position += bytesRead;
  }
  return size;
}

function groupRanges(groups: readonly number[]): Part["range"][] {
  const ranges: Part["range"][] = [];
  let first = 0;
  let rows = 0;
  for (const [group, size] of groups.entries()) {
    rows += size;
    if (rows < PART_ROWS && group < groups.length - 1) continue;
    ranges.push({ kind: "parquet", first, count: group + 1 - first });
    first = group + 1;
    rows = 0;
  }
  return ranges;
}
