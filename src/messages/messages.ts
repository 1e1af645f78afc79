import { isRecord } from "../internal/is-record.js";
import type { TrainingMessage } from "../types.js";
import { readLangChainMessage } from "./langchain-message.js";
import type { Reading } from "./reading.js";
import { isResponseItem, readResponseItems } from "./response-items.js";
import { readRoleMessage } from "./role-message.js";
import { kindOf, shown, Unreadable } from "./unreadable.js";

const ROLES = new Set<unknown>([
  "system",
  "developer",
  "user",
  "human",
  "assistant",
  "ai",
  "model",
  "tool",
  "function",
]);

/** Reads a list of messages of any known dialect; a list in a list (LangChain's, one for each prompt) is opened. */
export function readMessages(value: unknown, path: string, reading: Reading = {}): TrainingMessage[] {
  if (!Array.isArray(value)) throw new Unreadable("invalid-message", `The messages are ${kindOf(value)}.`, path);
  const nested = Array.isArray(value[0]) && !isRolePair(value[0]);
  if (nested && value.length > 1) throw new Unreadable("unknown-shape", "The run holds several conversations.", path);
  const list = nested ? (value[0] as unknown[]) : value;
  const at = nested ? `${path}[0]` : path;
  const output: TrainingMessage[] = [];
  if (list.some(isResponseItem)) readResponseItems(list, output, at);
  else for (let index = 0; index < list.length; index++) readMessage(list[index], output, `${at}[${index}]`, reading);
  return output;
}

/** Reads one message of any known dialect. */
export function readMessage(value: unknown, output: TrainingMessage[], path: string, reading: Reading = {}): void {
  if (isRolePair(value)) {
    readRoleMessage({ role: value[0], content: value[1] }, output, path);
    return;
  }
  if (!isRecord(value)) throw new Unreadable("invalid-message", `A message is ${kindOf(value)}.`, path);
  if (readLangChainMessage(value, output, path, reading)) return;
  if ("role" in value) {
    readRoleMessage(value, output, path);
    return;
  }
  if (isRecord(value.message) && !isRecord(value.message.message)) {
    readMessage(value.message, output, `${path}.message`, reading);
    return;
  }
  throw new Unreadable("invalid-message", `A message of type ${shown(value.type)} without a role.`, path);
}

/** True for what can only be a message. */
export function isMessage(value: unknown): boolean {
  if (isRolePair(value)) return true;
  if (!isRecord(value)) return false;
  if (value.lc === 1 && value.type === "constructor") return true;
  if (typeof value.role === "string")
    return (
      "content" in value || "tool_calls" in value || "parts" in value || "function_call" in value || "contents" in value
    );
  if (isRecord(value.message) && !isRecord(value.message.message)) return isMessage(value.message);
  return (
    (typeof value.type === "string" && ROLES.has(value.type) && ("content" in value || isRecord(value.data))) ||
    isResponseItem(value)
  );
}

/** True for a list of messages, or for LangChain's list of such lists. */
export function isMessageList(value: unknown): value is unknown[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return (
    value.every(isMessage) || value.every((list) => Array.isArray(list) && list.length > 0 && list.every(isMessage))
  );
}

function isRolePair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && ROLES.has(value[0]) && typeof value[1] === "string";
}

/** True for a list of the Responses API's items. */
export function isResponseItemList(value: readonly unknown[]): boolean {
  return value.length > 0 && value.some(isResponseItem);
}
