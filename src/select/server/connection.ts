import {
  abortSignal,
  either,
  kind,
  milliseconds,
  number,
  object,
  only,
  positiveInteger,
  required,
} from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import { parseExact } from "../../internal/exact-json.js";
import type { Client } from "langsmith";
import { InvalidOptionError, ServiceError } from "../../errors.js";
import { type AnswerCheck, notJson, unreadable } from "../../http/answer-check.js";
import { retryTransient } from "../../http/retry.js";
import { KnownSecrets, secretsOfHeaders, secretsOfUrl } from "../../http/secrets.js";
import { type FailureContext, isTransient, serviceError, toServiceError } from "../../http/service-error.js";
import { failureOfBody } from "../../http/service-failure.js";
import { startTimeout } from "../../http/timeout.js";
import { untilAborted } from "../../http/until-aborted.js";
import { loadPackage } from "../../internal/load-package.js";
import { BytePool, type KeptBytes } from "./byte-pool.js";
import { CollectionPrompt } from "./collection-prompt.js";
import { explainLangSmithFailure } from "./explain-failure.js";
import { type RateLimit, sharedLimits } from "./request-limits.js";

/** Whom to ask, and how. Shared by everything that reads from LangSmith. */
export interface ConnectionOptions {
  /**
   * A client of the `langsmith` package: its address, key, workspace, headers and `fetch` are used.
   * @default a new one, which takes LANGSMITH_API_KEY, LANGSMITH_ENDPOINT and so on from the environment
   */
  client?: Client;
  /** Ends the reading: what waits stops at once. */
  signal?: AbortSignal;
  /**
   * How many requests may begin in which time; `false` for no limit but the server's own refusals.
   * Everything in this process that reads with the same key and the same limit shares it.
   * @default LangSmith's documented limits of run queries: 300 in 10 s on v2, 10 in 10 s on v1
   */
  rateLimit?: RateLimit | false;
  /**
   * How often a request is made again that failed in a way that may pass: 408, 425, 429, 5xx, a lost
   * connection. What the server says in Retry-After is waited for, up to ten minutes.
   * @default 5
   */
  maxRetries?: number;
}

/** The parts of langsmith's client that say how to reach the server. Private there, the same from 0.7.15 to 0.12. */
interface ClientParts {
  apiUrl?: string;
  apiKey?: string;
  timeout_ms?: number;
  headers?: Record<string, string>;
  _mergedHeaders?: Record<string, string>;
  fetchOptions?: RequestInit;
  _fetch?: typeof fetch;
}

/** What is sent beside method and address, and what must come back. */
interface JsonRequest {
  query?: URLSearchParams;
  body?: unknown;
  /** What is asked, for people: `Reading runs`. */
  asked: string;
  rateLimit?: RateLimit | undefined;
  signal: AbortSignal | undefined;
  /** What the answer must be. One that is not is requested again, and is a `ServiceError` where it stays so. */
  check: AnswerCheck;
}

type HttpMethod = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** An answer's JSON, and the answer. */
export interface JsonAnswer {
  json: unknown;
  body: AnswerBody;
}

/** The bytes of an answer. */
export interface AnswerBody {
  readonly size: number;
  text(): string;
  /** The bytes are needed no more. */
  drop(): void;
}

/** The kinds of {@link ConnectionOptions}. */
export const connectionKinds: OptionKinds<ConnectionOptions> = {
  client: kind("a Client of langsmith", (value) => typeof value === "object" && value !== null),
  signal: abortSignal,
  rateLimit: either(
    only(false),
    object<RateLimit>({ requests: required(positiveInteger), milliseconds: required(milliseconds) }),
  ),
  maxRetries: number({ min: 0, integer: true }),
};

/** Bytes of one answer: little less than what a text of JavaScript can hold. A body without an end would fill the memory. */
const MOST_BYTES = 400_000_000;
/** A server that never answered gets fewer attempts: a wrong address should be reported soon. */
const FIRST_CONTACT_RETRIES = 2;

