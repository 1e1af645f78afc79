import type { ValidationRules } from "../../../curate/rules.js";
import { inCommonForm, type Report, reportFetchedImages, turnsOf } from "../shared/conversation.js";
import { conversion } from "../shared/conversion.js";

const TEXT = "https://docs.fireworks.ai/fine-tuning/fine-tuning-models";
const VISION = "https://docs.fireworks.ai/fine-tuning/fine-tuning-vlm";

const { render, check } = conversion(inCommonForm, checkConversation);

/** How the dataset file is written: the rows as they are, but for the role `developer` and refusals. */
export const fireworksFile = { extension: ".jsonl", mediaType: "application/jsonl", render };

/** What Fireworks takes in a row and a file. Sources: its fine-tuning pages, read on 2026-11-28. */
export const fireworksRules: ValidationRules = {
  name: "Fireworks",
  minRows: 3,
  maxRows: 3_000_000,
  tools: true,
  functions: false,
  finalToolCall: true,
  refusals: false,
  loss: "weights",
  parallelToolCalls: false,
  // The documentation names the types and no limit of number or size.
  images: {
    perRow: Number.POSITIVE_INFINITY,
    maxBytes: Number.POSITIVE_INFINITY,
    mediaTypes: ["image/png", "image/jpeg", "image/jpg"],
  },
  preference: true,
  unpaired: false,
  // The weight of a whole row (weighted training); what a model thought before its answer.
  rowKeys: ["weight"],
  messageKeys: ["reasoning", "reasoning_content"],
  reasoning: "reasoning_content",
  check,
};

function checkConversation(row: unknown, report: Report): void {
  for (const [index, turn] of turnsOf(row).entries()) {
    const { role } = turn.message;
    if ((role === "system" || role === "developer") && index > 0) {
      report({
        path: `${turn.path}.role`,
        code: "system-not-first",
        severity: "error",
        message: "Fireworks takes a system message only as the first of the conversation.",
        rule: TEXT,
      });
    }
    reportFetchedImages(turn, report, { service: "Fireworks", rule: VISION });
  }
}
