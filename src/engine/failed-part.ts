import { createReadStream } from "node:fs";
import type { RowOutcome } from "../curate/plan/map-rows.js";
import type { Finding } from "../types.js";
import { partName, type Part } from "./part.js";

const NEW_LINE = 10;

/** What is reported of a part that could not be done: one finding, and each of its lines as left out. */
export async function failedPart(
  part: Part,
  linesBefore: number,
  error: Error,
): Promise<{ outcomes: RowOutcome[]; lines: number }> {
  const { file, range } = part;
  const lines = range.kind === "lines" ? await linesIn(file, range.start, range.end) : 1;
  const first = linesBefore + 1;
  const place = range.kind === "lines" ? `lines ${first} to ${linesBefore + lines} of ${file}` : partName(part);
  const message = `The ${place} could not be worked through in three attempts: ${error.message}`;
  const code = "range-failed";
  const finding: Finding = { line: first, path: "$", code, severity: "error", message, source: { file, line: first } };
  const outcomes = Array.from({ length: lines }, (_, index): RowOutcome => {
    const line = first + index;
    return {
      line,
      source: { file, line },
      findings: index === 0 ? [finding] : [],
      leftOut: { step: "read", skip: { code, message, path: "$", line } },
    };
  });
  return { outcomes, lines };
}

async function linesIn(file: string, start: number, end: number): Promise<number> {
  let lines = 0;
  let last = NEW_LINE;
  for await (const data of createReadStream(file, { start, end: end - 1 }) as AsyncIterable<Buffer>) {
    for (let at = data.indexOf(NEW_LINE); at >= 0; at = data.indexOf(NEW_LINE, at + 1)) lines += 1;
    last = data[data.length - 1] ?? NEW_LINE;
  }
  return last === NEW_LINE ? lines : lines + 1;
}
