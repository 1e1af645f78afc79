import { parseExactJson } from "../../../messages/free-form-json.js";
import type { Conversation } from "../tracer.js";

// A sentence, a quotation, a list or a block of code ends with one of these, in the usual scripts.
const END =
  /[.!?…:;)\]}>"'”’»`*_~|/\\=。！？；：」』）】〉》؟।\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f]$/u;

/**
 * The conversation of a writer that does not record how answers end. An answer whose text does not end
 * as a text ends may have been cut off. It may be whole, too, a single word for one; it is left out by
 * default, as half an answer would teach the model to stop anywhere.
 */
export function withUnrecordedEnd(conversation: Conversation): Conversation {
  return mayBeCut(conversation) ? { ...conversation, mayBeCutOff: true } : conversation;
}

function mayBeCut({ answer, finishReason }: Conversation): boolean {
  const last = answer.at(-1);
  if (finishReason !== undefined || last?.role !== "assistant" || last.tool_calls || last.function_call) return false;
  const text = typeof last.content === "string" ? last.content.trimEnd() : "";
  return text !== "" && !END.test(text) && parseExactJson(text) === undefined;
}
