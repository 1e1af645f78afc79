import type { JsonValue } from "../../types.js";

/**
 * An estimate of the tokens of a value: four characters each, and three for every message, as
 * OpenAI's own rule of thumb says. No tokenizer is loaded for a stand-in.
 */
export function estimateTokens(value: unknown): number {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return Math.ceil(text.length / 4);
}

/** The tokens of a prompt: its messages, and the definitions that go with it. */
export function promptTokens(messages: readonly unknown[], definitions: JsonValue | undefined): number {
  const ofMessages = messages.reduce((sum: number, message) => sum + 3 + estimateTokens(message), 0);
  return ofMessages + (definitions === undefined ? 0 : estimateTokens(definitions));
}
