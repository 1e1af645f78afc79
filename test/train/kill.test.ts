import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startFineTune } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import type { Fault } from "langsmith-finetune/testing";
import { bundleScript } from "../bundle-script.js";
import { killRows } from "./fakes/kill-rows.js";
import { startOpenAIFake, type OpenAIFake } from "./fakes/openai-fake.js";

let script: string;
beforeAll(async () => {
  script = await bundleScript(fileURLToPath(new URL("fakes/start-and-wait.ts", import.meta.url)));
});
const create = { method: "POST", path: /fine_tuning\/jobs$/ };

let fake: OpenAIFake;
let directory: string;
beforeEach(async () => {
  fake = await startOpenAIFake();
  directory = await mkdtemp(join(tmpdir(), "kill-test-"));
});
afterEach(async () => {
  await fake.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs the script until `reached`, then kills the process with no chance to clean up. */
async function killWhen(reached: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [script, `${fake.url}/v1`, directory], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const exit = once(child, "exit");
  await expect
    .poll(() => (child.exitCode === null ? reached() : `exited: ${errors}`), { timeout: 25_000, interval: 20 })
    .toBe(true);
  child.kill("SIGKILL");
  await exit;
}

const asked = ({ method, path }: Pick<Fault, "method" | "path">) =>
  fake.requests.some((request) => request.method === method && path?.test(request.path));

describe("a process that is killed", () => {
  it.each([
    ["between the upload and the creation", { hang: "before" }, 0],
    ["between the creation and its answer", { hang: "after" }, 1],
  ] as const)("%s leaves one file, and one job after the next call", async (_name, fault, jobsLeft) => {
    fake.fault({ ...create, ...fault });
    await killWhen(() => asked(create) && fake.jobs.length === jobsLeft);
    expect(fake.files.size).toBe(1);

    const backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: "sk-test" });
    const job = await startFineTune({ examples: killRows, backend, pollInterval: 5 });
    expect(fake.files.size).toBe(1);
    expect(fake.jobs.map(({ id }) => id)).toEqual([job.reference.id]);
    fake.setStatus(job.reference.id, "succeeded");
    expect(await job.wait()).toMatchObject({ job: job.reference.id });
  });
});
