import type { JsonObject } from "../../../types.js";
import { converseRow, textTurns, toolsRefused, type TextConversation } from "../shared/amazon/text-turns.js";
import { isPreference, type Row } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";
import type { BedrockRowFormat } from "./options.js";

const TEXT = {
  service: "Bedrock",
  path: "$.messages",
  // https://docs.aws.amazon.com/nova/latest/nova2-userguide/nova-2-sft-data-prep.html
  tools: "Bedrock's fine-tuning takes no tools: Amazon says that they might cause the job to fail.",
  images: "Images are not converted: Bedrock wants them as objects in the dataset's bucket.",
  last: "assistant",
} as const;

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
  if (row.tools !== undefined && row.tools.length > 0) throw toolsRefused("$.tools", TEXT);
  const conversation = textTurns(row.messages, TEXT);
  return format === "converse" ? converseRow(conversation) : claudeRow(conversation);
}

function claudeRow({ system, turns }: TextConversation): JsonObject {
  return {
    ...(system.length > 0 ? { system: system.join("\n\n") } : {}),
    messages: turns.map(({ role, text }) => ({ role, content: text })),
  };
}

/** What Nova refuses anywhere in a prompt: "the training job will fail". */
export const NOVA_RESERVED = ["User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"] as const;
