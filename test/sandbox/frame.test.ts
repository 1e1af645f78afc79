import { Client } from "langsmith";
import { afterEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "langsmith-finetune/sandbox";

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});
const start = async (options?: SandboxOptions) => {
  sandbox = await startSandbox(options);
  return sandbox;
};

describe("the frame", () => {
  it("binds to the loopback interface and gives the clients' variables", async () => {
    const { langsmith, openai, environment } = await start();
    expect(langsmith.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(openai.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(environment()).toEqual({
      LANGSMITH_ENDPOINT: langsmith.url,
      LANGSMITH_API_KEY: langsmith.apiKey,
      LANGSMITH_TRACING: "true",
      OPENAI_BASE_URL: openai.url,
      OPENAI_API_KEY: openai.apiKey,
    });
  });

  it("stops answering when it is closed, and can be closed twice", async () => {
    const { langsmith, close } = await start();
    await close();
    await close();
    await expect(fetch(`${langsmith.url}/info`)).rejects.toThrow();
  });

  it("takes a given port and says when it is in use", async () => {
    const { langsmith } = await start();
    const port = Number(new URL(langsmith.url).port);
    await expect(startSandbox({ port })).rejects.toThrow(/EADDRINUSE/);
  });

  it("answers an unknown path in the form of the service", async () => {
    const { langsmith } = await start();
    const response = await fetch(`${langsmith.url}/nowhere?x=1`, { headers: { "x-api-key": langsmith.apiKey } });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: "The sandbox's stand-in has no GET /nowhere." });
  });
});

describe("faults", () => {
  it("refuse with a status and Retry-After, as often as was said", async () => {
    const { langsmith, faults } = await start();
    const fault = faults.inject({ path: "/info", method: "GET", status: 429, retryAfter: 2, times: 2, skip: 1 });
    const statuses = [];
    for (let request = 0; request < 5; request += 1) {
      const response = await fetch(`${langsmith.url}/info`);
      statuses.push(response.status);
      expect(response.headers.get("retry-after")).toBe(response.status === 429 ? "2" : null);
    }
    expect(statuses).toEqual([200, 429, 429, 200, 200]);
    expect(fault.count).toBe(2);
    expect(faults.count).toBe(2);
  });

  it("meet only the service, method and path that they name", async () => {
    const { langsmith, openai, faults } = await start({ faults: { rules: [{ service: "openai", status: 503 }] } });
    expect((await fetch(`${langsmith.url}/info`)).status).toBe(200);
    expect((await fetch(`${openai.url}/models`)).status).toBe(503);
    faults.clear();
    faults.inject({ path: /^\/in.o$/, method: "get", status: 500 });
    expect((await fetch(`${langsmith.url}/info`)).status).toBe(500);
    expect((await fetch(`${langsmith.url}/info/`, { method: "POST" })).status).not.toBe(500);
  });

  it("break the connection before, during or after the answer, and the log says so", async () => {
    const running = await start();
    const { langsmith, faults } = running;
    for (const drop of ["before", "during", "after"] as const) {
      faults.inject({ drop, times: 1 });
      const answer = fetch(`${langsmith.url}/info`).then((response) => response.text());
      await expect(answer).rejects.toThrow();
    }
    expect((await fetch(`${langsmith.url}/info`)).status).toBe(200);
    expect(running.requests("langsmith").map(({ status, fault }) => ({ status, fault }))).toEqual([
      { status: 0, fault: true },
      { status: 0, fault: true },
      { status: 0, fault: true },
      { status: 200, fault: false },
    ]);
  });

  it("delay the answer by at least the latency", async () => {
    const { langsmith, faults } = await start();
    faults.inject({ latency: 60, times: 1 });
    const before = performance.now();
    expect((await fetch(`${langsmith.url}/info`)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it("happen to the same requests for the same seed", async () => {
    const pattern = async (seed: number) => {
      const running = await startSandbox({ faults: { seed, rules: [{ status: 500, probability: 0.5 }] } });
      const statuses = [];
      for (let request = 0; request < 24; request += 1)
        statuses.push((await fetch(`${running.langsmith.url}/info`)).status);
      await running.close();
      return statuses.join();
    };
    const first = await pattern(7);
    expect(first).toContain("200");
    expect(first).toContain("500");
    expect(await pattern(7)).toBe(first);
    expect(await pattern(8)).not.toBe(first);
  });

  it("are met by the real client, which waits and asks again", async () => {
    const { langsmith, faults } = await start();
    const [run] = langsmith.addRuns([{ name: "run" }], { projectName: "bot" });
    const client = new Client({ apiUrl: langsmith.url, apiKey: langsmith.apiKey });
    const read = () => client.runs.retrieve(run!, { project_id: langsmith.projects()[0]!.id });
    const limited = faults.inject({
      path: "/api/v2/",
      status: 429,
      retryAfter: 0,
      headers: { "retry-after-ms": "1" },
      times: 2,
    });
    expect(await read()).toEqual({ id: run });
    expect(limited.count).toBe(2);
    faults.inject({ path: "/api/v2/", status: 503, headers: { "retry-after-ms": "1" }, times: 1 });
    faults.inject({ path: "/api/v2/", drop: "before", times: 1 });
    expect(await read()).toEqual({ id: run });
    expect(faults.count).toBe(4);
    faults.inject({ path: "/api/v2/", status: 500, headers: { "retry-after-ms": "1" } });
    await expect(read()).rejects.toMatchObject({ status: 500, error: { detail: "Injected fault" } });
  });

  it("let a request take effect whose answer is lost", async () => {
    const { langsmith, faults } = await start();
    const headers = { "x-api-key": langsmith.apiKey, "content-type": "application/json" };
    const create = (name: string) =>
      fetch(`${langsmith.url}/sessions`, { method: "POST", headers, body: JSON.stringify({ name }) });
    faults.inject({ path: "/sessions", drop: "after", times: 1 });
    await expect(create("after")).rejects.toThrow();
    faults.inject({ path: "/sessions", drop: "before", times: 1 });
    await expect(create("before")).rejects.toThrow();
    expect(langsmith.projects().map(({ name }) => name)).toEqual(["after"]);
  });

  it("must have an effect and a status that is one", async () => {
    const { faults } = await start();
    expect(() => faults.inject({ path: "/x" })).toThrow(/effect/);
    expect(() => faults.inject({ status: 200 })).toThrow(/status must be an integer, at least 400 and at most 599/);
    expect(() => faults.inject({ staus: 500 } as never)).toThrow(/Unknown option staus/);
    expect(() => faults.inject({ status: 500, probability: 2 })).toThrow(/probability/);
  });
});
