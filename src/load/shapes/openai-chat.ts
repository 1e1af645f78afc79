import { isRecord } from "../../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../types.js";
import { isMessageList, readMessage, readMessages } from "../messages.js";
import { Unreadable } from "../unreadable.js";
import { firstText } from "./first-text.js";
import { promptOf } from "./prompt.js";
import type { RunShape } from "./run-shape.js";

/**
 * OpenAI chat completions: `wrapOpenAI` and `wrap_openai`, whose inputs are the request and whose
 * outputs are the response; chat spans of the OpenAI Agents SDK, which have the messages under
 * `inputs.input`; and whatever else answers with `choices`.
 */
export const openAIChat: RunShape = {
  name: "openai-chat",
  read({ inputs, outputs }) {
    if (!Array.isArray(outputs.choices)) return undefined;
    const choices = inOrder(outputs.choices);
    const first: unknown = choices[0];
    if (!isRecord(first)) throw new Unreadable("no-answer", "The response has no choice.", "outputs.choices");
    if (first.message === undefined && "text" in first) {
      throw new Unreadable("text-completion", "The run completes a text; it is no chat.", "outputs.choices[0].text");
    }
    const isStream = outputs.object === "chat.completion.chunk";
    return {
      prompt: promptOf(inputs),
      answer: answerOf(first, "outputs.choices[0]"),
      alternatives: choices.slice(1).flatMap((choice: unknown) => alternativeOf(choice)),
      finishReason: firstText(first.finish_reason, first.finishReason),
      isPartial: isStream && (first.finish_reason === undefined || first.finish_reason === null),
      mayGlueToolCalls: isStream,
    };
  },
};

// `wrap_openai` keeps the choices of a stream in the order in which they began.
function inOrder(choices: unknown[]): unknown[] {
  if (choices.length < 2 || !choices.every((choice) => isRecord(choice) && typeof choice.index === "number")) return choices;
  return (choices as { index: number }[]).slice().sort((left, right) => left.index - right.index);
}

function answerOf(choice: Record<string, unknown>, path: string): TrainingMessage[] {
  const output: TrainingMessage[] = [];
  if (isMessageList(choice.messages)) return readMessages(choice.messages, `${path}.messages`, { isAnswer: true });
  const message = isRecord(choice.message) ? { role: "assistant", ...choice.message } : choice.message;
  readMessage(message, output, `${path}.message`, { isAnswer: true });
  return output;
}

function alternativeOf(choice: unknown): AssistantTrainingMessage[] {
  if (!isRecord(choice)) return [];
  try {
    return answerOf(choice, "outputs.choices").filter((message): message is AssistantTrainingMessage => message.role === "assistant");
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
}
