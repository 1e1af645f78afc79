import type { JsonObject, JsonValue } from "../types.js";
import { isRecord } from "../internal/is-record.js";

/**
 * The schema with each `$ref` to another place of it replaced by what is there. References of a
 * schema to a part that holds itself (recursive schemas) stay.
 */
export function inlineReferences(schema: JsonObject): JsonObject {
  const inline = (value: JsonValue, location: string, open: readonly string[]): JsonValue => {
    if (Array.isArray(value)) return value.map((item, index) => inline(item, `${location}/${index}`, open));
    if (typeof value !== "object" || value === null) return value;
    const { $ref: pointer, ...siblings } = value;
    if (typeof pointer === "string" && pointer.startsWith("#")) {
      const recursive = open.includes(pointer) || location === pointer || `${location}/`.startsWith(`${pointer}/`);
      if (recursive) return value;
      const target = resolvePointer(schema, pointer);
      if (target === undefined) return value;
      const inlined = inline(target, pointer, [...open, pointer]) as JsonObject;
      return { ...inlined, ...siblings };
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, inline(item, `${location}/${escape(key)}`, open)]),
    );
  };
  return inline(schema, "#", []) as JsonObject;
}

/** What a JSON pointer in a URI fragment (`#/definitions/Node`) points to. */
export function resolvePointer(schema: JsonObject, pointer: string): JsonObject | undefined {
  let current: JsonValue | undefined = schema;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof current !== "object" || current === null) return undefined;
    const key = unescape(part);
    current = Array.isArray(current) ? current[Number(key)] : Object.hasOwn(current, key) ? current[key] : undefined;
  }
  return isRecord(current) ? current : undefined;
}

const escape = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");

function unescape(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // Not percent-encoded after all: zod-to-json-schema writes pointers as they are.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
