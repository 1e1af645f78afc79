import { boolean, string } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { omit } from "../internal/omit.js";
import type { JsonObject, OpenAIFunction } from "../types.js";
import { functionParts } from "./function-parts.js";
import type { FunctionSchema } from "./function-schema.js";
import { jsonSchemaOf } from "./json-schema-of.js";
import { schemaName } from "./schema-name.js";
import { schemaError } from "./schema-error.js";
import { strictParameters } from "./strict-parameters.js";

export interface ConvertToOpenAIOptions {
  /**
   * The function's name: letters, digits, `_` and `-`, 64 at most.
   * @default the tool's own name, or the schema's title
   */
  name?: string;
  /**
   * What the function does, for the model.
   * @default the tool's or the schema's own description
   */
  description?: string;
  /**
   * `true` asks the model to keep to the schema: every object is closed and every field required,
   * as OpenAI's structured outputs demand, and what they cannot express is an error.
   * @default what the definition says, if it is OpenAI's; else it is left out
   */
  strict?: boolean;
}

/** An OpenAI function definition whose parameters are always there, if only as an empty object's schema. */
export interface FunctionWithParameters extends OpenAIFunction {
  parameters: JsonObject;
}

/**
 * Makes an OpenAI function definition, with parameters in plain JSON Schema, of a zod schema (3, 4
 * or mini), JSON Schema with a title, a LangChain tool, or a tool in the form of OpenAI, Anthropic,
 * the Model Context Protocol or Amazon Bedrock. The parameters are what the model may send: a field
 * with a default is not required, and a transform is its input. A definition without parameters gets
 * empty ones, which is what leaving them out means. What is passed is not changed.
 *
 * @throws InvalidOptionError where no name is known or it is not allowed, where a field cannot be
 * expressed in JSON Schema (the message names the field), or where `strict` does not allow it.
 *
 * @example
 * ```ts
 * import { convertToOpenAIFunction } from "langsmith-finetune";
 * import { z } from "zod";
 *
 * const weather = z.object({ city: z.string() }).describe("Weather of a city");
 * const definition = convertToOpenAIFunction(weather, { name: "get_weather" });
 * console.log(definition.name, definition.parameters);
 * ```
 */
export function convertToOpenAIFunction(
  schema: FunctionSchema,
  options: ConvertToOpenAIOptions = {},
): FunctionWithParameters {
  checkOptions<ConvertToOpenAIOptions>("convertToOpenAIFunction", options, {
    name: string,
    description: string,
    strict: boolean,
  });
  const parts = functionParts(schema);
  const own = parametersOf(parts.schema ?? { type: "object", properties: {} }, parts.finished ?? false);

  const name = options.name ?? parts.name ?? own.title ?? schemaName(parts.schema);
  const description = options.description ?? parts.description ?? own.description;
  const strict = options.strict ?? parts.strict;
  checkName(name);

  return {
    name,
    ...(description === undefined ? {} : { description }),
    parameters: options.strict === true ? strictParameters(own.parameters) : own.parameters,
    ...(strict === undefined ? {} : { strict }),
  };
}

function parametersOf(
  schema: unknown,
  finished: boolean,
): { title?: string; description?: string; parameters: JsonObject } {
  if (finished) {
    if (!isRecord(schema)) throw schemaError("", "has parameters that are not an object.", schema);
    return { parameters: omit(JSON.parse(JSON.stringify(schema)) as JsonObject, "$schema") };
  }
  // Title and description of the whole become the function's own, and need not be said twice.
  const { title, description, ...rest } = jsonSchemaOf(schema);
  return {
    title: typeof title === "string" ? title : undefined,
    description: typeof description === "string" ? description : undefined,
    parameters: omit(rest as JsonObject, "id", "$id"),
  };
}

function checkName(name: string | undefined): asserts name is string {
  if (name === undefined) {
    throw new InvalidOptionError({
      option: "name",
      value: name,
      message: "The schema has no title to name the function by.",
      hint: 'Pass { name: "…" }, or give the schema a title: z.object({ … }).meta({ title: "…" }).',
    });
  }
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new InvalidOptionError({
      option: "name",
      value: name,
      message: `${JSON.stringify(name)} cannot name a function: OpenAI takes letters, digits, "_" and "-", 64 at the most.`,
      hint: "Pass another as { name }.",
    });
  }
}
