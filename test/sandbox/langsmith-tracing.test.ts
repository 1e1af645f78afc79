import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client, RunTree } from "langsmith";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { RunnableLambda } from "@langchain/core/runnables";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const clientOf = (options: ConstructorParameters<typeof Client>[0] = {}) =>
  new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey, ...options });

describe("LangChain's own tracer", () => {
  it("leaves the whole trace of a chain: tree, messages, answer, tags and metadata", async () => {
    const client = clientOf();
    const tracer = new LangChainTracer({ client, projectName: "support-bot" });
    const model = new FakeListChatModel({ responses: ["Four."] });
    const chain = ChatPromptTemplate.fromMessages([["user", "{question}"]])
      .pipe(model)
      .pipe(new StringOutputParser());
    await chain.invoke(
      { question: "What is 2 + 2?" },
      { callbacks: [tracer], tags: ["math"], metadata: { thread_id: "t-1" } },
    );
    await client.awaitPendingTraceBatches();

    const runs = sandbox.langsmith.runs("support-bot");
    expect(runs.map(({ run_type, status }) => `${run_type} ${status}`)).toEqual([
      "chain success",
      "prompt success",
      "llm success",
      "parser success",
    ]);
    const [root, , llm] = runs;
    expect(llm).toMatchObject({
      name: "FakeListChatModel",
      trace_id: root?.id,
      parent_run_id: root?.id,
      parent_run_ids: [root?.id],
      session_id: sandbox.langsmith.projects()[0]?.id,
      tags: expect.arrayContaining(["math"]),
      thread_id: "t-1",
      inputs: { messages: [[{ lc: 1, type: "constructor", kwargs: { content: "What is 2 + 2?" } }]] },
      outputs: { generations: [[{ text: "Four." }]] },
    });
    expect(root).toMatchObject({
      parent_run_id: null,
      inputs: { question: "What is 2 + 2?" },
      outputs: { output: "Four." },
    });
    expect(sandbox.requests("langsmith").map(({ path }) => path)).toContain("/runs/multipart");
  });

  it("leaves the error of a failed chain", async () => {
    const client = clientOf();
    const tracer = new LangChainTracer({ client, projectName: "support-bot" });
    const chain = RunnableLambda.from(() => {
      throw new Error("No such order");
    });
    await expect(chain.invoke("x", { callbacks: [tracer] })).rejects.toThrow("No such order");
    await client.awaitPendingTraceBatches();
    const [run] = sandbox.langsmith.runs("support-bot");
    expect(run).toMatchObject({ status: "error", error: expect.stringContaining("No such order") });
  });
});

