import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { InvalidExamplesError, InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { reiterableChunks } from "../internal/step.js";
import { withSource } from "../source.js";
import type { Finding, Skip, TrainingExample } from "../types.js";

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

async function* rows(path: string, size: number, { onSkip, signal }: ReadJsonlOptions): AsyncGenerator<readonly TrainingExample[], void, undefined> {
  let chunk: TrainingExample[] = [];
  for await (const { text, line } of lines(path, signal)) {
    const read = text === undefined ? "The line is not UTF-8." : parse(text);
    if (typeof read === "string") {
      if (chunk.length > 0) yield chunk;
      chunk = [];
      const code = text === undefined ? "invalid-utf8" : read.startsWith("The line is no JSON") ? "invalid-json" : "not-a-row";
      if (!onSkip) throw invalidLine(path, { line, path: "$", code, severity: "error", message: read });
      onSkip({ code, message: `${path}, line ${line}: ${read}`, path: `line ${line}`, line });
    } else if (read) {
      chunk.push(withSource(read, { file: path, line }));
      if (chunk.length >= size) {
        yield chunk;
        chunk = [];
      }
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** The row of a line, undefined for a blank one, or what is wrong with it. */
function parse(text: string): TrainingExample | string | undefined {
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `The line is no JSON: ${(error as Error).message.slice(0, 200)}`;
  }
  if (isRecord(value) && Array.isArray(value.messages)) return value as unknown as TrainingExample;
  return "The line is no object with a list of messages.";
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NEW_LINE = 10;

async function* lines(path: string, signal: AbortSignal | undefined): AsyncGenerator<{ text: string | undefined; line: number }, void, undefined> {
  signal?.throwIfAborted();
  const file = await open(path, "r").catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  let line = 0;
  let rest: Buffer[] = [];
  const next = (bytes: Buffer) => {
    line++;
    const all = rest.length > 0 ? Buffer.concat([...rest, bytes]) : bytes;
    rest = [];
    const body = line === 1 && all.subarray(0, 3).equals(BYTE_ORDER_MARK) ? all.subarray(3) : all;
    return { text: isUtf8(body) ? body.toString("utf8") : undefined, line };
  };
  try {
    for await (const data of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      let start = 0;
      for (let end = data.indexOf(NEW_LINE); end >= 0; end = data.indexOf(NEW_LINE, start)) {
        yield next(data.subarray(start, end));
        start = end + 1;
      }
      if (start < data.length) rest.push(Buffer.from(data.subarray(start)));
    }
    if (rest.length > 0) yield next(Buffer.alloc(0));
  } catch (error) {
    throw (error as { syscall?: string }).syscall === "read" ? unreadable(path, error) : error;
  } finally {
    await file.close();
  }
}

function invalidLine(path: string, finding: Finding): InvalidExamplesError {
  return new InvalidExamplesError({
    message: `${path}, line ${finding.line}: ${finding.message}`,
    hint: "Mend the line, or pass onSkip to leave such lines out.",
    findings: [{ ...finding, source: { file: path, line: finding.line } }],
  });
}

function unreadable(path: string, cause: unknown): InvalidOptionError {
  const code = (cause as { code?: string }).code;
  return new InvalidOptionError({
    option: "path",
    value: path,
    message: `The file ${path} cannot be read (${code ?? "unknown reason"}).`,
    hint: code === "ENOENT" ? "There is no such file." : undefined,
    cause,
  });
}
