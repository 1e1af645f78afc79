import { InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { isZod3Schema } from "./zod3-to-json-schema.js";
import { isZod4Schema } from "./zod4-to-json-schema.js";

/** The parts of a function definition as some form of tool has them; `schema` is not converted yet. */
export interface FunctionParts {
  name?: string;
  description?: string;
  schema?: unknown;
  strict?: boolean | null;
  /** The schema is JSON Schema that was made for a function: taken as it is. */
  finished?: boolean;
}

/** Tells the forms of tools and schemas apart, and takes out what makes a function definition. */
export function functionParts(value: unknown): FunctionParts {
  if (isZod4Schema(value) || isZod3Schema(value) || hasStandard(value)) {
    return { schema: value, description: (value as { description?: string }).description };
  }
  if (!isRecord(value)) throw unknownForm(value);

  // LangChain's tools are objects with a prototype or plain ones; all have these two.
  if (typeof value["name"] === "string" && isRecord(value["schema"])) {
    return { name: value["name"], description: text(value["description"]), schema: value["schema"] };
  }
  if (value["type"] === "function" && isRecord(value["function"])) return openAIParts(value["function"]);
  if (isRecord(value["toolSpec"])) {
    const { name, description, inputSchema } = value["toolSpec"];
    return {
      name: text(name),
      description: text(description),
      schema: isRecord(inputSchema) ? inputSchema["json"] : undefined,
    };
  }
  if (typeof value["name"] === "string") {
    const schema = value["input_schema"] ?? value["inputSchema"];
    if (schema !== undefined) return { name: value["name"], description: text(value["description"]), schema };
    // Of OpenAI's other tools (`{ type: "custom", name }`) and Anthropic's server tools no function can be made.
    if (value["type"] === undefined || value["type"] === "function") return openAIParts(value);
    throw unknownForm(value);
  }
  if (isJsonSchema(value)) return { schema: value };
  throw unknownForm(value);
}

function openAIParts(definition: Record<string, unknown>): FunctionParts {
  const { name, description, parameters, strict } = definition;
  return {
    name: text(name),
    description: text(description),
    schema: parameters ?? undefined,
    strict: typeof strict === "boolean" || strict === null ? strict : undefined,
    finished: true,
  };
}

function isJsonSchema(value: Record<string, unknown>): boolean {
  return ["type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum", "const", "$schema"].some(
    (key) => key in value,
  );
}

function hasStandard(value: unknown): boolean {
  return (isRecord(value) || typeof value === "function") && "~standard" in value;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function unknownForm(value: unknown): InvalidOptionError {
  const shown = isRecord(value)
    ? `an object with the keys ${Object.keys(value).join(", ") || "(none)"}`
    : String(value);
  return new InvalidOptionError({
    option: "schema",
    value,
    message: `No function can be made of ${shown}.`,
    hint: "Pass a zod schema, JSON Schema with a title, a LangChain tool, or a tool of OpenAI, Anthropic, MCP or Bedrock that has an input schema.",
  });
}
