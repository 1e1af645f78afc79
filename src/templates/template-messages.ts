import { parseExact } from "../internal/exact-json.js";
import { isRecord } from "../internal/is-record.js";

/** How a template wants what OpenAI's rows have in one form only. */
export interface MessageForms {
  /** Arguments of calls as the object that they are, or as JSON text. */
  readonly arguments: "object" | "text";
  /** Content as parts where the row has parts, or as text always. */
  readonly content: "text" | "parts";
}

/** What is right for all templates but a few. */
export const USUAL_FORMS: MessageForms = { arguments: "object", content: "text" };

/** A part of a content: images are in the row as addresses, and templates know them as marks. */
type Part = Record<string, unknown>;

/**
 * The messages of a row in the form of chat templates: text in the place of text parts, a refusal as the words of the
 * answer, arguments as objects, no weights. Trainers that render rows are written the same messages.
 */
export function toTemplateMessages(messages: readonly unknown[], forms: MessageForms = USUAL_FORMS): object[] {
  return messages.filter(isRecord).map((message) => toTemplateMessage(message, forms));
}

function toTemplateMessage(message: Record<string, unknown>, forms: MessageForms = USUAL_FORMS): object {
  const kept = { ...message };
  delete kept.weight;
  delete kept.refusal;
  const content = contentOf(message.content, message.refusal, forms.content);
  // An answer that is calls alone has no content; some templates join what is null to a text.
  if (content !== undefined || message.role === "assistant") kept.content = content ?? "";
  if (Array.isArray(message.tool_calls))
    kept.tool_calls = message.tool_calls.map((call: unknown) => withArguments(call, forms.arguments));
  return kept;
}

function contentOf(content: unknown, refusal: unknown, form: MessageForms["content"]): unknown {
  const words = typeof refusal === "string" ? refusal : "";
  if (!Array.isArray(content)) {
    if (content === null || content === undefined || content === "")
      return words === "" ? (content ?? undefined) : words;
    return content;
  }
  const parts = (content as unknown[]).filter(isRecord).map(asText);
  if (form === "parts" || parts.some(({ type }) => type !== "text")) return parts;
  return parts.map(({ text }) => text).join("") || words;
}

/** A refusal is text for every template. */
function asText(part: Part): Part {
  return part.type === "refusal" ? { type: "text", text: part.refusal } : part;
}

function withArguments(call: unknown, form: MessageForms["arguments"]): unknown {
  if (!isRecord(call) || !isRecord(call.function)) return call;
  const given = call.function.arguments;
  if (form === "text" || typeof given !== "string") return call;
  return { ...call, function: { ...call.function, arguments: parsed(given) } };
}

/** What is not JSON stays the text that it is; the general checks report it. */
function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

/** Tools as templates want them: gpt-oss' raises for one without a description. */
export function toTemplateTools(tools: unknown): unknown[] | undefined {
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  return (tools as unknown[]).map((tool) => {
    if (!isRecord(tool) || !isRecord(tool.function)) return tool;
    const { name, description = "", ...rest } = tool.function;
    return { ...tool, function: { name, description, ...rest } };
  });
}
