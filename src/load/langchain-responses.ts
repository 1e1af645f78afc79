import { isRecord, objectOf } from "../internal/is-record.js";
import { argumentsText } from "./tool-call.js";

/**
 * The content of a message as LangChain.js sends it to OpenAI's Responses API, where that differs
 * from what the trace holds (`convertMessagesToResponsesInput` of `@langchain/openai` 1.5): a tool's
 * answer in parts goes as the JSON text of the parts, and an image gets the detail `auto`.
 */
export function contentForResponses(kind: "tool" | "human", body: unknown, fields: Record<string, unknown>, path: string): unknown {
  if (!Array.isArray(body)) return body;
  const metadata = objectOf(fields.response_metadata);
  const isStandard = metadata.output_version === "v1";
  if (kind === "human") return body.map((part: unknown) => withDetail(part, isStandard));
  return isStandard || body.every(isNativePart) ? body : argumentsText(body, path);
}

function withDetail(part: unknown, isStandard: boolean): unknown {
  if (!isRecord(part)) return part;
  if (part.type === "image_url" && typeof part.image_url === "string") return { type: part.type, image_url: { url: part.image_url, detail: "auto" } };
  if (!isStandard || part.type !== "image") return part;
  return { ...part, metadata: { detail: "auto", ...(isRecord(part.metadata) && part.metadata) } };
}

function isNativePart(part: unknown): boolean {
  return isRecord(part) && (part.type === "input_text" || part.type === "input_image" || part.type === "input_file");
}
