import { reasoningOf, setReasoning } from "../reasoning.js";
import type { TrainingMessage } from "../types.js";

const THINK = /^\s*<think>\s*([\s\S]*?)\s*<\/think>\s*/;

/**
 * An answer that begins with `<think>…</think>`, with what stands there as its reasoning and the rest as its text. Any
 * other message as it is: also one that would be empty then, and one whose tag does not end.
 */
export function splitThinkTags(message: TrainingMessage): TrainingMessage {
  if (message.role !== "assistant" || message.weight === 0 || typeof message.content !== "string") return message;
  const found = THINK.exec(message.content);
  if (!found || reasoningOf(message)) return message;
  const rest = message.content.slice(found[0].length);
  const hasCalls = message.tool_calls !== undefined || message.function_call !== undefined;
  if (rest === "" && !hasCalls) return message;
  const answer = { ...message, content: rest === "" ? null : rest };
  const [, text = ""] = found;
  // Models that may skip thinking write an empty pair of tags.
  setReasoning(answer, text === "" ? undefined : { text });
  return answer;
}
