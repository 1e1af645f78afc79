import { chunksOf, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, ExampleSource } from "../../types.js";
import { stringifyExact } from "../../internal/exact-json.js";

// Rows that are on the disk already are written from there, without being parsed for it.
const LINES = Symbol.for("langsmith-finetune.lines");

/** A row as it is written, and where it came from. */
export interface RowLine {
  json: string;
  source: ExampleSource;
}

interface WithLines {
  [LINES]?: () => AsyncGenerator<readonly RowLine[], void, undefined>;
}

/** Gives an iterable of rows a shorter way to their JSON. */
export function withLines<T extends object>(
  rows: T,
  open: () => AsyncGenerator<readonly RowLine[], void, undefined>,
): T {
  (rows as WithLines)[LINES] = open;
  return rows;
}

/** The rows as they are written. */
export async function* linesOf(rows: AnyIterable<object>): AsyncGenerator<readonly RowLine[], void, undefined> {
  const open = (rows as WithLines)[LINES];
  if (open) yield* open();
  else {
    for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) {
      yield chunk.map((row) => ({ json: stringifyExact(row) ?? "null", source: sourceOf(row) }));
    }
  }
}
