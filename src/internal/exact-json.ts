/**
 * JSON whose numbers keep their digits. `JSON.parse` makes doubles of all numbers, so an id of more
 * than 53 bits (1234567890123456789) comes back as another (…6800), and `JSON.stringify` writes that.
 * `parseExact` keeps such numbers as an {@link ExactNumber}, which `stringifyExact` writes as it was read.
 * Text without such numbers, which is nearly all, costs one search more than `JSON.parse`.
 */

// Written in the place of the digits while JSON.stringify runs: JSON.rawJSON, which could write them
// itself, is not in Node 20. Chosen at random, so that no text of a row is taken for it.
const MARK = `exact-number-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, "g");

// The state of the one stringifyExact that runs: there is no other before it has returned.
let writing = false;
let written = 0;

/** `JSON.rawJSON` where the engine has it (Node 22 on). */
const rawJson = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;

/** A number of JSON text that no double holds: its digits as they were written. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The nearest double, for what only compares or computes. */
  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  /** Inside `stringifyExact` the digits; for a plain `JSON.stringify` of Node 20, which cannot write them, a string of them. */
  toJSON(): unknown {
    if (!writing) return rawJson === undefined ? this.text : rawJson(this.text);
    written += 1;
    return `${MARK}${this.text}`;
  }
}

// Where a number may begin: sixteen digits, a point among them or not, or an exponent of three. Fewer always fit a double.
const SUSPECT = /(?:^|[:,[\s])-?(?:\d[\d.]{15}|\d[\d.]*[eE][+-]?\d{3})/;

// All that it matches of JSON's numbers has eight digits in a row, or an exponent: two searches that go past most texts
// in strides.
const MANY_DIGITS = /\d{8}/;
const EXPONENT = /\d[eE][-+\d]\d\d/;
const MAY_BE_SUSPECT = /[\d.]{16}|[\d.][eE][+-]?\d{3}/;
const mayBeSuspect = (text: string): boolean =>
  (MANY_DIGITS.test(text) || EXPONENT.test(text)) && MAY_BE_SUSPECT.test(text);
/** The strings and numbers of JSON text. */
export const JSON_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * The value of JSON text, with every number that a double does not hold as an {@link ExactNumber}.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseExact(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  if (!mayBeSuspect(text) || !SUSPECT.test(text)) return value;
  let found = false;
  const marked = text.replace(JSON_TOKEN, (token) => {
    if (token.startsWith('"') || isHeld(token)) return token;
    found = true;
    return `"${MARK}${token}"`;
  });
  return found ? withExactNumbers(JSON.parse(marked)) : value;
}

/** The JSON text of a value, as `JSON.stringify` has it but for the digits of its {@link ExactNumber}s. Undefined for what JSON has no word for. */
export function stringifyExact(value: unknown, space?: number): string | undefined {
  const before = { writing, written };
  writing = true;
  written = 0;
  try {
    const text = JSON.stringify(value, null, space) as string | undefined;
    return written === 0 ? text : text?.replace(MARKED, "$1");
  } finally {
    ({ writing, written } = before);
  }
}

/** True where the text of a JSON number and the double that it is read as are the same number. */
export function isHeld(text: string): boolean {
  if (text.length <= 15 && !/[eE]/.test(text)) return true;
  // Longer than any that is written for a double: nothing is lost by keeping one that is a double all the same.
  if (text.length > 1_000) return false;
  return sameNumber(text, String(Number(text)));
}

/** One spelling for all texts of one number: `1.50e1` and `15` are the same. */
export function canonicalNumber(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  let [start, end] = [0, digits.length];
  while (start < end && digits[start] === "0") start += 1;
  while (end > start && digits[end - 1] === "0") end -= 1;
  if (start === end) return "0";
  // BigInt, because an exponent may itself be longer than a double holds.
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(start, end)}e${power}`;
}

function sameNumber(left: string, right: string): boolean {
  return canonicalNumber(left) === canonicalNumber(right);
}

function withExactNumbers(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const field = holder[key];
    const exact = withExactNumbers(field);
    if (exact !== field) set(holder, key, exact);
  }
  return value;
}

/** Also sets `__proto__`, which an assignment would not. */
function set(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
