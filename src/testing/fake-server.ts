import { createServer, ServerResponse, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { loadPackage } from "../internal/load-package.js";

/** What went over the wire. */
export interface RecordedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
}

/** What goes wrong, how often, and for which requests. */
export interface Fault {
  /** Answer with this status instead of asking the app. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Cut the connection: before the app gets the request, or after it has done what was asked. */
  drop?: "before" | "after";
  /** Never answer: before the app gets the request, or after it has done what was asked. */
  hang?: "before" | "after";
  /** Answer with this text, whatever it is: with `status` (200 by default), and `after` the app has done what was asked. */
  text?: string;
  after?: boolean;
  /** @default 1 */
  times?: number;
  /** Lets that many requests that fit pass first. @default 0 */
  skip?: number;
  /** Called when a request meets it. */
  onMet?: () => void;
  method?: string;
  path?: RegExp;
  /** A header by which a request fits, for services that have one path for all operations. */
  header?: { readonly name: string; readonly value: RegExp };
}

/** An HTTP server on loopback with faults on demand. */
export interface FakeServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Counts down from `times` with each request that fits. */
  fault(fault: Fault): void;
  close(): Promise<void>;
}

/** What answers the requests: an app of Hono, or anything else with a `fetch` of this form. */
export interface FakeApp {
  fetch(request: Request): Response | Promise<Response>;
}

/**
 * Serves an app on a free port of the loopback interface, with faults on demand. Needs the package `@hono/node-server`.
 *
 * @throws MissingPackageError when the package is not installed.
 *
 * @example
 * ```ts
 * import { startFakeServer } from "langsmith-finetune/testing";
 *
 * const server = await startFakeServer({ fetch: () => Response.json({ status: "running" }) });
 * server.fault({ method: "GET", status: 503, times: 2 });
 * console.log(server.url);
 * await server.close();
 * ```
 */
export async function startFakeServer(app: FakeApp): Promise<FakeServer> {
  const { getRequestListener } = await loadPackage(
    "@hono/node-server",
    "startFakeServer",
    () => import("@hono/node-server"),
  );
  const requests: RecordedRequest[] = [];
  const faults: (Fault & { left: number; toSkip: number })[] = [];
  const sockets = new Set<Socket>();

  const take = (request: IncomingMessage): Fault | undefined => {
    const fault = faults.find((one) => {
      const { left, method, path, header } = one;
      const fits =
        left > 0 &&
        (method === undefined || method === request.method) &&
        (path === undefined || path.test(request.url ?? "")) &&
        (header === undefined || header.value.test(String(request.headers[header.name] ?? "")));
      if (!fits || one.toSkip === 0) return fits;
      one.toSkip -= 1;
      return false;
    });
    if (fault) fault.left -= 1;
    fault?.onMet?.();
    return fault;
  };

  const listener = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    requests.push({
      method: request.method ?? "",
      path: request.url ?? "",
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    });
    const fault = take(request);
    if (fault?.drop === "before") {
      request.socket.destroy();
      return;
    }
    if (fault?.hang === "before") {
      request.resume();
      return;
    }
    if (fault?.text !== undefined) {
      const { text, status = 200, headers } = fault;
      const answer = () => {
        ServerResponse.prototype.writeHead.call(response, status, { "content-type": "application/json", ...headers });
        ServerResponse.prototype.end.call(response, text, "utf8");
        return response;
      };
      if (!fault.after) {
        request.resume();
        answer();
        return;
      }
      response.writeHead = () => response;
      response.write = () => true;
      response.end = answer;
      response.flushHeaders = () => {};
      void listener(request, response);
      return;
    }
    if (fault?.status !== undefined) {
      request.resume();
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      response.end(
        JSON.stringify(
          fault.body ?? { error: { message: `injected ${fault.status}`, type: "fault", param: null, code: null } },
        ),
      );
      return;
    }
    if (fault?.drop === "after" || fault?.hang === "after") {
      // The app carries the request out; its answer never arrives.
      const socket = request.socket;
      response.write = () => true;
      response.end = () => {
        if (fault.drop) socket.destroy();
        return response;
      };
      response.writeHead = () => response;
      response.flushHeaders = () => {};
    }
    void listener(request, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: (fault) => void faults.push({ ...fault, left: fault.times ?? 1, toSkip: fault.skip ?? 0 }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
