import { isRecord } from "../../../internal/is-record.js";
import { Unreadable } from "../../../messages/unreadable.js";

/** Refuses a request to OpenAI's Responses API that continues with what only the provider has. */
export function checkStoredHistory(...holders: Record<string, unknown>[]): void {
  for (const { previous_response_id: response, conversation } of holders) {
    if (isNamed(response) || isNamed(conversation)) throw missingHistory("inputs");
  }
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

export function missingHistory(path: string): Unreadable {
  return new Unreadable(
    "missing-history",
    "The call continues a conversation that is stored at the provider and not in the run.",
    path,
  );
}

function isNamed(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || isRecord(value);
}
