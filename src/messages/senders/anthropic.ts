import { isRecord } from "../../internal/is-record.js";
import type { ContentPart, TrainingMessage, TrainingToolCall } from "../../types.js";
import { parseExactJson } from "../free-form-json.js";
import { argumentsText, readParsedCall, toolCall } from "../tool-call.js";
import { Unreadable } from "../unreadable.js";
import { langchainJs } from "./langchain-js.js";
import { langchainPython } from "./langchain-python.js";
import { nameless } from "./nameless.js";
import type { KeptCalls, Sender } from "./sender.js";
import { isStandard, standardCalls } from "./standard-blocks.js";

type Fields = Record<string, unknown>;

/** `isEarly` is a version from before it named itself in the run. */
interface Version {
  isEarly: boolean;
}

/** `@langchain/anthropic`. */
export function anthropicOfJs({ isEarly }: Version): Sender {
  return nameless({
    ...langchainJs,
    content: (kind, body, fields) =>
      kind === "system" || isEarly || (kind === "ai" && isStandard(fields)) ? body : partsForAnthropic(body),
    calls: (kept) => {
      const blocks = standardCalls(kept.fields, kept.body);
      return blocks.length > 0
        ? blocks.map((call, index) => readParsedCall(call, `${kept.path}.content[${index}]`))
        : callsForAnthropic(kept, { isPython: false, isEarly });
    },
    sendsLegacyCalls: false,
    conversation: (messages) => messagesForAnthropic(messages, { isPython: false, isEarly }),
  });
}

/** `langchain-anthropic`. */
export function anthropicOfPython({ isEarly }: Version): Sender {
  return nameless({
    ...langchainPython,
    content: (kind, body) => (kind === "system" ? body : withoutBlankTexts(body)),
    calls: (kept) => callsForAnthropic(kept, { isPython: true, isEarly }),
    sendsLegacyCalls: false,
    conversation: (messages) => messagesForAnthropic(messages, { isPython: true, isEarly }),
  });
}

interface Client extends Version {
  isPython: boolean;
}

/**
 * The calls of an earlier answer as they are sent to Anthropic: first those among the content, in
 * LangChain.js as the model wrote them, whatever `tool_calls` has become since, and in LangChain
 * Python as `tool_calls` has them; then those that `tool_calls` alone has, which early versions of
 * LangChain.js leave out. Python sends broken arguments as none.
 */
function callsForAnthropic(
  { body, parsed, broken, path }: KeptCalls,
  { isPython, isEarly }: Client,
): TrainingToolCall[] {
  const calls: TrainingToolCall[] = [];
  const sent = new Set<unknown>();
  const add = (id: unknown, name: unknown, input: unknown, at: string) => {
    sent.add(id);
    calls.push(toolCall(id, name, argumentsText(input, at), at));
  };
  if (Array.isArray(body)) {
    body.forEach((part: unknown, index) => {
      if (!isRecord(part) || part.type !== "tool_use") return;
      const at = `${path}.content[${index}]`;
      const call = parsed.find((each) => isRecord(each) && each.id === part.id) as Fields | undefined;
      const isParsed = call !== undefined && (isPython || (typeof part.input === "string" && !isEarly));
      add(part.id, isParsed ? call.name : part.name, isParsed ? call.args : inputOf(part, body), at);
    });
  }
  if (isEarly && !isPython && Array.isArray(body)) return calls;
  parsed.forEach((call, index) => {
    if (!isRecord(call) || !sent.has(call.id))
      add(
        isRecord(call) ? call.id : undefined,
        isRecord(call) ? call.name : undefined,
        isRecord(call) ? call.args : undefined,
        `${path}.tool_calls[${index}]`,
      );
  });
  if (!isPython || isEarly) return calls;
  for (const call of broken) {
    if (isRecord(call) && call.id && call.name && !sent.has(call.id))
      add(call.id, call.name, objectIn(call.args), `${path}.invalid_tool_calls`);
  }
  return calls;
}

