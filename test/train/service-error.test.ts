import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Hono } from "hono";
import { ServiceError } from "langsmith-finetune";
import { createHttpClient, type HttpClient } from "../../src/http/http-client.js";
import { lineOf } from "../../src/train/preparing/line-of.js";
import { retryAfterOf } from "../../src/http/retry-after.js";
import { isAmbiguous, isTransient, toServiceError } from "../../src/http/service-error.js";
import { failureOfBody } from "../../src/http/service-failure.js";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("toServiceError", () => {
  const context = { service: "Host" };

  it("lets aborts, this package's errors and mistakes in code be what they are", () => {
    const abort = new DOMException("stop", "AbortError");
    const own = new ServiceError({ service: "x", code: "y", message: "z" });
    const mistake = new TypeError("undefined is not a function");
    for (const error of [abort, own, mistake]) expect(toServiceError(error, context)).toBe(error);
  });

  it("reads the errors of AWS, Google, and a broken connection", () => {
    const aws = Object.assign(new Error("too many"), {
      name: "ThrottlingException",
      $metadata: { httpStatusCode: 429 },
    });
    expect(toServiceError(aws, context)).toMatchObject({
      code: "rate-limited",
      status: 429,
      details: { code: "ThrottlingException" },
    });
    expect(toServiceError(Object.assign(new Error("no bucket"), { code: 404 }), context)).toMatchObject({
      code: "not-found",
    });
    const broken = new TypeError("fetch failed", {
      cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
    });
    const unreachable = toServiceError(broken, context);
    expect(unreachable).toMatchObject({ code: "unreachable" });
    expect(unreachable.message).toContain("fetch failed: connect");
  });

  it("redacts what it is told and what looks like a key, in message, details and cause", () => {
    const error = new Error("key my-own-secret or sk-abcdefghijklmnop is wrong");
    const result = toServiceError(Object.assign(error, { status: 401, error: { message: error.message } }), {
      ...context,
      secrets: ["my-own-secret"],
    });
    const all = `${result.message}${JSON.stringify(result)}${String(result.cause)}${(result.cause as Error).stack}`;
    expect(all).not.toMatch(/my-own-secret|sk-abcdef/);
    expect(result.message).toContain("[redacted]");
  });
});

describe("the provider's words", () => {
  it.each([
    ['{"error":{"message":"m","code":"c","param":"p"}}', { message: "m", code: "c", param: "p" }],
    ['{"error":"m"}', { message: "m" }],
    ['{"message":"m","code":7}', { message: "m", code: "7" }],
    ['{"error":{"message":"m","status":"NOT_FOUND"}}', { message: "m", code: "NOT_FOUND" }],
    ['{"detail":"m","title":"t"}', { message: "m" }],
    ["<html>busy</html>", { message: "<html>busy</html>" }],
    ["", { message: "no body" }],
  ])("are found in %s", (body, expected) => {
    expect(failureOfBody(400, body)).toMatchObject(expected);
  });

  it.each([
    ["Invalid JSON on line 7.", 7],
    ["Line 12: `messages[1]` must contain a `role` field", 12],
    ["Errors in lines 3, 9", 3],
    ["deadline 5 passed", undefined],
    ["no number", undefined],
  ])("name a line: %s", (message, line) => {
    expect(lineOf(message)).toBe(line);
  });

  it("say how long to wait", () => {
    expect(retryAfterOf(new Headers({ "retry-after": "2" }))).toBe(2_000);
    expect(retryAfterOf(new Headers({ "retry-after-ms": "250", "retry-after": "2" }))).toBe(250);
    const date = retryAfterOf(new Headers({ "retry-after": new Date(Date.now() + 60_000).toUTCString() }));
    expect(date).toBeGreaterThan(50_000);
    expect(retryAfterOf(new Headers({ "retry-after": "soon" }))).toBeUndefined();
    expect(retryAfterOf(new Headers())).toBeUndefined();
  });
});

