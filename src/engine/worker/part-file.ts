import { closeSync, openSync, readSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RowFacts } from "../../curate/plan/facts.js";
import type { RowOutcome } from "../../curate/plan/map-rows.js";
import type { RedactionState } from "../../curate/report/reasons.js";
import type { TallyState } from "../../curate/report/tally.js";
import { openNewFile } from "../../internal/files/new-file.js";
import type { ExampleSource, Finding } from "../../types.js";

/**
 * What a worker makes of a part, in one file: the lines of the rows, the lines of their sources, what became of
 * every record, and counts. Lines of the input count from 1 in every part: where a part begins is not known to its worker.
 */
export interface PartContent {
  readonly rows: Uint8Array;
  readonly sources: Uint8Array;
  readonly entries: readonly PartEntry[];
  readonly counts: PartCounts;
}

/** What became of one record. */
export interface PartEntry {
  readonly line: number;
  /** The line is one of a file, as the row's source says, and no number of the input. */
  readonly own: boolean;
  /** No JSON. */
  readonly fault?: { readonly code: string; readonly message: string };
  readonly checked?: RowOutcome["checked"];
  /** Without the source, which is that of the entry. */
  readonly findings?: readonly Finding[];
  /** Where findings or `leftOut` need it. Without the line. */
  readonly source?: ExampleSource;
  readonly leftOut?: RowOutcome["leftOut"];
  readonly targetsLeftOut?: RowOutcome["targetsLeftOut"];
  readonly targets?: number;
  /** A further part of the row before. */
  readonly isPart?: boolean;
  /** Of a row that stays. The signature in base64. */
  readonly facts?: Omit<RowFacts, "line" | "signature"> & { readonly signature?: string };
  /** Bytes of the row's line, and of its source's. */
  readonly lengths?: readonly [row: number, source: number];
}

export interface PartCounts {
  /** Lines of the file in this part. */
  readonly lines: number;
  /** Rows and broken lines in this part. */
  readonly inputs: number;
  readonly trimmed: number;
  readonly tally: TallyState;
  readonly redactions: RedactionState;
}

const FORMAT = 1;
/** Four lengths and the format, at the end of the file. */
const FOOTER_BYTES = 5 * 8;

export const partPath = (folder: string, index: number): string =>
  join(folder, `part-${String(index).padStart(6, "0")}`);

/** The file whole, or none: a part that was interrupted is done again. */
export async function writePart(path: string, { rows, sources, entries, counts }: PartContent): Promise<void> {
  const texts = [Buffer.from(JSON.stringify(entries)), Buffer.from(JSON.stringify(counts))];
  const footer = Buffer.alloc(FOOTER_BYTES);
  const sizes = [rows.length, sources.length, ...texts.map((text) => text.length), FORMAT];
  for (const [index, size] of sizes.entries()) footer.writeDoubleLE(size, index * 8);
  // Traces are private: nobody else on the machine may read them. A part that is lost is done again.
  const file = await openNewFile(path, { option: "to", value: dirname(path) }, { mode: 0o600, sync: false });
  try {
    for (const piece of [rows, sources, ...texts, footer]) await file.write(piece);
    await file.end();
    await file.publish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** True for a file that was written whole. */
export async function isWhole(path: string): Promise<boolean> {
  return (await readFooter(path).catch(() => undefined)) !== undefined;
}

export async function readPartEntries(path: string): Promise<Pick<PartContent, "entries" | "counts">> {
  const bytes = await readFile(path);
  const [rows = 0, sources = 0, entries = 0] = sizesIn(bytes.subarray(bytes.length - FOOTER_BYTES)) ?? [];
  const start = rows + sources;
  return {
    entries: JSON.parse(bytes.toString("utf8", start, start + entries)) as PartEntry[],
    counts: JSON.parse(bytes.toString("utf8", start + entries, bytes.length - FOOTER_BYTES)) as PartCounts,
  };
}

/** The lines of the rows and those of their sources. */
export async function readPartLines(path: string): Promise<{ rows: Buffer; sources: Buffer }> {
  const [rows = 0, sources = 0] = (await readFooter(path)) ?? [];
  const handle = await open(path);
  try {
    const bytes = Buffer.allocUnsafeSlow(rows + sources);
    for (let offset = 0; offset < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, offset, bytes.length - offset, offset);
      if (bytesRead === 0) throw new Error(`${path} ended at byte ${offset}.`);
      offset += bytesRead;
    }
    return { rows: bytes.subarray(0, rows), sources: bytes.subarray(rows) };
  } finally {
    await handle.close();
  }
}

/** Some bytes of a part's file, at once: for single rows. */
export function readPartBytes(path: string, start: number, length: number): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(length);
    for (let offset = 0; offset < length;) {
      const bytesRead = readSync(descriptor, bytes, offset, length - offset, start + offset);
      if (bytesRead === 0) throw new Error(`${path} ended at byte ${start + offset}.`);
      offset += bytesRead;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

async function readFooter(path: string): Promise<number[] | undefined> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(FOOTER_BYTES);
    await handle.read(bytes, 0, FOOTER_BYTES, Math.max(0, size - FOOTER_BYTES));
    const sizes = sizesIn(bytes);
    return sizes && sizes.reduce((sum, length) => sum + length, FOOTER_BYTES) === size ? sizes : undefined;
  } finally {
    await handle.close();
  }
}

function sizesIn(footer: Buffer): number[] | undefined {
  const values = [0, 1, 2, 3, 4].map((index) => footer.readDoubleLE(index * 8));
  return values[4] === FORMAT ? values.slice(0, 4) : undefined;
}
