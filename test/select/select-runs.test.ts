import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  asRunnable,
  type ConnectionOptions,
  fetchRunsByIds,
  type Run,
  type RunQuery,
  selectAnnotationQueueRuns,
  selectRuns,
  ServiceError,
  type Skip,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

type Api = "both" | "v1" | "v2";

let sandbox: Sandbox;
let client: Client;
const open = async (api: Api = "both", info?: { version: string }) => {
  sandbox = await startSandbox({ langsmith: { api, ...(info ? { info } : {}) } });
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
};
afterEach(() => sandbox.close());

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const llm = (name: string, rest: Record<string, unknown> = {}) => ({
  name,
  run_type: "llm",
  start_time: minutesAgo(10),
  end_time: minutesAgo(9),
  inputs: { messages: [{ role: "user", content: name }] },
  outputs: { role: "assistant", content: "yes" },
  ...rest,
});
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const add = (...runs: (Partial<Run> & Record<string, unknown>)[]) => sandbox.langsmith.addRuns(runs, { projectName: "bot" });
const names = async (query: Partial<RunQuery>, options: ConnectionOptions = {}) =>
  (await collect(selectRuns({ projectName: "bot", ...query }, { client, rateLimit: false, ...options }))).map(({ name }) => name).sort();
const paths = () => sandbox.requests("langsmith").map(({ method, path }) => `${method} ${path}`);

