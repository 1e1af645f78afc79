import type { RowOutcome } from "../curate/plan/map-rows.js";
import type { Finding } from "../types.js";
import type { FileStore, OpenFile } from "./files/stored-file.js";
import { partName, type Part } from "./part.js";

const NEW_LINE = 10;

/** What is reported of a part that could not be done: one finding, and each of its lines as left out. */
export async function failedPart(
  part: Part,
  linesBefore: number,
  error: Error,
  store: FileStore,
): Promise<{ outcomes: RowOutcome[]; lines: number }> {
  const { file, range } = part;
  const lines = range.kind === "lines" ? await linesIn(await store.open(file, part.version), range) : 1;
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

async function linesIn(file: OpenFile, { start, end }: { start: number; end: number }): Promise<number> {
  try {
    const data = await file.read(start, end);
    let lines = 0;
    for (let at = data.indexOf(NEW_LINE); at >= 0; at = data.indexOf(NEW_LINE, at + 1)) lines += 1;
    return (data[data.length - 1] ?? NEW_LINE) === NEW_LINE ? lines : lines + 1;
  } finally {
    await file.close();
  }
}
