import { isRecord } from "../../internal/is-record.js";
import { isMessage, isMessageList, readMessages } from "../../load/messages.js";
import { Unreadable } from "../../load/unreadable.js";
import type { AssistantTrainingMessage } from "../../types.js";

// Under which applications put the text that should have been given.
const TEXT_KEYS = ["output", "answer", "content", "text", "response", "completion", "expected", "desired_output", "corrected_output", "correction"];
// Where a whole answer may stand.
const MESSAGE_KEYS = ["message", "messages", "output", "outputs", "generations"];

/**
 * The answer that a correction means, or why there is none. Understands a text, a message or list of
 * messages in any dialect that the loader knows, and an object that holds one of these under a
 * usual key or as its only value. Nothing is guessed: an object with a score, a label or several
 * texts is no answer.
 */
export function readCorrection(correction: unknown): AssistantTrainingMessage | string {
  if (typeof correction === "string") return fromText(correction);
  if (isMessage(correction)) return fromMessages([correction]);
  if (isMessageList(correction)) return fromMessages(correction);
  if (!isRecord(correction)) return "The correction is neither a text nor an object.";
  for (const key of MESSAGE_KEYS) {
    const value = correction[key];
    if (isMessage(value)) return fromMessages([value]);
    if (isMessageList(value)) return fromMessages(value);
  }
  if (Array.isArray(correction.choices)) {
    const [choice] = correction.choices as unknown[];
    if (isRecord(choice) && isMessage(choice.message)) return fromMessages([choice.message]);
  }
  const texts = TEXT_KEYS.map((key) => correction[key]).filter((value) => typeof value === "string");
  if (texts.length === 1) return fromText(texts[0] as string);
  const values = Object.entries(correction);
  const [only] = values;
  if (values.length === 1 && only !== undefined && typeof only[1] === "string" && !/score|label|value|comment|reason/i.test(only[0])) return fromText(only[1]);
  return `The correction holds no answer that can be told: ${Object.keys(correction).slice(0, 5).join(", ") || "it is empty"}.`;
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