/** A LangSmith server, as the client is configured to reach it. */
export class Connection {
  readonly client: Client;
  /** Without a slash at its end: `https://api.smith.langchain.com`. */
  readonly apiUrl: string;
  private readonly maxRetries: number;
  private readonly pool = new BytePool();
  private readonly prompt = new CollectionPrompt();
  private readonly secrets = new KnownSecrets();
  private answered = false;

  constructor(client: Client, { maxRetries = 5 }: { maxRetries?: number } = {}) {
    this.client = client;
    const { apiUrl } = this.parts;
    if (typeof apiUrl !== "string") {
      throw new InvalidOptionError({
        option: "client",
        // Its names alone: its values hold the key.
        value: Object.keys(client),
        message: "The client does not say where LangSmith is.",
        hint: "Pass a Client of langsmith; the versions from 0.7.15 to 0.12 are known to work.",
      });
    }
    this.apiUrl = apiUrl.replace(/\/+$/, "");
    if (!URL.canParse(this.apiUrl) || !/^https?:/i.test(this.apiUrl)) {
      const value = withoutPassword(this.apiUrl).slice(0, 100);
      throw new InvalidOptionError({
        option: "client",
        value,
        message: `The address of LangSmith is no http or https address: ${JSON.stringify(value)}.`,
        hint: "Check LANGSMITH_ENDPOINT, or apiUrl of the client.",
      });
    }
    this.maxRetries = maxRetries;
  }

  private get parts(): ClientParts {
    return this.client as unknown as ClientParts;
  }

  /** The address before `/api/v2`, as langsmith's client finds it. */
  get baseUrl(): string {
    return this.apiUrl.replace(/\/api(?:\/v1)?$/, "");
  }

  /** Sends JSON and returns what the answer's JSON holds. A path is taken from {@link apiUrl}. */
  async json(method: HttpMethod, path: string, request: JsonRequest): Promise<unknown> {
    const { json, body } = await this.answer(method, path, request);
    body.drop();
    return json;
  }

  /** The JSON of an answer, with the answer itself. At the pace of the limits, and again after transient failures. */
  async answer(method: HttpMethod, path: string, request: JsonRequest): Promise<JsonAnswer> {
    const { query, body, asked, rateLimit, signal, check } = request;
    const address = /^https?:/.test(path) ? path : `${this.apiUrl}${path}`;
    const url = query && query.size > 0 ? `${address}?${String(query)}` : address;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const limits = sharedLimits(`${this.apiUrl} ${this.parts.apiKey ?? ""}`, rateLimit);
    this.secrets.add(this.parts.apiKey, ...secretsOfUrl(address));
    const context = {
      service: "LangSmith",
      purpose: asked,
      request: `${method} ${withoutPassword(address)}`,
      hint: explainLangSmithFailure(this.hasKey),
    };
    return retryTransient(
      async () => {
        await limits.acquire(signal);
        try {
          const answer = await this.send(method, url, text, { signal, check, context });
          this.answered = true;
          return answer;
        } catch (error) {
          signal?.throwIfAborted();
          if (ServiceError.isInstance(error) && error.status !== undefined) this.answered = true;
          throw error;
        }
      },
      {
        retries: this.maxRetries,
        ...(signal ? { signal } : {}),
        retryable: (error, attempts): error is ServiceError =>
          isTransient(error) && (this.answered || attempts <= FIRST_CONTACT_RETRIES),
        // Who shares the key waits too.
        onPause: (error, pause) => {
          if (error.code === "rate-limited" || error.retryAfter !== undefined) limits.closeFor(pause);
        },
      },
    );
  }

