import { ServiceError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { redactCredentials } from "./redact-credentials.js";
import type { JsonObject } from "../types.js";

/** A request that got no answer, or not the one it was made for. */
export interface RequestFailure {
  /** HTTP status, where there was an answer. */
  status?: number;
  headers?: Headers;
  /** The answer's body: parsed, or its text. */
  body?: unknown;
  /** What was thrown, where there was no answer. */
  cause?: unknown;
  timedOut?: boolean;
}

// The statuses that langsmith's own clients try again.
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** True where the same request may succeed later. */
export function mayPass({ status }: RequestFailure): boolean {
  return status === undefined || PASSING.has(status);
}

/** How long the server asks to wait, in milliseconds: `Retry-After-Ms`, or `Retry-After` in seconds or as a date. */
export function retryAfter({ headers }: RequestFailure): number | undefined {
  const milliseconds = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const value = headers?.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/** The failure as the error that users get. `secrets` are taken out of every text. */
export function toServiceError(
  failure: RequestFailure,
  { request, asked, secrets = [] }: { request: string; asked: string; secrets?: readonly (string | undefined)[] },
): ServiceError {
  const clean = (text: string) => redactCredentials(text, ...secrets);
  const { status, cause, body } = failure;
  const { code, hint } = explain(failure, request);
  const words = clean(wordsOf(body)).slice(0, 500);
  const cameBack =
    status !== undefined
      ? `LangSmith answered ${status}${words ? `: ${words}` : ""}`
      : failure.timedOut
        ? "no answer came in time"
        : `no answer came: ${clean(reasonOf(cause))}`;
  return new ServiceError({
    service: "LangSmith",
    code,
    ...(status === undefined ? {} : { status }),
    request,
    ...(isRecord(body) ? { details: JSON.parse(clean(JSON.stringify(body))) as JsonObject } : {}),
    message: `${asked} failed (${request}): ${cameBack}.`,
    hint,
    // The original error may quote headers or an address with a password: only its words go on.
    ...(cause === undefined ? {} : { cause: new Error(clean(reasonOf(cause))) }),
  });
}

function explain({ status, timedOut }: RequestFailure, request: string): { code: string; hint: string } {
  const origin = request.slice(request.indexOf(" ") + 1);
  if (status === undefined) {
    return timedOut
      ? {
          code: "timeout",
          hint: "Ask for less (a shorter time, a smaller pageSize), or give the client a longer timeout_ms.",
        }
      : {
          code: "unreachable",
          hint: `Check the network and the address (LANGSMITH_ENDPOINT, or apiUrl of the client): ${origin}`,
        };
  }
  if (status < 400)
    return { code: "server-error", hint: "The answer is not JSON: is this the address of LangSmith's API?" };
  if (status === 401) {
    return {
      code: "unauthorized",
      hint: "The API key is missing, expired or of another region: check LANGSMITH_API_KEY and LANGSMITH_ENDPOINT.",
    };
  }
  if (status === 403) {
    return {
      code: "forbidden",
      hint: "The API key is not valid here or may not read this: check LANGSMITH_API_KEY, LANGSMITH_ENDPOINT and LANGSMITH_WORKSPACE_ID.",
    };
  }
  if (status === 404)
    return { code: "not-found", hint: "Check the ids and names, and that the key belongs to the right workspace." };
  if (status === 429) {
    return {
      code: "rate-limited",
      hint: "Wait and try again, lower concurrency or rateLimit, or read from LangSmith's bulk export.",
    };
  }
  if (status >= 500) return { code: "server-error", hint: "Try again later; an export goes on where it stopped." };
  return { code: "invalid-request", hint: "LangSmith refuses the query: check its filters, times and ids." };
}

/** What the body says, in one line. */
function wordsOf(body: unknown): string {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body.replace(/\s+/g, " ").trim();
  if (isRecord(body)) {
    const said = body["detail"] ?? body["message"] ?? body["error"] ?? body["title"];
    if (typeof said === "string") return said;
  }
  return JSON.stringify(body);
}

/** The innermost words of an error: `fetch failed` says nothing, its cause does. */
function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let current = error; current instanceof Error && reasons.length < 5; current = current.cause) {
    const inner = current instanceof AggregateError ? (current.errors as unknown[]).map(reasonOf).join("; ") : "";
    const text = [current.message || (current as { code?: string }).code || current.name, inner]
      .filter(Boolean)
      .join(": ");
    if (!reasons.includes(text)) reasons.push(text);
  }
  return reasons.length > 0 ? reasons.join(": ") : String(error);
}
