import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DatasetConflictError,
  InvalidOptionError,
  readDataset,
  type RunQuery,
  type Skip,
  sourceOf,
  targetsOf,
  type TrainingExample,
  updateDataset,
  type UpdateDatasetOptions,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "update-"));
  folder = join(root, "support");
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.close();
  await rm(root, { recursive: true });
});

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
interface Call {
  thread: number;
  /** The answers so far; the last is that of this run. */
  answers: readonly string[];
  age?: number;
  id?: number;
  user?: string;
}
/** A call of a conversation, with the history as it was sent. Its id is made of the thread and the turn. */
function call({ thread, answers, age = 30, id = thread * 100 + answers.length - 1, user }: Call) {
  const messages = answers.flatMap((answer, index) => [
    {
      role: "user",
      content: `${"abcdefghijklmnop"[thread % 16]}${thread} wants to know ${thread * 7919} thing ${index}`,
    },
    { role: "assistant", content: answer },
  ]);
  return {
    id: uuid(id),
    trace_id: uuid(id),
    name: "model",
    run_type: "llm",
    start_time: minutesAgo(age),
    end_time: minutesAgo(age - 0.1),
    inputs: { messages: messages.slice(0, -1) },
    outputs: messages.at(-1) as Record<string, unknown>,
    extra: { metadata: { thread_id: `t${thread}`, ...(user !== undefined && { user_id: user }) } },
  };
}
const add = (...calls: Call[]) => sandbox.langsmith.addRuns(calls.map(call), { projectName: "bot" });
const rate = (id: number, score: number) =>
  sandbox.langsmith.addFeedback({ runId: uuid(id), key: "user_score", score });
const newClient = () => new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
const rated: RunQuery = { projectName: "bot", feedback: { key: "user_score", min: 1, on: "run" } };
// Each as a process of its own would do it: with a client that knows nothing of the server.
const update = (query: RunQuery = { projectName: "bot" }, options: UpdateDatasetOptions = {}) =>
  updateDataset(folder, query, { client: newClient(), onSkip: () => undefined, ...options });
const contents = async (path = folder): Promise<Record<string, string>> => {
  const names = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(
    names.map(async ({ parentPath, name }) => [join(parentPath, name), await readFile(join(parentPath, name), "utf8")]),
  );
  return Object.fromEntries(files) as Record<string, string>;
};
async function rowsOf(path = folder): Promise<(TrainingExample & { split: string })[]> {
  const dataset = await readDataset(path);
  const rows = [];
  for (const split of ["train", "validation", "test"] as const)
    for await (const row of dataset[split]) rows.push(Object.assign(row, { split }));
  return rows;
}
const runsOf = (rows: readonly object[]) =>
  rows.map((row) => targetsOf(row).map(({ runId }) => Number(runId?.slice(-12)))).sort();
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const conflictsOf = async (promise: Promise<unknown>) => {
  const error = await failure(promise);
  return DatasetConflictError.isInstance(error) ? error.conflicts : error;
};

