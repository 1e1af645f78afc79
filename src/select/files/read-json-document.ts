import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { parsePythonJson } from "../../internal/python-json.js";

/** Files of JSON that are longer are not read as a whole. */
export const LONGEST_DOCUMENT = 256 * 1024 * 1024;

/** What a file of JSON holds, or why it cannot be read. */
export type JsonDocument = { value: unknown } | { problem: { code: "invalid-json" | "invalid-utf8"; message: string } };

/**
 * Reads a file, compressed with gzip or not, as one JSON value; undefined for one of more than `most`
 * bytes and one of JSON lines.
 */
export async function readJsonDocument(path: string, most: number): Promise<JsonDocument | undefined> {
  if (path.endsWith(".gz")) return readCompressed(path, most);
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return size > most ? undefined : parseDocument(await file.readFile());
  } finally {
    await file.close();
  }
}

async function readCompressed(path: string, most: number): Promise<JsonDocument | undefined> {
  const raw = createReadStream(path);
  const bytes = raw.on("error", (error) => bytes.destroy(error)).pipe(createGunzip());
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of bytes as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) return undefined;
      parts.push(part);
    }
  } finally {
    raw.destroy();
  }
  return parseDocument(Buffer.concat(parts));
}

/** The same of the bytes of a file. */
export function parseDocument(bytes: Uint8Array): JsonDocument | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: { code: "invalid-utf8", message: "The file is not UTF-8." } };
  }
  const value = parsePythonJson(text);
  if (value) return value;
  const [first = ""] = text.trimStart().split("\n", 1);
  return first === "" || parsePythonJson(first)
    ? undefined
    : { problem: { code: "invalid-json", message: "The file is not JSON." } };
}
