import type { Concluded } from "../curate/plan/conclude.js";
import { finishedLine } from "../curate/plan/finished-line.js";
import { parseExact } from "../internal/exact-json.js";
import { createIntegers } from "../internal/storage/column.js";
import { sourceLine, type RowBlock } from "../internal/storage/row-blocks.js";
import { withSource } from "../source.js";
import type { ExampleSource } from "../types.js";
import { partPath, readPartBytes, readPartLines } from "./worker/part-file.js";

/** Where a row and its source begin in the file of their part. */
export interface Place {
  row: number;
  source: number;
}

/** The rows in the files of the parts. 20 bytes of memory for each. */
export interface PartRows {
  /** @param line The line that belongs to the row's source, where the worker did not know it. */
  add(part: number, place: Place, lengths: readonly [row: number, source: number], line: number | undefined): void;
  /** A row of which nothing is kept. */
  readAt(part: number, place: Place, lengths: readonly [row: number, source: number]): Promise<object>;
  /** One row, without its source, at once. */
  at(row: number): object;
  /** Rows, whose numbers must rise, in arrays. */
  read(numbers: Uint32Array): AsyncGenerator<readonly object[], void, undefined>;
  /** Rows in blocks, as they are written. */
  blocks(
    numbers: Uint32Array,
    finishing: Pick<Concluded, "changed" | "finish">,
  ): AsyncGenerator<RowBlock, void, undefined>;
}

const NO_LINE = 0;
const NEW_LINE = "\n";

export function createPartRows(folder: string): PartRows {
  const rowStarts = createIntegers();
  const rowLengths = createIntegers();
  const sourceStarts = createIntegers();
  const sourceLengths = createIntegers();
  const lines = createIntegers();
  /** The number of the first row of each part that has any, and which part it is. */
  const firsts: { row: number; part: number }[] = [];

  /** The parts of some rows, with their rows, in order. */
  async function* byPart(numbers: Uint32Array) {
    let next = 0;
    for (const [index, { part }] of firsts.entries()) {
      const end = firsts[index + 1]?.row ?? rowStarts.length;
      const first = next;
      while (next < numbers.length && (numbers[next] as number) < end) next += 1;
      if (next === first) continue;
      yield { rows: numbers.subarray(first, next), ...(await filesOf(part)) };
    }
  }
  const filesOf = async (part: number) => {
    const content = await readPartLines(partPath(folder, part));
    return { texts: content.rows, sources: content.sources };
  };

  /** The part of a row: the last that begins at it or before. */
  const partOf = (row: number): number => {
    let low = 0;
    for (let high = firsts.length; high - low > 1;) {
      const middle = (low + high) >>> 1;
      if ((firsts[middle] as (typeof firsts)[number]).row <= row) low = middle;
      else high = middle;
    }
    return (firsts[low] as (typeof firsts)[number]).part;
  };

  const rowText = (texts: Buffer, row: number) =>
    texts.toString("utf8", rowStarts.at(row), rowStarts.at(row) + rowLengths.at(row) - 1);
  const sourceText = (sources: Buffer, row: number) => {
    const text = sources.toString("utf8", sourceStarts.at(row), sourceStarts.at(row) + sourceLengths.at(row) - 1);
    const line = lines.at(row);
    if (line === NO_LINE) return text;
    return text === "{}" ? `{"line":${line}}` : `${text.slice(0, -1)},"line":${line}}`;
  };

  return {
    add(part, place, [rowLength, sourceLength], line) {
      if (firsts.at(-1)?.part !== part) firsts.push({ row: rowStarts.length, part });
      rowStarts.push(place.row);
      rowLengths.push(rowLength);
      sourceStarts.push(place.source);
      sourceLengths.push(sourceLength);
      lines.push(line ?? NO_LINE);
    },
    async readAt(part, place, [rowLength, sourceLength]) {
      const { texts, sources } = await filesOf(part);
      return withSource(
        parseExact(texts.toString("utf8", place.row, place.row + rowLength - 1)) as object,
        JSON.parse(sources.toString("utf8", place.source, place.source + sourceLength - 1)) as ExampleSource,
      );
    },
    at(row) {
      const part = partOf(row);
      const bytes = readPartBytes(partPath(folder, part), rowStarts.at(row), rowLengths.at(row) - 1);
      return parseExact(bytes.toString("utf8")) as object;
    },
    async *read(numbers) {
      for await (const { rows, texts, sources } of byPart(numbers)) {
        yield Array.from(rows, (row) =>
          withSource(parseExact(rowText(texts, row)) as object, JSON.parse(sourceText(sources, row)) as ExampleSource),
        );
      }
    },
    async *blocks(numbers, { changed, finish }) {
      for await (const { rows, texts, sources } of byPart(numbers)) {
        const pieces: Uint8Array[] = [];
        const changedSources = new Map<number, ExampleSource>();
        // Rows that stand beside each other are written as one piece.
        let start = 0;
        let end = 0;
        const flush = () => {
          if (end > start) pieces.push(texts.subarray(start, end));
          start = end = 0;
        };
        for (const row of rows) {
          if (changed(row)) {
            flush();
            const text = { json: rowText(texts, row), source: JSON.parse(sourceText(sources, row)) as ExampleSource };
            const { json, source } = finishedLine(text, (example) => finish(row, example));
            changedSources.set(row, source);
            pieces.push(Buffer.from(json + NEW_LINE));
            continue;
          }
          const from = rowStarts.at(row);
          if (from !== end || end === start) {
            flush();
            start = from;
          }
          end = from + rowLengths.at(row);
        }
        flush();
        yield {
          count: rows.length,
          lines: pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces),
          sources: () =>
            Array.from(rows, (row) => {
              const source = changedSources.get(row);
              return source ? sourceLine(source) : sourceText(sources, row) + NEW_LINE;
            }).join(""),
        };
      }
    },
  };
}