describe("updateDataset", () => {
  it("makes the first version, and with nothing new asks twice at most and touches no file", async () => {
    add({ thread: 1, answers: ["a"] }, { thread: 2, answers: ["b"] });
    rate(100, 1);
    rate(200, 1);
    const first = await update(rated);
    expect(first).toMatchObject({ changed: true, version: 1, newRuns: 2, feedback: "asked", ratedDown: [] });
    expect(runsOf(await rowsOf())).toEqual([[100], [200]]);
    const before = await contents();
    sandbox.clearRequests();
    expect(await update(rated)).toMatchObject({ changed: false, version: 1, newRuns: 0 });
    expect(sandbox.requests("langsmith").length).toBeLessThanOrEqual(2);
    expect(await contents()).toEqual(before);
  });

  it("asks only for what is new, extends conversations that grew, and keeps the version before", async () => {
    add({ thread: 1, answers: ["a"] }, { thread: 2, answers: ["b"] });
    const first = await update();
    const old = await contents();
    add({ thread: 1, answers: ["a", "more"], age: 20 }, { thread: 3, answers: ["c"], age: 20 });
    sandbox.clearRequests();
    const second = await update();
    expect(second).toMatchObject({ changed: true, version: 2, newRuns: 2, feedback: "no-keys" });
    expect(second.diff).toMatchObject({
      same: 1,
      reasons: { "added: new-conversation": 1, "changed: grew": 1 },
    });
    const [request] = sandbox.requests("langsmith");
    const since = Date.parse((request?.body as { min_start_time: string }).min_start_time);
    expect(Math.abs(since - (Date.now() - 90 * 60_000))).toBeLessThan(60_000);
    expect(runsOf(await rowsOf())).toEqual([[100, 101], [200], [300]]);
    for (const [path, text] of Object.entries(old)) {
      if (path.includes(".update")) continue;
      expect(await readFile(path.replace(folder, second.previous ?? ""), "utf8")).toBe(text);
    }
    expect(second.manifest.metadata).toEqual({ version: 2, previous: first.manifest.sha256 });
    expect(await readDataset(second.previous ?? "")).toMatchObject({ manifest: first.manifest });
  });

  it("leaves every conversation in its split while the dataset grows", async () => {
    const options = { curate: { split: { validation: 0.3, test: 0.2 } } } satisfies UpdateDatasetOptions;
    const threads = Array.from({ length: 20 }, (_, index) => index + 1);
    add(...threads.map((thread) => ({ thread, answers: ["a"] })));
    await update({ projectName: "bot" }, options);
    const sides = new Map((await rowsOf()).map((row) => [sourceOf(row).threadId, row.split]));
    expect(new Set(sides.values())).toEqual(new Set(["train", "validation", "test"]));
    add(
      ...threads.map((thread) => ({ thread, answers: ["a", "b"], age: 20 })),
      ...threads.map((thread) => ({ thread: thread + 50, answers: ["n"], age: 20 })),
    );
    await update({ projectName: "bot" }, options);
    const rows = await rowsOf();
    expect(rows).toHaveLength(40);
    for (const row of rows) {
      const side = sides.get(sourceOf(row).threadId);
      if (side !== undefined) expect([targetsOf(row).length, row.split]).toEqual([2, side]);
    }
  });

  it("takes runs that were rated late, and names or takes out those that were rated down", async () => {
    add({ thread: 1, answers: ["a"] }, { thread: 1, answers: ["a", "b"] }, { thread: 2, answers: ["c"], age: 9000 });
    rate(100, 1);
    const second = rate(101, 1);
    await update(rated, { takeOut: { rated: true } });
    expect(runsOf(await rowsOf())).toEqual([[100, 101]]);

    rate(200, 1);
    await newClient().updateFeedback(second, { score: 0 });
    const named = join(root, "named");
    await cp(folder, named, { recursive: true });
    const only = await updateDataset(named, rated, { client: newClient(), onSkip: () => undefined });
    expect(only).toMatchObject({ ratedDown: [uuid(101)], newRuns: 1 });
    expect(runsOf(await rowsOf(named))).toEqual([[100, 101], [200]]);

    const result = await update(rated, { takeOut: { rated: true } });
    expect(result).toMatchObject({ changed: true, ratedDown: [uuid(101)] });
    expect(runsOf(await rowsOf())).toEqual([[100], [200]]);
  });

  it("takes out what LangSmith does not have any more, where it is asked to", async () => {
    add({ thread: 1, answers: ["a"] }, { thread: 2, answers: ["b"] }, { thread: 3, answers: ["c"], age: 40 * 24 * 60 });
    await update();
    const gone = await startSandbox();
    try {
      gone.langsmith.addRuns([call({ thread: 1, answers: ["a"] })], { projectName: "bot" });
      const state = JSON.parse(await readFile(join(folder, ".update/state.json"), "utf8")) as Record<string, unknown>;
      const [project] = await collect(
        new Client({ apiUrl: gone.langsmith.url, apiKey: gone.langsmith.apiKey }).listProjects({ name: "bot" }),
      );
      const server = { api: "v2", projectIds: [project?.id] };
      await writeFile(join(folder, ".update/state.json"), JSON.stringify({ ...state, server }));
      const client = new Client({ apiUrl: gone.langsmith.url, apiKey: gone.langsmith.apiKey });
      expect(await update(undefined, { client })).toMatchObject({ changed: false, deleted: [] });
      const result = await update(undefined, { client, takeOut: { deleted: true } });
      // The one of forty days ago may just be past its retention.
      expect(result).toMatchObject({ changed: true, deleted: [uuid(200)] });
      expect(runsOf(await rowsOf())).toEqual([[100], [300]]);
    } finally {
      await gone.close();
    }
  });

  it.each([
    ["other-answer", { thread: 1, answers: ["a", "other"], age: 20, id: 777 }, 101],
    ["edited-history", { thread: 1, answers: ["edited", "b", "c"], age: 20, id: 777 }, 100],
  ] as const)("names both runs of a contradiction (%s), and changes nothing", async (code, contradicting, runId) => {
    add({ thread: 1, answers: ["a"] }, { thread: 1, answers: ["a", "b"] });
    await update();
    add(contradicting, { thread: 5, answers: ["z"], age: 20 });
    const before = await contents();
    expect(await conflictsOf(update())).toMatchObject([
      { code, threadId: "t1", runId: uuid(runId), otherRunId: uuid(777) },
    ]);
    expect(await contents()).toEqual(before);
    const other = join(root, "other");
    await cp(folder, other, { recursive: true });
    await updateDataset(other, { projectName: "bot" }, { client: newClient(), onConflict: "join" });
    expect(runsOf(await rowsOf(other)).flat()).toContain(777);
    const skips: Skip[] = [];
    await update(undefined, { onConflict: "skip", onSkip: (skip) => skips.push(skip) });
    expect(skips).toMatchObject([{ code, runId: uuid(777) }]);
    expect(runsOf(await rowsOf())).toEqual([[100, 101], [500]]);
  });

  it("names edited rows, another format, and other options, and overwrites nothing", async () => {
    add({ thread: 1, answers: ["a"] });
    await update();
    add({ thread: 2, answers: ["b"], age: 20 });
    expect(await conflictsOf(update({ projectName: "bot", tags: "x" }))).toMatchObject([{ code: "other-query" }]);
    expect(await conflictsOf(update(undefined, { curate: { redact: true } }))).toMatchObject([
      { code: "other-options" },
    ]);
    const path = join(folder, "train.jsonl");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("wants", "WANTS"));
    expect(await conflictsOf(update())).toMatchObject([{ code: "edited-file", file: "train.jsonl" }]);
    expect(await readFile(path, "utf8")).toContain("WANTS");
    await writeFile(path, text);
    const manifest = await readFile(join(folder, "manifest.json"), "utf8");
    await writeFile(join(folder, "manifest.json"), manifest.replace("dataset@1", "dataset@2"));
    expect(await conflictsOf(update())).toMatchObject([{ code: "other-format" }]);
    await writeFile(join(folder, "manifest.json"), manifest);
    await writeFile(join(folder, ".update/state.json"), "{}");
    expect(await conflictsOf(update())).toMatchObject([{ code: "other-format", file: ".update/state.json" }]);
    await rm(join(folder, ".update/state.json"));
    // The position is found in the rows.
    expect(await update()).toMatchObject({ changed: true, newRuns: 1, version: 2 });
  });

  it("lets one update at a time change a dataset", async () => {
    add({ thread: 1, answers: ["a"] });
    const results = await Promise.allSettled([update(), update()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const rejected = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(rejected.reason).toSatisfy(InvalidOptionError.isInstance);
    expect(String(rejected.reason)).toMatch(/Process \d+ .* has been changing/);
    expect(existsSync(join(folder, ".update/lock"))).toBe(false);
  });

  it("goes on from the version before, where a change was interrupted between two files", async () => {
    add({ thread: 1, answers: ["a"] });
    await update();
    add({ thread: 2, answers: ["b"], age: 20 });
    await update();
    await rm(join(folder, "manifest.json"));
    await writeFile(join(folder, "train.jsonl"), "{");
    expect(await update()).toMatchObject({ changed: true });
    expect(runsOf(await rowsOf())).toEqual([[100], [200]]);
  });

  it("finds runs that came late, and is not misled by a clock that is ahead", async () => {
    add({ thread: 1, answers: ["a"], age: 10 }, { thread: 9, answers: ["f"], age: -600 });
    await update();
    add({ thread: 2, answers: ["late"], age: 40 }, { thread: 3, answers: ["new"], age: 1 });
    expect(await update()).toMatchObject({ newRuns: 2 });
    add({ thread: 4, answers: ["later"], age: 200 });
    expect(await update()).toMatchObject({ newRuns: 0 });
    expect(await update(undefined, { overlap: 300 * 60_000 })).toMatchObject({ newRuns: 1 });
  });

  it("replaces what must not be seen alike in every update, so that conversations still join", async () => {
    const options: UpdateDatasetOptions = { curate: { redact: true } };
    const secret = "write to jane.doe@example.com";
    add({ thread: 1, answers: [secret] });
    await update(undefined, options);
    add({ thread: 1, answers: [secret, "done"], age: 20 });
    const { diff } = await update(undefined, options);
    expect(diff?.reasons).toEqual({ "changed: grew": 1 });
    expect(JSON.stringify(await rowsOf())).not.toContain("jane.doe");
  });

  it("updates a dataset that is in LangSmith alone, and names what somebody edited there", async () => {
    const client = newClient();
    const options = { client, onSkip: () => undefined, curate: { split: { validation: 0.5 } } };
    const inLangSmith = () => updateDataset({ langSmithDataset: "support" }, { projectName: "bot" }, options);
    add({ thread: 1, answers: ["a"] }, { thread: 2, answers: ["b"] }, { thread: 3, answers: ["c"] });
    expect(await inLangSmith()).toMatchObject({ changed: true, newRuns: 3 });
    expect(await inLangSmith()).toMatchObject({ changed: false });
    const before = await collect(client.listExamples({ datasetName: "support" }));
    const splitOf = new Map(before.map(({ id, metadata }) => [id, metadata?.dataset_split as unknown]));
    add({ thread: 1, answers: ["a", "more"], age: 20 }, { thread: 4, answers: ["d"], age: 20 });
    expect(await inLangSmith()).toMatchObject({ changed: true, newRuns: 2 });
    const after = await collect(client.listExamples({ datasetName: "support" }));
    expect(after).toHaveLength(4);
    for (const { id, metadata } of after) if (splitOf.has(id)) expect(metadata?.dataset_split).toEqual(splitOf.get(id));

    const [example] = after;
    await client.updateExamples([
      {
        id: example?.id ?? "",
        dataset_id: example?.dataset_id ?? "",
        outputs: { message: { role: "assistant", content: "!" } },
      },
    ]);
    add({ thread: 5, answers: ["e"], age: 20 });
    expect(await conflictsOf(inLangSmith())).toMatchObject([{ code: "edited-example", exampleId: example?.id }]);
    expect(await collect(client.listExamples({ datasetName: "support" }))).toHaveLength(4);
  });

  it("lets one update of a machine at a time change a dataset in LangSmith", async () => {
    add({ thread: 1, answers: ["a"] });
    const inLangSmith = () =>
      updateDataset(
        { langSmithDataset: "one" },
        { projectName: "bot" },
        { client: newClient(), onSkip: () => undefined },
      );
    const results = await Promise.allSettled([inLangSmith(), inLangSmith()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = results.find((result) => result.status === "rejected");
    expect(InvalidOptionError.isInstance(refused?.reason)).toBe(true);
    expect(String(refused?.reason)).toContain(`Process ${process.pid}`);
    expect(await inLangSmith()).toMatchObject({ changed: false });
  });

  it("says where the server cannot tell which feedback changed", async () => {
    const old = await startSandbox({ langsmith: { api: "v1" } });
    try {
      old.langsmith.addRuns([call({ thread: 1, answers: ["a"] })], { projectName: "bot" });
      old.langsmith.addFeedback({ runId: uuid(100), key: "user_score", score: 1 });
      const client = new Client({ apiUrl: old.langsmith.url, apiKey: old.langsmith.apiKey });
      const options = { client, rateLimit: false } as const;
      expect(await update(rated, options)).toMatchObject({ changed: true, feedback: "not-supported" });
      expect(await update(rated, options)).toMatchObject({ changed: false, feedback: "not-supported" });
    } finally {
      await old.close();
    }
  });

  it("refuses what cannot be meant, before anything is asked", async () => {
    await expect(update({ projectName: "bot", limit: 3 })).rejects.toThrow("limit");
    await expect(update({ projectName: "bot", until: "2026-01-01" })).rejects.toThrow("until");
    await expect(update({})).rejects.toThrow("project");
    await expect(update(undefined, { curate: { sample: { size: 3 } } })).rejects.toThrow("sample");
    await expect(update(undefined, { takeOut: { deleted: { days: -1 } } })).rejects.toThrow("days");
    expect(sandbox.requests("langsmith")).toEqual([]);
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
