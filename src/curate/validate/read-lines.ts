import { createReadStream } from "node:fs";

/** A line of a file: its bytes without the line end, counted from 1. */
export interface FileLine {
  readonly number: number;
  /** Left out when the line is longer than the limit. */
  readonly bytes?: Buffer;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The lines of a file, a chunk of the file at a time, ended by `\n` or `\r\n`. The last line needs
 * no end. A line above the limit is passed over without being held.
 */
export async function* readLines(path: string, { longest = 256 * 1024 * 1024, signal }: { longest?: number; signal?: AbortSignal } = {}): AsyncGenerator<readonly FileLine[], void, undefined> {
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const finish = (last: Buffer): FileLine => {
    number += 1;
    const length = heldBytes + last.length;
    const bytes = length > longest ? undefined : heldBytes === 0 ? last : Buffer.concat([...held, last], length);
    held = [];
    heldBytes = 0;
    if (bytes === undefined) return { number };
    return { number, bytes: bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes };
  };
  for await (const data of createReadStream(path, { highWaterMark: 256 * 1024, signal }) as AsyncIterable<Buffer>) {
    const lines: FileLine[] = [];
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      lines.push(finish(data.subarray(start, end)));
      start = end + 1;
    }
    if (start < data.length) {
      heldBytes += data.length - start;
      if (heldBytes <= longest) held.push(data.subarray(start));
      else held = [];
    }
    if (lines.length > 0) yield lines;
  }
  if (heldBytes > 0) yield [finish(Buffer.alloc(0))];
}
