import { checkArgument } from "../internal/options.js";
import { kind } from "../internal/kinds.js";
import type { BaseMessage } from "@langchain/core/messages";
import { isRecord } from "../internal/is-record.js";
import { joinedText, readContent, resultContent } from "../messages/content.js";
import { argumentsText, functionCall, isTextOf, readOpenAIToolCalls, toolCall } from "../messages/tool-call.js";
import { joinedReasoning, reasoningBeside } from "../messages/reasoning.js";
import { shown, Unreadable } from "../messages/unreadable.js";
import { reasoningOf, setReasoning } from "../reasoning.js";
import type { AssistantTrainingMessage, ContentPart, TrainingMessage, TrainingToolCall } from "../types.js";

const CALL_PARTS = new Set<unknown>([
  "tool_use",
  "tool_call",
  "tool_call_chunk",
  "invalid_tool_call",
  "function_call",
  "input_json_delta",
]);
const messageKind = kind<BaseMessage>("a LangChain message", () => false);
const ROLES = new Set<unknown>(["system", "developer", "user", "assistant"]);

/**
 * One LangChain message as a message of a training row, by allow-list: content, role, names, calls
 * and their ids; no reasoning, annotations or other keys that a fine-tuning API would refuse.
 * Arguments keep the model's own text where `additional_kwargs` has it and it still says the same as
 * `tool_calls`. Empty content beside a call is written as null.
 *
 * @throws Error with a `code`, for a message that has no place in a row: of an unknown type or role,
 * with sound or files, with a call without name or id
 *
 * @example
 * ```ts
 * import { HumanMessage } from "@langchain/core/messages";
 * import { convertMessageToOpenAI } from "langsmith-finetune";
 *
 * console.log(convertMessageToOpenAI(new HumanMessage("2 + 2?"))); // { role: "user", content: "2 + 2?" }
 * ```
 */
export function convertMessageToOpenAI(message: BaseMessage, path = "messages[0]"): TrainingMessage {
  if (typeof message?.getType !== "function") checkArgument("message", message, messageKind);
  const type = message.getType();
  switch (type) {
    case "human":
      return { role: "user", content: contentOf(message, path), ...nameOf(message) };
    case "system":
      return {
        role: message.additional_kwargs.__openai_role__ === "developer" ? "developer" : "system",
        content: contentOf(message, path),
        ...nameOf(message),
      };
    case "ai":
      return assistantOf(message, path);
    case "tool": {
      const id = (message as BaseMessage & { tool_call_id?: unknown }).tool_call_id;
      if (typeof id !== "string" || id === "")
        throw new Unreadable("invalid-tool-call", "A tool message does not say which call it answers.", path);
      return { role: "tool", content: toolContent(message, path), tool_call_id: id };
    }
    case "function": {
      if (!message.name) throw new Unreadable("invalid-message", "A function message has no name.", path);
      const content = contentOf(message, path);
      return {
        role: "function",
        name: message.name,
        content: typeof content === "string" ? content : joinedText(content, path),
      };
    }
    case "generic": {
      const { role } = message as BaseMessage & { role?: unknown };
      if (!ROLES.has(role)) throw new Unreadable("invalid-message", `A message has the role ${shown(role)}.`, path);
      if (role === "assistant") return assistantOf(message, path);
      return { role: role as "system" | "developer" | "user", content: contentOf(message, path), ...nameOf(message) };
    }
    default:
      throw new Unreadable("invalid-message", `A message is of type ${shown(type)}.`, path);
  }
}

function toolContent(message: BaseMessage, path: string): string | ContentPart[] {
  const isParts =
    Array.isArray(message.content) &&
    message.content.every((part: unknown) => isRecord(part) && typeof part.type === "string");
  return isParts ? contentOf(message, path) : resultContent(message.content, `${path}.content`);
}

