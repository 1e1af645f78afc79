import { read } from "node:fs";
import { promisify } from "node:util";
import { sourceOf, withSource } from "../../source.js";
import type { ExampleSource } from "../../types.js";
import { createFlags, createIntegers, type Column } from "./column.js";
import { endedEarly, openTemporaryFile, type TemporaryFile } from "../files/temporary-file.js";
import { parseExact, stringifyExact } from "../exact-json.js";
import { placeText } from "./row-blocks.js";

/**
 * Rows kept for a second look, with their sources: as JSON in memory while they are few, then in a temporary
 * file. It needs no name on the disk, so nothing is left behind however the process ends.
 */
export interface Spool<T extends object> {
  readonly size: number;
  /**
   * Says how many bytes the row has as a line of JSON, where it is written down.
   *
   * @param json The row's JSON on one line, where it is known.
   */
  add(row: T, json?: string): number | undefined;
  /** The rows with these numbers, which must rise, in arrays. Any number of readers may read at once. */
  read(numbers: Iterable<number>): AsyncGenerator<readonly T[], void, undefined>;
  /** One row, without its source. Read as {@link source} is. */
  at(number: number): T;
  /** Where one row came from. For single rows: from the disk each is read on its own, and at once. */
  source(number: number): ExampleSource;
  /** The JSON of the rows as it stands on the disk, where it does. */
  readLines(numbers: Iterable<number>): AsyncGenerator<readonly SpooledLine[], void, undefined>;
}

/** A row as it is on the disk. Good until the next ones are asked for. */
export interface SpooledLine {
  readonly number: number;
  readonly json: string;
  readonly source: ExampleSource;
  /** The bytes of the line, with its end. */
  readonly bytes: Uint8Array;
  /** The JSON of the source. */
  readonly sourceText: string;
}

export interface SpoolOptions {
  /**
   * Keep the rows themselves: for those that somebody else holds anyway.
   * @default false
   */
  held?: boolean;
}

const FIRST_BUFFER_BYTES = 1 << 14;
/** What is held before there is a file. */
const BUFFER_BYTES = 1 << 20;
/** Rows are read in pieces of about as many bytes. */
export const READ_BYTES = 1 << 18;
const NEW_LINE = 10;
const readAsync = promisify(read);

/** A spool for these rows: what is an array already is not written down. */
export const createSpoolFor = <T extends object>(rows: unknown): Spool<T> =>
  createSpool<T>({ held: Array.isArray(rows) });

export function createSpool<T extends object>({ held = false }: SpoolOptions = {}): Spool<T> {
  return held ? createHeldSpool() : createWrittenSpool();
}

function createHeldSpool<T extends object>(): Spool<T> {
  const rows: T[] = [];
  return {
    get size() {
      return rows.length;
    },
    add(row) {
      rows.push(row);
      return undefined;
    },
    at: (number) => rows[number] as T,
    source: (number) => sourceOf(rows[number] as T),
    read: (numbers) => chunked(numbers, (number) => rows[number] as T),
    readLines: (numbers) =>
      chunked(numbers, (number) => {
        const row = rows[number] as T;
        const json = stringifyExact(row) ?? "null";
        const source = sourceOf(row);
        return {
          number,
          json,
          source,
          get bytes() {
            return Buffer.from(`${json}\n`);
          },
          get sourceText() {
            return JSON.stringify(source);
          },
        };
      }),
  };
}

// Written down from the first row on. Held as objects for a while, rows would teach V8 that what makes them
// makes things that stay: it then allocates all further ones where only a full collection finds them.
function createWrittenSpool<T extends object>(): Spool<T> {
  const spool: Spool<T> = {
    get size() {
      return bytes.size;
    },
    add: (row, json) => bytes.add(row, json),
    at: (number) => parseExact(bytes.text(number)) as T,
    source: (number) => bytes.source(number),
    async *read(numbers) {
      for await (const lines of spool.readLines(numbers)) {
        yield lines.map(({ json, source }) => withSource(parseExact(json) as T, source));
      }
    },
    readLines: (numbers) => bytes.read(numbers),
  };
  const bytes = createSpoolBytes();
  return spool;
}

/** 0 to `size` - 1. */
export function* range(size: number): Generator<number, void, undefined> {
  for (let number = 0; number < size; number += 1) yield number;
}

