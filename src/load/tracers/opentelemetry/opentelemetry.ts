import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../../types.js";
import { readContent, textOrParts } from "../../../messages/content.js";
import { parseJson, sameJson } from "../../../messages/free-form-json.js";
import { isMessageList, readMessages } from "../../../messages/messages.js";
import { splitCalls } from "../common/glued-tool-calls.js";
import { oneTurn } from "../common/one-turn.js";
import {
  definitionsIn,
  inCopy,
  inInputs,
  inModelRequest,
  inParameters,
  inSpan,
  requestedTools,
} from "../common/requested-tools.js";
import { formatIn, settingsOf } from "../common/settings.js";
import { finishReasonOfSpan, spanAttribute } from "../common/span-attribute.js";
import { checkStoredHistory } from "../common/stored-history.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { firstText } from "../../../internal/first-text.js";
import { answerFromMessages } from "../common/answer-from-messages.js";
import { promptOf } from "../common/prompt.js";
import type { RequestedTools, TracedRun, Tracer } from "../tracer.js";

/**
 * Spans that came in by OpenTelemetry: `outputs.messages` with `finish_reason` and `parts` (the
 * semantic conventions), with flat calls (OpenLLMetry), or with each message under `message`
 * (OpenInference). Tool results can stand in the outputs, before the answer. Messages that each
 * have their own end are choices of one call.
 *
 * The writers' attributes are captured; what the server makes of them is LangSmith's documented
 * mapping, and was not seen.
 * https://docs.langchain.com/langsmith/trace-with-opentelemetry
 */
export const openTelemetry: Tracer = {
  name: "opentelemetry",
  read(run) {
    const { inputs, outputs, params } = run;
    const messages = withoutHoles(outputs.messages);
    if (!isMessageList(messages) || !messages.some(isSpanMessage)) return undefined;
    const tools = toolsOf(run);
    checkStoredHistory(inputs, params, outputs);
    const prompt = withInstructions(
      run,
      promptOf({ ...inputs, system_instructions: undefined, messages: withoutHoles(inputs.messages) }),
    );
    if (prompt.some(({ role, content }) => role !== "tool" && isTextOfParts(content))) {
      throw new Unreadable(
        "unknown-shape",
        "The content of a message is the JSON text of parts: the writer of the span made it so, or that was the text.",
        "inputs.messages",
      );
    }
    checkPieces(run, messages);
    const choices = choicesOf(messages);
    const last = choices[0] ?? messages.at(-1);
    const [first, ...others] = readMessages(choices, "outputs.messages", { isAnswer: true });
    const answer = first ? [first] : answerOf(run, prompt, messages);
    const isSplit = isOpenInference(run) && splitCalls(answer.at(-1), definitionsIn(tools));
    if (answer.length > 1 && prompt.some(({ role }, index) => role === "user" && prompt[index + 1]?.role === "user")) {
      throw new Unreadable(
        "unknown-shape",
        "Turns of the user follow each other, and the outputs hold several messages: earlier answers among them have lost their place.",
        "outputs.messages",
      );
    }
    return {
      prompt,
      answer,
      tools,
      ...settingsOf([inputs, params], inputs.response_format, params.response_format, formatIn(params.text)),
      alternatives: others.filter((message): message is AssistantTrainingMessage => message.role === "assistant"),
      finishReason:
        (isRecord(last) ? firstText(last.finish_reason, last.finishReason) : undefined) ?? finishReasonOfSpan(run),
      repairs: isSplit ? ["glued-tool-calls"] : [],
    };
  },
};

function isOpenInference({ metadata }: TracedRun): boolean {
  return metadata["openinference.span.kind"] !== undefined;
}

// OpenInference writes each item of a response as a message of its own.
function answerOf(run: TracedRun, prompt: readonly TrainingMessage[], messages: readonly unknown[]): TrainingMessage[] {
  const isResponse = isOpenInference(run) && (/responses/i.test(run.name) || messages.some(hasOutputText));
  if (isResponse && messages.length > 1) {
    const read = readMessages(messages, "outputs.messages", { isAnswer: true });
    if (read.every(({ role }) => role === "assistant")) return [oneTurn(read)];
  }
  return answerFromMessages(prompt, messages, "outputs.messages");
}

