import { InvalidExamplesError } from "../../errors.js";
import { parseExact } from "../../internal/exact-json.js";
import { readFileLines } from "../../internal/files/read-file-lines.js";
import { withSource } from "../../source.js";
import type { TrainingRow } from "../options.js";
import { isRecord } from "../../internal/is-record.js";

/**
 * The rows of a JSON Lines file, of whatever training method. Whether a row is right is checked with the others.
 *
 * @throws InvalidExamplesError for a line that is not a JSON object.
 */
export async function* readRows(path: string, signal?: AbortSignal): AsyncGenerator<TrainingRow, void, undefined> {
  for await (const { lines, first } of readFileLines(path, { ...(signal && { signal }) })) {
    for (const [index, text] of lines.entries()) {
      const line = first + index;
      if (typeof text === "string" && text.trim() === "") continue;
      const row = typeof text === "string" ? parse(text) : undefined;
      if (row === undefined) throw notARow(path, line, typeof text === "string" ? undefined : text);
      yield withSource(row, { file: path, line });
    }
  }
}

function parse(text: string): TrainingRow | undefined {
  try {
    const value: unknown = parseExact(text);
    return isRecord(value) ? (value as TrainingRow) : undefined;
  } catch {
    return undefined; // The caller names the line.
  }
}

function notARow(path: string, line: number, fault?: { code: string; message: string }): InvalidExamplesError {
  const { code, message } = fault ?? { code: "not-a-row", message: "The line is not a JSON object." };
  return new InvalidExamplesError({
    message: `${path}, line ${line}: ${message}`,
    hint: "Fix the line. validateJsonl(path) lists all faults of the file.",
    findings: [{ line, path: "$", code, severity: "error", message, source: { file: path, line } }],
  });
}
