import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
import {
  convertMessagesForFinetuning,
  curate,
  loadChatSessions,
  renderReportHtml,
  selectRuns,
  sourceOf,
  writeDataset,
  writeJsonl,
  writeLangSmithDataset,
} from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, llm, openServer, uuid, type Server } from "./langsmith-server.js";

let server: Server;
beforeEach(async () => {
  server = await openServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const rows = (client: Client) =>
  convertMessagesForFinetuning(
    loadChatSessions(selectRuns({ projectName: "bot" }, { client, joinFeedback: true, rateLimit: false })),
  );

describe("feedback whose score is no number", () => {
  // As JSON may have it. The last has a number that no double holds.
  it.each<[string, string, object]>([
    ["a text", '"score":"0.9"', { count: 1 }],
    ["nothing", '"score":null', { count: 1 }],
    ["an object", '"score":{"stars":5}', { count: 1 }],
    ["a boolean", '"score":true', { count: 1, average: 1 }],
    ["a category", '"score":null,"value":"good"', { count: 1, values: { good: 1 } }],
    ["a category that is an object", '"score":null,"value":{"mood":"good"}', { count: 1 }],
    ["beyond all numbers", '"score":1e999', { count: 1 }],
  ])("is counted, and says nothing else: %s", async (_, given, expected) => {
    const root = llm("bot", { id: uuid(1), trace_id: uuid(1), run_type: "chain" });
    server.add(root, llm("one", { id: uuid(2), trace_id: uuid(1), parent_run_id: uuid(1) }));
    const record = `{"id":"${uuid(9)}","run_id":"${uuid(1)}","key":"user_score",${given}}`;
    const client = new Client({
      apiUrl: server.sandbox.langsmith.url,
      apiKey: server.sandbox.langsmith.apiKey,
      fetchImplementation: (input, init) =>
        String(input).includes("/feedback")
          ? Promise.resolve(new Response(`[${record}]`, { headers: { "content-type": "application/json" } }))
          : fetch(input, init),
    });
    const loaded = await collect(rows(client));
    expect(loaded.map((row) => sourceOf(row).joinedFeedback)).toEqual([
      [{ on: "root", runId: uuid(1), feedback: { user_score: expected } }],
    ]);
    // What has no score is not a good one, and not a bad one either.
    const filtered = curate(loaded, { filter: { feedback: { user_score: { min: 0.5 } } } });
    if ("average" in expected) expect((await filtered).report.rows.kept).toBe(1);
    else await expect(filtered).rejects.toThrow(/filter: feedback took 1/);
  });
});

it("comments and corrections, in which people write what they like, are written nowhere beside the rows", async () => {
  const secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD";
  const root = llm("bot", { id: uuid(1), trace_id: uuid(1), run_type: "chain" });
  server.add(root, llm("one", { id: uuid(2), trace_id: uuid(1), parent_run_id: uuid(1) }));
  for (const runId of [uuid(1), uuid(2)])
    server.sandbox.langsmith.addFeedback({
      runId,
      key: "user_score",
      score: 1,
      comment: `My key is ${secret}`,
      correction: { answer: secret },
    });
  const folder = await mkdtemp(join(tmpdir(), "odd-feedback-"));
  try {
    const all = await collect(rows(server.client));
    expect(JSON.stringify(all.map((row) => sourceOf(row)))).toContain(secret);
    const curated = await curate(all, { redact: true, samples: 5 });
    await writeDataset(join(folder, "dataset"), curated);
    await writeJsonl(join(folder, "rows.jsonl"), curated.train);
    server.sandbox.clearRequests();
    await writeLangSmithDataset(curated, { name: "written", client: server.client });
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(4);
    const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")));
    const sent = server.sandbox.requests("langsmith").map((request) => JSON.stringify(request));
    expect(sent.some((text) => text.includes("user_score"))).toBe(true);
    for (const text of [...texts, ...sent, renderReportHtml(curated.report)]) expect(text).not.toContain(secret);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
