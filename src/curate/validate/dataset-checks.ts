import { InvalidExamplesError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import type { Finding } from "../../types.js";
import type { ValidationRules } from "../rules.js";
import { rowKindOf, type RowKind } from "../../internal/row-kind.js";
import { balanceFindings } from "./label-balance.js";
import { finding } from "./wording.js";

/** What the checks of all rows together need of one. */
export interface DatasetFacts {
  /** Nothing for what is not an object or cannot be read; `other` for an object without messages. */
  readonly form: RowKind | "other" | undefined;
  readonly images: boolean;
  /** Of an unpaired row. */
  readonly label?: boolean;
}

const UNREADABLE: DatasetFacts = { form: undefined, images: false };

/** What the checks of the dataset as a whole need of a row. */
export function datasetFactsOf(row: unknown): DatasetFacts {
  try {
    if (!isRecord(row)) return UNREADABLE;
    const form = rowKindOf(row) ?? "other";
    const { label } = row;
    return { form, images: hasImages(row), ...(form === "unpaired" && typeof label === "boolean" && { label }) };
  } catch {
    // What cannot be read is reported by the check of the row itself.
    return UNREADABLE;
  }
}

const NAMES: Record<RowKind, string> = {
  supervised: "supervised row",
  preference: "preference pair",
  unpaired: "unpaired row",
  reinforcement: "row for reinforcement",
};

/** What is to be said of the rows together. */
export class DatasetChecks {
  /** How many rows there were. */
  rows = 0;
  private readonly rules: ValidationRules;
  private readonly maxWithImages: number;
  private withImages = 0;
  private kind: RowKind | undefined;
  private readonly labels = { good: 0, bad: 0 };

  constructor(rules: ValidationRules) {
    this.rules = rules;
    this.maxWithImages = (rules.images === false ? undefined : rules.images.maxRows) ?? Number.POSITIVE_INFINITY;
  }

  row(row: unknown, findings: Finding[], line = this.rows + 1): void {
    this.add(datasetFactsOf(row), findings, line);
  }

  /** Takes what is known of the next row. */
  add({ form, images, label }: DatasetFacts, findings: Finding[], line = this.rows + 1): void {
    this.rows += 1;
    if (form === undefined) return;
    if (label !== undefined) this.labels[label ? "good" : "bad"] += 1;
    if (images && this.maxWithImages < Number.POSITIVE_INFINITY) {
      this.withImages += 1;
      if (this.withImages === this.maxWithImages + 1) {
        findings.push(finding(line, "image-rows", "$", `More than ${this.maxWithImages} rows with images.`));
      }
    }
    if (form === "other") return;
    this.kind ??= form;
    if (form !== this.kind) {
      findings.push(
        finding(line, "rows-mixed", "$", `A ${NAMES[form]} among ${NAMES[this.kind]}s: a file holds one kind.`),
      );
    }
  }

  end(): Finding[] {
    const { name, minRows, maxRows } = this.rules;
    if (minRows !== undefined && this.rows < minRows) {
      return [finding(0, "rows-too-few", "$", `${this.rows} rows; ${name} needs at least ${minRows}.`)];
    }
    if (maxRows !== undefined && this.rows > maxRows) {
      return [finding(0, "rows-too-many", "$", `${this.rows} rows; ${name} takes ${maxRows} at the most.`)];
    }
    return balanceFindings(this.labels, this.rules);
  }
}

/** What is to be said of a file's size. `what` begins the sentence. */
export function sizeFinding(what: string, bytes: number, { name, maxBytes }: ValidationRules): Finding[] {
  if (maxBytes === undefined || bytes <= maxBytes) return [];
  return [
    finding(0, "file-too-large", "$", `${what} have ${bytes} bytes as a file; ${name} takes ${maxBytes} at the most.`),
  ];
}

/** With `strict`: the first error ends the pass. */
export function throwOnError(findings: readonly Finding[]): void {
  const error = findings.find((found) => found.severity === "error");
  if (error === undefined) return;
  throw new InvalidExamplesError({
    findings: [error],
    message: `Line ${error.line}, ${error.path}: ${error.message} [${error.code}]`,
    hint: "Leave out strict to go on and get every finding.",
  });
}

function hasImages(row: Record<string, unknown>): boolean {
  const { messages } = row;
  return (
    Array.isArray(messages) &&
    (messages as unknown[]).some(
      (message) =>
        isRecord(message) &&
        Array.isArray(message.content) &&
        (message.content as unknown[]).some((part) => isRecord(part) && part.type === "image_url"),
    )
  );
}
