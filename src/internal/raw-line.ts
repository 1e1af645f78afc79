/**
 * True where the text of a JSON object names no key twice, so that every reader of it reads what was parsed and
 * checked. Says false where that cannot be seen at once: the row is then written from its value.
 */
export function namesKeysOnce(text: string, value: object): boolean {
  let named = 0;
  // A colon after a quote follows a key, but inside of a text, where the quote has a backslash before it.
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) {
    if (text.charCodeAt(at - 1) !== BACKSLASH) named += 1;
  }
  return named === keysIn(value);
}

const BACKSLASH = 92;
/** No number of keys is equal to it. */
const UNCLEAR = -Infinity;

function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += keysIn(item);
    return keys;
  }
  // What JSON.parse made has no other keys than its own, and no list of them is made so.
  for (const key in value) {
    if (key.endsWith("\\")) return UNCLEAR;
    keys += 1 + keysIn((value as Record<string, unknown>)[key]);
  }
  return keys;
}
