import { FinetuneError, ServiceError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import type { JsonObject } from "../types.js";
import { failureOfClient, isAbort } from "./client-failure.js";
import { redactCredentials, redactJson } from "./redact-credentials.js";
import { retryAfterOf } from "./retry-after.js";
import { codeOf, type ServiceFailure } from "./service-failure.js";

/** What is known of a request that failed, beside the failure itself. */
export interface FailureContext {
  /** `OpenAI`, `Together`, …: the word at the beginning of the message. */
  service: string;
  /** Method and address: `POST https://api.openai.com/v1/fine_tuning/jobs`. Its query is cut off. */
  request?: string;
  /** What the request was made for, where that helps people: `Reading runs`. */
  purpose?: string;
  /** Values that must not appear in the error, beside all that looks like a credential. */
  secrets?: readonly (string | undefined)[];
  /** What to do next, where the caller knows better than the general advice. `code` is that of the error. */
  hint?: (failure: ServiceFailure, code: string) => string | undefined;
  cause?: unknown;
}

const GENERAL_HINTS: Readonly<Record<string, string | undefined>> = {
  unauthorized: "Check the API key: it may be wrong, expired, or of another organisation or region.",
  "not-found": "Check the name or id, and the base URL.",
  unreachable: "Check the base URL and the network.",
  timeout: "Try again, or allow more time for a request.",
  "payment-required": "Check the account's billing.",
  "invalid-answer": "Check the base URL, and whether a proxy or a maintenance page answers in the service's place.",
};

/** Longer words of a service are cut. */
const MOST_WORDS = 500;
const MOST_DETAILS = 2_000;

/**
 * Makes a `ServiceError` of what a client library or `fetch` threw. An abort, an error of this
 * package, and a mistake in code come back as they are.
 *
 * @example
 * ```ts
 * import { toServiceError } from "langsmith-finetune/testing";
 *
 * declare const acme: { createJob(): Promise<string> };
 *
 * const job = await acme.createJob().catch((error: unknown) => {
 *   throw toServiceError(error, { service: "Acme", request: "POST https://api.acme.test/jobs" });
 * });
 * ```
 */
export function toServiceError(error: unknown, context: FailureContext): Error {
  if (!(error instanceof Error)) return new Error(`A value that is not an error was thrown: ${String(error)}`);
  if (FinetuneError.isInstance(error) || isAbort(error)) return error;
  const failure = failureOfClient(error);
  return failure === undefined ? error : serviceError(failure, { ...context, cause: error });
}

/**
 * The same for a provider's own client, around a call of it and nothing else: a mistake in code is then that the client
 * stumbled over an answer that it did not check.
 */
export function toClientError(error: unknown, context: FailureContext): Error {
  const known = toServiceError(error, context);
  if (!(known instanceof TypeError || known instanceof RangeError || known instanceof SyntaxError)) return known;
  return serviceError({ message: `reading it failed (${known.name})`, unreadable: true }, context);
}

/** Makes a `ServiceError` of a failure. */
export function serviceError(failure: ServiceFailure, context: FailureContext): ServiceError {
  const { service, purpose, secrets = [], hint, cause } = context;
  // First redacted, then cut: half of a secret is one too.
  const clean = (text: string) => redactCredentials(text, ...secrets);
  const code = codeOf(failure);
  const request = context.request && clean(context.request.replace(/\?.*$/, ""));
  const words = clean(failure.message).slice(0, MOST_WORDS);
  return new ServiceError({
    service,
    code,
    status: failure.status,
    request,
    message: `${purpose === undefined ? "" : `${purpose} failed: `}${sentence(service, code, failure, request)}: ${words}${/[.!?]$/.test(words) ? "" : "."}`,
    details: detailsOf(failure, clean),
    retryAfter: retryAfterOf(failure.headers),
    hint: hint?.(failure, code) ?? GENERAL_HINTS[code],
    // What could not be read is quoted by the parser's error.
    cause: failure.unreadable ? undefined : safeCause(cause, clean),
  });
}

/**
 * True where the same request may succeed a little later: no answer, one that cannot be read, 408, 425, 429, 5xx. Spent
 * credit is not such a case.
 *
 * @example
 * ```ts
 * import { isTransient } from "langsmith-finetune/testing";
 *
 * declare const error: unknown;
 *
 * if (isTransient(error)) console.log(error.retryAfter);
 * ```
 */
export function isTransient(error: unknown): error is ServiceError {
  return ServiceError.isInstance(error) && TRANSIENT.has(error.code);
}

const TRANSIENT = new Set(["unreachable", "timeout", "rate-limited", "server-error", "invalid-answer"]);

/** True where the request may have been carried out although it failed: no answer, one that cannot be read, 5xx. */
export function isAmbiguous(error: unknown): error is ServiceError {
  return isTransient(error) && error.code !== "rate-limited";
}

function sentence(service: string, code: string, { status }: ServiceFailure, request: string | undefined): string {
  const where = request === undefined ? "" : ` (${request})`;
  if (code === "unreachable") return `${service} could not be reached${where}`;
  if (code === "timeout") return `${service} did not answer in time${where}`;
  const answered = status === undefined ? "" : ` (HTTP ${status})`;
  const asked = request === undefined ? "" : ` ${request}`;
  if (code === "invalid-answer")
    return `${service} gave an answer${asked && ` to${asked}`}${answered} that cannot be read`;
  return `${service} refused${asked}${answered}`;
}

function detailsOf({ code, param, message, body }: ServiceFailure, clean: (text: string) => string): JsonObject {
  const details: JsonObject = { message: clean(message).slice(0, MOST_DETAILS) };
  if (code !== undefined) details["code"] = clean(code);
  if (param !== undefined) details["param"] = clean(param);
  if (isRecord(body)) {
    const cleaned = redactJson(body, clean) as JsonObject;
    const text = JSON.stringify(cleaned);
    details["body"] = text.length <= MOST_DETAILS ? cleaned : text.slice(0, MOST_DETAILS);
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
