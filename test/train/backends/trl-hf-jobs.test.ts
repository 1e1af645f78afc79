import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFineTune } from "langsmith-finetune";
import { hfJobs, trl } from "langsmith-finetune/backends/trl";
import { contractRows, testBackend } from "../backend-contract.js";
import { startFakeHub, type FakeHub } from "../fakes/hugging-face.js";

const accessToken = "hf_0123456789abcdefghij";
const runnerOf = (hub: FakeHub) =>
  hfJobs({ namespace: "team", flavor: "l4x1", accessToken, hubUrl: hub.url, logPause: 200 });

testBackend({
  name: "trl on Hugging Face Jobs",
  async start() {
    const hub = await startFakeHub(accessToken);
    const directory = await mkdtemp(join(tmpdir(), "trl-hf-"));
    const backend = trl({ model: "tiny", directory, runner: runnerOf(hub) });
    const jobOf = (label: string) => {
      const job = [...hub.jobs.values()].filter(({ body }) => body.labels["langsmith-finetune"] === label).at(-1);
      if (!job) throw new Error(`no job ${label}`);
      return job;
    };
    let uploads = 0;
    const upload = backend.upload.bind(backend);
    return {
      backend: {
        ...backend,
        upload: async (...parameters: Parameters<typeof upload>) => ((uploads += 1), upload(...parameters)),
      },
      secret: accessToken,
      setStatus(id, rawStatus, reason) {
        const job = jobOf(id);
        job.stage = rawStatus;
        if (reason) job.logs.push(`ValueError: ${reason.message}`);
      },
      jobCount: () => hub.jobs.size,
      uploadCount: () => uploads,
      addEvents(id, count) {
        for (let index = 0; index < count; index += 1) jobOf(id).logs.push(`{'loss': '0.${index + 1}', 'epoch': '1'}`);
      },
      fault: (fault) => hub.fault(fault),
      async close() {
        await hub.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
  statuses: {
    QUEUED: "pending",
    SCHEDULING: "pending",
    UPDATING: "pending",
    RUNNING: "running",
    PAUSED: "pending",
    COMPLETED: "succeeded",
    ERROR: "failed",
    CANCELED: "cancelled",
    STOPPED: "cancelled",
    DELETED: "cancelled",
  },
  ends: { succeeded: "COMPLETED", failed: "ERROR", cancelled: "CANCELED" },
  requests: {
    create: { method: "POST", path: /\/jobs\/team$/ },
    poll: { method: "GET", path: /\/jobs\/team\/[^/]+$/ },
  },
  reusesFiles: false,
});

let hub: FakeHub;
let directory: string;
beforeEach(async () => {
  hub = await startFakeHub(accessToken);
  directory = await mkdtemp(join(tmpdir(), "trl-hf-"));
});
afterEach(async () => {
  await hub.close();
  await rm(directory, { recursive: true, force: true });
});

it("puts rows and config into a private dataset, and everything secret into secrets", async () => {
  const backend = trl({
    model: "tiny",
    directory,
    runner: runnerOf(hub),
    environment: { WANDB_API_KEY: "secret-0123456789" },
  });
  const { reference } = await startFineTune({ examples: contractRows, backend });
  expect([...hub.repositories]).toEqual([`datasets/team/${reference.id}`, `models/team/${reference.id}`]);
  expect([...hub.files.keys()].sort()).toEqual([
    "check_rows.py",
    "config.yaml",
    "resume.py",
    "train.jsonl",
    "train.sh",
  ]);
  const [job] = hub.jobs.values();
  expect(job?.body).toMatchObject({
    flavor: "l4x1",
    timeoutSeconds: 21_600,
    secrets: { HF_TOKEN: accessToken, WANDB_API_KEY: "secret-0123456789" },
    environment: { PYTHONUNBUFFERED: "1" },
  });
  expect(job?.body.command.join(" ")).toContain(`hf upload team/${reference.id} output`);
  expect(JSON.stringify(reference)).not.toMatch(/hf_0123|secret-0123/);
  expect([...hub.files.values()].join("")).not.toMatch(/hf_0123|secret-0123/);
});
