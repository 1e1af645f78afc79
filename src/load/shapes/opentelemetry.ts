import { isRecord } from "../../internal/is-record.js";
import { isMessageList } from "../messages.js";
import { firstText } from "./first-text.js";
import { answerFromMessages } from "./answer-from-messages.js";
import { promptOf } from "./prompt.js";
import type { RunShape } from "./run-shape.js";

/**
 * Spans that came in by OpenTelemetry: `outputs.messages` with `finish_reason` and `parts` (the
 * semantic conventions), with flat calls (OpenLLMetry), or with each message under `message`
 * (OpenInference). Tool results can stand in the outputs, before the answer.
 *
 * Not seen from a server: the shapes follow LangSmith's documented mapping.
 * https://docs.langchain.com/langsmith/trace-with-opentelemetry
 */
export const openTelemetry: RunShape = {
  name: "opentelemetry",
  read({ inputs, outputs }) {
    const { messages } = outputs;
    if (!isMessageList(messages) || !messages.some(isSpanMessage)) return undefined;
    const prompt = promptOf(inputs);
    const last = messages.at(-1);
    return {
      prompt,
      answer: answerFromMessages(prompt, messages, "outputs.messages"),
      finishReason: isRecord(last) ? firstText(last.finish_reason, last.finishReason) : undefined,
      functionsAreTools: true,
    };
  },
};

function isSpanMessage(message: unknown): boolean {
  return isRecord(message) && ("parts" in message || "finish_reason" in message || isRecord(message.message) || hasFlatCalls(message.tool_calls));
}

function hasFlatCalls(calls: unknown): boolean {
  return Array.isArray(calls) && calls.some((call) => isRecord(call) && typeof call.name === "string" && call.function === undefined);
}
