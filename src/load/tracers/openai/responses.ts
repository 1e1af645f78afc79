import { isRecord } from "../../../internal/is-record.js";
import type { TrainingMessage } from "../../../types.js";
import { isMessageList, isResponseItemList, readMessages } from "../../../messages/messages.js";
import { readResponseItems } from "../../../messages/response-items.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { firstText } from "../../../internal/first-text.js";
import { oneTurn } from "../common/one-turn.js";
import { givenInputs } from "../common/not-given.js";
import { withSystem } from "../common/prompt.js";
import { inCopy, inInputs, inParameters, inSpan, requestedTools } from "../common/requested-tools.js";
import { formatIn, schemaFormat, settingsOf } from "../common/settings.js";
import { checkStoredPrompt, previousResponse, responseId } from "../common/stored-history.js";
import { checkFinished } from "../common/unfinished.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

/**
 * OpenAI's Responses API: `wrapOpenAI` and `wrap_openai`, and response spans of the OpenAI Agents
 * SDK. `instructions` become the system message; items become messages.
 */
export const openAIResponses: Tracer = {
  name: "openai-responses",
  read(run) {
    const { outputs } = run;
    if (
      typeof outputs.type === "string" &&
      (outputs.type.startsWith("response.") || (outputs.type === "error" && "sequence_number" in outputs))
    ) {
      throw new Unreadable("partial-stream", "The outputs are the last event of a stream that did not end.", "outputs");
    }
    return isResponse(run) ? readResponse(run, outputs.output as unknown[]) : undefined;
  },
};

function readResponse(given: TracedRun, items: unknown[]): Conversation {
  const run = { ...given, inputs: givenInputs(given) };
  const { inputs, outputs, params, metadata } = run;
  // The Agents SDK's tracer puts the response's own fields into the metadata; elsewhere that is the caller's.
  const response = metadata.object === "response" ? metadata : {};
  const previousResponseId = previousResponse(inputs, params, outputs, response);
  checkStoredPrompt(params.prompt ?? response.prompt, "inputs");
  if (isRecord(inputs.prompt)) checkStoredPrompt(inputs.prompt, "inputs.prompt");
  const answer: TrainingMessage[] = [];
  readResponseItems(items, answer, "outputs.output");
  const { finishReason, isPartial } = ending(outputs, metadata);
  const turn = oneTurn(answer);
  checkFinished(isPartial);
  const tools = requestedTools(run, inParameters(run), inInputs(run), inCopy(run), inSpan(run), [
    outputs.tools,
    "outputs.tools",
  ]);
  // Some writers have the items alone; the parameters and the response repeat the instructions.
  const instructions = withSystem(inputs.instructions ?? params.instructions ?? outputs.instructions, []);
  return {
    prompt: [...instructions, ...messagesOf(inputs.input)],
    answer: [turn],
    responseId: responseId(outputs.id, response.id),
    previousResponseId,
    instructions: instructions.length,
    tools,
    ...settingsOf(
      [inputs, params],
      schemaFormat(inputs.text_format),
      inputs.response_format,
      formatIn(inputs.text),
      formatIn(params.text),
    ),
    finishReason,
  };
}

function isResponse({ inputs, outputs, metadata }: TracedRun): boolean {
  if (!Array.isArray(outputs.output)) return false;
  // The Agents SDK's tracer puts the response's own fields into the metadata.
  return (
    outputs.object === "response" ||
    metadata.object === "response" ||
    isResponseItemList(outputs.output) ||
    ("input" in inputs && outputs.output.length === 0)
  );
}

function messagesOf(input: unknown): TrainingMessage[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (Array.isArray(input) && (!isMessageList(input) || input.every(isItem))) {
    const messages: TrainingMessage[] = [];
    readResponseItems(input, messages, "inputs.input");
    return messages;
  }
  return readMessages(input, "inputs.input");
}

// A message as the Responses API takes it, its type left out.
function isItem(item: unknown): boolean {
  return (
    isRecord(item) &&
    (item.role === "user" || item.role === "assistant" || item.role === "system" || item.role === "developer") &&
    item.tool_calls === undefined
  );
}

function ending(
  outputs: Record<string, unknown>,
  metadata: Record<string, unknown>,
): { finishReason: string | undefined; isPartial: boolean } {
  const details = outputs.incomplete_details ?? metadata.incomplete_details;
  const status = firstText(outputs.status, metadata.status);
  const reason = isRecord(details) ? firstText(details.reason) : undefined;
  return {
    finishReason: reason ?? status,
    isPartial: status === "in_progress" || status === "queued" || status === "cancelled",
  };
}
