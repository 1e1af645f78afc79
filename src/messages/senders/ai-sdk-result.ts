import { isRecord } from "../../internal/is-record.js";
import { mediaTypeOfBase64 } from "../image.js";
import { Unreadable } from "../unreadable.js";
import { isOpenAI, type AiSdkSender } from "./ai-sdk.js";

// Packages that send the parts of a result as parts; all others write them as JSON text.
const WITH_PARTS = /^(?:openai|azure|azure-openai|anthropic|google|amazon-bedrock|bedrock|vertex)\b/;

/** A tool's result as the provider's package sent it. */
export function resultAsSent(part: unknown, sender: AiSdkSender): unknown {
  if (!isRecord(part) || part.type !== "tool-result") return part;
  // Version 4: JSON, also where the result is a text.
  if (part.output === undefined && part.result !== undefined)
    return { ...part, output: { type: "json", value: part.result } };
  if (!isRecord(part.output)) return part;
  const { type, value } = part.output;
  const isLate = sender.version !== undefined && sender.version >= 7;
  if (type === "content" && Array.isArray(value)) {
    if (WITH_PARTS.test(sender.provider) && !sender.provider.endsWith(".chat"))
      return { type: "tool_result", tool_use_id: part.toolCallId, content: value.map(contentAsSent) };
    return isLate ? { ...part, output: { type, value: value.map(contentAsText) } } : part;
  }
  if (isLate && (type === "error-text" || type === "error-json") && isOpenAI(sender))
    return { ...part, output: { type: "json", value: { error: value } } };
  return part;
}

// The parts of a tool's result, of the versions 5 (`media`), 6 (`image-data`, `image-url`) and 7 (`file`).
function contentAsSent(part: unknown): unknown {
  if (!isRecord(part)) return part;
  if (part.type === "image-data" || part.type === "image-url") return { ...part, type: "image" };
  if (part.type !== "file" || !isRecord(part.data)) return part;
  const { data, url } = part.data;
  const mediaType =
    part.mediaType === "image"
      ? ((typeof data === "string" ? mediaTypeOfBase64(data) : undefined) ?? "image/*")
      : part.mediaType;
  return { ...part, type: "media", data, url, mediaType };
}

// Version 7 knows older names of its parts, and writes them as `file`; what is telemetered is from before.
function contentAsText(part: unknown): unknown {
  if (!isRecord(part)) return part;
  const { type, data, filename, mediaType, providerOptions } = part;
  if (type === "image-data") return { type: "file", data: { type: "data", data }, mediaType, providerOptions };
  if (type === "file-data") return { type: "file", data: { type: "data", data }, filename, mediaType, providerOptions };
  if (
    type === "image-url" ||
    type === "file-url" ||
    type === "file-id" ||
    type === "image-file-id" ||
    type === "file-reference"
  ) {
    throw new Unreadable(
      "unsupported-content",
      `A tool's result holds a part of the type ${type}, which may have been fetched before it was sent.`,
      "inputs.messages",
    );
  }
  return part;
}
