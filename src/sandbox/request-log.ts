import type { SandboxClock } from "./server.js";
import type { SandboxService } from "./faults.js";
import { jsonOrText } from "../internal/json.js";

/** A request that a stand-in was sent. Never holds credentials. */
export interface SandboxRequest {
  readonly service: SandboxService;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The client's name of itself. */
  readonly userAgent?: string;
  /** By their names in lower case, without those that hold credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, in the sandbox's time. */
  readonly receivedAt: number;
  /** The JSON body, where there was one of at most 64 KiB; `undefined` otherwise. */
  readonly body?: unknown;
  /** The status of the answer; 0 while there is none, and when the connection was dropped. */
  readonly status: number;
  /** True when an injected fault met it. */
  readonly fault: boolean;
}

/** The requests that the stand-ins were sent, the last ten thousand of them. */
export interface RequestLog {
  list(service?: SandboxService): SandboxRequest[];
  clear(): void;
  start(service: SandboxService, request: Request, body: string | undefined): { end(status: number): void };
  markFault(request: Request): void;
}

const secretHeader = /authorization|cookie|key|token|secret/;
const keptRequests = 10_000;
const keptBodyLength = 64 * 1024;

export function createRequestLog(clock: SandboxClock): RequestLog {
  let entries: Entry[] = [];
  const underWay = new WeakMap<Request, Entry>();
  return {
    list: (service) => entries.filter((entry) => service === undefined || entry.service === service),
    clear() {
      entries = [];
    },
    start(service, request, body) {
      const { pathname, searchParams } = new URL(request.url);
      const entry: Entry = {
        service,
        method: request.method,
        path: pathname,
        query: searchParams,
        userAgent: request.headers.get("user-agent") ?? undefined,
        headers: Object.fromEntries([...request.headers].filter(([name]) => !secretHeader.test(name))),
        receivedAt: clock.now(),
        body: body !== undefined && body.length <= keptBodyLength ? jsonOrText(body) : undefined,
        status: 0,
        fault: false,
      };
      entries.push(entry);
      // Cut in large steps, so that a long run does not pay for it on each request.
      if (entries.length > keptRequests * 2) entries = entries.slice(-keptRequests);
      underWay.set(request, entry);
      return {
        end(status) {
          entry.status = status;
        },
      };
    },
    markFault(request) {
      const entry = underWay.get(request);
      if (entry !== undefined) entry.fault = true;
    },
  };
}

type Entry = { -readonly [Key in keyof SandboxRequest]: SandboxRequest[Key] };
