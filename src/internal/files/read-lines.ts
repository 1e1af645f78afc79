import { isUtf8 } from "node:buffer";
import type { AnyIterable } from "../../types.js";

const NEW_LINE = 10;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line that is not a text. */
export interface UnreadableLine {
  code: "invalid-utf8" | "line-too-long";
  message: string;
}

const NOT_UTF8: UnreadableLine = { code: "invalid-utf8", message: "The line is not UTF-8." };
const TOO_LONG: UnreadableLine = {
  code: "line-too-long",
  message: "The line is longer than 256 MiB and was passed over.",
};
const LONGEST = 256 * 1024 * 1024;

/** Some lines that follow each other in a file. */
export interface LineBlock {
  /** Without `\n`; a `\r` before it stays. Blank lines are there too. */
  lines: (string | UnreadableLine)[];
  /** The number of the first of them, counted from 1. */
  first: number;
  /** With the first line: the byte order mark that the file begins with. UTF-8's is left out of the line. */
  mark?: "utf-8" | "utf-16";
}

/**
 * The lines of a stream of bytes, as many at a time as a block of the stream completes, which costs a
 * promise a block and not one a line. The last line needs no end. Of a line that is much longer than
 * `longest`, which no string could hold, nothing is kept.
 */
export async function* readLines(
  bytes: AnyIterable<Uint8Array>,
  { longest = LONGEST }: { longest?: number } = {},
): AsyncGenerator<LineBlock, void, undefined> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let first = 1;
  const hold = (data: Buffer) => {
    heldBytes += data.length;
    if (heldBytes <= longest) held.push(data);
    else held = [];
  };
  const block = (data: Buffer): LineBlock => {
    const result =
      heldBytes > longest
        ? { lines: afterTooLong(data), first }
        : decodeBlock(held.length > 0 ? Buffer.concat([...held, data]) : data, first);
    held = [];
    heldBytes = 0;
    first += result.lines.length;
    return result;
  };
  for await (const piece of bytes) {
    const data = Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const end = data.lastIndexOf(NEW_LINE);
    if (end >= 0) yield block(data.subarray(0, end));
    if (end + 1 < data.length) hold(data.subarray(end + 1));
  }
  if (heldBytes > 0) yield block(Buffer.alloc(0));
}

function decodeBlock(data: Buffer, first: number): LineBlock {
  if (first > 1) return { lines: decode(data), first };
  if (data.subarray(0, 3).equals(UTF8_MARK)) return { lines: decode(data.subarray(3)), first, mark: "utf-8" };
  const isUtf16 = (data[0] === 0xff && data[1] === 0xfe) || (data[0] === 0xfe && data[1] === 0xff);
  return { lines: decode(data), first, ...(isUtf16 && { mark: "utf-16" }) };
}

function afterTooLong(data: Buffer): LineBlock["lines"] {
  const end = data.indexOf(NEW_LINE);
  return end < 0 ? [TOO_LONG] : [TOO_LONG, ...decode(data.subarray(end + 1))];
}

function decode(data: Buffer): LineBlock["lines"] {
  // Asked once a block, and decoded by the line: one rare character in a block would make two bytes of each of its characters.
  const allUtf8 = isUtf8(data);
  const lines: LineBlock["lines"] = [];
  for (let start = 0; start <= data.length;) {
    const next = data.indexOf(NEW_LINE, start);
    const end = next < 0 ? data.length : next;
    lines.push(allUtf8 || isUtf8(data.subarray(start, end)) ? data.toString("utf8", start, end) : NOT_UTF8);
    start = end + 1;
  }
  return lines;
}
