import { isRecord } from "../../internal/is-record.js";
import type { JsonObject } from "../../types.js";

/** What is wrong with a file, in the form of a job's `error`. */
export interface FileFault {
  code: string;
  message: string;
  param: string;
}

/** Rows that a file needs at the least, of OpenAI's fine-tuning guide. */
export const MINIMUM_ROWS = 10;

/** The rows of a file, or the first thing that is wrong with it. Lines are counted from 1, blank lines too. */
export function checkFile(
  content: string,
  method: "supervised" | "dpo",
  param: "training_file" | "validation_file",
): { rows: JsonObject[] } | { fault: FileFault } {
  const rows: JsonObject[] = [];
  for (const [index, line] of content.replace(/^\uFEFF/, "").split("\n").entries()) {
    if (line.trim() === "") continue;
    const row = parseRow(line);
    const problem = row === undefined ? "is not a JSON dictionary." : checkRow(row, method);
    if (row === undefined || problem !== undefined) {
      const message = `The job failed due to an invalid ${param.replace("_", " ")}. Invalid file format. Line ${index + 1} ${problem ?? ""}`;
      return { fault: { code: `invalid_${param}`, message, param } };
    }
    rows.push(row);
  }
  if (param === "training_file" && rows.length < MINIMUM_ROWS) {
    const message = `Training file has ${rows.length} example(s), but must have at least ${MINIMUM_ROWS} examples`;
    return { fault: { code: "invalid_n_examples", message, param } };
  }
  return { rows };
}

function parseRow(line: string): JsonObject | undefined {
  try {
    const row: unknown = JSON.parse(line);
    return isRecord(row) ? (row as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function checkRow(row: JsonObject, method: "supervised" | "dpo"): string | undefined {
  if (method === "supervised") {
    return unknownKey(row, ["messages", "tools", "functions", "parallel_tool_calls"]) ?? checkMessages(row["messages"], "messages", true);
  }
  const { input, preferred_output: preferred, non_preferred_output: other } = row;
  if (!isRecord(input)) return 'is missing key "input".';
  return (
    unknownKey(row, ["input", "preferred_output", "non_preferred_output"]) ??
    checkMessages(input["messages"], "input.messages", false) ??
    checkOutput(preferred, "preferred_output") ??
    checkOutput(other, "non_preferred_output")
  );
}

function checkOutput(value: unknown, key: string): string | undefined {
  if (!Array.isArray(value) || value.length !== 1) return `key "${key}" must hold one message.`;
  return (value[0] as JsonObject | null)?.["role"] === "assistant" ? undefined : `key "${key}" must hold an assistant message.`;
}

function unknownKey(row: JsonObject, known: readonly string[]): string | undefined {
  const key = Object.keys(row).find((name) => !known.includes(name));
  return key === undefined ? undefined : `has an unexpected key "${key}".`;
}

function checkMessages(value: unknown, key: string, answered: boolean): string | undefined {
  if (value === undefined) return `is missing key "${key}".`;
  if (!Array.isArray(value) || value.length === 0) return `key "${key}" must be a list of messages.`;
  const open = new Set<string>();
  let answers = 0;
  for (const [index, message] of value.entries()) {
    const at = `${key}[${index}]`;
    if (!isRecord(message)) return `${at} is not a dictionary.`;
    const problem = checkMessage(message as JsonObject, open);
    if (problem !== undefined) return `${at} ${problem}`;
    if (message["role"] === "assistant" && message["weight"] !== 0) answers += 1;
  }
  return answered && answers === 0 ? `key "${key}" must hold at least one assistant message to learn from.` : undefined;
}

function checkMessage(message: JsonObject, open: Set<string>): string | undefined {
  const { role, content, tool_calls: calls, function_call: call, tool_call_id: id, name, weight } = message;
  const hasText = typeof content === "string" || Array.isArray(content);
  switch (role) {
    case "system":
    case "developer":
    case "user":
      return hasText ? undefined : `must have content, as a ${role} message.`;
    case "assistant":
      if (weight !== undefined && weight !== 0 && weight !== 1) return "has a weight that is neither 0 nor 1.";
      if (calls !== undefined) return checkCalls(calls, open);
      if (call !== undefined) return checkCall(call);
      return hasText || typeof message["refusal"] === "string" ? undefined : "must have content, a function_call or tool_calls.";
    case "tool":
      if (typeof id !== "string" || !open.has(id)) return "answers no tool call before it.";
      return hasText ? undefined : "must have content, as a tool message.";
    case "function":
      return typeof name === "string" ? undefined : "must have a name, as a function message.";
    default:
      return `has an unknown role ${JSON.stringify(role ?? null)}.`;
  }
}

function checkCalls(calls: unknown, open: Set<string>): string | undefined {
  if (!Array.isArray(calls) || calls.length === 0) return "has tool_calls that are no list of calls.";
  for (const call of calls as unknown[]) {
    if (!isRecord(call) || typeof call["id"] !== "string" || call["type"] !== "function") return "has a tool call without id or type.";
    open.add(call["id"]);
    const problem = checkCall(call["function"]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkCall(call: unknown): string | undefined {
  const whole = isRecord(call) && typeof call["name"] === "string" && typeof call["arguments"] === "string";
  return whole ? undefined : "has a call without name, or without arguments as a string.";
}
