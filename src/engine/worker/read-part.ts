import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { parseExact } from "../../internal/exact-json.js";
import { isFileError, unreadableFile } from "../../internal/files/read-file-lines.js";
import { readLines, type LineBlock } from "../../internal/files/read-lines.js";
import { LONGEST_DOCUMENT, parseDocument } from "../../select/files/read-json-document.js";
import { readParquet } from "../../select/files/read-parquet.js";
import { parquetBytes } from "../files/parquet-bytes.js";
import type { FileStore, OpenFile } from "../files/stored-file.js";
import type { Part } from "../part.js";

/** What stands at one place of a part. */
export interface PartRecord {
  /** Counts the lines of the part, or its records where it has no lines, from 1. */
  readonly line: number;
  readonly value?: unknown;
  /** The line that the value was read from, where it is one. */
  readonly text?: string;
  /** Why there is no value. */
  readonly fault?: { readonly code: string; readonly message: string };
}

const RECORDS_AT_A_TIME = 64;

/** The records of a part, block by block. `lines` of each block says how many lines the part has up to its end. */
export async function* readPart(
  part: Part,
  store: FileStore,
): AsyncGenerator<{ records: PartRecord[]; lines: number }, void, undefined> {
  try {
    const file = await store.open(part.file, part.version);
    try {
      yield* recordsOf(part, file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isFileError(error) ? unreadableFile(part.file, error) : error;
  }
}

async function* recordsOf(
  { file: name, range }: Part,
  file: OpenFile,
): AsyncGenerator<{ records: PartRecord[]; lines: number }, void, undefined> {
  switch (range.kind) {
    case "lines":
      return yield* fromLines(readLines([await file.read(range.start, range.end)]));
    case "gzip":
      return yield* fromLines(readLines(gunzipped(file)));
    case "document":
      return yield* fromDocument(file);
    case "parquet": {
      let line = 0;
      for await (const rows of readParquet(parquetBytes(name, file), RECORDS_AT_A_TIME, range)) {
        const records = rows.map((value): PartRecord => ({ line: (line += 1), value }));
        yield { records, lines: line };
      }
    }
  }
}

function gunzipped(file: OpenFile): AsyncIterable<Buffer> {
  const raw = Readable.from(file.stream(), { objectMode: false });
  const bytes = raw.on("error", (error) => bytes.destroy(error)).pipe(createGunzip());
  return bytes;
}

async function* fromLines(
  blocks: AsyncIterable<LineBlock>,
): AsyncGenerator<{ records: PartRecord[]; lines: number }, void, undefined> {
  for await (const { lines, first } of blocks) {
    const records: PartRecord[] = [];
    lines.forEach((line, index) => {
      const record = recordOf(line, first + index);
      if (record) records.push(record);
    });
    yield { records, lines: first - 1 + lines.length };
  }
}

/** Nothing for a blank line. */
function recordOf(text: LineBlock["lines"][number], line: number): PartRecord | undefined {
  if (typeof text !== "string") return { line, fault: text };
  try {
    return { line, value: parseExact(text), text };
  } catch (error) {
    if (text.trim() === "") return undefined;
    return {
      line,
      fault: { code: "invalid-json", message: `The line is not JSON: ${(error as Error).message.slice(0, 200)}` },
    };
  }
}

async function* fromDocument(
  file: OpenFile,
): AsyncGenerator<{ records: PartRecord[]; lines: number }, void, undefined> {
  const document = file.bytes > LONGEST_DOCUMENT ? undefined : parseDocument(await file.read(0, file.bytes));
  if (!document) return yield* fromLines(readLines(file.stream()));
  if ("problem" in document) return yield { records: [{ line: 1, fault: document.problem }], lines: 1 };
  const values: readonly unknown[] = Array.isArray(document.value) ? document.value : [document.value];
  yield { records: values.map((value, index) => ({ line: index + 1, value })), lines: values.length };
}
