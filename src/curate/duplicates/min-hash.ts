import { isRecord } from "../../internal/is-record.js";
import { messagesOf } from "../row-facts.js";

/** Words in a shingle. */
const SHINGLE = 3;

/** Places of a signature, a byte each. The standard error of an estimated similarity of 0.8 is 0.035. */
const PLACES = 128;
/** The same in 32-bit words, which is how signatures are kept. */
export const SIGNATURE_WORDS = PLACES / 4;

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
  const signature = new Uint32Array(SIGNATURE_WORDS);
  const places = new Uint8Array(signature.buffer);
  const words: number[] = [];
  const shift = 32 - Math.log2(PLACES);
  return (row) => {
    words.length = 0;
    collectWords(row, words);
    minima.fill(Infinity);
    for (let start = 0; start === 0 || start + SHINGLE <= words.length; start += 1) {
      const hash = shingle(words, start);
      const place = hash >>> shift;
      const rest = mixed(hash ^ 0x5eed);
      if (rest < (minima[place] as number)) minima[place] = rest;
    }
    for (let place = 0; place < PLACES; place += 1) {
      let from = place;
      for (let attempt = 1; minima[from] === Infinity; attempt += 1) from = mixed(place * 0x10001 + attempt) >>> shift;
      places[place] = (minima[from] as number) & 0xff;
    }
    return signature;
  };
}

/**
 * The estimated Jaccard similarity of two signatures, which stand in `left` and `right` from a word on. Chance
 * agreement of single bytes is taken off.
 */
export function similarity(left: Uint32Array, leftStart: number, right: Uint32Array, rightStart: number): number {
  let different = 0;
  for (let word = 0; word < SIGNATURE_WORDS; word += 1) {
    // One bit for each byte that is not the same, and their sum in the highest byte.
    let bits = (left[leftStart + word] as number) ^ (right[rightStart + word] as number);
    bits |= bits >>> 4;
    bits |= bits >>> 2;
    bits |= bits >>> 1;
    different += Math.imul(bits & 0x01010101, 0x01010101) >>> 24;
  }
  return Math.max(0, ((PLACES - different) / PLACES - 1 / 256) / (1 - 1 / 256));
}

/**
 * Locality-sensitive hashing: the widest bands with which two rows at the threshold share at least one
 * band with a probability of 0.99. (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4.)
 */
export function bandsFor(threshold: number): { bands: number; width: number } {
  for (let width = 16; width > 1; width -= 1) {
    const bands = Math.floor(PLACES / width);
    if (1 - (1 - threshold ** width) ** bands >= 0.99) return { bands, width };
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

/** The shingles of a row's conversation: what the similarity is about. */
export function shinglesOf(row: unknown): Set<number> {
  const words: number[] = [];
  collectWords(row, words);
  const shingles = new Set<number>();
  for (let start = 0; start === 0 || start + SHINGLE <= words.length; start += 1) shingles.add(shingle(words, start));
  return shingles;
}

function shingle(words: readonly number[], start: number): number {
  let hash = 0;
  for (let offset = 0; offset < SHINGLE; offset += 1) hash = Math.imul(hash, 31) + (words[start + offset] ?? 0);
  return mixed(hash);
}

function collectWords(row: unknown, words: number[]): void {
  for (const message of messagesOf(row)) {
    if (!isRecord(message) || message.role === "system" || message.role === "developer") continue;
    addText(message.role, words);
    addContent(message.content, words);
    if (Array.isArray(message.tool_calls)) {
      for (const call of message.tool_calls) addCall(isRecord(call) ? call.function : undefined, words);
    }
    addCall(message.function_call, words);
  }
}

function addContent(content: unknown, words: number[]): void {
  if (typeof content === "string") addWords(content, words);
  else if (Array.isArray(content)) {
    for (const part of content) {
      if (!isRecord(part)) continue;
      if (typeof part.text === "string") addWords(part.text, words);
      else if (isRecord(part.image_url)) addText(part.image_url.url, words, 200);
    }
  }
}

function addCall(called: unknown, words: number[]): void {
  if (!isRecord(called)) return;
  addText(called.name, words);
  addText(called.arguments, words);
}

/** What is no text in the place of one is left out. */
function addText(text: unknown, words: number[], last?: number): void {
  if (typeof text === "string") addWords(last === undefined ? text : text.slice(-last), words);
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
