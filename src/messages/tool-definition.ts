import { isRecord } from "../internal/is-record.js";
import type { JsonObject, OpenAIFunction, OpenAITool } from "../types.js";
import { exactJsonOrSame, parseExactJson, readFreeForm } from "./free-form-json.js";
import { fromGeminiSchema, isGeminiSchema } from "./gemini-schema.js";
import { kindOf, shown, Unreadable } from "./unreadable.js";

type Fields = Record<string, unknown>;

/** The tools of a run. */
export interface ToolDefinitions {
  tools: OpenAITool[];
  /** Names of tools that the provider runs itself (web search, …): they have no definition to write. */
  builtIn: string[];
}

/** Of a request without tools. */
export const NO_TOOLS: ToolDefinitions = Object.freeze({ tools: [], builtIn: [] });

/**
 * Reads tool definitions of any dialect into OpenAI's form: OpenAI chat and Responses, Anthropic,
 * Bedrock, Gemini, the Vercel AI SDK, JSON text of any of them, or an object of tools by name. Tools
 * that the provider runs itself are left out; anything else that cannot be read is refused.
 */
export function readToolDefinitions(given: unknown, path: string): ToolDefinitions {
  const value = exactJsonOrSame(given);
  const definitions: ToolDefinitions = { tools: [], builtIn: [] };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) readTool(value[index], definitions, `${path}[${index}]`);
  } else if (isRecord(value)) {
    for (const name of Object.keys(value)) {
      const tool = value[name];
      readTool(isRecord(tool) ? { name, ...tool } : tool, definitions, `${path}.${name}`);
    }
  } else if (value !== undefined && value !== null) {
    throw new Unreadable("invalid-tool", `The tools are ${kindOf(value)}.`, path);
  }
  return definitions;
}

/** Reads legacy function definitions. */
export function readFunctionDefinitions(value: unknown, path: string): OpenAIFunction[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Unreadable("invalid-tool", `The functions are ${kindOf(value)}.`, path);
  return value.map((item: unknown, index) => {
    const at = `${path}[${index}]`;
    const fields = fieldsOf(item, at);
    return definition(isRecord(fields.function) ? fields.function : fields, at);
  });
}

function readTool(value: unknown, { tools, builtIn }: ToolDefinitions, path: string): void {
  const tool = fieldsOf(value, path);
  if (isRecord(tool.function)) {
    push(tools, definition(tool.function, `${path}.function`));
  } else if (isRecord(tool.toolSpec)) {
    push(tools, definition(tool.toolSpec, `${path}.toolSpec`));
  } else if (Array.isArray(tool.functionDeclarations ?? tool.function_declarations)) {
    const list = (tool.functionDeclarations ?? tool.function_declarations) as unknown[];
    list.forEach((item, index) =>
      push(tools, definition(fieldsOf(item, path), `${path}.functionDeclarations[${index}]`)),
    );
  } else if (isDefinition(tool)) {
    push(tools, definition(tool, path));
  } else if (tool.type === "custom") {
    throw new Unreadable(
      "invalid-tool",
      `The custom tool ${shown(tool.name)} takes text and not JSON: it has no place in a training row.`,
      path,
    );
  } else if (tool.type === "namespace") {
    throw new Unreadable(
      "invalid-tool",
      `The tools of the namespace ${shown(tool.name)} are called by two names, which a training row cannot hold.`,
      path,
    );
  } else if (typeof tool.type === "string" && tool.lc === undefined && !isUnnamedFunction(tool)) {
    builtIn.push(
      tool.type,
      ...[tool.name, typeof tool.id === "string" ? tool.id.split(".").at(-1) : undefined].filter(
        (name) => typeof name === "string",
      ),
    );
  } else if (!isProviderTool(tool)) {
    throw new Unreadable("invalid-tool", "A tool definition is of no known form.", path);
  }
}

// A tool with parameters is the application's own, whatever its type; a provider's has settings.
function isUnnamedFunction(tool: Fields): boolean {
  return tool.type === "function" || Object.keys(tool).some((key) => SCHEMA.test(key) && isRecord(tool[key]));
}

const SCHEMA = /schema|^param|properties/i;

// Gemini's `{ googleSearch: {} }`, `{ codeExecution: {} }`; Bedrock's mark of where its cache ends.
function isProviderTool(tool: Fields): boolean {
  return [
    "googleSearch",
    "googleSearchRetrieval",
    "codeExecution",
    "urlContext",
    "google_search",
    "code_execution",
    "url_context",
    "systemTool",
    "cachePoint",
  ].some((key) => key in tool);
}

function isDefinition(tool: Fields): boolean {
  if (
    typeof tool.name !== "string" ||
    tool.type === "provider" ||
    tool.type === "provider-defined" ||
    tool.type === "provider-executed"
  )
    return false;
  if (tool.type === "function" || tool.type === undefined || tool.type === "dynamic") return true;
  return tool.input_schema !== undefined || tool.inputSchema !== undefined;
}

