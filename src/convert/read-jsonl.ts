import { abortSignal, skipKinds, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { InvalidExamplesError } from "../errors.js";
import { readFileLines } from "../internal/files/read-file-lines.js";
import type { UnreadableLine } from "../internal/files/read-lines.js";
import { reportSkips } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import { withSource } from "../source.js";
import type { Finding, Skip, TrainingExample, DatasetRow } from "../types.js";
import { parseExact } from "../internal/exact-json.js";
import { rowKindOf } from "../internal/row-kind.js";

/** Options of {@link readJsonl}. */
export interface ReadJsonlOptions {
  /** Called for a line that holds no row, which is then left out. */
  onSkip?: (skip: Skip) => void;
  /**
   * Throw an `InvalidExamplesError` for the first line that holds no row.
   * @default true without onSkip, false with it
   */
  strict?: boolean;
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Reads rows from a file of JSON lines, while you iterate; each pass opens the file again. Takes
 * a byte order mark, Windows line ends, blank lines, and a last line without an end. A row knows
 * its place: `sourceOf(row)` has `file` and `line`, counted from 1 with the blank lines.
 *
 * Preference pairs, unpaired completions and rows for graders are read as rows with messages are; say which with
 * the type: `readJsonl<PreferenceExample>(path)`.
 *
 * @throws InvalidOptionError if the file cannot be read
 * @throws InvalidExamplesError for a line that is not a row of any kind, unless `onSkip` takes it
 *
 * @example
 * ```ts
 * import { readJsonl } from "langsmith-finetune";
 *
 * for await (const example of readJsonl("train.jsonl")) console.log(example.messages.length);
 * ```
 */
export function readJsonl<Row extends DatasetRow = TrainingExample>(
  path: string,
  options: ReadJsonlOptions = {},
): AsyncIterable<Row> {
  checkArgument("path", path, text);
  checkOptions<ReadJsonlOptions>("readJsonl", options, { ...skipKinds, signal: abortSignal });
  return reiterableChunks((size) => readRows<Row>(path, size, options));
}

/** @param onLine Is given the line that each row was read from, in their order and before they are. */
export async function* readRows<Row extends DatasetRow>(
  path: string,
  size: number,
  { onSkip, strict = onSkip === undefined, signal }: ReadJsonlOptions,
  onLine?: (line: string) => void,
): AsyncGenerator<readonly Row[], void, undefined> {
  const skips = reportSkips("readJsonl", { onSkip });
  let chunk: Row[] = [];
  for await (const { lines, first } of readFileLines(path, { signal })) {
    for (const [index, text] of lines.entries()) {
      const line = first + index;
      const read = typeof text === "string" ? parse(text) : { fault: text };
      if (read === undefined) continue;
      if ("fault" in read) {
        const { code, message } = read.fault;
        if (chunk.length > 0) yield chunk;
        chunk = [];
        if (strict) throw invalidLine(path, { line, path: "$", code, severity: "error", message });
        skips.skip({ code, message: `${path}, line ${line}: ${message}`, path: `line ${line}`, line });
      } else {
        const row = withSource(read.row as Row, { file: path, line });
        if (typeof text === "string") onLine?.(text);
        chunk.push(row);
        if (chunk.length >= size) {
          yield chunk;
          chunk = [];
        }
      }
    }
  }
  if (chunk.length > 0) yield chunk;
  skips.close();
}

type Fault = UnreadableLine | { code: "invalid-json" | "not-a-row"; message: string };

/** The row of a line, undefined for a blank one, or what is wrong with it. */
function parse(text: string): { row: DatasetRow } | { fault: Fault } | undefined {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    if (text.trim() === "") return undefined;
    return {
      fault: { code: "invalid-json", message: `The line is not JSON: ${(error as Error).message.slice(0, 200)}` },
    };
  }
  // What kind it is says only how it is meant: whether it is sound is for the validation to say.
  const kind = rowKindOf(value);
  if (
    kind !== undefined &&
    (kind === "preference" || kind === "unpaired" || Array.isArray((value as { messages?: unknown }).messages))
  )
    return { row: value as DatasetRow };
  return {
    fault: {
      code: "not-a-row",
      message: "The line is not an object with messages, a preference pair or an unpaired completion.",
    },
  };
}

function invalidLine(path: string, finding: Finding): InvalidExamplesError {
  return new InvalidExamplesError({
    message: `${path}, line ${finding.line}: ${finding.message}`,
    hint: "Fix the line, or pass onSkip to leave such lines out.",
    findings: [{ ...finding, source: { file: path, line: finding.line } }],
  });
}
