import { toJSONSchema, type $ZodType } from "zod/v4/core";
import type { JsonObject } from "../types.js";
import { isRecord } from "../internal/is-record.js";
import { childPath, schemaError } from "./schema-error.js";

// What of a definition is looked at here. All of zod 4's definitions are of this form, those of
// zod 3.25's `zod/v4` too.
interface Definition {
  type: string;
  shape?: Record<string, $ZodType>;
  element?: $ZodType;
  innerType?: $ZodType;
  options?: readonly $ZodType[];
  items?: readonly $ZodType[];
  rest?: $ZodType | null;
  left?: $ZodType;
  right?: $ZodType;
  keyType?: $ZodType;
  valueType?: $ZodType;
  catchall?: $ZodType;
  getter?: () => $ZodType;
  in?: $ZodType;
  out?: $ZodType;
}

type ToJsonSchema = (parameters: Parameters<typeof toJSONSchema>[1]) => unknown;

/**
 * JSON Schema of what may be passed to a zod 4 schema: a field with a default is not required, and
 * a transform is its input.
 */
export function zod4ToJsonSchema(schema: $ZodType): JsonObject {
  try {
    return convert(schema);
  } catch (cause) {
    const { path, reason, value } = locate(schema, "", cause, new Set());
    throw schemaError(path, `cannot be expressed in JSON Schema: ${reason}.`, value, HINT, cause);
  }
}

const HINT =
  "A model sends JSON: use a string, number, boolean, enum, array or object there, and turn it into something else after parsing.";

function convert(schema: $ZodType): JsonObject {
  // The schema's own converter where it has one: it is of the user's copy of zod.
  const own = (schema as { toJSONSchema?: ToJsonSchema }).toJSONSchema;
  const toJson: ToJsonSchema =
    typeof own === "function"
      ? (parameters) => own.call(schema, parameters)
      : (parameters) => toJSONSchema(schema, parameters);
  const result = toJson({
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      // The bounds that zod gives every integer: a fact of JavaScript, not of the function.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // Descriptions live in a registry, of which each copy of zod 3.25 has its own; the getter knows it.
      const { description } = zodSchema as { description?: string };
      if (typeof description === "string" && jsonSchema.$ref === undefined) jsonSchema.description ??= description;
    },
  });
  return JSON.parse(JSON.stringify(result)) as JsonObject;
}

/** The innermost part of the schema that cannot be converted by itself. */
function locate(
  schema: $ZodType,
  path: string,
  cause: unknown,
  seen: Set<$ZodType>,
): { path: string; reason: string; value: $ZodType } {
  seen.add(schema);
  for (const [childName, child] of children(schema, path)) {
    if (seen.has(child)) continue;
    try {
      convert(child);
    } catch (inner) {
      return locate(child, childName, inner, seen);
    }
  }
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
  return { path, reason, value: schema };
}

function* children(schema: $ZodType, path: string): Generator<[string, $ZodType]> {
  const definition = schema._zod.def as unknown as Definition;
  for (const [key, child] of Object.entries(definition.shape ?? {})) yield [childPath(path, key), child];
  for (const [index, child] of (definition.items ?? []).entries()) yield [`${path}[${index}]`, child];
  for (const child of definition.options ?? []) yield [path, child];
  const sameField = [
    definition.innerType,
    definition.left,
    definition.right,
    definition.catchall,
    definition.getter?.(),
  ];
  for (const child of sameField) if (child) yield [path, child];
  for (const child of [definition.element, definition.rest]) if (child) yield [`${path}[]`, child];
  for (const child of [definition.keyType, definition.valueType]) if (child) yield [`${path}[*]`, child];
  for (const child of [definition.in, definition.out]) if (child) yield [path, child];
}

/** True for schemas of zod 4, zod/mini, and zod 3.25's `zod/v4`. */
export function isZod4Schema(value: unknown): value is $ZodType {
  const inner = (value as { _zod?: { def?: unknown } } | null)?._zod;
  return isRecord(inner) && isRecord(inner.def);
}
