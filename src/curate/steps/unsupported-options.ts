import { isRecord } from "../../internal/is-record.js";
import { omit } from "../../internal/omit.js";
import { sourceOf, withSource } from "../../source.js";
import type { RowStepDefinition } from "../row-step.js";
import type { ValidationRules } from "../rules.js";

/**
 * Takes `parallel_tool_calls` off a row (or a pair's input) where the service has no such key. It says how
 * the traced request was made and not what is learned.
 * A row that has none is given back as it is.
 */
function withoutUnsupportedOptions(row: object, rules: Pick<ValidationRules, "parallelToolCalls">): object {
  if (rules.parallelToolCalls) return row;
  if ("parallel_tool_calls" in row) return withSource(omit(row, "parallel_tool_calls"), sourceOf(row));
  if (!("input" in row) || !isRecord(row.input) || !("parallel_tool_calls" in row.input)) return row;
  return withSource({ ...row, input: omit(row.input, "parallel_tool_calls") }, sourceOf(row));
}

/** Takes off what the service does not know. */
export const unsupportedOptionsStep: RowStepDefinition = {
  name: "unsupported",
  options: {},
  create: (_, { rules }) =>
    rules.parallelToolCalls ? undefined : { take: (row) => withoutUnsupportedOptions(row, rules) },
};
