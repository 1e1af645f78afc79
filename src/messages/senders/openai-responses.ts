import { isRecord, objectOf } from "../../internal/is-record.js";
import type { TrainingMessage } from "../../types.js";
import { readResponseItems } from "../response-items.js";
import { argumentsText, readParsedCall } from "../tool-call.js";
import { Unreadable } from "../unreadable.js";
import { langchainJs } from "./langchain-js.js";
import { langchainPython } from "./langchain-python.js";
import { nameless } from "./nameless.js";
import type { Sender } from "./sender.js";
import { isStandard, standardCalls } from "./standard-blocks.js";

type Fields = Record<string, unknown>;

/**
 * `@langchain/openai` to the Responses API. `isStored` says that the service keeps responses, as it does
 * by default: then the items of earlier answers go as they came, whatever became of the message.
 */
export function responsesOfJs({ isStored }: { isStored: boolean }): Sender {
  return nameless({
    ...langchainJs,
    content: (kind, body, fields, path) =>
      kind === "ai" ? body : contentForResponses(kind, body, fields, `${path}.content`),
    items: (fields, body, output, path) => sendsStoredItems(fields, body, output, path, isStored),
    calls: (kept) => {
      const blocks = standardCalls(kept.fields, kept.body);
      return blocks.length > 0
        ? blocks.map((call, index) => readParsedCall(call, `${kept.path}.content[${index}]`))
        : langchainJs.calls(kept);
    },
    sendsLegacyCalls: false,
    sendsRefusals: true,
  });
}

/** `langchain-openai` to the Responses API; `isEarly` before version 1. */
export function responsesOfPython({ isEarly }: { isEarly: boolean }): Sender {
  return nameless({
    ...langchainPython,
    content: (kind, body, _fields, path) => contentForPythonResponses(kind, body, path, isEarly),
    items: sendsItemParts,
    sendsLegacyCalls: false,
    sendsRefusals: true,
  });
}

/**
 * The content of a message as LangChain.js sends it to OpenAI's Responses API, where that differs
 * from what the trace holds (`convertMessagesToResponsesInput` of `@langchain/openai` 1.5): a tool's
 * answer in parts goes as the JSON text of the parts, an image gets the detail `auto`, and parts that
 * the client does not know are left out.
 */
function contentForResponses(kind: string, body: unknown, fields: Fields, path: string): unknown {
  if (!Array.isArray(body)) return body;
  const standard = isStandard(fields);
  if (kind !== "tool")
    return body.filter((part) => isSent(part, standard)).map((part: unknown) => withDetail(part, standard));
  if (standard)
    throw new Unreadable(
      "invalid-message",
      "The client sends a tool's answer in standard blocks as a message of the assistant.",
      path,
    );
  return body.every(isNativePart) ? body : argumentsText(body, path);
}

// Of standard blocks those that no row can hold stay, to be refused.
function isSent(part: unknown, isStandard: boolean): boolean {
  if (!isRecord(part)) return true;
  if (isStandard) return part.type !== "reasoning" && part.type !== "audio";
  return SENT.has(part.type) || typeof part.source_type === "string";
}

const SENT = new Set<unknown>(["text", "image_url", "input_text", "input_image", "input_file"]);

function withDetail(part: unknown, isStandard: boolean): unknown {
  if (!isRecord(part)) return part;
  if (part.type === "image_url" && typeof part.image_url === "string")
    return { type: part.type, image_url: { url: part.image_url, detail: "auto" } };
  if (!isStandard || part.type !== "image") return part;
  return { ...part, metadata: { detail: "auto", ...(isRecord(part.metadata) && part.metadata) } };
}

// Of LangChain Python: parts that it forwards, or writes in OpenAI's form first.
const SENT_BY_PYTHON = new Set<unknown>([...SENT, "file", "image", "non_standard"]);

