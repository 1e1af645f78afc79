import { Unreadable } from "../../messages/unreadable.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../types.js";

/**
 * The prompt without what was added to it after the call: `wrapOpenAI` keeps the caller's array and reads it up to
 * 250 ms later, when the answer may stand in it. The ids of the answer's calls prove where it stands; without them a
 * prompt that ends with the assistant and holds the same answer is refused.
 */
export function withoutOwnAnswer(
  prompt: readonly TrainingMessage[],
  answer: AssistantTrainingMessage,
): TrainingMessage[] {
  const ids = (answer.tool_calls ?? []).map(({ id }) => id);
  const own = said(answer);
  // A conversation of thousands of calls has as many answers in each prompt, so most are told apart at a glance.
  const place = prompt.findIndex(
    (message) =>
      message.role === "assistant" &&
      (message.tool_calls ?? []).length === ids.length &&
      message.tool_calls?.[0]?.id === ids[0] &&
      said(message) === own,
  );
  if (place < 0) return [...prompt];
  // Some providers number the calls of each answer from the beginning, so that a short id may come twice.
  if (
    ids.length > 0 &&
    ids.every((id) => id.replace(/^(?:call|toolu|fc)_/, "").length >= 4 && !/^\D*\d{1,3}$/.test(id))
  )
    return prompt.slice(0, place);
  if (prompt.at(-1)?.role !== "assistant") return [...prompt];
  throw new Unreadable(
    "answer-in-inputs",
    "The inputs hold the answer already: they were read after it was added to them, and no id proves where.",
    "inputs",
  );
}

function said({ content, tool_calls: calls }: AssistantTrainingMessage): string {
  return JSON.stringify([content ?? "", calls ?? []]);
}
