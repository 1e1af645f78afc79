import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { stat } from "node:fs/promises";
import { InvalidOptionError } from "../../errors.js";
import { reiterableChunks } from "../../internal/step.js";
import type { Finding } from "../../types.js";
import { openAIRules } from "../rules.js";
import { createValidator, type RowValidator } from "./create-validator.js";
import { FirstLines } from "./first-lines.js";
import { readLines, type FileLine } from "./read-lines.js";
import { excerpt, finding, typeName } from "./wording.js";
import { DatasetChecks, throwOnError, type ValidateExamplesOptions } from "./validate-examples.js";

/** Options of {@link validateJsonl}. */
export type ValidateJsonlOptions = Omit<ValidateExamplesOptions, "complete">;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Checks a JSONL file: every row as {@link validateExamples} does, and the file itself: UTF-8, one
 * JSON object a line, blank and repeated lines, size, number of rows. A broken line is a finding,
 * and the rest of the file is checked all the same.
 *
 * `line` counts the lines of the file from 1, blank ones too; 0 stands for the file as a whole.
 * The file is read as it is checked, and what is kept of a line is twelve bytes.
 *
 * @throws {InvalidOptionError} when there is no such file, or an option is wrong.
 * @throws {InvalidExamplesError} with `strict`, for the first error.
 *
 * @example
 * ```ts
 * import { validateJsonl } from "langsmith-finetune";
 *
 * let errors = 0;
 * for await (const { line, path, code, severity, message } of validateJsonl("train.jsonl")) {
 *   if (severity === "error") errors += 1;
 *   console.log(`train.jsonl:${line} ${path} ${message} [${code}]`);
 * }
 * process.exitCode = errors === 0 ? 0 : 1;
 * ```
 */
export function validateJsonl(path: string, options: ValidateJsonlOptions = {}): AsyncIterable<Finding> {
  if (typeof path !== "string" || path === "") {
    throw new InvalidOptionError({ option: "path", value: path, message: `path must be the name of a file, not ${typeName(path)}.` });
  }
  const { strict = false, signal } = options;
  return reiterableChunks(async function* () {
    signal?.throwIfAborted();
    const check = new FileChecks(path, await createValidator(options), options);
    const first = await checkSize(path, options);
    if (strict) throwOnError(first);
    if (first.length > 0) yield first;
    for await (const lines of readLines(path, { signal })) {
      const findings: Finding[] = [];
      for (const line of lines) {
        check.line(line, findings);
        if (strict) throwOnError(findings);
        if (check.over) break;
      }
      if (findings.length > 0) yield findings;
      if (check.over) return;
    }
    const last = check.end();
    if (strict) throwOnError(last);
    if (last.length > 0) yield last;
  });
}

async function checkSize(path: string, { rules = openAIRules }: ValidateJsonlOptions): Promise<Finding[]> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new InvalidOptionError({ option: "path", value: path, message: `The file ${path} cannot be read.`, cause });
  });
  if (!stats.isFile()) throw new InvalidOptionError({ option: "path", value: path, message: `${path} is no file.` });
  if (rules.maximumBytes === undefined || stats.size <= rules.maximumBytes) return [];
  return [finding(0, "file-too-large", "$", `The file has ${stats.size} bytes; ${rules.name} takes ${rules.maximumBytes} at the most.`)];
}

/** What is known of a file while its lines go by. */
class FileChecks {
  /** The file is of another kind altogether: nothing more can be said of its lines. */
  over = false;
  private readonly path: string;
  private readonly validate: RowValidator;
  private readonly dataset: DatasetChecks;
  private readonly byteOrderMark: "refused" | "unwanted" | "wanted";
  private readonly firstLines = new FirstLines();

  constructor(path: string, validate: RowValidator, options: ValidateJsonlOptions) {
    this.path = path;
    this.validate = validate;
    this.dataset = new DatasetChecks(options);
    this.byteOrderMark = (options.rules ?? openAIRules).byteOrderMark ?? "unwanted";
  }

  line({ number, bytes: all }: FileLine, findings: Finding[]): void {
    const report = (...[code, message]: [Parameters<typeof finding>[1], string]) => {
      findings.push({ ...finding(number, code, "$", message), source: { file: this.path, line: number } });
    };
    if (all === undefined) {
      this.dataset.rows += 1;
      report("line-too-long", "The line is longer than 256 MiB and was passed over.");
      return;
    }
    let bytes = all;
    if (number === 1) {
      bytes = this.withoutMark(all, report);
      if (this.over) return;
    }
    if (!isUtf8(bytes)) {
      this.dataset.rows += 1;
      report("file-encoding", "The line is not UTF-8.");
      return;
    }
    // Not `trim()`, which would also take a byte order mark away.
    const text = bytes.toString("utf8").replace(/^[ \t\r]+|[ \t\r]+$/g, "");
    if (text === "") {
      report("line-blank", "The line is blank; some services refuse it.");
      return;
    }
    if (this.dataset.rows === 0 && isOtherJson(text)) {
      this.over = true;
      report("file-not-lines", "The file is JSON laid out over lines, or one list. It must hold one row on each line.");
      return;
    }
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (error) {
      this.dataset.rows += 1;
      report("line-json", describe(text, error));
      return;
    }
    this.dataset.row(row, findings, number);
    for (const found of this.validate(row, number, { file: this.path, line: number })) findings.push(found);
    const earlier = this.firstLines.add(hash("sha1", text, "buffer"), number);
    if (earlier !== undefined) report("row-duplicate", `The line repeats line ${earlier}.`);
  }

  end(): Finding[] {
    if (this.dataset.rows === 0) return [finding(0, "file-empty", "$", "The file has no rows.")];
    return this.dataset.end();
  }

  private withoutMark(bytes: Buffer, report: (code: Parameters<typeof finding>[1], message: string) => void): Buffer {
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      this.over = true;
      report("file-encoding", "The file is UTF-16. It must be UTF-8.");
      return bytes;
    }
    const marked = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
    if (!marked) {
      if (this.byteOrderMark === "wanted") report("file-byte-order-mark-missing", "The service asks for a UTF-8 byte order mark at the beginning of the file.");
      return bytes;
    }
    if (this.byteOrderMark !== "wanted") report("file-byte-order-mark", "The file begins with a UTF-8 byte order mark, which some readers trip over.");
    return bytes.subarray(3);
  }
}

/** The beginning of a list, or of an object laid out over several lines. */
function isOtherJson(text: string): boolean {
  if (text === "[" || text === "{") return true;
  if (!text.startsWith("[")) return false;
  // A bare list of messages is a row of the wrong type; a list of rows is a file of the wrong kind.
  return /^\[\s*\{\s*"(?:messages|input|preferred_output|prompt|conversations)"/.test(text);
}

function describe(text: string, error: unknown): string {
  if (text.includes("\uFEFF")) return "A byte order mark stands inside the file: two files were joined.";
  const message = error instanceof Error ? error.message : String(error);
  return `The line is not JSON: ${excerpt(message).replace(/^"|"$/g, "")}.`;
}
