import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import type { TrainingMessage } from "../../../types.js";
import { parseExactJson } from "../../../messages/free-form-json.js";
import { readMessage, readMessages } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { resultAsSent } from "../../../messages/senders/ai-sdk-result.js";
import { isOpenAI, type AiSdkSender } from "../../../messages/senders/ai-sdk.js";
import { firstText } from "../../../internal/first-text.js";
import { NO_TOOLS } from "../../../messages/tool-definition.js";
import { inCopy, inInputs, inParameters, inSpan, requestedTools } from "../common/requested-tools.js";
import type { TracedRun, Tracer } from "../tracer.js";
import { strictTools } from "./strict-tools.js";

type Fields = Record<string, unknown>;

/**
 * The exporter of `langsmith` up to 0.3 for the AI SDK 4 and 5: stored LangChain messages, the answer
 * under `outputs.llm_output`. It writes results and arguments as the JSON text of what the SDK has.
 */
export const aiSdkExporter: Tracer = {
  name: "ai-sdk-exporter",
  read(run) {
    const { name, inputs, outputs, metadata } = run;
    const operation = firstText(metadata["ai.operationId"]);
    if (outputs.llm_output === undefined && operation === undefined) return undefined;
    if (name.endsWith(".completion"))
      throw new Unreadable("text-completion", "The model completes a text; it is not a chat.", "name");
    if (!isRecord(outputs.llm_output)) {
      throw new Unreadable(
        "unknown-shape",
        "The run holds the object that was generated and not the model's answer, which may have been a call or a text.",
        "outputs",
      );
    }
    // It writes the tools of every request that has some.
    const recorded = requestedTools(run, inParameters(run), inInputs(run), inCopy(run), inSpan(run));
    const tools = recorded === "not-recorded" ? NO_TOOLS : recorded;
    const messages = arrayOf(inputs.messages);
    const version = versionOf(run, messages);
    const sender: AiSdkSender = {
      provider: name,
      model: firstText(metadata.ls_model_name) ?? "",
      version,
      options: {},
      isRunByProvider: () => false,
    };
    if (version === undefined && /^o1-(?:mini|preview)/.test(sender.model)) {
      throw new Unreadable(
        "unknown-shape",
        "Version 4 of the SDK sends that model no system text, version 5 does, and the run does not say which it was.",
        "inputs.messages",
      );
    }
    const answer: TrainingMessage[] = [];
    readMessage(withOwnArguments(outputs.llm_output), answer, "outputs.llm_output", { isAnswer: true });
    return {
      prompt: readMessages(
        Array.isArray(inputs.messages) ? messages.map((message) => messageAsSent(message, sender)) : inputs.messages,
        "inputs.messages",
      ),
      answer,
      // The package of version 4 asks OpenAI's Responses API for strict tools unless its options say otherwise.
      tools: version === 4 && isOpenAI(sender) && name.endsWith(".responses") ? strictTools(tools) : tools,
    };
  },
};

// Version 5 has other names in its tools and puts results into an object with their type.
function versionOf({ params }: TracedRun, messages: readonly unknown[]): 4 | 5 | undefined {
  const tools = arrayOf(params.tools);
  if (tools.some((tool) => isRecord(tool) && tool.inputSchema !== undefined)) return 5;
  if (tools.some((tool) => isRecord(tool) && tool.parameters !== undefined)) return 4;
  return messages.some((message) => outputOf(message) !== undefined) ? 5 : undefined;
}

const OUTPUTS = new Set<unknown>(["text", "json", "error-text", "error-json", "content"]);

function outputOf(message: unknown): Fields | undefined {
  if (
    !isRecord(message) ||
    message.type !== "tool" ||
    !isRecord(message.data) ||
    typeof message.data.content !== "string"
  )
    return undefined;
  const value = parseExactJson(message.data.content)?.value;
  return isRecord(value) && OUTPUTS.has(value.type) && "value" in value ? value : undefined;
}

function messageAsSent(message: unknown, sender: AiSdkSender): unknown {
  if (!isRecord(message) || !isRecord(message.data)) return message;
  if (message.type === "ai") return sender.version === 5 ? withOwnArguments(message, "{}") : message;
  if (message.type !== "tool") return message;
  const { tool_call_id: toolCallId, name: toolName, content } = message.data;
  const output = sender.version === 5 ? outputOf(message) : undefined;
  if (output)
    return { role: "tool", content: [resultAsSent({ type: "tool-result", toolCallId, toolName, output }, sender)] };
  // The JSON text of nothing at all.
  return content === undefined || content === null
    ? { ...message, data: { ...message.data, content: "null" } }
    : message;
}

// The arguments as the model wrote them, which the exporter made JSON text once more. A package that
// sends such a call on writes `instead` for what is not an object.
function withOwnArguments(message: Fields, instead?: string): Fields {
  const data = objectOf(message.data);
  const extra = objectOf(data.additional_kwargs);
  if (!Array.isArray(extra.tool_calls)) return message;
  const calls = extra.tool_calls.map((call: unknown) => {
    if (!isRecord(call) || !isRecord(call.function) || typeof call.function.arguments !== "string") return call;
    const text = parseExactJson(call.function.arguments)?.value;
    return typeof text === "string" ? { ...call, function: { ...call.function, arguments: instead ?? text } } : call;
  });
  return {
    ...message,
    data: {
      ...data,
      content: instead === undefined ? withoutCalls(data.content) : data.content,
      additional_kwargs: { ...extra, tool_calls: calls },
    },
  };
}

// They stand beside the content, too.
function withoutCalls(content: unknown): unknown {
  return Array.isArray(content) ? content.filter((part) => !isRecord(part) || part.type !== "tool_use") : content;
}
