import { stringifyExact } from "../../../internal/exact-json.js";
import {
  type MessageForms,
  toTemplateMessages,
  toTemplateTools,
  USUAL_FORMS,
} from "../../../templates/template-messages.js";
import type { OpenAITool, PreferenceExample, TrainingExample, TrainingMessage } from "../../../types.js";

/**
 * A row in TRL's conversational form (trl 1.13.0, "Dataset formats").
 *
 * - `last` gives `prompt` and `completion`, so that the loss counts the last answer only; `all` gives `messages`.
 * - `tools` is JSON text: as a structure, the readers of `datasets` older than 4.7 would mix the schemas of all rows.
 * - Arguments are objects, which is what chat templates render; OpenAI's rows have them as text. Where the template is
 *   known and wants text, they stay text.
 * - Text parts are one text, which every template knows, and a refusal is the words of the answer.
 */
export function renderTrlRow(
  row: TrainingExample | PreferenceExample,
  trainOn: "last" | "all",
  forms: MessageForms = USUAL_FORMS,
): object {
  const render = (given: readonly TrainingMessage[]) => toTemplateMessages(given.map(withSystemRole), forms);
  if ("input" in row) {
    return {
      prompt: render(row.input.messages),
      chosen: render(row.preferred_output),
      rejected: render(row.non_preferred_output),
      ...renderTools(row.input.tools),
    };
  }
  const messages = render(row.messages);
  const conversation =
    trainOn === "all" ? { messages } : { prompt: messages.slice(0, -1), completion: messages.slice(-1) };
  return { ...conversation, ...renderTools(row.tools) };
}

function renderTools(tools: OpenAITool[] | undefined) {
  const written = toTemplateTools(tools);
  return written ? { tools: stringifyExact(written) } : {};
}

function withSystemRole(message: TrainingMessage): TrainingMessage {
  return message.role === "developer" ? { ...message, role: "system" } : message;
}
