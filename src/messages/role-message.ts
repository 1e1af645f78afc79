import { isRecord } from "../internal/is-record.js";
import type {
  AssistantTrainingMessage,
  SystemTrainingMessage,
  TrainingMessage,
  TrainingToolCall,
  UserTrainingMessage,
} from "../types.js";
import { joinedText, readContent, readPlainContent, resultContent, textOrParts, type Content } from "./content.js";
import { type Reasoning, setReasoning } from "../reasoning.js";
import { joinedReasoning, reasoningBeside } from "./reasoning.js";
import { functionCall, readOpenAIToolCalls } from "./tool-call.js";
import { isFilled, refusesUnknownFields } from "./unknown-fields.js";
import { kindOf, shown, Unreadable } from "./unreadable.js";

const checkFields = refusesUnknownFields({
  code: "invalid-message",
  holder: "A message",
  // Not what was thought, nor the provider's own request and response once more.
  meaningful:
    /^(?!raw|reasoning|thinking).*(?:call|tool|function|invocation|actions?$|image|picture|photo|file|attach|media|audio|video|document|content|part|block)/i,
  known: new Set([
    "content",
    "parts",
    "contents",
    "tool_calls",
    "toolCalls",
    "tool_call_id",
    "toolCallId",
    "tool_use_id",
    "tool_name",
    "toolName",
    "function_call",
    // Looked at where they matter.
    "audio",
    "images",
    "files",
    "file_list",
  ]),
});

/**
 * A message with a role, as OpenAI, Anthropic, Gemini, the Vercel AI SDK and OpenTelemetry write
 * them, in OpenAI's form. One message can give several: Anthropic puts tool results into a user
 * message, the AI SDK several into one tool message.
 */
export function readRoleMessage(message: Record<string, unknown>, output: TrainingMessage[], path: string): void {
  const body = message.content ?? message.parts ?? message.contents;
  if (message.role === "tool") checkResultFields(message, path);
  else checkFields(message, path);
  checkContent(message, body, path);
  switch (message.role) {
    case "system":
    case "developer":
      output.push(named<SystemTrainingMessage>({ role: message.role, content: readPlainContent(body, path) }, message));
      return;
    case "user":
    case "human":
      readUser(message, body, output, path);
      return;
    case "assistant":
    case "ai":
    case "model":
      output.push(readAssistant(message, body, path));
      return;
    case "tool":
      readTool(message, body, output, path);
      return;
    case "function":
      if (typeof message.name !== "string" || message.name === "")
        throw new Unreadable("invalid-message", "A function message has no name.", path);
      output.push({ role: "function", name: message.name, content: functionContent(body, path) });
      return;
    case "reasoning":
      return;
    default:
      throw new Unreadable("invalid-message", `A message has the role ${shown(message.role)}.`, path);
  }
}

// A tool's answer may repeat the call that it answers.
const checkResultFields = refusesUnknownFields({
  code: "invalid-message",
  holder: "A tool's answer",
  meaningful:
    /^(?!raw).*(?:image|picture|photo|file|attach|media|audio|video|document|content|part|block|responses|results)/i,
  known: new Set(["content", "parts", "contents", "audio", "images", "files"]),
});

// A message without its content was cut, or has it under another name.
function checkContent(message: Record<string, unknown>, body: unknown, path: string): void {
  if (isFilled(message.text) && !isFilled(body))
    throw new Unreadable("invalid-message", "A message has a text in place of its content.", `${path}.text`);
  if ("content" in message || "parts" in message || "contents" in message) return;
  if (!SPOKEN.some((key) => isFilled(message[key])))
    throw new Unreadable("invalid-message", "A message has no content.", path);
}

const SPOKEN = ["tool_calls", "toolCalls", "function_call", "refusal", "reasoning_content", "reasoning"];

