import { isRecord } from "../../internal/is-record.js";
import type { FindingCode } from "./codes.js";
import { excerpt, pathOf, typeName } from "./wording.js";
import type { ParameterSchema, SchemaCompiler } from "./schema-compiler.js";
import { stringifyExact } from "../../internal/exact-json.js";

/** A tool definition that calls can be checked against. */
export interface KnownTool {
  /** Left out where the definition has no parameters, or broken ones. */
  readonly parameters?: ParameterSchema;
}

/** A row's tool or function definitions after their check. Findings hold paths below the list's own. */
export interface CheckedTools {
  readonly findings: readonly { readonly code: FindingCode; readonly path: string; readonly message: string }[];
  readonly tools: ReadonlyMap<string, KnownTool>;
  /** Every definition has a name that can be called. */
  readonly complete: boolean;
}

/** A function's name. The OpenAPI description: a-z, A-Z, 0-9, underscores and dashes, 64 at most. */
export const FUNCTION_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** Checks a list of tools (`wrapped`), or of legacy functions. Pure, so that rows with the same list share the result. */
export function checkDefinitions(list: readonly unknown[], wrapped: boolean, compiler: SchemaCompiler): CheckedTools {
  const findings: { code: FindingCode; path: string; message: string }[] = [];
  const tools = new Map<string, KnownTool>();
  const texts = new Map<string, string>();
  let complete = true;
  const report = (code: FindingCode, path: string, message: string) => {
    findings.push({ code, path, message });
  };
  list.forEach((item, index) => {
    const at = `[${index}]`;
    const definition = wrapped ? unwrap(item, at, report) : isRecord(item) ? item : undefined;
    if (!wrapped && definition === undefined)
      report("tool-type", at, `A function must be an object, not ${typeName(item)}.`);
    const path = wrapped ? `${at}.function` : at;
    const name = definition === undefined ? undefined : checkDefinition(definition, path, wrapped, report);
    if (definition === undefined || name === undefined) {
      complete = false;
      return;
    }
    const text = stringifyExact(definition) ?? "";
    const same = texts.get(name);
    if (same !== undefined) {
      report("tool-duplicate", path, `Two definitions are named ${name}${same === text ? ", and are the same" : ""}.`);
      return;
    }
    texts.set(name, text);
    const parameters =
      definition.parameters === undefined
        ? undefined
        : checkParameters(definition, `${path}.parameters`, compiler, report);
    tools.set(name, { parameters });
  });
  return { findings, tools, complete };
}

type Report = (code: FindingCode, path: string, message: string) => void;

function unwrap(tool: unknown, at: string, report: Report): Record<string, unknown> | undefined {
  if (!isRecord(tool)) {
    report("tool-type", at, `A tool must be an object, not ${typeName(tool)}.`);
    return undefined;
  }
  if (tool.type !== "function") {
    const given = tool.type === undefined ? "has none" : `has ${excerpt(tool.type)}`;
    report(
      "tool-type",
      tool.type === undefined ? at : `${at}.type`,
      `A tool must have the type "function"; this one ${given}.`,
    );
    return undefined;
  }
  if (!isRecord(tool.function)) {
    report(
      "tool-type",
      tool.function === undefined ? at : `${at}.function`,
      `A tool must have an object function, not ${typeName(tool.function)}.`,
    );
    return undefined;
  }
  for (const key of Object.keys(tool)) {
    if (key !== "type" && key !== "function") report("tool-key", pathOf(at, key), `A tool has no key ${excerpt(key)}.`);
  }
  return tool.function;
}

/** The definition's name, or nothing when it cannot be called. */
function checkDefinition(
  definition: Record<string, unknown>,
  path: string,
  wrapped: boolean,
  report: Report,
): string | undefined {
  const { name, description, strict } = definition;
  let known: string | undefined;
  if (!wrapped && name === undefined && isRecord(definition.function)) {
    report("tool-type", path, "A tool stands among the functions: functions have no type and no inner function.");
    return undefined;
  }
  if (name === undefined) report("tool-name", path, "A function must have a name.");
  else if (typeof name !== "string")
    report("tool-name", `${path}.name`, `A function's name must be a string, not ${typeName(name)}.`);
  else if (!FUNCTION_NAME.test(name)) {
    report(
      "tool-name",
      `${path}.name`,
      `${excerpt(name)}: a function's name holds a-z, A-Z, 0-9, underscores and dashes, and 64 of them at the most.`,
    );
  } else known = name;
  if (description !== undefined && typeof description !== "string") {
    report("tool-description", `${path}.description`, `A description must be a string, not ${typeName(description)}.`);
  }
  if (strict !== undefined && strict !== null && typeof strict !== "boolean") {
    report("tool-strict", `${path}.strict`, `strict must be true, false or null, not ${excerpt(strict)}.`);
  }
  for (const key of Object.keys(definition)) {
    const allowed = key === "name" || key === "description" || key === "parameters" || (wrapped && key === "strict");
    if (!allowed) report("tool-key", pathOf(path, key), `A function definition has no key ${excerpt(key)}.`);
  }
  return known;
}

function checkParameters(
  definition: Record<string, unknown>,
  path: string,
  compiler: SchemaCompiler,
  report: Report,
): ParameterSchema | undefined {
  const { parameters } = definition;
  if (!isRecord(parameters)) {
    report("parameters-type", path, `parameters must be a JSON Schema object, not ${typeName(parameters)}.`);
    return undefined;
  }
  const result = compiler.schema(parameters);
  if (result.fault !== undefined) {
    report(
      "parameters-schema",
      `${path}${result.fault.path}`,
      `parameters is not a valid JSON Schema: ${result.fault.message}.`,
    );
    return undefined;
  }
  const { type } = parameters;
  if (type === undefined && Object.keys(parameters).length > 0) {
    report("parameters-untyped", path, 'parameters has no type; the chat API wants type "object".');
  } else if (type !== undefined && type !== "object") {
    report("parameters-not-object", `${path}.type`, `parameters must have type "object", not ${excerpt(type)}.`);
    return undefined;
  }
  for (const place of result.arraysWithoutItems) {
    report("parameters-array-items", `${path}${place}`, "An array has no items; the chat API refuses such a schema.");
  }
  return result;
}
