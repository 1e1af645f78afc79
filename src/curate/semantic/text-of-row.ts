import { InvalidOptionError } from "../../errors.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import { unpairedMessages } from "../../internal/row-kind.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import { sourceOf } from "../../source.js";
import type { TrainingExample } from "../../types.js";
import type { EmbeddingSettings } from "./embedding-settings.js";

/** Makes the function that says what is embedded of a row. */
export function createTextOf(
  text: EmbeddingSettings["text"] = "conversation",
  option: string,
): (row: object) => string {
  if (typeof text === "function")
    return (row) => {
      const given: unknown = text(row as TrainingExample, sourceOf(row));
      if (typeof given === "string") return given;
      throw new InvalidOptionError({
        option,
        value: given,
        message: `The function given as ${option} must return a text; it returned ${given === null ? "null" : typeof given}.`,
      });
    };
  if (text === "answer")
    return (row) =>
      partsOf(row)
        .answer.map((message) => wordsOf(message, false))
        .join("\n");
  if (text === "prompt")
    return (row) =>
      partsOf(row)
        .prompt.map((message) => wordsOf(message, true))
        .join("\n");
  return (row) => {
    const { prompt, answer } = partsOf(row);
    return [...prompt, ...answer].map((message) => wordsOf(message, true)).join("\n");
  };
}

/** The pictures of a row, which no embeddings of texts see. */
export function picturesOf(row: object): string {
  const { prompt, answer } = partsOf(row);
  const contents = [...prompt, ...answer].flatMap(({ content }) => arrayOf(content));
  return JSON.stringify(contents.filter((part) => isRecord(part) && part.type !== "text"));
}

/** What a pair or an unpaired row says of its answers, which must be the same: it is the comparison that is learned. Nothing for other rows. */
export function outputsOf(row: object): string {
  if ("messages" in row) return "";
  const { label, completion, preferred_output, non_preferred_output } = row as Record<string, unknown>;
  return stableStringify({ label, completion, preferred_output, non_preferred_output });
}

type Messages = Record<string, unknown>[];

/** The messages of a row but those of the system, before and from the last answer on. Of a pair the preferred answer. */
function partsOf(row: object): { prompt: Messages; answer: Messages } {
  if ("messages" in row) {
    const messages = spoken(arrayOf(row.messages));
    const last = messages.findLastIndex(({ role }) => role === "assistant");
    return last < 0
      ? { prompt: messages, answer: [] }
      : { prompt: messages.slice(0, last), answer: messages.slice(last) };
  }
  if ("completion" in row) {
    const { prompt, completion } = row as { prompt?: unknown; completion?: unknown };
    return {
      prompt: spoken(unpairedMessages(prompt, "user")),
      answer: spoken(unpairedMessages(completion, "assistant")),
    };
  }
  const { input, preferred_output: preferred } = row as { input?: unknown; preferred_output?: unknown };
  return {
    prompt: spoken(isRecord(input) ? arrayOf(input.messages) : []),
    answer: spoken(arrayOf(preferred)),
  };
}

const spoken = (messages: readonly unknown[]): Messages =>
  messages.filter(isRecord).filter(({ role }) => role !== "system" && role !== "developer");

function wordsOf(message: Record<string, unknown>, named: boolean): string {
  const { role, content, tool_calls: toolCalls, function_call: functionCall } = message;
  const texts =
    typeof content === "string"
      ? [content]
      : arrayOf(content).map((part) => (isRecord(part) && typeof part.text === "string" ? part.text : ""));
  const calls = [...arrayOf(toolCalls).map((call) => (isRecord(call) ? call.function : undefined)), functionCall];
  for (const call of calls)
    if (isRecord(call)) texts.push(`${String(call.name)}(${typeof call.arguments === "string" ? call.arguments : ""})`);
  const words = texts.filter((text) => text.trim() !== "").join("\n");
  return words === "" || !named ? words : `${String(role)}: ${words}`;
}
