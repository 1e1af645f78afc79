import type { ValidationRules } from "../../curate/rules.js";
import { findingsOf } from "../../curate/validate/validate-examples.js";
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
  /** Whether a row was checked by the same before, and nothing was found. */
  isClean(row: unknown): boolean;
}

/** What is wrong with the rows, as they come. The number of rows is a fault of training data only. */
export function checkRows(
  rows: AsyncIterable<TrainingRow>,
  { rules, role, method, maxTokens, model, isClean }: CheckRowsOptions,
): AsyncIterable<Finding> {
  return findingsOf(rows, { rules, method, complete: role === "training", maxTokens, model }, isClean);
}
