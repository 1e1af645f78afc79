import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { loadPackage } from "../internal/load-package.js";
import { delay } from "../internal/delay.js";
import { damage, lengthOf, replacementOf } from "./damaged-answer.js";
import type { Fault, Faults, SandboxService } from "./faults.js";
import type { RequestLog } from "./request-log.js";

/** A Hono app on Node's own server. */
export type ServiceApp = Hono<{ Bindings: HttpBindings }>;
export type ServiceContext = Context<{ Bindings: HttpBindings }>;

/** The time of a sandbox. Stand-ins take it for everything that depends on time. */
export interface SandboxClock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** What every stand-in is built on. */
export interface SandboxFrame {
  clock: SandboxClock;
  faults: Faults;
  log: RequestLog;
}

/** How a stand-in writes an error: each service has its own form. */
export type ErrorBody = (status: number, message: string) => unknown;

/**
 * An app that logs its requests and lets faults happen to them. A stand-in adds its routes.
 * Unknown paths are a 404 and what a route throws is a 500, both in the form of the service.
 */
export async function createServiceApp(
  service: SandboxService,
  frame: SandboxFrame,
  errorBody: ErrorBody,
): Promise<ServiceApp> {
  const { Hono } = await loadPackage("hono", "The sandbox", () => import("hono"));
  const app: ServiceApp = new Hono();
  app.use(logRequests(service, frame));
  app.use(letFaultsHappen(service, frame, errorBody));
  app.notFound((context) =>
    context.json(
      errorBody(404, `The sandbox's stand-in has no ${context.req.method} ${context.req.path}.`) as object,
      404,
    ),
  );
  app.onError((error, context) => context.json(errorBody(500, `The sandbox failed: ${error.message}`) as object, 500));
  return app;
}

export interface RunningService {
  port: number;
  /** Without a slash at the end. */
  origin: string;
  close(): Promise<void>;
}

/** Serves an app on the loopback interface and nowhere else. Port 0 is any free one. */
export async function listen(app: ServiceApp, port: number): Promise<RunningService> {
  const { serve } = await loadPackage("@hono/node-server", "The sandbox", () => import("@hono/node-server"));
  const server = await new Promise<Server>((resolve, reject) => {
    // Left to its default, it replaces the global Request and Response of the whole process.
    const started = serve({ fetch: app.fetch, hostname: "127.0.0.1", port, overrideGlobalObjects: false }, () =>
      resolve(started),
    ) as Server;
    started.once("error", reject);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    port: actual,
    origin: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function logRequests(service: SandboxService, { log }: SandboxFrame): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async function logRequest(context, next) {
    const entry = log.start(service, context.req.raw, await readableBody(context));
    await next();
    entry.end(context.res.headers.has(sentHeader) ? 0 : context.res.status);
  };
}

function letFaultsHappen(
  service: SandboxService,
  { faults, log }: SandboxFrame,
  errorBody: ErrorBody,
): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async function letFaultHappen(context, next) {
    const fault = faults.meet(service, context.req.method, context.req.path);
    if (fault === undefined) return next();
    log.markFault(context.req.raw);
    const { rule, latency } = fault;
    if (latency > 0) await delay(latency, context.req.raw.signal);
    if (rule.drop === "before") return drop(context);
    if (rule.status !== undefined) return refuse(context, fault, errorBody);
    if (rule.shift !== undefined) context.req.raw = shifted(context.req.raw, rule.shift);
    const replacement = rule.answer === undefined ? undefined : replacementOf(rule.answer, context.req.url);
    if (replacement === undefined) await next();
    else context.res = replacement;
    if (rule.answer !== undefined && replacement === undefined) context.res = await damage(rule.answer, context.res);
    if (rule.answer !== undefined && rule.retryAfter !== undefined)
      context.res.headers.set("retry-after", String(rule.retryAfter));
    if (rule.drip !== undefined) context.res = dripping(context.res, rule.drip);
    const length = rule.answer === undefined ? undefined : lengthOf(rule.answer);
    if (length !== undefined) {
      context.res = await sendPart(context, context.res, { said: length, sent: 1 });
    } else if (rule.drop === "after") {
      context.res = drop(context);
    } else if (rule.drop === "during") {
      context.res = await sendPart(context, context.res, { said: 1, sent: 0.5 });
    }
  };
}

async function refuse(context: ServiceContext, { rule }: Fault, errorBody: ErrorBody): Promise<Response> {
  const status = rule.status ?? 500;
  const headers = new Headers({ "content-type": "application/json", ...rule.headers });
  if (rule.retryAfter !== undefined) headers.set("retry-after", String(rule.retryAfter));
  const body =
    (rule.echo ? await echoOf(context, status, errorBody) : rule.body) ??
    errorBody(status, status === 429 ? "Rate limit exceeded (injected fault)" : "Injected fault");
  return new Response(JSON.stringify(body), { status, headers });
}

/** What debugging proxies answer: all that they were sent. */
async function echoOf({ req }: ServiceContext, status: number, errorBody: ErrorBody): Promise<unknown> {
  const sent = { url: req.url, headers: req.header(), body: await req.text() };
  return errorBody(status, `Refused (injected fault): ${JSON.stringify(sent)}`);
}

// What @hono/node-server's RESPONSE_ALREADY_SENT carries: the server then leaves the connection alone.
const sentHeader = "x-hono-already-sent";
const answered = () => new Response(null, { headers: { [sentHeader]: "true" } });

function drop(context: ServiceContext): Response {
  context.env.incoming.socket.destroy();
  return answered();
}

/** Sends a part of the body, says another length, and breaks the connection. Both are shares of the whole. */
async function sendPart(
  context: ServiceContext,
  response: Response,
  { said, sent }: { said: number; sent: number },
): Promise<Response> {
  const body = Buffer.from(await response.arrayBuffer());
  const { outgoing } = context.env;
  const length = String(Math.floor(body.length * said));
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), "content-length": length });
  const part = body.subarray(0, Math.floor(body.length * sent));
  await new Promise<void>((resolve) => outgoing.write(part, () => resolve()));
  return drop(context);
}

/** The request with its offset moved, as if the list had changed since the page before. */
function shifted(request: Request, by: number): Request {
  const url = new URL(request.url);
  const offset = Number(url.searchParams.get("offset") ?? 0);
  if (offset === 0) return request;
  url.searchParams.set("offset", String(Math.max(0, offset + by)));
  return new Request(url, request);
}

/** The answer in ten pieces with a pause before each. */
function dripping(response: Response, pause: number): Response {
  if (response.body === null) return response;
  const whole = response.arrayBuffer();
  const pieces = async function* () {
    const bytes = new Uint8Array(await whole);
    const size = Math.max(1, Math.ceil(bytes.length / 10));
    for (let start = 0; start < bytes.length; start += size) {
      await delay(pause);
      yield bytes.subarray(start, start + size);
    }
  };
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(ReadableStream.from(pieces()) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    status: response.status,
    headers,
  });
}

/** The text of a JSON body, for the log. Reading it here costs nothing: Hono keeps it for the route. */
async function readableBody({ req }: ServiceContext): Promise<string | undefined> {
  const isJson = req.header("content-type")?.startsWith("application/json") ?? false;
  return isJson && req.header("content-encoding") === undefined ? await req.text() : undefined;
}
