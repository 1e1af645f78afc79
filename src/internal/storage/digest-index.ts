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
const PAGE_DIGESTS = 1 << 14;
const PAGE_WORDS = PAGE_DIGESTS * 2;

export const highWord = (digest: string): number => Number.parseInt(digest.slice(0, 8), 16);
export const lowWord = (digest: string): number => Number.parseInt(digest.slice(8, 16), 16);

export function createDigestIndex(): DigestIndex {
  const pages: Uint32Array[] = [];
  let table = new Uint32Array(2048).fill(EMPTY);
  let size = 0;

  const wordAt = (number: number, word: 0 | 1) =>
    (pages[Math.floor(number / PAGE_DIGESTS)] as Uint32Array)[(number % PAGE_DIGESTS) * 2 + word] as number;
  // The digests are evenly spread already, so their first word serves as the hash.
  const slotOf = (high: number, low: number) => {
    const mask = table.length - 1;
    let slot = high & mask;
    for (let number = table[slot] as number; number !== EMPTY; number = table[slot] as number) {
      if (wordAt(number, 0) === high && wordAt(number, 1) === low) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const growTable = () => {
    table = new Uint32Array(table.length * 2).fill(EMPTY);
    const mask = table.length - 1;
    for (let number = 0; number < size; number += 1) {
      let slot = wordAt(number, 0) & mask;
      while (table[slot] !== EMPTY) slot = (slot + 1) & mask;
      table[slot] = number;
    }
  };

  return {
    get size() {
      return size;
    },
    add(digest) {
      const [high, low] = [highWord(digest), lowWord(digest)];
      let slot = slotOf(high, low);
      if (table[slot] !== EMPTY) return table[slot] as number;
      if ((size + 1) * 4 > table.length * 3) {
        growTable();
        slot = slotOf(high, low);
      }
      if (size % PAGE_DIGESTS === 0) pages.push(new Uint32Array(PAGE_WORDS));
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
    text: (number) => [wordAt(number, 0), wordAt(number, 1)].map((word) => word.toString(16).padStart(8, "0")).join(""),
    compare: (left, right) => wordAt(left, 0) - wordAt(right, 0) || wordAt(left, 1) - wordAt(right, 1),
  };
}