function hasOutputText(message: unknown): boolean {
  const inner = isRecord(message) && isRecord(message.message) ? message.message : message;
  return (
    isRecord(inner) &&
    arrayOf(inner.contents).some((part) => objectOf(objectOf(part).message_content).type === "output_text")
  );
}

/**
 * OpenLLMetry's instrumentation of Google's client writes only the last piece of a stream, and nothing
 * in the span tells a stream apart. An answer that begins as a piece does is refused.
 */
function checkPieces({ metadata }: TracedRun, messages: readonly unknown[]): void {
  if (metadata["gen_ai.provider.name"] !== "gcp.gen_ai" || metadata["gen_ai.operation.name"] !== "generate_content")
    return;
  const [first] = readMessages(messages, "outputs.messages", { isAnswer: true });
  if (
    first?.role === "assistant" &&
    typeof first.content === "string" &&
    /^(?:\p{Ll}|[\s,.;:!?)\]}])/u.test(first.content)
  ) {
    throw new Unreadable(
      "partial-stream",
      "The answer begins in the middle of a text: the writer keeps only the last piece of a stream.",
      "outputs.messages",
    );
  }
}

// Legacy functions are in truth tools: the attribute only names them so.
function toolsOf(run: TracedRun): RequestedTools {
  const { inputs, params } = run;
  return requestedTools(run, inModelRequest(run), inParameters(run), inInputs(run), inCopy(run), inSpan(run), [
    params.functions ?? inputs.functions,
    "functions",
  ]);
}

// Since version 1.37 of the conventions they stand beside the messages. Where the messages begin with
// system text of their own, writers disagree about which comes first.
function withInstructions({ inputs, params, metadata }: TracedRun, messages: TrainingMessage[]): TrainingMessage[] {
  const value = spanAttribute([metadata, params, inputs], "gen_ai.system_instructions", "system_instructions");
  if (value === undefined) return messages;
  const content = textOrParts(readContent(value, "gen_ai.system_instructions").parts);
  if (content === "" || messages.some((message) => message.role === "system" && sameJson(message.content, content)))
    return messages;
  if (messages[0]?.role === "system")
    throw new Unreadable(
      "unknown-shape",
      "The span has system instructions and a system message, and not their order.",
      "inputs.messages",
    );
  return [{ role: "system", content }, ...messages];
}

// OpenInference numbers the messages of a request without instructions from 1 on.
function withoutHoles(messages: unknown): unknown {
  return Array.isArray(messages) && messages.includes(null) ? messages.filter((message) => message !== null) : messages;
}

// Each message is a choice where each has its own end.
function choicesOf(messages: readonly unknown[]): readonly unknown[] {
  const isChoice = (message: unknown) =>
    isRecord(message) &&
    message.role === "assistant" &&
    firstText(message.finish_reason, message.finishReason) !== undefined;
  return messages.every(isChoice) ? messages : [];
}

// OpenLLMetry writes content in parts as JSON text, with other addresses in place of the images, and in
// JavaScript so the whole input of a Responses request.
function isTextOfParts(content: unknown): boolean {
  if (typeof content !== "string" || !content.startsWith("[{")) return false;
  const parts = parseJson(content)?.value;
  return Array.isArray(parts) && parts.every((part) => isRecord(part) && (isPart(part) || isInputItem(part)));
}

function isPart({ type }: Record<string, unknown>): boolean {
  return typeof type === "string" && PARTS.has(type);
}

const ITEMS = new Set<unknown>(["message", "function_call", "function_call_output", "reasoning", "item_reference"]);
const ROLES = new Set<unknown>(["system", "developer", "user", "assistant", "tool"]);

function isInputItem({ type, role, content }: Record<string, unknown>): boolean {
  return ITEMS.has(type) || (ROLES.has(role) && content !== undefined);
}

const PARTS = new Set([
  "text",
  "image_url",
  "image",
  "input_text",
  "input_image",
  "tool_result",
  "tool_use",
  "input_file",
  "output_text",
]);

function isSpanMessage(message: unknown): boolean {
  return (
    isRecord(message) &&
    ("parts" in message || "finish_reason" in message || isRecord(message.message) || hasFlatCalls(message.tool_calls))
  );
}

function hasFlatCalls(calls: unknown): boolean {
  return (
    Array.isArray(calls) &&
    calls.some((call) => isRecord(call) && typeof call.name === "string" && call.function === undefined)
  );
}
