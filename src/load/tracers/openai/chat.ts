import { firstText } from "../../../internal/first-text.js";
import { isRecord } from "../../../internal/is-record.js";
import { isMessageList, readMessage, readMessages } from "../../../messages/messages.js";
import { readFunctionDefinitions } from "../../../messages/tool-definition.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../../types.js";
import { splitCalls } from "../common/glued-tool-calls.js";
import { givenInputs } from "../common/not-given.js";
import { promptOf } from "../common/prompt.js";
import { definitionsIn, inCopy, inInputs, inParameters, inSpan, requestedTools } from "../common/requested-tools.js";
import { settingsOf } from "../common/settings.js";
import { checkStoredHistory } from "../common/stored-history.js";
import { checkFinished } from "../common/unfinished.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

/**
 * OpenAI chat completions: `wrapOpenAI` and `wrap_openai`, whose inputs are the request and whose
 * outputs are the response; chat spans of the OpenAI Agents SDK, which have the messages under
 * `inputs.input`; and whatever else answers with `choices`.
 */
export const openAIChat: Tracer = {
  name: "openai-chat",
  read: (run) => (Array.isArray(run.outputs.choices) ? readChat(run, run.outputs.choices) : undefined),
};

function readChat(given: TracedRun, all: unknown[]): Conversation {
  const run = { ...given, inputs: givenInputs(given) };
  const { inputs, outputs, params, options } = run;
  checkStoredHistory(inputs, params, outputs);
  const choices = inOrder(all);
  const first: unknown = choices[0];
  if (!isRecord(first)) throw new Unreadable("no-answer", "The response has no choice.", "outputs.choices");
  if (first.message === undefined && "text" in first) {
    throw new Unreadable("text-completion", "The run completes a text; it is not a chat.", "outputs.choices[0].text");
  }
  // Some servers name the chunks of a stream otherwise, or not at all. What a function put together by itself has no such fields.
  const isStream =
    outputs.object === "chat.completion.chunk" ||
    (inputs.stream === true && ("object" in outputs || "created" in outputs));
  const prompt = promptOf(inputs);
  if (isStream) checkStreamed(first.message, prompt);
  const answer = answerOf(first, "outputs.choices[0]");
  checkFinished(isStream && (first.finish_reason === undefined || first.finish_reason === null));
  const tools = requestedTools(run, inParameters(run), inInputs(run), inCopy(run), inSpan(run), [
    outputs.tools,
    "outputs.tools",
  ]);
  const isSplit = (isStream || hasCounts(first.message)) && splitCalls(answer.at(-1), definitionsIn(tools));
  return {
    prompt,
    answer,
    tools,
    functions: readFunctionDefinitions(params.functions ?? inputs.functions ?? options.functions, "functions"),
    ...settingsOf([inputs, params], inputs.response_format, params.response_format),
    alternatives: choices.slice(1).flatMap((choice: unknown) => alternativeOf(choice)),
    finishReason: finishReasonOf(first),
    repairs: isSplit ? ["glued-tool-calls"] : [],
  };
}

// Up to `langsmith` 0.2, the wrapper of JavaScript puts the last chunk there.
function finishReasonOf({ finish_reason: reason, finishReason }: Record<string, unknown>): string | undefined {
  return isRecord(reason) ? firstText(reason.finish_reason) : firstText(reason, finishReason);
}

// The wrapper of JavaScript counts the calls that it put together, also in a stream's helper.
function hasCounts(message: unknown): boolean {
  return (
    isRecord(message) &&
    Array.isArray(message.tool_calls) &&
    message.tool_calls.some((call) => isRecord(call) && call.index !== undefined)
  );
}

/**
 * What the wrapper of JavaScript cannot put together: the calls of a server that does not count its
 * choices leave holes alone, and content in parts (Mistral's) becomes the text of an object.
 */
function checkStreamed(message: unknown, prompt: readonly TrainingMessage[]): void {
  if (!isRecord(message)) return;
  const { content, tool_calls: calls } = message;
  if (Array.isArray(calls) && calls.length > 0 && calls.every((call) => call === null)) {
    throw new Unreadable(
      "invalid-tool-call",
      "The tracer lost the calls of the stream.",
      "outputs.choices[0].message.tool_calls",
    );
  }
  if (typeof content === "string" && content.includes(LOST) && !JSON.stringify(prompt).includes(LOST)) {
    throw new Unreadable(
      "invalid-message",
      `The tracer lost parts of the stream, and wrote ${LOST} in their place.`,
      "outputs.choices[0].message.content",
    );
  }
}

const LOST = "[object Object]";

// `wrap_openai` keeps the choices of a stream in the order in which they began.
function inOrder(choices: unknown[]): unknown[] {
  if (choices.length < 2 || !choices.every((choice) => isRecord(choice) && typeof choice.index === "number"))
    return choices;
  return (choices as { index: number }[]).slice().sort((left, right) => left.index - right.index);
}

function answerOf(choice: Record<string, unknown>, path: string): TrainingMessage[] {
  const output: TrainingMessage[] = [];
  if (isMessageList(choice.messages)) return readMessages(choice.messages, `${path}.messages`, { isAnswer: true });
  readMessage(spoken(choice.message), output, `${path}.message`, { isAnswer: true });
  return output;
}

// A choice is the assistant's, also where a server leaves out its role, or writes it empty.
function spoken(message: unknown): unknown {
  return isRecord(message) && !message.role && message.lc === undefined ? { ...message, role: "assistant" } : message;
}

function alternativeOf(choice: unknown): AssistantTrainingMessage[] {
  if (!isRecord(choice)) return [];
  try {
    return answerOf(choice, "outputs.choices").filter(
      (message): message is AssistantTrainingMessage => message.role === "assistant",
    );
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
}
