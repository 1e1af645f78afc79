import type { SchemaElement } from "hyparquet";
import { stringifyExact } from "../../internal/exact-json.js";
import type { NewFile } from "../../internal/files/new-file.js";
import { loadPackage } from "../../internal/load-package.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../../internal/step.js";
import type { AnyIterable } from "../../types.js";

/** Rows in one row group: so many are held at a time. */
const GROUP = 1000;

/**
 * Writes rows as Parquet: a column for each key, in the order in which the keys are first met, with the JSON text of its
 * values. Rows of one dataset differ in what a key holds (a text, or a list of parts), which no column of Parquet can say.
 * The rows are read twice.
 */
export async function writeParquet(
  file: NewFile,
  rows: AnyIterable<object>,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  const { ByteWriter, parquetWriteRows } = await loadPackage(
    "hyparquet-writer",
    "Writing Parquet",
    () => import("hyparquet-writer"),
  );
  const names = await keysOf(rows, signal);
  const writer = new ByteWriter();
  const flush = async () => {
    const bytes = new Uint8Array(writer.buffer, 0, writer.index).slice();
    writer.index = 0;
    await file.write(bytes);
  };
  const column = (name: string): SchemaElement => ({
    name,
    type: "BYTE_ARRAY",
    converted_type: "UTF8",
    repetition_type: "OPTIONAL",
  });
  await parquetWriteRows({
    writer: Object.assign(writer, { flush, finish: flush }),
    rows: textsOf(rows, names, signal),
    columns: names.map((name) => ({ name })),
    schema: [{ name: "root", num_children: names.length }, ...names.map(column)],
    rowGroupSize: GROUP,
  });
  return file.end();
}

async function keysOf(rows: AnyIterable<object>, signal: AbortSignal | undefined): Promise<string[]> {
  const names = new Set<string>();
  for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) {
    signal?.throwIfAborted();
    for (const row of chunk) for (const [name, value] of Object.entries(row)) if (value !== undefined) names.add(name);
  }
  return [...names];
}

async function* textsOf(
  rows: AnyIterable<object>,
  names: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Record<string, string | undefined>, void, undefined> {
  for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) {
    signal?.throwIfAborted();
    for (const row of chunk) {
      const fields = row as Record<string, unknown>;
      yield Object.fromEntries(names.map((name) => [name, stringifyExact(fields[name])]));
    }
  }
}
