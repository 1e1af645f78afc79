import { isRecord, objectOf } from "../internal/is-record.js";
import type { ContentPart, ToolTrainingMessage, TrainingToolCall } from "../types.js";
import { readImage } from "./image.js";
import type { Reasoning } from "../reasoning.js";
import { isPieceOfThought, reasoningInPart } from "./reasoning.js";
import { argumentsText, givenArguments, toolCall } from "./tool-call.js";
import { refusesUnknownFields } from "./unknown-fields.js";
import { kindOf, shown, Unreadable } from "./unreadable.js";

/** What the content of a message holds, whichever dialect its parts are written in. */
export interface Content {
  parts: ContentPart[];
  /** Calls among the parts (Anthropic's `tool_use`, the AI SDK's `tool-call`, …). */
  calls: TrainingToolCall[];
  /** Results among the parts (Anthropic's `tool_result`, the AI SDK's `tool-result`), in order. */
  results: ToolTrainingMessage[];
  refusal?: string;
  /** What the model thought, piece by piece. */
  reasoning?: Reasoning[];
}

// What the model thought, and what its provider ran by itself and answered in the same turn: no
// part of a training row.
const DROPPED = new Set([
  "thinking",
  "redacted_thinking",
  "reasoning",
  "reasoning_content",
  "redacted-reasoning",
  "reasoning-file",
  "input_json_delta",
  "cache_point",
  "cachePoint",
  "server_tool_use",
  "server_tool_call",
  "server_tool_call_chunk",
  "server_tool_result",
  "server_tool_call_result",
  "web_search_call",
  "web_search_tool_result",
  "web_fetch_tool_result",
  "code_execution_tool_result",
  "bash_code_execution_tool_result",
  "text_editor_code_execution_tool_result",
  "tool_search_tool_result",
  "mcp_tool_use",
  "mcp_tool_result",
  "file_search_call",
  "code_interpreter_call",
  "mcp_call",
  "mcp_list_tools",
  "executable_code",
  "executableCode",
  "code_execution_result",
  "codeExecutionResult",
  "function_call_signature",
  "reference",
  "source",
  "step-start",
]);

/** Reads the content of a message. An unknown part is refused, never dropped. */
export function readContent(value: unknown, path: string): Content {
  const content: Content = { parts: [], calls: [], results: [] };
  if (typeof value === "string") {
    if (value !== "") content.parts.push({ type: "text", text: value });
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) readPart(value[index], content, `${path}[${index}]`);
  } else if (isRecord(value)) {
    readPart(value, content, path);
  } else if (value !== undefined && value !== null) {
    throw new Unreadable("invalid-message", `The content of a message is ${kindOf(value)}.`, path);
  }
  return content;
}

function readPart(part: unknown, content: Content, path: string): void {
  if (typeof part === "string") {
    content.parts.push({ type: "text", text: part });
    return;
  }
  if (!isRecord(part)) throw new Unreadable("invalid-message", `A part of the content is ${kindOf(part)}.`, path);
  // OpenInference has a call of Anthropic's beside its content.
  if (isRecord(part.tool_call) && isRecord(part.message_content)) {
    const { id, function: called } = part.tool_call;
    content.calls.push(
      toolCall(
        id,
        isRecord(called) ? called.name : undefined,
        isRecord(called) ? givenArguments(called, path) : undefined,
        path,
      ),
    );
    return;
  }
  const inner = part.message_content ?? part.__lc_escaped__ ?? (part.type === "non_standard" ? part.value : undefined);
  if (isRecord(inner) && !isRecord(inner.message_content ?? inner.__lc_escaped__)) {
    readPart(inner, content, path);
    return;
  }
  const { type } = part;
  const thought = reasoningInPart(part);
  if (thought) {
    const thoughts = (content.reasoning ??= []);
    const last = thoughts.at(-1);
    if (last && isPieceOfThought(part) && last.signature === undefined && last.hidden === undefined)
      thoughts[thoughts.length - 1] = { ...last, text: last.text + thought.text };
    else thoughts.push(thought);
    return;
  }
  switch (type) {
    case "text":
    case "input_text":
    case "output_text":
    case "text-plain":
      if (part.thought === true) return;
      content.parts.push({ type: "text", text: textOf(part.text ?? part.content, path) });
      return;
    case "image_url":
    case "input_image":
    case "image":
    case "file":
    case "input_file":
    case "media":
    case "blob":
    case "uri":
    case "binary":
    case "image-url":
      content.parts.push(readImage(part, path));
      return;
    case "guard_content":
      // Bedrock looks at it with its guardrail; the model sees it as text.
      content.parts.push({
        type: "text",
        text: textOf(part.text ?? objectOf(objectOf(part.guardContent).text).text, path),
      });
      return;
    case "json":
      // A result of Bedrock's Converse.
      content.parts.push({ type: "text", text: jsonText(part.json, path) });
      return;
    case "refusal":
      content.refusal = textOf(part.refusal ?? part.content, path);
      return;
    case "tool_use":
      // A broken stream leaves `input: ""` with the text in a stray part; the message's own tool_calls have it then.
      content.calls.push(toolCall(part.id, part.name, givenArguments(part, path), path));
      return;
    case "tool_call":
      content.calls.push(toolCall(part.id, part.name, givenArguments(part, path), path));
      return;
    case "function_call":
      content.calls.push(toolCall(part.call_id ?? part.id, part.name, givenArguments(part, path), path));
      return;
    case "tool-call":
      if (part.providerExecuted === true) return;
      content.calls.push(toolCall(part.toolCallId, part.toolName, givenArguments(part, path), path));
      return;
    case "tool_result":
      checkResult(part, path);
      content.results.push(toolResult(part.tool_use_id, part.content, path));
      return;
    case "tool-result":
      if (part.providerExecuted === true) return;
      checkResult(part, path);
      content.results.push({
        role: "tool",
        content: aiSdkResult(part, path),
        tool_call_id: idOf(part.toolCallId, path),
      });
      return;
    case "tool-error":
      if (part.providerExecuted === true) return;
      content.results.push({
        role: "tool",
        content: errorText(part.error, path),
        tool_call_id: idOf(part.toolCallId, path),
      });
      return;
    case "tool_call_response":
      checkResult(part, path);
      if (!("response" in part || "result" in part))
        throw new Unreadable("invalid-message", "A tool's answer has no response.", path);
      content.results.push(toolResult(part.id, part.response ?? part.result, path));
      return;
    default:
      if (typeof type === "string" && DROPPED.has(type)) return;
      // Bedrock's mark of where its cache ends.
      if (type === undefined && isRecord(part.cachePoint) && Object.keys(part).length === 1) return;
      if (type === undefined && typeof part.text === "string") {
        content.parts.push({ type: "text", text: part.text });
        return;
      }
      throw new Unreadable(
        "unsupported-content",
        `Content of type ${shown(type)} has no place in a training row.`,
        path,
      );
  }
}