describe.each<Api>(["v2", "v1", "both"])("selectRuns, on a server with %s", (api) => {
  beforeEach(() => open(api));

  it("takes LLM runs without an error in traces whose root succeeded", async () => {
    add(
      llm("root itself"),
      { ...llm("chain", { run_type: "chain" }), id: uuid(1), trace_id: uuid(1) },
      llm("child of a success", { trace_id: uuid(1), parent_run_id: uuid(1) }),
      llm("failed child of a success", { trace_id: uuid(1), parent_run_id: uuid(1), error: "boom" }),
      { ...llm("failed chain", { run_type: "chain", error: "boom" }), id: uuid(2), trace_id: uuid(2) },
      llm("child of a failure", { trace_id: uuid(2), parent_run_id: uuid(2) }),
    );
    expect(await names({})).toEqual(["child of a success", "root itself"]);
    expect(await names({ rootErrors: "include" })).toEqual(["child of a failure", "child of a success", "root itself"]);
    expect(await names({ errors: "only" })).toEqual(["failed child of a success"]);
    expect(await names({ runType: "chain", errors: "include", rootErrors: "include" })).toEqual(["chain", "failed chain"]);
    expect(await names({ runType: "any", isRoot: true })).toEqual(["chain", "root itself"]);
  });

  it("gives runs in the names of v1, with what the next steps need", async () => {
    const extra = { metadata: { ls_model_name: "m", thread_id: "t" }, invocation_params: { model: "m" } };
    const [id = ""] = add(llm("one", { extra, tags: ["a"], total_tokens: 7 }));
    sandbox.langsmith.addFeedback({ runId: id, key: "user_score", score: 1 });
    const [run] = await collect(selectRuns({ projectName: "bot" }, { client }));
    expect(run).toMatchObject({
      id,
      name: "one",
      run_type: "llm",
      status: "success",
      trace_id: id,
      session_id: sandbox.langsmith.projects()[0]?.id,
      inputs: { messages: [{ role: "user", content: "one" }] },
      outputs: { role: "assistant", content: "yes" },
      extra,
      tags: ["a"],
      total_tokens: 7,
      feedback_stats: { user_score: { n: 1, avg: 1 } },
    });
  });

  it("filters by feedback on the run, on its root and anywhere in its trace", async () => {
    add(
      { ...llm("chain", { run_type: "chain" }), id: uuid(1), trace_id: uuid(1) },
      { ...llm("a", { trace_id: uuid(1), parent_run_id: uuid(1) }), id: uuid(2) },
      { ...llm("b", { trace_id: uuid(1), parent_run_id: uuid(1) }), id: uuid(3) },
      { ...llm("c"), id: uuid(4), trace_id: uuid(4) },
    );
    sandbox.langsmith.addFeedback({ runId: uuid(1), key: "user_score", score: 1 });
    sandbox.langsmith.addFeedback({ runId: uuid(2), key: "quality", score: 0.5 });
    sandbox.langsmith.addFeedback({ runId: uuid(4), key: "user_score", score: 0 });
    sandbox.langsmith.addFeedback({ runId: uuid(4), key: "tone", value: "kind" });
    expect(await names({ feedback: { key: "user_score", score: 1 } })).toEqual(["a", "b"]);
    expect(await names({ feedback: { key: "user_score", value: 0 } })).toEqual(["c"]);
    expect(await names({ feedback: { key: "quality", min: 0.4, max: 0.6, on: "run" } })).toEqual(["a"]);
    expect(await names({ feedback: { key: "quality", min: 0.6, on: "run" } })).toEqual([]);
    expect(await names({ feedback: { key: "quality", on: "trace" } })).toEqual(["a", "b"]);
    expect(await names({ feedback: { key: "tone", value: "kind" } })).toEqual(["c"]);
    expect(await names({ feedback: [{ key: "user_score", max: 0 }, { key: "tone", value: "kind", on: "run" }] })).toEqual(["c"]);
  });

  it("filters by tags, metadata, names, model, thread, trace and the caller's own expressions", async () => {
    add(
      llm("a", { tags: ["x", "y"], extra: { metadata: { tier: "gold", beta: true, ls_model_name: "m-1" } } }),
      llm("b", { tags: ["x"], extra: { metadata: { tier: 'sil"ver', ls_model_name: "m-2" } } }),
      { ...llm("turn", { run_type: "chain", extra: { metadata: { session_id: "t-1" } } }), id: uuid(1), trace_id: uuid(1) },
      llm("c", { trace_id: uuid(1), parent_run_id: uuid(1), total_tokens: 50 }),
    );
    expect(await names({ tags: ["x", "y"] })).toEqual(["a"]);
    expect(await names({ tags: "x" })).toEqual(["a", "b"]);
    expect(await names({ metadata: { tier: "gold", beta: true } })).toEqual(["a"]);
    expect(await names({ metadata: { tier: 'sil"ver' } })).toEqual(["b"]);
    expect(await names({ runNames: ["a", "c"] })).toEqual(["a", "c"]);
    expect(await names({ model: ["m-2", "m-3"] })).toEqual(["b"]);
    expect(await names({ threadId: "t-1" })).toEqual(["c"]);
    expect(await names({ traceId: uuid(1) })).toEqual(["c"]);
    expect(await names({ filter: "gt(total_tokens, 10)" })).toEqual(["c"]);
    expect(await names({ traceFilter: 'eq(name, "turn")' })).toEqual(["c"]);
    expect(await names({ treeFilter: 'eq(run_type, "chain")' })).toEqual(["c"]);
  });

  it("reads 400 days and not one by default, and what since and until say", async () => {
    const days = (count: number) => ({ start_time: minutesAgo(count * 24 * 60), end_time: minutesAgo(count * 24 * 60 - 1) });
    add(llm("today"), llm("last month", days(30)), llm("last year", days(390)), llm("too old", days(410)));
    expect(await names({})).toEqual(["last month", "last year", "today"]);
    expect(await names({ since: new Date(Date.now() - 40 * 86_400_000) })).toEqual(["last month", "today"]);
    expect(await names({ until: minutesAgo(60) })).toEqual(["last month", "last year"]);
    expect(await names({ since: minutesAgo(500 * 24 * 60), until: minutesAgo(400 * 24 * 60) })).toEqual(["too old"]);
  });

  it("gives many pages once each, newest first or as they come, and the newest under a limit", async () => {
    add(...Array.from({ length: 730 }, (_, index) => llm(`run ${index}`, { start_time: new Date(Date.now() - 1e6 - Math.floor(index / 3) * 60_000).toISOString() })));
    const options = { client, rateLimit: false as const };
    const runs = await collect(selectRuns({ projectName: "bot" }, options));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(730);
    const starts = runs.map(({ start_time }) => String(start_time));
    expect(starts).toEqual([...starts].sort().reverse());
    const some = await collect(selectRuns({ projectName: "bot" }, { ...options, order: "any", concurrency: 3, pageSize: 50 }));
    expect(new Set(some.map(({ id }) => id)).size).toBe(730);
    const newest = await collect(selectRuns({ projectName: "bot", limit: 120 }, options));
    expect(newest.map(({ start_time }) => String(start_time))).toEqual(starts.slice(0, 120));
  });

  it("takes several projects, by name and id, each once", async () => {
    add(llm("in bot"));
    sandbox.langsmith.addRuns([llm("in other")], { projectName: "other" });
    const other = sandbox.langsmith.projects().find(({ name }) => name === "other")?.id ?? "";
    expect(await names({ projectNames: ["other", "bot"], projectIds: [other] })).toEqual(["in bot", "in other"]);
  });

  it("asks nothing before it is iterated, and again for each iteration", async () => {
    add(llm("a"));
    const runs = selectRuns({ projectName: "bot" }, { client });
    expect(paths()).toEqual([]);
    expect(await collect(runs)).toHaveLength(1);
    add(llm("b"));
    expect(await collect(runs)).toHaveLength(2);
  });

  it("is one query for the runs, not one for the roots and another for the runs", async () => {
    add(llm("a"));
    await names({ feedback: { key: "user_score", on: "root" } });
    expect(paths().filter((path) => path.startsWith("POST"))).toEqual([
      api === "v1" ? "POST /runs/query" : "POST /api/v2/runs/query",
    ]);
  });

  it("runs as a Runnable, whose abort ends it", async () => {
    add(llm("a"));
    const pipeline = asRunnable((query: RunQuery, { signal }) => selectRuns(query, { client, signal }), { name: "select" });
    const controller = new AbortController();
    const runs = await pipeline.invoke({ projectName: "bot" }, { signal: controller.signal });
    expect(await collect(runs)).toHaveLength(1);
    controller.abort(new Error("enough"));
    await expect(collect(runs)).rejects.toThrow("enough");
  });
});

