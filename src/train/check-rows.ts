import type { ValidationRules } from "../curate/rules.js";
import { isRecord } from "../internal/is-record.js";
import type { Finding } from "../types.js";
import type { DatasetFile, TrainingMethod } from "./backend.js";
import type { TrainingRow } from "./options.js";

export interface CheckRowsOptions {
  rules: ValidationRules;
  role: DatasetFile["role"];
  maxTokens?: number;
  /** Known once the first row was seen. */
  method: () => TrainingMethod;
}

/** What is wrong with the rows, as they come. */
export async function* checkRows(rows: AsyncIterable<TrainingRow>, { rules, role }: CheckRowsOptions): AsyncGenerator<Finding, void, undefined> {
  let line = 0;
  for await (const row of rows) {
    line += 1;
    if (!isRecord(row) || !(Array.isArray(row["messages"]) || isRecord(row["input"]))) {
      yield { line, path: "$", code: "wrong-shape", severity: "error", message: "A row is an object with messages." };
    }
  }
  const { minimumRows = 1 } = rules;
  if (role === "training" && line > 0 && line < minimumRows) {
    const message = `The file has ${line} rows; ${rules.name} needs ${minimumRows} at the least.`;
    yield { line: 0, path: "$", code: "too-few-rows", severity: "error", message };
  }
}
