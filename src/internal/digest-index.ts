/** Numbers distinct 128-bit digests from 0, in typed arrays: 16 bytes for each and 4 to 16 for the table. */
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

export function createDigestIndex(): DigestIndex {
  let words = new Uint32Array(WORDS * 1024);
  let table = new Uint32Array(2048).fill(EMPTY);
  let size = 0;
  const key = new Uint32Array(WORDS);

  const read = (digest: string) => {
    for (let word = 0; word < WORDS; word += 1) key[word] = Number.parseInt(digest.slice(word * 8, word * 8 + 8), 16);
  };
  const at = (index: number) => words[index] as number;
  const matches = (number: number) => {
    const base = number * WORDS;
    return at(base) === key[0] && at(base + 1) === key[1] && at(base + 2) === key[2] && at(base + 3) === key[3];
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
      if ((size + 1) * WORDS > words.length) words = grown(words, words.length * 1.5);
      words.set(key, size * WORDS);
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

function grown(words: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(length / WORDS) * WORDS);
  larger.set(words);
  return larger;
}
