import { createRecordStore } from "../../internal/storage/record-store.js";

/** Vectors of one length, one after the other: in memory up to 8 MB, then in a temporary file. */
export interface VectorStore {
  readonly length: number;
  readonly dimensions: number;
  push(vector: Float32Array): void;
  /** Copies a vector to a place of `target`. */
  read(index: number, target: Float32Array, offset?: number): void;
  /** All vectors in their order: `numbers` holds one from `start` on, until `see` returns. */
  each(see: (numbers: Float32Array, start: number, index: number) => void): void;
  close(): void;
}

export function createVectorStore(dimensions: number): VectorStore {
  const store = createRecordStore(dimensions);
  const wordsOf = (numbers: Float32Array) => new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return {
    get length() {
      return store.length;
    },
    dimensions,
    push: (vector) => store.push(wordsOf(vector)),
    read: (index, target, offset = 0) => store.read(index, wordsOf(target), offset),
    each(see) {
      let page: Uint32Array | undefined;
      let numbers: Float32Array = new Float32Array();
      store.each((words, start, index) => {
        if (words !== page) {
          page = words;
          numbers = new Float32Array(words.buffer, words.byteOffset, words.length);
        }
        see(numbers, start, index);
      });
    },
    close: () => store.close(),
  };
}

/** Makes the length of a vector 1, so that the product of two is their cosine. False for one that has no direction. */
export function normalise(vector: Float32Array): boolean {
  let square = 0;
  for (const number of vector) square += number * number;
  if (!(square > 0) || !Number.isFinite(square)) return false;
  const length = Math.sqrt(square);
  for (let place = 0; place < vector.length; place += 1) vector[place] = (vector[place] as number) / length;
  return true;
}

/** The cosine of two vectors of length 1. */
export function cosine(
  left: Float32Array,
  leftStart: number,
  right: Float32Array,
  rightStart: number,
  dimensions: number,
): number {
  let sum = 0;
  for (let place = 0; place < dimensions; place += 1)
    sum += (left[leftStart + place] as number) * (right[rightStart + place] as number);
  return sum;
}