describe("ingest", () => {
  const trace = async (client: Client) => {
    const root = new RunTree({
      name: "root",
      run_type: "chain",
      client,
      project_name: "p",
      inputs: { question: 'ä\n"?' },
    });
    await root.postRun();
    const child = root.createChild({ name: "call", run_type: "llm", inputs: { messages: [] }, tags: ["a"] });
    await child.postRun();
    await child.end({ answer: 42 });
    await child.patchRun();
    await root.end({ answer: 42 });
    await root.patchRun();
    await client.flush();
    await client.awaitPendingTraceBatches();
    return [root.id, child.id];
  };
  const expected = (ids: string[]) => [
    { id: ids[0], name: "root", status: "success", inputs: { question: 'ä\n"?' }, outputs: { answer: 42 } },
    {
      id: ids[1],
      name: "call",
      status: "success",
      parent_run_id: ids[0],
      tags: ["a"],
      inputs: { messages: [] },
      outputs: { answer: 42 },
    },
  ];
  const paths = () => new Set(sandbox.requests("langsmith").map(({ method, path }) => `${method} ${path}`));

  it.each([
    ["compressed", true, "gzip"],
    ["plain", false, undefined],
  ])("takes create and update by multipart, %s", async (_name, gzip_body_enabled, encoding) => {
    await sandbox.close();
    sandbox = await startSandbox({ langsmith: { info: { instance_flags: { gzip_body_enabled } } } });
    const ids = await trace(clientOf());
    const uploads = sandbox.requests("langsmith").filter(({ path }) => path === "/runs/multipart");
    expect(new Set(uploads.map(({ headers }) => headers["content-encoding"]))).toEqual(new Set([encoding]));
    expect(sandbox.langsmith.runs("p")).toMatchObject(expected(ids));
  });

  it("takes create and update by batch where multipart is off", async () => {
    await sandbox.close();
    sandbox = await startSandbox({ langsmith: { info: { batch_ingest_config: { use_multipart_endpoint: false } } } });
    const ids = await trace(clientOf());
    expect(paths()).toContain("POST /runs/batch");
    expect(sandbox.langsmith.runs("p")).toMatchObject(expected(ids));
  });

  it("takes single creates and updates of clients that do not batch", async () => {
    const ids = await trace(clientOf({ autoBatchTracing: false }));
    expect(paths()).toContain("POST /runs");
    expect(paths()).toContain(`PATCH /runs/${ids[0]}`);
    expect(sandbox.langsmith.runs("p")).toMatchObject(expected(ids));
  });

  it("takes the address with /api/v1 too", async () => {
    const ids = await trace(clientOf({ apiUrl: `${sandbox.langsmith.url}/api/v1` }));
    expect(paths()).toContain("POST /api/v1/runs/multipart");
    expect(sandbox.langsmith.runs("p")).toMatchObject(expected(ids));
  });

  const boundary = "----LangSmithFormBoundaryabc123";
  const id = "0197a9c0-0000-7000-8000-000000000001";
  const form = (parts: Record<string, unknown>) =>
    Object.entries(parts)
      .map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(value)}\r\n`,
      )
      .join("") + `--${boundary}--\r\n`;
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${sandbox.langsmith.url}/runs/multipart`, {
      method: "POST",
      headers: {
        "x-api-key": sandbox.langsmith.apiKey,
        "content-type": `multipart/form-data; boundary=${boundary}`,
        ...headers,
      },
      body,
    });
  const create = {
    id,
    name: "run",
    run_type: "llm",
    session_name: "p",
    start_time: "2026-11-22T06:58:51.711003Z",
    trace_id: id,
  };

  it("takes gzip and refuses zstd, which it does not advertise", async () => {
    const body = form({ [`post.${id}`]: create, [`post.${id}.inputs`]: { a: 1 } });
    expect((await post(gzipSync(body), { "content-encoding": "gzip" })).status).toBe(202);
    expect(sandbox.langsmith.runs("p")).toMatchObject([
      { id, inputs: { a: 1 }, start_time: "2026-11-22T06:58:51.711003" },
    ]);
    expect((await post(body, { "content-encoding": "zstd" })).status).toBe(415);
    const info = await fetch(`${sandbox.langsmith.url}/info`).then((response) => response.json());
    expect(info).toMatchObject({ instance_flags: { zstd_compression_enabled: false, gzip_body_enabled: true } });
  });

  it("keeps an update that comes before its create, and lets a repeated create undo nothing", async () => {
    await post(form({ [`patch.${id}`]: { id, end_time: "2026-11-22T06:58:52Z" }, [`patch.${id}.outputs`]: { b: 2 } }));
    expect(sandbox.langsmith.runs()).toEqual([]);
    for (let time = 0; time < 2; time += 1)
      await post(form({ [`post.${id}`]: create, [`post.${id}.inputs`]: { a: 1 } }));
    expect(sandbox.langsmith.runs()).toMatchObject([{ id, status: "success", inputs: { a: 1 }, outputs: { b: 2 } }]);
  });

  it("refuses a whole body of which a part is wrong", async () => {
    const good = { [`post.${id}`]: create };
    const bad: Record<string, unknown>[] = [
      { ...good, "nonsense.1": {} },
      { ...good, [`post.${id}.secrets`]: {} },
      { [`post.${id}.inputs`]: {} },
    ];
    for (const parts of bad) expect((await post(form(parts))).status).toBe(422);
    expect((await post("--nothing")).status).toBe(422);
    expect(sandbox.langsmith.runs()).toEqual([]);
  });
});

describe("times as numbers", () => {
  it.each([
    ["seconds", 1_793_500_000],
    ["seconds with a fraction", 1_793_500_000.25],
    ["seconds as text", "1793500000.25"],
    ["milliseconds", 1_793_500_000_250],
  ])("are read as the server reads them: %s", async (_, time) => {
    await using own = await startSandbox();
    const id = "00000000-0000-4000-8000-000000000001";
    const response = await fetch(`${own.langsmith.url}/runs`, {
      method: "POST",
      headers: { "x-api-key": own.langsmith.apiKey, "content-type": "application/json" },
      body: JSON.stringify({ id, name: "a", run_type: "llm", start_time: time, session_name: "bot" }),
    });
    expect(response.ok).toBe(true);
    expect(String(own.langsmith.runs("bot")[0]?.start_time)).toContain("2026-11-01T02:26:40");
  });
});
