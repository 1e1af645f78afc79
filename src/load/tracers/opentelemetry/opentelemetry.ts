import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../../types.js";
import { parseExactJson } from "../../../messages/free-form-json.js";
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
import { finishReasonOfSpan } from "../common/span-attribute.js";
import { withSpanInstructions } from "../common/span-instructions.js";
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
    const isItems = isOfResponses(run, messages);
    const written = promptOf({ ...inputs, system_instructions: undefined, messages: withoutHoles(inputs.messages) });
    const prompt = withSpanInstructions(run, isItems ? joinedItems(written) : written);
    if (prompt.some(({ content }) => isTextOfParts(content))) {
      throw new Unreadable(
        "unknown-shape",
        "The content of a message is the JSON text of parts: the writer of the span made it so, or that was the text.",
        "inputs.messages",
      );
    }
    checkPieces(run, messages);
    checkChoices(run, messages);
    const choices = isItems ? [] : choicesOf(messages);
    const last = choices[0] ?? messages.at(-1);
    const [first, ...others] = readMessages(choices, "outputs.messages", { isAnswer: true });
    const answer = first ? [first] : answerOf(isItems, prompt, messages);
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

// OpenInference and OpenLLMetry write each item of a response, and of its input, as a message of its own.
function isOfResponses(run: TracedRun, messages: readonly unknown[]): boolean {
  const isResponse = (id: unknown) => typeof id === "string" && id.startsWith("resp_");
  return (
    isResponse(run.metadata["gen_ai.response.id"]) ||
    (isOpenInference(run) &&
      (/responses?$/i.test(run.name) || isResponse(run.params.id) || messages.some(hasOutputText)))
  );
}

function answerOf(
  isItems: boolean,
  prompt: readonly TrainingMessage[],
  messages: readonly unknown[],
): TrainingMessage[] {
  if (isItems && messages.length > 1) {
    const read = readMessages(messages, "outputs.messages", { isAnswer: true });
    if (read.every(({ role }) => role === "assistant")) return [oneTurn(read)];
  }
  return answerFromMessages(prompt, messages, "outputs.messages");
}

// A call belongs to the turn before it, and a text to the calls before it, as in the Responses API.
function joinedItems(messages: readonly TrainingMessage[]): TrainingMessage[] {
  const joined: TrainingMessage[] = [];
  for (const message of messages) {
    const turn = joined.at(-1);
    const isPart =
      message.role === "assistant" &&
      turn?.role === "assistant" &&
      (!message.content || (!turn.content && turn.tool_calls !== undefined));
    if (isPart) joined[joined.length - 1] = oneTurn([turn, message]);
    else joined.push(message);
  }
  return joined;
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

// OpenLIT joins the texts of all choices.
function checkChoices({ params, metadata }: TracedRun, messages: readonly unknown[]): void {
  const asked = params["choice.count"] ?? metadata["gen_ai.request.choice.count"];
  if (typeof asked === "number" && asked > 1 && messages.length === 1)
    throw new Unreadable(
      "unknown-shape",
      "Several choices were asked for, and the outputs hold one message: one of them, or all in one.",
      "outputs.messages",
    );
}

// Legacy functions are in truth tools: the attribute only names them so.
function toolsOf(run: TracedRun): RequestedTools {
  const { inputs, params } = run;
  return requestedTools(run, inModelRequest(run), inParameters(run), inInputs(run), inCopy(run), inSpan(run), [
    params.functions ?? inputs.functions,
    "functions",
  ]);
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
  if (!messages.every(isChoice)) return [];
  // Items of one response, whose id is not in the span, look like that.
  const kinds = new Set(messages.map(isCallAlone));
  if (kinds.size > 1)
    throw new Unreadable(
      "unknown-shape",
      "Some outputs are texts and some are calls: choices, or parts of one answer.",
      "outputs.messages",
    );
  return messages;
}

function isCallAlone(message: unknown): boolean {
  const { content, parts, tool_calls: calls } = objectOf(message);
  if (Array.isArray(parts)) return parts.length > 0 && parts.every((part) => objectOf(part).type === "tool_call");
  return arrayOf(calls).length > 0 && !content;
}

// OpenLLMetry writes content in parts as JSON text, with other addresses in place of the images, and in
// JavaScript so the whole input of a Responses request.
function isTextOfParts(content: unknown): boolean {
  if (typeof content !== "string" || !content.startsWith("[{")) return false;
  const parts = parseExactJson(content)?.value;
  return (
    Array.isArray(parts) &&
    parts.every((part) => isRecord(part) && (isPart(part) || isInputItem(part) || isBedrockPart(part)))
  );
}

function isBedrockPart(part: Record<string, unknown>): boolean {
  const [key, ...others] = Object.keys(part);
  return others.length === 0 && (key === "text" || key === "json" || key === "image" || key === "document");
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
