import { stableStringify } from "../../internal/stable-stringify.js";
import type { AssistantTrainingMessage } from "../../types.js";
import { callsOf } from "../asking/calls.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** Equal for answers that say the same: white space, the ids of calls, and the order of keys in arguments make no difference. */
export function answerText(answer: AssistantTrainingMessage): string {
  const calls = callsOf(answer).map(({ name, value, text }) => [name, value ?? text]);
  return stableStringify([textOfContent(answer.content).replace(/\s+/g, " ").trim(), answer.refusal ?? "", calls]);
}

/** Whether two answers say the same. */
export const sameAnswer = (left: AssistantTrainingMessage, right: AssistantTrainingMessage): boolean =>
  answerText(left) === answerText(right);
