import type OpenAI from "openai";
import type { ClientOptions } from "openai";
import { isRecord } from "../../../internal/is-record.js";
import { checkApiKey, givenApiKey } from "../../../http/load-api-key.js";
import { loadPackage } from "../../../internal/load-package.js";
import { type AnswerCheck, isObject, notJson, unreadable } from "../../../http/answer-check.js";
import { boundedText, TOO_LONG } from "../../../http/bounded-text.js";
import { redactCredentials } from "../../../http/redact-credentials.js";
import { KnownSecrets, secretsOfBody, secretsOfHeaders, secretsOfUrl } from "../../../http/secrets.js";
import { serviceError, toServiceError } from "../../../http/service-error.js";
import { failureOfBody, type ServiceFailure } from "../../../http/service-failure.js";
import type { HostOptions, OpenAIDialect } from "./dialect.js";
import { jsonOrUndefined } from "../../../internal/json.js";

/** The way to a host: a client for each call, and its failures in this package's errors. */
export interface Connection {
  readonly baseURL: string;
  /**
   * `request` is the method and the path, for errors: `POST /files`. `ask` gets a signal of its own,
   * since the client never takes its listeners off the one that it is given. `check` says what the
   * JSON of an answer must be: the client itself takes anything, and an error object for an empty list.
   * `bytes` passes the body of a file on as it comes.
   */
  call<T>(
    request: string,
    signal: AbortSignal | undefined,
    ask: (client: OpenAI, signal: AbortSignal) => Promise<T>,
    check?: AnswerCheck | "bytes",
  ): Promise<T>;
  /** Throws where the key or the package is missing. */
  checkSetup(): Promise<void>;
  /** A text without the secrets that were sent. */
  redact(text: string): string;
}

/** Reads nothing and connects to nothing until the first call. */
export function connect(dialect: OpenAIDialect, options: HostOptions): Connection {
  const { service, baseURL } = dialect;
  const secrets = new KnownSecrets();
  return {
    baseURL,
    redact: (text) => redactCredentials(text, ...secrets.values),
    async checkSetup() {
      checkApiKey(service, options.apiKey, ...dialect.keyVariables);
      await loadClient(dialect);
    },
    async call(request, signal, ask, check = isObject) {
      signal?.throwIfAborted();
      const apiKey = keyOf(dialect, options, secrets);
      let wrong: ServiceFailure | undefined;
      const { OpenAI } = await loadClient(dialect);
      const extra: Partial<ClientOptions> = dialect.clientOptions?.(apiKey) ?? {};
      const client = new OpenAI({
        apiKey,
        baseURL,
        // Named, because the client would read OpenAI's own variables for any host.
        organization: null,
        project: null,
        fetch: checked(withReadableRefusals(options.fetch ?? globalThis.fetch), check, secrets, (reason) => {
          wrong = reason;
        }),
        // Retries are the job's: the client sleeps through an abort.
        maxRetries: 0,
        ...extra,
        defaultHeaders: { ...options.headers, ...extra.defaultHeaders },
      });
      const controller = new AbortController();
      const onAbort = () => controller.abort(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        const result = await ask(client, controller.signal);
        if (wrong === undefined) return result;
        throw new Error("The answer cannot be read.");
      } catch (error) {
        signal?.throwIfAborted();
        const [method = "", path = ""] = request.split(" ");
        const context = {
          service,
          request: `${method} ${baseURL.replace(/\/+$/, "")}${path}`,
          secrets: secrets.values,
          hint: dialect.hint,
        };
        throw wrong === undefined ? toServiceError(error, context) : serviceError(wrong, context);
      } finally {
        signal?.removeEventListener("abort", onAbort);
      }
    },
  };
}

const loadClient = ({ name }: OpenAIDialect) => loadPackage("openai", `The backend ${name}`, () => import("openai"));

/** The key, or what gets a token, and remembers it. */
function keyOf(
  { service, keyVariables }: OpenAIDialect,
  { apiKey }: HostOptions,
  secrets: KnownSecrets,
): string | (() => Promise<string>) {
  if (typeof apiKey !== "function") {
    const key = givenApiKey(service, apiKey, ...keyVariables);
    secrets.add(key);
    return key;
  }
  return async () => {
    const token = await apiKey();
    secrets.add(token);
    return token;
  };
}

/** Looks at each answer of success before the client does, and at what is sent for what must not be quoted. */
function checked(
  fetch: typeof globalThis.fetch,
  check: AnswerCheck | "bytes",
  secrets: KnownSecrets,
  onWrong: (failure: ServiceFailure) => void,
): typeof globalThis.fetch {
  return async (input, init) => {
    secrets.add(...secretsOfHeaders(new Headers(init?.headers)), ...secretsOfUrl(addressOf(input)));
    if (typeof init?.body === "string") secrets.add(...secretsOfBody(jsonOrUndefined(init.body)));
    const response = await fetch(input, init);
    // The client also asks for `data:,` to learn what `fetch` can do.
    if (check === "bytes" || !response.ok || !/^https?:/.test(addressOf(input))) return response;
    const { status, headers } = response;
    const text = await boundedText(response, init?.signal);
    const json = jsonOrUndefined(text ?? "");
    const reason = text === undefined ? TOO_LONG : json === undefined ? notJson(text, headers) : check(json);
    if (reason !== undefined) onWrong(unreadable(status, reason, headers));
    return new Response(reason === undefined ? text : "{}", { headers: plainHeaders(headers) });
  };
}

function addressOf(input: Parameters<typeof globalThis.fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}

/** Headers for a body that was read and is sent on as JSON. */
function plainHeaders(headers: Headers): Headers {
  const plain = new Headers(headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) plain.delete(name);
  plain.set("content-type", "application/json");
  return plain;
}

/**
 * The client reads a refusal's words from `error` alone and drops every other body. Hosts that put
 * them into `detail`, `message` or plain text are made readable here.
 */
function withReadableRefusals(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.status < 400) return response;
    const { status, headers } = response;
    const text = (await boundedText(response, init?.signal)) ?? "";
    const { message, code, param, body } = failureOfBody(status, text, headers);
    const readable = isRecord(body) && isRecord(body["error"]) ? body : { error: { message, code, param, body } };
    return new Response(JSON.stringify(readable), { status, headers: plainHeaders(headers) });
  };
}
