import { isRecord, objectOf } from "../internal/is-record.js";

/** True for a message in standard blocks, which LangChain.js sends to OpenAI by a converter of its own. */
export function isStandard(fields: Record<string, unknown>): boolean {
  return objectOf(fields.response_metadata).output_version === "v1";
}

// What cannot be sent as a part is left out in silence; files and sounds that can be have no place in a row.
const SENT = new Set<unknown>(["text", "image", "image_url"]);

/**
 * The blocks of such a message that go to OpenAI's chat completions
 * (`convertStandardContentMessageToCompletionsMessage` of `@langchain/openai` 1.5): of all but the
 * user's messages only the texts, and images without their detail.
 */
export function contentForCompletions(kind: string, body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  if (kind !== "human") return body.filter((part) => isRecord(part) && part.type === "text");
  return body
    .filter(
      (part) =>
        isRecord(part) && (SENT.has(part.type) || (holdsData(part) && (part.type === "file" || part.type === "audio"))),
    )
    .map(withoutDetail);
}

function holdsData({ data, fileId }: Record<string, unknown>): boolean {
  return (data !== undefined && data !== null && data !== "") || typeof fileId === "string";
}

function withoutDetail(part: Record<string, unknown>): Record<string, unknown> {
  if (part.type === "image") return { ...part, metadata: undefined, detail: undefined };
  return isRecord(part.image_url) ? { ...part, image_url: { url: part.image_url.url } } : part;
}
