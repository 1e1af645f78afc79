import type { ValidationRules } from "../../../curate/rules.js";
import { inCommonForm, type Report, reportFetchedImages, turnsOf } from "../shared/conversation.js";
import { conversion } from "../shared/conversion.js";
import { isRecord } from "../../../internal/is-record.js";

const DATA = "https://docs.together.ai/docs/fine-tuning/data-preparation";
const VISION = "https://docs.together.ai/docs/fine-tuning/vision";

const { render, check } = conversion(inCommonForm, checkConversation);

/** How the dataset file is written: the rows as they are, but for the role `developer` and refusals. */
export const togetherFile = { extension: ".jsonl", mediaType: "application/jsonl", render };

/**
 * What Together takes in a row and a file. Sources: its pages on data preparation, function
 * calling, preference tuning, reasoning and vision, read on 2026-11-28, and the checks that its Python package
 * makes before an upload (together-python, files.py), which count on one format a row.
 */
export const togetherRules: ValidationRules = {
  name: "Together",
  minRows: 1,
  maxBytes: 100_000_000_000,
  tools: true,
  functions: false,
  finalToolCall: true,
  refusals: false,
  loss: "weights",
  parallelToolCalls: false,
  images: { perRow: 10, maxBytes: 10_000_000, mediaTypes: ["image/png", "image/jpeg", "image/webp"] },
  preference: true,
  unpaired: false,
  // The weight of a whole row; what a model thought before its answer.
  rowKeys: ["weight"],
  messageKeys: ["reasoning", "reasoning_content"],
  reasoning: "reasoning_content",
  check,
};

// The columns of its other formats: https://docs.together.ai/docs/fine-tuning/data-preparation
const OTHER_FORMATS = [["text"], ["prompt", "completion"]] as const;

function checkConversation(row: unknown, report: Report): void {
  for (const columns of OTHER_FORMATS) {
    if (!isRecord(row) || !("messages" in row) || !columns.every((column) => column in row)) continue;
    report({
      path: `$.${columns[0]}`,
      code: "two-formats",
      severity: "error",
      message: `The row has messages and ${columns.join(" and ")}: Together finds the format by the keys, and refuses a row of two.`,
      rule: DATA,
    });
  }
  let previous: string | undefined;
  for (const turn of turnsOf(row)) {
    const { role } = turn.message;
    if (previous !== undefined && role === previous && (role === "user" || role === "assistant")) {
      report({
        path: `${turn.path}.role`,
        code: "roles-do-not-alternate",
        severity: "warning",
        message: `Two messages of the role ${role} follow each other; Together's documentation says that user and assistant alternate, and its server may refuse the row.`,
        rule: DATA,
      });
    }
    previous = typeof role === "string" ? role : undefined;
    reportFetchedImages(turn, report, { service: "Together", rule: VISION });
  }
}
