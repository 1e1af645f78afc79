import { stat } from "node:fs/promises";
import { InvalidOptionError } from "../../errors.js";
import { readFileLines, unreadableFile } from "../../internal/files/read-file-lines.js";
import { reiterableChunks } from "../../internal/step.js";
import type { Finding } from "../../types.js";
import { abortSignal, boolean, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { openAIRules } from "../rules.js";
import { createRowChecker, validationKinds } from "./create-validator.js";
import { throwOnError } from "./dataset-checks.js";
import { FileChecks } from "./file-checks.js";
import type { ValidateExamplesOptions } from "./validate-examples.js";
import { finding } from "./wording.js";

/** Options of {@link validateJsonl}. */
export type ValidateJsonlOptions = Omit<ValidateExamplesOptions, "complete">;

/**
 * Checks a JSONL file: every row as {@link validateExamples} does, and the file itself: UTF-8, one
 * JSON object a line, blank and repeated lines, size, number of rows. A broken line is a finding,
 * and the rest of the file is checked all the same.
 *
 * `line` counts the lines of the file from 1, blank ones too; 0 stands for the file as a whole.
 * The file is read as it is checked, and what is kept of a line is a hash and a number, some thirty bytes.
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
  checkArgument("path", path, text);
  checkOptions<ValidateJsonlOptions>("validateJsonl", options, {
    ...validationKinds,
    strict: boolean,
    signal: abortSignal,
  });
  const { strict = false, signal } = options;
  return reiterableChunks(async function* () {
    signal?.throwIfAborted();
    const checker = await createRowChecker(options);
    const check = new FileChecks(path, checker, options);
    const first = await checkSize(path, options);
    if (strict) throwOnError(first);
    if (first.length > 0) yield first;
    for await (const { lines, first: number, mark } of readFileLines(path, { signal })) {
      const findings: Finding[] = [];
      if (number === 1) check.begin(mark, findings);
      if (strict) throwOnError(findings);
      for (const [index, line] of lines.entries()) {
        if (check.over) break;
        const row = check.read(line, number + index, findings);
        if (row !== undefined) {
          if (checker.needsTokenizer(row.value)) await checker.loadTokenizer();
          check.row(row, findings);
        }
        if (strict) throwOnError(findings);
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
    throw unreadableFile(path, cause);
  });
  if (!stats.isFile()) throw new InvalidOptionError({ option: "path", value: path, message: `${path} is not a file.` });
  if (rules.maxBytes === undefined || stats.size <= rules.maxBytes) return [];
  return [
    finding(
      0,
      "file-too-large",
      "$",
      `The file has ${stats.size} bytes; ${rules.name} takes ${rules.maxBytes} at the most.`,
    ),
  ];
}
