import { arrayOf, isRecord, objectOf } from "../../internal/is-record.js";
import { parseExactJson } from "../free-form-json.js";
import { base64Of, mediaTypeOfBase64 } from "../image.js";
import { Unreadable } from "../unreadable.js";
import { resultAsSent } from "./ai-sdk-result.js";
import { isAnthropic, isOpenAI, isOpenAIChat, type AiSdkSender } from "./ai-sdk.js";

/** The messages of a prompt as the provider's package sent them; what is of another form stays as it is. */
export function promptAsSent(messages: unknown, sender: AiSdkSender): unknown {
  if (!Array.isArray(messages)) return messages;
  const hasNoSystem =
    isOpenAI(sender) &&
    (sender.version === 4
      ? /^o1-(?:mini|preview)/.test(sender.model)
      : sender.version !== 5 && sender.options.systemMessageMode === "remove");
  const sent = messages.flatMap((message: unknown) => {
    if (!isRecord(message)) return [message];
    return hasNoSystem && message.role === "system" ? [] : messageAsSent(named(message, sender), sender);
  });
  return isAnthropic(sender.provider) ? trimmed(joined(sent)) : sent;
}

function messageAsSent(message: Record<string, unknown>, sender: AiSdkSender): unknown[] {
  if (!Array.isArray(message.content)) return [message];
  const content = message.content.filter((part) => !isSilent(part));
  switch (message.role) {
    case "tool":
      return content.length === 0 ? [] : [{ ...message, content: content.map((part) => resultAsSent(part, sender)) }];
    case "assistant":
      if (content.some(isCompaction))
        throw new Unreadable(
          "missing-history",
          "A part of the conversation is compacted and cannot be read.",
          "inputs.messages",
        );
      if (!isOpenAIChat(sender) || !content.some(isOfNoObject)) return [withoutProviderCalls({ ...message, content })];
      return [
        {
          ...message,
          tool_calls: undefined,
          content: content.map((part: unknown) =>
            isOfNoObject(part) ? { ...(part as object), input: argumentsAsSent(part, sender) } : part,
          ),
        },
      ];
    case "user":
      return [{ ...message, content: content.map((part) => fileAsSent(part, sender)) }];
    default:
      return [{ ...message, content }];
  }
}

// OpenAI's package takes a name in version 7. The one for compatible services puts every option into
// the message, that of a single text from the text's own.
function named(message: Record<string, unknown>, sender: AiSdkSender): Record<string, unknown> {
  const isCompatible = sender.provider.endsWith(".chat") && !isOpenAI(sender);
  if (!isCompatible && (!isOpenAIChat(sender) || (sender.version ?? 7) < 7)) return message;
  const { content } = message;
  const isText =
    message.role === "user" &&
    (typeof content === "string" ||
      (Array.isArray(content) && content.length === 1 && isRecord(content[0]) && content[0].type === "text"));
  const holder = isCompatible && isText ? (content as unknown[])[0] : message;
  const { openai, openaiCompatible } = objectOf(objectOf(holder).providerOptions);
  const { name } = objectOf(isCompatible ? openaiCompatible : openai);
  return typeof name === "string" ? { ...message, name } : message;
}

const JOINED = new Set<unknown>(["system", "user", "assistant"]);

// Anthropic is sent one message where several of a role follow each other.
function joined(messages: unknown[]): unknown[] {
  const output: unknown[] = [];
  for (const message of messages) {
    const last = output.at(-1);
    if (isRecord(message) && isRecord(last) && message.role === last.role && JOINED.has(message.role)) {
      const calls = [...arrayOf(last.tool_calls), ...arrayOf(message.tool_calls)];
      output[output.length - 1] = {
        ...last,
        content: [...partsOf(last.content), ...partsOf(message.content)],
        ...(calls.length > 0 && { tool_calls: calls }),
      };
    } else {
      output.push(message);
    }
  }
  return output;
}

