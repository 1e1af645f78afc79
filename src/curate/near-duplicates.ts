import { createSignature, similarity, type SignatureLength } from "./min-hash.js";

/** Signatures of rows, and which of them are near each other. 64 or 128 bytes for each row. */
export interface NearIndex {
  add(row: unknown): void;
  similarity(left: number, right: number): number;
  /**
   * Calls `found` with pairs of rows whose similarity is at least `threshold`: enough of them to
   * connect every cluster. Only the given rows are looked at.
   */
  pairs(threshold: number, rows: Uint32Array, found: (left: number, right: number) => void): void;
}

// A band's hash has 26 bits and the row's place 27: together a double holds them exactly.
const INDEX = 2 ** 27;
const PAGE_ROWS = 1 << 12;
/** Rows of a bucket that each further row is compared with. */
const COMPARED = 8;

export function createNearIndex(length: SignatureLength = 128): NearIndex {
  const signatureOf = createSignature(length);
  const pages: Uint8Array[] = [];
  let size = 0;
  const at = (row: number) => {
    const start = (row % PAGE_ROWS) * length;
    return (pages[Math.floor(row / PAGE_ROWS)] as Uint8Array).subarray(start, start + length);
  };
  return {
    add(row) {
      if (size % PAGE_ROWS === 0) pages.push(new Uint8Array(PAGE_ROWS * length));
      size += 1;
      at(size - 1).set(signatureOf(row));
    },
    similarity: (left, right) => similarity(at(left), at(right)),
    pairs(threshold, rows, found) {
      const { bands, width } = bandsFor(threshold, length);
      // One band at a time: sorted by the band's hash, rows that may be near stand beside each other.
      const order = new Float64Array(rows.length);
      for (let band = 0; band < bands; band += 1) {
        for (let index = 0; index < rows.length; index += 1) {
          order[index] = bandHash(at(rows[index] as number), band * width, width) * INDEX + index;
        }
        order.sort();
        sweep(order, rows, threshold, at, found);
      }
    },
  };
}

function sweep(
  order: Float64Array,
  rows: Uint32Array,
  threshold: number,
  at: (row: number) => Uint8Array,
  found: (left: number, right: number) => void,
): void {
  let bucket = -1;
  let compared: number[] = [];
  for (const entry of order) {
    const hash = Math.floor(entry / INDEX);
    const row = rows[entry - hash * INDEX] as number;
    if (hash !== bucket) {
      bucket = hash;
      compared = [];
    }
    const near = compared.find((other) => similarity(at(other), at(row)) >= threshold);
    if (near !== undefined) found(near, row);
    // A row that is near to one of the bucket is represented by it.
    else if (compared.length < COMPARED) compared.push(row);
    else compared[COMPARED - 1] = row;
  }
}

/**
 * Locality-sensitive hashing: the widest bands with which two rows at the threshold share at least one
 * band with a probability of 0.99. (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4.)
 */
export function bandsFor(threshold: number, length: number): { bands: number; width: number } {
  for (let width = 16; width > 1; width -= 1) {
    const bands = Math.floor(length / width);
    if (1 - (1 - threshold ** width) ** bands >= 0.99) return { bands, width };
  }
  return { bands: length, width: 1 };
}

// FNV-1a.
function bandHash(signature: Uint8Array, start: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < start + width; index += 1) hash = Math.imul(hash ^ (signature[index] as number), 0x01000193);
  return hash >>> 6;
}
