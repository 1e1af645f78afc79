import { isFileError, unreadableFile } from "../../internal/files/read-file-lines.js";
import { parquetGroups } from "../../select/files/read-parquet.js";
import type { Part } from "../part.js";
import { parquetBytes } from "./parquet-bytes.js";
import type { FileStore, InputFile, OpenFile } from "./stored-file.js";

/** Bytes of lines in a part: small enough that all workers end together, large enough that a part costs nothing. */
const PART_BYTES = 2 * 1024 * 1024;
/** Rows of a Parquet part, where a file has smaller row groups. */
const PART_ROWS = 1000;
const SEARCHED_BYTES = 64 * 1024;
/** Places of one file that are searched at once: on object storage each is a request. */
const AT_ONCE = 16;
const NEW_LINE = 10;

/**
 * Cuts files into parts. How they are cut depends on the files alone, so that every engine has the same parts.
 *
 * @throws {InvalidOptionError} for a path that cannot be read.
 */
export async function cutFiles(
  addresses: readonly string[],
  store: FileStore,
): Promise<{ files: InputFile[]; parts: Part[] }> {
  const files: InputFile[] = [];
  const parts: Part[] = [];
  for (const address of addresses) {
    for (const input of await store.list(address)) {
      const { path: file, version } = input;
      files.push(input);
      for (const range of await rangesOf(input, store))
        parts.push({ index: parts.length, file, range, ...(version !== undefined && { version }) });
    }
  }
  return { files, parts };
}

async function rangesOf({ path, version }: InputFile, store: FileStore): Promise<Part["range"][]> {
  if (path.endsWith(".gz")) return [{ kind: "gzip" }];
  if (path.endsWith(".json")) return [{ kind: "document" }];
  try {
    const file = await store.open(path, version);
    try {
      return path.endsWith(".parquet")
        ? groupRanges(await parquetGroups(parquetBytes(path, file)))
        : await lineRanges(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isFileError(error) ? unreadableFile(path, error) : error;
  }
}

async function lineRanges(file: OpenFile): Promise<Part["range"][]> {
  const ranges: Part["range"][] = [];
  let start = 0;
  for (let from = PART_BYTES; start < file.bytes; from += PART_BYTES * AT_ONCE) {
    const wanted = Array.from({ length: AT_ONCE }, (_, index) => from + index * PART_BYTES);
    for (const end of await Promise.all(wanted.map((position) => lineStart(file, position)))) {
      // A line that is longer than a part ends none.
      if (end <= start) continue;
      ranges.push({ kind: "lines", start, end });
      start = end;
    }
  }
  return ranges;
}

/** Where the first line begins that does so at `from` or later. */
async function lineStart(file: OpenFile, from: number): Promise<number> {
  // The byte before says whether a line begins at `from`.
  for (let position = from - 1; position < file.bytes; position += SEARCHED_BYTES) {
    const bytes = await file.read(position, position + SEARCHED_BYTES);
    const found = bytes.indexOf(NEW_LINE);
    if (found >= 0) return position + found + 1;
  }
  return file.bytes;
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
