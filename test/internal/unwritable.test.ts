import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { Client } from "langsmith";
import {
  compareModels,
  exportRuns,
  startFineTune,
  writeComparison,
  type Comparison,
  type TrainingExample,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { portable } from "langsmith-finetune/backends/portable";
import { startSandbox } from "langsmith-finetune/sandbox";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSpool } from "../../src/internal/storage/spool.js";
import { unwritable } from "../../src/internal/files/unwritable.js";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "full-disk-"))));
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

const row = (answer: string): TrainingExample => ({
  messages: [
    { role: "user", content: "What is it?" },
    { role: "assistant", content: answer },
  ],
});

const at = new Date(Date.now() - 60_000).toISOString();
const run = { name: "a", run_type: "llm", status: "success", start_time: at, end_time: at };

describe.skipIf(!existsSync("/dev/full"))("a disk that is full", () => {
  it("ends an export with what to do next, and the export goes on once there is room", async () => {
    await using sandbox = await startSandbox();
    sandbox.langsmith.addRuns([run, { ...run, name: "b" }], { projectName: "support-bot" });
    const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
    const path = join(directory, "runs.jsonl");
    await symlink("/dev/full", `${path}.partial`);
    await expect(exportRuns(path, { projectName: "support-bot" }, { client })).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "path",
      // The code is ENOSPC or, where a device cannot be synced, EINVAL.
      hint: expect.stringMatching(/What was exported is kept, and the same call goes on\.$/) as string,
    });
    await rm(`${path}.partial`);
    expect(await exportRuns(path, { projectName: "support-bot" }, { client })).toMatchObject({ runs: 2 });
  });

  it("ends a comparison, and is not taken for a fault of the models", async () => {
    const model = () => new FakeListChatModel({ responses: ["yes"] });
    const options = {
      examples: [row("yes")],
      models: { base: model(), tuned: model() },
      cache: directory,
      // The cache is open by then, and nothing is asked yet.
      onEstimate: () => symlink("/dev/full", join(directory, "answers.jsonl")),
    };
    await expect(compareModels(options)).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "cache",
      value: directory,
      hint: expect.stringContaining("The disk is full") as string,
    });
  });
});

describe("a folder that cannot be written", () => {
  it("is named for a job's dataset, with the option that chooses another", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    const backend = openAI({ model: "gpt-4o-mini-2024-07-18", apiKey: "none" });
    const examples = Array.from({ length: 10 }, (_, index) => row(String(index)));
    await expect(startFineTune({ examples, backend, directory: join(file, "below") })).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "directory",
      value: join(file, "below"),
    });
  });

  it("is named for a job's folder", async () => {
    await writeFile(join(directory, "data"), "");
    const backend = portable({ directory, trainer: "trl", model: "Qwen/Qwen2.5-0.5B-Instruct" });
    const examples = Array.from({ length: 10 }, (_, index) => row(String(index)));
    await expect(startFineTune({ examples, backend })).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "directory",
      value: directory,
    });
  });

  it("is named for what does not fit into memory", () => {
    vi.stubEnv("TMPDIR", join(directory, "missing"));
    const spool = createSpool<TrainingExample>();
    const long = row("yes ".repeat(100_000));
    expect(() => Array.from({ length: 10 }, () => spool.add(long))).toThrow(
      /temporary folder .*missing \(ENOENT\)\. Make room there, or name a folder on another disk in TMPDIR/,
    );
  });

  it("is named for a comparison", async () => {
    await mkdir(join(directory, "comparison.json"));
    await expect(
      writeComparison(directory, {
        models: {},
        pairs: [],
        cases: [],
        verdict: [],
        createdAt: "",
      } as unknown as Comparison),
    ).rejects.toMatchObject({ name: "InvalidOptionError", option: "directory", value: directory });
  });
});

describe("exportRuns", () => {
  it("begins anew with another query where the first read nothing, a project's name that was wrong say", async () => {
    await using sandbox = await startSandbox();
    sandbox.langsmith.addRuns([run], { projectName: "support-bot" });
    const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
    const path = join(directory, "runs.jsonl");
    await expect(exportRuns(path, { projectName: "suport-bot" }, { client })).rejects.toThrow(
      'Did you mean "support-bot"?',
    );
    expect(await exportRuns(path, { projectName: "support-bot" }, { client })).toMatchObject({
      runs: 1,
      resumed: false,
    });
    expect((await readFile(path, "utf8")).trim().split("\n")).toHaveLength(1);
  });
});

describe("unwritable", () => {
  it.each([
    ["ENOENT", "Make its folder first."],
    ["EACCES", "You may not write there: check its rights and those of its folder."],
    ["EIO", "Check the folder, its rights and the free space."],
  ])("says what to do for %s", (code, hint) => {
    const cause = Object.assign(new Error("no"), { code });
    expect(unwritable("/data/rows.jsonl", cause)).toMatchObject({
      message: `/data/rows.jsonl cannot be written (${code}). ${hint}`,
      hint,
      cause,
    });
  });
});
