import { collectWords, mixed, SHINGLE } from "./words.js";

/** Places of a signature, a byte each. The standard error of an estimated similarity of 0.8 is 0.035. */
const PLACES = 128;
/** The places in 32-bit words, which is how signatures are kept. */
const SIGNATURE_WORDS = PLACES / 4;

/** Behind the places: a hash of all words, one of the words of the last answer, and places of the answer's own. */
const ALL_WORDS = SIGNATURE_WORDS;
const ANSWER = SIGNATURE_WORDS + 1;
const ANSWER_PLACES = SIGNATURE_WORDS + 2;
const ANSWER_SKETCH = 4;
/** What is kept of a row, in 32-bit words. */
export const RECORD_WORDS = ANSWER_PLACES + ANSWER_SKETCH;
/** Answers of fewer words are compared word by word: labels, yes and no. */
export const SHORT_ANSWER = 8;

/**
 * The MinHash signature of a row's conversation over shingles of three words (Broder 1997): one hash for
 * each shingle, whose first bits choose the place that it competes for (one permutation hashing, Li, Owen,
 * Zhang 2012); places that nobody competed for are filled from others (optimal densification, Shrivastava
 * 2017); one byte of each minimum is kept (b-bit minwise hashing, Li and König 2010). System and
 * developer messages and tool definitions are left out: all rows of one application share them.
 *
 * What is returned is overwritten by the next call.
 */
export function createSignature(): (row: unknown) => Uint32Array {
  const minima = new Float64Array(PLACES);
  const signature = new Uint32Array(RECORD_WORDS);
  const places = new Uint8Array(signature.buffer);
  const words: number[] = [];
  const shift = 32 - Math.log2(PLACES);
  return (row) => {
    words.length = 0;
    const answer = collectWords(row, words);
    const answerWords = words.length - answer;
    minima.fill(Infinity);
    for (let start = 0; start === 0 || start + SHINGLE <= words.length; start += 1) {
      const hash = shingleAt(words, start);
      const place = hash >>> shift;
      const rest = mixed(hash ^ 0x5eed);
      if (rest < (minima[place] as number)) minima[place] = rest;
    }
    for (let place = 0; place < PLACES; place += 1) {
      let from = place;
      for (let attempt = 1; minima[from] === Infinity; attempt += 1) from = mixed(place * 0x10001 + attempt) >>> shift;
      places[place] = (minima[from] as number) & 0xff;
    }
    signature[ALL_WORDS] = hashOfWords(words);
    signature[ANSWER] = hashOfWords(words, answer);
    for (let place = 0; place < ANSWER_SKETCH * 4; place += 1) {
      let least = answerWords < SHORT_ANSWER ? mixed((signature[ANSWER] as number) + place) : 0xffffffff;
      if (answerWords >= SHORT_ANSWER) {
        const salt = place * 0x9e3779b1;
        for (let at = answer; at < words.length; at += 1) {
          const hash = mixed((words[at] as number) ^ salt);
          if (hash < least) least = hash;
        }
      }
      places[ANSWER_PLACES * 4 + place] = least & 0xff;
    }
    return signature;
  };
}

/** The same words, in the same order. */
function sameWords(left: Uint32Array, leftStart: number, right: Uint32Array, rightStart: number): boolean {
  return left[leftStart + ALL_WORDS] === right[rightStart + ALL_WORDS];
}

/** Whether two rows may end with an answer of mostly the same words. Labels and other short answers must be the same. */
export function answersAlike(left: Uint32Array, leftStart: number, right: Uint32Array, rightStart: number): boolean {
  if (left[leftStart + ANSWER] === right[rightStart + ANSWER]) return true;
  let same = 0;
  for (let place = 0; place < ANSWER_SKETCH * 4; place += 1) {
    const from = ANSWER_PLACES * 4 + place;
    if (byteAt(left, leftStart, from) === byteAt(right, rightStart, from)) same += 1;
  }
  return same * 5 >= ANSWER_SKETCH * 4;
}

/** By place, the byte that more than half of the rows have there, or -1. What most rows share says nothing of two. */
export type CommonPlaces = Int16Array;

/** Fewer rows share by chance, or because they are duplicates. */
const LEAST_ROWS = 10;

/** Counts the bytes of many signatures. */
export function createCommonPlaces(): { add(words: Uint32Array, start: number): void; finish(): CommonPlaces } {
  const counts = new Uint32Array(PLACES * 256);
  let rows = 0;
  return {
    add(words, start) {
      rows += 1;
      for (let place = 0; place < PLACES; place += 1) {
        const cell = place * 256 + byteAt(words, start, place);
        counts[cell] = (counts[cell] as number) + 1;
      }
    },
    finish() {
      const common = new Int16Array(PLACES).fill(-1);
      if (rows < LEAST_ROWS) return common;
      for (let cell = 0; cell < counts.length; cell += 1)
        if ((counts[cell] as number) * 2 > rows) common[cell >>> 8] = cell & 0xff;
      return common;
    },
  };
}

/** Places at which the rest of a row must show before two rows are compared by them. */
const LEAST_PLACES = 3;

