import { Unreadable } from "../../../messages/unreadable.js";
import { joinedReasoning } from "../../../messages/reasoning.js";
import { reasoningOf, setReasoning } from "../../../reasoning.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../../types.js";

/** The messages of one response as one turn of the assistant, in however many items it came. */
export function oneTurn(messages: readonly TrainingMessage[]): AssistantTrainingMessage {
  const turn: AssistantTrainingMessage = { role: "assistant", content: null };
  for (const message of messages) {
    if (message.role !== "assistant")
      throw new Unreadable(
        "invalid-message",
        `The response holds a message of the role ${message.role}.`,
        "outputs.output",
      );
    if (typeof message.content === "string" && message.content !== "")
      turn.content = (typeof turn.content === "string" ? turn.content : "") + message.content;
    if (message.refusal) turn.refusal = (turn.refusal ?? "") + message.refusal;
    if (message.tool_calls) turn.tool_calls = [...(turn.tool_calls ?? []), ...message.tool_calls];
  }
  setReasoning(turn, joinedReasoning(messages.map((message) => reasoningOf(message))));
  return turn;
}
