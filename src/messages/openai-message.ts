import {
  AIMessage,
  FunctionMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import { isRecord } from "../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../types.js";
import { reasoningOf, setReasoning } from "../reasoning.js";
import { parseExactJson } from "./free-form-json.js";

type MessageContent = BaseMessage["content"];

/**
 * A message of a training row as a LangChain message. The raw `tool_calls` and `function_call` stay
 * in `additional_kwargs`, with the model's own text of the arguments; `tool_calls` has them parsed,
 * `invalid_tool_calls` those that are not a JSON object.
 */
export function messageFromOpenAI(message: TrainingMessage): BaseMessage {
  switch (message.role) {
    case "system":
      return new SystemMessage(named(message.content, message.name));
    case "developer":
      return new SystemMessage({
        ...named(message.content, message.name),
        additional_kwargs: { __openai_role__: "developer" },
      });
    case "user":
      return new HumanMessage(named(message.content, message.name));
    case "assistant":
      return assistant(message);
    case "tool":
      return new ToolMessage({ content: message.content as MessageContent, tool_call_id: message.tool_call_id });
    case "function":
      return new FunctionMessage({ content: message.content ?? "", name: message.name });
  }
}

function named(content: unknown, name: string | undefined): { content: MessageContent; name?: string } {
  return name === undefined ? { content: content as MessageContent } : { content: content as MessageContent, name };
}

function assistant(answer: AssistantTrainingMessage): AIMessage {
  const { content, name, refusal, weight, tool_calls: raw, function_call: legacy } = answer;
  const reasoning = reasoningOf(answer);
  const message = new AIMessage({ ...named(content ?? "", name), tool_calls: [], invalid_tool_calls: [] });
  const extra = message.additional_kwargs as Record<string, unknown>;
  if (raw) {
    // Set after the constructor, which would warn of calls that it finds here and not parsed.
    extra.tool_calls = raw;
    for (const {
      id,
      function: { name: tool, arguments: text },
    } of raw) {
      const args = parseExactJson(text)?.value;
      if (isRecord(args)) message.tool_calls?.push({ type: "tool_call", id, name: tool, args });
      else
        message.invalid_tool_calls?.push({
          type: "invalid_tool_call",
          id,
          name: tool,
          args: text,
          error: "The arguments are not a JSON object.",
        });
    }
  }
  if (legacy) extra.function_call = legacy;
  if (refusal !== undefined) extra.refusal = refusal;
  if (weight !== undefined) extra.weight = weight;
  if (reasoning?.text && reasoning.isSummary)
    extra.reasoning = { summary: [{ type: "summary_text", text: reasoning.text }] };
  else if (reasoning?.text) extra.reasoning_content = reasoning.text;
  setReasoning(message, reasoning);
  return message;
}
