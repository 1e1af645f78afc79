import type { ValidationRules } from "../../../curate/rules.js";
import type { DatasetFormat } from "../../backend.js";
import { textWithRefusals, turnsOf } from "../shared/conversation.js";
import { conversion } from "../shared/conversion.js";
import { bedrockRow, NOVA_RESERVED } from "./converse-row.js";
import type { BedrockRowFormat } from "./options.js";

const NOVA = "https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html";

/** The form that a base model takes. */
export function rowFormatOf(model: string): BedrockRowFormat {
  return /anthropic\.claude-3-haiku/.test(model) ? "claude-messages" : "converse";
}

/**
 * What Bedrock takes in a row and a file, and how the file is written. How many rows a model needs
 * differs by model and account and is not checked here; the job says so before it trains.
 */
export function bedrockData(model: string, format: BedrockRowFormat): { rules: ValidationRules; file: DatasetFormat } {
  const isNova = /amazon\.nova/.test(model);
  const { render, check } = conversion((row) => bedrockRow(row, format), isNova ? checkReserved : undefined);
  return {
    file: { extension: ".jsonl", mediaType: "application/jsonl", render },
    rules: {
      name: "Bedrock",
      tools: false,
      functions: false,
      finalToolCall: false,
      refusals: false,
      // Not documented for several turns. Nova 2 (nova-2-sft-data-prep, read as stored on 2026-11-29): the loss is "only
      // on the final output tokens", with reasoning on that too. Converse has no weights.
      loss: "last",
      parallelToolCalls: false,
      images: false,
      preference: false,
      unpaired: false,
      check,
    },
  };
}

/** Words that make a job on Nova fail when a user's or the system's text holds them. */
function checkReserved(row: unknown, report: Parameters<NonNullable<ValidationRules["check"]>>[1]): void {
  for (const { path, message } of turnsOf(row)) {
    if (message["role"] === "assistant") continue;
    const { content } = message;
    const text = typeof content === "string" || Array.isArray(content) ? textWithRefusals(content) : "";
    const word = NOVA_RESERVED.find((one) => text.includes(one));
    if (word === undefined) continue;
    report({
      path: `${path}.content`,
      code: "reserved-word",
      severity: "error",
      message: `Nova's fine-tuning reserves \`${word}\`: a prompt that holds it makes the job fail. Write another word.`,
      rule: NOVA,
    });
  }
}
