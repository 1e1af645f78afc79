import { ServiceError } from "../errors.js";
import { notJson, unreadable, type AnswerCheck } from "./answer-check.js";
import { boundedText, TOO_LONG } from "./bounded-text.js";
import { redactCredentials } from "./redact-credentials.js";
import { retryTransient } from "./retry.js";
import { KnownSecrets, secretsOfBody, secretsOfHeaders, secretsOfUrl } from "./secrets.js";
import { serviceError, toServiceError, type FailureContext } from "./service-error.js";
import { failureOfBody } from "./service-failure.js";
import { startTimeout } from "./timeout.js";
import { jsonOrUndefined } from "../internal/json.js";

/** Options of {@link createHttpClient}. */
export interface HttpClientOptions {
  /** `Together`, `Fireworks`, …: the word in errors. */
  service: string;
  /** With or without a slash at the end. */
  baseURL: string;
  /** Asked for each request, so that keys are read when they are needed and tokens can be renewed. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /**
   * Milliseconds until an answer must be there, with its body; a request with a `body` of its own
   * has no such limit.
   * @default 60_000
   */
  timeout?: number;
  /** What to do next after a refusal, where the backend knows better than the general advice. */
  hint?: FailureContext["hint"];
}

type Body = NonNullable<RequestInit["body"]>;

/** One request. */
export interface HttpRequest {
  /** @default "GET" */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Appended to the base URL. To a whole URL the client's headers are not sent. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  /** Any other body. Called for each attempt, because a stream can be read once. */
  body?: () => Body | Promise<Body>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /**
   * The request may be sent twice. Such a request is repeated after every transient failure; any
   * other only after 429, which says that it was not taken.
   * @default true for all but POST and PATCH
   */
  idempotent?: boolean;
  /** @default 3 */
  retries?: number;
}

/** A small client for services that are spoken to by `fetch`. */
export interface HttpClient {
  /**
   * The answer's JSON; `undefined` for an empty answer. Throws a `ServiceError` for every refusal,
   * and one with the code `invalid-answer` for what is not JSON or does not pass `check`.
   */
  json(request: HttpRequest & { check?: AnswerCheck }): Promise<unknown>;
  /** The answer's text. Throws a `ServiceError` for every refusal. */
  text(request: HttpRequest): Promise<string>;
  /** A text without the secrets that the client has sent. */
  redact(text: string): string;
}

/**
 * A `fetch` client with this package's errors and retries: `Retry-After` is honoured, an abort ends
 * every pause at once, and no secret of the request reaches an error.
 *
 * @example
 * ```ts
 * import { createHttpClient, hasTexts } from "langsmith-finetune/testing";
 *
 * const client = createHttpClient({ service: "Acme", baseURL: "https://api.acme.test" });
 * const job = await client.json({ path: "jobs/1", check: hasTexts("id", "state") });
 * ```
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const secrets = new KnownSecrets();
  const ask = <T>(request: HttpRequest, read: (answer: ReceivedAnswer, context: FailureContext) => T): Promise<T> => {
    const { method = "GET", signal, retries } = request;
    const idempotent = request.idempotent ?? (method !== "POST" && method !== "PATCH");
    return retryTransient(() => askOnce(options, request, secrets, read), {
      signal,
      retries,
      ...(idempotent ? {} : { retryable: isRateLimit }),
    });
  };
  return {
    text: (request) => ask(request, ({ text }) => text),
    json: ({ check, ...request }) => ask(request, (answer, context) => readJson(answer, check, context)),
    redact: (text) => redactCredentials(text, ...secrets.values),
  };
}

interface ReceivedAnswer {
  status: number;
  headers: Headers;
  text: string;
}

function readJson(
  { status, headers, text }: ReceivedAnswer,
  check: AnswerCheck | undefined,
  context: FailureContext,
): unknown {
  const json = jsonOrUndefined(text);
  if (json === undefined && text.trim() !== "")
    throw serviceError(unreadable(status, notJson(text, headers), headers), context);
  const reason = check?.(json);
  if (reason !== undefined) throw serviceError(unreadable(status, reason, headers), context);
  return json;
}

async function askOnce<T>(
  client: HttpClientOptions,
  request: HttpRequest,
  secrets: KnownSecrets,
  read: (answer: ReceivedAnswer, context: FailureContext) => T,
): Promise<T> {
  const { method = "GET", json, body } = request;
  const { timeout = 60_000 } = client;
  const url = urlOf(client, request);
  const own = isWholeURL(request.path) ? {} : ((await client.headers?.()) ?? {});
  secrets.add(
    ...secretsOfUrl(url),
    ...secretsOfBody(json),
    ...secretsOfHeaders([...Object.entries(own), ...Object.entries(request.headers ?? {})]),
  );
  const context: FailureContext = {
    service: client.service,
    request: describe(client, request),
    secrets: secrets.values,
    hint: client.hint,
  };
  const limit = startTimeout(body === undefined ? timeout : undefined, request.signal, () => ({
    message: `No answer came within ${timeout / 1_000} seconds.`,
  }));
  const { signal } = limit;
  try {
    const response = await (client.fetch ?? globalThis.fetch)(url, {
      method,
      headers: {
        accept: "application/json",
        ...own,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...request.headers,
      },
      body: json === undefined ? await body?.() : JSON.stringify(json),
      signal,
    });
    const { status, headers } = response;
    // Of a refusal whose body does not arrive the status says enough.
    const text = await (response.ok ? boundedText(response, signal) : boundedText(response, signal).catch(() => ""));
    if (!response.ok) throw serviceError(failureOfBody(status, text ?? "", headers), context);
    if (text === undefined) throw serviceError(unreadable(status, TOO_LONG, headers), context);
    return read({ status, headers, text }, context);
  } catch (cause) {
    request.signal?.throwIfAborted();
    if (ServiceError.isInstance(cause)) throw cause;
    if (signal.aborted) {
      throw serviceError({ message: `no answer within ${timeout / 1_000} seconds`, timedOut: true }, context);
    }
    throw toServiceError(cause, context);
  } finally {
    limit.end();
  }
}

function urlOf({ baseURL }: HttpClientOptions, { path, query = {} }: HttpRequest): URL {
  const url = new URL(isWholeURL(path) ? path : `${baseURL.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function describe(client: HttpClientOptions, request: HttpRequest): string {
  const { origin, pathname } = urlOf(client, request);
  return `${request.method ?? "GET"} ${origin}${pathname}`;
}

const isWholeURL = (path: string) => /^https?:\/\//i.test(path);
const isRateLimit = (error: unknown): error is ServiceError =>
  ServiceError.isInstance(error) && error.code === "rate-limited";
