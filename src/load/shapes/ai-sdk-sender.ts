import { isRecord } from "../../internal/is-record.js";
import { parseJson } from "../free-form-json.js";
import { mediaTypeOfBase64 } from "../image.js";
import { firstText } from "./first-text.js";
import type { RunParts } from "./run-shape.js";

/** Who sent the messages that the AI SDK traced: they are traced in the SDK's form, and each provider's package writes them in its own. */
export interface AiSdkSender {
  /** The provider of the model, which names the run: `openai.chat`, `anthropic.messages`, … */
  provider: string;
  /** The major version of the SDK, where the trace has it. */
  version: number | undefined;
  /** Names of tools that the provider runs by itself. */
  providerTools: ReadonlySet<string>;
}

// Tools of which the provider's own answer holds call and result. The others that a provider defines
// (a shell, an editor, a computer) are run by the caller.
const RUN_BY_PROVIDER = /\.(?:web_search|web_fetch|file_search|code_interpreter|code_execution|image_generation|mcp|tool_search|google_search|google_maps|enterprise_web_search|url_context|vertex_rag_store|x_search|browser_search)/;

export function aiSdkSender({ name, inputs, params }: RunParts): AiSdkSender {
  const agent = isRecord(inputs.headers) ? inputs.headers["user-agent"] : undefined;
  const [, major] = /^(?:ai\/)?(\d+)\./.exec(firstText(params.aiVersion, agent) ?? "") ?? [];
  const tools: unknown[] = [params.tools, inputs.tools].find(Array.isArray) ?? [];
  const providerTools = tools.flatMap((tool) => (isRecord(tool) && typeof tool.id === "string" && RUN_BY_PROVIDER.test(tool.id) && typeof tool.name === "string" ? [tool.name] : []));
  return { provider: name, version: major === undefined ? undefined : Number(major), providerTools: new Set(providerTools) };
}

/** The messages of a prompt as the provider's package sent them; what is of another form stays as it is. */
export function promptAsSent(messages: unknown, sender: AiSdkSender): unknown {
  if (!Array.isArray(messages)) return messages;
  const sent = messages.flatMap((message: unknown) => (isRecord(message) ? messageAsSent(named(message, sender), sender) : [message]));
  return /^anthropic\b/.test(sender.provider) ? joined(sent) : sent;
}

function messageAsSent(message: Record<string, unknown>, sender: AiSdkSender): unknown[] {
  if (!Array.isArray(message.content)) return [message];
  const content = message.content.filter((part) => !isApproval(part));
  switch (message.role) {
    case "tool":
      return content.length === 0 ? [] : [{ ...message, content: content.map((part) => resultAsSent(part, sender)) }];
    case "assistant":
      if (!isOpenAIChat(sender) || !content.some(isOfNoObject)) return [withoutProviderCalls({ ...message, content }, NONE)];
      return [{ ...message, tool_calls: undefined, content: content.map((part: unknown) => (isOfNoObject(part) ? { ...(part as object), input: argumentsAsSent(part, sender) } : part)) }];
    case "user":
      return [{ ...message, content: content.map((part) => fileAsSent(part, sender)) }];
    default:
      return [{ ...message, content }];
  }
}

// Only the package of version 7 takes a name.
function named(message: Record<string, unknown>, sender: AiSdkSender): Record<string, unknown> {
  const options = isRecord(message.providerOptions) ? message.providerOptions.openai : undefined;
  if (!isRecord(options) || typeof options.name !== "string" || !isOpenAIChat(sender) || (sender.version ?? 7) < 7) return message;
  return { ...message, name: options.name };
}

// Anthropic is sent one message where several of a role follow each other.
function joined(messages: unknown[]): unknown[] {
  const output: unknown[] = [];
  for (const message of messages) {
    const last = output.at(-1);
    if (isRecord(message) && isRecord(last) && message.role === "user" && last.role === "user" && Array.isArray(message.content) && Array.isArray(last.content)) {
      output[output.length - 1] = { ...last, content: [...(last.content as unknown[]), ...(message.content as unknown[])] };
    } else {
      output.push(message);
    }
  }
  return output;
}

/** The answer without the calls that the provider ran itself: a streamed one does not mark them. */
export function answerAsGiven(outputs: Record<string, unknown>, { providerTools }: AiSdkSender): Record<string, unknown> {
  const content: unknown = outputs.content;
  return withoutProviderCalls(Array.isArray(content) ? { ...outputs, content: content.filter((part) => !isApproval(part)) } : outputs, providerTools);
}

