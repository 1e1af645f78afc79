import { isRecord } from "../internal/is-record.js";
import type { JsonObject, OpenAIFunction, OpenAITool } from "../types.js";
import { parseJson, readFreeForm } from "./free-form-json.js";
import { fromGeminiSchema } from "./gemini-schema.js";
import { kindOf, shown, Unreadable } from "./unreadable.js";

type Fields = Record<string, unknown>;

/** The tools of a run. */
export interface ToolDefinitions {
  tools: OpenAITool[];
  /** Names of tools that the provider runs itself (web search, …): they have no definition to write. */
  builtIn: string[];
}

/**
 * Reads tool definitions of any dialect into OpenAI's form: OpenAI chat and Responses, Anthropic,
 * Bedrock, Gemini, the Vercel AI SDK, JSON text of any of them, or an object of tools by name. Tools
 * that the provider runs itself are left out; anything else that cannot be read is refused.
 */
export function readToolDefinitions(given: unknown, path: string): ToolDefinitions {
  const value = typeof given === "string" ? (parseJson(given)?.value ?? given) : given;
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
      push(tools, declaration(fieldsOf(item, path), `${path}.functionDeclarations[${index}]`)),
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
  } else if (typeof tool.type === "string" && tool.lc === undefined) {
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

// Gemini's.
function declaration(fields: Fields, path: string): OpenAIFunction {
  return definition(
    isRecord(fields.parameters) ? { ...fields, parameters: fromGeminiSchema(fields.parameters) } : fields,
    path,
  );
}

function definition(fields: Fields, path: string): OpenAIFunction {
  if (typeof fields.name !== "string" || fields.name === "")
    throw new Unreadable("invalid-tool", "A tool definition has no name.", path);
  const read: OpenAIFunction = { name: fields.name };
  if (typeof fields.description === "string" && fields.description !== "") read.description = fields.description;
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
  if (typeof schema === "string") schema = parseJson(schema)?.value;
  if (isRecord(schema) && isRecord(schema.json)) schema = schema.json;
  if (isRecord(schema) && isRecord(schema.jsonSchema)) schema = schema.jsonSchema;
  if (schema === undefined || schema === null) return undefined;
  if (!isRecord(schema) || "_def" in schema || (isRecord(schema.def) && schema.properties === undefined)) {
    throw new Unreadable("invalid-tool", `The parameters of ${fields.name as string} are no JSON Schema.`, path);
  }
  const read = readSchema(schema, path);
  if (!("$schema" in read)) return read;
  const rest = { ...read };
  delete rest.$schema;
  return rest;
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
  const parsed = typeof value === "string" ? parseJson(value)?.value : value;
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