/** Of a fifth of what two rows have, which is left in where most rows share it, no more places are. */
const FEW_SHARED = 0.3 * PLACES;

/** How far below the threshold an estimate may be, in its standard errors, for the rows to be compared themselves. */
const MARGIN = 3;

/**
 * Whether two rows may be as similar as `threshold` in what they have beside that which most rows share: by the
 * places at which one of them has something else; where nothing is common, by all. Rows that hardly differ from what
 * all share are alike only if all words are the same. Misses one of five hundred pairs whose similarity is
 * just the threshold, and fewer of those above it.
 */
export function mayBeNear(
  common: CommonPlaces,
  threshold: number,
  left: Uint32Array,
  leftStart: number,
  right: Uint32Array,
  rightStart: number,
): boolean {
  if (sameWords(left, leftStart, right, rightStart)) return true;
  if (common.every((byte) => byte < 0)) {
    return passes(samePlaces(left, leftStart, right, rightStart), PLACES, threshold);
  }
  const { looked, same } = placesBeside(common, left, leftStart, right, rightStart);
  if (looked < LEAST_PLACES) return false;
  const shared = PLACES - looked;
  return passes(same, looked, threshold) || (shared <= FEW_SHARED && passes(same + shared, PLACES, threshold));
}

function passes(same: number, looked: number, threshold: number): boolean {
  const error = Math.sqrt((threshold * (1 - threshold)) / looked);
  return withoutChance(same / looked) >= threshold - MARGIN * error;
}

function placesBeside(
  common: CommonPlaces,
  left: Uint32Array,
  leftStart: number,
  right: Uint32Array,
  rightStart: number,
): { looked: number; same: number } {
  let looked = 0;
  let same = 0;
  for (let place = 0; place < PLACES; place += 1) {
    const [own, other] = [byteAt(left, leftStart, place), byteAt(right, rightStart, place)];
    if (own === common[place] && other === own) continue;
    looked += 1;
    if (own === other) same += 1;
  }
  return { looked, same };
}

/** False where a band holds nothing but what most rows share. */
export function showsRest(
  common: CommonPlaces,
  words: Uint32Array,
  start: number,
  first: number,
  count: number,
): boolean {
  for (let place = first; place < first + count; place += 1)
    if (byteAt(words, start, place) !== common[place]) return true;
  return false;
}

/** A hash of all words of a row, of 26 bits. */
export const hashOfAllWords = (words: Uint32Array, start: number): number => (words[start + ALL_WORDS] as number) >>> 6;

const byteAt = (words: Uint32Array, start: number, place: number): number =>
  ((words[start + (place >>> 2)] as number) >>> ((place & 3) * 8)) & 0xff;

function hashOfWords(words: readonly number[], from = 0): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < words.length; at += 1) hash = mixed(Math.imul(hash, 31) + (words[at] as number));
  return hash;
}

/**
 * The estimated Jaccard similarity of two signatures, which stand in `left` and `right` from a word on. Chance
 * agreement of single bytes is taken off.
 */
export function similarity(left: Uint32Array, leftStart: number, right: Uint32Array, rightStart: number): number {
  return Math.max(0, withoutChance(samePlaces(left, leftStart, right, rightStart) / PLACES));
}

const withoutChance = (share: number) => (share - 1 / 256) / (1 - 1 / 256);

function samePlaces(left: Uint32Array, leftStart: number, right: Uint32Array, rightStart: number): number {
  let different = 0;
  for (let word = 0; word < SIGNATURE_WORDS; word += 1) {
    // One bit for each byte that is not the same, and their sum in the highest byte.
    let bits = (left[leftStart + word] as number) ^ (right[rightStart + word] as number);
    bits |= bits >>> 4;
    bits |= bits >>> 2;
    bits |= bits >>> 1;
    different += Math.imul(bits & 0x01010101, 0x01010101) >>> 24;
  }
  return PLACES - different;
}

/**
 * Locality-sensitive hashing: the widest bands with which two rows at the threshold share at least one
 * band with a probability of 0.999. (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4.)
 */
export function bandsFor(threshold: number): { bands: number; width: number } {
  for (let width = 16; width > 1; width -= 1) {
    const bands = Math.floor(PLACES / width);
    if (1 - (1 - threshold ** width) ** bands >= 0.999) return { bands, width };
  }
  return { bands: PLACES, width: 1 };
}

/** A hash of 26 bits of some places of a signature, which stands in `words` from a word on. FNV-1a. */
export function hashOfPlaces(words: Uint32Array, start: number, firstPlace = 0, count = PLACES): number {
  let hash = 0x811c9dc5;
  for (let place = firstPlace; place < firstPlace + count; place += 1) {
    const byte = ((words[start + (place >>> 2)] as number) >>> ((place & 3) * 8)) & 0xff;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 6;
}

/** The hash of the three words from a place on. Written out, because every word of every row comes by here. */
export function shingleAt(words: readonly number[], start: number): number {
  const [first, second, third] = [words[start] ?? 0, words[start + 1] ?? 0, words[start + 2] ?? 0];
  return mixed(Math.imul(Math.imul(first, 31) + second, 31) + third);
}
