import type { JsonObject, TrainingMessage } from "../../../types.js";
import { isPreference, type Row } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";
import type { BedrockRowFormat } from "./options.js";

/**
 * A row in the form of Bedrock's fine-tuning datasets: text alone, user and assistant in turn, the
 * user first and the assistant last.
 *
 * Sources: https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html
 * and, for Claude 3 Haiku, https://platform.claude.com/cookbook/finetuning-finetuning-on-bedrock
 */
export function bedrockRow(row: Row, format: BedrockRowFormat): JsonObject {
  if (isPreference(row))
    throw new InconvertibleRowError(
      "$",
      "preference-not-supported",
      "Bedrock's fine-tuning takes no preference pairs.",
    );
  if (row.tools !== undefined && row.tools.length > 0) throw tools("$.tools");
  const system: string[] = [];
  const turns: { role: "user" | "assistant"; text: string }[] = [];
  for (const [index, message] of row.messages.entries()) {
    const path = `$.messages[${index}]`;
    const text = textAt(message, path);
    if (message.role === "system" || message.role === "developer") {
      if (turns.length > 0)
        throw new InconvertibleRowError(
          `${path}.role`,
          "system-not-first",
          "Bedrock has the system prompt before the conversation.",
        );
      system.push(text);
    } else if (message.role === "user" || message.role === "assistant") {
      if (message.role === "assistant" && (message.tool_calls !== undefined || message.function_call !== undefined))
        throw tools(path);
      if (text === "")
        throw new InconvertibleRowError(`${path}.content`, "empty-turn", "Bedrock takes no message without text.");
      const previous = turns.at(-1)?.role ?? "assistant";
      if (previous === message.role) {
        const wanted = message.role === "user" ? "assistant" : "user";
        throw new InconvertibleRowError(
          `${path}.role`,
          "roles-do-not-alternate",
          `Bedrock wants user and assistant in turn, the user first; here it wants ${wanted}.`,
        );
      }
      turns.push({ role: message.role, text });
    } else {
      throw tools(`${path}.role`);
    }
  }
  if (turns.at(-1)?.role !== "assistant")
    throw new InconvertibleRowError("$.messages", "assistant-not-last", "Bedrock wants the assistant's answer last.");
  return format === "converse" ? converse(system, turns) : claude(system, turns);
}

type Turns = readonly { role: "user" | "assistant"; text: string }[];

function converse(system: readonly string[], turns: Turns): JsonObject {
  return {
    schemaVersion: "bedrock-conversation-2024",
    // One at most ("maxItems": 1 of the schema that its data preparation page gives, read on 2026-11-28).
    ...(system.length > 0 ? { system: [{ text: system.join("\n\n") }] } : {}),
    messages: turns.map(({ role, text }) => ({ role, content: [{ text }] })),
  };
}

function claude(system: readonly string[], turns: Turns): JsonObject {
  return {
    ...(system.length > 0 ? { system: system.join("\n\n") } : {}),
    messages: turns.map(({ role, text }) => ({ role, content: text })),
  };
}

function textAt({ content }: TrainingMessage, path: string): string {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  return content
    .map((part, index) => {
      if (part.type === "text") return part.text;
      throw new InconvertibleRowError(
        `${path}.content[${index}]`,
        "image-not-supported",
        "Images are not converted: Bedrock wants them as objects in the dataset's bucket.",
      );
    })
    .join("");
}

function tools(path: string): InconvertibleRowError {
  // https://docs.aws.amazon.com/nova/latest/nova2-userguide/nova-2-sft-data-prep.html
  return new InconvertibleRowError(
    path,
    "tools-not-supported",
    "Bedrock's fine-tuning takes no tools: Amazon says that they might cause the job to fail.",
  );
}

/** What Nova refuses anywhere in a prompt: "the training job will fail". */
export const NOVA_RESERVED = ["User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"] as const;
