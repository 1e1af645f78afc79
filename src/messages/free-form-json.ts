import { isRecord } from "../internal/is-record.js";
import { Unreadable } from "./unreadable.js";
import { parseExact } from "../internal/exact-json.js";

/** How deep free-form JSON of a trace may be nested: beyond this no tool schema or argument goes, and `JSON.stringify` stays safe. */
export const MAXIMUM_DEPTH = 128;

const SERIALIZED_TYPES = new Set<unknown>(["constructor", "secret", "not_implemented"]);

/**
 * Free-form JSON of a trace (tool arguments, schemas) as data. Objects that LangChain escaped
 * because they have an `lc` key are unwrapped. Refused: a serialized class instance or secret, whose
 * text the model never saw; a `__proto__` key; nesting beyond 128 levels. Returns the value itself
 * where nothing had to change.
 */
export function readFreeForm(value: unknown, path: string, depth = 0, isEscaped = false): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAXIMUM_DEPTH)
    throw new Unreadable("invalid-message", `JSON nested deeper than ${MAXIMUM_DEPTH} levels.`, path);
  if (Array.isArray(value)) {
    let items: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const read = readFreeForm(item, path, depth + 1, isEscaped);
      if (read !== item) (items ??= value.slice())[index] = read;
    }
    return items ?? value;
  }
  const record = value as Record<string, unknown>;
  // What is in it was the user's own, whatever it looks like.
  if (isEscaped) return readFields(record, path, depth, true);
  if (isRecord(record.__lc_escaped__) && Object.keys(record).length === 1)
    return readFields(record.__lc_escaped__, path, depth + 1, true);
  if (record.lc === 1 && SERIALIZED_TYPES.has(record.type) && Array.isArray(record.id)) {
    throw new Unreadable(
      "invalid-message",
      "A serialized object stands where plain JSON is expected; what the model saw of it is not in the trace.",
      path,
    );
  }
  return readFields(record, path, depth, false);
}

function readFields(
  record: Record<string, unknown>,
  path: string,
  depth: number,
  isEscaped: boolean,
): Record<string, unknown> {
  let fields: Record<string, unknown> | undefined;
  for (const key in record) {
    if (key === "__proto__") throw new Unreadable("invalid-message", "JSON with a key __proto__.", path);
    const item = record[key];
    if (typeof item !== "object" || item === null) continue;
    const read = readFreeForm(item, path, depth + 1, isEscaped);
    if (read !== item) (fields ??= { ...record })[key] = read;
  }
  return fields ?? record;
}

/** The JSON value of the text with its numbers exact, in an object; undefined where the text is not JSON. */
export function parseExactJson(text: string): { value: unknown } | undefined {
  try {
    return { value: parseExact(text) };
  } catch {
    return undefined;
  }
}

/** The JSON value, with its numbers exact, of a text that is JSON; any other value as it is. */
export function exactJsonOrSame(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const parsed = parseExactJson(value);
  return parsed === undefined ? value : parsed.value;
}
