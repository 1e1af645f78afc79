import { createPairIndex, type PairIndex } from "../../internal/storage/pair-index.js";
import { SHORT_ANSWER } from "./min-hash.js";
import { collectWords, mixed, SHINGLE } from "./words.js";

/** Compares two rows by all of their words: what signatures only estimate. Rows are known by their numbers. */
export interface ExactSimilarity {
  /**
   * Finds out what most rows share, which then does not count: shingles in more than half of the given rows, which
   * are a sample of the dataset. Nothing is shared by none.
   */
  share(rows: Iterable<number>): void;
  /** Whether the Jaccard similarity of the rows' shingles is at least `threshold`; a template that most rows share does not count. */
  isNear(left: number, right: number, threshold: number): boolean;
  /**
   * Whether the answers that the rows end with are mostly the same words: the Jaccard similarity of the words is at
   * least 0.5. Labels and other short answers must be the same: rows whose answers differ teach different things.
   */
  sameAnswer(left: number, right: number): boolean;
}

/** What is compared of a row. */
interface Profile {
  /** The different shingles of three words, sorted. Two of them have 53 bits in common by chance, at 1e-16. */
  readonly shingles: Float64Array;
  /** The words of the last answer in their order, and the different ones, sorted. */
  readonly answer: readonly number[];
  readonly answerWords: Float64Array;
}

/** Numbers in the profiles that are remembered: 8 MB. Rows of one cluster are compared one after the other. */
const REMEMBERED = 1 << 20;
/** Pairs whose answer is remembered: the bands of a signature mostly name the same ones. */
const PAIRS = 1 << 18;

/** @param rowAt Reads a row again. */
export function createExactSimilarity(rowAt: (row: number) => unknown): ExactSimilarity {
  const profiles = new Map<number, Profile>();
  let remembered = 0;
  let common = new Set<number>();
  let asked = Number.NaN;
  let answers: PairIndex = createPairIndex();
  let answered = 0;

  const profileOf = (row: number): Profile => {
    const known = profiles.get(row);
    if (known) return known;
    const profile = createProfile(rowAt(row));
    if (remembered > REMEMBERED) {
      profiles.clear();
      remembered = 0;
    }
    remembered += profile.shingles.length + 2 * profile.answer.length;
    profiles.set(row, profile);
    return profile;
  };

  return {
    share(rows) {
      const counts = new Map<number, number>();
      let size = 0;
      for (const row of rows) {
        size += 1;
        for (const shingle of profileOf(row).shingles) counts.set(shingle, (counts.get(shingle) ?? 0) + 1);
      }
      common = new Set([...counts].filter(([, count]) => count * 2 > size).map(([shingle]) => shingle));
      asked = Number.NaN;
    },
    isNear(left, right, threshold) {
      if (threshold !== asked || answered >= PAIRS) {
        answers = createPairIndex();
        answered = 0;
        asked = threshold;
      }
      const [first, second] = left < right ? [left, right] : [right, left];
      const known = answers.get(first, second);
      if (known !== undefined) return known === 1;
      const near = similarityOf(profileOf(left).shingles, profileOf(right).shingles, common) >= threshold;
      answers.set(first, second, near ? 1 : 0);
      answered += 1;
      return near;
    },
    sameAnswer(left, right) {
      const [own, other] = [profileOf(left), profileOf(right)];
      if (own.answer.length === other.answer.length && own.answer.every((word, index) => word === other.answer[index]))
        return true;
      if (own.answer.length < SHORT_ANSWER || other.answer.length < SHORT_ANSWER) return false;
      return similarityOf(own.answerWords, other.answerWords, NOTHING) >= 0.5;
    },
  };
}

/** The part of two rows that must be what most rows share before that is left out. */
const LEAST_SHARED = 0.2;

const NOTHING: ReadonlySet<number> = new Set();

/**
 * The Jaccard similarity of the shingles of two rows. What both have in common with most rows counts for neither,
 * where it is more than a fifth of them: a prompt template, and not a greeting.
 *
 * @param common Shingles that do not count.
 */
export function exactSimilarity(left: unknown, right: unknown, common: ReadonlySet<number> = NOTHING): number {
  return similarityOf(createProfile(left).shingles, createProfile(right).shingles, common);
}

function similarityOf(left: Float64Array, right: Float64Array, common: ReadonlySet<number>): number {
  let both = 0;
  let shared = 0;
  for (let own = 0, other = 0; own < left.length && other < right.length;) {
    const [first, second] = [left[own] as number, right[other] as number];
    if (first === second) {
      both += 1;
      if (common.size > 0 && common.has(first)) shared += 1;
    }
    if (first <= second) own += 1;
    if (second <= first) other += 1;
  }
  const either = left.length + right.length - both;
  // Both rows are equal, or what most rows share is too little of them to make rows alike that are not.
  if (both === either || shared <= either * LEAST_SHARED) return both / either;
  return (both - shared) / (either - shared);
}

function createProfile(row: unknown): Profile {
  const words: number[] = [];
  const answerStart = collectWords(row, words);
  const answer = words.slice(answerStart);
  const shingles = new Float64Array(Math.max(1, words.length + 1 - SHINGLE));
  for (let start = 0; start < shingles.length; start += 1) shingles[start] = wideShingle(words, start);
  return {
    shingles: sortedOnce(shingles),
    answer,
    answerWords: sortedOnce(Float64Array.from(answer, (word) => word >>> 0)),
  };
}

/** Two hashes of a shingle in one number of 53 bits. */
function wideShingle(words: readonly number[], start: number): number {
  let high = 0;
  let low = 0x9e3779b1;
  for (let offset = 0; offset < SHINGLE; offset += 1) {
    const word = words[start + offset] ?? 0;
    high = Math.imul(high, 31) + word;
    low = mixed(low ^ word);
  }
  return mixed(high) * 2 ** 21 + (low >>> 11);
}

/** Sorts the numbers, and leaves out those that stand there twice. */
function sortedOnce(numbers: Float64Array): Float64Array {
  numbers.sort();
  let size = 0;
  for (let index = 0; index < numbers.length; index += 1)
    if (index === 0 || numbers[index] !== numbers[index - 1]) numbers[size++] = numbers[index] as number;
  return numbers.slice(0, size);
}