  private async send(
    method: string,
    url: string,
    body: string | undefined,
    { signal, check, context }: { signal: AbortSignal | undefined; check: AnswerCheck; context: FailureContext },
  ): Promise<JsonAnswer> {
    const { timeout_ms = 90_000, fetchOptions } = this.parts;
    const headers = this.headers();
    const failed = (failure: Parameters<typeof serviceError>[0]) =>
      serviceError(failure, { ...context, secrets: this.secrets.values });
    const timeout = startTimeout(timeout_ms, signal, () => ({ message: "No answer came in time." }));
    let response: Response;
    let received: AnswerBody;
    try {
      // A getter of the client, bound to it there: it brings OAuth tokens up to date.
      response = await (this.parts._fetch ?? fetch)(url, {
        ...fetchOptions,
        method,
        headers: {
          ...headers,
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
        signal: timeout.signal,
      });
      const tooLong = () =>
        failed(unreadable(response.status, `it is longer than ${MOST_BYTES / 1e6} MB`, response.headers));
      received = await untilAborted(this.readBody(response, tooLong), timeout.signal);
    } catch (cause) {
      if (ServiceError.isInstance(cause)) throw cause;
      if (timeout.signal.aborted) {
        throw failed({ message: `no answer within ${timeout_ms / 1_000} seconds`, timedOut: true });
      }
      throw toServiceError(cause, { ...context, secrets: this.secrets.values });
    } finally {
      timeout.end();
    }
    const { status, ok } = response;
    const text = received.text();
    const refuse = (failure: Parameters<typeof serviceError>[0]) => {
      received.drop();
      return failed(failure);
    };
    if (!ok) throw refuse(failureOfBody(status, text, response.headers));
    const json = parsed(text);
    const reason = json === undefined ? notJson(text, response.headers) : check(json.value);
    if (json === undefined || reason !== undefined) {
      throw refuse(unreadable(status, reason ?? "it is empty", response.headers));
    }
    return { json: json.value, body: received };
  }

  /** What the client sends with each request. Read for each, because tokens are renewed. */
  /** With a key, or with another credential in a header. */
  private get hasKey(): boolean {
    const names = Object.keys(this.headers()).map((name) => name.toLowerCase());
    return Boolean(this.parts.apiKey) || names.some((name) => name === "x-api-key" || name === "authorization");
  }

  private headers(): Record<string, string> {
    const { _mergedHeaders, headers = {} } = this.parts;
    const sent = _mergedHeaders ?? headers;
    this.secrets.add(...secretsOfHeaders(Object.entries(sent)));
    return sent;
  }

  /** Moves the body into blocks of the pool while it comes, so that what it came in is free at once. */
  private async readBody({ body }: Response, tooLong: () => ServiceError): Promise<AnswerBody> {
    const { pool } = this;
    const kept: KeptBytes = { length: 0, blocks: [] };
    // Not by iteration, whose promises keep the pieces alive for longer.
    const reader = body?.getReader();
    for (let part = await reader?.read(); reader && part && !part.done; part = await reader.read()) {
      pool.append(kept, part.value);
      if (kept.length <= MOST_BYTES) continue;
      // Not given back: the pool would keep as much for good.
      await reader.cancel();
      throw tooLong();
    }
    this.prompt.add(kept.length);
    return { size: kept.length, text: () => pool.text(kept), drop: () => pool.giveBack(kept) };
  }
}

/** Connects with the client that was given, or one that the environment describes. */
export async function connect({ client, maxRetries }: ConnectionOptions): Promise<Connection> {
  return new Connection(client ?? (await defaultClient()), { ...(maxRetries === undefined ? {} : { maxRetries }) });
}

let ownClient: { environment: string; client: Client } | undefined;

/** One for as long as the environment stays as it is: what was found out about the server is kept with it. */
async function defaultClient(): Promise<Client> {
  const { Client } = await loadPackage("langsmith", "Reading from LangSmith", () => import("langsmith"));
  const environment = JSON.stringify(
    Object.entries(process.env)
      .filter(([name]) => /^LANG(?:SMITH|CHAIN)_/.test(name))
      .sort(),
  );
  if (ownClient?.environment !== environment) ownClient = { environment, client: new Client() };
  return ownClient.client;
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: parseExact(text) };
  } catch {
    return undefined;
  }
}

function withoutPassword(address: string): string {
  return address.replace(/:\/\/[^/@]*@/, "://");
}
