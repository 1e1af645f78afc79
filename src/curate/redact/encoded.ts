import type { Match } from "./detector.js";

/** A text with its escapes written out, and where each character stood. */
interface Decoded {
  readonly text: string;
  /** By character of the decoded text, its place in the text; one more for the end. */
  readonly places: readonly number[];
  /** By character, whether it was an escape. */
  readonly escaped: readonly boolean[];
}

const ESCAPE =
  /%(?:25)?([2-7][0-9a-f])|&#0{0,4}(\d{2,3});|&#x0{0,4}([2-7][0-9a-f]);|&(commat|period|plus|lowbar);|\\u00([2-7][0-9a-f])/gi;
const NAMED: Record<string, string> = { commat: "@", period: ".", plus: "+", lowbar: "_" };

/**
 * What `find` finds in a text whose characters are escaped as in addresses (`jane%40example.com`), in HTML
 * (`jane&#64;example.com`) or in JSON text inside of text. Only matches that hold an escape: the others are found
 * in the text as it is.
 */
export function* findEncoded(text: string, find: (text: string) => Iterable<Match>): Generator<Match, void, undefined> {
  const decoded = decode(text);
  if (decoded === undefined) return;
  for (const { start, end } of find(decoded.text)) {
    // Of a query (`?mail=jane%40…`), the value alone.
    const value = decoded.text.slice(start, end);
    const from =
      start + Math.max(...["=", "&", "?", "/"].map((mark) => value.lastIndexOf(mark, value.indexOf("@")))) + 1;
    if (!decoded.escaped.slice(from, end).includes(true)) continue;
    yield { start: decoded.places[from] as number, end: decoded.places[end] as number };
  }
}

/** The value with its escapes written out. */
export function decodedValue(value: string): string {
  return decode(value)?.text ?? value;
}

function decode(text: string): Decoded | undefined {
  if (!/[%&\\]/.test(text)) return undefined;
  let result = "";
  const places: number[] = [];
  const escaped: boolean[] = [];
  let position = 0;
  const push = (characters: string, at: number, isEscape: boolean) => {
    for (let index = 0; index < characters.length; index += 1) {
      places.push(isEscape ? at : at + index);
      escaped.push(isEscape);
    }
    result += characters;
  };
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, percent, decimal, hex, name, unicode] = match;
    push(text.slice(position, match.index), position, false);
    const code = percent ?? hex ?? unicode;
    const character =
      name === undefined
        ? String.fromCharCode(code === undefined ? Number(decimal) : Number.parseInt(code, 16))
        : NAMED[name.toLowerCase()];
    push(character ?? whole, match.index, true);
    position = match.index + whole.length;
  }
  if (position === 0) return undefined;
  push(text.slice(position), position, false);
  places.push(text.length);
  return { text: result, places, escaped };
}
