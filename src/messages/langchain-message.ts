import { isRecord, objectOf } from "../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../types.js";
import { joinedText, readContent, resultContent, type Content } from "./content.js";
import { readFreeForm } from "./free-form-json.js";
import { readLangChainCalls } from "./langchain-tool-calls.js";
import { reasoningBeside } from "./reasoning.js";
import type { Reading } from "./reading.js";
import { assistantMessage, readRoleMessage } from "./role-message.js";
import { langchainJs } from "./senders/langchain-js.js";
import { langchainPython } from "./senders/langchain-python.js";
import type { MessageKind, Sender } from "./senders/sender.js";
import { functionCall } from "./tool-call.js";
import { refusesUnknownFields } from "./unknown-fields.js";
import { shown, Unreadable } from "./unreadable.js";
import { sameJson } from "../internal/same-json.js";

type Fields = Record<string, unknown>;

// The classes of LangChain.js and LangChain Python, and the `type` that stored and dumped messages have.
const KINDS = new Map<string, MessageKind>([
  ["SystemMessage", "system"],
  ["SystemMessageChunk", "system"],
  ["system", "system"],
  ["HumanMessage", "human"],
  ["HumanMessageChunk", "human"],
  ["human", "human"],
  ["AIMessage", "ai"],
  ["AIMessageChunk", "ai"],
  ["ai", "ai"],
  ["ToolMessage", "tool"],
  ["ToolMessageChunk", "tool"],
  ["tool", "tool"],
  ["FunctionMessage", "function"],
  ["FunctionMessageChunk", "function"],
  ["function", "function"],
  ["ChatMessage", "chat"],
  ["ChatMessageChunk", "chat"],
  ["chat", "chat"],
  ["generic", "chat"],
]);

/**
 * A LangChain message, in OpenAI's form: `{ lc, type: "constructor", id, kwargs }` of either language,
 * stored (`{ type, data }`), or flat (`{ type, content, … }`). Only the known classes are read, and of
 * them only the fields that were part of what the model saw or said. Returns false for anything else.
 */
export function readLangChainMessage(
  message: Fields,
  output: TrainingMessage[],
  path: string,
  { isAnswer = false, sender }: Reading,
): boolean {
  if (message.lc === 1 || message.lc === 2) {
    if (message.type !== "constructor" || !Array.isArray(message.id)) {
      throw new Unreadable(
        "invalid-message",
        `A serialized object of type ${shown(message.type)} stands where a message is expected.`,
        path,
      );
    }
    const name: unknown = message.id.at(-1);
    const kind = typeof name === "string" ? KINDS.get(name) : undefined;
    if (kind === undefined || !isRecord(message.kwargs))
      throw new Unreadable("invalid-message", `${shown(name)} is not a known message class.`, path);
    const language = message.id[0] === "langchain" ? langchainPython : langchainJs;
    read(kind, message.kwargs, output, `${path}.kwargs`, isAnswer, sender ?? language);
    return true;
  }
  const kind = typeof message.type === "string" ? KINDS.get(message.type) : undefined;
  if (kind === undefined || ("role" in message && kind !== "chat")) return false;
  const fields = isRecord(message.data) ? message.data : message;
  read(kind, fields, output, isRecord(message.data) ? `${path}.data` : path, isAnswer, sender ?? langchainPython);
  return true;
}

const checkFields = refusesUnknownFields({
  code: "invalid-message",
  holder: "A message",
  meaningful: /^(?!lc_).*(?:call|tool|function|content|block|part|text|attach|image|file)/i,
  known: new Set([
    "content",
    "content_blocks",
    "contentBlocks",
    "tool_calls",
    "invalid_tool_calls",
    "tool_call_chunks",
    "tool_call_id",
    "artifact",
  ]),
});

function read(
  kind: MessageKind,
  fields: Fields,
  output: TrainingMessage[],
  path: string,
  isAnswer: boolean,
  sender: Sender,
): void {
  checkFields(fields, path);
  const traced = bodyOf(fields, path);
  const body = typeof traced === "string" || isAnswer ? traced : sender.content(kind, traced, fields, path);
  const extra = objectOf(fields.additional_kwargs);
  switch (kind) {
    case "ai":
      if (isAnswer) output.push(readAnswer(fields, body, extra, path));
      else if (!sender.items(fields, body, output, path))
        output.push(readEarlierAnswer(fields, body, extra, path, sender));
      return;
    case "chat":
      readChatMessage(fields, body, extra, output, path, isAnswer, sender);
      return;
    case "tool":
      if (typeof fields.tool_call_id !== "string" || fields.tool_call_id === "") {
        throw new Unreadable("invalid-tool-call", "A tool message does not say which call it answers.", path);
      }
      output.push({ role: "tool", content: resultContent(body, `${path}.content`), tool_call_id: fields.tool_call_id });
      return;
    case "function": {
      if (typeof fields.name !== "string" || fields.name === "")
        throw new Unreadable("invalid-message", "A function message has no name.", path);
      const content = resultContent(body, `${path}.content`);
      output.push({
        role: "function",
        name: fields.name,
        content: typeof content === "string" ? content : joinedText(content, path),
      });
      return;
    }
    case "human":
    case "system": {
      if (body === undefined || body === null)
        throw new Unreadable("invalid-message", "A message has no content.", path);
      const role = kind === "human" ? "user" : extra.__openai_role__ === "developer" ? "developer" : "system";
      readRoleMessage({ role, content: body, name: sender.name(fields, extra) }, output, path);
    }
  }
}

