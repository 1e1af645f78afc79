import { isRecord, objectOf } from "../internal/is-record.js";
import { jsonOrText } from "../internal/json.js";

/** Why a request did not give what it was made for. */
export interface ServiceFailure {
  /** HTTP status; left out where there was no answer. */
  status?: number;
  /** The service's own code, for instance `invalid_api_key`. */
  code?: string;
  /** The service's own words, or what happened. */
  message: string;
  param?: string;
  /** The answer's body, parsed, or its text. */
  body?: unknown;
  headers?: Headers;
  /** No answer came in the time that a request may take. */
  timedOut?: boolean;
  /** An answer of success came that is not what the service's API describes. */
  unreadable?: boolean;
}

// The codes of `ServiceError`. 408 and 425 mean that the server was not ready for the request.
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
  // The server will never have it: trying again does not help.
  501: "not-implemented",
  505: "not-implemented",
};

/** The code of a failure in this package's errors. */
export function codeOf({ status, code, timedOut, unreadable }: ServiceFailure): string {
  if (code !== undefined && /insufficient_quota|billing|payment_required|credit/i.test(code)) return "payment-required";
  if (unreadable) return "invalid-answer";
  if (timedOut) return "timeout";
  if (status === undefined) return "unreachable";
  return BY_STATUS[status] ?? (status >= 500 ? "server-error" : "invalid-request");
}

/** Reads the answer of a service that refused, whatever its shape: OpenAI's, Google's, RFC 7807's, or plain text. */
export function failureOfBody(status: number, text: string, headers?: Headers): ServiceFailure {
  const body = jsonOrText(text);
  const outer = objectOf(body);
  const inner = isRecord(outer["error"]) ? outer["error"] : outer;
  const message =
    textOf(inner["message"]) ??
    textOf(outer["error"]) ??
    wordsOf(inner["detail"]) ??
    textOf(inner["title"]) ??
    (text.trim() === "" ? "no body" : text.replace(/\s+/g, " ").trim());
  return {
    status,
    code: textOf(inner["code"]) ?? textOf(inner["type"]) ?? textOf(inner["status"]),
    message,
    param: textOf(inner["param"]),
    body,
    headers,
  };
}

/** RFC 7807 has text in `detail`; FastAPI, which many hosts are built on, a list of faults. */
function wordsOf(detail: unknown): string | undefined {
  return Array.isArray(detail) && detail.length > 0 ? JSON.stringify(detail) : textOf(detail);
}

/** A text that is not empty; a number as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : undefined;
}
