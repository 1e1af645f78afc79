import { isRecord } from "../../internal/is-record.js";
import { langchainJs } from "./langchain-js.js";
import type { MessageKind, Sender } from "./sender.js";
import { isStandard } from "./standard-blocks.js";

/**
 * `@langchain/openai` since 1.0 to chat completions: messages in standard blocks go through a converter
 * of their own (`convertStandardContentMessageToCompletionsMessage` of version 1.5).
 */
export const openAICompletions: Sender = {
  ...langchainJs,
  content: (kind, body, fields) => (isStandard(fields) ? contentForCompletions(kind, body) : body),
  name: (fields) => (isStandard(fields) ? undefined : fields.name),
};

/**
 * A client that sends a call of the history without the text beside it: `@langchain/openai` before 1.0
 * (`_convertMessagesToOpenAIParams`), and Mistral's packages of all versions and both languages.
 */
export function callsAlone(sender: Sender): Sender {
  return {
    ...sender,
    sendsTextBesideCalls: false,
    roleMessage: (fields, content, extra) =>
      sender.roleMessage(fields, isRecord(extra.function_call) ? "" : content, extra),
  };
}

// What cannot be sent as a part is left out in silence; files and sounds that can be have no place in a row.
const SENT = new Set<unknown>(["text", "image", "image_url"]);

/** The blocks that go out: of all but the user's messages only the texts, and images without their detail. */
function contentForCompletions(kind: MessageKind, body: unknown): unknown {
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
