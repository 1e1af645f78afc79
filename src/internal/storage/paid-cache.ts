import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { appendFile, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { hash } from "../hash.js";
import { isRecord } from "../is-record.js";
import { unwritable } from "../files/unwritable.js";
import { stableStringify } from "../stable-stringify.js";
import { createIntegers, createNumbers } from "./column.js";
import { createDigestIndex } from "./digest-index.js";
import { jsonOrUndefined } from "../json.js";

/** What has been paid for, by a hash of all that it was asked with. */
export interface PaidCache {
  get(key: string): unknown;
  /** On disk before it returns. */
  set(key: string, value: unknown): Promise<void>;
  /** Many values at once. */
  setAll(entries: readonly PaidEntry[]): Promise<void>;
}

/** A value under its key. */
export interface PaidEntry {
  readonly key: string;
  readonly value: unknown;
}

/** A key of any JSON values. */
export function cacheKey(...parts: unknown[]): string {
  return hash("sha256", stableStringify(parts), "hex");
}

const NO_CACHE: PaidCache = { get: () => undefined, set: async () => undefined, setAll: async () => undefined };
const NEW_LINE = 10;
const READ_BYTES = 1 << 20;

/**
 * A file of JSON lines to which each value is appended as soon as it is there. The values stay on the disk; in memory
 * are some 30 bytes for each. A line that was cut short by a crash, or is broken, costs its own value alone, which is
 * asked for again.
 */
export async function openCache(path: string | undefined): Promise<PaidCache> {
  if (path === undefined) return NO_CACHE;
  const refused = (cause: unknown) => {
    throw unwritable(path, cause, {
      option: "cache",
      value: dirname(path),
      hint: "What was answered before is kept, and is not asked again.",
    });
  };
  await mkdir(dirname(path), { recursive: true }).catch(refused);
  const lines = createLineIndex();
  let size = existsSync(path) ? await readIndex(path, (key, start, length) => lines.add(key, start, length)) : 0;
  // What follows a line that was cut short must not become part of it.
  const { whole } = lines;
  if (whole < size) {
    await appendFile(path, "\n").catch(refused);
    size += 1;
  }
  let last: Promise<void> = Promise.resolve();
  const setAll = (entries: readonly PaidEntry[]): Promise<void> => {
    // One after the other: each must know where it stands.
    last = last.then(async () => {
      const written = entries.map(({ key, value }) => Buffer.from(`${JSON.stringify({ key, value })}\n`));
      const file = await open(path, "a").catch(refused);
      if (!file) return;
      try {
        const bytes = Buffer.concat(written);
        await file.appendFile(bytes);
        // Another process may have written since.
        size = (await file.stat()).size;
        let start = size - bytes.length;
        for (const [index, line] of written.entries()) {
          lines.add(entries[index]?.key, start, line.length - 1);
          start += line.length;
        }
      } catch (error) {
        refused(error);
      } finally {
        await file.close();
      }
    });
    return last;
  };
  return {
    get(key) {
      const place = lines.find(key);
      if (place === undefined) return undefined;
      const entry = jsonOrUndefined(readLine(path, place.start, place.length));
      return isRecord(entry) && entry.key === key ? entry.value : undefined;
    },
    set: (key, value) => setAll([{ key, value }]),
    setAll,
  };
}

function readLine(path: string, start: number, length: number): string {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(length);
    const read = readSync(descriptor, bytes, 0, length, start);
    return bytes.toString("utf8", 0, read);
  } finally {
    closeSync(descriptor);
  }
}

/** Where the line of each key stands. Of several lines of a key the last counts. */
function createLineIndex() {
  const digests = createDigestIndex();
  const starts = createNumbers();
  const lengths = createIntegers();
  let whole = 0;
  return {
    /** The end of the last line. */
    get whole() {
      return whole;
    },
    add(key: string | undefined, start: number, length: number): void {
      whole = start + length + 1;
      if (key === undefined) return;
      const number = digests.add(key);
      if (number === starts.length) {
        starts.push(start);
        lengths.push(length);
      } else {
        starts.set(number, start);
        lengths.set(number, length);
      }
    },
    find(key: string): { start: number; length: number } | undefined {
      const number = digests.find(Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8, 16), 16));
      return number < 0 ? undefined : { start: starts.at(number), length: lengths.at(number) };
    },
  };
}

const KEY = /^\{"key":"([0-9a-f]{64})","value":/;

/** Reads the file once, and gives its size. */
async function readIndex(
  path: string,
  see: (key: string | undefined, start: number, length: number) => void,
): Promise<number> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(READ_BYTES);
    let size = 0;
    let start = 0;
    let head = "";
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, READ_BYTES, size);
      if (bytesRead === 0) return size;
      for (let from = 0; from < bytesRead;) {
        const end = bytes.indexOf(NEW_LINE, from);
        const stop = end < 0 || end >= bytesRead ? bytesRead : end;
        // The key stands at the beginning of the line; the value is not read.
        if (head.length < 100) head += bytes.toString("latin1", from, Math.min(stop, from + 100));
        if (stop < bytesRead) {
          see(KEY.exec(head)?.[1], start, size + stop - start);
          start = size + stop + 1;
          head = "";
        }
        from = stop + 1;
      }
      size += bytesRead;
    }
  } finally {
    await file.close();
  }
}
