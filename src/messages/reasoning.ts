import { arrayOf, isRecord, objectOf } from "../internal/is-record.js";
import type { Reasoning } from "../reasoning.js";

type Fields = Record<string, unknown>;

/** Pieces of reasoning, put together in their order. Undefined for none. */
export function joinedReasoning(pieces: readonly (Reasoning | undefined)[]): Reasoning | undefined {
  const found = pieces.filter((piece) => piece !== undefined);
  if (found.length < 2) return found[0];
  const hidden = found.reduce((sum, piece) => sum + (piece.hidden ?? 0), 0);
  const signature = found.findLast((piece) => piece.signature !== undefined)?.signature;
  const texts = found.map(({ text }) => text).filter((text) => text !== "");
  return {
    text: texts.join("\n\n"),
    ...(found.some(({ isSummary }) => isSummary) && { isSummary: true }),
    ...(signature !== undefined && { signature }),
    ...(hidden > 0 && { hidden }),
  };
}

/** A part of a message's content that holds what the model thought, in any known dialect. Undefined for another part. */
export function reasoningInPart(part: Fields): Reasoning | undefined {
  switch (part.type) {
    case "thinking":
      // Under `content` in the spans of pydantic-ai, as a list of texts in Mistral's form.
      return written(textOf(part.thinking ?? part.text ?? part.content), part.signature);
    case "redacted_thinking":
    case "redacted-reasoning":
      return { text: "", hidden: 1 };
    case "reasoning":
      // LangChain's standard block, the AI SDK's, an item of the Responses API, OpenTelemetry's.
      return itemReasoning(part) ?? written(part.reasoning ?? part.text ?? part.content, part.signature);
    case "reasoning_content":
      return bedrock(part.reasoning_content ?? part.reasoningContent ?? part);
    case "text":
      return part.thought === true ? written(part.text ?? part.content, undefined) : undefined;
    case undefined:
      if (isRecord(part.reasoningContent)) return bedrock(part.reasoningContent);
      return part.thought === true ? written(part.text, undefined) : undefined;
    default:
      return undefined;
  }
}

function textOf(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((piece) => (isRecord(piece) && typeof piece.text === "string" ? piece.text : "")).join("")
    : value;
}

/** True for a part that can be a piece of what the part before it says: a stream of Gemini's gives such parts, without signatures. */
export function isPieceOfThought({ type, thinking, signature, index }: Fields): boolean {
  return type === "thinking" && typeof thinking === "string" && signature === undefined && index === undefined;
}

function bedrock(value: unknown): Reasoning | undefined {
  if (typeof value === "string") return written(value, undefined);
  const part = objectOf(value);
  const { reasoningText, reasoning_text: snake } = part;
  const inner = isRecord(reasoningText) ? reasoningText : isRecord(snake) ? snake : part;
  if (part.redactedContent !== undefined || part.redacted_content !== undefined) return { text: "", hidden: 1 };
  return written(inner.text, inner.signature);
}

/** A reasoning item of OpenAI's Responses API: the thoughts where they are shown, or else their summary. */
export function itemReasoning(item: Fields): Reasoning | undefined {
  const textsOf = (list: unknown) =>
    arrayOf(list).flatMap((one) =>
      isRecord(one) && typeof one.text === "string" && one.text !== "" ? [one.text] : [],
    );
  // The Agents SDK has the summary under `content`, and what was thought under `rawContent`.
  const ofAgents = arrayOf(item.content).some((part) => isRecord(part) && part.type === "input_text");
  const content = textsOf(ofAgents ? item.rawContent : item.content);
  const summary = textsOf(ofAgents ? item.content : item.summary);
  const encrypted = item.encrypted_content ?? objectOf(item.providerData).encryptedContent;
  const hidden = typeof encrypted === "string" && encrypted !== "" ? { hidden: 1 } : {};
  if (content.length > 0) return { text: content.join("\n\n") };
  if (summary.length > 0) return { text: summary.join("\n\n"), isSummary: true };
  return "hidden" in hidden ? { text: "", ...hidden } : undefined;
}

/** What stands beside the content of an assistant's message: `reasoning_content`, `reasoning`, `reasoning_details`, `thinking`. */
export function reasoningBeside(fields: Fields): Reasoning | undefined {
  const { reasoning_content: content, reasoning, thinking, reasoning_details: details } = fields;
  for (const text of [content, reasoning, thinking]) if (typeof text === "string" && text !== "") return { text };
  if (isRecord(reasoning)) {
    const item = itemReasoning(reasoning);
    if (item) return item;
  }
  return joinedReasoning(arrayOf(details).map((detail) => (isRecord(detail) ? openRouter(detail) : undefined)));
}

function openRouter({ type, text, summary, signature }: Fields): Reasoning | undefined {
  if (type === "reasoning.encrypted") return { text: "", hidden: 1 };
  if (type === "reasoning.summary" && typeof summary === "string") return { text: summary, isSummary: true };
  return type === "reasoning.text" ? written(text, signature) : undefined;
}

function written(text: unknown, signature: unknown): Reasoning | undefined {
  const signed = typeof signature === "string" && signature !== "" ? { signature } : {};
  if (typeof text !== "string" || text === "") return "signature" in signed ? { text: "", hidden: 1 } : undefined;
  return { text, ...signed };
}
