import { JSON_TOKEN } from "../../internal/exact-json.js";
import { jsonOrUndefined } from "../../internal/json.js";

/** A text or number inside JSON text. */
export interface JsonToken {
  start: number;
  end: number;
  kind: "string" | "number" | "key";
  /** Of a string or key, its value; of a number, its digits. */
  value: string;
  /** The key that it stands under. */
  key?: string;
}

/** The texts and numbers of JSON text, where they stand. The text must be JSON. */
export function* jsonTokens(text: string): Generator<JsonToken, void, undefined> {
  let key: string | undefined;
  for (const match of text.matchAll(JSON_TOKEN)) {
    const [token] = match;
    const start = match.index;
    const end = start + token.length;
    if (!token.startsWith('"')) yield { start, end, kind: "number", value: token, key };
    else if (/^\s*:/.test(text.slice(end, end + 64))) {
      key = JSON.parse(token) as string;
      yield { start, end, kind: "key", value: key };
    } else yield { start, end, kind: "string", value: JSON.parse(token) as string, key };
  }
}

/** False for a text that does not begin as the text of a JSON object or array does. */
export function mayBeJsonText(text: string): boolean {
  const first = text.trimStart().charAt(0);
  return first === "{" || first === "[";
}

/** True for the text of a JSON object or array. */
export function isJsonText(text: string): boolean {
  return mayBeJsonText(text) && jsonOrUndefined(text) !== undefined;
}
