import { isRecord } from "../../internal/is-record.js";
import type { CallableTools } from "./check-calls.js";
import { checkMessage } from "./check-message.js";
import type { CheckedTools } from "./check-tools.js";
import { checkTurns } from "./check-turns.js";
import type { RowContext } from "./row-context.js";
import { excerpt, pathOf, typeName } from "./wording.js";

const SUPERVISED_KEYS = new Set(["messages", "tools", "functions", "parallel_tool_calls"]);
const INPUT_KEYS = new Set(["messages", "tools", "parallel_tool_calls"]);
const PAIR_KEYS = new Set(["input", "preferred_output", "non_preferred_output"]);

/** Checks a supervised row. */
export function checkSupervisedRow(row: Record<string, unknown>, context: RowContext): void {
  if (!("messages" in row) || row.messages === undefined) {
    context.report("messages-missing", "$", `A row must have messages. This one has ${Object.keys(row).slice(0, 5).map(excerpt).join(", ") || "no keys"}.`);
    return;
  }
  checkKeys(row, "$", SUPERVISED_KEYS, context);
  checkConversation(row, "$", context);
}

/** Checks a preference pair. */
export function checkPreferenceRow(row: Record<string, unknown>, context: RowContext): void {
  if (!context.rules.preference) {
    context.report("pair-unsupported", "$", `${context.rules.name} does not train on preference pairs.`);
    return;
  }
  checkKeys(row, "$", PAIR_KEYS, context);
  const { input } = row;
  let tools: CallableTools = { none: true, complete: false, lists: [] };
  if (input === undefined) context.report("pair-missing", "$", "A preference pair must have an input.");
  else if (!isRecord(input)) context.report("pair-input", "$.input", `input must be an object with messages, not ${typeName(input)}.`);
  else if (input.messages === undefined) context.report("pair-input", "$.input", "input has no messages.");
  else {
    checkKeys(input, "$.input", INPUT_KEYS, context);
    tools = checkConversation(input, "$.input", context);
  }
  if (isRecord(input) && Array.isArray(input.messages)) {
    for (const key of ["preferred_output", "non_preferred_output"] as const) {
      const output = row[key];
      if (Array.isArray(output)) checkCallsAgainstRow(input, output, "$.input", `$.${key}`, tools, context);
    }
  }
  const preferred = checkOutput(row, "preferred_output", tools, context);
  const rejected = checkOutput(row, "non_preferred_output", tools, context);
  if (preferred && rejected && JSON.stringify(row.preferred_output) === JSON.stringify(row.non_preferred_output)) {
    context.report("pair-identical", "$", "Both outputs are the same: there is nothing to prefer.");
  }
}

function checkOutput(row: Record<string, unknown>, key: "preferred_output" | "non_preferred_output", tools: CallableTools, context: RowContext): boolean {
  const output = row[key];
  if (output === undefined) {
    context.report("pair-missing", "$", `A preference pair must have a ${key}.`);
    return false;
  }
  const path = `$.${key}`;
  if (!Array.isArray(output)) {
    context.report("pair-output-type", path, `${key} must be a list with one assistant message, not ${typeName(output)}.`);
    return false;
  }
  if (output.length !== 1) {
    context.report("pair-output-count", path, `${key} must hold exactly one message, not ${output.length}.`);
    return false;
  }
  const [message] = output as [unknown];
  const at = `${path}[0]`;
  if (isRecord(message) && typeof message.role === "string" && message.role !== "assistant") {
    context.report("pair-output-role", `${at}.role`, `An output must be an assistant message, not ${excerpt(message.role)}.`);
    return false;
  }
  return checkMessage(message, at, tools, context);
}

function checkKeys(value: Record<string, unknown>, path: string, allowed: ReadonlySet<string>, context: RowContext): void {
  for (const key of Object.keys(value)) {
    if (allowed.has(key) || context.rules.rowKeys?.includes(key) || value[key] === undefined) continue;
    context.report("row-key", pathOf(path, key), `${path === "$" ? "A row" : "input"} has no key ${excerpt(key)}.`);
  }
}

