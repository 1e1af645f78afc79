import { read } from "node:fs";
import { promisify } from "node:util";
import { sourceOf, withSource } from "../source.js";
import type { ExampleSource } from "../types.js";
import { createFlags, createIntegers, type Column } from "./column.js";
import { endedEarly, openTemporaryFile } from "./temporary-file.js";

/**
 * Rows kept for a second look, with their sources: in memory while they are few, then in a temporary
 * file. It needs no name on the disk, so nothing is left behind however the process ends.
 */
export interface Spool<T extends object> {
  readonly size: number;
  add(row: T): void;
  /** The rows with these numbers, which must rise, in arrays. Any number of readers may read at once. */
  read(numbers: Iterable<number>): AsyncGenerator<readonly T[], void, undefined>;
  /** Where one row came from. For single rows: from the disk each is read on its own, and at once. */
  source(number: number): ExampleSource;
  /** The JSON of the rows as it stands on the disk, where it does. */
  readLines(numbers: Iterable<number>): AsyncGenerator<readonly SpooledLine[], void, undefined>;
}

export interface SpooledLine {
  number: number;
  json: string;
  source: ExampleSource;
}

export interface SpoolOptions {
  /**
   * Characters of JSON above which the rows go to the disk.
   * @default 4 MiB
   */
  memory?: number;
}

const BUFFER_BYTES = 1 << 20;
const READ_BYTES = 1 << 18;
const NEW_LINE = 10;
const readAsync = promisify(read);

export function createSpool<T extends object>({ memory = 1 << 22 }: SpoolOptions = {}): Spool<T> {
  let rows: T[] | undefined = [];
  let characters = 0;
  let file: SpoolFile | undefined;

  const spool: Spool<T> = {
    get size() {
      return rows?.length ?? file?.size ?? 0;
    },
    add(row) {
      if (rows) {
        // Every sixteenth row stands for its neighbours: measuring costs as much as writing.
        if (memory !== Infinity && rows.length % 16 === 0) characters += 16 * JSON.stringify(row).length;
        if (characters <= memory) {
          rows.push(row);
          return;
        }
        file = openSpoolFile(spool);
        for (const earlier of rows) file.add(earlier);
        rows = undefined;
      }
      file?.add(row);
    },
    source: (number) => (rows ? sourceOf(rows[number] as T) : (file as SpoolFile).source(number)),
    async *read(numbers) {
      if (rows) {
        yield* chunked(numbers, (number) => rows?.[number] as T);
        return;
      }
      for await (const lines of spool.readLines(numbers)) {
        yield lines.map(({ json, source }) => withSource(JSON.parse(json) as T, source));
      }
    },
    async *readLines(numbers) {
      if (file) yield* file.read(numbers);
      else
        yield* chunked(numbers, (number) => {
          const row = rows?.[number] as T;
          return { number, json: JSON.stringify(row), source: sourceOf(row) };
        });
    },
  };
  return spool;
}

/** 0 to `size` - 1. */
export function* range(size: number): Generator<number, void, undefined> {
  for (let number = 0; number < size; number += 1) yield number;
}

async function* chunked<T>(numbers: Iterable<number>, get: (number: number) => T): AsyncGenerator<readonly T[], void, undefined> {
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

interface SpoolFile {
  readonly size: number;
  add(row: object): void;
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

function openSpoolFile(owner: object): SpoolFile {
  const file = openTemporaryFile(owner);
  const offsets = createOffsets();
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let pending = 0;
  let written = 0;

  const flush = () => {
    file.write(buffer.subarray(0, pending));
    written += pending;
    pending = 0;
  };
  const append = (text: string): void => {
    // A UTF-16 code unit takes three bytes at the most.
    if (text.length * 3 > BUFFER_BYTES - pending) flush();
    if (text.length * 3 <= BUFFER_BYTES) {
      pending += buffer.write(text, pending);
      return;
    }
    const large = Buffer.from(text);
    file.write(large);
    written += large.length;
  };

  const endOf = (number: number) => (number + 1 < offsets.length ? offsets.at(number + 1) : written);

  return {
    get size() {
      return offsets.length;
    },
    add(row) {
      offsets.push(written + pending);
      // JSON on one line each, so the first end of a line is that of the row.
      append(`${JSON.stringify(row)}\n`);
      append(JSON.stringify(sourceOf(row)));
    },
    source(number) {
      flush();
      const start = offsets.at(number);
      const bytes = Buffer.allocUnsafe(endOf(number) - start);
      file.read(bytes, start);
      return JSON.parse(bytes.toString("utf8", bytes.indexOf(NEW_LINE) + 1)) as ExampleSource;
    },
    async *read(numbers) {
      flush();
      let batch: number[] = [];
      // One buffer for all batches: a new one for each would wait for the garbage collector by the hundred.
      let buffer = Buffer.alloc(0);
      const load = async (): Promise<SpooledLine[]> => {
        const start = offsets.at(batch[0] as number);
        const length = endOf(batch[batch.length - 1] as number) - start;
        if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
        const bytes = buffer.subarray(0, length);
        await readRange(file.descriptor, bytes, start);
        return batch.map((number) => {
          const from = offsets.at(number) - start;
          const middle = bytes.indexOf(NEW_LINE, from);
          const source = bytes.toString("utf8", middle + 1, endOf(number) - start);
          return { number, json: bytes.toString("utf8", from, middle), source: JSON.parse(source) as ExampleSource };
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
}

async function readRange(descriptor: number, bytes: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesRead } = await readAsync(descriptor, bytes, offset, bytes.length - offset, position + offset);
    if (bytesRead === 0) throw endedEarly(position + offset);
    offset += bytesRead;
  }
}
