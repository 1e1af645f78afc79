import { FinetuneError, ServiceError } from "../errors.js";
import { isRecord, objectOf } from "../internal/is-record.js";
import { redactCredentials } from "./redact-credentials.js";
import type { JsonObject } from "../types.js";

/** What is known of a request that failed, beside the failure itself. */
export interface FailureContext {
  /** `OpenAI`, `Together`, …: the word at the beginning of the message. */
  service: string;
  /** Method and address: `POST https://api.openai.com/v1/fine_tuning/jobs`. Its query is cut off. */
  request?: string;
  /** Values that must not appear in the error, beside all that looks like a credential. */
  secrets?: readonly (string | undefined)[];
  /** What to do next, where the backend knows better than the general advice. */
  hint?: (failure: ServiceFailure) => string | undefined;
  cause?: unknown;
}

/** A refusal in the words of the service. */
export interface ServiceFailure {
  /** HTTP status; left out where there was no answer. */
  status?: number;
  /** The service's own code, for instance `invalid_api_key`. */
  code?: string;
  /** The service's own message. */
  message: string;
  param?: string;
  /** The answer's body, parsed, or its text. */
  body?: unknown;
  headers?: Headers;
}

/**
 * Makes a `ServiceError` of what a client library or `fetch` threw: of the `openai` client, the AWS
 * and Google clients, undici. An abort, an error of this package, and what is neither a refusal nor
 * a broken connection (a mistake in code) come back as they are.
 */
export function toServiceError(error: unknown, context: FailureContext): Error {
  if (!(error instanceof Error)) return new Error(`Something that is no error was thrown: ${String(error)}`);
  if (FinetuneError.isInstance(error) || isAbort(error)) return error;
  const failure = failureOfClientError(error);
  if (failure.status === undefined && !isConnectionFailure(error)) return error;
  return serviceError(failure, { ...context, cause: error });
}

/** Makes a `ServiceError` of a refusal. */
export function serviceError(
  failure: ServiceFailure,
  { service, request, secrets = [], hint, cause }: FailureContext,
): ServiceError {
  const clean = (text: string) => redactCredentials(text, ...secrets).slice(0, 2_000);
  const code = classify(failure);
  const where = request === undefined ? undefined : clean(request.replace(/\?.*$/, ""));
  const words = clean(failure.message).trim();
  const status = failure.status === undefined ? "" : ` (HTTP ${failure.status})`;
  return new ServiceError({
    service,
    code,
    status: failure.status,
    request: where,
    message:
      code === "unreachable"
        ? `${service} could not be reached${where ? ` (${where})` : ""}: ${words}`
        : `${service} refused${where ? ` ${where}` : ""}${status}: ${words}`,
    details: detailsOf(failure, clean),
    retryAfter: retryAfterOf(failure.headers),
    hint: hint?.(failure) ?? GENERAL_HINTS[code],
    cause: safeCause(cause, clean),
  });
}

/** Parses the answer of a service that refused, whatever its shape: OpenAI's, Google's, RFC 7807's, or plain text. */
export function failureOfBody(status: number, text: string, headers?: Headers): ServiceFailure {
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: a proxy's page, or nothing. The text itself is what there is to show.
  }
  const outer = objectOf(body);
  const inner = isRecord(outer["error"]) ? outer["error"] : outer;
  const message =
    stringOf(inner["message"]) ??
    stringOf(outer["error"]) ??
    wordsOf(inner["detail"]) ??
    stringOf(inner["title"]) ??
    (text.trim() === "" ? "no body" : text.slice(0, 500));
  return {
    status,
    code: stringOf(inner["code"]) ?? stringOf(inner["type"]) ?? stringOf(inner["status"]),
    message,
    param: stringOf(inner["param"]),
    body,
    headers,
  };
}

/** RFC 7807 has text in `detail`; FastAPI, which many hosts are built on, a list of faults. */
function wordsOf(detail: unknown): string | undefined {
  return Array.isArray(detail) && detail.length > 0 ? JSON.stringify(detail) : stringOf(detail);
}

/** True where the same request may succeed a little later: no answer, 408, 425, 429, 5xx. Spent credit is not such a case. */
export function isTransient(error: unknown): error is ServiceError {
  if (!ServiceError.isInstance(error)) return false;
  return error.code === "unreachable" || error.code === "rate-limited" || error.code === "server-error";
}

/** True where the request may have been carried out although it failed: no answer, or 5xx. */
export function isAmbiguous(error: unknown): error is ServiceError {
  return isTransient(error) && error.code !== "rate-limited";
}