// The begin of an answer, which the model continues with, is sent without white space around it.
function trimmed(messages: unknown[]): unknown[] {
  const last = messages.at(-1);
  if (!isRecord(last) || last.role !== "assistant") return messages;
  const parts = partsOf(last.content);
  const end = parts.at(-1);
  if (!isRecord(end) || end.type !== "text" || typeof end.text !== "string") return messages;
  return [...messages.slice(0, -1), { ...last, content: [...parts.slice(0, -1), { ...end, text: end.text.trim() }] }];
}

function partsOf(content: unknown): readonly unknown[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : arrayOf(content);
}

function withoutProviderCalls(message: Record<string, unknown>): Record<string, unknown> {
  const ids = providerCalls(message.content);
  if (ids.size === 0 || !Array.isArray(message.tool_calls)) return message;
  return { ...message, tool_calls: message.tool_calls.filter((call) => !isRecord(call) || !ids.has(call.id)) };
}

/** The ids of the calls that the content marks as the provider's own. */
export function providerCalls(content: unknown): Set<unknown> {
  return new Set(
    arrayOf(content).flatMap((part) =>
      isRecord(part) && part.type === "tool-call" && part.providerExecuted === true ? [part.toolCallId] : [],
    ),
  );
}

// That a person was asked and what was said stays with the SDK; a denial reaches the model as a
// result. Marks of how Anthropic's answer began are not part of it.
const SILENT = new Set<unknown>(["anthropic.message_start", "anthropic.fallback"]);

export function isSilent(part: unknown): boolean {
  return (
    isRecord(part) &&
    (part.type === "tool-approval-request" ||
      part.type === "tool-approval-response" ||
      (part.type === "custom" && SILENT.has(part.kind)))
  );
}

export function isCompaction(part: unknown): boolean {
  return isRecord(part) && part.type === "custom" && part.kind === "openai.compaction";
}

function isOfNoObject(part: unknown): boolean {
  return (
    isRecord(part) && part.type === "tool-call" && part.providerExecuted !== true && !isRecord(part.input ?? part.args)
  );
}

// Arguments of an earlier call that are not an object are not sent on; the text of one is, from version 6 on.
function argumentsAsSent(part: unknown, { version }: AiSdkSender): unknown {
  const input = isRecord(part) ? (part.input ?? part.args) : undefined;
  const isText = typeof input === "string" && version !== 5 && isRecord(parseExactJson(input)?.value);
  return isText ? input : {};
}

function fileAsSent(part: unknown, { provider, version }: AiSdkSender): unknown {
  if (!isRecord(part)) return part;
  if (part.type === "image") return { ...part, image: base64OfBytes(part.image) ?? part.image };
  if (part.type !== "file" && part.type !== "image_url") return part;
  const data = isRecord(part.file) ? part.file.file_data : part.image_url;
  if (typeof data !== "string") return part;
  if (/^data:[^,]*;base64,(?:file|assistant)-/.test(data)) {
    throw new Unreadable(
      "unsupported-content",
      "A file that is only named by an id has no place in a training row.",
      "inputs.messages",
    );
  }
  if (!isRecord(part.file) || !provider.endsWith(".chat")) return part;
  const [mark] = /^data:image(?:\/\*)?;base64,/.exec(data) ?? [];
  if (mark !== undefined && version !== undefined && version >= 7) {
    // Version 7 looks at the bytes; the ones before it say JPEG.
    const base64 = data.slice(mark.length);
    return {
      ...part,
      file: { ...part.file, file_data: `data:${mediaTypeOfBase64(base64) ?? "image/*"};base64,${base64}` },
    };
  }
  // A file that is only linked to can be nothing but an image there.
  return /^https?:/.test(data) && part.mediaType === undefined ? { ...part, mediaType: "image/*" } : part;
}

// Bytes in JSON: a Buffer's form, or a typed array's.
function base64OfBytes(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  return base64Of(
    value.type === "Buffer" && Array.isArray(value.data) ? (value.data as unknown[]) : Object.values(value),
  );
}
