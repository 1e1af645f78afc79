import { InvalidOptionError } from "../../errors.js";
import { loadPackage } from "../../internal/load-package.js";

// The columns of a bulk export that the steps after this one read:
// https://docs.langchain.com/langsmith/data-export-format
const COLUMNS = [
  "id",
  "name",
  "run_type",
  "status",
  "start_time",
  "end_time",
  "error",
  "inputs",
  "outputs",
  "extra",
  "tags",
  "trace_id",
  "parent_run_id",
  "session_id",
  "thread_id",
  "reference_example_id",
  "dotted_order",
  "feedback_stats",
  "total_tokens",
  "prompt_tokens",
  "completion_tokens",
];

/**
 * The rows of a Parquet file, `size` at a time, of which one row group is in memory at once. Only
 * the columns that are used are read.
 *
 * @param groups Which of its row groups; all of them by default.
 */
export async function* readParquet(
  file: string | ParquetBytes,
  size: number,
  groups: { first: number; count: number } = { first: 0, count: Infinity },
): AsyncGenerator<Record<string, unknown>[], void, undefined> {
  const { parquetReadObjects, parquetSchema } = await loadHyparquet();
  const { compressors } = await loadPackage(
    "hyparquet-compressors",
    "Reading compressed Parquet",
    () => import("hyparquet-compressors"),
  );
  const { buffer, metadata } = await openParquet(file);
  const present = new Set(parquetSchema(metadata).children.map(({ element }) => element.name));
  const columns = COLUMNS.filter((column) => present.has(column));
  let rowStart = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const rowEnd = rowStart + Number(group.num_rows);
    if (index < groups.first || index >= groups.first + groups.count) {
      rowStart = rowEnd;
      continue;
    }
    const rows = await parquetReadObjects({ file: buffer, metadata, columns, rowStart, rowEnd, compressors });
    rowStart = rowEnd;
    for (let index = 0; index < rows.length; index += size) yield rows.slice(index, index + size).map(readable);
  }
}

/** How many rows each row group of a Parquet file has. */
export async function parquetGroups(file: string | ParquetBytes): Promise<number[]> {
  const { metadata } = await openParquet(file);
  return metadata.row_groups.map((group) => Number(group.num_rows));
}

const loadHyparquet = () => loadPackage("hyparquet", "Reading Parquet", () => import("hyparquet"));

/** The bytes of a Parquet file that is not on this machine. */
export interface ParquetBytes {
  readonly name: string;
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

async function openParquet(file: string | ParquetBytes) {
  const { asyncBufferFromFile, parquetMetadataAsync } = await loadHyparquet();
  const [name, buffer] = typeof file === "string" ? [file, await asyncBufferFromFile(file)] : [file.name, file];
  const metadata = await parquetMetadataAsync(buffer).catch((cause: unknown) => {
    throw new InvalidOptionError({
      option: "path",
      value: name,
      message: `${name} is not a Parquet file that can be read: ${(cause as Error).message}.`,
      hint: "Check that it was downloaded whole.",
      cause,
    });
  });
  return { buffer, metadata };
}

/** Tags may be JSON text, like the other columns. */
function readable(row: Record<string, unknown>): Record<string, unknown> {
  const { tags } = row;
  if (typeof tags !== "string") return row;
  try {
    return { ...row, tags: JSON.parse(tags) as unknown };
  } catch {
    return { ...row, tags: undefined };
  }
}