/** Milliseconds of a `Retry-After` header in seconds or as a date, or of OpenAI's `retry-after-ms`. */
export function retryAfterOf(headers: Headers | undefined): number | undefined {
  if (headers === undefined || typeof headers.get !== "function") return undefined;
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

const GENERAL_HINTS: Readonly<Record<string, string | undefined>> = {
  unauthorized: "Check the API key: it may be wrong, expired, or of another organisation or region.",
  "not-found": "Check the name or id, and the base URL.",
  unreachable: "Check the base URL and the network.",
  "payment-required": "Check the account's billing.",
};

// What the OpenAI and AWS clients, undici and Node put on the errors that they throw.
interface ClientError {
  name?: string;
  message?: string;
  status?: unknown;
  $metadata?: unknown;
  code?: unknown;
  param?: unknown;
  type?: unknown;
  error?: unknown;
  headers?: unknown;
  cause?: unknown;
}

function failureOfClientError(error: ClientError): ServiceFailure {
  const inner = isRecord(error.error) ? error.error : undefined;
  const ofAws = isRecord(error.$metadata);
  return {
    status: statusOf(error),
    code: stringOf(ofAws ? error.name : error.code) ?? stringOf(error.type),
    message: stringOf(inner?.["message"]) ?? messagesOf(error),
    param: stringOf(error.param),
    body: error.error,
    headers: error.headers instanceof Headers ? error.headers : undefined,
  };
}

function statusOf({ status, code, $metadata }: ClientError): number | undefined {
  const ofAws = isRecord($metadata) ? $metadata["httpStatusCode"] : undefined;
  return [status, ofAws, code].find(
    (value): value is number => typeof value === "number" && value >= 300 && value < 600,
  );
}

/** The `openai` client's connection errors have no code of their own; undici's and Node's have one in the chain of causes. */
function isConnectionFailure(error: Error): boolean {
  if (/^API(?:Connection|ConnectionTimeout)Error$/.test(error.constructor.name) || error.name === "TimeoutError")
    return true;
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown };
    if (typeof code === "string" && /^(?:E[A-Z_]{3,}|UND_ERR_\w+)$/.test(code) && !code.startsWith("ERR_")) return true;
    if (/^(?:fetch failed|terminated|connection error\.?|socket hang up)$/i.test(current.message)) return true;
    current = current.cause;
  }
  return false;
}

/** "fetch failed" alone says nothing: the reason is in the chain of causes. */
function messagesOf(error: ClientError): string {
  const messages: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { code }: { code?: unknown } = current as { code?: unknown };
    const text = current.message || (typeof code === "string" ? code : current.name);
    if (!messages.some((message) => message.includes(text))) messages.push(text);
    current = current.cause;
  }
  return messages.join(": ") || stringOf(error.message) || "no reason given";
}

const BY_STATUS: Readonly<Record<number, string>> = {
  401: "unauthorized",
  402: "payment-required",
  403: "forbidden",
  404: "not-found",
  408: "server-error",
  409: "conflict",
  413: "too-large",
  425: "server-error",
  429: "rate-limited",
};

function classify({ status, code }: ServiceFailure): string {
  if (code !== undefined && /insufficient_quota|billing|payment_required|credit/i.test(code)) return "payment-required";
  if (status === undefined) return "unreachable";
  return BY_STATUS[status] ?? (status >= 500 ? "server-error" : "invalid-request");
}

function detailsOf({ code, param, message, body }: ServiceFailure, clean: (text: string) => string): JsonObject {
  const details: JsonObject = { message: clean(message) };
  if (code !== undefined) details["code"] = clean(code);
  if (param !== undefined) details["param"] = clean(param);
  if (isRecord(body)) {
    const text = clean(JSON.stringify(body));
    try {
      details["body"] = JSON.parse(text) as JsonObject;
    } catch {
      // Cut at the limit, it is no JSON any more.
      details["body"] = text;
    }
  }
  return details;
}

/** The client's error keeps the request with its headers; only its words and its stack go on. */
function safeCause(cause: unknown, clean: (text: string) => string): Error | undefined {
  if (!(cause instanceof Error)) return undefined;
  const copy = new Error(clean(cause.message));
  copy.name = cause.name;
  copy.stack = cause.stack === undefined ? undefined : clean(cause.stack);
  return copy;
}

function isAbort(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === "AbortError" || error.name === "APIUserAbortError" || error.constructor.name === "APIUserAbortError"
  );
}

function stringOf(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : undefined;
}
