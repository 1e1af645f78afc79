import type { JsonObject, JsonValue } from "../../types.js";
import { isRecord } from "../../internal/is-record.js";

/** Made-up arguments of the form that a function's parameters ask for, for a call that was demanded. */
export function sampleArguments(parameters: JsonObject | undefined): JsonObject {
  const sample = sampleOf(parameters ?? {}, parameters ?? {}, 0);
  return isRecord(sample) ? (sample as JsonObject) : {};
}

function sampleOf(schema: JsonValue | undefined, root: JsonObject, depth: number): JsonValue {
  if (!isRecord(schema) || depth > 12) return null;
  const { $ref: pointer, anyOf, oneOf, allOf, enum: values, type } = schema as JsonObject;
  if (typeof pointer === "string") return sampleOf(follow(root, pointer), root, depth + 1);
  if ("const" in schema) return schema["const"] as JsonValue;
  if (Array.isArray(values)) return values[0] ?? null;
  for (const list of [anyOf, oneOf, allOf]) if (Array.isArray(list)) return sampleOf(list[0], root, depth + 1);
  switch (Array.isArray(type) ? type[0] : type) {
    case "object":
      return sampleObject(schema as JsonObject, root, depth);
    case "array":
      return Number(schema["minItems"] ?? 0) > 0 ? [sampleOf(schema["items"] as JsonValue, root, depth + 1)] : [];
    case "integer":
    case "number":
      return Number(schema["minimum"] ?? 0);
    case "boolean":
      return false;
    case "string":
      return "stand-in";
    default:
      return isRecord(schema["properties"]) ? sampleObject(schema as JsonObject, root, depth) : null;
  }
}

function sampleObject(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = isRecord(schema["properties"]) ? (schema["properties"] as JsonObject) : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const wanted = Object.entries(properties).filter(([key]) => required.includes(key));
  return Object.fromEntries(wanted.map(([key, property]) => [key, sampleOf(property, root, depth + 1)]));
}

function follow(root: JsonObject, pointer: string): JsonValue | undefined {
  let current: JsonValue | undefined = root;
  for (const key of pointer.split("/").slice(1)) current = isRecord(current) ? (current[key] as JsonValue) : undefined;
  return current;
}