/**
 * A message's content as LangChain Python sends it (`_construct_responses_api_input` of `langchain-openai` 1.7): parts that
 * it does not know are left out, and before version 1 a tool's answer with such parts was a text that
 * Python wrote.
 */
function contentForPythonResponses(kind: string, body: unknown, path: string, isEarly: boolean): unknown {
  if (!Array.isArray(body) || kind === "ai" || body.every((part) => isRecord(part) && SENT_BY_PYTHON.has(part.type)))
    return body;
  if (kind !== "tool") return body.filter((part) => !isRecord(part) || SENT_BY_PYTHON.has(part.type));
  if (!isEarly) return body;
  throw new Unreadable(
    "unsupported-content",
    "The client sends the parts of a tool's answer as a text that is not in the run.",
    `${path}.content`,
  );
}

function isNativePart(part: unknown): boolean {
  return isRecord(part) && (part.type === "input_text" || part.type === "input_image" || part.type === "input_file");
}

/**
 * An earlier answer as the items that LangChain Python sends for it: one message for each id among the
 * texts, and of a call the item in the content before the parsed one. False where the message itself
 * is sent.
 */
function sendsItemParts(fields: Fields, body: unknown, output: TrainingMessage[], path: string): boolean {
  const { output_version: version } = objectOf(fields.response_metadata);
  if (!Array.isArray(body) || body.length === 0 || version === "v1" || !body.every(isItemPart)) return false;
  readResponseItems(itemsOf(fields, body), output, `${path}.content`);
  return true;
}

/** True where LangChain.js sends the stored items: it sends the items of the response as they came. */
function sendsStoredItems(
  fields: Fields,
  body: unknown,
  output: TrainingMessage[],
  path: string,
  isStored: boolean,
): boolean {
  const { output: items, output_version: version } = objectOf(fields.response_metadata);
  if (version === "v1") {
    if (Array.isArray(body) && body.some((part) => isRecord(part) && part.type === "server_tool_call")) {
      throw new Unreadable(
        "invalid-tool",
        "The client sends the calls of OpenAI's own tools as calls of functions.",
        `${path}.content`,
      );
    }
    return false;
  }
  if (
    !isStored ||
    !Array.isArray(items) ||
    items.length === 0 ||
    !items.every((item) => isRecord(item) && "type" in item)
  )
    return false;
  readResponseItems(items, output, `${path}.response_metadata.output`);
  return true;
}

// Reasoning and the calls of OpenAI's own tools are not part of a row, and of an unknown part nothing is known.
const ITEM_PARTS = new Set<unknown>([
  "text",
  "output_text",
  "refusal",
  "function_call",
  "reasoning",
  "web_search_call",
  "file_search_call",
  "code_interpreter_call",
  "mcp_call",
  "mcp_list_tools",
]);

function isItemPart(part: unknown): part is Fields {
  return isRecord(part) && ITEM_PARTS.has(part.type);
}

function itemsOf(fields: Fields, body: readonly Fields[]): Fields[] {
  const items: Fields[] = [];
  const messages = new Map<string, Fields[]>();
  const called = new Set<unknown>();
  for (const part of body) {
    if (part.type === "function_call") {
      called.add(part.call_id);
      items.push(part);
    } else if (part.type === "refusal" || typeof part.text === "string") {
      // Messages of 0.3 have their item's id as their own.
      const id =
        typeof part.id === "string"
          ? part.id
          : typeof fields.id === "string" && fields.id.startsWith("msg_")
            ? fields.id
            : undefined;
      const known = id === undefined ? undefined : messages.get(id);
      if (known) {
        known.push(part);
      } else {
        const content = [part];
        if (id !== undefined) messages.set(id, content);
        items.push({ type: "message", role: "assistant", content });
      }
    }
  }
  for (const call of [fields.tool_calls, fields.invalid_tool_calls].flat()) {
    if (isRecord(call) && !called.has(call.id))
      items.push({ type: "function_call", call_id: call.id, name: call.name, arguments: call.args });
  }
  return items;
}
