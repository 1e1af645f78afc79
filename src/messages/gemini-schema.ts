import { isRecord } from "../internal/is-record.js";
import { MAXIMUM_DEPTH } from "./free-form-json.js";

// As the dump of Google's Python client names them.
const NAMES: Readonly<Record<string, string>> = {
  additional_properties: "additionalProperties",
  any_of: "anyOf",
  defs: "$defs",
  max_items: "maxItems",
  max_length: "maxLength",
  max_properties: "maxProperties",
  min_items: "minItems",
  min_length: "minLength",
  min_properties: "minProperties",
  property_ordering: "propertyOrdering",
  ref: "$ref",
};

/**
 * A schema in Gemini's own form as JSON Schema: there the names of types are in capitals
 * (https://ai.google.dev/api/caching#Type), and the Python client is traced with every field that a
 * schema can have, `null` where it has none, and its types as the fields of an enumeration.
 */
export function fromGeminiSchema(schema: Record<string, unknown>, depth = 0): Record<string, unknown> {
  // Whoever takes the schema refuses one that is nested so deep.
  if (depth > MAXIMUM_DEPTH) return schema;
  const isDump = "any_of" in schema || isRecord(schema.type);
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(schema)) {
    const value = schema[key];
    if (isDump && value === null) continue;
    const name = (isDump ? NAMES[key] : undefined) ?? key;
    if (name === "type") read.type = typeName(value);
    else if (name === "properties" || name === "$defs") read[name] = isRecord(value) ? mapped(value, depth + 1) : value;
    else if (name === "items" || name === "additionalProperties") read[name] = nested(value, depth + 1);
    else if (name === "anyOf" && Array.isArray(value)) read.anyOf = value.map((each) => nested(each, depth + 1));
    else read[name] = value;
  }
  return read;
}

const TYPES = new Set<unknown>(["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"]);

/** True for a schema in Gemini's own form: its types in capitals, or the dump of its client. */
export function isGeminiSchema(schema: Record<string, unknown>): boolean {
  return "any_of" in schema || isRecord(schema.type) || TYPES.has(schema.type);
}

function mapped(schemas: Record<string, unknown>, depth: number): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(schemas)) read[name] = nested(schemas[name], depth);
  return read;
}

function nested(value: unknown, depth: number): unknown {
  return isRecord(value) ? fromGeminiSchema(value, depth) : value;
}

function typeName(value: unknown): unknown {
  const name = isRecord(value) ? value._value_ : value;
  return typeof name === "string" ? name.toLowerCase() : value;
}