/** The parts of an assistant's message as one message. `calls` and `legacy` are those that stand beside the content. */
export function assistantMessage(
  content: string | Content,
  calls: TrainingToolCall[],
  {
    legacy,
    refusal,
    reasoning,
    path,
  }: {
    legacy?: { name: string; arguments: string };
    refusal?: string;
    /** What stands beside the content. */
    reasoning?: Reasoning;
    path: string;
  },
): AssistantTrainingMessage {
  const text = typeof content === "string" ? content : joinedText(content.parts, path);
  const toolCalls = calls.length > 0 || typeof content === "string" ? calls : content.calls;
  if (legacy && toolCalls.length > 0)
    throw new Unreadable("invalid-message", "A message has both tool_calls and a function_call.", path);
  const message: AssistantTrainingMessage = {
    role: "assistant",
    content: text === "" && (legacy || toolCalls.length > 0) ? null : text,
  };
  const refused = refusal ?? (typeof content === "string" ? undefined : content.refusal);
  if (refused !== undefined && refused !== "") {
    message.refusal = refused;
    if (text === "") message.content = null;
  }
  if (toolCalls.length > 0) message.tool_calls = toolCalls;
  const inContent = typeof content === "string" ? undefined : joinedReasoning(content.reasoning ?? []);
  setReasoning(message, inContent?.text ? inContent : (reasoning ?? inContent));
  if (legacy) message.function_call = legacy;
  return message;
}

function readAssistant(message: Record<string, unknown>, body: unknown, path: string): AssistantTrainingMessage {
  if (isRecord(message.audio)) throw new Unreadable("unsupported-content", "The assistant's message is a sound.", path);
  const read = assistantMessage(
    typeof body === "string" ? body : readContent(body, `${path}.content`),
    readOpenAIToolCalls(message.tool_calls ?? message.toolCalls, `${path}.tool_calls`),
    {
      legacy:
        isRecord(message.function_call) && !isBlank(message.function_call)
          ? functionCall(message.function_call, `${path}.function_call`)
          : undefined,
      refusal: typeof message.refusal === "string" ? message.refusal : undefined,
      reasoning: reasoningBeside(message),
      path,
    },
  );
  if (message.weight === 0 || message.weight === 1) read.weight = message.weight;
  return named(read, message);
}

// Some servers write a call of nothing where there is none.
function isBlank({ name, arguments: text }: Record<string, unknown>): boolean {
  return !name && !text;
}

function readUser(message: Record<string, unknown>, body: unknown, output: TrainingMessage[], path: string): void {
  if (body === undefined || body === null)
    throw new Unreadable("invalid-message", "A user message has no content.", path);
  // Ollama's own client puts them beside the text, as bytes or as the paths of files.
  if (Array.isArray(message.images) && message.images.length > 0)
    throw new Unreadable("unsupported-content", "A user message has images beside its content.", `${path}.images`);
  if (typeof body === "string") {
    output.push(named<UserTrainingMessage>({ role: "user", content: body }, message));
    return;
  }
  const { parts, results, calls } = readContent(body, `${path}.content`);
  if (calls.length > 0) throw new Unreadable("invalid-message", "A user message calls a tool.", path);
  output.push(...results);
  if (parts.length > 0 || results.length === 0)
    output.push(named<UserTrainingMessage>({ role: "user", content: textOrParts(parts) }, message));
}

function readTool(message: Record<string, unknown>, body: unknown, output: TrainingMessage[], path: string): void {
  // An event of OpenTelemetry's names the call by its own id.
  const id =
    message.tool_call_id ??
    message.toolCallId ??
    (message["event.name"] === "gen_ai.tool.message" ? message.id : undefined);
  if (typeof id === "string" && id !== "") {
    output.push({ role: "tool", content: resultContent(body, `${path}.content`), tool_call_id: id });
    return;
  }
  const { results, parts } = readContent(body, `${path}.content`);
  if (results.length === 0 || parts.length > 0)
    throw new Unreadable("invalid-tool-call", "A tool message does not say which call it answers.", path);
  output.push(...results);
}

function functionContent(body: unknown, path: string): string {
  const content = resultContent(body, `${path}.content`);
  if (typeof content === "string") return content;
  return joinedText(content, path);
}

function named<Message extends { name?: string }>(read: Message, { name }: Record<string, unknown>): Message {
  if (name === undefined || name === null || name === "") return read;
  if (typeof name !== "string") throw new Unreadable("invalid-message", `The name of a message is ${kindOf(name)}.`);
  read.name = name;
  return read;
}
