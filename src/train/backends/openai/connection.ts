import type OpenAI from "openai";
import type { ClientOptions } from "openai";
import { isRecord } from "../../../internal/is-record.js";
import { loadApiKey } from "../../../http/load-api-key.js";
import { loadPackage } from "../../../internal/load-package.js";
import { toServiceError } from "../../../http/service-error.js";
import { failureOfBody } from "../../../http/service-failure.js";
import type { HostOptions, OpenAIDialect } from "./dialect.js";

/** The way to a host: a client for each call, and its failures in this package's errors. */
export interface Connection {
  readonly baseURL: string;
  /**
   * `request` is the method and the path, for errors: `POST /files`. `ask` gets a signal of its own,
   * since the client never takes its listeners off the one that it is given.
   */
  call<T>(
    request: string,
    signal: AbortSignal | undefined,
    ask: (client: OpenAI, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** Reads nothing and connects to nothing until the first call. */
export function connect(dialect: OpenAIDialect, options: HostOptions): Connection {
  const { service, keyVariables, baseURL } = dialect;
  return {
    baseURL,
    async call(request, signal, ask) {
      signal?.throwIfAborted();
      const apiKey =
        typeof options.apiKey === "function" ? options.apiKey : loadApiKey(service, options.apiKey, ...keyVariables);
      const { OpenAI } = await loadPackage("openai", `The backend ${dialect.name}`, () => import("openai"));
      const extra: Partial<ClientOptions> = dialect.clientOptions?.(apiKey) ?? {};
      const client = new OpenAI({
        apiKey,
        baseURL,
        // Named, because the client would read OpenAI's own variables for any host.
        organization: null,
        project: null,
        fetch: withReadableRefusals(options.fetch ?? globalThis.fetch),
        // Retries are the job's: the client sleeps through an abort.
        maxRetries: 0,
        ...extra,
        defaultHeaders: { ...options.headers, ...extra.defaultHeaders },
      });
      const controller = new AbortController();
      const onAbort = () => controller.abort(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        return await ask(client, controller.signal);
      } catch (error) {
        signal?.throwIfAborted();
        const [method = "", path = ""] = request.split(" ");
        throw toServiceError(error, {
          service,
          request: `${method} ${baseURL.replace(/\/+$/, "")}${path}`,
          secrets: [typeof apiKey === "string" ? apiKey : undefined, ...Object.values(options.headers ?? {})],
          hint: dialect.hint,
        });
      } finally {
        signal?.removeEventListener("abort", onAbort);
      }
    },
  };
}

/**
 * The client reads a refusal's words from `error` alone and drops every other body. Hosts that put
 * them into `detail`, `message` or plain text are made readable here.
 */
function withReadableRefusals(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (...request) => {
    const response = await fetch(...request);
    if (response.status < 400) return response;
    const { status, headers } = response;
    const text = await response.text();
    const { message, code, param, body } = failureOfBody(status, text, headers);
    const readable = isRecord(body) && isRecord(body["error"]) ? body : { error: { message, code, param, body } };
    const plain = new Headers(headers);
    for (const name of ["content-length", "content-encoding", "transfer-encoding"]) plain.delete(name);
    plain.set("content-type", "application/json");
    return new Response(JSON.stringify(readable), { status, headers: plain });
  };
}
