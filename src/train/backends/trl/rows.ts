import type {
  AssistantTrainingMessage,
  OpenAITool,
  PreferenceExample,
  TrainingExample,
  TrainingMessage,
} from "../../../types.js";
import { parseExact, stringifyExact } from "../../../internal/exact-json.js";

/**
 * A row in TRL's conversational form (trl 1.13.0, "Dataset formats").
 *
 * - `last` gives `prompt` and `completion`, so that the loss counts the last answer only; `all` gives `messages`.
 * - `tools` is JSON text: as a structure, the readers of `datasets` older than 4.7 would mix the schemas of all rows.
 * - Arguments are objects, which is what chat templates render; OpenAI's rows have them as text.
 */
export function renderTrlRow(row: TrainingExample | PreferenceExample, trainOn: "last" | "all"): object {
  if ("input" in row) {
    return {
      prompt: row.input.messages.map(renderMessage),
      chosen: row.preferred_output.map(renderMessage),
      rejected: row.non_preferred_output.map(renderMessage),
      ...renderTools(row.input.tools),
    };
  }
  const messages = row.messages.map(renderMessage);
  const conversation =
    trainOn === "all" ? { messages } : { prompt: messages.slice(0, -1), completion: messages.slice(-1) };
  return { ...conversation, ...renderTools(row.tools) };
}

function renderTools(tools: OpenAITool[] | undefined) {
  return tools && tools.length > 0 ? { tools: stringifyExact(tools) } : {};
}

function renderMessage(message: TrainingMessage): object {
  if (message.role === "developer") return { ...message, role: "system" };
  if (message.role !== "assistant") return message;
  // A copy without the weight, which TRL has no word for.
  const rendered: Record<string, unknown> = { ...message, content: message.content ?? "" };
  delete rendered.weight;
  if (message.tool_calls) rendered.tool_calls = message.tool_calls.map(renderToolCall);
  return rendered;
}

function renderToolCall(call: NonNullable<AssistantTrainingMessage["tool_calls"]>[number]): object {
  return { ...call, function: { name: call.function.name, arguments: parseExact(call.function.arguments) } };
}
