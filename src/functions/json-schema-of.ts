import type { JsonObject } from "../types.js";
import { isRecord } from "../internal/is-record.js";
import { omit } from "../internal/omit.js";
import { resolvePointer } from "./inline-references.js";
import { schemaError } from "./schema-error.js";
import { isZod3Schema, zod3ToJsonSchema } from "./zod3-to-json-schema.js";
import { isZod4Schema, zod4ToJsonSchema } from "./zod4-to-json-schema.js";

interface StandardJsonSchema {
  readonly "~standard": { readonly jsonSchema: { input(options: { target: string }): unknown } };
}

/**
 * JSON Schema of an object, of any kind of schema: a copy with `type: "object"` at its root and
 * without `$schema`. References point into the copy.
 */
export function jsonSchemaOf(schema: unknown): JsonObject {
  const converted = convert(schema);
  const root = omit(hoistRoot(converted), "$schema") as JsonObject;
  const composed = ["anyOf", "oneOf", "allOf", "not", "enum"].find((keyword) => keyword in root);
  if (root["type"] !== "object" || composed !== undefined) {
    const found = composed ?? JSON.stringify(root["type"] ?? "no type");
    throw schemaError(
      "",
      `must be of an object, because a function takes its arguments as a JSON object; found ${found} at its root.`,
      schema,
      "Wrap it as a field of an object.",
    );
  }
  return root;
}

function convert(schema: unknown): JsonObject {
  if (isZod4Schema(schema)) return unwrapReferences(zod4ToJsonSchema(schema)) as JsonObject;
  if (isZod3Schema(schema)) return zod3ToJsonSchema(schema);
  if (isStandardJsonSchema(schema)) return copy(schema["~standard"].jsonSchema.input({ target: "draft-07" }), schema);
  return copy(schema, schema);
}

function copy(value: unknown, schema: unknown): JsonObject {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw schemaError("", "cannot be written as JSON.", schema, undefined, cause);
  }
  const result: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isRecord(result)) throw schemaError("", `must be a schema, not ${text ?? typeof value}.`, schema);
  return result as JsonObject;
}

/** A root that is a reference to one of its own definitions becomes a copy of that definition. */
function hoistRoot(schema: JsonObject): JsonObject {
  let root = schema;
  for (let depth = 0; depth < 8 && typeof root["$ref"] === "string"; depth++) {
    const { $ref: pointer, ...rest } = root;
    const target = pointer === "#" ? undefined : resolvePointer(schema, pointer as string);
    if (target === undefined) return root;
    root = withoutUnused({ ...target, ...rest }, pointer as string);
  }
  return root;
}

/** Without the definition at the pointer, if nothing refers to it (any more). */
function withoutUnused(root: JsonObject, pointer: string): JsonObject {
  const [, group = "", key = ""] = /^#\/(\$defs|definitions)\/([^/~%]+)$/.exec(pointer) ?? [];
  const { [group]: definitions, ...rest } = root;
  if (!isRecord(definitions)) return root;
  const { [key]: unused, ...others } = definitions as JsonObject;
  const slim = Object.keys(others).length === 0 ? rest : { ...rest, [group]: others };
  // The definition itself stands at the root now, with whatever it says of itself.
  return unused === undefined || JSON.stringify(slim).includes(JSON.stringify(pointer)) ? root : slim;
}

/** zod wraps a reference as `{ allOf: [{ $ref }] }` even where nothing stands beside it. */
function unwrapReferences<T>(value: T): T {
  if (Array.isArray(value)) return value.map(unwrapReferences) as T;
  if (!isRecord(value)) return value;
  const { allOf } = value;
  if (
    Object.keys(value).length === 1 &&
    Array.isArray(allOf) &&
    allOf.length === 1 &&
    isRecord(allOf[0]) &&
    "$ref" in allOf[0]
  ) {
    return allOf[0] as T;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapReferences(item)])) as T;
}

function isStandardJsonSchema(value: unknown): value is StandardJsonSchema {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  const standard = (value as { "~standard"?: unknown })["~standard"];
  return isRecord(standard) && isRecord(standard["jsonSchema"]);
}
