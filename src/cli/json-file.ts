import { readFile } from "node:fs/promises";
import { writeWhole } from "../internal/files/new-file.js";
import { InvalidOptionError } from "../errors.js";

/** Reads a JSON file that an earlier command wrote. */
export async function readJsonFile(option: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch (cause) {
    const isMissing = (cause as { code?: string }).code === "ENOENT";
    throw new InvalidOptionError({
      option,
      value: path,
      message: isMissing ? `There is no file ${path}.` : `${path} is not JSON.`,
      hint: "Pass the file that an earlier command wrote.",
      cause,
    });
  }
}

/** Writes a JSON file as a whole or not at all. */
export function writeJsonFile(option: string, path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${JSON.stringify(value, null, 2)}\n`, { option, value: path });
}
