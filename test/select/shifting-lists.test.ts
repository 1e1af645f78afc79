import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LangSmithDatasetChatLoader, readFeedback, selectAnnotationQueueRuns } from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { offsetPages } from "../../src/select/server/offset-pages.js";
import type { Connection } from "../../src/select/server/connection.js";
import { llm, minutesAgo } from "./langsmith-server.js";
import fc from "fast-check";

let sandbox: Sandbox;
let client: Client;
beforeEach(async () => {
  sandbox = await startSandbox();
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
});
afterEach(() => sandbox.close());

const example = (index: number) => ({
  inputs: { messages: [{ role: "user", content: `question ${index}` }] },
  outputs: { message: { role: "assistant", content: "yes" } },
});

/** Reads one, lets the others work, and reads the rest. */
async function readWhile<T>(source: AsyncIterable<T>, work: () => Promise<unknown>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) {
    if (items.length === 0) await work();
    items.push(item);
  }
  return items;
}

describe("a dataset that others work on while it is read", () => {
  it.each([
    ["examples are deleted", (ids: string[]) => client.deleteExamples(ids.slice(-20))],
    ["the newest are deleted", (ids: string[]) => client.deleteExamples(ids.slice(0, 20))],
  ])("is read as it was when the reading began: %s", async (_, work) => {
    const { id, exampleIds } = sandbox.langsmith.createDataset({
      name: "golden",
      examples: Array.from({ length: 250 }, (_unused, index) => example(index)),
    });
    const loader = new LangSmithDatasetChatLoader({ datasetId: id, client });
    const sessions = await readWhile(loader, () => work(exampleIds));
    const read = sessions.map(({ source }) => source?.exampleId);
    expect(new Set(read)).toEqual(new Set(exampleIds));
    expect(read).toHaveLength(250);
  });

  it("gives none twice when some are added", async () => {
    const { id, exampleIds } = sandbox.langsmith.createDataset({
      name: "golden",
      examples: Array.from({ length: 250 }, (_unused, index) => example(index)),
    });
    const loader = new LangSmithDatasetChatLoader({ datasetId: id, client });
    const sessions = await readWhile(loader, () =>
      client.createExamples(
        Array.from({ length: 5 }, (_unused, index) => ({ dataset_id: id, ...example(300 + index) })),
      ),
    );
    expect(sessions.map(({ source }) => source?.exampleId).sort()).toEqual([...exampleIds].sort());
  });
});

describe("an annotation queue", () => {
  it("gives every run to a consumer that takes them out of it", async () => {
    const ids = sandbox.langsmith.addRuns(
      Array.from({ length: 250 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index + 2) })),
      { projectName: "bot" },
    );
    const queueId = sandbox.langsmith.createAnnotationQueue("queue", ids);
    const runs: string[] = [];
    for await (const run of selectAnnotationQueueRuns({ queueId }, { client })) {
      runs.push(run.id);
      if (runs.length <= 20) await client.deleteRunFromAnnotationQueue(queueId, run.id);
    }
    expect(runs).toHaveLength(250);
    expect(new Set(runs)).toEqual(new Set(ids));
  });
});

describe("feedback that is added while it is read", () => {
  it("comes once each", async () => {
    const [runId = ""] = sandbox.langsmith.addRuns([llm("a")], { projectName: "bot" });
    for (let index = 0; index < 250; index += 1)
      sandbox.langsmith.addFeedback({ runId, key: `key ${index}`, score: index });
    const read = await readWhile(readFeedback([runId], { client }), async () => {
      for (let index = 0; index < 7; index += 1) sandbox.langsmith.addFeedback({ runId, key: `new ${index}` });
    });
    const keys = read.map(({ key }) => key).filter((key) => key.startsWith("key"));
    expect(keys).toHaveLength(250);
    expect(new Set(keys).size).toBe(250);
  });
});

describe("a list that is read by offsets", () => {
  /** A server without versions, whose list changes before each of its answers. */
  const serve = (list: { id: string }[], change: () => void): Connection =>
    ({
      apiUrl: "http://stand-in",
      json: async (_method: string, _path: string, { query }: { query: URLSearchParams }) => {
        change();
        const offset = Number(query.get("offset"));
        return list.slice(offset, offset + Number(query.get("limit")));
      },
    }) as unknown as Connection;
  const read = async (connection: Connection) => {
    const pages = offsetPages(connection, { path: "/list", asked: "Reading", signal: undefined });
    const ids: string[] = [];
    for await (const page of pages) ids.push(...page.map((record) => (record as { id: string }).id));
    return ids;
  };

  it("leaves out nothing that stays, and gives nothing twice, whatever is added and removed", async () => {
    const change = fc.record({ add: fc.nat(150), remove: fc.array(fc.nat(600), { maxLength: 150 }) });
    await fc.assert(
      fc.asyncProperty(fc.nat(600), fc.array(change, { maxLength: 12 }), async (count, changes) => {
        const list = Array.from({ length: count }, (_, index) => ({ id: `${index}` }));
        const stay = new Set(list.map(({ id }) => id));
        let next = 0;
        const ids = await read(
          serve(list, () => {
            const { add, remove } = changes.shift() ?? { add: 0, remove: [] };
            for (const place of remove) for (const { id } of list.splice(place, 1)) stay.delete(id);
            for (let one = 0; one < add; one += 1) list.unshift({ id: `new ${(next += 1)}` });
          }),
        );
        expect(new Set(ids).size).toBe(ids.length);
        const missing = [...stay].filter((id) => !ids.includes(id));
        expect(missing).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("is an error where the server does not look at the offset", async () => {
    const page = Array.from({ length: 100 }, (_, index) => ({ id: `${index}` }));
    const connection = { apiUrl: "http://stand-in", json: async () => page } as unknown as Connection;
    await expect(read(connection)).rejects.toMatchObject({ name: "ServiceError", code: "invalid-answer" });
  });
});
