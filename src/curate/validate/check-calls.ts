import { isRecord } from "../../internal/is-record.js";
import { FUNCTION_NAME, type CheckedTools, type KnownTool } from "./check-tools.js";
import type { RowContext } from "./row-context.js";
import { excerpt, pathOf, typeName } from "./wording.js";

/** The tools and functions that the calls of a row may name. */
export interface CallableTools {
  /** Neither tools nor functions are in the row. */
  readonly none: boolean;
  /** Of the lists, one is there and empty. */
  readonly empty: boolean;
  /** Every definition could be read, so that a name that is not among them is not defined. */
  readonly complete: boolean;
  readonly lists: readonly CheckedTools[];
}

/** Checks the `tool_calls` of a message. */
export function checkToolCalls(calls: unknown, path: string, tools: CallableTools, context: RowContext): void {
  if (!Array.isArray(calls)) {
    context.report(
      "calls-type",
      path,
      `tool_calls must be a list, not ${typeName(calls)}${calls === null ? "; leave it out" : ""}.`,
    );
    return;
  }
  if (calls.length === 0) {
    context.report("calls-empty", path, "tool_calls is an empty list; leave it out.");
    return;
  }
  if (!context.rules.tools) return;
  const seen = new Set<string>();
  calls.forEach((call: unknown, index) => {
    checkToolCall(call, `${path}[${index}]`, seen, tools, context);
  });
}

function checkToolCall(
  call: unknown,
  path: string,
  seen: Set<string>,
  tools: CallableTools,
  context: RowContext,
): void {
  if (!isRecord(call)) {
    context.report("call-type", path, `A tool call must be an object, not ${typeName(call)}.`);
    return;
  }
  const { id, type } = call;
  if (call.function === undefined && typeof call.name === "string") {
    // One fault, however many keys show it.
    const form = "args" in call ? "LangChain's form (name and args)" : "a flat form (name beside the id)";
    context.report(
      "call-type",
      path,
      `The call is in ${form}; a row has it as { id, type: "function", function: { name, arguments } }. convertMessagesForFinetuning writes it so.`,
    );
    return;
  }
  if (id === undefined) context.report("call-id", path, "A tool call must have an id.");
  else if (typeof id !== "string")
    context.report("call-id", `${path}.id`, `A tool call's id must be a string, not ${typeName(id)}.`);
  else if (id === "") context.report("call-id", `${path}.id`, "A tool call's id is empty.");
  else if (seen.has(id))
    context.report("call-id-duplicate", `${path}.id`, `Two calls of one message have the id ${excerpt(id)}.`);
  else seen.add(id);
  if (type !== "function") {
    const given = type === undefined ? "has none" : `has ${excerpt(type)}`;
    context.report(
      "call-type",
      type === undefined ? path : `${path}.type`,
      `A tool call must have the type "function"; this one ${given}.`,
    );
  }
  for (const key of Object.keys(call)) {
    if (key !== "id" && key !== "type" && key !== "function")
      context.report("call-key", pathOf(path, key), `A tool call has no key ${excerpt(key)}.`);
  }
  if (call.function === undefined) {
    if (type === undefined || type === "function")
      context.report("call-type", path, "A tool call must have a function.");
  } else checkFunctionCall(call.function, `${path}.function`, tools, context);
}

/** Checks the function of a tool call, or a legacy `function_call`. */
export function checkFunctionCall(call: unknown, path: string, tools: CallableTools, context: RowContext): void {
  if (!isRecord(call)) {
    context.report("call-type", path, `A function call must be an object, not ${typeName(call)}.`);
    return;
  }
  const { name } = call;
  let tool: KnownTool | undefined;
  if (name === undefined) context.report("call-name", path, "A function call must have a name.");
  else if (typeof name !== "string")
    context.report("call-name", `${path}.name`, `A function call's name must be a string, not ${typeName(name)}.`);
  else tool = findTool(name, `${path}.name`, tools, context);
  for (const key of Object.keys(call)) {
    if (key !== "name" && key !== "arguments")
      context.report("call-key", pathOf(path, key), `A function call has no key ${excerpt(key)}.`);
  }
  if (call.arguments === undefined)
    context.report("arguments-type", path, 'A function call must have arguments; a call without any has "{}".');
  else checkArguments(call.arguments, `${path}.arguments`, tool, context);
}

function findTool(name: string, path: string, tools: CallableTools, context: RowContext): KnownTool | undefined {
  for (const list of tools.lists) {
    const tool = list.tools.get(name);
    if (tool !== undefined) return tool;
  }
  // A name that no definition can have is not the fault of the definitions.
  if (!FUNCTION_NAME.test(name)) {
    context.report(
      "call-name",
      path,
      `${excerpt(name)}: a function's name holds a-z, A-Z, 0-9, underscores and dashes, and 64 of them at the most.`,
    );
  } else if (!tools.none && tools.complete) {
    context.report("call-undefined", path, `No tool of the row is named ${excerpt(name)}.`);
  }
  return undefined;
}

function checkArguments(text: unknown, path: string, tool: KnownTool | undefined, context: RowContext): void {
  if (typeof text !== "string") {
    context.report("arguments-type", path, `arguments must be JSON in a string, not ${typeName(text)}.`);
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const why = text.trim() === "" ? 'empty; a call without arguments has "{}"' : `not JSON: ${excerpt(text)}`;
    context.report("arguments-json", path, `arguments is ${why}.`);
    return;
  }
  if (!isRecord(value)) {
    context.report("arguments-not-object", path, `arguments must be the JSON of an object, not of ${typeName(value)}.`);
    return;
  }
  const parameters = tool?.parameters;
  if (parameters === undefined) return;
  const fault = parameters.check(value, text.length);
  if (fault !== undefined) {
    if (fault.kind === "invalid")
      context.report(
        // What the model was shown and must not learn: often the tool said what was wrong, and the model corrected it.
        context.learned ? "arguments-schema" : "arguments-schema-history",
        path,
        `arguments does not fit the tool's parameters: ${fault.message}.`,
      );
    else
      context.report(
        "arguments-unchecked",
        path,
        `arguments could not be checked against the tool's parameters: ${fault.message}.`,
      );
  } else if (parameters.names !== undefined) {
    for (const key of Object.keys(value)) {
      if (parameters.names.has(key)) continue;
      context.report("arguments-unknown", path, `The tool's parameters do not list ${excerpt(key)}.`);
      break;
    }
  }
}
