import type { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { asRunnable, fetchRunsByIds, type RunQuery, selectRuns } from "langsmith-finetune";
import type { Sandbox } from "langsmith-finetune/sandbox";
import { type Api, collect, llm, minutesAgo, openServer, type Server, uuid } from "./langsmith-server.js";

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
const paths = () => server.paths();

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
    expect(await names({ runType: "chain", errors: "include", rootErrors: "include" })).toEqual([
      "chain",
      "failed chain",
    ]);
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
    expect(
      await names({
        feedback: [
          { key: "user_score", max: 0 },
          { key: "tone", value: "kind", on: "run" },
        ],
      }),
    ).toEqual(["c"]);
  });

  it("filters by tags, metadata, names, model, thread, trace and the caller's own expressions", async () => {
    add(
      llm("a", { tags: ["x", "y"], extra: { metadata: { tier: "gold", beta: true, ls_model_name: "m-1" } } }),
      llm("b", { tags: ["x"], extra: { metadata: { tier: 'sil"ver', ls_model_name: "m-2" } } }),
      {
        ...llm("turn", { run_type: "chain", extra: { metadata: { session_id: "t-1" } } }),
        id: uuid(1),
        trace_id: uuid(1),
      },
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
    const days = (count: number) => ({
      start_time: minutesAgo(count * 24 * 60),
      end_time: minutesAgo(count * 24 * 60 - 1),
    });
    add(llm("today"), llm("last month", days(30)), llm("last year", days(390)), llm("too old", days(410)));
    expect(await names({})).toEqual(["last month", "last year", "today"]);
    expect(await names({ since: new Date(Date.now() - 40 * 86_400_000) })).toEqual(["last month", "today"]);
    expect(await names({ until: minutesAgo(60) })).toEqual(["last month", "last year"]);
    expect(await names({ since: minutesAgo(500 * 24 * 60), until: minutesAgo(400 * 24 * 60) })).toEqual(["too old"]);
  });

  it("gives many pages once each, newest first or as they come, and the newest under a limit", async () => {
    add(
      ...Array.from({ length: 730 }, (_, index) =>
        llm(`run ${index}`, { start_time: new Date(Date.now() - 1e6 - Math.floor(index / 3) * 60_000).toISOString() }),
      ),
    );
    const options = { client, rateLimit: false as const };
    const runs = await collect(selectRuns({ projectName: "bot" }, options));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(730);
    const starts = runs.map(({ start_time }) => String(start_time));
    expect(starts).toEqual([...starts].sort().reverse());
    const some = await collect(
      selectRuns({ projectName: "bot" }, { ...options, order: "any", concurrency: 3, pageSize: 50 }),
    );
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

  it("begins a long time that somebody names with all cursors, and gives each run once", async () => {
    const days = Array.from({ length: 30 }, (_, index) =>
      add(llm(`day ${index}`, { start_time: minutesAgo(index * 24 * 60 + 1) })),
    );
    const since = minutesAgo(31 * 24 * 60);
    expect(await names({ since })).toHaveLength(days.length);
    expect(paths().filter((path) => path.startsWith("POST"))).toHaveLength(api === "v1" ? 2 : 8);
    expect(
      (await collect(selectRuns({ projectName: "bot", since, limit: 3 }, { client }))).map(({ name }) => name),
    ).toEqual(["day 0", "day 1", "day 2"]);
  });

  it("runs as a Runnable, whose abort ends it", async () => {
    add(llm("a"));
    const pipeline = asRunnable((query: RunQuery, { signal }) => selectRuns(query, { client, signal }), {
      name: "select",
    });
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
    await server.sandbox.close();
    await open("v1", { version: "0.17.0" });
    add(llm("a"));
    expect(await names({ since: minutesAgo(31 * 24 * 60) })).toEqual(["a"]);
  });

  it("warns of nothing that is deprecated, on either server", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    for (const api of ["both", "v1"] as const) {
      await open(api);
      add(llm("a"));
      await names({});
      await collect(
        fetchRunsByIds(
          sandbox.langsmith.runs().map(({ id }) => id),
          { client },
        ),
      );
      await sandbox.close();
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings.filter(({ name }) => name === "DeprecationWarning")).toEqual([]);
  });

  it("takes the client that the environment describes where none is given", async () => {
    await open();
    add(llm("a"));
    for (const [name, value] of Object.entries(sandbox.environment())) vi.stubEnv(name, value);
    // A trace of the step itself would be sent when the sandbox is gone, and tried again for as long as the worker lives.
    vi.stubEnv("LANGSMITH_TRACING", "false");
    try {
      expect(await collect(selectRuns({ projectName: "bot" }))).toHaveLength(1);
      expect(
        await (await asRunnable(selectRuns).invoke({ projectName: "bot" }))[Symbol.asyncIterator]().next(),
      ).toMatchObject({ done: false });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