function contentOf({ content }: BaseMessage, path: string): string | ContentPart[] {
  if (typeof content === "string") return content;
  const { parts, calls, results } = readContent(content, `${path}.content`);
  if (calls.length > 0 || results.length > 0)
    throw new Unreadable("invalid-message", "A message that is not the assistant's calls a tool or answers one.", path);
  return parts.length === 0 ? "" : parts;
}

function assistantOf(message: BaseMessage, path: string): AssistantTrainingMessage {
  const extra = message.additional_kwargs;
  let calls = callsOf(message, path);
  const legacy = isRecord(extra.function_call) ? functionCall(extra.function_call, `${path}.function_call`) : undefined;
  let content: string | ContentPart[] = "";
  let reasoning = reasoningOf(message) ?? reasoningBeside(extra);
  let refusal = typeof extra.refusal === "string" ? extra.refusal : undefined;
  if (typeof message.content === "string") {
    content = message.content;
  } else {
    const own = calls.length > 0 || legacy !== undefined;
    const read = readContent(
      own && Array.isArray(message.content)
        ? message.content.filter((part) => !CALL_PARTS.has((part as { type?: unknown }).type))
        : message.content,
      `${path}.content`,
    );
    if (!own) calls = read.calls;
    content = read.parts.length === 0 ? "" : read.parts;
    reasoning = joinedReasoning(read.reasoning ?? []) ?? reasoning;
    refusal ??= read.refusal;
  }
  const isEmpty = content === "";
  const row: AssistantTrainingMessage = {
    role: "assistant",
    content: isEmpty && (calls.length > 0 || legacy || refusal) ? null : content,
  };
  if (refusal !== undefined) row.refusal = refusal;
  if (calls.length > 0) row.tool_calls = calls;
  if (legacy) row.function_call = legacy;
  if (extra.weight === 0 || extra.weight === 1) row.weight = extra.weight;
  if (message.name) row.name = message.name;
  setReasoning(row, reasoning);
  return row;
}

interface Calls {
  tool_calls?: { id?: string; name: string; args: Record<string, unknown> }[];
  invalid_tool_calls?: { id?: string; name?: string; args?: string }[];
}

function callsOf(message: BaseMessage, path: string): TrainingToolCall[] {
  const { tool_calls: parsed = [], invalid_tool_calls: broken = [] } = message as BaseMessage & Calls;
  const raw = Array.isArray(message.additional_kwargs.tool_calls)
    ? (message.additional_kwargs.tool_calls as unknown[])
    : [];
  if (parsed.length === 0 && broken.length === 0)
    return raw.length > 0 ? readOpenAIToolCalls(raw, `${path}.tool_calls`) : [];
  const written = raw.length > 0 ? readOpenAIToolCalls(raw, `${path}.tool_calls`) : [];
  const taken = written.map(() => false);
  // The raw calls have the model's text, and the order that the two lists lost. Two can have the same id.
  const placeOf = (id: unknown, fits: (text: string) => boolean) => {
    const found = written.findIndex((call, place) => !taken[place] && call.id === id && fits(call.function.arguments));
    if (found >= 0) taken[found] = true;
    return found;
  };
  const placed = [
    ...parsed.map((call, index) => {
      const place = placeOf(call.id, (text) => isTextOf(text, call.args));
      const text = written[place]?.function.arguments ?? argumentsText(call.args, path);
      return { call: toolCall(call.id, call.name, text, `${path}.tool_calls[${index}]`), place };
    }),
    ...broken.map((call) => ({
      call: toolCall(call.id, call.name, call.args ?? "", `${path}.invalid_tool_calls`),
      place: placeOf(call.id, (text) => text === call.args),
    })),
  ];
  if (broken.length > 0) {
    for (const each of placed) {
      // Somebody changed its arguments since.
      if (each.place < 0) each.place = placeOf(each.call.id, () => true);
    }
    placed.sort(
      (left, right) =>
        (left.place < 0 ? written.length : left.place) - (right.place < 0 ? written.length : right.place),
    );
  }
  return placed.map(({ call }) => call);
}

function nameOf({ name }: BaseMessage): { name?: string } {
  return name ? { name } : {};
}
