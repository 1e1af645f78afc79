import { inspect } from "node:util";
import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ConnectionOptions, type RunQuery, selectRuns, ServiceError } from "langsmith-finetune";
import type { Sandbox } from "langsmith-finetune/sandbox";
import { collect, llm, minutesAgo, openServer, type Server, uuid } from "./langsmith-server.js";

let server: Server;
let sandbox: Sandbox;
let client: Client;
const open = async (...options: Parameters<typeof openServer>) => {
  server = await openServer(...options);
  ({ sandbox, client } = server);
};
afterEach(() => server.sandbox.close());
const add: Server["add"] = (...runs) => server.add(...runs);
const names: Server["names"] = (...query) => server.names(...query);

describe("what goes wrong", () => {
  beforeEach(() => open());
  const failure = async (query: Partial<RunQuery>, options: ConnectionOptions = {}): Promise<ServiceError> => {
    const error: unknown = await names(query, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(ServiceError.isInstance(error)).toBe(true);
    return error as ServiceError;
  };

  it("names the projects that come near a wrong name", async () => {
    add(llm("a"));
    sandbox.langsmith.createProject("support-bot");
    const error = await failure({ projectName: "Support Bott" });
    expect(error).toMatchObject({ service: "LangSmith", code: "not-found" });
    expect(error.message).toContain('"Support Bott"');
    expect(error.message).toContain('"support-bot"');
    expect((await failure({ projectName: "zzz" })).message).not.toContain("Did you mean");
  });

  it("refuses a client that does not say where LangSmith is, and keeps its key to itself", async () => {
    const unknown = { endpoint: "https://langsmith.example", apiKey: "lsv2_pt_secret" } as unknown as Client;
    const error: unknown = await collect(selectRuns({ projectName: "bot" }, { client: unknown })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: "InvalidOptionError", option: "client", value: ["endpoint", "apiKey"] });
    expect(inspect(error)).not.toContain("lsv2_pt_secret");
  });

  it("says that no key was sent where there is none", async () => {
    const without = new Client({ apiUrl: sandbox.langsmith.url, apiKey: "" });
    expect(await failure({}, { client: without })).toMatchObject({
      code: "unauthorized",
      hint: expect.stringContaining("No API key was sent. Set LANGSMITH_API_KEY") as string,
    });
  });

  it("says which project id does not exist", async () => {
    expect(await failure({ projectName: undefined, projectId: uuid(9) })).toMatchObject({
      code: "not-found",
      status: 404,
    });
  });

  it("says that a key is refused, and never the key", async () => {
    add(llm("a"));
    const apiKey = "lsv2_pt_0123456789abcdef0123456789abcdef_0123456789";
    const error = await failure({}, { client: new Client({ apiUrl: sandbox.langsmith.url, apiKey }) });
    expect(error).toMatchObject({ code: "unauthorized", status: 401 });
    expect(error.hint).toContain("The API key was refused.");
    expect(error.message).toContain("LANGSMITH_API_KEY");
    sandbox.faults.inject({ status: 403, body: { detail: `Forbidden for ${apiKey}` } });
    const forbidden = await failure({}, { client: new Client({ apiUrl: sandbox.langsmith.url, apiKey }) });
    expect(forbidden).toMatchObject({ code: "forbidden", status: 403 });
    for (const thrown of [error, forbidden]) {
      const { inspect } = await import("node:util");
      expect(inspect(thrown, { depth: 10, showHidden: true }) + JSON.stringify(thrown)).not.toContain(
        "0123456789abcdef",
      );
    }
  });

  it("says which address cannot be reached, and soon", async () => {
    const address = sandbox.langsmith.url;
    await sandbox.close();
    const error = await failure({}, { client: new Client({ apiUrl: address, apiKey: "lsv2_pt_secret1234567890" }) });
    expect(error).toMatchObject({ code: "unreachable", request: `GET ${address}/info` });
    expect(error.status).toBeUndefined();
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("passes on what LangSmith says of a filter", async () => {
    add(llm("a"));
    const error = await failure({ filter: "nonsense" });
    expect(error).toMatchObject({ code: "invalid-request", status: 400 });
    expect(error.message).toContain("nonsense");
  });

  it("waits as long as Retry-After says", async () => {
    add(llm("a"));
    await names({});
    sandbox.faults.inject({ path: "/runs/query", status: 429, retryAfter: 1, times: 1 });
    const started = performance.now();
    expect(await names({})).toEqual(["a"]);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(sandbox.faults.count).toBe(1);
  });

  it("tries again after 5xx and lost connections, before, during and after the answer", async () => {
    add(...Array.from({ length: 30 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index) })));
    const faults = [
      { status: 500 },
      { status: 503 },
      { drop: "before" },
      { drop: "during" },
      { drop: "after" },
    ] as const;
    // Spread over the pages, so that no single request has to wait long.
    faults.forEach((fault, index) => sandbox.faults.inject({ path: "/runs/query", ...fault, skip: index, times: 1 }));
    const runs = await collect(
      selectRuns({ projectName: "bot" }, { client, pageSize: 4, concurrency: 2, rateLimit: false }),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(30);
    expect(runs).toHaveLength(30);
    expect(sandbox.faults.count).toBe(5);
  });

  it("gives up in the end, with the last answer", async () => {
    add(llm("a"));
    sandbox.faults.inject({ path: "/runs/query", status: 503 });
    expect(await failure({}, { maxRetries: 1 })).toMatchObject({ code: "server-error", status: 503 });
  });

  it("ends a request that takes longer than the client's timeout", async () => {
    add(llm("a"));
    sandbox.faults.inject({ path: "/runs/query", latency: 60_000 });
    const slow = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey, timeout_ms: 100 });
    expect(await failure({}, { client: slow, maxRetries: 0 })).toMatchObject({ code: "timeout" });
  });

  it("ends a wait for Retry-After at once when it is aborted", async () => {
    add(llm("a"));
    sandbox.faults.inject({ path: "/runs/query", status: 429, retryAfter: 300 });
    const controller = new AbortController();
    const reading = names({}, { signal: controller.signal });
    const started = performance.now();
    while (sandbox.faults.count === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("is simply empty where no run fits", async () => {
    sandbox.langsmith.createProject("bot");
    expect(await names({})).toEqual([]);
  });
});

describe("the rate limit", () => {
  it("lets no more requests begin in a span than allowed, for everybody with the same key", async () => {
    await open();
    add(...Array.from({ length: 60 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index) })));
    const rateLimit = { requests: 6, milliseconds: 200 };
    const read = () => collect(selectRuns({ projectName: "bot" }, { client, pageSize: 5, rateLimit, concurrency: 6 }));
    await Promise.all([read(), read()]);
    const times = sandbox
      .requests("langsmith")
      .filter(({ path }) => path.endsWith("/runs/query"))
      .map(({ receivedAt }) => receivedAt);
    expect(times.length).toBeGreaterThan(20);
    // Six at once, then six in each span; a little less for the way from here to there.
    const spans = Math.floor((times.length - 1) / rateLimit.requests);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(spans * rateLimit.milliseconds - 100);
  });
});
