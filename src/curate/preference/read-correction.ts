import { isRecord } from "../../internal/is-record.js";
import { isMessage, isMessageList, readMessages } from "../../messages/messages.js";
import { Unreadable } from "../../messages/unreadable.js";
import type { AssistantTrainingMessage } from "../../types.js";

// Under which applications put the text that should have been given.
const TEXT_KEYS = [
  "output",
  "answer",
  "content",
  "text",
  "response",
  "completion",
  "expected",
  "desired_output",
  "corrected_output",
  "correction",
];
// Where a whole answer may stand.
const MESSAGE_KEYS = ["message", "messages", "output", "outputs", "generations"];

const DEPTH = 3;

/**
 * The answer that a correction means, or why there is none. Understands a text, a message or list of
 * messages in any dialect that the loader knows, what a model or a chain puts out, and an object that
 * holds one of these under a usual key or as its only value. Nothing is guessed: an object with a
 * score, a label or several texts is not an answer.
 */
export function readCorrection(correction: unknown, depth = 0): AssistantTrainingMessage | string {
  if (typeof correction === "string") return fromText(correction);
  if (isMessage(correction)) return fromMessages([correction]);
  if (isMessageList(correction)) return fromMessages(correction);
  if (!isRecord(correction)) return "The correction is neither a text nor an object.";
  // A message without its role: calls and parts are an assistant's.
  const { content, tool_calls } = correction;
  if (correction.role === undefined && (Array.isArray(tool_calls) || Array.isArray(content))) {
    return fromMessages([
      { role: "assistant", content: content ?? null, ...(tool_calls !== undefined && { tool_calls }) },
    ]);
  }
  for (const key of MESSAGE_KEYS) {
    const value = correction[key];
    if (isMessage(value)) return fromMessages([value]);
    if (isMessageList(value)) return fromMessages(value);
  }
  const put = firstOf(correction.choices) ?? firstOf(correction.generations);
  if (isRecord(put)) return isMessage(put.message) ? fromMessages([put.message]) : readCorrection(put.text, depth + 1);
  const texts = TEXT_KEYS.map((key) => correction[key]).filter((value) => typeof value === "string");
  if (texts.length === 1) return fromText(texts[0] as string);
  const values = Object.entries(correction);
  const [only] = values;
  if (
    values.length === 1 &&
    only !== undefined &&
    typeof only[1] === "string" &&
    !/score|label|value|comment|reason/i.test(only[0])
  )
    return fromText(only[1]);
  const inner =
    texts.length > 0
      ? []
      : values.filter(([key, value]) => isRecord(value) && (values.length === 1 || MESSAGE_KEYS.includes(key)));
  if (inner.length === 1 && depth < DEPTH) return readCorrection(inner[0]?.[1], depth + 1);
  return `The correction holds no answer that can be recognised: ${Object.keys(correction).slice(0, 5).join(", ") || "it is empty"}.`;
}

/** The first of what a model put out: `choices`, or `generations`, which are lists of lists. */
function firstOf(list: unknown): unknown {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return Array.isArray(first) ? (first as unknown[])[0] : first;
}

function fromText(text: string): AssistantTrainingMessage | string {
  return text.trim() === "" ? "The correction is empty." : { role: "assistant", content: text };
}

function fromMessages(messages: readonly unknown[]): AssistantTrainingMessage | string {
  try {
    const last = readMessages([...messages], "correction", { isAnswer: true }).at(-1);
    if (last?.role !== "assistant") return "The last message of the correction is not the assistant's.";
    const empty = (last.content ?? "") === "" && !last.tool_calls?.length && !last.function_call && !last.refusal;
    return empty ? "The correction is empty." : last;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}
