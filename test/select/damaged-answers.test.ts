import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  exportRuns,
  fetchRunsByIds,
  LangSmithDatasetChatLoader,
  loadTrajectories,
  readDataset,
  readFeedback,
  selectAnnotationQueueRuns,
  selectRuns,
  ServiceError,
  type Skip,
  updateDataset,
} from "langsmith-finetune";
import {
  DAMAGED_ANSWERS,
  type DamagedAnswer,
  type FaultRule,
  type Sandbox,
  startSandbox,
} from "langsmith-finetune/sandbox";
import { shortenPauses } from "langsmith-finetune/testing";
import { itLong, long } from "../long.js";
import { collect, llm, minutesAgo, uuid } from "./langsmith-server.js";

const COUNT = 120;
const SECRET = "the customer's private question";

/** A trace of so many calls of a model that its trajectory has several pages, in a project of its own. */
function addConversation({ langsmith }: Sandbox): string {
  const message = (kind: string, id: string, content: string) => ({
    lc: 1,
    type: "constructor",
    id: ["langchain_core", "messages", kind],
    kwargs: { id, content, response_metadata: { finish_reason: "stop" } },
  });
  const root = {
    ...llm("root", { run_type: "chain" }),
    id: uuid(9_000),
    trace_id: uuid(9_000),
    inputs: {},
    outputs: {},
  };
  const calls = Array.from({ length: COUNT }, (_, index) => ({
    ...llm("call", { start_time: minutesAgo(300 - index), end_time: minutesAgo(299.9 - index) }),
    id: uuid(9_001 + index),
    trace_id: root.id,
    parent_run_id: root.id,
    inputs: { messages: [[message("HumanMessage", `q ${index}`, `${SECRET} ${index}`)]] },
    outputs: { generations: [[{ text: "yes", message: message("AIMessage", `a ${index}`, `yes ${index}`) }]] },
    extra: {
      metadata: { ls_provider: "openai", ls_model_type: "chat", ls_model_name: "gpt-4o-mini" },
      invocation_params: { model: "gpt-4o-mini" },
      runtime: { library: "langchain-core", sdk: "langsmith-py", library_version: "1.0.0" },
    },
  }));
  langsmith.addRuns([root, ...calls], { projectName: "trajectories" });
  return root.id;
}

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
  const traceId = addConversation(sandbox);
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
    loadTrajectories: {
      path: /v1\/trajectory$/,
      read: () => collect(loadTrajectories({ projectName: "trajectories", traceIds: [traceId] }, options)),
    },
    updateDataset: {
      path: /v2\/runs\/query$/,
      async read() {
        const directory = await mkdtemp(join(tmpdir(), "damaged-"));
        try {
          const curate = { deduplicate: false, join: false } as const;
          await updateDataset(join(directory, "d"), { projectName: "bot" }, { ...options, curate });
          return await collect((await readDataset(join(directory, "d"))).train);
        } finally {
          await rm(directory, { recursive: true });
        }
      },
    },
  };
  return { sandbox, client, readers, skips };
}

// Below: a body without an end, and one that ends with the time of the client alone.
const SLOW = new Set<DamagedAnswer>(["endless", "not-gzip"]);
/** Every kind of fault, as rules of the sandbox. Redirects are followed twenty times, each of which is a request. */
const faults: Record<string, Omit<FaultRule, "path">> = {
  "429 with seconds": { status: 429, retryAfter: 0 },
  "429 with a date": { status: 429, retryAfter: new Date(Date.now() - 1_000).toUTCString() },
  "429 with milliseconds": { status: 429, headers: { "retry-after-ms": "1" } },
  "429 without a time, in text": { status: 429, body: "slow down" },
  ...Object.fromEntries([408, 425, 500, 502, 503, 504, 529].map((status) => [`${status}`, { status }])),
  "503 that repeats what was sent": { status: 503, echo: true },
  "a reset before": { drop: "before" },
  "a lost answer": { drop: "after" },
  "half of the body": { drop: "during" },
  ...Object.fromEntries(
    DAMAGED_ANSWERS.filter((answer) => !SLOW.has(answer)).map((answer) => [answer, { answer, retryAfter: 0 }]),
  ),
};
/** They read by the same requests as the others, and do more work: a few faults are enough. */
/** Of all faults with all readers, `npm test` runs those of one reader. */
const QUICK = /selectRuns/;
const heavy = /exportRuns|updateDataset/;
const ofHeavy = new Set(["429 with a date", "502", "a lost answer", "html", "cut", "number-cursor", "empty-cursor"]);
const requestsOf = (fault: string) => (fault === "redirect-loop" ? 21 : 1);

