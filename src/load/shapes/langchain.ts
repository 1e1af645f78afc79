import { isRecord } from "../../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../types.js";
import { isMessage, readMessage, readMessages } from "../messages.js";
import { Unreadable } from "../unreadable.js";
import { firstText } from "./first-text.js";
import type { RunShape } from "./run-shape.js";

/**
 * Chat models of LangChain.js and LangChain Python, old and new: `inputs.messages` (nested one
 * level, or flat), `outputs.generations` (the same) with a message in each. `generations[].text` is
 * not used: streamed tool calls leave their JSON in it, and calls with text leave it empty.
 */
export const langchain: RunShape = {
  name: "langchain",
  read({ inputs, outputs }) {
    if (!Array.isArray(outputs.generations)) return undefined;
    const nested = Array.isArray(outputs.generations[0]);
    const generations = (nested ? outputs.generations[0] : outputs.generations) as unknown[];
    const path = nested ? "outputs.generations[0]" : "outputs.generations";
    if (inputs.messages === undefined && "prompts" in inputs) {
      throw new Unreadable("text-completion", "The run completes a text; it is no chat.", "inputs.prompts");
    }
    if (generations.length === 0) throw new Unreadable("no-answer", "The run has no generation.", path);
    const answers = generations.map((generation, index) => answerOf(generation, `${path}[${index}]`, index > 0));
    const [first, ...others] = answers;
    if (!first) throw new Unreadable("no-answer", "The generation holds no message.", `${path}[0]`);
    return {
      prompt: readMessages(inputs.messages, "inputs.messages"),
      answer: first,
      alternatives: others.flatMap((messages) => (messages ?? []).filter((message): message is AssistantTrainingMessage => message.role === "assistant")),
      finishReason: finishReasonOf(generations[0]),
    };
  },
};

function answerOf(generation: unknown, path: string, isOptional: boolean): TrainingMessage[] | undefined {
  const message = isRecord(generation) ? generation.message : undefined;
  if (!isMessage(message)) return undefined;
  const output: TrainingMessage[] = [];
  try {
    readMessage(message, output, `${path}.message`, true);
  } catch (error) {
    if (isOptional && error instanceof Unreadable) return undefined;
    throw error;
  }
  return output;
}

function finishReasonOf(generation: unknown): string | undefined {
  if (!isRecord(generation)) return undefined;
  const info = record(generation.generationInfo ?? generation.generation_info);
  const message = record(generation.message);
  const metadata = record(record(message.kwargs ?? message.data ?? message).response_metadata);
  const incomplete = record(metadata.incomplete_details).reason;
  return firstText(incomplete, info.finish_reason, info.finishReason, metadata.finish_reason, metadata.finishReason, metadata.stop_reason, metadata.stopReason, metadata.done_reason, info.stop_reason);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
