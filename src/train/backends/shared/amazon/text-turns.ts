import { textOfContent } from "../../../../messages/text-of-content.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../../../types.js";
import { InconvertibleRowError } from "../conversion.js";

/** A conversation of texts alone: the system prompts, then user and assistant in turn. */
export interface TextConversation {
  readonly system: readonly string[];
  readonly turns: readonly TextTurn[];
}

export interface TextTurn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** What is said of a row that does not fit. */
export interface TextRules {
  /** The service, as messages name it. */
  readonly service: string;
  /** Where the messages stand in the row: `$.messages`. */
  readonly path: string;
  /** Why tools are refused, in a sentence. */
  readonly tools: string;
  /** Why images are refused, in a sentence. */
  readonly images: string;
  /** Who must have the last word. */
  readonly last: "user" | "assistant";
}

/**
 * The messages of a row in the only form that Amazon's text formats document: the system prompt first, then user and
 * assistant in turn, the user first.
 *
 * @throws InconvertibleRowError for everything else.
 */
export function textTurns(messages: readonly TrainingMessage[], rules: TextRules): TextConversation {
  const { service } = rules;
  const system: string[] = [];
  const turns: TextTurn[] = [];
  for (const [index, message] of messages.entries()) {
    const path = `${rules.path}[${index}]`;
    const text = textAt(message, path, rules);
    if (message.role === "system" || message.role === "developer") {
      if (turns.length > 0)
        throw new InconvertibleRowError(
          `${path}.role`,
          "system-not-first",
          `${service} has the system prompt before the conversation.`,
        );
      system.push(text);
    } else if (message.role === "user" || message.role === "assistant") {
      if (message.role === "assistant" && (message.tool_calls !== undefined || message.function_call !== undefined))
        throw toolsRefused(path, rules);
      if (text === "")
        throw new InconvertibleRowError(`${path}.content`, "empty-turn", `${service} takes no message without text.`);
      const previous = turns.at(-1)?.role ?? "assistant";
      if (previous === message.role) {
        const wanted = message.role === "user" ? "assistant" : "user";
        throw new InconvertibleRowError(
          `${path}.role`,
          "roles-do-not-alternate",
          `${service} wants user and assistant in turn, the user first; here it wants ${wanted}.`,
        );
      }
      turns.push({ role: message.role, text });
    } else {
      throw toolsRefused(`${path}.role`, rules);
    }
  }
  if (turns.at(-1)?.role !== rules.last)
    throw rules.last === "assistant"
      ? new InconvertibleRowError(rules.path, "assistant-not-last", `${service} wants the assistant's answer last.`)
      : new InconvertibleRowError(rules.path, "user-not-last", `${service} wants the user's message last.`);
  return { system, turns };
}

/** The refusal of a row that has tools. */
export function toolsRefused(path: string, { tools }: Pick<TextRules, "tools">): InconvertibleRowError {
  return new InconvertibleRowError(path, "tools-not-supported", tools);
}

/** The text of an answer that stands alone, as those of a preference pair do. */
export function answerAt(message: AssistantTrainingMessage, path: string, rules: TextRules): string {
  if (message.tool_calls !== undefined || message.function_call !== undefined) throw toolsRefused(path, rules);
  const text = textAt(message, path, rules);
  if (text === "")
    throw new InconvertibleRowError(`${path}.content`, "empty-turn", `${rules.service} takes no message without text.`);
  return text;
}

function textAt({ content }: TrainingMessage, path: string, { images }: TextRules): string {
  return textOfContent(content, {
    other(_part, index) {
      throw new InconvertibleRowError(`${path}.content[${index}]`, "image-not-supported", images);
    },
  });
}

/** The form of `Converse`: texts in lists, one system prompt at most. */
export function converseRow({ system, turns }: TextConversation) {
  return {
    schemaVersion: "bedrock-conversation-2024",
    // One at most ("maxItems": 1 of the schema that its data preparation page gives, read on 2026-11-28).
    ...(system.length > 0 ? { system: [{ text: system.join("\n\n") }] } : {}),
    messages: turns.map(({ role, text }) => ({ role, content: [{ text }] })),
  };
}
