/** What one pass over a text finds in it: enough to know, for most texts, that nothing can be found in them. */
export interface TextSigns {
  /** How many ASCII digits there are. */
  readonly digits: number;
  /** Whether an ASCII letter stands before a digit. */
  readonly lettersBeforeDigits: boolean;
  /** Whether any of these characters stands in the text: a sum of what {@link characterSign} gave. */
  hasCharacter(signs: number): boolean;
  /** Whether a pair of ASCII characters may stand in the text, for pairs that {@link pairSign} was asked for. */
  has(sign: number): boolean;
}

/** By character, whether it tells anything: it is a digit, has a number, or ends a pair that has one. */
const telling = new Uint8Array(128);

// For each pair of ASCII characters its number, from 1 on; 0 for those that nobody asked for.
const numbers = new Uint8Array(128 * 128);
const MOST = 96;
let count = 0;

/** Gives a pair of characters a number to ask {@link TextSigns} with. Called while modules load. */
export function pairSign(pair: string): number {
  const at = pair.charCodeAt(0) * 128 + pair.charCodeAt(1);
  if (numbers[at] === 0) {
    // All pairs beyond share a number: they are then taken for each other, which costs a search and misses nothing.
    count = Math.min(count + 1, MOST - 1);
    numbers[at] = count;
    telling[pair.charCodeAt(1)] = 1;
  }
  return numbers[at] as number;
}

/** By character, one bit of a number. */
const characters = new Int32Array(128);
let characterCount = 0;

/** Gives a character a number to ask {@link TextSigns} with; 31 characters have one. Called while modules load. */
export function characterSign(character: string): number {
  const code = character.charCodeAt(0);
  if (characters[code] === 0) {
    // The last bit is that of all characters beyond: they are then taken for each other.
    characters[code] = 1 << Math.min(characterCount, 30);
    characterCount += 1;
    telling[code] = 1;
  }
  return characters[code] as number;
}

const LETTER = new Uint8Array(128);
for (let code = 65; code <= 90; code += 1) LETTER[code] = LETTER[code + 32] = 1;
for (let code = 48; code <= 57; code += 1) telling[code] = 1;

const found = new Uint8Array(MOST);
const NOT_ASCII = 127;
const ZERO = 48;
const NINE = 57;
let lastText: string | undefined;
let digits = 0;
let lettersBeforeDigits = false;
let seen = 0;
const signs: TextSigns = {
  get digits() {
    return digits;
  },
  get lettersBeforeDigits() {
    return lettersBeforeDigits;
  },
  has: (sign) => found[sign] === 1,
  hasCharacter: (sign) => (seen & sign) !== 0,
};

/** The signs of a text; good until another text is asked for. */
export function signsOf(text: string): TextSigns {
  if (text === lastText) return signs;
  lastText = text;
  found.fill(0);
  digits = 0;
  lettersBeforeDigits = false;
  seen = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Most characters of prose tell nothing, and one look at a table is all that they cost. Beyond ASCII there is none.
    if (telling[code] !== 1) continue;
    const before = index === 0 ? NOT_ASCII : Math.min(text.charCodeAt(index - 1), NOT_ASCII);
    if (code >= ZERO && code <= NINE) {
      digits += 1;
      if (LETTER[before] === 1) lettersBeforeDigits = true;
    }
    seen |= characters[code] as number;
    found[numbers[before * 128 + code] as number] = 1;
  }
  return signs;
}