function readChatMessage(
  fields: Fields,
  body: unknown,
  extra: Fields,
  output: TrainingMessage[],
  path: string,
  isAnswer: boolean,
  sender: Sender,
): void {
  const message = sender.roleMessage(fields, body, extra);
  // A stream of a server that leaves the role out.
  if (isAnswer) message.role ??= "assistant";
  message.name = sender.name(fields, extra);
  readRoleMessage(message, output, path);
}

// A message made from `contentBlocks` has no content.
function bodyOf(fields: Fields, path: string): unknown {
  const content = originalContent(fields) ?? fields.content;
  const blocks = fields.content_blocks ?? fields.contentBlocks;
  if (!("content" in fields) && blocks === undefined)
    throw new Unreadable("invalid-message", "A message has no content.", path);
  if (
    Array.isArray(blocks) &&
    (content === undefined || content === null || (Array.isArray(content) && content.length === 0))
  )
    return blocks;
  return isRecord(content) && "__lc_escaped__" in content ? readFreeForm(content, "content") : content;
}

/**
 * LangChain.js traces the first block with data (an image, but also a sound or a document) as a
 * plain `image_url`, and the message as it was under `lc_kwargs`. Its content is taken where it
 * differs from the traced one in such blocks alone.
 */
function originalContent({ content, lc_kwargs: copy }: Fields): unknown[] | undefined {
  if (!Array.isArray(content) || !isRecord(copy) || !isRecord(copy.lc_kwargs)) return undefined;
  const original = copy.lc_kwargs.content;
  if (!Array.isArray(original) || original.length !== content.length) return undefined;
  const isSame = original.every(
    (part: unknown, index) =>
      (isRecord(part) && typeof part.source_type === "string") || sameJson(part, content[index]),
  );
  return isSame ? original : undefined;
}

// `name` is left out: agents write their own into it ("model"), and it is not part of the answer.
function readAnswer(fields: Fields, body: unknown, extra: Fields, path: string): AssistantTrainingMessage {
  checkSound(extra, path);
  if (isFilled(extra.tool_outputs) && extra.tool_outputs.some(isGeneratedImage)) {
    throw new Unreadable(
      "unsupported-content",
      "The assistant's message holds an image.",
      `${path}.additional_kwargs.tool_outputs`,
    );
  }
  const calls = readLangChainCalls(fields, body, extra, path, undefined);
  // Gemini's models note their last call there too.
  const legacy = calls.length === 0 ? legacyCall(extra, path) : undefined;
  return assistantMessage(contentOf(body, calls, legacy, path), calls, {
    legacy,
    refusal: refusalIn(extra),
    reasoning: reasoningBeside(extra),
    path,
  });
}

function readEarlierAnswer(
  fields: Fields,
  body: unknown,
  extra: Fields,
  path: string,
  sender: Sender,
): AssistantTrainingMessage {
  checkSound(extra, path);
  const calls = readLangChainCalls(fields, body, extra, path, sender);
  const legacy = calls.length === 0 && sender.sendsLegacyCalls ? legacyCall(extra, path) : undefined;
  const isTextSent = sender.sendsTextBesideCalls || (legacy === undefined && !isFilled(fields.tool_calls));
  const content = contentOf(isTextSent ? body : "", calls, legacy, path);
  return assistantMessage(content, calls, {
    legacy,
    refusal: sender.sendsRefusals ? refusalIn(extra) : undefined,
    path,
  });
}

function checkSound(extra: Fields, path: string): void {
  if (isRecord(extra.audio)) throw new Unreadable("unsupported-content", "The assistant's message is a sound.", path);
}

type LegacyCall = ReturnType<typeof functionCall>;

function legacyCall({ function_call: call }: Fields, path: string): LegacyCall | undefined {
  return isRecord(call) ? functionCall(call, `${path}.additional_kwargs.function_call`) : undefined;
}

function refusalIn({ refusal }: Fields): string | undefined {
  return typeof refusal === "string" ? refusal : undefined;
}

// Calls among the parts can be half of a stream; they are only read where nothing else has them.
function contentOf(
  body: unknown,
  calls: readonly unknown[],
  legacy: LegacyCall | undefined,
  path: string,
): string | Content {
  if (typeof body === "string") return body;
  return readContent(calls.length > 0 || legacy ? withoutCalls(body) : body, `${path}.content`);
}

const CALL_PARTS = new Set<unknown>([
  "tool_use",
  "tool_call",
  "tool_call_chunk",
  "invalid_tool_call",
  "function_call",
  "functionCall",
  "tool-call",
  "input_json_delta",
]);

function isFilled(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

// Before 1.0 the images that OpenAI made stand beside the content.
function isGeneratedImage(item: unknown): boolean {
  return isRecord(item) && item.type === "image_generation_call" && typeof item.result === "string";
}

// Gemini's before 1.0 have no type.
function isCallPart({ type, functionCall: call }: Fields): boolean {
  return CALL_PARTS.has(type) || (type === undefined && isRecord(call));
}

function withoutCalls(body: unknown): unknown {
  return Array.isArray(body) ? body.filter((part) => !isRecord(part) || !isCallPart(part)) : body;
}
