import { parseExact } from "./exact-json.js";

// A text, whose content is not looked at, or one of the words that Python writes for numbers which JSON has not.
const WORDS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gs;

/**
 * The value of JSON as Python's `json.dumps` writes it: `NaN`, `Infinity` and `-Infinity` become null.
 * Undefined for what is not JSON then either.
 */
export function parsePythonJson(text: string): { value: unknown } | undefined {
  try {
    return { value: parseExact(text) };
  } catch {
    if (!/NaN|Infinity/.test(text)) return undefined;
  }
  try {
    return { value: parseExact(text.replace(WORDS, (word) => (word.startsWith('"') ? word : "null"))) };
  } catch {
    return undefined;
  }
}
