import { ServiceError } from "../errors.js";
import { failureOfBody, serviceError, toServiceError, type FailureContext } from "./service-error.js";
import { retryTransient } from "./retry.js";

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
   * Milliseconds until an answer must be there; a request with a `body` of its own has no such limit.
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
  /** Appended to the base URL; a whole URL stands for itself, and then the client's headers are not sent. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  /** Any other body. Called for each attempt, because a stream can be read once. */
  body?: () => Body | Promise<Body>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /**
   * The request may be sent twice. Such a request is repeated after no answer, 429 and 5xx; any
   * other only after 429, which says that it was not taken.
   * @default true for all but POST and PATCH
   */
  idempotent?: boolean;
  /** @default 3 */
  retries?: number;
}

/** A small client for services that are spoken to by `fetch`. */
export interface HttpClient {
  /** The answer's JSON; `undefined` for an empty answer. Throws a `ServiceError` for every refusal. */
  json(request: HttpRequest): Promise<unknown>;
  /** The answer itself, if its status is 2xx. Throws a `ServiceError` otherwise. */
  response(request: HttpRequest): Promise<Response>;
}

/**
 * A `fetch` client with this package's errors and retries: `Retry-After` is honoured, an abort ends
 * every pause at once, and no header of the request reaches an error.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const response = (request: HttpRequest) => send(options, request);
  return {
    response,
    async json(request) {
      const answer = await response(request);
      const where = describe(options, request);
      const text = await answer.text().catch((cause: unknown) => {
        throw toServiceError(cause, { service: options.service, request: where });
      });
      if (text.trim() === "") return undefined;
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        const message = `the answer is not JSON: ${text.slice(0, 200)}`;
        throw serviceError(
          { status: answer.status, code: "invalid-answer", message },
          { service: options.service, request: where, cause },
        );
      }
    },
  };
}

async function send(client: HttpClientOptions, request: HttpRequest): Promise<Response> {
  const { method = "GET", signal, retries } = request;
  const idempotent = request.idempotent ?? (method !== "POST" && method !== "PATCH");
  return retryTransient(() => sendOnce(client, request), {
    signal,
    retries,
    ...(idempotent ? {} : { retryable: isRateLimit }),
  });
}

async function sendOnce(client: HttpClientOptions, request: HttpRequest): Promise<Response> {
  const { method = "GET", json, body, signal } = request;
  const url = urlOf(client, request);
  const own = isWholeURL(request.path) ? {} : ((await client.headers?.()) ?? {});
  const context: FailureContext = {
    service: client.service,
    request: describe(client, request),
    secrets: Object.entries(own).flatMap(([name, value]) =>
      isSecret(name) ? [value, value.replace(/^\S+\s+/, "")] : [],
    ),
    hint: client.hint,
  };
  const timeout = body === undefined ? AbortSignal.timeout(client.timeout ?? 60_000) : undefined;
  const signals = [signal, timeout].filter((one) => one !== undefined);
  let response: Response;
  try {
    response = await (client.fetch ?? globalThis.fetch)(url, {
      method,
      headers: {
        accept: "application/json",
        ...own,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...request.headers,
      },
      body: json === undefined ? await body?.() : JSON.stringify(json),
      signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout?.aborted) {
      throw serviceError(
        { message: `no answer within ${(client.timeout ?? 60_000) / 1_000} seconds` },
        { ...context, cause },
      );
    }
    throw toServiceError(cause, context);
  }
  if (response.ok) return response;
  const text = await response.text().catch(() => "");
  throw serviceError(failureOfBody(response.status, text, response.headers), context);
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
const isSecret = (header: string) => /authorization|key|token|cookie/i.test(header);
const isRateLimit = (error: unknown): error is ServiceError =>
  ServiceError.isInstance(error) && error.code === "rate-limited";
