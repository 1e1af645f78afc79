import type { ServiceFailure } from "../../http/service-failure.js";

const HINTS: Readonly<Record<string, string>> = {
  timeout: "Ask for less (a shorter time, a smaller pageSize), or give the client a longer timeout_ms.",
  unreachable: "Check the network and the address (LANGSMITH_ENDPOINT, or apiUrl of the client).",
  "invalid-answer":
    "Try again later. If it stays so: is this the address of LangSmith's API (LANGSMITH_ENDPOINT), or does a proxy answer in its place?",
  unauthorized:
    "The API key was refused. It may be wrong, expired or of another region: check LANGSMITH_API_KEY and LANGSMITH_ENDPOINT.",
  forbidden:
    "The API key is not valid here or may not read this: check LANGSMITH_API_KEY, LANGSMITH_ENDPOINT and LANGSMITH_WORKSPACE_ID.",
  "not-found": "Check the ids and names, and that the key belongs to the right workspace.",
  "rate-limited": "Wait and try again, lower concurrency or rateLimit, or read from LangSmith's bulk export.",
  "server-error": "Try again later; an export goes on where it stopped.",
  "invalid-request": "LangSmith refuses the query: check its filters, times and ids.",
};

const NO_KEY = "No API key was sent. Set LANGSMITH_API_KEY, or pass a client that has a key.";

/** What to do after a failed request to LangSmith, which carried a key or none. */
export function explainLangSmithFailure(hasKey: boolean) {
  return (_failure: ServiceFailure, code: string): string | undefined =>
    !hasKey && (code === "unauthorized" || code === "forbidden") ? NO_KEY : HINTS[code];
}
