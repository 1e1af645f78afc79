import { InvalidExamplesError, InvalidOptionError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import { chunksOf, reiterableChunks } from "../../internal/step.js";
import type { AnyIterable, Finding } from "../../types.js";
import { openAIRules } from "../rules.js";
import { createValidator, isPreference, type ValidationOptions } from "./create-validator.js";
import { finding, typeName } from "./wording.js";

/** Options of {@link validateExamples}. */
export interface ValidateExamplesOptions extends ValidationOptions {
  /**
   * The rows are the whole dataset: say so too when there are fewer or more than the service takes.
   * Such findings have line 0.
   * @default false
   */
  complete?: boolean;
  /**
   * Throw an `InvalidExamplesError` on the first error instead of going on. Warnings are findings
   * as ever.
   * @default false
   */
  strict?: boolean;
  signal?: AbortSignal;
}

/**
 * Checks rows as strictly as the service that will get them, and gives what is wrong with them as
 * data. Works row by row: nothing is pulled before somebody iterates, each `for await` begins anew,
 * and memory does not grow with the number of rows.
 *
 * `line` counts rows from 1. Supervised rows (`messages`) and preference pairs (`input`,
 * `preferred_output`, `non_preferred_output`) are both understood. What a service accepts is data:
 * `backend.rules`, or {@link openAIRules}.
 *
 * @throws {InvalidOptionError} when `rows` cannot be iterated, or an option is wrong.
 * @throws {InvalidExamplesError} with `strict`, for the first error.
 *
 * @example
 * ```ts
 * import { validateExamples, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * for await (const { line, path, message, severity, source } of validateExamples(examples)) {
 *   console.log(`${severity} in row ${line}, ${path}: ${message} (run ${source?.runId})`);
 * }
 * ```
 */
export function validateExamples(rows: AnyIterable<unknown>, options: ValidateExamplesOptions = {}): AsyncIterable<Finding> {
  const iterable: unknown = rows;
  if (typeof iterable !== "object" || iterable === null || !(Symbol.asyncIterator in iterable || Symbol.iterator in iterable)) {
    throw new InvalidOptionError({ option: "rows", value: rows, message: `rows must be an iterable of rows, not ${typeName(rows)}.` });
  }
  const { complete = false, strict = false, signal } = options;
  return reiterableChunks(async function* (size) {
    signal?.throwIfAborted();
    const validate = await createValidator(options);
    const dataset = new DatasetChecks(options);
    for await (const chunk of chunksOf(rows, size)) {
      signal?.throwIfAborted();
      const findings: Finding[] = [];
      for (const row of chunk) {
        dataset.row(row, findings);
        for (const found of validate(row, dataset.rows)) findings.push(found);
        if (strict) throwOnError(findings);
      }
      if (findings.length > 0) yield findings;
    }
    if (!complete) return;
    const last = dataset.end();
    if (strict) throwOnError(last);
    if (last.length > 0) yield last;
  });
}

/** What is to be said of the rows together. */
export class DatasetChecks {
  /** How many rows there were. */
  rows = 0;
  private readonly rules: NonNullable<ValidationOptions["rules"]>;
  private preference: boolean | undefined;

  constructor({ rules = openAIRules }: ValidationOptions) {
    this.rules = rules;
  }

  row(row: unknown, findings: Finding[], line = this.rows + 1): void {
    this.rows += 1;
    if (!isRecord(row)) return;
    const preference = isPreference(row);
    this.preference ??= preference;
    if (preference !== this.preference && (preference || "messages" in row)) {
      findings.push(finding(line, "rows-mixed", "$", `A ${preference ? "preference pair among supervised rows" : "supervised row among preference pairs"}: a file holds one kind.`));
    }
  }

  end(): Finding[] {
    const { name, minimumRows, maximumRows } = this.rules;
    if (minimumRows !== undefined && this.rows < minimumRows) {
      return [finding(0, "rows-too-few", "$", `${this.rows} rows; ${name} needs at least ${minimumRows}.`)];
    }
    if (maximumRows !== undefined && this.rows > maximumRows) {
      return [finding(0, "rows-too-many", "$", `${this.rows} rows; ${name} takes ${maximumRows} at the most.`)];
    }
    return [];
  }
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
