import { makeRoom } from "./make-room.js";

/**
 * Numbers distinct 64-bit digests from 0, in typed arrays: 8 bytes for each and 5 to 11 for the table. With a
 * million of them two different texts share one with a chance of 3e-8, with ten million of 3e-6.
 */
export interface DigestIndex {
  readonly size: number;
  /** The number of a digest in hexadecimal, of which the first 64 bits count. It is given one if it has none. */
  add(digest: string): number;
  /** The number of a digest as two words, or -1. */
  find(high: number, low: number): number;
  /** A numbered digest in hexadecimal. */
  text(number: number): string;
  /** The order of two numbered digests. */
  compare(left: number, right: number): number;
}

const EMPTY = 0xffffffff;
// In pages, so that growing copies nothing and leaves little room unused.
const PAGE_BITS = 14;
const PAGE_DIGESTS = 1 << PAGE_BITS;
const PAGE_WORDS = PAGE_DIGESTS * 2;

// By character code of a digit. A digest is written in small letters.
const HEXADECIMAL = new Uint8Array(128);
for (let digit = 0; digit < 16; digit += 1) HEXADECIMAL[digit.toString(16).charCodeAt(0)] = digit;

/** Several times as fast as `parseInt` of a slice, which all rows would wait for a dozen times each. */
function wordAt(digest: string, start: number): number {
  let word = 0;
  const end = Math.min(start + 8, digest.length);
  for (let at = start; at < end; at += 1) word = (word << 4) | (HEXADECIMAL[digest.charCodeAt(at) & 127] as number);
  return word >>> 0;
}

export const highWord = (digest: string): number => wordAt(digest, 0);
export const lowWord = (digest: string): number => wordAt(digest, 8);

export function createDigestIndex(): DigestIndex {
  const pages: Uint32Array[] = [];
  let table = new Uint32Array(256).fill(EMPTY);
  let size = 0;

  const wordOf = (number: number, word: 0 | 1) =>
    (pages[number >>> PAGE_BITS] as Uint32Array)[(number % PAGE_DIGESTS) * 2 + word] as number;
  // The digests are evenly spread already, so their first word serves as the hash.
  const slotOf = (high: number, low: number) => {
    const mask = table.length - 1;
    let slot = high & mask;
    for (let number = table[slot] as number; number !== EMPTY; number = table[slot] as number) {
      if (wordOf(number, 0) === high && wordOf(number, 1) === low) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const growTable = () => {
    table = new Uint32Array(table.length * 2).fill(EMPTY);
    const mask = table.length - 1;
    for (let number = 0; number < size; number += 1) {
      let slot = wordOf(number, 0) & mask;
      while (table[slot] !== EMPTY) slot = (slot + 1) & mask;
      table[slot] = number;
    }
  };

  return {
    get size() {
      return size;
    },
    add(digest) {
      const high = highWord(digest);
      const low = lowWord(digest);
      let slot = slotOf(high, low);
      if (table[slot] !== EMPTY) return table[slot] as number;
      if ((size + 1) * 4 > table.length * 3) {
        growTable();
        slot = slotOf(high, low);
      }
      makeRoom(pages, size * 2, PAGE_WORDS, (length) => new Uint32Array(length));
      const page = pages[pages.length - 1] as Uint32Array;
      page[(size % PAGE_DIGESTS) * 2] = high;
      page[(size % PAGE_DIGESTS) * 2 + 1] = low;
      table[slot] = size;
      size += 1;
      return size - 1;
    },
    find(high, low) {
      const found = table[slotOf(high, low)] as number;
      return found === EMPTY ? -1 : found;
    },
    text: (number) => [wordOf(number, 0), wordOf(number, 1)].map((word) => word.toString(16).padStart(8, "0")).join(""),
    compare: (left, right) => wordOf(left, 0) - wordOf(right, 0) || wordOf(left, 1) - wordOf(right, 1),
  };
}