async function* chunked<T>(
  numbers: Iterable<number>,
  get: (number: number) => T,
): AsyncGenerator<readonly T[], void, undefined> {
  let chunk: T[] = [];
  for (const number of numbers) {
    chunk.push(get(number));
    if (chunk.length === 64) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Decodes what is asked for: who writes a row as it is needs neither its text nor its source. */
class LineOnDisk implements SpooledLine {
  readonly number: number;
  private readonly range: Buffer;
  private readonly start: number;
  private readonly middle: number;
  private readonly end: number;

  constructor(number: number, range: Buffer, start: number, middle: number, end: number) {
    this.number = number;
    this.range = range;
    this.start = start;
    this.middle = middle;
    this.end = end;
  }

  get json(): string {
    return this.range.toString("utf8", this.start, this.middle);
  }

  get source(): ExampleSource {
    return JSON.parse(this.sourceText) as ExampleSource;
  }

  get bytes(): Uint8Array {
    return this.range.subarray(this.start, this.middle + 1);
  }

  get sourceText(): string {
    return this.range.toString("utf8", this.middle + 1, this.end);
  }
}

interface SpoolBytes {
  readonly size: number;
  add(row: object, json: string | undefined): number;
  /** The JSON of a row. */
  text(number: number): string;
  source(number: number): ExampleSource;
  read(numbers: Iterable<number>): AsyncGenerator<readonly SpooledLine[], void, undefined>;
}

/** Places in a file up to a terabyte, in five bytes each. */
function createOffsets(): Pick<Column, "length" | "push" | "at"> {
  const low = createIntegers();
  const high = createFlags();
  return {
    get length() {
      return low.length;
    },
    push(offset) {
      low.push(offset % 2 ** 32);
      high.push(Math.floor(offset / 2 ** 32));
    },
    at: (index) => high.at(index) * 2 ** 32 + low.at(index),
  };
}

function createSpoolBytes(): SpoolBytes {
  const offsets = createOffsets();
  let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES);
  let pending = 0;
  // There is none as long as the buffer is enough.
  let file: TemporaryFile | undefined;
  let written = 0;

  const flush = (): TemporaryFile => {
    file ??= openTemporaryFile(bytes);
    file.write(buffer.subarray(0, pending));
    written += pending;
    pending = 0;
    return file;
  };
  const append = (text: string): void => {
    // A UTF-16 code unit takes three bytes at most.
    const longest = text.length * 3;
    if (longest > buffer.length - pending && buffer.length < BUFFER_BYTES) {
      const larger = Buffer.allocUnsafeSlow(BUFFER_BYTES);
      buffer.copy(larger, 0, 0, pending);
      buffer = larger;
    }
    if (longest > buffer.length - pending) flush();
    if (longest <= buffer.length) {
      pending += buffer.write(text, pending);
      return;
    }
    const large = Buffer.from(text);
    flush().write(large);
    written += large.length;
  };

  const endOf = (number: number) => (number + 1 < offsets.length ? offsets.at(number + 1) : written + pending);

  /** A row's line and its source. */
  const bytesOf = (number: number): Buffer => {
    const [start, end] = [offsets.at(number), endOf(number)];
    if (!file) return buffer.subarray(start, end);
    if (end > written) flush();
    const own = Buffer.allocUnsafe(end - start);
    file.read(own, start);
    return own;
  };

  const bytes: SpoolBytes = {
    get size() {
      return offsets.length;
    },
    add(row, json = stringifyExact(row)) {
      offsets.push(written + pending);
      // JSON on one line each, so the first end of a line is that of the row.
      append(json ?? "null");
      append("\n");
      const length = written + pending - offsets.at(offsets.length - 1);
      append(placeText(sourceOf(row)) ?? JSON.stringify(sourceOf(row)));
      return length;
    },
    text(number) {
      const own = bytesOf(number);
      return own.toString("utf8", 0, own.indexOf(NEW_LINE));
    },
    source(number) {
      const own = bytesOf(number);
      return JSON.parse(own.toString("utf8", own.indexOf(NEW_LINE) + 1)) as ExampleSource;
    },
    async *read(numbers) {
      let batch: number[] = [];
      // One buffer for all batches: a new one for each would wait for the garbage collector by the hundred.
      let own = Buffer.alloc(0);
      const load = async (): Promise<SpooledLine[]> => {
        const start = offsets.at(batch[0] as number);
        const end = endOf(batch[batch.length - 1] as number);
        let range = buffer.subarray(start, end);
        if (file) {
          if (end > written) flush();
          if (own.length < end - start) own = Buffer.allocUnsafeSlow(end - start);
          range = own.subarray(0, end - start);
          await readRange(file.descriptor, range, start);
        }
        return batch.map((number) => {
          const from = offsets.at(number) - start;
          return new LineOnDisk(number, range, from, range.indexOf(NEW_LINE, from), endOf(number) - start);
        });
      };
      for (const number of numbers) {
        const first = batch[0];
        if (first !== undefined && endOf(number) - offsets.at(first) > READ_BYTES) {
          yield await load();
          batch = [];
        }
        batch.push(number);
      }
      if (batch.length > 0) yield await load();
    },
  };
  return bytes;
}

async function readRange(descriptor: number, bytes: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesRead } = await readAsync(descriptor, bytes, offset, bytes.length - offset, position + offset);
    if (bytesRead === 0) throw endedEarly(position + offset);
    offset += bytesRead;
  }
}
