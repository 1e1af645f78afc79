import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidOptionError, startFineTune } from "langsmith-finetune";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { openAI } from "langsmith-finetune/backends/openai";
import { FIREWORKS_SECRET, startFireworksFake } from "./fakes/fireworks.js";
import { killRows } from "./fakes/kill-rows.js";
import { startOpenAIFake } from "./fakes/openai-fake.js";
import { itLong } from "../long.js";

const script = fileURLToPath(new URL("fakes/start-and-wait.ts", import.meta.url));
const POLL = { timeout: 50_000, interval: 20 };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "processes-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Another process that makes the same call. */
function startProcess(...parameters: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", script, ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { text: "", errors: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.errors += chunk.toString()));
  const exit = once(child, "exit");
  /** Waits until it is so; a process that ended before has failed. */
  const until = (reached: () => boolean) =>
    expect.poll(() => (child.exitCode === null ? reached() : `exited: ${said.errors}`), POLL).toBe(true);
  return { child, said, exit, until };
}

describe("a process that is killed between an upload to Fireworks and its state READY", () => {
  itLong(
    "leaves one data set, which the next call waits for and uses",
    async () => {
      const fake = await startFireworksFake();
      fake.validation.looks = Infinity;
      const { child, exit, until } = startProcess(fake.server.url, directory, "fireworks");
      const looked = () =>
        fake.server.requests.filter(({ method, path }) => method === "GET" && /\/datasets\/[^/]+$/.test(path)).length;
      await until(() => [...fake.datasets.values()].some(({ sent }) => sent !== undefined) && looked() >= 2);
      child.kill("SIGKILL");
      await exit;
      expect(fake.datasets.size).toBe(1);
      expect(fake.jobs.size).toBe(0);

      const uploads = () => fake.server.requests.filter(({ path }) => path.endsWith(":upload")).length;
      const before = uploads();
      fake.validation.looks = 1;
      const backend = fireworks({
        model: "llama-v3p1-8b-instruct",
        accountId: "acme",
        apiKey: FIREWORKS_SECRET,
        baseURL: fake.server.url,
        pollInterval: 5,
      });
      const job = await startFineTune({ examples: killRows, backend, pollInterval: 5 });
      expect(fake.datasets.size).toBe(1);
      expect(uploads()).toBe(before);
      expect([...fake.jobs.keys()]).toEqual([`supervisedFineTuningJobs/${job.reference.id}`]);
      await fake.server.close();
    },
    60_000,
  );
});

describe("two processes that make the same call at the same moment", () => {
  itLong(
    'get one job with lock: "machine"',
    async () => {
      const fake = await startOpenAIFake();
      const create = { method: "POST", path: /fine_tuning\/jobs$/ };
      const created = () =>
        fake.requests.filter(({ method, path }) => method === create.method && create.path.test(path));
      // The first waits for the answer to its creation, and holds the lock meanwhile.
      const first = startProcess(`${fake.url}/v1`, directory, "openai", "machine");
      fake.fault({ ...create, hang: "before" });
      await first.until(() => created().length === 1);

      const backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: "sk-test" });
      const asked = fake.requests.length;
      const second = startFineTune({ examples: killRows, backend, lock: "machine", pollInterval: 5 });
      const early = await Promise.race([
        second.then(() => "started"),
        new Promise((done) => setTimeout(done, 300, "waits")),
      ]);
      expect(early).toBe("waits");
      expect(fake.requests.length).toBe(asked);
      expect(fake.jobs).toHaveLength(0);

      // The lock of a killed process is taken over.
      first.child.kill("SIGKILL");
      await first.exit;
      const job = await second;
      expect(fake.jobs.map(({ id }) => id)).toEqual([job.reference.id]);
      expect(fake.files.size).toBe(1);
      await fake.close();
    },
    60_000,
  );

  it("is the only kind of lock beside that of the process", async () => {
    const fake = await startOpenAIFake();
    const backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: "sk-test" });
    for (const lock of ["disk", true, 1, null, ""]) {
      await expect(startFineTune({ examples: killRows, backend, lock: lock as never })).rejects.toThrow(
        InvalidOptionError,
      );
    }
    expect(fake.requests).toHaveLength(0);
    await fake.close();
  });
});
