import { isRecord, objectOf } from "../../../internal/is-record.js";
import type { TrainingMessage } from "../../../types.js";
import { parseExactJson } from "../../../messages/free-form-json.js";
import { isMessage, isMessageList, readMessage } from "../../../messages/messages.js";
import { refusesUnknownFields } from "../../../messages/unknown-fields.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { answerFromMessages } from "../common/answer-from-messages.js";
import { firstText } from "../../../internal/first-text.js";
import { readFunctionDefinitions } from "../../../messages/tool-definition.js";
import { givenInputs } from "../common/not-given.js";
import { promptOf } from "../common/prompt.js";
import {
  inCopy,
  inInputs,
  inModelRequest,
  inParameters,
  inSpan,
  isSpan,
  requestedTools,
} from "../common/requested-tools.js";
import { formatIn, schemaFormat, settingsOf } from "../common/settings.js";
import { finishReasonOfSpan } from "../common/span-attribute.js";
import { checkStoredHistory } from "../common/stored-history.js";
import { checkFinished } from "../common/unfinished.js";
import type { RequestedTools, Settings, TracedRun, Tracer } from "../tracer.js";
import { sameJson } from "../../../internal/same-json.js";

/**
 * Functions under `traceable`, and runs made by hand with `RunTree` or the API, in the formats that
 * LangSmith documents: an answer as `{ message }`, `{ role, content }`, `{ messages }`,
 * `[role, content]`, a LangChain message, or plain text after a list of messages.
 *
 * https://docs.langchain.com/langsmith/log-llm-trace
 */
export const traceable: Tracer = {
  name: "traceable",
  read(given) {
    const run = { ...given, inputs: givenInputs(given) };
    const { inputs, outputs, params, options } = run;
    const found = findAnswer(outputs);
    if (found === undefined) return undefined;
    const [answer, path] = found;
    if (typeof answer === "string" && (OBJECT.test(answer) || isResponse(answer)))
      throw new Unreadable(
        "unknown-shape",
        "The outputs hold the name or the JSON text of an object in place of what the model said.",
        path,
      );
    const tools = toolsOf(run);
    checkStoredHistory(inputs, params, outputs);
    const prompt = promptOf(inputs);
    const finishReason =
      finishReasonOf(outputs) ??
      finishReasonOf(Array.isArray(answer) ? answer.at(-1) : answer) ??
      finishReasonOf(outputs.message) ??
      finishReasonOfSpan(run);
    const conversation = {
      prompt,
      answer: typeof answer === "string" ? [textAnswer(answer, outputs)] : readAnswer(answer, prompt, path),
      tools,
      // In a span they are tools that an attribute names so.
      functions: isSpan(run)
        ? []
        : readFunctionDefinitions(params.functions ?? inputs.functions ?? options.functions, "functions"),
      ...settings(run),
      finishReason,
    };
    // Ollama's own client says so of every chunk but the last.
    checkFinished(outputs.done === false);
    return conversation;
  },
};

function readAnswer(answer: unknown, prompt: readonly TrainingMessage[], path: string): TrainingMessage[] {
  if (isMessageList(answer) && !isMessage(answer)) return answerFromMessages(prompt, answer, path);
  const output: TrainingMessage[] = [];
  readMessage(answer, output, path, { isAnswer: true });
  return output;
}

const checkFields = refusesUnknownFields({
  code: "unknown-shape",
  holder: "An answer with a text",
  meaningful: /call|tool|function|invocation|action/i,
  known: new Set(["tool_calls", "toolCalls", "function_call", "tools", "functions"]),
});

// A text, and the calls that a function returned beside it.
function textAnswer(content: string, outputs: Record<string, unknown>): TrainingMessage {
  checkFields(outputs, "outputs");
  const { tool_calls, toolCalls, function_call } = outputs;
  const output: TrainingMessage[] = [];
  readMessage({ role: "assistant", content, tool_calls: tool_calls ?? toolCalls, function_call }, output, "outputs", {
    isAnswer: true,
  });
  return output[0] ?? { role: "assistant", content };
}

// A function may take the request of any provider, or a part of one.
function toolsOf(run: TracedRun): RequestedTools {
  const { inputs, outputs, params, options } = run;
  return requestedTools(
    run,
    inModelRequest(run),
    inParameters(run),
    inInputs(run),
    [objectOf(inputs.toolConfig).tools, "inputs.toolConfig.tools"],
    [objectOf(inputs.config).tools, "inputs.config.tools"],
    [Array.isArray(params.tools) ? undefined : options.tools, "extra.options.tools"],
    inCopy(run),
    inSpan(run),
    [outputs.tools, "outputs.tools"],
    [isSpan(run) ? params.functions : undefined, "functions"],
  );
}

function settings({ inputs, params }: TracedRun): Settings {
  return settingsOf(
    [inputs, params],
    schemaFormat(inputs.text_format),
    inputs.response_format,
    inputs.responseFormat,
    params.response_format,
    inputs.output_format,
    formatIn(inputs.output_config),
    formatIn(inputs.text),
    formatIn(params.text),
  );
}

// What Python's tracer writes for an object that it cannot serialize: a stream that a raw response
// gave, the response of a client that it does not know.
const OBJECT =
  /^<[^<>]* at 0x[0-9a-f]+>$|^<\w*APIResponse \[\d+|^(?:Parsed)?(?:ChatCompletion|Response|Message|ModelResponse|GenerateContentResponse)\(\w+=.*\)$/is;

// A whole response that a function gave back as text.
function isResponse(answer: string): boolean {
  if (!answer.startsWith('{"')) return false;
  const value = parseExactJson(answer)?.value;
  return (
    isRecord(value) &&
    ((Array.isArray(value.choices) && value.choices.some((choice) => isRecord(choice) && isRecord(choice.message))) ||
      (value.role === "assistant" && isMessage(value)))
  );
}

// An answer in Anthropic's format has it in the message; Bedrock's and Ollama's are beside it.
function finishReasonOf(value: unknown): string | undefined {
  return isRecord(value)
    ? firstText(value.finish_reason, value.finishReason, value.stop_reason, value.stopReason, value.done_reason)
    : undefined;
}

function findAnswer(outputs: Record<string, unknown>): [unknown, string] | undefined {
  const { message, messages } = outputs;
  if (isMessage(message) && isMessageList(messages) && !sameJson(message, messages.at(-1))) {
    throw new Unreadable(
      "unknown-shape",
      "The outputs hold messages beside the answer, and not where they belong.",
      "outputs.messages",
    );
  }
  if (isMessage(outputs)) return [outputs, "outputs"];
  for (const key of ["message", "messages", "output", "outputs"]) {
    const value = outputs[key];
    if (value === undefined || value === null) continue;
    if (isMessage(value) || isMessageList(value) || (typeof value === "string" && key !== "messages"))
      return [value, `outputs.${key}`];
    if (isRecord(value) && isMessage(value.message)) return [value.message, `outputs.${key}.message`];
  }
  if (typeof outputs.content === "string" && outputs.role === undefined) return [outputs.content, "outputs.content"];
  if ("messages" in outputs || "message" in outputs)
    throw new Unreadable("invalid-message", "The outputs hold no message that could be read.", "outputs");
  return undefined;
}
