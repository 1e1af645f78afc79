import { isRecord } from "../../../internal/is-record.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { missingHistory } from "../../stored/missing-history.js";

/** Refuses a request to OpenAI's Responses API that continues with what only the provider has. */
export function checkStoredHistory(...holders: Record<string, unknown>[]): void {
  for (const { previous_response_id: response, conversation } of holders) {
    if (isNamed(response) || isNamed(conversation)) throw missingHistory("inputs");
  }
}

/**
 * The response that a request to OpenAI's Responses API goes on from, where it names one. Instructions are not carried
 * over: https://platform.openai.com/docs/guides/conversation-state. Refuses a request that names a conversation,
 * to which anybody may have added.
 */
export function previousResponse(...holders: Record<string, unknown>[]): string | undefined {
  let previous: string | undefined;
  for (const { previous_response_id: response, conversation } of holders) {
    if (isNamed(conversation) || isRecord(response)) throw missingHistory("inputs");
    if (typeof response === "string" && response !== "") previous ??= response;
  }
  return previous;
}

/** The id of a response, where it is one that a later request can name. */
export function responseId(...ids: unknown[]): string | undefined {
  return ids.find((id): id is string => typeof id === "string" && /^resp_./.test(id));
}

/** Refuses a request that fills a prompt which is stored at OpenAI. */
export function checkStoredPrompt(prompt: unknown, path: string): void {
  if (!isNamed(prompt)) return;
  throw new Unreadable(
    "missing-history",
    "The request fills a prompt that is stored at the provider and not in the run.",
    path,
  );
}

function isNamed(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || isRecord(value);
}
