import { isRecord } from "../internal/is-record.js";

/** Hash functions in a signature: the standard error of an estimated similarity of 0.8 is 0.035. */
export const PERMUTATIONS = 128;
/** Words in a shingle. */
const SHINGLE = 3;

/**
 * The MinHash signature of a row's conversation (Broder 1997), over shingles of three words, one byte
 * for each hash function (b-bit minwise hashing, Li and König 2010). System and developer messages and
 * tool definitions are left out: all rows of one application share them.
 */
export function createSignature(): (row: unknown) => Uint8Array {
  const multipliers = new Uint32Array(PERMUTATIONS);
  const increments = new Uint32Array(PERMUTATIONS);
  const random = mulberry32(0x5eed);
  for (let index = 0; index < PERMUTATIONS; index += 1) {
    multipliers[index] = (random() | 1) >>> 0;
    increments[index] = random() >>> 0;
  }
  const minima = new Uint32Array(PERMUTATIONS);
  const signature = new Uint8Array(PERMUTATIONS);
  return (row) => {
    minima.fill(0xffffffff);
    for (const shingle of shinglesOf(row)) {
      for (let index = 0; index < PERMUTATIONS; index += 1) {
        const value = (Math.imul(shingle, multipliers[index] as number) + (increments[index] as number)) >>> 0;
        if (value < (minima[index] as number)) minima[index] = value;
      }
    }
    for (let index = 0; index < PERMUTATIONS; index += 1) signature[index] = (minima[index] as number) & 0xff;
    return signature;
  };
}

/** The estimated Jaccard similarity of two signatures, with chance agreement of single bytes taken off. */
export function similarity(left: Uint8Array, right: Uint8Array): number {
  let equal = 0;
  for (let index = 0; index < PERMUTATIONS; index += 1) if (left[index] === right[index]) equal += 1;
  return Math.max(0, (equal / PERMUTATIONS - 1 / 256) / (1 - 1 / 256));
}

/** The shingles of a row's conversation as a set of 32-bit hashes. */
export function shinglesOf(row: unknown): Set<number> {
  const words: number[] = [];
  const messages: unknown[] = isRecord(row) && Array.isArray(row.messages) ? row.messages : [];
  for (const message of messages) {
    if (!isRecord(message) || message.role === "system" || message.role === "developer") continue;
    addWords(String(message.role), words);
    addContent(message.content, words);
    if (Array.isArray(message.tool_calls)) for (const call of message.tool_calls) addCall(isRecord(call) ? call.function : undefined, words);
    addCall(message.function_call, words);
  }
  const shingles = new Set<number>();
  for (let start = 0; start + SHINGLE <= Math.max(words.length, SHINGLE); start += 1) {
    let shingle = 0;
    for (let offset = 0; offset < SHINGLE; offset += 1) shingle = mixed(Math.imul(shingle, 31) + (words[start + offset] ?? 0));
    shingles.add(shingle);
  }
  return shingles;
}

function addContent(content: unknown, words: number[]): void {
  if (typeof content === "string") addWords(content, words);
  else if (Array.isArray(content)) {
    for (const part of content) {
      if (!isRecord(part)) continue;
      if (typeof part.text === "string") addWords(part.text, words);
      else if (isRecord(part.image_url)) addWords(String(part.image_url.url).slice(-200), words);
    }
  }
}

function addCall(called: unknown, words: number[]): void {
  if (!isRecord(called)) return;
  addWords(String(called.name), words);
  if (typeof called.arguments === "string") addWords(called.arguments, words);
}

// Words are runs of letters and digits, in lower case; in scripts written without spaces each
// character counts as a word. FNV-1a over UTF-16 code units.
function addWords(text: string, words: number[]): void {
  let word = 0;
  for (let index = 0; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code < 0x80) {
      if (code >= 65 && code <= 90) code += 32;
      const letter = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
      if (letter) word = Math.imul((word === 0 ? 0x811c9dc5 : word) ^ code, 0x01000193);
      else if (word !== 0) {
        words.push(word);
        word = 0;
      }
    } else if (code >= 0x2e80) {
      if (word !== 0) words.push(word);
      words.push(Math.imul(0x811c9dc5 ^ code, 0x01000193));
      word = 0;
    } else {
      word = Math.imul((word === 0 ? 0x811c9dc5 : word) ^ code, 0x01000193);
    }
  }
  if (word !== 0) words.push(word);
}

// The finalizer of MurmurHash3.
function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return mixed(state);
  };
}
