import { firstText } from "../../../internal/first-text.js";
import { arrayOf, isRecord } from "../../../internal/is-record.js";
import { openAIChat } from "./chat.js";
import type { Tracer } from "../tracer.js";

/**
 * The chunks of an OpenAI stream as they came: of `wrapOpenAI`, where its own way of putting them
 * together failed on a chunk (Azure's with filter results alone have no delta), of `wrapSDK`, and of
 * a generator under `traceable` that passes them on.
 */
export const openAIChunks: Tracer = {
  name: "openai-chunks",
  read(run) {
    const chunks = run.outputs.outputs ?? run.outputs.output;
    if (!Array.isArray(chunks) || chunks.length === 0 || !chunks.every(isChunk)) return undefined;
    return openAIChat.read({ ...run, outputs: { object: "chat.completion.chunk", choices: joined(chunks) } });
  },
};

type Fields = Record<string, unknown>;

function isChunk(value: unknown): value is Fields {
  return isRecord(value) && value.object === "chat.completion.chunk";
}

function joined(chunks: readonly Fields[]): Fields[] {
  const choices = new Map<unknown, { index: unknown; finish_reason: unknown; message: Message }>();
  for (const piece of chunks.flatMap((chunk) => arrayOf(chunk.choices))) {
    if (!isRecord(piece)) continue;
    const choice = choices.get(piece.index) ?? {
      index: piece.index,
      finish_reason: null,
      message: { role: "assistant", content: "" },
    };
    choices.set(piece.index, choice);
    choice.finish_reason ||= piece.finish_reason;
    if (isRecord(piece.delta)) add(choice.message, piece.delta);
  }
  return [...choices.values()];
}

interface Call {
  index: unknown;
  id: unknown;
  type: "function";
  function: Legacy;
}

interface Legacy {
  name: string;
  arguments: string;
}

interface Message {
  role: "assistant";
  content: string | unknown[];
  refusal?: string;
  reasoning_content?: string;
  function_call?: Legacy;
  tool_calls?: Call[];
}

function add(message: Message, delta: Fields): void {
  if (Array.isArray(delta.content))
    message.content = [
      ...(typeof message.content === "string" ? textOf(message.content) : message.content),
      ...(delta.content as unknown[]),
    ];
  else if (typeof delta.content === "string")
    message.content =
      typeof message.content === "string"
        ? message.content + delta.content
        : [...message.content, ...textOf(delta.content)];
  if (typeof delta.refusal === "string") message.refusal = (message.refusal ?? "") + delta.refusal;
  const thought = firstText(delta.reasoning_content, delta.reasoning);
  if (thought !== undefined) message.reasoning_content = (message.reasoning_content ?? "") + thought;
  if (isRecord(delta.function_call))
    extend((message.function_call ??= { name: "", arguments: "" }), delta.function_call);
  for (const piece of arrayOf(delta.tool_calls)) {
    if (isRecord(piece)) addCall((message.tool_calls ??= []), piece);
  }
}

// A piece belongs to the call of its index, unless it has the id of another: some servers do not count.
function addCall(calls: Call[], { index, id, function: definition }: Fields): void {
  const last = calls.findLast((call) => call.index === index);
  const isSame = last !== undefined && (typeof id !== "string" || id === "" || last.id === id);
  const call: Call = isSame ? last : { index, id, type: "function", function: { name: "", arguments: "" } };
  if (!isSame) calls.push(call);
  if (isRecord(definition)) extend(call.function, definition);
}

function extend(call: Legacy, { name, arguments: text }: Fields): void {
  if (typeof name === "string") call.name += name;
  if (typeof text === "string") call.arguments += text;
}

function textOf(text: string): unknown[] {
  return text === "" ? [] : [{ type: "text", text }];
}
