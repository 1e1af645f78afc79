import { createIntegers } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import type { LineBlock } from "../../internal/files/read-lines.js";
import type { Finding } from "../../types.js";
import { digest } from "../duplicates/fingerprint.js";
import { openAIRules, type ValidationRules } from "../rules.js";
import type { FindingCode } from "./codes.js";
import type { RowChecker } from "./create-validator.js";
import { DatasetChecks } from "./dataset-checks.js";
import { excerpt, finding } from "./wording.js";
import { parseExact } from "../../internal/exact-json.js";

const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const HELD_BLANK_LINES = 1000;

/** A row and the line it stands on. */
interface ReadRow {
  readonly value: unknown;
  readonly text: string;
  readonly number: number;
}

/** What is known of a file while its lines go by. */
export class FileChecks {
  /** The file is of another kind altogether: nothing more can be said of its lines. */
  over = false;
  private readonly path: string;
  private readonly checker: RowChecker;
  private readonly dataset: DatasetChecks;
  private readonly byteOrderMark: NonNullable<ValidationRules["byteOrderMark"]>;
  private readonly texts = createDigestIndex();
  private readonly firstLines = createIntegers();
  private readonly blank: Finding[] = [];

  constructor(path: string, checker: RowChecker, { rules = openAIRules }: { rules?: ValidationRules }) {
    this.path = path;
    this.checker = checker;
    this.dataset = new DatasetChecks(rules);
    this.byteOrderMark = rules.byteOrderMark ?? "unwanted";
  }

  /** Before the first line. */
  begin(mark: LineBlock["mark"], findings: Finding[]): void {
    if (mark === "utf-16") {
      this.over = true;
      findings.push(finding(0, "file-encoding", "$", "The file is UTF-16. It must be UTF-8."));
    } else if (mark === undefined && this.byteOrderMark === "wanted") {
      findings.push(
        this.at(
          1,
          "file-byte-order-mark-missing",
          "The service asks for a UTF-8 byte order mark at the beginning of the file.",
        ),
      );
    } else if (mark === "utf-8" && this.byteOrderMark !== "wanted") {
      const message = "The file begins with a UTF-8 byte order mark, which some readers trip over.";
      findings.push({
        ...this.at(1, "file-byte-order-mark", message),
        severity: this.byteOrderMark === "refused" ? "error" : "warning",
      });
    }
  }

  /** The row of a line; nothing where there is none, or none that can be read. */
  read(line: LineBlock["lines"][number], number: number, findings: Finding[]): ReadRow | undefined {
    const report = (code: FindingCode, message: string) => {
      findings.push(this.at(number, code, message));
    };
    const text = typeof line === "string" ? trim(line) : line;
    if (text === "") {
      const blank = this.at(number, "line-blank", "The line is blank; some services refuse it.");
      // Of a file with nothing else in it, one finding says it all.
      if (this.dataset.rows > 0 || this.blank.length >= HELD_BLANK_LINES) findings.push(blank);
      else this.blank.push(blank);
      return undefined;
    }
    if (this.blank.length > 0) findings.unshift(...this.blank.splice(0));
    if (typeof text !== "string") {
      this.dataset.rows += 1;
      report(text.code === "invalid-utf8" ? "file-encoding" : text.code, text.message);
      return undefined;
    }
    if (this.dataset.rows === 0 && isOtherJson(text)) {
      this.over = true;
      report("file-not-lines", "The file is JSON laid out over lines, or one list. It must hold one row on each line.");
      return undefined;
    }
    try {
      return { value: parseExact(text), text, number };
    } catch (error) {
      this.dataset.rows += 1;
      report("line-json", describe(text, error));
      return undefined;
    }
  }

  row({ value, text, number }: ReadRow, findings: Finding[]): void {
    this.dataset.row(value, findings, number);
    for (const found of this.checker.check(value, number, { file: this.path, line: number })) findings.push(found);
    const known = this.texts.size;
    const index = this.texts.add(digest(text));
    if (index < known)
      findings.push(this.at(number, "row-duplicate", `The line repeats line ${this.firstLines.at(index)}.`));
    else this.firstLines.push(number);
  }

  end(): Finding[] {
    if (this.dataset.rows === 0) return [finding(0, "file-empty", "$", "The file has no rows.")];
    return this.dataset.end();
  }

  private at(number: number, code: FindingCode, message: string): Finding {
    return { ...finding(number, code, "$", message), source: { file: this.path, line: number } };
  }
}

/** Without the white space that JSON allows around a value; `String.trim` would take a byte order mark too. */
function trim(line: string): string {
  const blank = (index: number) => {
    const code = line.charCodeAt(index);
    return code === SPACE || code === TAB || code === RETURN;
  };
  let start = 0;
  let end = line.length;
  while (start < end && blank(start)) start += 1;
  while (end > start && blank(end - 1)) end -= 1;
  return line.slice(start, end);
}

/** The beginning of a list of rows, or of a value laid out over several lines. */
function isOtherJson(text: string): boolean {
  if (text === "[" || text === "{") return true;
  // A bare list of messages is a row of the wrong type; a list of rows is a file of the wrong kind.
  return /^\[\s*\{\s*"(?:messages|input|preferred_output|non_preferred_output|prompt|conversations)"/.test(text);
}

function describe(text: string, error: unknown): string {
  if (text.includes("\uFEFF")) return "A byte order mark stands inside the file: two files were joined.";
  const message = error instanceof Error ? error.message : String(error);
  return `The line is not JSON: ${excerpt(message).replace(/^"|"$/g, "")}.`;
}
