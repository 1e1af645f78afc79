import { InvalidExamplesError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { readFileLines } from "../internal/files/read-file-lines.js";
import type { UnreadableLine } from "../internal/files/read-lines.js";
import { reiterableChunks } from "../internal/step.js";
import { withSource } from "../source.js";
import type { Finding, Skip, TrainingExample } from "../types.js";
import { parseExact } from "../internal/exact-json.js";

/** Options of {@link readJsonl}. */
export interface ReadJsonlOptions {
  /** Called for a line that holds no row, which is then left out. Without it, such a line ends the reading with an error. */
  onSkip?: (skip: Skip) => void;
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Reads rows from a file of JSON lines, as somebody iterates; each pass opens the file anew. Takes
 * a byte order mark, Windows line ends, blank lines, and a last line without an end. A row knows
 * its place: `sourceOf(row)` has `file` and `line`, counted from 1 with the blank lines.
 *
 * @throws InvalidOptionError if the file cannot be read
 * @throws InvalidExamplesError for a line that is no JSON object with a list of messages, unless `onSkip` takes it
 *
 * @example
 * ```ts
 * import { readJsonl } from "langsmith-finetune";
 *
 * for await (const example of readJsonl("train.jsonl")) console.log(example.messages.length);
 * ```
 */
export function readJsonl(path: string, options: ReadJsonlOptions = {}): AsyncIterable<TrainingExample> {
  return reiterableChunks((size) => rows(path, size, options));
}

async function* rows(
  path: string,
  size: number,
  { onSkip, signal }: ReadJsonlOptions,
): AsyncGenerator<readonly TrainingExample[], void, undefined> {
  let chunk: TrainingExample[] = [];
  for await (const { lines, first } of readFileLines(path, { signal })) {
    for (const [index, text] of lines.entries()) {
      const line = first + index;
      const read = typeof text === "string" ? parse(text) : { fault: text };
      if (read === undefined) continue;
      if ("fault" in read) {
        const { code, message } = read.fault;
        if (chunk.length > 0) yield chunk;
        chunk = [];
        if (!onSkip) throw invalidLine(path, { line, path: "$", code, severity: "error", message });
        onSkip({ code, message: `${path}, line ${line}: ${message}`, path: `line ${line}`, line });
      } else {
        chunk.push(withSource(read.row, { file: path, line }));
        if (chunk.length >= size) {
          yield chunk;
          chunk = [];
        }
      }
    }
  }
  if (chunk.length > 0) yield chunk;
}

type Fault = UnreadableLine | { code: "invalid-json" | "not-a-row"; message: string };

/** The row of a line, undefined for a blank one, or what is wrong with it. */
function parse(text: string): { row: TrainingExample } | { fault: Fault } | undefined {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    if (text.trim() === "") return undefined;
    return {
      fault: { code: "invalid-json", message: `The line is no JSON: ${(error as Error).message.slice(0, 200)}` },
    };
  }
  if (isRecord(value) && Array.isArray(value.messages)) return { row: value as unknown as TrainingExample };
  return { fault: { code: "not-a-row", message: "The line is no object with a list of messages." } };
}

function invalidLine(path: string, finding: Finding): InvalidExamplesError {
  return new InvalidExamplesError({
    message: `${path}, line ${finding.line}: ${finding.message}`,
    hint: "Mend the line, or pass onSkip to leave such lines out.",
    findings: [{ ...finding, source: { file: path, line: finding.line } }],
  });
}
