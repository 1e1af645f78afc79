import { isUtf8 } from "node:buffer";

const NEW_LINE = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Some lines that follow each other in a file. */
export interface LineBlock {
  /** Without their ends; undefined for one that is not UTF-8. Blank lines are there too. */
  lines: (string | undefined)[];
  /** The number of the first of them, counted from 1. */
  first: number;
}

/**
 * The lines of a stream of bytes, as many at a time as a block of the stream completes: a block is
 * decoded at once, which is much faster than line by line. A byte order mark is left out, and the
 * last line needs no end.
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<LineBlock, void, undefined> {
  let rest: Buffer[] = [];
  let first = 1;
  let started = false;
  const block = (data: Buffer): LineBlock => {
    const lines = decode(data);
    const result = { lines, first };
    first += lines.length;
    return result;
  };
  for await (let data of bytes) {
    if (!started && data.length > 0) {
      started = true;
      if (data.subarray(0, 3).equals(BYTE_ORDER_MARK)) data = data.subarray(3);
    }
    const end = data.lastIndexOf(NEW_LINE);
    if (end < 0) {
      rest.push(data);
      continue;
    }
    const whole = data.subarray(0, end);
    yield block(rest.length > 0 ? Buffer.concat([...rest, whole]) : whole);
    rest = end + 1 < data.length ? [data.subarray(end + 1)] : [];
  }
  if (rest.length > 0) yield block(Buffer.concat(rest));
}

function decode(data: Buffer): (string | undefined)[] {
  if (isUtf8(data)) return data.toString("utf8").split("\n");
  const lines: (string | undefined)[] = [];
  for (let start = 0; start <= data.length; ) {
    const end = data.indexOf(NEW_LINE, start);
    const line = data.subarray(start, end < 0 ? data.length : end);
    lines.push(isUtf8(line) ? line.toString("utf8") : undefined);
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}
