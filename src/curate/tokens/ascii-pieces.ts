import type { TokenEncoding } from "./encoding-of-model.js";

/**
 * Divides text of ASCII characters into the pieces that a byte pair encoding is applied to, by the rule that the
 * encoding's own regular expression states for all of Unicode. `end` says where the piece ends that begins at `start`.
 */
export type PieceEnd = (text: string, start: number) => number;

const OTHER = 0;
const UPPER = 1;
const LOWER = 2;
const DIGIT = 3;
/** White space that ends no line. */
const SPACE = 4;
const LINE_END = 5;

const KINDS = new Uint8Array(128);
for (let code = 65; code <= 90; code += 1) {
  KINDS[code] = UPPER;
  KINDS[code + 32] = LOWER;
}
for (let code = 48; code <= 57; code += 1) KINDS[code] = DIGIT;
for (const code of [9, 11, 12, 32]) KINDS[code] = SPACE;
KINDS[10] = KINDS[13] = LINE_END;

const BLANK = 32;
const SLASH = 47;
const QUOTE = 39;

/** Beyond the end of the text is nothing of any kind. */
const kindAt = (text: string, at: number): number => (at < text.length ? (KINDS[text.charCodeAt(at)] as number) : -1);
const isLetter = (kind: number) => kind === UPPER || kind === LOWER;
const isSpace = (kind: number) => kind === SPACE || kind === LINE_END;

/** True for text that has no other characters than ASCII's. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` in any case, or `start` where none is. */
function contractionEnd(text: string, start: number): number {
  if (start >= text.length || text.charCodeAt(start) !== QUOTE) return start;
  const first = text.charAt(start + 1).toLowerCase();
  if (first === "s" || first === "d" || first === "m" || first === "t") return start + 2;
  const both = first + text.charAt(start + 2).toLowerCase();
  return both === "ll" || both === "ve" || both === "re" ? start + 3 : start;
}

function digitsEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < start + 3 && kindAt(text, end) === DIGIT) end += 1;
  return end;
}

/** ` ?[^\s\p{L}\p{N}]+[\r\n/]*`, with the slash only where `slashes` says so. */
function othersEnd(text: string, start: number, slashes: boolean): number {
  let end = start;
  while (kindAt(text, end) === OTHER) end += 1;
  while (kindAt(text, end) === LINE_END || (slashes && end < text.length && text.charCodeAt(end) === SLASH)) end += 1;
  return end;
}

/** The end of a run of white space, and of its part up to the last line end. */
function spaceRun(text: string, start: number): { end: number; lineEnd: number } {
  let end = start;
  let lineEnd = start;
  for (let kind = kindAt(text, end); isSpace(kind); kind = kindAt(text, end)) {
    end += 1;
    if (kind === LINE_END) lineEnd = end;
  }
  return { end, lineEnd };
}

/** Words of `o200k_base` begin again at a capital after small letters. */
const o200k: PieceEnd = (text, start) => {
  const first = kindAt(text, start);
  const second = kindAt(text, start + 1);
  const from = isLetter(first) ? start : first !== DIGIT && first !== LINE_END && isLetter(second) ? start + 1 : -1;
  if (from >= 0) {
    let end = from;
    while (kindAt(text, end) === UPPER) end += 1;
    while (kindAt(text, end) === LOWER) end += 1;
    return contractionEnd(text, end);
  }
  if (first === DIGIT) return digitsEnd(text, start);
  if (first === OTHER) return othersEnd(text, start, true);
  if (text.charCodeAt(start) === BLANK && second === OTHER) return othersEnd(text, start + 1, true);
  const { end, lineEnd } = spaceRun(text, start);
  if (lineEnd > start) return lineEnd;
  return end < text.length && end - start > 1 ? end - 1 : end;
};

const cl100k: PieceEnd = (text, start) => {
  const contraction = contractionEnd(text, start);
  if (contraction > start) return contraction;
  const first = kindAt(text, start);
  const second = kindAt(text, start + 1);
  if (isLetter(first) || (first !== DIGIT && first !== LINE_END && isLetter(second))) {
    let end = start + 1;
    while (isLetter(kindAt(text, end))) end += 1;
    return end;
  }
  if (first === DIGIT) return digitsEnd(text, start);
  if (first === OTHER) return othersEnd(text, start, false);
  if (text.charCodeAt(start) === BLANK && second === OTHER) return othersEnd(text, start + 1, false);
  const { end, lineEnd } = spaceRun(text, start);
  if (end === text.length) return end;
  if (lineEnd > start) return lineEnd;
  return end - start > 1 ? end - 1 : end;
};

export const PIECE_ENDS: Readonly<Record<TokenEncoding, PieceEnd>> = {
  o200k_base: o200k,
  cl100k_base: cl100k,
};
