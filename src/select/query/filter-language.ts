// LangSmith's filter language: https://docs.langchain.com/langsmith/trace-query-syntax

/**
 * Any text as a string of the filter language. The documentation shows strings in either kind of
 * quotes and says nothing of escapes, so a text that needs none gets none; only one that holds both
 * a quote of each kind, a backslash or a control character is escaped as JSON does it.
 */
export function quote(text: string): string {
  const plain = !/[\\\p{Cc}\u2028\u2029]/u.test(text);
  if (plain && !text.includes('"')) return `"${text}"`;
  if (plain && !text.includes("'")) return `'${text}'`;
  return JSON.stringify(text);
}

/** `and(…)` of what is there; one expression stays as it is, none is none. */
export function allOf(...expressions: readonly (string | undefined)[]): string | undefined {
  return combine("and", expressions);
}

/** `or(…)` of what is there; one expression stays as it is, none is none. */
export function anyOf(...expressions: readonly (string | undefined)[]): string | undefined {
  return combine("or", expressions);
}

/** `comparator(field, value)`, the value quoted where it is text. */
export function compare(
  comparator: "eq" | "neq" | "gt" | "gte" | "lt" | "lte" | "has",
  field: string,
  value: string | number,
): string {
  return `${comparator}(${field}, ${typeof value === "string" ? quote(value) : String(value)})`;
}

/** The metadata has this value under this key. The pair is kept in an `and` of its own, so that two pairs do not mix. */
export function metadataIs(key: string, value: string | number | boolean): string {
  return `and(${compare("eq", "metadata_key", key)}, ${compare("eq", "metadata_value", String(value))})`;
}

function combine(operator: "and" | "or", expressions: readonly (string | undefined)[]): string | undefined {
  const given = expressions.filter((expression) => expression !== undefined && expression.trim() !== "");
  return given.length > 1 ? `${operator}(${given.join(", ")})` : given[0];
}
