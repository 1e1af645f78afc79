import { loadPackage } from "../../internal/load-package.js";
import { countPieces } from "./count-pieces.js";
import type { TokenEncoding } from "./encoding-of-model.js";

/** Counts the tokens of a text. */
export type Tokenizer = (text: string) => number;

// A text of a row is data: `<|endoftext|>` in it is eleven characters and no special token.
const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
// The tokenizer takes time that grows with the square of a run of one kind of character: a hundred
// thousand times the letter a took it twenty seconds. Longer runs than this are counted in slices.
const LONGEST_RUN = 1000;
const SLICE = 256;
const LONG_RUN = /[\p{L}\p{M}]{1000,}|\s{1000,}|[^\s\p{L}\p{N}]{1000,}/u;
const RUN = /[\p{L}\p{M}]{1000,}|\s{1000,}|[^\s\p{L}\p{N}]{1000,}/gu;

const loaded = new Map<TokenEncoding, Promise<Tokenizer>>();

/** The tokenizer of an encoding, loaded on the first use: it is a few megabytes. */
export function loadTokenizer(encoding: TokenEncoding): Promise<Tokenizer> {
  let tokenizer = loaded.get(encoding);
  if (tokenizer === undefined) {
    tokenizer = load(encoding);
    loaded.set(encoding, tokenizer);
    tokenizer.catch(() => loaded.delete(encoding));
  }
  return tokenizer;
}

// Each import stands alone, for the bundlers.
const ENCODINGS = {
  o200k_base: () => import("gpt-tokenizer/encoding/o200k_base"),
  cl100k_base: () => import("gpt-tokenizer/encoding/cl100k_base"),
} satisfies Record<TokenEncoding, unknown>;

async function load(encoding: TokenEncoding): Promise<Tokenizer> {
  const { countTokens } = await loadPackage("gpt-tokenizer", "Counting tokens", ENCODINGS[encoding]);
  const count = countPieces(encoding, (text) => countTokens(text, AS_TEXT));
  return (text) => (text.length < LONGEST_RUN || !LONG_RUN.test(text) ? count(text) : countSlices(text, count));
}

/** Exact but for the long runs, each slice of which may count one token too many. */
function countSlices(text: string, count: Tokenizer): number {
  let total = 0;
  let from = 0;
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (index > from) total += count(text.slice(from, index));
    for (let start = 0; start < run.length;) {
      let end = Math.min(start + SLICE, run.length);
      // Not between the two halves of a character.
      if (/[\uD800-\uDBFF]/.test(run.charAt(end - 1)) && end < run.length) end += 1;
      total += count(run.slice(start, end));
      start = end;
    }
    from = index + run.length;
  }
  return from < text.length ? total + count(text.slice(from)) : total;
}
