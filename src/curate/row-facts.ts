import { isRecord } from "../internal/is-record.js";
import { unpairedMessages } from "../internal/row-kind.js";

/** The messages of a row: of a pair, those of its input and of both answers; of an unpaired row, its prompt and its completion. Empty for what is not a row. */
export function messagesOf(row: unknown): unknown[] {
  if (!isRecord(row)) return [];
  if (Array.isArray(row.messages)) return row.messages;
  if ("completion" in row)
    return [...unpairedMessages(row.prompt, "user"), ...unpairedMessages(row.completion, "assistant")];
  const parts = [isRecord(row.input) ? row.input.messages : undefined, row.preferred_output, row.non_preferred_output];
  return parts.flatMap((part): unknown[] => (Array.isArray(part) ? part : []));
}

/** The names of the tools and functions that a row's assistant messages call, each once. */
export function calledTools(row: unknown): string[] {
  return [...new Set(messagesOf(row).flatMap(callsOf))];
}

/** The names of the tools and functions that a message calls, as often as it does. */
export function callsOf(message: unknown): string[] {
  if (!isRecord(message) || message.role !== "assistant") return [];
  const names: string[] = [];
  if (Array.isArray(message.tool_calls)) for (const call of message.tool_calls) names.push(toolName(call));
  if (isRecord(message.function_call)) names.push(toolName(message.function_call));
  return names;
}

/** The name in a definition or call, in either form. */
export function toolName(definition: unknown): string {
  if (!isRecord(definition)) return "?";
  const name = isRecord(definition.function) ? definition.function.name : definition.name;
  return typeof name === "string" ? name : "?";
}

/** Characters of a row's texts and arguments: its size without the frame of JSON. */
export function textLength(row: unknown): number {
  let length = 0;
  for (const message of messagesOf(row)) {
    if (!isRecord(message)) continue;
    const { content } = message;
    if (typeof content === "string") length += content.length;
    else if (Array.isArray(content))
      for (const part of content) if (isRecord(part) && typeof part.text === "string") length += part.text.length;
    const calls: unknown[] = Array.isArray(message.tool_calls) ? message.tool_calls : [];
    for (const call of [...calls.map((item) => (isRecord(item) ? item.function : undefined)), message.function_call]) {
      if (isRecord(call) && typeof call.arguments === "string") length += call.arguments.length;
    }
  }
  return length;
}