describe("the choice of the API", () => {
  it("takes the routes for right where /info says otherwise", async () => {
    await open("v1", { version: "0.17.0" });
    add(llm("a"));
    expect(await names({})).toEqual(["a"]);
    expect(await names({})).toEqual(["a"]);
    // Tried once, and known from then on.
    expect(paths().filter((path) => path.includes("/v2/"))).toHaveLength(1);
  });

  it("warns of nothing that is deprecated, on either server", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    for (const api of ["both", "v1"] as const) {
      await open(api);
      add(llm("a"));
      await names({});
      await collect(fetchRunsByIds(sandbox.langsmith.runs().map(({ id }) => id), { client }));
      await sandbox.close();
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings.filter(({ name }) => name === "DeprecationWarning")).toEqual([]);
  });

  it("takes the client that the environment describes where none is given", async () => {
    await open();
    add(llm("a"));
    const before = { ...process.env };
    Object.assign(process.env, sandbox.environment());
    try {
      expect(await collect(selectRuns({ projectName: "bot" }))).toHaveLength(1);
      expect(await (await asRunnable(selectRuns).invoke({ projectName: "bot" }))[Symbol.asyncIterator]().next()).toMatchObject({ done: false });
    } finally {
      process.env = before;
    }
  });
});

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

  it("says which project id does not exist", async () => {
    expect(await failure({ projectName: undefined, projectId: uuid(9) })).toMatchObject({ code: "not-found", status: 404 });
  });

  it("says that a key is refused, and never the key", async () => {
    add(llm("a"));
    const apiKey = "lsv2_pt_0123456789abcdef0123456789abcdef_0123456789";
    const error = await failure({}, { client: new Client({ apiUrl: sandbox.langsmith.url, apiKey }) });
    expect(error).toMatchObject({ code: "unauthorized", status: 401 });
    expect(error.message).toContain("LANGSMITH_API_KEY");
    sandbox.faults.inject({ status: 403, body: { detail: `Forbidden for ${apiKey}` } });
    const forbidden = await failure({}, { client: new Client({ apiUrl: sandbox.langsmith.url, apiKey }) });
    expect(forbidden).toMatchObject({ code: "forbidden", status: 403 });
    for (const thrown of [error, forbidden]) {
      const { inspect } = await import("node:util");
      expect(inspect(thrown, { depth: 10, showHidden: true }) + JSON.stringify(thrown)).not.toContain("0123456789abcdef");
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
    const faults = [{ status: 500 }, { status: 503 }, { drop: "before" }, { drop: "during" }, { drop: "after" }] as const;
    // Spread over the pages, so that no single request has to wait long.
    faults.forEach((fault, index) => sandbox.faults.inject({ path: "/runs/query", ...fault, skip: index, times: 1 }));
    const runs = await collect(selectRuns({ projectName: "bot" }, { client, pageSize: 4, concurrency: 2, rateLimit: false }));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(30);
    expect(runs).toHaveLength(30);
    expect(sandbox.faults.count).toBe(5);
  });

  it("gives up in the end, with the last answer", async () => {
    add(llm("a"));
    sandbox.faults.inject({ path: "/runs/query", status: 503 });
    expect(await failure({}, { maxRetries: 1 })).toMatchObject({ code: "server-error", status: 503 });
  });

  it("ends a request that takes longer than the client's deadline", async () => {
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
    const times = sandbox.requests("langsmith").filter(({ path }) => path.endsWith("/runs/query")).map(({ receivedAt }) => receivedAt);
    expect(times.length).toBeGreaterThan(20);
    // Six at once, then six in each span; a little less for the way from here to there.
    const spans = Math.floor((times.length - 1) / rateLimit.requests);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(spans * rateLimit.milliseconds - 100);
  });
});

