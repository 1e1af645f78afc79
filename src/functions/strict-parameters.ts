import type { JsonObject, JsonValue } from "../types.js";
import { isRecord } from "../internal/is-record.js";
import { omit } from "../internal/omit.js";
import { resolvePointer } from "./inline-references.js";
import { childPath, schemaError } from "./schema-error.js";

// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
const NOT_SUPPORTED = [
  "allOf",
  "not",
  "if",
  "then",
  "else",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "patternProperties",
  "unevaluatedProperties",
  "contains",
  "uniqueItems",
  "prefixItems",
] as const;

/**
 * Parameters as OpenAI's strict mode wants them: every object closed, every field required. A field
 * that may be left out must accept `null`, which then stands for "left out"; anything else that
 * strict mode cannot express is an error that names the field.
 */
export function strictParameters(parameters: JsonObject): JsonObject {
  const close = (value: JsonValue | undefined, path: string): JsonObject => {
    if (!isRecord(value) || Object.keys(value).length === 0) {
      throw schemaError(path, "accepts any value, which strict mode does not allow.", value, "Give it a type.");
    }
    // A default means nothing where the field is always sent.
    const schema = omit(flattenAllOf(value as JsonObject), "default", "propertyNames") as JsonObject;
    for (const keyword of NOT_SUPPORTED) {
      if (keyword in schema) throw schemaError(path, `uses "${keyword}", which strict mode does not support.`, value);
    }
    const result: JsonObject = { ...schema };
    if (Array.isArray(schema["oneOf"])) {
      if (!areDisjoint(schema["oneOf"], parameters)) {
        throw schemaError(
          path,
          'uses "oneOf" for alternatives that may overlap, which strict mode does not support.',
          value,
          'Use "anyOf".',
        );
      }
      delete result["oneOf"];
      result["anyOf"] = schema["oneOf"];
    }
    if (Array.isArray(result["anyOf"])) result["anyOf"] = result["anyOf"].map((branch) => close(branch, path));
    for (const keyword of ["definitions", "$defs"]) {
      const definitions = schema[keyword];
      if (!isRecord(definitions)) continue;
      result[keyword] = mapValues(definitions as JsonObject, (definition, key) => close(definition, key));
    }
    if (hasType(schema, "object") || isRecord(schema["properties"])) Object.assign(result, closeObject(schema, path));
    if (hasType(schema, "array")) {
      if (!isRecord(schema["items"])) {
        const reason = "is an array without one schema for all of its items, which strict mode does not support.";
        throw schemaError(path, reason, value);
      }
      result["items"] = close(schema["items"], `${path}[]`);
    }
    return result;
  };

  const closeObject = (schema: JsonObject, path: string): JsonObject => {
    const { additionalProperties: further } = schema;
    if (further !== undefined && further !== false) {
      throw schemaError(
        path,
        "takes keys that are not named, which strict mode does not allow.",
        schema,
        "Use an array of { key, value }.",
      );
    }
    const properties = isRecord(schema["properties"]) ? (schema["properties"] as JsonObject) : {};
    const required = Array.isArray(schema["required"]) ? schema["required"] : [];
    for (const [key, property] of Object.entries(properties)) {
      if (required.includes(key) || acceptsNull(property, parameters, 0)) continue;
      throw schemaError(
        childPath(path, key),
        "may be left out, but strict mode wants every field.",
        property,
        "Make it nullable, so that the model can send null, or required.",
      );
    }
    return {
      properties: mapValues(properties, (property, key) => close(property, childPath(path, key))),
      required: Object.keys(properties),
      additionalProperties: false,
    };
  };

  return close(parameters, "");
}

function flattenAllOf(schema: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  return Array.isArray(allOf) && allOf.length === 1 && isRecord(allOf[0])
    ? { ...(allOf[0] as JsonObject), ...rest }
    : schema;
}

function acceptsNull(value: JsonValue | undefined, root: JsonObject, depth: number): boolean {
  if (!isRecord(value) || depth > 16) return false;
  const schema = flattenAllOf(value as JsonObject);
  if (typeof schema["$ref"] === "string") return acceptsNull(resolvePointer(root, schema["$ref"]), root, depth + 1);
  if (schema["const"] === null || hasType(schema, "null")) return true;
  if (Array.isArray(schema["enum"]) && schema["enum"].includes(null)) return schema["type"] === undefined;
  const branches = [schema["anyOf"], schema["oneOf"]].flatMap((list) => (Array.isArray(list) ? list : []));
  return branches.some((branch) => acceptsNull(branch, root, depth + 1));
}

/** True where no value can match two of the schemas: other types, or another constant in a common field. */
function areDisjoint(branches: readonly JsonValue[], root: JsonObject): boolean {
  const resolved = branches.map((branch) => {
    if (!isRecord(branch)) return undefined;
    return (typeof branch["$ref"] === "string" ? resolvePointer(root, branch["$ref"]) : branch) as
      JsonObject | undefined;
  });
  const types = resolved.map((branch) => branch?.["type"]);
  if (types.every((type) => typeof type === "string") && new Set(types).size === types.length) {
    return !(types.includes("number") && types.includes("integer"));
  }
  const [first] = resolved;
  if (!isRecord(first?.["properties"])) return false;
  return Object.keys(first["properties"]).some((key) => {
    const values = resolved.map((branch) => requiredConstants(branch, key));
    if (values.some((list) => list === undefined)) return false;
    const all = values.flatMap((list) => list ?? []).map((value) => JSON.stringify(value));
    return new Set(all).size === all.length;
  });
}

function requiredConstants(branch: JsonObject | undefined, key: string): readonly JsonValue[] | undefined {
  const property = isRecord(branch?.["properties"]) ? branch["properties"][key] : undefined;
  const required = Array.isArray(branch?.["required"]) && branch["required"].includes(key);
  if (!required || !isRecord(property)) return undefined;
  if ("const" in property) return [property["const"] as JsonValue];
  return Array.isArray(property["enum"]) ? (property["enum"] as JsonValue[]) : undefined;
}

function hasType(schema: JsonObject, type: string): boolean {
  return schema["type"] === type || (Array.isArray(schema["type"]) && schema["type"].includes(type));
}

function mapValues(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
