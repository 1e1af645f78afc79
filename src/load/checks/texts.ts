import { isRecord } from "../../internal/is-record.js";
import { parseExactJson } from "../../messages/free-form-json.js";
import { Unreadable } from "../../messages/unreadable.js";
import type { TrainingMessage } from "../../types.js";

/**
 * Refuses messages whose text stands in place of what was said: the mark of a tracer that hides content, or the
 * printed parts of a message. Tools do answer with lists of parts as text, so their answers may be such a text.
 */
export function checkTexts(messages: readonly TrainingMessage[], path: "inputs" | "outputs"): void {
  for (const message of messages) {
    const { role, content } = message;
    for (const text of textsOf(content)) {
      if (HIDDEN.test(text))
        throw new Unreadable(
          path === "inputs" ? "no-inputs" : "no-outputs",
          `A message of the role ${role} holds a mark in place of its text: its tracer hides content.`,
          path,
        );
      if (role !== "tool" && role !== "function" && isPrintedParts(text))
        throw new Unreadable(
          "unknown-shape",
          "A message is the text of a list of parts: its tracer printed it, or that was the text.",
          path,
        );
    }
    if (role !== "assistant") continue;
    for (const call of message.tool_calls ?? [])
      if (HIDDEN.test(call.function.arguments))
        throw new Unreadable(
          "invalid-tool-call",
          `The arguments of ${call.function.name} are a mark: its tracer hides them.`,
          path,
        );
  }
}

// OpenInference's `__REDACTED__`, LiteLLM's constant, and the usual words of anonymizers, where nothing else is left.
const HIDDEN =
  /^\s*(?:(?:__REDACTED__\s*)+|REDACTED|redacted-by-litellm|\*{3,}|[[<({]+(?:[Cc]ontent |[Tt]ext |[Mm]essage )?(?:REDACTED|[Rr]edacted|HIDDEN|[Hh]idden|MASKED|[Mm]asked|FILTERED|[Ff]iltered|REMOVED|[Rr]emoved)[\])>}]+)\s*$/;

function textsOf(content: TrainingMessage["content"]): string[] {
  if (typeof content === "string") return [content];
  return Array.isArray(content) ? content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : [];
}

const PARTS = new Set<unknown>([
  "text",
  "refusal",
  "input_text",
  "output_text",
  "image",
  "image_url",
  "input_image",
  "input_file",
  "blob",
  "uri",
  "tool_use",
  "tool_result",
  "tool_call",
  "tool-call",
  "tool_call_response",
  "tool-result",
  "thinking",
  "reasoning",
]);

// As JSON, or as Python prints it.
function isPrintedParts(text: string): boolean {
  if (/^\s*\[\s*\{'(?:type|text|id)': /.test(text) && text.trimEnd().endsWith("]"))
    return /'type': '(?:text|image|image_url|tool_use|tool_result|input_text|output_text)'/.test(text);
  if (!/^\s*\[\s*\{\s*"/.test(text)) return false;
  // The texts of several messages in one turn stand one after the other.
  const parts = parseExactJson(text)?.value ?? lists(text);
  return (
    Array.isArray(parts) &&
    parts.every((part) => isRecord(part) && typeof part.type === "string") &&
    parts.some((part) => isRecord(part) && PARTS.has(part.type))
  );
}

function lists(text: string): unknown {
  const read = parseExactJson(`[${text.replaceAll("][", "],[")}]`)?.value;
  return Array.isArray(read) && read.every((list) => Array.isArray(list)) ? read.flat() : undefined;
}
