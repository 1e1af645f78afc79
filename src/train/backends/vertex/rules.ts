import { arrayOf } from "../../../internal/is-record.js";
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

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/tune_gemini/image_tune, read on 2026-11-28. */
const IMAGES = {
  perRow: 30,
  // Named by address, so there is no size to check here.
  maxBytes: Number.POSITIVE_INFINITY,
  mediaTypes: ["image/png", "image/jpeg", "image/webp"],
  maxRows: 300_000,
} as const;

/**
 * What Gemini's tuning takes in a row and a file: the limits page for supervised fine-tuning, the same for
 * Gemini 2.5 Flash and 3.5 Flash, read on 2026-11-28. Google recommends 100 rows and names no least number.
 */
const vertexRules: ValidationRules = {
  name: "Vertex AI",
  maxRows: 1_000_000,
  maxBytes: 1_000_000_000,
  maxTokens: 131_072,
  tools: true,
  functions: false,
  finalToolCall: true,
  refusals: false,
  // Not documented: "Prepare supervised fine-tuning data" and the pages around it, read as stored on 2026-11-29, say
  // nothing of the answers before the last, and Gemini's form has no weights. Where they are learned too, an answer is
  // learned again with each later row of its conversation; with fewer rows it might never be.
  loss: "last",
  parallelToolCalls: false,
  images: IMAGES,
  preference: true,
  unpaired: false,
  check: (row, report) => {
    check(row, (finding) => {
      report({ rule: LIMITS, ...finding });
    });
  },
};

/** The rules for a model: those of the 2.5 family with a word on calls, which its tuning was seen to refuse. */
export function vertexRulesOf(model: string): ValidationRules {
  if (!/gemini-2\.5/.test(model)) return vertexRules;
  return {
    ...vertexRules,
    check(row, report) {
      vertexRules.check?.(row, report);
      const calling = messagesOf(row).find(({ message }) => arrayOf(message["tool_calls"]).length > 0);
      if (calling === undefined) return;
      report({
        path: `${calling.path}.tool_calls`,
        code: "calls-may-be-refused",
        severity: "warning",
        message:
          'The row has tool calls: tuning of Gemini 2.5 was reported to refuse them ("unsupported modality [function call]").',
        rule: "https://github.com/googleapis/python-aiplatform/issues/6127",
      });
    },
  };
}
