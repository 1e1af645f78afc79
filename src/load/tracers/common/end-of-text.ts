import { Unreadable } from "../../../messages/unreadable.js";
import { parseJson } from "../../../messages/free-form-json.js";
import type { Conversation } from "../tracer.js";

// A sentence, a quotation, a list or a block of code ends with one of these, in the usual scripts.
const END =
  /[.!?…:;)\]}>"'”’»`*_~|/\\=。！？；：」』）】〉》؟।\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f]\s*$/u;

/**
 * Refuses an answer that may have been cut off: its writer does not record how answers end, and the
 * text does not end as a text ends. Such an answer may be whole, a single word for one; it is left
 * out, as half an answer would teach the model to stop anywhere.
 */
export function checkEndOfText({ answer, finishReason }: Conversation): void {
  const last = answer.at(-1);
  if (finishReason !== undefined || last?.role !== "assistant" || last.tool_calls || last.function_call) return;
  if (typeof last.content !== "string" || last.content.trim() === "") return;
  if (END.test(last.content) || parseJson(last.content) !== undefined) return;
  throw new Unreadable(
    "truncated",
    "The tracer does not record how the answer ended, and its text stops without an end.",
    "outputs",
  );
}