describe.each<Api>(["v2", "v1"])("fetchRunsByIds, on a server with %s", (api) => {
  beforeEach(() => open(api));

  it("gives the runs in the order of the ids, by the hundred, and reports those that are not there", async () => {
    const ids = add(...Array.from({ length: 230 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index) })));
    const wanted = [...ids.slice(100), uuid(7), ...ids.slice(0, 100), "no-uuid", ids[3] as string];
    const skips: Skip[] = [];
    const runs = await collect(fetchRunsByIds(wanted, { client, rateLimit: false, projectName: "bot", onSkip: (skip) => skips.push(skip) }));
    expect(runs.map(({ id }) => id)).toEqual(wanted.filter((id) => id !== uuid(7) && id !== "no-uuid"));
    expect(skips.map(({ code, runId }) => [code, runId])).toEqual([
      ["run-not-found", uuid(7)],
      ["run-not-found", "no-uuid"],
    ]);
    expect(paths().filter((path) => path.endsWith("/runs/query"))).toHaveLength(3);
  });

  it("finds them in any project", async () => {
    const [first = ""] = add(llm("a"));
    const [second = ""] = sandbox.langsmith.addRuns([llm("b", { error: "kept: ids are not filtered" })], { projectName: "other" });
    const runs = await collect(fetchRunsByIds([second, first], { client }));
    expect(runs.map(({ name }) => name)).toEqual(["b", "a"]);
    await expect(collect(fetchRunsByIds([uuid(1)], { client, strict: true }))).rejects.toMatchObject({ name: "SkippedError" });
  });
});

describe("selectAnnotationQueueRuns", () => {
  beforeEach(() => open());

  it("gives the runs of a queue in its order, with everything that a run has", async () => {
    const ids = add(...Array.from({ length: 120 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index) })));
    const [other = ""] = sandbox.langsmith.addRuns([llm("elsewhere")], { projectName: "other" });
    const queued = [...ids.slice(60), other, ...ids.slice(0, 60)];
    const queueId = sandbox.langsmith.createAnnotationQueue("golden", queued);
    for (const query of [{ queueName: "golden" }, { queueId }]) {
      const runs = await collect(selectAnnotationQueueRuns(query, { client }));
      const order = new Map(runs.map(({ id }, index) => [id, index]));
      expect(order.size).toBe(121);
      expect(runs.map(({ id }) => id).sort()).toEqual([...queued].sort());
      expect(runs[0]).toMatchObject({ run_type: "llm", outputs: { content: "yes" } });
    }
  });

  it("says which queue there is not, and takes exactly one name for it", async () => {
    sandbox.langsmith.createAnnotationQueue("golden answers");
    await expect(collect(selectAnnotationQueueRuns({ queueName: "golden answer" }, { client }))).rejects.toMatchObject({
      code: "not-found",
      hint: expect.stringContaining('"golden answers"') as string,
    });
    expect(() => selectAnnotationQueueRuns({})).toThrow(expect.objectContaining({ option: "queueName" }));
  });
});
