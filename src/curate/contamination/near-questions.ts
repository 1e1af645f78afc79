/** The questions that share shingles with a row. */
export interface NearQuestions {
  /** Takes a shingle of the row that is looked at. */
  see(hash: number): void;
  /** The question that the row has most of, at least the threshold. Begins the next row. `shingles` are those of the row. */
  best(shingles: () => ReadonlySet<number>): { question: number; share: number } | undefined;
}

/** A shingle of more questions than this, or than a thousandth of all, is a phrase that they share and says nothing of one. */
const SHARED = 10;
const EMPTY = 0xffffffff;
const COARSE_BITS = 18;

/** So many of the rarest shingles must be there before a question is compared whole. */
const HITS = 3;

/**
 * A row that has `needed` of a question's shingles has at least `hits` of any `size - needed + hits` of them. So only
 * that many are looked up, the rarest, and questions of which so many are found are compared whole (prefix filtering:
 * Chaudhuri, Ganti, Kaushik 2006).
 *
 * @param questions The shingles of each question, each once; nothing for one that is not looked for.
 * @param least How many of them must be left without the phrases that many share; with fewer, all of them count.
 */
export function createNearQuestions(
  questions: readonly (Uint32Array | undefined)[],
  least: number,
  threshold: number,
): NearQuestions {
  const total = questions.reduce((sum, own) => sum + (own?.length ?? 0), 0);
  const table = createHashTable(total);
  const frequency = new Uint32Array(total);
  const tally = (counts: Uint32Array, index: number) => void (counts[index] = (counts[index] as number) + 1);
  for (const own of questions) for (const hash of own ?? []) tally(frequency, table.add(hash));
  const frequencyOf = (hash: number) => frequency[table.find(hash)] as number;
  const most = Math.max(SHARED, questions.length / 1000);
  const looked = questions.map((own = new Uint32Array(0)) => {
    const telling = own.filter((hash) => frequencyOf(hash) <= most);
    return (telling.length < least ? own : telling).sort((left, right) => frequencyOf(left) - frequencyOf(right));
  });
  const neededOf = (own: Uint32Array) => Math.ceil(own.length * threshold);
  const hitsOf = (own: Uint32Array) => Math.min(HITS, neededOf(own));
  const prefixOf = (own: Uint32Array) => own.subarray(0, own.length - neededOf(own) + hitsOf(own));

  const starts = new Uint32Array(table.size + 1);
  for (const own of looked) for (const hash of prefixOf(own)) tally(starts, table.find(hash) + 1);
  for (let number = 1; number <= table.size; number += 1)
    starts[number] = (starts[number] as number) + (starts[number - 1] as number);
  const next = starts.slice();
  const lists = new Uint32Array(starts[table.size] as number);
  // A bit for each shingle, and 31 that say that there is none.
  const filterBits = Math.min(23, Math.max(10, Math.ceil(Math.log2(lists.length + 1)) + 5));
  const filter = new Uint32Array(2 ** (filterBits - 5));
  // The same in 32 kB, which a processor has at hand: most shingles of a row need not be looked for in the large one.
  const coarseBits = Math.min(COARSE_BITS, filterBits);
  const coarse = new Uint32Array(2 ** (coarseBits - 5));
  for (const [question, own] of looked.entries()) {
    for (const hash of prefixOf(own)) {
      const number = table.find(hash);
      lists[next[number] as number] = question;
      tally(next, number);
      mark(filter, hash >>> (32 - filterBits));
      mark(coarse, hash >>> (32 - coarseBits));
    }
  }

  const hits = new Uint32Array(questions.length);
  const touched: number[] = [];
  return {
    see(hash) {
      if (!isMarked(coarse, hash >>> (32 - coarseBits)) || !isMarked(filter, hash >>> (32 - filterBits))) return;
      const number = table.find(hash);
      if (number < 0) return;
      for (let place = starts[number] as number; place < (starts[number + 1] as number); place += 1) {
        const question = lists[place] as number;
        if (hits[question] === 0) touched.push(question);
        tally(hits, question);
      }
    },
    best(shingles) {
      let all: ReadonlySet<number> | undefined;
      let found: { question: number; share: number } | undefined;
      for (const question of touched) {
        const own = looked[question] as Uint32Array;
        const enough = (hits[question] as number) >= hitsOf(own);
        hits[question] = 0;
        if (!enough) continue;
        all ??= shingles();
        let count = 0;
        for (const hash of own) if (all.has(hash)) count += 1;
        const share = count / own.length;
        if (share >= threshold && (found === undefined || share > found.share)) found = { question, share };
      }
      touched.length = 0;
      return found;
    },
  };
}

function mark(bits: Uint32Array, bit: number): void {
  bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
}

const isMarked = (bits: Uint32Array, bit: number): boolean => ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;

/** Numbers distinct hashes from 0. Open addressing, at most half full. */
function createHashTable(most: number) {
  const bits = Math.max(4, Math.ceil(Math.log2(most * 2 + 1)));
  const keys = new Uint32Array(2 ** bits);
  const numbers = new Uint32Array(2 ** bits).fill(EMPTY);
  let size = 0;
  const slotOf = (hash: number) => {
    let slot = Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
    while (numbers[slot] !== EMPTY && keys[slot] !== hash) slot = (slot + 1) & (2 ** bits - 1);
    return slot;
  };
  return {
    get size() {
      return size;
    },
    add(hash: number): number {
      const slot = slotOf(hash);
      if (numbers[slot] !== EMPTY) return numbers[slot] as number;
      keys[slot] = hash;
      numbers[slot] = size;
      size += 1;
      return size - 1;
    },
    find(hash: number): number {
      const number = numbers[slotOf(hash)] as number;
      return number === EMPTY ? -1 : number;
    },
  };
}