const NONE: ReadonlySet<unknown> = new Set();

function withoutProviderCalls(message: Record<string, unknown>, names: ReadonlySet<unknown>): Record<string, unknown> {
  const { content, tool_calls: calls } = message;
  if (!Array.isArray(calls)) return message;
  const parts: unknown[] = Array.isArray(content) ? content : [];
  const ids = new Set(parts.flatMap((part) => (isRecord(part) && part.type === "tool-call" && part.providerExecuted === true ? [part.toolCallId] : [])));
  const own = calls.filter((call) => !isRecord(call) || !(ids.has(call.id) || (isRecord(call.function) && names.has(call.function.name))));
  return { ...message, tool_calls: own };
}

// That a person was asked and what was said stays with the SDK; a denial reaches the model as a result.
function isApproval(part: unknown): boolean {
  return isRecord(part) && (part.type === "tool-approval-request" || part.type === "tool-approval-response");
}

function resultAsSent(part: unknown, { provider, version }: AiSdkSender): unknown {
  if (!isRecord(part) || part.type !== "tool-result") return part;
  // Version 4: JSON, also where the result is a text.
  if (part.output === undefined && part.result !== undefined) return { ...part, output: { type: "json", value: part.result } };
  if (!isRecord(part.output)) return part;
  const { type, value } = part.output;
  if (type === "content" && Array.isArray(value) && /^(?:openai|azure|anthropic|google|amazon-bedrock|bedrock|vertex)\b/.test(provider) && !provider.endsWith(".chat")) {
    return { type: "tool_result", tool_use_id: part.toolCallId, content: value.map(contentAsSent) };
  }
  if ((type === "error-text" || type === "error-json") && version !== undefined && version >= 7 && /^(?:openai|azure)\./.test(provider)) {
    return { ...part, output: { type: "json", value: { error: value } } };
  }
  return part;
}

// The parts of a tool's result, of the versions 5 (`media`), 6 (`image-data`, `image-url`) and 7 (`file`).
function contentAsSent(part: unknown): unknown {
  if (!isRecord(part)) return part;
  if (part.type === "image-data" || part.type === "image-url") return { ...part, type: "image" };
  if (part.type !== "file" || !isRecord(part.data)) return part;
  return { ...part, type: "media", data: part.data.data, url: part.data.url };
}

function isOpenAIChat({ provider }: AiSdkSender): boolean {
  return /^(?:openai|azure)\.chat$/.test(provider);
}

function isOfNoObject(part: unknown): boolean {
  return isRecord(part) && part.type === "tool-call" && part.providerExecuted !== true && !isRecord(part.input ?? part.args);
}

// Arguments of an earlier call that are no object are not sent on; the text of one is, from version 6 on.
function argumentsAsSent(part: unknown, { version }: AiSdkSender): unknown {
  const input = isRecord(part) ? (part.input ?? part.args) : undefined;
  const isText = typeof input === "string" && version !== 5 && isRecord(parseJson(input)?.value);
  return isText ? input : {};
}

function fileAsSent(part: unknown, { provider, version }: AiSdkSender): unknown {
  if (!isRecord(part)) return part;
  if (part.type === "image") return { ...part, image: base64OfBytes(part.image) ?? part.image };
  if (part.type !== "file" || !isRecord(part.file) || !provider.endsWith(".chat")) return part;
  const { file_data: data } = part.file;
  const [mark] = (typeof data === "string" && /^data:image(?:\/\*)?;base64,/.exec(data)) || [];
  if (mark !== undefined && version !== undefined && version >= 7) {
    // Version 7 looks at the bytes; the ones before it say JPEG.
    const base64 = (data as string).slice(mark.length);
    return { ...part, file: { ...part.file, file_data: `data:${mediaTypeOfBase64(base64) ?? "image/*"};base64,${base64}` } };
  }
  // A file that is only linked to can be nothing but an image there.
  return typeof data === "string" && /^https?:/.test(data) && part.mediaType === undefined ? { ...part, mediaType: "image/*" } : part;
}

// Bytes in JSON: a Buffer's form, or a typed array's.
function base64OfBytes(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const bytes = value.type === "Buffer" && Array.isArray(value.data) ? (value.data as unknown[]) : Object.values(value);
  if (bytes.length === 0 || !bytes.every((byte): byte is number => typeof byte === "number")) return undefined;
  return Buffer.from(bytes).toString("base64");
}
