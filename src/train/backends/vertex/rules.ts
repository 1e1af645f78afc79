import type { ValidationRules } from "../../../curate/rules.js";
import { messagesOf } from "../shared/conversation.js";
import { conversion } from "../shared/conversion.js";
import { geminiRow } from "./gemini-row.js";

const LIMITS = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-supervised-tuning";

const { render, check } = conversion(geminiRow, (row, report) => {
  for (const { path, message } of messagesOf(row)) {
    if (typeof message["name"] !== "string") continue;
    report({
      path: `${path}.name`,
      code: "name-left-out",
      severity: "warning",
      message: "Gemini's messages have no name; it is not in the uploaded row.",
    });
  }
});

/** How the dataset file is written: in Gemini's own form. */
export const vertexFile = { extension: ".jsonl", mediaType: "application/jsonl", render };

/**
 * What Gemini's tuning takes in a row and a file: the limits page for supervised fine-tuning of
 * Gemini 2.5 Flash, read in November 2026. Google recommends 100 rows and names no least number.
 */
export const vertexRules: ValidationRules = {
  name: "Vertex AI",
  maxRows: 1_000_000,
  maxBytes: 1_000_000_000,
  maxTokens: 131_072,
  tools: true,
  functions: false,
  finalToolCall: true,
  weights: false,
  parallelToolCalls: false,
  // Named by address, so there is no size to check here.
  images: {
    perRow: Number.POSITIVE_INFINITY,
    maxBytes: Number.POSITIVE_INFINITY,
    mediaTypes: ["image/png", "image/jpeg", "image/webp"],
  },
  preference: true,
  check: (row, report) => {
    check(row, (finding) => {
      report({ rule: LIMITS, ...finding });
    });
  },
};