/** Readers that cannot tell such an answer from a right one, or need not. */
const unseen: Record<string, RegExp> = {
  // A list that is empty is an answer of a list.
  list: /readFeedback|Dataset|Annotation/,
  // Nothing in it to damage.
  "null-lists": /readFeedback|DatasetChat|Annotation/,
  "repeated-cursor": /./,
  "strange-records": /./,
  "wrong-type": /./,
  "number-cursor": /readFeedback|DatasetChat|Annotation|ById/,
  // All that was asked for by id came.
  "empty-cursor": /readFeedback|DatasetChat|Annotation|ById/,
};

let world: Awaited<ReturnType<typeof openWorld>>;
let restorePauses: () => void;
beforeAll(async () => {
  restorePauses = shortenPauses(1);
  world = await openWorld();
});
beforeEach(() => {
  world.sandbox.faults.clear();
  world.skips.length = 0;
});
afterAll(async () => {
  restorePauses();
  await world.sandbox.close();
});

describe.each(Object.entries(faults))("LangSmith's fault: %s", (fault, rule) => {
  const readers = () =>
    Object.entries(world.readers).filter(
      ([name]) => (long || QUICK.test(name)) && !unseen[fault]?.test(name) && (ofHeavy.has(fault) || !heavy.test(name)),
    );

  it("is asked for again, and loses and doubles nothing", async () => {
    for (const [name, { path, read }] of readers()) {
      world.sandbox.faults.clear();
      // Two later pages, each twice in a row where there are so many.
      const times = 2 * requestsOf(fault);
      world.sandbox.faults.inject({ path, ...rule, skip: 1, times });
      expect(await read(), name).toHaveLength(COUNT);
      expect(world.sandbox.faults.count, name).toBe(times);
    }
    expect(world.skips).toEqual([]);
  });

  it("is an error that quotes nothing where it stays so, never the end", async () => {
    for (const [name, { path, read }] of readers()) {
      world.sandbox.faults.clear();
      world.sandbox.faults.inject({ path, ...rule });
      const error: unknown = await read().catch((thrown: unknown) => thrown);
      expect(ServiceError.isInstance(error), `${name}: ${String(error)}`).toBe(true);
      expect(error, name).toMatchObject({ service: "LangSmith" });
      expect(["invalid-answer", "unreachable", "rate-limited", "server-error"], name).toContain(
        (error as ServiceError).code,
      );
      const all = `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)} ${(error as Error).stack}`;
      expect(all, name).not.toContain("private question");
      expect(all, name).not.toContain(world.sandbox.langsmith.apiKey);
    }
  });
});

describe("an answer of another type", () => {
  it("is read where it is the JSON that it should be", async () => {
    world.sandbox.faults.inject({ answer: "wrong-type" });
    for (const [name, { read }] of Object.entries(world.readers)) expect(await read(), name).toHaveLength(COUNT);
  });
});

describe("a body without an end", () => {
  itLong("is left after 400 MB", async () => {
    world.sandbox.faults.inject({ path: /\/examples$/, answer: "endless" });
    const { client } = world;
    const reading = collect(new LangSmithDatasetChatLoader({ client, maxRetries: 0, datasetName: "golden" }));
    await expect(reading).rejects.toMatchObject({
      name: "ServiceError",
      code: "invalid-answer",
      message: expect.stringContaining("longer than 400 MB") as string,
    });
  });
});

describe("a body that is called compressed and is not", () => {
  it("is left when the client's time is up", async () => {
    const { url: apiUrl, apiKey } = world.sandbox.langsmith;
    const client = new Client({ apiUrl, apiKey, timeout_ms: 400 });
    world.sandbox.faults.inject({ path: /\/examples$/, answer: "not-gzip" });
    const reading = collect(new LangSmithDatasetChatLoader({ client, maxRetries: 0, datasetName: "golden" }));
    const error = (await reading.catch((thrown: unknown) => thrown)) as ServiceError;
    expect(ServiceError.isInstance(error)).toBe(true);
    expect(["timeout", "unreachable"]).toContain(error.code);
  });
});

describe("a list that moves between two pages", () => {
  it.each([-1, -30, 1, 30])("by %i loses and doubles nothing that stayed", async (shift) => {
    for (const [name, { path, read }] of Object.entries(world.readers)) {
      if (!unseen["number-cursor"]?.test(name)) continue;
      world.sandbox.faults.clear();
      world.sandbox.faults.inject({ path, shift, times: 1, skip: 1 });
      expect(await read(), name).toHaveLength(COUNT);
      expect(world.sandbox.faults.count, name).toBe(1);
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
      updateDataset: "not-a-run",
    };
    for (const [name, { path, read }] of Object.entries(world.readers)) {
      if (codes[name] === undefined) continue;
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
