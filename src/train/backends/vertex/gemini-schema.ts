import { isRecord } from "../../../internal/is-record.js";
import type { JsonObject, JsonValue } from "../../../types.js";
import { InconvertibleRowError } from "../shared/conversion.js";

// The fields of Gemini's Schema that JSON Schema has under the same name:
// https://ai.google.dev/api/caching#Schema
const SAME = [
  "title",
  "description",
  "format",
  "enum",
  "required",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "minLength",
  "maxLength",
  "pattern",
  "minimum",
  "maximum",
  "default",
] as const;

// Without effect on what a model may write, or said elsewhere in the definition.
const LEFT_OUT: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "$comment",
  "additionalProperties",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

/** JSON Schema as Gemini's Schema: types in capitals, `nullable` for null, and only what that knows. */
export function geminiSchema(schema: JsonObject, path: string): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(withWholeBounds(schema))) {
    const here = `${path}.${key}`;
    if (key === "type") Object.assign(result, typeOf(value, here));
    else if (key === "properties" && isRecord(value)) result["properties"] = properties(value, here);
    else if (key === "items" && isRecord(value)) result["items"] = geminiSchema(value as JsonObject, here);
    else if ((key === "anyOf" || key === "oneOf") && Array.isArray(value)) Object.assign(result, anyOf(value, here));
    else if (key === "const") result["enum"] = [value];
    else if ((SAME as readonly string[]).includes(key)) result[key] = value;
    else if (!LEFT_OUT.has(key)) {
      throw new InconvertibleRowError(
        here,
        "schema-not-in-gemini",
        `Gemini's schemas have no \`${key}\`. Write the tool's parameters without it.`,
      );
    }
  }
  return result;
}

/** Above 0 is 1 or more, for whole numbers. */
function withWholeBounds(schema: JsonObject): JsonObject {
  const { exclusiveMinimum: above, exclusiveMaximum: below, ...rest } = schema;
  if (schema["type"] !== "integer" || (above === undefined && below === undefined)) return schema;
  const isBound = (value: unknown): value is number | undefined => value === undefined || Number.isSafeInteger(value);
  const { minimum, maximum } = rest;
  if (![above, below, minimum, maximum].every(isBound)) return schema;
  return {
    ...rest,
    ...(isBound(above) && above !== undefined && { minimum: Math.max(above + 1, Number(minimum ?? -Infinity)) }),
    ...(isBound(below) && below !== undefined && { maximum: Math.min(below - 1, Number(maximum ?? Infinity)) }),
  };
}

function properties(value: Record<string, unknown>, path: string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      geminiSchema((isRecord(one) ? one : {}) as JsonObject, `${path}.${name}`),
    ]),
  );
}

function typeOf(value: JsonValue, path: string): JsonObject {
  const types = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string");
  const real = types.filter((one) => one !== "null");
  const nullable: JsonObject = real.length < types.length ? { nullable: true } : {};
  const [first, second] = real;
  if (first === undefined)
    throw new InconvertibleRowError(
      path,
      "schema-not-in-gemini",
      "A schema of null alone has no counterpart in Gemini's.",
    );
  if (second === undefined) return { type: first.toUpperCase(), ...nullable };
  return { anyOf: real.map((one) => ({ type: one.toUpperCase() })), ...nullable };
}

function anyOf(value: JsonValue[], path: string): JsonObject {
  const real = value.filter((one) => !(isRecord(one) && one["type"] === "null"));
  const nullable: JsonObject = real.length < value.length ? { nullable: true } : {};
  const schemas = real.map((one, index) => geminiSchema((isRecord(one) ? one : {}) as JsonObject, `${path}[${index}]`));
  // One alternative and null: the alternative itself, nullable.
  return schemas.length === 1 ? { ...schemas[0], ...nullable } : { anyOf: schemas, ...nullable };
}
