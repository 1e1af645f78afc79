import type { ValidationRules } from "../../curate/rules.js";
import { validateExamples } from "../../curate/validate/validate-examples.js";
import { isRecord } from "../../internal/is-record.js";
import { sourceOf } from "../../source.js";
import type { Finding } from "../../types.js";
import type { DatasetFile, TrainingMethod } from "../backend.js";
import type { TrainingRow } from "../options.js";

/** How rows are checked. */
export interface CheckRowsOptions {
  rules: ValidationRules;
  role: DatasetFile["role"];
  /** Left out: each row by its own keys. */
  method?: TrainingMethod;
  maxTokens?: number;
  /** The base model, which says how tokens are counted. */
  model: string;
}

/** What is wrong with the rows, as they come. The number of rows is a fault of training data only. */
export function checkRows(
  rows: AsyncIterable<TrainingRow>,
  { rules, role, method, maxTokens, model }: CheckRowsOptions,
): AsyncIterable<Finding> {
  const complete = role === "training";
  if (method === "reinforcement") return checkPrompts(rows, rules, complete);
  return validateExamples(rows, { rules, method, complete, maxTokens, model });
}

/**
 * Rows for a grader: messages that end with the user's, and beside them what the grader reads, which
 * only the provider can judge.
 * https://platform.openai.com/docs/guides/reinforcement-fine-tuning
 */
async function* checkPrompts(
  rows: AsyncIterable<TrainingRow>,
  rules: ValidationRules,
  complete: boolean,
): AsyncGenerator<Finding, void, undefined> {
  const { name, minRows, maxRows } = rules;
  let line = 0;
  for await (const row of rows) {
    line += 1;
    const fault = faultOfPrompt(row);
    if (fault !== undefined) yield { line, severity: "error", source: sourceOf(row), ...fault };
  }
  if (!complete) return;
  const count = { line: 0, path: "$", severity: "error" } as const;
  if (minRows !== undefined && line < minRows)
    yield { ...count, code: "rows-too-few", message: `${line} rows; ${name} needs at least ${minRows}.` };
  if (maxRows !== undefined && line > maxRows)
    yield { ...count, code: "rows-too-many", message: `${line} rows; ${name} takes ${maxRows} at the most.` };
}

function faultOfPrompt(row: unknown): Pick<Finding, "path" | "code" | "message"> | undefined {
  const messages = isRecord(row) ? row["messages"] : undefined;
  if (!Array.isArray(messages) || messages.length === 0) {
    return { path: "$.messages", code: "messages-missing", message: "A row for reinforcement must have messages." };
  }
  const last: unknown = messages.at(-1);
  if (isRecord(last) && last["role"] === "user") return undefined;
  return {
    path: `$.messages[${messages.length - 1}]`,
    code: "prompt-end",
    message:
      "A row for reinforcement must end with the user's message: the answer is the model's, and the grader's to judge.",
  };
}
