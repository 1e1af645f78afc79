// `textwrap.wrap` of Python as Jinja's `wordwrap` calls it: tabs and line ends within a line stay.
import { stripStart } from "./space.js";
import { codePoints, textLength } from "./values.js";

/** How {@link wrapLine} breaks. */
export interface WrapOptions {
  /** In code points; above zero. */
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

const SPACE = "[\\t-\\r ]";
const OTHER = "[^\\t-\\r ]";
const WORD = "[\\p{L}\\p{N}_]";
const PUNCTUATION = "[\\p{L}\\p{N}_!\"'&.,?]";
// What Python's `[^\d\W]` is.
const LETTER = "[\\p{L}\\p{Nl}\\p{No}_]";

/** A piece that is not broken: white space, a dash between words, or a word up to its end or its hyphen. */
const PIECES = new RegExp(
  `(${SPACE}+` +
    `|(?<=${PUNCTUATION})-{2,}(?=${WORD})` +
    `|${OTHER}+?(?:` +
    `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})` +
    `|(?=${SPACE}|$)` +
    `|(?<=${PUNCTUATION})(?=-{2,}${WORD})))`,
  "u",
);
const WORDS = new RegExp(`(${SPACE}+)`, "u");

const isBlank = (text: string) => stripStart(text) === "";

/** The lines that one line is broken into. White space at a break is left out. */
export function wrapLine(text: string, { width, breakLongWords, breakOnHyphens }: WrapOptions): string[] {
  // The next piece is the last one.
  const left = text
    .split(breakOnHyphens ? PIECES : WORDS)
    .filter(Boolean)
    .reverse();
  const lines: string[] = [];
  const next = () => left.at(-1) as string;
  while (left.length > 0) {
    if (lines.length > 0 && isBlank(next())) left.pop();
    const line: string[] = [];
    let length = 0;
    while (left.length > 0 && length + textLength(next()) <= width) {
      length += textLength(next());
      line.push(left.pop() as string);
    }
    if (left.length > 0 && textLength(next()) > width) {
      if (breakLongWords) {
        const [head, rest] = cut(next(), width - length, breakOnHyphens);
        line.push(head);
        left[left.length - 1] = rest;
      } else if (line.length === 0) line.push(left.pop() as string);
    }
    if (line.length > 0 && isBlank(line.at(-1) as string)) line.pop();
    if (line.length > 0) lines.push(line.join(""));
  }
  return lines;
}

/** A word that fits no line: what still fits on this one, up to a hyphen if there is one, and the rest. */
function cut(word: string, space: number, onHyphens: boolean): [head: string, rest: string] {
  const characters = codePoints(word);
  let end = space;
  if (onHyphens && characters.length > space) {
    const hyphen = characters.slice(0, space).lastIndexOf("-");
    if (hyphen > 0 && characters.slice(0, hyphen).some((character) => character !== "-")) end = hyphen + 1;
  }
  return [characters.slice(0, end).join(""), characters.slice(end).join("")];
}
