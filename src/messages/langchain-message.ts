import { isRecord, objectOf } from "../internal/is-record.js";
import type { TrainingMessage } from "../types.js";
import { joinedText, readContent, resultContent } from "./content.js";
import { readFreeForm, sameJson } from "./free-form-json.js";
import { partsForAnthropic, withoutBlankTexts } from "./langchain-anthropic.js";
import { contentForPythonResponses, contentForResponses, readSentItems } from "./langchain-responses.js";
import { contentForCompletions, isStandard } from "./langchain-standard.js";
import { readLangChainCalls } from "./langchain-tool-calls.js";
import type { Origin, Reading } from "./reading.js";
import { assistantMessage, readRoleMessage } from "./role-message.js";
import { functionCall } from "./tool-call.js";
import { shown, Unreadable } from "./unreadable.js";

type Fields = Record<string, unknown>;

// The classes of LangChain.js and LangChain Python, and the `type` that stored and dumped messages have.
const KINDS = new Map<string, "system" | "human" | "ai" | "tool" | "function" | "chat">([
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
  reading: Reading,
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
      throw new Unreadable("invalid-message", `${shown(name)} is no known message class.`, path);
    read(kind, message.kwargs, output, `${path}.kwargs`, originOf(reading, message.id[0] === "langchain"));
    return true;
  }
  const kind = typeof message.type === "string" ? KINDS.get(message.type) : undefined;
  if (kind === undefined || ("role" in message && kind !== "chat")) return false;
  const fields = isRecord(message.data) ? message.data : message;
  read(kind, fields, output, isRecord(message.data) ? `${path}.data` : path, originOf(reading, true));
  return true;
}

// Written out: a spread for each message takes longer than all else that is done with it.
function originOf(
  { isAnswer, sentTo, isCallAlone, isEarly, isNameless, isStored }: Reading,
  isPython: boolean,
): Origin {
  return { isAnswer, sentTo, isCallAlone, isEarly, isNameless, isStored, isPython };
}

type Kind = "system" | "human" | "ai" | "tool" | "function" | "chat";

function read(kind: Kind, fields: Fields, output: TrainingMessage[], path: string, origin: Origin): void {
  const traced = bodyOf(fields);
  const body =
    typeof traced === "string" || origin.isAnswer === true ? traced : contentAsSent(kind, traced, fields, path, origin);
  const extra = objectOf(fields.additional_kwargs);
  switch (kind) {
    case "ai":
      readAnswer(fields, body, extra, output, path, origin);
      return;
    case "chat":
      readChatMessage(fields, body, extra, output, path, origin);
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
      readRoleMessage({ role, content: body, name: nameOf(fields, extra, origin) }, output, path);
    }
  }
}

function readChatMessage(
  fields: Fields,
  body: unknown,
  extra: Fields,
  output: TrainingMessage[],
  path: string,
  origin: Origin,
): void {
  // A stream of a server that leaves the role out.
  const role = origin.isAnswer === true ? (fields.role ?? "assistant") : fields.role;
  const content = origin.isCallAlone === true && isRecord(extra.function_call) ? "" : body;
  const name = nameOf(fields, extra, origin);
  // Python sends the text alone. Written out for the same reason as above.
  const message = origin.isPython
    ? { role, content, name }
    : {
        role,
        content,
        name,
        tool_calls: extra.tool_calls,
        function_call: extra.function_call,
        tool_call_id: fields.tool_call_id,
      };
  readRoleMessage(message, output, path);
}

// The name as it is sent: Python takes another where the message has none.
function nameOf(fields: Fields, extra: Fields, { isNameless, isPython, sentTo }: Origin): unknown {
  if (isNameless === true || (!isPython && sentTo === "completions" && isStandard(fields))) return undefined;
  return isPython ? (fields.name ?? extra.name) : fields.name;
}

// What a client does to parts on their way, which the trace does not show.
function contentAsSent(
  kind: Kind,
  body: unknown,
  fields: Fields,
  path: string,
  { sentTo, isPython, isEarly }: Origin,
): unknown {
  if (sentTo === "anthropic") {
    if (kind === "system" || (!isPython && (isEarly === true || (kind === "ai" && isStandard(fields))))) return body;
    return isPython ? withoutBlankTexts(body) : partsForAnthropic(body);
  }
  if (isPython) return sentTo === "responses" ? contentForPythonResponses(kind, body, path, isEarly === true) : body;
  if (sentTo === "completions" && isStandard(fields)) return contentForCompletions(kind, body);
  return sentTo === "responses" && kind !== "ai" ? contentForResponses(kind, body, fields, `${path}.content`) : body;
}

// A message made from `contentBlocks` has no content.
function bodyOf(fields: Fields): unknown {
  const content = originalContent(fields) ?? fields.content;
  const blocks = fields.content_blocks ?? fields.contentBlocks;
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

// `name` is left out: agents write their own into it ("model"), and it is no part of the answer.
function readAnswer(
  fields: Fields,
  body: unknown,
  extra: Fields,
  output: TrainingMessage[],
  path: string,
  origin: Origin,
): void {
  if (isRecord(extra.audio)) throw new Unreadable("unsupported-content", "The assistant's message is a sound.", path);
  if (origin.isAnswer === true && isFilled(extra.tool_outputs) && extra.tool_outputs.some(isGeneratedImage)) {
    throw new Unreadable(
      "unsupported-content",
      "The assistant's message holds an image.",
      `${path}.additional_kwargs.tool_outputs`,
    );
  }
  if (origin.isAnswer !== true && origin.sentTo === "responses" && readSentItems(fields, body, output, path, origin))
    return;
  const calls = readLangChainCalls(fields, body, extra, path, origin);
  // Gemini's models note their last call there too; other APIs than OpenAI's first have no such calls.
  const hasLegacy =
    calls.length === 0 &&
    isRecord(extra.function_call) &&
    (origin.isAnswer === true || (origin.sentTo !== "responses" && origin.sentTo !== "anthropic"));
  const legacy = hasLegacy ? functionCall(extra.function_call, `${path}.additional_kwargs.function_call`) : undefined;
  // Calls among the parts can be half of a stream; they are only read where nothing else has them.
  const said = origin.isCallAlone === true && (legacy !== undefined || isFilled(fields.tool_calls)) ? "" : body;
  const content =
    typeof said === "string"
      ? said
      : readContent(calls.length > 0 || legacy ? withoutCalls(said) : said, `${path}.content`);
  // An earlier refusal is only sent back to the Responses API.
  const refusal =
    typeof extra.refusal === "string" && (origin.isAnswer === true || origin.sentTo === "responses")
      ? extra.refusal
      : undefined;
  output.push(assistantMessage(content, calls, { legacy, refusal, path }));
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
