import { isRecord } from "../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../types.js";
import { joinedText, readContent, resultContent } from "./content.js";
import { type Reasoning, reasoningOf, setReasoning } from "../reasoning.js";
import { itemReasoning, joinedReasoning } from "./reasoning.js";
import { readRoleMessage } from "./role-message.js";
import { givenArguments, toolCall } from "./tool-call.js";
import { shown, Unreadable } from "./unreadable.js";

// What the model thought, and what OpenAI ran by itself: no part of a training row.
const DROPPED = new Set<unknown>([
  "reasoning",
  "web_search_call",
  "file_search_call",
  "code_interpreter_call",
  "image_generation_call",
  "mcp_call",
  "mcp_list_tools",
  "mcp_approval_request",
  "mcp_approval_response",
  "hosted_tool_call",
]);

const ITEMS = new Set<unknown>([
  "message",
  "function_call",
  "function_call_output",
  "function_call_result",
  "item_reference",
  "compaction",
  ...DROPPED,
]);

/** True for a list that only the Responses API (or the Agents SDK on it) writes. */
export function isResponseItem(item: unknown): boolean {
  return isRecord(item) && ITEMS.has(item.type);
}

/**
 * Items of OpenAI's Responses API as chat messages: calls join the assistant's message that they
 * belong to, several texts of one turn become one message.
 */
export function readResponseItems(items: readonly unknown[], output: TrainingMessage[], path: string): void {
  let turn: AssistantTrainingMessage | undefined;
  // What the model thought stands before the call or the text that it belongs to.
  let thoughts: (Reasoning | undefined)[] = [];
  for (let index = 0; index < items.length; index++) {
    const given = items[index];
    const at = `${path}[${index}]`;
    // The Agents SDK sends what it does not know as it came.
    const item =
      isRecord(given) && given.type === "unknown" && isRecord(given.providerData) ? given.providerData : given;
    if (!isRecord(item)) throw new Unreadable("invalid-message", "An item of the conversation is not an object.", at);
    if (item.type === "reasoning") {
      thoughts.push(itemReasoning(item));
      continue;
    }
    if (DROPPED.has(item.type)) continue;
    if (item.type === "compaction") {
      // In an answer it is for later; in a prompt it stands for what went before, which only OpenAI can read.
      if (path.startsWith("outputs")) continue;
      throw new Unreadable("missing-history", "A part of the conversation is compacted and cannot be read.", at);
    }
    if (item.type === "function_call") {
      const call = toolCall(item.call_id ?? item.callId, item.name, givenArguments(item, at), at);
      if (!turn) output.push((turn = { role: "assistant", content: null }));
      (turn.tool_calls ??= []).push(call);
    } else if (item.type === "function_call_output" || item.type === "function_call_result") {
      turn = undefined;
      const id = item.call_id ?? item.callId;
      if (typeof id !== "string" || id === "")
        throw new Unreadable("invalid-tool-call", "A tool's answer does not say which call it answers.", at);
      if (!("output" in item)) throw new Unreadable("invalid-message", "A tool's answer has no output.", at);
      const value = isRecord(item.output) && typeof item.output.text === "string" ? item.output.text : item.output;
      output.push({ role: "tool", content: resultContent(value, `${at}.output`), tool_call_id: id });
    } else if (isChatAnswer(item)) {
      turn = readChatAnswer(item, output, at);
    } else if (item.role === "assistant" && (item.type === "message" || item.type === undefined)) {
      turn = readTurn(item, turn, output, at);
    } else if (typeof item.role === "string" && (item.type === "message" || item.type === undefined)) {
      turn = undefined;
      readRoleMessage({ ...item, content: contentAsSent(item.content) }, output, at);
    } else if (
      item.type === "item_reference" ||
      ((item.type === undefined || item.type === null) && item.role === undefined && typeof item.id === "string")
    ) {
      throw new Unreadable("missing-history", "The conversation refers to items that are not in the run.", at);
    } else {
      throw new Unreadable(
        "unsupported-content",
        `An item of type ${shown(item.type)} has no place in a training row.`,
        at,
      );
    }
    if (turn && thoughts.length > 0) setReasoning(turn, joinedReasoning([reasoningOf(turn), ...thoughts]));
    thoughts = [];
  }
}

const CALL_PARTS = new Set<unknown>(["tool_use", "tool_call", "tool-call", "function_call"]);

// Anthropic's messages have the type "message" too, and a list of chat messages may hold one with a
// type: what says or calls in such a form is read as that form has it.
function isChatAnswer(item: Record<string, unknown>): boolean {
  const { role, type, content, tool_calls: calls, function_call: call } = item;
  if ((role !== "assistant" && role !== "ai" && role !== "model") || (type !== "message" && type !== undefined))
    return false;
  if (role !== "assistant" || (Array.isArray(calls) && calls.length > 0) || isRecord(call)) return true;
  return Array.isArray(content) && content.some((part) => isRecord(part) && CALL_PARTS.has(part.type));
}

function readChatAnswer(
  item: Record<string, unknown>,
  output: TrainingMessage[],
  path: string,
): AssistantTrainingMessage | undefined {
  readRoleMessage(item, output, path);
  const message = output.at(-1);
  return message?.role === "assistant" ? message : undefined;
}

// A message that follows calls without their answers is the text of the same turn.
function readTurn(
  item: Record<string, unknown>,
  turn: AssistantTrainingMessage | undefined,
  output: TrainingMessage[],
  path: string,
): AssistantTrainingMessage {
  if (!("content" in item)) throw new Unreadable("invalid-message", "A message has no content.", path);
  const { parts, refusal } = readContent(item.content, `${path}.content`);
  const text = joinedText(parts, path);
  const message = turn?.tool_calls && !turn.content ? turn : undefined;
  if (message) {
    if (text !== "") message.content = text;
    return message;
  }
  const fresh: AssistantTrainingMessage = { role: "assistant", content: text === "" && refusal ? null : text };
  if (refusal) fresh.refusal = refusal;
  output.push(fresh);
  return fresh;
}

// The Agents SDK keeps an image under `image`, and sends a user's with the detail "auto" where it has none.
function contentAsSent(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map((part: unknown) =>
    isRecord(part) && part.type === "input_image" && typeof (part.image ?? part.imageUrl) === "string"
      ? { detail: "auto", ...part }
      : part,
  );
}
