import type { ValidationRules } from "../../../curate/rules.js";

/** What OpenAI accepts. https://platform.openai.com/docs/guides/supervised-fine-tuning */
export const openAIRules: ValidationRules = {
  name: "OpenAI",
  minimumRows: 10,
  maximumBytes: 512 * 1024 * 1024,
  maximumTokens: 65_536,
  tools: true,
  functions: true,
  finalToolCall: true,
  weights: true,
  parallelToolCalls: true,
  images: { perRow: 10, maximumBytes: 10 * 1024 * 1024, mediaTypes: ["image/jpeg", "image/png", "image/webp"] },
  preference: true,
};
