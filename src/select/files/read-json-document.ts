import { open } from "node:fs/promises";
import { parseExact } from "../../internal/exact-json.js";

/** Files of JSON that are longer are not read as a whole. */
export const LONGEST_DOCUMENT = 256 * 1024 * 1024;

/** What a file of JSON holds, or why it cannot be read. */
export type JsonDocument = { value: unknown } | { problem: { code: "invalid-json" | "invalid-utf8"; message: string } };

/** Reads a file as one JSON value; undefined for one of more than `most` bytes and one of JSON lines. */
export async function readJsonDocument(path: string, most: number): Promise<JsonDocument | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return size > most ? undefined : parseDocument(await file.readFile());
  } finally {
    await file.close();
  }
}

function parseDocument(bytes: Uint8Array): JsonDocument | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: { code: "invalid-utf8", message: "The file is not UTF-8." } };
  }
  const value = parse(text);
  if (value) return value;
  const [first = ""] = text.trimStart().split("\n", 1);
  return first === "" || parse(first)
    ? undefined
    : { problem: { code: "invalid-json", message: "The file is no JSON." } };
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: parseExact(text) };
  } catch {
    return undefined;
  }
}