// Of a stream the input can be a text, and its pieces stand in parts of the same index.
function inputOf(part: Fields, body: readonly unknown[]): unknown {
  if (isRecord(part.input) && (Object.keys(part.input).length > 0 || part.partial_json === undefined))
    return part.input;
  if (typeof part.partial_json === "string") return objectIn(part.partial_json);
  if (typeof part.input !== "string") return part.input;
  const pieces = body.map((each) =>
    isRecord(each) && each.type === "input_json_delta" && each.index === part.index && typeof each.input === "string"
      ? each.input
      : "",
  );
  return objectIn(part.input + pieces.join(""));
}

function objectIn(text: unknown): Fields {
  const value = typeof text === "string" ? parseExactJson(text)?.value : undefined;
  return isRecord(value) ? value : {};
}

/** The parts of a message that LangChain Python sends to Anthropic: without blank texts. */
function withoutBlankTexts(body: unknown): unknown {
  return Array.isArray(body)
    ? body.filter(
        (part) => !isRecord(part) || part.type !== "text" || typeof part.text !== "string" || part.text.trim() !== "",
      )
    : body;
}

// Parts of other APIs and standard blocks, which LangChain.js leaves out on the way to Anthropic.
const UNSENT = new Set<unknown>([
  "text-plain",
  "input_text",
  "output_text",
  "input_image",
  "input_audio",
  "audio",
  "video",
  "reasoning",
  "refusal",
  "non_standard",
]);

/**
 * The parts of a message that LangChain.js sends to Anthropic, since it names its version in the run
 * (`_formatContentBlocks` of `@langchain/anthropic` 1.4 and 1.5): parts that it does not know are
 * left out, and an image in a block with a `source_type` goes twice, the second time as a JPEG.
 */
function partsForAnthropic(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  const sent: unknown[] = body.some(isUnsent) ? body.filter((part) => !isUnsent(part)) : body;
  if (!sent.some(isOldImage)) return sent;
  return sent.flatMap((part: unknown) =>
    isOldImage(part) && part.source_type !== "id" ? [part, { ...part, mime_type: "image/jpeg" }] : [part],
  );
}

function isUnsent(part: unknown): boolean {
  return isRecord(part) && UNSENT.has(part.type) && typeof part.source_type !== "string";
}

function isOldImage(part: unknown): part is Fields {
  return isRecord(part) && part.type === "image" && typeof part.source_type === "string";
}

/**
 * Messages in the order and number in which they are sent to Anthropic (`_convertMessagesToAnthropicPayload`
 * of `@langchain/anthropic` 1.5, `_format_messages` of `langchain-anthropic` 1.7): the leading system
 * messages are one; in Python a later one came first in early versions, and now goes where the model
 * allows it, neighbours of the user are one too, an empty answer is left out, and
 * the beginning of an answer loses the white space at its end.
 */
function messagesForAnthropic(messages: readonly TrainingMessage[], { isPython, isEarly }: Client): TrainingMessage[] {
  const sent: TrainingMessage[] = [];
  // The message that the next one can join.
  let last: TrainingMessage | undefined;
  messages.forEach((message, index) => {
    const isLast = index === messages.length - 1;
    if (message.role === "system" && last?.role === "system" && (isPython || sent.length === 1)) {
      last.content = joined(last.content, message.content);
    } else if (isPython && message.role === "user" && last?.role === "user") {
      last.content = joined(last.content, message.content);
    } else if (isPython && !isLast && message.role === "assistant" && message.content === "" && !message.tool_calls) {
      last = undefined;
    } else {
      if (isPython && !isEarly && isLast && message.role === "assistant" && typeof message.content === "string")
        message.content = message.content.trimEnd();
      sent.push(message);
      last = message;
    }
  });
  const late = isPython && sent[0]?.role !== "system" ? sent.findIndex(({ role }) => role === "system") : -1;
  if (late > 0) {
    if (isEarly) return [...sent.slice(late, late + 1), ...sent.slice(0, late), ...sent.slice(late + 1)];
    throw new Unreadable(
      "unknown-shape",
      "A system message stands after others, and the run does not say where it was sent.",
      "inputs.messages",
    );
  }
  return sent;
}

function joined(first: string | ContentPart[], second: string | ContentPart[]): ContentPart[] {
  return [...partsOf(first), ...partsOf(second)];
}

function partsOf(content: string | ContentPart[]): ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
