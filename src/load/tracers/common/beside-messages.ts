import { isRecord } from "../../../internal/is-record.js";
import { isMessageList } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { TrainingMessage } from "../../../types.js";
import { sameJson } from "../../../internal/same-json.js";

// Names under which functions take a part of the prompt beside the messages.
const TEXTS =
  /^(?:system_?(?:prompt|message|text|instructions?)|instructions?|(?:developer|user)_?(?:prompt|message|input|query|instructions?)|question|query|preamble|persona|context)$/i;
const DOCUMENTS = /^(?:retrieved_?)?(?:documents?|docs|files|images|attachments)$/i;

/**
 * Refuses a request with something beside its messages that the model may have seen: a function can take
 * a text, another list of messages or documents, and put them anywhere. What the messages hold is not a
 * reason, and neither is a single word among the arguments without names (a model).
 */
export function checkBesideMessages(
  inputs: Record<string, unknown>,
  read: unknown,
  messages: readonly TrainingMessage[],
): void {
  let held: string | undefined;
  for (const [key, value] of texts(inputs)) {
    if (typeof value !== "string" || value.trim() === "") continue;
    held ??= JSON.stringify(messages);
    if (held.includes(JSON.stringify(value.trim()).slice(1, -1))) continue;
    throw beside("a text", key);
  }
  for (const [key, value] of fieldsOf(inputs)) {
    if (DOCUMENTS.test(key) && (Array.isArray(value) ? value.length > 0 : isRecord(value)))
      throw beside("documents", key);
    if (key !== "args" && value !== read && isMessageList(value) && !isPartOf(value, read))
      throw beside("another list of messages", key);
  }
}

function texts(inputs: Record<string, unknown>): [string, unknown][] {
  const unnamed: unknown[] = Array.isArray(inputs.args) ? inputs.args.slice(1) : [];
  return [
    ...fieldsOf(inputs).filter(([key]) => TEXTS.test(key)),
    ...unnamed.map((value, index): [string, unknown] => [
      `args[${index + 1}]`,
      typeof value === "string" && /\s/.test(value.trim()) ? value : undefined,
    ]),
  ];
}

// Python's functions trace what they take by any name under `kwargs`.
function fieldsOf(inputs: Record<string, unknown>): [string, unknown][] {
  return [...Object.entries(inputs), ...(isRecord(inputs.kwargs) ? Object.entries(inputs.kwargs) : [])];
}

function isPartOf(list: readonly unknown[], whole: unknown): boolean {
  return Array.isArray(whole) && list.every((message) => whole.some((other) => sameJson(message, other)));
}

function beside(what: string, key: string): Unreadable {
  return new Unreadable(
    "unknown-shape",
    `The function was given ${what} beside the messages, and the run does not say what the model saw of it.`,
    `inputs.${key}`,
  );
}
