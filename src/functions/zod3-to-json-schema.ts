import { ignoreOverride, zodToJsonSchema } from "zod-to-json-schema";
import type { ZodTypeAny } from "zod/v3";
import type { JsonObject } from "../types.js";
import { isRecord } from "../internal/is-record.js";
import { inlineReferences } from "./inline-references.js";
import { schemaError } from "./schema-error.js";

// What zod-to-json-schema turns into something that the schema itself then refuses, or leaves out.
const NOT_JSON: Readonly<Record<string, string>> = {
  ZodDate: "Date",
  ZodBigInt: "BigInt",
  ZodMap: "Map",
  ZodSet: "Set",
  ZodSymbol: "Symbol",
  ZodUndefined: "Undefined",
  ZodVoid: "Void",
  ZodNaN: "NaN",
  ZodFunction: "Function",
  ZodPromise: "Promise",
};

/**
 * JSON Schema of what may be passed to a zod 3 schema: a field with a default is not required, and
 * a transform is its input.
 */
export function zod3ToJsonSchema(schema: ZodTypeAny): JsonObject {
  const result = zodToJsonSchema(schema, {
    effectStrategy: "input",
    pipeStrategy: "input",
    // Unknown keys are stripped and so do no harm: say nothing of them, as zod 4 does.
    removeAdditionalStrategy: "strict",
    allowedAdditionalProperties: undefined,
    override: (definition, { currentPath }) => {
      const { typeName } = definition as { typeName?: string };
      const kind = typeName === undefined ? undefined : NOT_JSON[typeName];
      if (kind === undefined) return ignoreOverride;
      throw schemaError(
        fieldOf(currentPath.slice(1)),
        `cannot be expressed in JSON Schema: ${kind} is not JSON.`,
        schema,
        "A model sends JSON: use a string, number, boolean, enum, array or object there, and turn it into something else after parsing.",
      );
    },
  });
  return inlineReferences(JSON.parse(JSON.stringify(result)) as JsonObject);
}

/** `["properties", "address", "items", "properties", "since"]` is `address[].since`. */
function fieldOf(pointer: readonly string[]): string {
  let path = "";
  for (let index = 0; index < pointer.length; index++) {
    const word = pointer[index] as string;
    if (word === "properties") path += `${path === "" ? "" : "."}${pointer[++index] ?? ""}`;
    else if (word === "items") path += /^\d+$/.test(pointer[index + 1] ?? "") ? `[${pointer[++index]}]` : "[]";
    else if (word === "additionalProperties") path += "[*]";
    else if (/^(anyOf|oneOf|allOf)$/.test(word)) index++;
  }
  return path;
}

/** True for schemas of zod 3, which is also zod 4's `zod/v3`. */
export function isZod3Schema(value: unknown): value is ZodTypeAny {
  if (typeof value !== "object" || value === null || "_zod" in value) return false;
  const { _def: definition } = value as { _def?: unknown };
  return isRecord(definition) && typeof definition.typeName === "string";
}
