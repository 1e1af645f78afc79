import { stringifyExact } from "../exact-json.js";
import type { NewFile } from "../files/new-file.js";
import type { RowBlock } from "./row-blocks.js";

/** Writes rows to a new file, one line of JSON each: the one writer of JSONL in this package. */
export interface JsonlWriter {
  readonly rows: number;
  /**
   * A promise only where something is written: most rows wait for others.
   *
   * @param json The row's JSON on one line, where it is known.
   */
  add(row: unknown, json?: string): Promise<void> | undefined;
  /** Rows that are lines already. */
  addBlock(block: Pick<RowBlock, "count" | "lines">): Promise<void>;
  /** Everything is in the file. SHA-256 in hexadecimal. */
  end(): Promise<{ rows: number; bytes: number; sha256: string }>;
}

export interface JsonlWriterOptions {
  /**
   * The JSON of a row, of which the number is given too.
   * @default its JSON with exact numbers
   */
  jsonOf?: (row: unknown, number: number) => string;
  /**
   * Begin the file with a byte order mark.
   * @default false
   */
  byteOrderMark?: boolean;
}

// Written in pieces of about this many characters: large enough for the disk, small against the memory.
const PIECE = 256 * 1024;

/** Memory does not grow with the rows. The file is the caller's to publish or to abandon. */
export function createJsonlWriter(
  file: NewFile,
  { jsonOf = (row) => stringifyExact(row) ?? "null", byteOrderMark = false }: JsonlWriterOptions = {},
): JsonlWriter {
  let rows = 0;
  let piece = byteOrderMark ? "\uFEFF" : "";
  const flush = async (): Promise<void> => {
    const written = piece;
    piece = "";
    if (written !== "") await file.write(written);
  };
  return {
    get rows() {
      return rows;
    },
    add(row, json) {
      rows += 1;
      piece += `${json ?? jsonOf(row, rows)}\n`;
      return piece.length < PIECE ? undefined : flush();
    },
    async addBlock({ count, lines }) {
      rows += count;
      await flush();
      await file.write(lines);
    },
    async end() {
      await flush();
      return { rows, ...(await file.end()) };
    },
  };
}
