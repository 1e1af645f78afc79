import { Unreadable } from "../../messages/unreadable.js";
import type { AssistantTrainingMessage, TrainingMessage, TrainingToolCall } from "../../types.js";

/**
 * The prompt without what was added to it after the call: `wrapOpenAI` keeps the caller's array and reads it up to
 * 250 ms later, when the answer may stand in it. The ids of the answer's calls prove where it stands; without them a
 * prompt that ends with the assistant and holds the same answer is refused. Where messages of the user follow, other
 * runs of the conversation decide (`conversation-index.ts`).
 */
export function withoutOwnAnswer(
  prompt: readonly TrainingMessage[],
  answer: AssistantTrainingMessage,
): TrainingMessage[] {
  const calls = answer.tool_calls ?? [];
  const ids = calls.map(({ id }) => id);
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
  if (calls.length > 0 && calls.every(hasOwnId)) return prompt.slice(0, place);
  if (prompt.at(-1)?.role !== "assistant") return [...prompt];
  throw new Unreadable(
    "answer-in-inputs",
    "The inputs hold the answer already: they were read after it was added to them, and no id proves where.",
    "inputs",
  );
}

/** Some providers number the calls of each answer from the beginning, or name a call like its tool: such an id may come twice. */
function hasOwnId({ id, function: { name } }: TrainingToolCall): boolean {
  const own = id.replace(/^(?:call|toolu|fc)_/, "");
  return own.length >= 4 && own !== name && !/^\D*\d{1,3}$/.test(id);
}

function said({ content, tool_calls: calls }: AssistantTrainingMessage): string {
  return JSON.stringify([content ?? "", calls ?? []]);
}