function definition(fields: Fields, path: string): OpenAIFunction {
  if (typeof fields.name !== "string" || fields.name === "")
    throw new Unreadable("invalid-tool", "A tool definition has no name.", path);
  const read: OpenAIFunction = { name: fields.name };
  if (typeof fields.description === "string" && fields.description !== "") read.description = fields.description;
  else checkNoOtherDescription(fields, path);
  const parameters = parametersOf(fields, path);
  if (parameters) read.parameters = parameters;
  if (fields.strict === true) read.strict = true;
  return read;
}

function parametersOf(fields: Fields, path: string): JsonObject | undefined {
  let schema =
    fields.parameters ??
    fields.input_schema ??
    fields.inputSchema ??
    fields.parametersJsonSchema ??
    fields.parameters_json_schema ??
    fields.schema;
  if (typeof schema === "string") schema = parseExactJson(schema)?.value;
  if (isRecord(schema) && isRecord(schema.json)) schema = schema.json;
  if (isRecord(schema) && isRecord(schema.jsonSchema)) schema = schema.jsonSchema;
  if (schema === undefined || schema === null) {
    checkNoOtherSchema(fields, path);
    return undefined;
  }
  if (isRecord(schema) && isGeminiSchema(schema)) schema = fromGeminiSchema(schema);
  if (!isRecord(schema) || !isJsonSchema(schema)) {
    throw new Unreadable("invalid-tool", `The parameters of ${fields.name as string} are not a JSON Schema.`, path);
  }
  const read = readSchema(schema, path);
  if (!("$schema" in read)) return read;
  const rest = { ...read };
  delete rest.$schema;
  return rest;
}

const KEYWORDS =
  /^(?:type|properties|required|additionalProperties|patternProperties|unevaluatedProperties|propertyNames|minProperties|maxProperties|anyOf|oneOf|allOf|not|if|then|else|dependentRequired|dependentSchemas|items|enum|const|title|description|definitions|default|examples|nullable|\$.*)$/;

// A library's own object (Zod's), or a table of parameters by name, is none.
function isJsonSchema(schema: Fields): boolean {
  if ("_def" in schema || (isRecord(schema.def) && schema.properties === undefined)) return false;
  const keys = Object.keys(schema);
  return (
    keys.length === 0 ||
    keys.some((key) => KEYWORDS.test(key) && !(key !== "properties" && isNamedParameter(schema[key])))
  );
}

// `{ type: { type: "string" } }`: a parameter that is called as a keyword is.
function isNamedParameter(value: unknown): boolean {
  return isRecord(value) && typeof value.type === "string";
}

// What a tool gives back, and hints for the model's host: no parameters.
const NO_PARAMETERS =
  /^(?:output_?schema|response_?(?:schema|json_?schema)?|returns?|result|metadata|_meta|annotations|cache_?control|provider_?(?:options|metadata|data)|icons|input_?examples|examples|allowed_callers|defer_loading|eager_input_streaming)$/i;
const LIKE_PARAMETERS = /schema|param|arg(?:s|uments)|propert|definition|field|inputs?$|signature/i;

const LIKE_DESCRIPTION = /desc|doc(?:s|string)?$|summary|help/i;

function checkNoOtherDescription(fields: Fields, path: string): void {
  const key = Object.keys(fields).find((name) => LIKE_DESCRIPTION.test(name) && !isNothing(fields[name]));
  if (key !== undefined)
    throw new Unreadable(
      "invalid-tool",
      `The description of ${shown(fields.name)} stands under ${shown(key)}, in a form that is not known.`,
      path,
    );
}

/**
 * A schema under a name that is not known is not a tool without parameters: such a row would teach the
 * model to call it with none, or to guess them.
 */
function checkNoOtherSchema(fields: Fields, path: string): void {
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (KNOWN_FIELDS.has(key) || NO_PARAMETERS.test(key) || isNothing(value)) continue;
    if (LIKE_PARAMETERS.test(key) || isRecord(value))
      throw new Unreadable(
        "invalid-tool",
        `The parameters of ${shown(fields.name)} stand under ${shown(key)}, in a form that is not known.`,
        path,
      );
  }
}

const KNOWN_FIELDS = new Set([
  "name",
  "description",
  "type",
  "strict",
  "parameters",
  "input_schema",
  "inputSchema",
  "parametersJsonSchema",
  "parameters_json_schema",
  "schema",
]);

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function readSchema(schema: Fields, path: string): JsonObject {
  try {
    return readFreeForm(schema, path) as JsonObject;
  } catch (error) {
    if (error instanceof Unreadable) throw new Unreadable("invalid-tool", error.message, path);
    throw error;
  }
}

function fieldsOf(value: unknown, path: string): Fields {
  const parsed = exactJsonOrSame(value);
  if (isRecord(parsed)) return parsed;
  throw new Unreadable("invalid-tool", `A tool definition is ${kindOf(value)}.`, path);
}

// A name that is defined twice would be refused; the later definition stands.
function push(tools: OpenAITool[], fields: OpenAIFunction): void {
  const index = tools.findIndex((tool) => tool.function.name === fields.name);
  const tool: OpenAITool = { type: "function", function: fields };
  if (index < 0) tools.push(tool);
  else tools[index] = tool;
}
