import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  exportRuns,
  fetchRunsByIds,
  LangSmithDatasetChatLoader,
  readFeedback,
  selectAnnotationQueueRuns,
  selectRuns,
  ServiceError,
  type Skip,
} from "langsmith-finetune";
import { DAMAGED_ANSWERS, type DamagedAnswer, startSandbox } from "langsmith-finetune/sandbox";
import { collect, llm, minutesAgo } from "./langsmith-server.js";

const COUNT = 120;
const SECRET = "the customer's private question";

/** A stand-in with runs, feedback, a dataset and a queue of them, and everything that reads from it. */
async function openWorld() {
  const sandbox = await startSandbox();
  const { langsmith } = sandbox;
  const client = new Client({ apiUrl: langsmith.url, apiKey: langsmith.apiKey });
  const ids = langsmith.addRuns(
    Array.from({ length: COUNT }, (_, index) =>
      llm(`${SECRET} ${index}`, { start_time: minutesAgo(index + 1), end_time: minutesAgo(index) }),
    ),
    { projectName: "bot" },
  );
  for (const runId of ids) langsmith.addFeedback({ runId, key: "score", score: 1 });
  langsmith.createDataset({
    name: "golden",
    examples: ids.map((_, index) => ({
      inputs: { messages: [{ role: "user", content: `${SECRET} ${index}` }] },
      outputs: { message: { role: "assistant", content: "yes" } },
    })),
  });
  langsmith.createAnnotationQueue("queue", ids);
  const skips: Skip[] = [];
  const options = {
    client,
    rateLimit: false,
    maxRetries: 4,
    onSkip: (skip: Skip) => void skips.push(skip),
  } as const;
  const readers = {
    selectRuns: {
      path: /v2\/runs\/query$/,
      read: () => collect(selectRuns({ projectName: "bot" }, { ...options, concurrency: 2, pageSize: 50 })),
    },
    fetchRunsByIds: {
      path: /v2\/runs\/query$/,
      read: () => collect(fetchRunsByIds(ids, { ...options, projectName: "bot" })),
    },
    exportRuns: {
      path: /v2\/runs\/query$/,
      async read() {
        const directory = await mkdtemp(join(tmpdir(), "damaged-"));
        try {
          const path = join(directory, "runs.jsonl");
          await exportRuns(path, { projectName: "bot" }, { ...options, pageSize: 50 });
          const lines = (await readFile(path, "utf8")).trim().split("\n");
          return lines.map((line) => JSON.parse(line) as unknown);
        } finally {
          await rm(directory, { recursive: true });
        }
      },
    },
    readFeedback: { path: /\/feedback$/, read: () => collect(readFeedback(ids, options)) },
    LangSmithDatasetChatLoader: {
      path: /\/examples$/,
      read: () => collect(new LangSmithDatasetChatLoader({ ...options, datasetName: "golden" })),
    },
    selectAnnotationQueueRuns: {
      path: /annotation-queues\/[^/]+\/runs$/,
      read: () => collect(selectAnnotationQueueRuns({ queueName: "queue" }, options)),
    },
  };
  return { sandbox, readers, skips };
}

/** Answers that only a reader of cursors, or only one of offsets, can tell from the right ones. */
const unseen: Partial<Record<DamagedAnswer, RegExp>> = {
  // A list that is empty is an answer of a list.
  list: /readFeedback|Dataset|Annotation/,
  // Nothing in it to damage.
  "null-lists": /readFeedback|Dataset|Annotation/,
  "repeated-cursor": /./,
  "strange-records": /./,
};

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.sandbox.faults.clear();
  world.skips.length = 0;
});
afterAll(() => world.sandbox.close());

describe.each(DAMAGED_ANSWERS)("an answer of LangSmith that is damaged: %s", (answer) => {
  it("is asked for again, and loses and doubles nothing", async () => {
    for (const [name, { path, read }] of Object.entries(world.readers)) {
      if (unseen[answer]?.test(name)) continue;
      world.sandbox.faults.clear();
      // Two later pages, each twice in a row where there are so many.
      world.sandbox.faults.inject({ path, answer, retryAfter: 0, skip: 1, times: 2 });
      expect(await read(), name).toHaveLength(COUNT);
      expect(world.sandbox.faults.count, name).toBe(2);
    }
    expect(world.skips).toEqual([]);
  });

  it("is an error that quotes nothing where it stays so, never the end", async () => {
    for (const [name, { path, read }] of Object.entries(world.readers)) {
      if (unseen[answer]?.test(name)) continue;
      world.sandbox.faults.clear();
      world.sandbox.faults.inject({ path, answer, retryAfter: 0 });
      const error: unknown = await read().catch((thrown: unknown) => thrown);
      expect(ServiceError.isInstance(error), `${name}: ${String(error)}`).toBe(true);
      expect(error, name).toMatchObject({ service: "LangSmith" });
      expect(["invalid-answer", "unreachable"], name).toContain((error as ServiceError).code);
      const all = `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)} ${(error as Error).stack}`;
      expect(all, name).not.toContain("private question");
    }
  });
});

describe("records that are not runs", () => {
  it("are skips, and the others come", async () => {
    const codes: Record<string, string> = {
      selectRuns: "not-a-run",
      fetchRunsByIds: "not-a-run",
      exportRuns: "not-a-run",
      readFeedback: "not-feedback",
      LangSmithDatasetChatLoader: "invalid-example",
      selectAnnotationQueueRuns: "not-a-run",
    };
    for (const [name, { path, read }] of Object.entries(world.readers)) {
      world.sandbox.faults.clear();
      world.skips.length = 0;
      world.sandbox.faults.inject({ path, answer: "strange-records", times: 1 });
      expect(await read(), name).toHaveLength(COUNT);
      expect(
        world.skips.map(({ code }) => code),
        name,
      ).toEqual(Array.from({ length: 5 }, () => codes[name]));
    }
  });
});

describe("a cursor that leads back", () => {
  it("ends the reading with an error", async () => {
    for (const name of ["selectRuns", "exportRuns"] as const) {
      const { path, read } = world.readers[name];
      world.sandbox.faults.clear();
      world.sandbox.faults.inject({ path, answer: "repeated-cursor" });
      await expect(read(), name).rejects.toMatchObject({ name: "ServiceError" });
    }
  });
});

describe("a slow line", () => {
  it("is waited for", async () => {
    world.sandbox.faults.inject({ path: /query$/, drip: 2 });
    expect(await world.readers.selectRuns.read()).toHaveLength(COUNT);
  });
});