/** The content of a message that neither calls nor answers tools: text in one piece, anything else as parts. */
export function readPlainContent(value: unknown, path: string): string | ContentPart[] {
  return typeof value === "string" ? value : textOrParts(readContent(value, path).parts);
}

/** Text-only content in one piece; anything else as parts. A single text is the same as a string. */
export function textOrParts(parts: ContentPart[]): string | ContentPart[] {
  if (parts.length === 0) return "";
  const first = parts[0];
  return parts.length === 1 && first?.type === "text" ? first.text : parts;
}

/** The text of a model's answer: its text parts are one text. Undefined where there are other parts. */
export function joinedText(parts: ContentPart[], path: string): string {
  let text = "";
  for (const part of parts) {
    if (part.type !== "text")
      throw new Unreadable("unsupported-content", "The assistant's message holds an image.", path);
    text += part.text;
  }
  return text;
}

/** The content of a tool's answer: text, parts, or any JSON, which the model is sent as text. */
export function resultContent(value: unknown, path: string): string | ContentPart[] {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.every((part) => isRecord(part) && typeof part.type === "string")) {
    return textOrParts(readContent(value, path).parts);
  }
  return typeof value === "object" ? argumentsText(value, path) : String(value);
}

const checkResult = refusesUnknownFields({
  code: "invalid-message",
  holder: "A tool's answer",
  meaningful: /output|result|response|content|value|text|data|body|error/i,
  known: new Set([
    "content",
    "response",
    "result",
    "output",
    "type",
    "is_error",
    "isError",
    "providerMetadata",
    "metadata",
  ]),
});

function toolResult(id: unknown, value: unknown, path: string): ToolTrainingMessage {
  return { role: "tool", content: resultContent(value, path), tool_call_id: idOf(id, path) };
}

function idOf(id: unknown, path: string): string {
  if (typeof id === "string" && id !== "") return id;
  throw new Unreadable("invalid-tool-call", "A tool's answer does not say which call it answers.", path);
}

function textOf(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw new Unreadable("invalid-message", `A text of the content is ${kindOf(value)}.`, path);
}

// As `@ai-sdk/openai` sends them: text as it is, everything else as JSON text.
function aiSdkResult(part: Record<string, unknown>, path: string): string {
  const output = part.output ?? part.result;
  if (
    !isRecord(output) ||
    typeof output.type !== "string" ||
    !("value" in output || output.type === "execution-denied")
  ) {
    return typeof output === "string" ? output : jsonText(output, path);
  }
  if (output.type === "execution-denied")
    return typeof output.reason === "string" ? output.reason : "Tool call execution denied.";
  return typeof output.value === "string" && output.type !== "json" && output.type !== "error-json"
    ? output.value
    : jsonText(output.value, path);
}

function errorText(error: unknown, path: string): string {
  return typeof error === "string" ? error : jsonText(error, path);
}

function jsonText(value: unknown, path: string): string {
  if (value === undefined || value === null) return "null";
  return typeof value === "object" ? argumentsText(value, path) : JSON.stringify(value);
}
