// What Python takes for white space, which is not what JavaScript does.

/** `str.isspace` and `\s` of Python, as a class of a regular expression. */
export const SPACE_CLASS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

const ONE = new RegExp(`^${SPACE_CLASS}$`);

export function isSpace(character: string): boolean {
  return character === " " || character === "\n" || ONE.test(character);
}

/** `text.lstrip(characters)`. */
export function stripStart(text: string, characters?: string): string {
  const is = test(characters);
  const units = characters === undefined ? undefined : Array.from(text);
  if (units) {
    let start = 0;
    while (start < units.length && is(units[start] as string)) start += 1;
    return start === 0 ? text : units.slice(start).join("");
  }
  let start = 0;
  while (start < text.length && is(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** `text.rstrip(characters)`. */
export function stripEnd(text: string, characters?: string): string {
  const is = test(characters);
  const units = characters === undefined ? undefined : Array.from(text);
  if (units) {
    let end = units.length;
    while (end > 0 && is(units[end - 1] as string)) end -= 1;
    return end === units.length ? text : units.slice(0, end).join("");
  }
  let end = text.length;
  while (end > 0 && is(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function test(characters: string | undefined): (character: string) => boolean {
  if (characters === undefined) return isSpace;
  const set = new Set(characters);
  return (character) => set.has(character);
}
