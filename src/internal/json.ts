import { isRecord } from "./is-record.js";

/** The JSON value of the text; `undefined`, which JSON has not, for a text that is not JSON. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON value of the text, or the text itself where it is not JSON. */
export function jsonOrText(text: string): unknown {
  const value = jsonOrUndefined(text);
  return value === undefined ? text : value;
}

/** The JSON object of the text; `undefined` for anything else. */
export function jsonObjectOrUndefined(text: string): Record<string, unknown> | undefined {
  const value = jsonOrUndefined(text);
  return isRecord(value) ? value : undefined;
}
