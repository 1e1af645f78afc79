import type { Client } from "langsmith";
import pRetry, { AbortError } from "p-retry";
import { InvalidOptionError } from "../../errors.js";
import { delay } from "../../http/delay.js";
import { loadPackage } from "../../internal/load-package.js";
import { BytePool, type KeptBytes } from "./byte-pool.js";
import { CollectionPrompt } from "./collection-prompt.js";
import { type RateLimit, sharedLimits } from "./request-limits.js";
import { mayPass, type RequestFailure, retryAfter, toServiceError } from "../../http/service-failure.js";

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

/** What is sent beside method and address. */
type JsonRequest = { query?: URLSearchParams; body?: unknown } & Pick<
  Attempt<unknown>,
  "asked" | "rateLimit" | "signal"
>;

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

/** A request to be tried, and tried again. */
export interface Attempt<T> {
  /** Method and address, without a query. */
  request: string;
  /** What is asked, for people: `Reading runs`. */
  asked: string;
  rateLimit?: RateLimit | undefined;
  signal: AbortSignal | undefined;
  /** Makes the request once; throws a `RequestError` for what came back. */
  send(signal: AbortSignal | undefined): Promise<T>;
}

/** Carries a {@link RequestFailure} through the retries. */
export class RequestError extends Error {
  constructor(readonly failure: RequestFailure) {
    super(failure.status === undefined ? "no answer" : `status ${failure.status}`);
  }
}

const LONGEST_WAIT = 10 * 60_000;
/** A server that never answered gets fewer attempts: a wrong address should be told soon. */
const FIRST_CONTACT_RETRIES = 2;

/** A LangSmith server, as the client is configured to reach it. */
export class Connection {
  readonly client: Client;
  /** Without a slash at its end: `https://api.smith.langchain.com`. */
  readonly apiUrl: string;
  private readonly maxRetries: number;
  private readonly pool = new BytePool();
  private readonly prompt = new CollectionPrompt();
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
    this.maxRetries = maxRetries;
  }

  private get parts(): ClientParts {
    return this.client as unknown as ClientParts;
  }

  /** What must never show up in an error. */
  get secrets(): readonly (string | undefined)[] {
    return [this.parts.apiKey];
  }

  /** The address before `/api/v2`, as langsmith's client finds it. */
  get baseUrl(): string {
    return this.apiUrl.replace(/\/api(?:\/v1)?$/, "");
  }

  /** Sends JSON and returns what the answer's JSON holds. A path is taken from {@link apiUrl}. */
  async json(method: "GET" | "POST", path: string, request: JsonRequest): Promise<unknown> {
    const { json, body } = await this.answer(method, path, request);
    body.drop();
    return json;
  }

  /** The same, with the answer itself beside what it holds. */
  async answer(method: "GET" | "POST", path: string, { query, body, ...attempt }: JsonRequest): Promise<JsonAnswer> {
    const address = /^https?:/.test(path) ? path : `${this.apiUrl}${path}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return this.attempt({
      ...attempt,
      request: `${method} ${withoutPassword(address)}`,
      send: (signal) =>
        this.send(method, query && query.size > 0 ? `${address}?${String(query)}` : address, text, signal),
    });
  }

  /** Sends at the pace of the limits, again where that may help, and throws a `ServiceError` where it does not. */
  async attempt<T>({ request, asked, rateLimit, signal, send }: Attempt<T>): Promise<T> {
    const limits = sharedLimits(`${this.apiUrl} ${this.parts.apiKey ?? ""}`, rateLimit);
    const retries = this.answered ? this.maxRetries : Math.min(FIRST_CONTACT_RETRIES, this.maxRetries);
    try {
      return await pRetry(
        async () => {
          await limits.acquire(signal);
          try {
            const result = await send(signal);
            this.answered = true;
            return result;
          } catch (error) {
            signal?.throwIfAborted();
            if (!(error instanceof RequestError)) throw new AbortError(error instanceof Error ? error : String(error));
            if (error.failure.status !== undefined) this.answered = true;
            throw error;
          }
        },
        {
          retries: this.maxRetries,
          minTimeout: 250,
          maxTimeout: 10_000,
          randomize: true,
          ...(signal ? { signal } : {}),
          onFailedAttempt: async ({ error, retriesConsumed }) => {
            if (!(error instanceof RequestError) || !mayPass(error.failure)) throw error;
            if (!this.answered && retriesConsumed >= retries) throw error;
            const wait = retryAfter(error.failure);
            if (wait === undefined) {
              // Nothing was said: the others of this key step back too, for as long as p-retry does.
              if (error.failure.status === 429) limits.closeFor(250 * 2 ** retriesConsumed);
              return;
            }
            if (wait > LONGEST_WAIT) throw error;
            limits.closeFor(wait);
            await delay(wait, signal);
          },
        },
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RequestError) throw toServiceError(error.failure, { request, asked, secrets: this.secrets });
      throw error;
    }
  }

  private async send(
    method: string,
    address: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<JsonAnswer> {
    const { _mergedHeaders, headers = {}, fetchOptions, timeout_ms = 90_000 } = this.parts;
    const timeout = startTimeout(timeout_ms, signal);
    let response: Response;
    let received: AnswerBody;
    try {
      // A getter of the client, bound to it there: it brings OAuth tokens up to date.
      response = await (this.parts._fetch ?? fetch)(address, {
        ...fetchOptions,
        method,
        headers: {
          ...(_mergedHeaders ?? headers),
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
        signal: timeout.signal,
      });
      received = await this.readBody(response);
    } catch (cause) {
      throw new RequestError({ cause, timedOut: timeout.passed });
    } finally {
      timeout.end();
    }
    const text = received.text();
    if (!response.ok)
      throw new RequestError({ status: response.status, headers: response.headers, body: parsed(text) });
    try {
      return { json: JSON.parse(text) as unknown, body: received };
    } catch (cause) {
      throw new RequestError({ status: response.status, body: text.slice(0, 200), cause });
    }
  }

  /** Moves the body into blocks of the pool while it comes, so that what it came in is free at once. */
  private async readBody({ body }: Response): Promise<AnswerBody> {
    const { pool } = this;
    const kept: KeptBytes = { length: 0, blocks: [] };
    // Not by iteration, whose promises keep the pieces alive for longer.
    const reader = body?.getReader();
    for (let part = await reader?.read(); reader && part && !part.done; part = await reader.read())
      pool.append(kept, part.value);
    this.prompt.add(kept.length);
    return { size: kept.length, text: () => pool.text(kept), drop: () => pool.giveBack(kept) };
  }
}

/** Until the body is read, and leaving nothing behind on a signal that outlives thousands of requests. */
function startTimeout(milliseconds: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const timeout = { signal: controller.signal, passed: false, end };
  const onAbort = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => {
    timeout.passed = true;
    controller.abort(new DOMException("The time is up.", "TimeoutError"));
  }, milliseconds);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  function end() {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
  return timeout;
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function withoutPassword(address: string): string {
  return address.replace(/:\/\/[^/@]*@/, "://");
}