describe("the HTTP client", () => {
  let server: FakeServer;
  let client: HttpClient;
  const bodies: unknown[] = [];

  beforeEach(async () => {
    bodies.length = 0;
    const app = new Hono();
    app.get("/v1/thing", (context) => context.json({ query: context.req.query() }));
    app.get("/v1/empty", (context) => context.body(null, 204));
    app.get("/v1/text", (context) => context.text("not json"));
    app.post("/v1/thing", async (context) => {
      bodies.push(await context.req.json());
      return context.json({ made: bodies.length });
    });
    app.post("/v1/upload", async (context) => context.json({ size: (await context.req.arrayBuffer()).byteLength }));
    server = await startFakeServer(app);
    client = createHttpClient({
      service: "Host",
      baseURL: `${server.url}/v1/`,
      headers: () => ({ authorization: "Bearer top-secret-token" }),
      timeout: 2_000,
    });
  });
  afterEach(() => server.close());

  it("sends and reads JSON, queries and bodies of its own", async () => {
    expect(await client.json({ path: "thing", query: { a: 1, b: undefined } })).toEqual({ query: { a: "1" } });
    expect(await client.json({ path: "/empty" })).toBeUndefined();
    expect(await client.json({ method: "POST", path: "thing", json: { x: 1 } })).toEqual({ made: 1 });
    expect(await client.json({ method: "POST", path: "upload", body: () => "12345" })).toEqual({ size: 5 });
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer top-secret-token");
  });

  it("sends its headers to its own host only", async () => {
    await client.json({ path: `${server.url}/v1/thing` });
    expect(server.requests[0]?.headers["authorization"]).toBeUndefined();
  });

  it("tries again what fails in passing, and honours Retry-After", async () => {
    server.fault({ status: 503, times: 2 });
    server.fault({ status: 429, headers: { "retry-after": "0.05" } });
    expect(await client.json({ path: "thing" })).toEqual({ query: {} });
    expect(server.requests).toHaveLength(4);
  });

  it("sends a POST twice only where the first was not taken, or where it may", async () => {
    server.fault({ status: 503 });
    expect(await failureOf(client.json({ method: "POST", path: "thing", json: {} }))).toMatchObject({
      code: "server-error",
    });
    expect(server.requests).toHaveLength(1);
    server.fault({ status: 429, headers: { "retry-after": "0" } });
    expect(await client.json({ method: "POST", path: "thing", json: {} })).toEqual({ made: 1 });
    server.fault({ status: 503 });
    expect(await client.json({ method: "POST", path: "thing", json: {}, idempotent: true })).toEqual({ made: 2 });
  });

  it("does not sleep for as long as a service would like it to", async () => {
    server.fault({ status: 429, headers: { "retry-after": "86400" } });
    expect(await failureOf(client.json({ path: "thing" }))).toMatchObject({
      code: "rate-limited",
      retryAfter: 86_400_000,
    });
  });

  it("ends a pause and a request at once on an abort", async () => {
    server.fault({ status: 429, headers: { "retry-after": "60" } });
    const controller = new AbortController();
    const reason = new Error("enough");
    const pausing = failureOf(client.json({ path: "thing", signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(reason);
    expect(await pausing).toBe(reason);
  });

  it("has a limit for an answer that does not come", async () => {
    server.fault({ hang: "before", times: 10 });
    const impatient = createHttpClient({ service: "Host", baseURL: server.url, timeout: 50 });
    const error = await failureOf(impatient.json({ path: "thing", retries: 0 }));
    expect(error).toMatchObject({ code: "timeout" });
    expect((error as Error).message).toContain("no answer within 0.05 seconds");
    expect(isTransient(error) && isAmbiguous(error)).toBe(true);
  });

  it("gives the service's words without the token", async () => {
    server.fault({ status: 400, body: { error: { message: "token top-secret-token is bad", code: "bad" } } });
    const error = await failureOf(client.json({ path: "thing?key=abc" }));
    expect(error).toMatchObject({
      code: "invalid-request",
      details: { code: "bad" },
      request: `GET ${server.url}/v1/thing`,
    });
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain("top-secret-token");
    expect(isTransient(error)).toBe(false);
  });

  it("says so when an answer is not JSON", async () => {
    expect(await failureOf(client.json({ path: "text" }))).toMatchObject({
      status: 200,
      code: "invalid-answer",
    });
  });
});
