import { Validator } from "@langchain/core/utils/json_schema";
import { isRecord } from "../internal/is-record.js";
import type { ValidatingSchema, ValidationResult } from "./function-schema.js";

/** Checks a value and gives it as the schema makes it, or says what is wrong with it. */
export type Validate<Output> = (value: unknown) => Promise<{ value: Output } | { problems: string[] }>;

/** The check of a zod schema or any other with the Standard Schema interface, or of JSON Schema. */
export function validatorOf<Output>(schema: unknown): Validate<Output> {
  return isValidating<Output>(schema) ? byItself(schema) : byJsonSchema<Output>(schema);
}

function byItself<Output>(schema: ValidatingSchema<unknown, Output>): Validate<Output> {
  return async (value) => {
    const result: ValidationResult<Output> = await schema["~standard"].validate(value);
    if (result.issues === undefined) return { value: result.value };
    return {
      problems: result.issues.map(({ message, path = [] }) => {
        const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
        return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
      }),
    };
  };
}

function byJsonSchema<Output>(schema: unknown): Validate<Output> {
  if (!isRecord(schema)) return (value) => Promise.resolve({ value: value as Output });
  const validator = new Validator(schema, draftOf(schema), false);
  return (value) => {
    const { valid, errors } = validator.validate(value);
    if (valid) return Promise.resolve({ value: value as Output });
    return Promise.resolve({ problems: errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`) });
  };
}

function draftOf(schema: Record<string, unknown>): "4" | "7" | "2019-09" | "2020-12" {
  const dialect = String(schema["$schema"] ?? "");
  if (dialect.includes("2020-12")) return "2020-12";
  if (dialect.includes("2019-09")) return "2019-09";
  if (dialect.includes("draft-04")) return "4";
  // Tuples are what the drafts write differently; only the newer one has this word.
  return dialect === "" && JSON.stringify(schema).includes('"prefixItems"') ? "2020-12" : "7";
}

function isValidating<Output>(schema: unknown): schema is ValidatingSchema<unknown, Output> {
  if (schema === null || (typeof schema !== "object" && typeof schema !== "function")) return false;
  const standard = (schema as { "~standard"?: unknown })["~standard"];
  return isRecord(standard) && typeof standard["validate"] === "function";
}
