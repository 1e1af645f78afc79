import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  eraseFromDatasets,
  InvalidOptionError,
  readDataset,
  recordFineTune,
  updateDataset,
  type UpdateDatasetOptions,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "erase-"));
  folder = join(root, "support");
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.close();
  await rm(root, { recursive: true });
});

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
function add(thread: number, answers: readonly string[], { age = 30, history = true } = {}) {
  const messages = answers.flatMap((answer, index) => [
    { role: "user", content: `question ${index} of person${thread} about ${thread * 7919}` },
    { role: "assistant", content: answer },
  ]);
  const id = uuid(thread * 100 + answers.length - 1);
  const run = {
    id,
    trace_id: id,
    name: "model",
    run_type: "llm",
    start_time: minutesAgo(age),
    end_time: minutesAgo(age - 0.1),
    inputs: { messages: [...(history ? [] : [{ role: "system", content: "short" }]), ...messages.slice(0, -1)] },
    outputs: messages.at(-1) as Record<string, unknown>,
    extra: { metadata: { thread_id: `t${thread}`, user_id: `user-${thread}` } },
  };
  sandbox.langsmith.addRuns([run], { projectName: "bot" });
}
const update = (options: UpdateDatasetOptions = {}) =>
  updateDataset(
    folder,
    { projectName: "bot" },
    {
      client: new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey }),
      userKey: "user_id",
      onSkip: () => undefined,
      ...options,
    },
  );
async function everything(): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")))).join("\n");
}

describe("eraseFromDatasets", () => {
  it.each([
    ["thread", { threadId: "t1" }],
    ["user", { userId: "user-1" }],
  ] as const)(
    "removes all of a %s from every version, says where it was, and never takes it again",
    async (_, request) => {
      add(1, ["a secret"]);
      add(2, ["b"]);
      const first = await update();
      await recordFineTune(folder, { backend: "openai", job: "ftjob-1", model: "ft:1" });
      await recordFineTune(folder, { backend: "openai", job: "ftjob-1", model: "ft:1" });
      add(3, ["c"], { age: 20 });
      const second = await update();
      await recordFineTune(folder, { backend: "trl", job: "job-2" });

      const erasure = await eraseFromDatasets(folder, request);
      expect(erasure).toEqual({
        rows: 2,
        datasets: [
          {
            folder,
            sha256: second.manifest.sha256,
            rows: 1,
            splits: { train: 1 },
            jobs: [{ backend: "trl", job: "job-2", dataset: second.manifest.sha256 }],
          },
          {
            folder: second.previous,
            sha256: first.manifest.sha256,
            rows: 1,
            splits: { train: 1 },
            jobs: [{ backend: "openai", job: "ftjob-1", model: "ft:1", dataset: first.manifest.sha256 }],
          },
        ],
        jobs: [
          { backend: "trl", job: "job-2" },
          { backend: "openai", job: "ftjob-1", model: "ft:1" },
        ],
      });
      expect(await everything()).not.toMatch(/person1|secret|user-1|"t1"/);
      for (const path of [folder, second.previous ?? ""])
        expect((await readDataset(path)).manifest.rows.kept).toBe(path === folder ? 2 : 1);

      // The conversation goes on, and the dataset without it.
      add(1, ["a secret", "another secret"], { age: 10 });
      add(4, ["d"], { age: 10 });
      expect(await update()).toMatchObject({ changed: true });
      expect(await everything()).not.toMatch(/person1|secret|user-1/);
      expect((await readDataset(folder)).manifest.rows.kept).toBe(3);
      expect(await eraseFromDatasets([folder], request)).toEqual({ rows: 0, datasets: [], jobs: [] });
    },
  );

  it("removes the rows that teach a run's answer, and those that have it in their history", async () => {
    add(1, ["the answer"]);
    add(1, ["the answer", "later"], { history: false });
    add(2, ["the answer"]);
    await update({ curate: { validate: false } });
    expect((await readDataset(folder)).manifest.rows.kept).toBe(3);
    expect(await eraseFromDatasets(folder, { runId: uuid(100) })).toMatchObject({ rows: 2 });
    expect(await everything()).not.toContain("person1");
    expect((await readDataset(folder)).manifest.rows.kept).toBe(1);
  });

  it("can leave nothing, and the next update goes on from there", async () => {
    add(1, ["a"]);
    await update();
    expect(await eraseFromDatasets(folder, { threadId: "t1" })).toMatchObject({ rows: 1 });
    expect((await readDataset(folder)).manifest).toMatchObject({ splits: [], rows: { kept: 0 } });
    add(2, ["b"], { age: 20 });
    expect(await update()).toMatchObject({ changed: true });
    expect((await readDataset(folder)).manifest.rows.kept).toBe(1);
  });

  it("refuses a request for nothing or for two things, and a folder that is not a dataset", async () => {
    for (const request of [{}, { threadId: "a", runId: "b" }, { thread: "a" } as never])
      await expect(eraseFromDatasets(folder, request)).rejects.toThrow(InvalidOptionError);
    await expect(eraseFromDatasets(folder, { threadId: "a" })).rejects.toThrow("is not a dataset");
    await expect(recordFineTune(folder, { backend: "openai", job: "j" })).rejects.toThrow("is not a dataset");
  });
});