/** Checks messages and the tools beside them. */
function checkConversation(holder: Record<string, unknown>, path: string, context: RowContext): CallableTools {
  const tools = checkToolLists(holder, path, context);
  const { messages } = holder;
  const at = `${path}.messages`;
  if (!Array.isArray(messages)) {
    context.report("messages-type", at, `messages must be a list, not ${typeName(messages)}.`);
    return tools;
  }
  if (messages.length === 0) {
    context.report("messages-empty", at, "messages is empty.");
    return tools;
  }
  let sound = true;
  messages.forEach((message: unknown, index) => {
    if (!checkMessage(message, `${at}[${index}]`, tools, context)) sound = false;
  });
  if (sound) checkTurns(messages as Record<string, unknown>[], at, context);
  checkCallsAgainstRow(holder, messages, path, at, tools, context);
  return tools;
}

function checkToolLists(holder: Record<string, unknown>, path: string, context: RowContext): CallableTools {
  const { rules } = context;
  const lists: CheckedTools[] = [];
  let none = true;
  let complete = true;
  for (const key of ["tools", "functions"] as const) {
    const list = holder[key];
    if (list === undefined || (key === "functions" && context.form === "preference")) continue;
    none = false;
    const at = `${path}.${key}`;
    if (!rules[key]) {
      complete = false;
      context.report(`${key}-unsupported`, at, `${rules.name} takes no ${key}.`);
    } else if (!Array.isArray(list)) {
      complete = false;
      context.report("tools-type", at, `${key} must be a list, not ${typeName(list)}.`);
    } else if (list.length === 0) {
      context.report(`${key}-empty`, at, `${key} is an empty list; leave it out.`);
      none = lists.length === 0;
    } else {
      if (rules.maximumTools !== undefined && list.length > rules.maximumTools) {
        context.report("tools-too-many", at, `${list.length} definitions; ${rules.name} takes ${rules.maximumTools} at the most.`);
      }
      const checked = context.library.check(list, key);
      for (const found of checked.findings) context.report(found.code, at + found.path, found.message);
      if (!checked.complete) complete = false;
      lists.push(checked);
    }
  }
  if (lists.length === 2) context.report("tools-and-functions", `${path}.functions`, "A row has both tools and the legacy functions.");
  checkParallel(holder, path, none, context);
  return { none, complete, lists };
}

function checkParallel(holder: Record<string, unknown>, path: string, none: boolean, context: RowContext): void {
  const parallel = holder.parallel_tool_calls;
  if (parallel === undefined) return;
  const at = `${path}.parallel_tool_calls`;
  if (!context.rules.parallelToolCalls) context.report("parallel-unsupported", at, `${context.rules.name} takes no parallel_tool_calls.`);
  else if (typeof parallel !== "boolean") context.report("parallel-type", at, `parallel_tool_calls must be true or false, not ${typeName(parallel)}.`);
  else if (none) context.report("parallel-without-tools", at, "parallel_tool_calls stands without tools.");
}

/** What the calls of these messages say against the row's own tools. One finding of a kind, however many messages show it. */
function checkCallsAgainstRow(holder: Record<string, unknown>, messages: readonly unknown[], path: string, at: string, tools: CallableTools, context: RowContext): void {
  const disabled = holder.parallel_tool_calls === false;
  if (!tools.none && !disabled) return;
  let called = false;
  let contradiction: number | undefined;
  messages.forEach((message, index) => {
    if (!isRecord(message) || message.role !== "assistant") return;
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.length : 0;
    if (calls > 0 || isRecord(message.function_call)) called = true;
    if (calls > 1) contradiction ??= index;
  });
  if (disabled && contradiction !== undefined) {
    context.report("parallel-contradiction", `${at}[${contradiction}].tool_calls`, "parallel_tool_calls is false, and a message makes several calls.");
  }
  if (tools.none && called) context.report("call-without-tools", path, "Tools are called, and the row has no tools.");
}
