/** Numbers distinct 128-bit digests from 0, in typed arrays: 16 bytes for each and 5 to 11 for the table. */
export interface DigestIndex {
  readonly size: number;
  /** The number of a digest, which is given one if it has none. */
  add(digest: string): number;
  /** The number of a digest, or -1. */
  find(digest: string): number;
  /** A numbered digest in hexadecimal. */
  text(number: number): string;
  /** The order of two numbered digests. */
  compare(left: number, right: number): number;
}

const WORDS = 4;
const EMPTY = 0xffffffff;
// In pages, so that growing copies nothing and leaves little room unused.
const PAGE_DIGESTS = 1 << 12;
const PAGE_WORDS = PAGE_DIGESTS * WORDS;

export function createDigestIndex(): DigestIndex {
  const pages: Uint32Array[] = [];
  let table = new Uint32Array(2048).fill(EMPTY);
  let size = 0;
  const key = new Uint32Array(WORDS);

  const read = (digest: string) => {
    for (let word = 0; word < WORDS; word += 1) key[word] = Number.parseInt(digest.slice(word * 8, word * 8 + 8), 16);
  };
  const at = (index: number) => (pages[Math.floor(index / PAGE_WORDS)] as Uint32Array)[index % PAGE_WORDS] as number;
  const matches = (number: number) => {
    const page = pages[Math.floor(number / PAGE_DIGESTS)] as Uint32Array;
    const base = (number % PAGE_DIGESTS) * WORDS;
    return page[base] === key[0] && page[base + 1] === key[1] && page[base + 2] === key[2] && page[base + 3] === key[3];
  };
  // The digests are evenly spread already, so their first word serves as the hash.
  const slotOf = () => {
    const mask = table.length - 1;
    let slot = (key[0] as number) & mask;
    while (table[slot] !== EMPTY && !matches(table[slot] as number)) slot = (slot + 1) & mask;
    return slot;
  };
  const growTable = () => {
    table = new Uint32Array(table.length * 2).fill(EMPTY);
    const mask = table.length - 1;
    for (let number = 0; number < size; number += 1) {
      let slot = at(number * WORDS) & mask;
      while (table[slot] !== EMPTY) slot = (slot + 1) & mask;
      table[slot] = number;
    }
  };

  return {
    get size() {
      return size;
    },
    add(digest) {
      read(digest);
      let slot = slotOf();
      if (table[slot] !== EMPTY) return table[slot] as number;
      if ((size + 1) * 4 > table.length * 3) {
        growTable();
        slot = slotOf();
      }
      if (size % PAGE_DIGESTS === 0) pages.push(new Uint32Array(PAGE_WORDS));
      (pages[pages.length - 1] as Uint32Array).set(key, (size % PAGE_DIGESTS) * WORDS);
      table[slot] = size;
      size += 1;
      return size - 1;
    },
    find(digest) {
      read(digest);
      const found = table[slotOf()] as number;
      return found === EMPTY ? -1 : found;
    },
    text(number) {
      let text = "";
      for (let word = 0; word < WORDS; word += 1) text += at(number * WORDS + word).toString(16).padStart(8, "0");
      return text;
    },
    compare(left, right) {
      for (let word = 0; word < WORDS; word += 1) {
        const difference = at(left * WORDS + word) - at(right * WORDS + word);
        if (difference !== 0) return difference;
      }
      return 0;
    },
  };
}
