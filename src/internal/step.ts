import type { AnyIterable } from "../types.js";

// Steps hand each other arrays of items under this symbol, so that a pipeline costs one promise a
// page and not one an item a step. Users see plain async iterables.
const CHUNKS = Symbol.for("langsmith-finetune.chunks");

/** How many items a sink asks for at a time. Small enough that a chunk of large rows is not a burden. */
export const SINK_CHUNK_SIZE = 64;

interface Chunked<T> extends AsyncIterable<T> {
  [CHUNKS](size: number): AsyncGenerator<readonly T[], void, undefined>;
}

/** Turns items of one kind into any number of another. Made again for each pass, so it may hold state. */
export interface Transform<Input, Output> {
  /** Pushes what the item gives onto `output`. What it throws ends the pass, after `output` was handed on. */
  item(item: Input, output: Output[]): void;
  /** Called once when the source has ended. */
  end?(output: Output[]): void;
  /** What comes after that, for what has to be waited for. */
  rest?(): AsyncIterable<readonly Output[]>;
  /** Called once when the pass is over, however it ended. */
  close?(): void;
}

/**
 * An async iterable that opens its source again for each `for await`. The source has its items in pages: `open` gets
 * the most items that are wanted at a time.
 */
export function reiterableChunks<T>(
  open: (size: number) => AsyncGenerator<readonly T[], void, undefined>,
): AsyncIterable<T> {
  const chunked: Chunked<T> = {
    [CHUNKS]: open,
    [Symbol.asyncIterator]: () => itemsOf(open(1)),
  };
  return chunked;
}

/** Lets the pages of `source` pass through an object that iterates the same items, a loader say. */
export function passChunks<T>(target: AsyncIterable<T>, source: AsyncIterable<T>): void {
  Object.defineProperty(target, CHUNKS, { value: (size: number) => chunksOf(source, size) });
}

/**
 * The items of any iterable in arrays. A step of this package gives the arrays that it has; a
 * synchronous iterable is read `size` items ahead; any other gives one item at a time, so that
 * nothing is held back while the next is waited for.
 */
export function chunksOf<T>(source: AnyIterable<T>, size: number): AsyncGenerator<readonly T[], void, undefined> {
  if (CHUNKS in source) return (source as Chunked<T>)[CHUNKS](size);
  return Symbol.asyncIterator in source ? singles(source) : slices(source, size);
}

/** A lazy, re-iterable step: one synchronous transform over any source, closing it on early exit. */
export function step<Input, Output>(
  source: AnyIterable<Input>,
  createTransform: () => Transform<Input, Output>,
  { signal }: { signal?: AbortSignal } = {},
): AsyncIterable<Output> {
  return reiterableChunks((size) => run(source, createTransform(), size, signal));
}

async function* run<Input, Output>(
  source: AnyIterable<Input>,
  transform: Transform<Input, Output>,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Output[], void, undefined> {
  try {
    signal?.throwIfAborted();
    for await (const chunk of chunksOf(source, size)) {
      signal?.throwIfAborted();
      const output: Output[] = [];
      let failure: { error: unknown } | undefined;
      try {
        for (const item of chunk) transform.item(item, output);
      } catch (error) {
        failure = { error };
      }
      if (output.length > 0) yield output;
      if (failure) throw failure.error;
    }
    const last: Output[] = [];
    transform.end?.(last);
    if (last.length > 0) yield last;
    if (transform.rest) {
      for await (const chunk of transform.rest()) {
        signal?.throwIfAborted();
        if (chunk.length > 0) yield chunk;
      }
    }
  } finally {
    transform.close?.();
  }
}

async function* itemsOf<T>(chunks: AsyncGenerator<readonly T[], void, undefined>): AsyncGenerator<T, void, undefined> {
  for await (const chunk of chunks) yield* chunk;
}

async function* singles<T>(source: AsyncIterable<T>): AsyncGenerator<readonly T[], void, undefined> {
  for await (const item of source) yield [item];
}

async function* slices<T>(source: Iterable<T>, size: number): AsyncGenerator<readonly T[], void, undefined> {
  let slice: T[] = [];
  for (const item of source) {
    slice.push(item);
    if (slice.length >= size) {
      yield slice;
      slice = [];
    }
  }
  if (slice.length > 0) yield slice;
}
