import { stringifyExact } from "../../../internal/exact-json.js";
import {
  type MessageForms,
  toTemplateMessages,
  toTemplateTools,
  USUAL_FORMS,
} from "../../../templates/template-messages.js";
import { learnedMessages } from "../../../source.js";
import { unpairedMessages } from "../../../internal/row-kind.js";
import type {
  OpenAITool,
  PreferenceExample,
  TrainingExample,
  TrainingMessage,
  UnpairedExample,
} from "../../../types.js";

/**
 * A row in TRL's conversational form (trl 1.13.0, "Dataset formats").
 *
 * - The completion begins with the first target; before it there is no answer that is learned. With one target the loss
 *   counts that answer alone. With several the answers of tools stand between them, and `assistant_only_loss` leaves
 *   those out: TRL then counts what is both in the completion and the assistant's.
 * - An answer with a label keeps its prompt and completion; texts become a message of the user and of the assistant.
 * - `tools` is JSON text: as a structure, the readers of `datasets` older than 4.7 would mix the schemas of all rows.
 * - Arguments are objects, which is what chat templates render; OpenAI's rows have them as text. Where the template is
 *   known and wants text, they stay text.
 * - Text parts are one text, which every template knows, and a refusal is the words of the answer.
 */
export function renderTrlRow(
  row: TrainingExample | PreferenceExample | UnpairedExample,
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
  if ("completion" in row) {
    return {
      prompt: render(unpairedMessages(row.prompt, "user") as TrainingMessage[]),
      completion: render(unpairedMessages(row.completion, "assistant") as TrainingMessage[]),
      label: row.label,
      ...renderTools(row.tools),
    };
  }
  const { messages } = row;
  const first = learnedMessages(row)[0] ?? messages.length - 1;
  return {
    prompt: render(messages.slice(0, first)),
    completion: render(messages.slice(first)),
    ...renderTools(row.tools),
  };
}

function renderTools(tools: OpenAITool[] | undefined) {
  const written = toTemplateTools(tools);
  return written ? { tools: stringifyExact(written) } : {};
}

function withSystemRole(message: TrainingMessage): TrainingMessage {
  return message.role === "developer" ? { ...message, role: "system" } : message;
}
