import { chunksOf, reiterableChunks } from "../../internal/step.js";
import type { AnyIterable, Finding } from "../../types.js";
import { abortSignal, boolean, iterable } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { openAIRules } from "../rules.js";
import { createRowChecker, validationKinds, type ValidationOptions } from "./create-validator.js";
import { DatasetChecks, throwOnError } from "./dataset-checks.js";

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
 * data. Works row by row: nothing is read before you iterate, each `for await` starts over,
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
export function validateExamples(
  rows: AnyIterable<unknown>,
  options: ValidateExamplesOptions = {},
): AsyncIterable<Finding> {
  checkArgument("rows", rows, iterable);
  checkOptions<ValidateExamplesOptions>("validateExamples", options, {
    ...validationKinds,
    complete: boolean,
    strict: boolean,
    signal: abortSignal,
  });
  return findingsOf(rows, options, () => false);
}

/**
 * The findings of `validateExamples` for options that were checked.
 *
 * @param isClean Whether the row was checked by the same before, and nothing was found. It still counts in what is
 * checked of all rows together.
 */
export function findingsOf(
  rows: AnyIterable<unknown>,
  options: ValidateExamplesOptions,
  isClean: (row: unknown) => boolean,
): AsyncIterable<Finding> {
  const { complete = false, strict = false, signal } = options;
  return reiterableChunks(async function* (size) {
    signal?.throwIfAborted();
    const checker = await createRowChecker(options);
    const dataset = new DatasetChecks(options.rules ?? openAIRules);
    for await (const chunk of chunksOf(rows, size)) {
      signal?.throwIfAborted();
      const findings: Finding[] = [];
      for (const row of chunk) {
        dataset.row(row, findings);
        if (isClean(row)) continue;
        if (checker.needsTokenizer(row)) await checker.loadTokenizer();
        for (const found of checker.check(row, dataset.rows)) findings.push(found);
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
