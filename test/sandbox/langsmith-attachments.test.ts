import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client, RunTree } from "langsmith";
import { LangSmithDatasetChatLoader, LangSmithRunChatLoader, selectRuns, type Skip } from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
let client: Client;
const start = async (api: "v1" | "v2" | "both" = "both") => {
  sandbox = await startSandbox({ langsmith: { api } });
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
};
afterEach(() => sandbox.close());

const picture = new Uint8Array([137, 80, 78, 71]);
const skipsOf = async (sessions: (onSkip: (skip: Skip) => void) => AsyncIterable<unknown>) => {
  const skips: Skip[] = [];
  const found: unknown[] = [];
  for await (const session of sessions((skip) => void skips.push(skip))) found.push(session);
  return { count: found.length, codes: skips.map(({ code }) => code) };
};

describe("attachments of runs", () => {
  it.each(["v1", "v2"] as const)("are served, and found in %s", async (api) => {
    await start(api);
    const run = new RunTree({
      name: "ask",
      run_type: "llm",
      client,
      project_name: "pictures",
      inputs: { messages: [{ role: "user", content: "What?" }] },
      attachments: { picture: ["image/png", picture] },
    });
    await run.postRun();
    await run.end({ message: { role: "assistant", content: "A dot." } });
    await run.patchRun();
    await client.awaitPendingTraceBatches();
    const found = sandbox.langsmith.runs("pictures")[0] as { s3_urls?: Record<string, { presigned_url: string }> };
    const file = await fetch(found.s3_urls?.["attachment.picture"]?.presigned_url ?? "");
    expect(file.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(picture);
    const runs = selectRuns({ projectName: "pictures", since: "2020-01-01" }, { client });
    expect(await skipsOf((onSkip) => new LangSmithRunChatLoader({ runs, onSkip }))).toEqual({
      count: 0,
      codes: ["unsupported-content"],
    });
  });
});

describe("attachments of examples", () => {
  beforeEach(() => start());

  it("are kept through updates that retain or rename them", async () => {
    const { id: dataset_id } = await client.createDataset("pictures");
    const inputs = { messages: [{ role: "user", content: "What?" }] };
    const attachments = {
      "a.b.png": { mimeType: "image/png", data: picture },
      text: { mimeType: "text/plain", data: picture },
    };
    const uploaded = await client.uploadExamplesMultipart(dataset_id, [{ dataset_id, inputs, attachments }]);
    const id = uploaded.example_ids[0] ?? "";
    const held = async () => {
      for await (const example of client.listExamples({ datasetName: "pictures", includeAttachments: true }))
        return example.attachments ?? {};
      return {};
    };
    const first = await held();
    expect(Object.keys(first)).toEqual(["a.b.png", "text"]);
    const file = await fetch((first["a.b.png"] as { presigned_url: string }).presigned_url);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(picture);
    await client.updateExamplesMultipart(dataset_id, [{ id, inputs }]);
    expect(Object.keys(await held())).toEqual(["a.b.png", "text"]);
    const operations = { rename: { "a.b.png": "c.png" }, retain: [] };
    await client.updateExamplesMultipart(dataset_id, [{ id, attachments_operations: operations }]);
    expect(Object.keys(await held())).toEqual(["c.png"]);
    expect(
      await skipsOf((onSkip) => new LangSmithDatasetChatLoader({ client, datasetName: "pictures", onSkip })),
    ).toEqual({ count: 0, codes: ["unsupported-content"] });
  });
});

it("has no file at another address", async () => {
  await start();
  const answer = await fetch(`${sandbox.langsmith.url}/attachments/none`);
  expect(answer.status).toBe(404);
});
