import { openAIRules } from "../../curate/rules.js";
import { createValidator, type RowValidator } from "../../curate/validate/create-validator.js";
import type { JsonObject } from "../../types.js";
import { jsonObjectOrUndefined } from "../../internal/json.js";

/** What is wrong with a file, in the form of a job's `error`. */
export interface FileFault {
  code: string;
  message: string;
  param: string;
}

/** The rows of a file, or the first thing that is wrong with it. */
export type FileCheck = (
  content: string,
  param: "training_file" | "validation_file",
) => { rows: JsonObject[] } | { fault: FileFault };

/**
 * The check that a job makes of its files: the package's own validation by OpenAI's rules, of which
 * the first error fails the job. Lines are counted from 1, blank lines too. The codes, and the words
 * about too few rows, are those of OpenAI's API as users report them; the rest of the words is ours.
 */
export async function createFileCheck(method: "supervised" | "dpo"): Promise<FileCheck> {
  const validate = await createValidator({
    rules: openAIRules,
    method: method === "dpo" ? "preference" : "supervised",
  });
  return (content, param) => {
    const rows: JsonObject[] = [];
    for (const [index, line] of content
      .replace(/^\uFEFF/, "")
      .split("\n")
      .entries()) {
      if (line.trim() === "") continue;
      const row = jsonObjectOrUndefined(line) as JsonObject | undefined;
      const problem = row === undefined ? "is not a JSON dictionary." : firstError(validate, row, index + 1);
      if (row === undefined || problem !== undefined) {
        const file = param.replace("_", " ");
        const message = `The job failed due to an invalid ${file}. Invalid file format. Line ${index + 1} ${problem ?? ""}`;
        return { fault: { code: `invalid_${param}`, message, param } };
      }
      rows.push(row);
    }
    const { minRows = 0 } = openAIRules;
    if (param === "training_file" && rows.length < minRows) {
      const message = `Training file has ${rows.length} example(s), but must have at least ${minRows} examples`;
      return { fault: { code: "invalid_n_examples", message, param } };
    }
    return { rows };
  };
}

function firstError(validate: RowValidator, row: JsonObject, line: number): string | undefined {
  const error = validate(row, line).find(({ severity }) => severity === "error");
  return error && `at ${error.path}: ${error.message}`;
}
