import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client, type Run } from "langsmith";
import { startSandbox, type Sandbox, type SandboxOptions } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
let client: Client;
const start = async (options?: SandboxOptions) => {
  await sandbox?.close();
  sandbox = await startSandbox(options);
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const collect = async <T>(items: AsyncIterable<T>) => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A trace of a chain with an llm call in it. */
const seedTrace = (
  name: string,
  minutes: number,
  extra: { rootError?: string; llm?: Record<string, unknown>; root?: Record<string, unknown> } = {},
) => {
  const [root, llm] = [randomUUID(), randomUUID()];
  const time = { start_time: minutesAgo(minutes), end_time: minutesAgo(minutes - 0.5) };
  sandbox.langsmith.addRuns(
    [
      { id: root, name, run_type: "chain", ...time, inputs: { question: name }, error: extra.rootError, ...extra.root },
      {
        id: llm,
        name: `${name} call`,
        run_type: "llm",
        ...time,
        trace_id: root,
        parent_run_id: root,
        inputs: { messages: [] },
        outputs: { text: name },
        ...extra.llm,
      },
    ],
    { projectName: "bot" },
  );
  return { root, llm };
};
const post = (path: string, body: unknown) =>
  fetch(`${sandbox.langsmith.url}${path}`, {
    method: "POST",
    headers: { "x-api-key": sandbox.langsmith.apiKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("v1 run query", () => {
  it("finds runs by project name, newest first, and by type, error, root, time, trace, parent and order", async () => {
    const first = seedTrace("first", 60);
    const second = seedTrace("second", 30, {
      rootError: "broke",
      llm: { reference_example_id: "0197a9c0-0000-7000-8000-00000000000e" },
    });
    const names = async (query: Parameters<Client["listRuns"]>[0]) =>
      (await collect(client.listRuns({ projectName: "bot", ...query }))).map(({ name }) => name);
    expect(await names({ runType: "llm" })).toEqual(["second call", "first call"]);
    expect(await names({ runType: "llm", order: "asc" })).toEqual(["first call", "second call"]);
    expect(await names({ error: true })).toEqual(["second"]);
    expect(await names({ error: false, isRoot: true })).toEqual(["first"]);
    expect(await names({ executionOrder: 1 })).toEqual(["second", "first"]);
    expect(await names({ startTime: new Date(Date.now() - 45 * 60_000), isRoot: false })).toEqual(["second call"]);
    expect(await names({ traceId: first.root })).toHaveLength(2);
    expect(await names({ parentRunId: second.root })).toEqual(["second call"]);
    expect(await names({ referenceExampleId: "0197a9c0-0000-7000-8000-00000000000e" })).toEqual(["second call"]);
    expect(await names({ id: [first.llm] })).toEqual(["first call"]);
  });

  it("knows the place of seeded runs that name no more than their parents", async () => {
    const [root, step, call] = [randomUUID(), randomUUID(), randomUUID()];
    sandbox.langsmith.addRuns(
      [
        { id: root, name: "root" },
        { id: step, name: "step", parent_run_id: root },
        { id: call, name: "call", parent_run_id: step, run_type: "llm" },
      ],
      { projectName: "bot" },
    );
    const run = await client.readRun(call);
    expect(run).toMatchObject({ trace_id: root, parent_run_id: step, parent_run_ids: [root, step] });
    expect(run.dotted_order?.split(".").map((part) => part.slice(-36))).toEqual([root, step, call]);
    expect(await collect(client.listRuns({ traceId: root }))).toHaveLength(3);
  });

  it("ignores every other argument beside ids", async () => {
    const { llm } = seedTrace("first", 60);
    expect(await collect(client.listRuns({ id: [llm], runType: "tool", filter: 'eq(name, "other")' }))).toHaveLength(1);
  });

  it("gives what is selected and nothing else, and reads one run whole", async () => {
    const { llm, root } = seedTrace("first", 60);
    const [run] = await collect(client.listRuns({ projectName: "bot", runType: "llm", select: ["id", "outputs"] }));
    // The client adds times of its own; what came over the wire is asked for here.
    const page = (await (
      await post("/runs/query", {
        session: [sandbox.langsmith.projects()[0]?.id],
        run_type: "llm",
        select: ["id", "outputs"],
      })
    ).json()) as { runs: unknown[] };
    expect(page.runs).toEqual([{ id: llm, outputs: { text: "first" } }]);
    expect(run).toMatchObject({ id: llm });
    expect(await client.readRun(llm)).toMatchObject({
      id: llm,
      name: "first call",
      trace_id: root,
      status: "success",
      outputs: { text: "first" },
    });
  });

  it("pages with cursors, a hundred at most, and stays right while runs arrive", async () => {
    const ids = sandbox.langsmith.addRuns(
      Array.from({ length: 250 }, (_, index) => ({
        name: `run ${index}`,
        run_type: "llm",
        start_time: minutesAgo(1000 - Math.floor(index / 3)),
      })),
      { projectName: "bot" },
    );
    const seen = new Set<string>();
    let pages = 0;
    for await (const run of client.listRuns({ projectName: "bot" })) {
      if (seen.size % 100 === 0) pages += 1;
      expect(seen.has(run.id)).toBe(false);
      seen.add(run.id);
      if (seen.size === 120) sandbox.langsmith.addRuns([{ name: "late", run_type: "llm" }], { projectName: "bot" });
    }
    expect(pages).toBe(3);
    expect([...seen].sort()).toEqual([...ids].sort());
    await expect(collect(client.listRuns({ projectName: "bot", limit: 101 }))).rejects.toThrow(
      "Limit exceeds maximum allowed value of 100",
    );
  });

  it("refuses what it cannot answer", async () => {
    seedTrace("first", 60);
    const session = [sandbox.langsmith.projects()[0]?.id];
    const refusal = async (body: unknown) => {
      const response = await post("/runs/query", body);
      return [response.status, ((await response.json()) as { detail: unknown }).detail];
    };
    expect(await refusal({})).toEqual([400, expect.stringContaining("At least one of 'session'")]);
    expect(await refusal({ session: ["bot"] })).toEqual([422, expect.stringContaining("not a UUID")]);
    expect(await refusal({ session: [randomUUID()] })).toEqual([404, expect.stringContaining("not found")]);
    expect(await refusal({ session, run_type: "LLM" })).toEqual([422, expect.stringContaining("run_type")]);
    expect(await refusal({ session, select: ["everything"] })).toEqual([422, expect.stringContaining("everything")]);
    expect(await refusal({ session, query: "the good ones" })).toEqual([
      400,
      expect.stringContaining("cannot evaluate query"),
    ]);
    expect(await refusal({ session, cursor: "abc" })).toEqual([400, "Invalid cursor"]);
    expect(await refusal({ session, start_time: "yesterday" })).toEqual([422, expect.stringContaining("start_time")]);
    await expect(client.readRun(randomUUID())).rejects.toMatchObject({ status: 404 });
    await expect(collect(client.listRuns({ projectName: "no such project" }))).rejects.toThrow("not found");
  });
});

describe("v2 run query", () => {
  const projectId = () => sandbox.langsmith.projects()[0]!.id;

  it("gives nothing but the id without selects, and the last day without min_start_time", async () => {
    const recent = seedTrace("recent", 60);
    seedTrace("old", 60 * 25);
    const runs = await collect(client.runs.query({ project_ids: [projectId()], run_type: "LLM" }));
    expect(runs).toEqual([{ id: recent.llm }]);
    const all = await collect(
      client.runs.query({
        project_ids: [projectId()],
        run_type: "LLM",
        min_start_time: minutesAgo(60 * 48),
        selects: ["NAME"],
      }),
    );
    expect(all.map(({ name }) => name)).toEqual(["recent call", "old call"]);
    const before = await collect(
      client.runs.query({
        project_ids: [projectId()],
        is_root: true,
        min_start_time: minutesAgo(60 * 48),
        max_start_time: minutesAgo(120),
        selects: ["NAME"],
      }),
    );
    expect(before.map(({ name }) => name)).toEqual(["old"]);
  });

  it("names and writes its fields in its own way", async () => {
    const { llm, root } = seedTrace("recent", 60, {
      llm: {
        tags: ["a"],
        extra: { metadata: { thread_id: "t", usage_metadata: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } } },
        serialized: { id: ["x"] },
      },
    });
    const selects = [
      "NAME",
      "RUN_TYPE",
      "STATUS",
      "START_TIME",
      "PROJECT_ID",
      "TRACE_ID",
      "PARENT_RUN_IDS",
      "IS_ROOT",
      "TAGS",
      "METADATA",
      "THREAD_ID",
      "TOTAL_TOKENS",
      "MANIFEST",
      "OUTPUTS",
      "ERROR",
    ] as const;
    const expected = {
      id: llm,
      name: "recent call",
      run_type: "LLM",
      status: "SUCCESS",
      start_time: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
      project_id: projectId(),
      trace_id: root,
      parent_run_ids: [root],
      is_root: false,
      tags: ["a"],
      metadata: { thread_id: "t", usage_metadata: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } },
      thread_id: "t",
      total_tokens: 7,
      manifest: { id: ["x"] },
      outputs: { text: "recent" },
    };
    const [run] = await collect(client.runs.query({ project_ids: [projectId()], ids: [llm], selects: [...selects] }));
    expect(run).toEqual(expected);
    expect(await client.runs.retrieve(llm, { project_id: projectId(), selects: [...selects] })).toEqual(expected);
    expect(await client.runs.retrieve(llm, { project_id: projectId() })).toEqual({ id: llm });
  });

  it("pages with cursors of up to a thousand", async () => {
    const ids = sandbox.langsmith.addRuns(
      Array.from({ length: 2345 }, (_, index) => ({ run_type: "llm", start_time: minutesAgo(1 + (index % 700)) })),
      { projectName: "bot" },
    );
    const query = client.runs.query({ project_ids: [projectId()], page_size: 1000 });
    const sizes = [];
    const seen = [];
    for await (const page of (await query).iterPages()) {
      sizes.push(page.getPaginatedItems().length);
      seen.push(...page.getPaginatedItems().map(({ id }) => id));
    }
    expect(sizes).toEqual([1000, 1000, 345]);
    expect([...seen].sort()).toEqual([...ids].sort());
  });

  it("merges projects by start time", async () => {
    sandbox.langsmith.addRuns(
      [
        { name: "a", start_time: minutesAgo(3) },
        { name: "c", start_time: minutesAgo(1) },
      ],
      { projectName: "one" },
    );
    sandbox.langsmith.addRuns(
      [
        { name: "b", start_time: minutesAgo(2) },
        { name: "d", start_time: minutesAgo(0.5) },
      ],
      { projectName: "two" },
    );
    const ids = sandbox.langsmith.projects().map(({ id }) => id);
    const runs = await collect(client.runs.query({ project_ids: ids, page_size: 1, selects: ["NAME"] }));
    expect(runs.map(({ name }) => name)).toEqual(["d", "c", "b", "a"]);
  });

  it("refuses with problem details", async () => {
    const { llm } = seedTrace("recent", 60);
    const project_ids = [projectId()];
    const refusal = async (body: object) => {
      const response = await post("/api/v2/runs/query", body);
      const problem = (await response.json()) as { status: number; detail: string; title: string };
      expect(problem).toMatchObject({ type: "about:blank", status: response.status, title: expect.any(String) });
      return `${response.status} ${problem.detail}`;
    };
    expect(await refusal({})).toMatch(/^400 exactly one of project_ids/);
    expect(await refusal({ project_ids: ["bot"] })).toMatch(/^422 .*not a UUID/);
    expect(await refusal({ project_ids: [randomUUID()] })).toMatch(/^404 /);
    expect(await refusal({ project_ids, run_type: "llm" })).toMatch(/^400 run_type must be one of/);
    expect(await refusal({ project_ids, selects: ["name"] })).toMatch(/^400 selects/);
    expect(await refusal({ project_ids, page_size: 1001 })).toMatch(/^400 page_size/);
    expect(await refusal({ project_ids, min_start_time: minutesAgo(402 * 24 * 60) })).toMatch(/^400 .*401 days/);
    expect(await refusal({ project_ids, filter: "nonsense" })).toMatch(/^400 Invalid filter/);
    expect(await refusal({ project_ids, limit: 5 })).toMatch(/^400 .*limit/);
    expect(await refusal({ project_ids, ai_search: "angry users" })).toMatch(/^501 /);
    expect(await refusal({ project_ids, min_feedback_modified_at: minutesAgo(5) })).toMatch(
      /^400 .*feedback condition/,
    );
    await expect(client.runs.retrieve(randomUUID(), { project_id: projectId() })).rejects.toMatchObject({
      status: 404,
    });
    await expect(client.runs.retrieve(llm, { project_id: randomUUID() })).rejects.toMatchObject({ status: 404 });
  });
});

describe("filters", () => {
  /** The names of the runs of a filter, by v2 and by v1: both must say the same. */
  const names = async (filters: { filter?: string; traceFilter?: string; treeFilter?: string }, runType?: "llm") => {
    const { filter, traceFilter, treeFilter } = filters;
    const old = await collect(client.listRuns({ projectName: "bot", runType, ...filters }));
    const project_ids = sandbox.langsmith.projects().map(({ id }) => id);
    const upper = runType === undefined ? {} : { run_type: "LLM" as const };
    const runs = await collect(
      client.runs.query({
        project_ids,
        ...upper,
        filter,
        trace_filter: traceFilter,
        tree_filter: treeFilter,
        selects: ["NAME"],
      }),
    );
    expect(runs.map(({ id }) => id)).toEqual(old.map(({ id }: Run) => id));
    return runs.map(({ name }) => name).sort();
  };

  beforeEach(() => {
    const metadata = (value: Record<string, unknown>) => ({ extra: { metadata: value } });
    const good = seedTrace("good", 10, {
      llm: { tags: ["prod", "a b"], ...metadata({ user: "u1", tier: 3, vip: true }) },
    });
    const bad = seedTrace("bad", 20, {
      rootError: "boom",
      llm: {
        ...metadata({ user: "u2", nested: { deep: "x" } }),
        inputs: { messages: [{ content: 'Quote " and Ünï' }] },
      },
    });
    seedTrace("slow", 30, { llm: { end_time: minutesAgo(20) } });
    sandbox.langsmith.addFeedback({ runId: good.root, key: "user_score", score: 1 });
    sandbox.langsmith.addFeedback({ runId: good.llm, key: "star_rating", score: 4.5 });
    sandbox.langsmith.addFeedback({ runId: bad.root, key: "user_score", score: 0 });
    sandbox.langsmith.addFeedback({ runId: bad.root, key: "other", score: 1 });
    sandbox.langsmith.addFeedback({ runId: bad.llm, key: "label", value: "wrong" });
  });

  it.each<[string, string[]]>([
    ['eq(status, "success")', ["bad call", "good", "good call", "slow", "slow call"]],
    ['and(eq(run_type, "llm"), neq(name, "bad call"))', ["good call", "slow call"]],
    ['eq(run_type, "LLM")', ["bad call", "good call", "slow call"]],
    ["neq(error, null)", ["bad"]],
    ['eq(error, "boom")', ["bad"]],
    ["eq(is_root, true)", ["bad", "good", "slow"]],
    ["eq(execution_order, 1)", ["bad", "good", "slow"]],
    ['gt(latency, "5m")', ["slow call"]],
    ["and(gte(latency, 30), lt(latency, 31))", ["bad", "bad call", "good", "good call", "slow"]],
    ['has(tags, "prod")', ["good call"]],
    ["has(tags, 'a b')", ["good call"]],
    ['has(metadata, \'{"user": "u1"}\')', ["good call"]],
    ['has(metadata, "{\\"nested\\": {\\"deep\\": \\"x\\"}}")', ["bad call"]],
    ['or(has(tags, "prod"), neq(error, null))', ["bad", "good call"]],
    ["eq(metadata_key, 'user')", ["bad call", "good call"]],
    ['and(eq(metadata_key, "user"), eq(metadata_value, "u1"))', ["good call"]],
    ['and(eq(metadata_value, "u1"), eq(metadata_key, "user"))', ["good call"]],
    ['and(eq(metadata_key, "user"), eq(metadata_value, "3"))', []],
    ['and(eq(metadata_key, "tier"), eq(metadata_value, "3"))', ["good call"]],
    ['and(eq(metadata_key, "vip"), eq(metadata_value, "true"))', ["good call"]],
    ['and(eq(metadata_key, "nested.deep"), eq(metadata_value, "x"))', ["bad call"]],
    ['and(in(metadata_key, ["user", "tier"]), eq(metadata_value, "u2"))', ["bad call"]],
    ['and(eq(metadata_key, "user"), neq(metadata_value, "u1"))', ["bad call"]],
    ['and(eq(run_type, "llm"), neq(metadata_key, "user"))', ["slow call"]],
    ['and(neq(metadata_key, "user"), eq(metadata_value, "u1"))', []],
    [
      'and(eq(metadata_key, "user"), eq(metadata_value, "u1"), eq(metadata_key, "tier"), eq(metadata_value, "3"))',
      ["good call"],
    ],
    ['and(eq(feedback_key, "user_score"), eq(feedback_score, 1))', ["good"]],
    ['and(eq(feedback_key, "user_score"), eq(feedback_score, 0.0))', ["bad"]],
    ['and(eq(feedback_key, "star_rating"), gt(feedback_score, 4))', ["good call"]],
    ['and(eq(feedback_key, "star_rating"), gte(feedback_score, 4), lte(feedback_score, 4.4))', []],
    ["eq(feedback_score, 1)", ["bad", "good"]],
    ['and(eq(feedback_key, "label"), eq(feedback_value, "wrong"))', ["bad call"]],
    ['search("quote \\" and ü")', ["bad call"]],
    ['search(name, "OO")', ["good", "good call"]],
    ['eq(input_key, "question")', ["bad", "good", "slow"]],
    ['and(eq(output_key, "text"), eq(output_value, "slow"))', ["slow call"]],
    ['gt(start_time, "2999-01-01T00:00:00Z")', []],
    ["in(name, ['good', \"slow\"])", ["good", "slow"]],
    ["in(name, [])", []],
    ["gte(total_tokens, 0)", ["bad", "bad call", "good", "good call", "slow", "slow call"]],
  ])("%s", async (filter, expected) => {
    expect(await names({ filter })).toEqual(expected);
  });

  it("look at the root with a trace filter and at any run of the trace with a tree filter", async () => {
    expect(await names({ traceFilter: 'eq(status, "success")' }, "llm")).toEqual(["good call", "slow call"]);
    const liked = 'and(eq(status, "success"), and(eq(feedback_key, "user_score"), eq(feedback_score, 1)))';
    expect(await names({ traceFilter: liked }, "llm")).toEqual(["good call"]);
    expect(await names({ treeFilter: 'eq(feedback_key, "star_rating")' })).toEqual(["good", "good call"]);
    expect(
      await names({
        filter: 'eq(run_type, "llm")',
        traceFilter: "neq(error, null)",
        treeFilter: 'eq(feedback_key, "label")',
      }),
    ).toEqual(["bad call"]);
  });

  it("take feedback by when it was changed", async () => {
    const project_ids = sandbox.langsmith.projects().map(({ id }) => id);
    const query = (bounds: object) =>
      collect(client.runs.query({ project_ids, filter: 'eq(feedback_key, "user_score")', ...bounds }));
    expect(await query({ min_feedback_modified_at: minutesAgo(5) })).toHaveLength(2);
    expect(await query({ max_feedback_modified_at: minutesAgo(5) })).toHaveLength(0);
  });

  it.each([
    [" ", "character 2"],
    ["eq(name)", ", was expected"],
    ['eq(name, "x"', ") was expected"],
    ['eq(name, "x") and eq(name, "y")', "nothing more was expected"],
    ['like(name, "x%")', "like is not an operator"],
    ['not(eq(name, "x"))', "not is not an operator"],
    ["and()", "was expected"],
    ['eq(colour, "red")', "the field colour is not known"],
    ['eq(constructor, "red")', "the field constructor is not known"],
    ["eq(name, red)", "a string in quotes"],
    ["eq(name, 5)", "5 is not a valid value for name"],
    ['eq(is_root, "yes")', "not a valid value for is_root"],
    ['gt(name, "a")', "gt is not supported for name"],
    ["gt(latency, null)", "gt is not supported for latency"],
    ['gt(latency, "soon")', "not a valid value for latency"],
    ['eq(tags, "a")', "use has(tags"],
    ['has(name, "a")', "has is for tags and metadata"],
    ['has(metadata, "user")', "JSON object"],
    ['in(name, "a")', "in needs a list"],
    ['eq(name, ["a"])', "eq takes no list"],
    ['gt(metadata_value, "1")', "gt is not supported for metadata_value"],
    ['gt(feedback_score, "1")', "needs a number"],
    ['search(tokens, "a")', "search is not supported for tokens"],
    ['eq(name, "x";)', "was not understood"],
    [`${"and(".repeat(200)}eq(name, "x")${")".repeat(200)}`, "nested more than"],
  ])("that cannot be evaluated are refused: %.40s", async (filter, words) => {
    await expect(
      collect(client.runs.query({ project_ids: [sandbox.langsmith.projects()[0]!.id], filter })),
    ).rejects.toMatchObject({
      status: 400,
      error: { detail: expect.stringContaining(words) },
    });
  });
});

describe("instances", () => {
  it("before 0.16 have no v2", async () => {
    await start({ langsmith: { api: "v1" } });
    const { llm } = seedTrace("first", 5);
    expect(await client.readRun(llm)).toMatchObject({ id: llm });
    await expect(
      collect(client.runs.query({ project_ids: [sandbox.langsmith.projects()[0]!.id] })),
    ).rejects.toMatchObject({ status: 404 });
    const info = (await (await fetch(`${sandbox.langsmith.url}/info`)).json()) as Record<string, unknown>;
    expect(info).toMatchObject({ version: "0.15.8", batch_ingest_config: { use_multipart_endpoint: true } });
  });

  it("with SmithDB only have no v1 queries", async () => {
    await start({ langsmith: { api: "v2", info: { version: "0.17.1" } } });
    const { llm } = seedTrace("first", 5);
    await expect(client.readRun(llm)).rejects.toMatchObject({ status: 501 });
    expect(
      await client.runs.retrieve(llm, { project_id: sandbox.langsmith.projects()[0]!.id, selects: ["NAME"] }),
    ).toEqual({ id: llm, name: "first call" });
    expect(await (await fetch(`${sandbox.langsmith.url}/info`)).json()).toMatchObject({
      version: "0.17.1",
      instance_flags: { ch_query_enabled: false, sdb_query_enabled: true },
    });
  });

  it("take no other key than theirs, and none where none is asked for", async () => {
    const wrong = new Client({ apiUrl: sandbox.langsmith.url, apiKey: "lsv2_pt_wrong" });
    await expect(wrong.readProject({ projectName: "bot" })).rejects.toMatchObject({ status: 401 });
    await expect(wrong.runs.retrieve(randomUUID(), { project_id: randomUUID() })).rejects.toMatchObject({
      status: 401,
    });
    expect(JSON.stringify(sandbox.requests())).not.toContain("lsv2_pt_wrong");
    await start({ langsmith: { apiKey: null } });
    const response = await fetch(`${sandbox.langsmith.url}/sessions`);
    expect(response.status).toBe(200);
  });
});
