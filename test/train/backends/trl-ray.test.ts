import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFineTune } from "langsmith-finetune";
import { ray, trl } from "langsmith-finetune/backends/trl";
import { contractRows, testBackend } from "../backend-contract.js";
import { startFakeRay, type FakeRay } from "../fakes/ray.js";

const secret = "Bearer ray-proxy-0123456789";

testBackend({
  name: "trl on ray",
  async start() {
    const server = await startFakeRay(secret);
    const directory = await mkdtemp(join(tmpdir(), "trl-ray-"));
    const backend = trl({
      model: "tiny",
      directory,
      runner: ray({ address: server.url, storage: "/mnt/shared", headers: { authorization: secret } }),
    });
    // The job's name here is its folder's; Ray's own id begins with it.
    const jobOf = (id: string) => [...server.jobs.values()].filter((job) => job.submission_id.startsWith(id)).at(-1);
    let uploads = 0;
    const upload = backend.upload.bind(backend);
    return {
      backend: {
        ...backend,
        upload: async (...parameters: Parameters<typeof upload>) => ((uploads += 1), upload(...parameters)),
      },
      secret,
      setStatus(id, rawStatus, reason) {
        const job = jobOf(id);
        if (!job) throw new Error(`no job ${id}`);
        job.status = rawStatus;
        if (reason) job.logs += `ValueError: ${reason.message}\n`;
      },
      jobCount: () => server.jobs.size,
      uploadCount: () => uploads,
      addEvents(id, count) {
        const job = jobOf(id);
        if (!job) throw new Error(`no job ${id}`);
        for (let index = 0; index < count; index += 1) job.logs += `{'loss': '0.${index + 1}', 'epoch': '1'}\n`;
      },
      fault: (fault) => server.fault(fault),
      async close() {
        await server.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
  statuses: { PENDING: "pending", RUNNING: "running", SUCCEEDED: "succeeded", FAILED: "failed", STOPPED: "cancelled" },
  ends: { succeeded: "SUCCEEDED", failed: "FAILED", cancelled: "STOPPED" },
  requests: { create: { method: "POST", path: /\/jobs\/$/ }, poll: { method: "GET", path: /\/jobs\/[^/]+$/ } },
  reusesFiles: false,
});

describe("the Ray runner", () => {
  let server: FakeRay;
  let directory: string;
  beforeEach(async () => {
    server = await startFakeRay(secret);
    directory = await mkdtemp(join(tmpdir(), "trl-ray-"));
  });
  afterEach(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  it("sends the folder as a package that has everything, and runs it on the storage", async () => {
    const runner = ray({
      address: server.url,
      storage: "/mnt/shared",
      python: "/opt/py",
      pip: ["trl"],
      headers: { authorization: secret },
      resources: { entrypoint_num_gpus: 1 },
    });
    const { reference } = await startFineTune({
      examples: contractRows,
      backend: trl({ model: "tiny", directory, runner, environment: { HF_TOKEN: "hf_secret0123456789" } }),
      suffix: "mine",
    });
    const [job] = server.jobs.values();
    expect(job).toMatchObject({
      entrypoint: `mkdir -p /mnt/shared/${reference.id} && cp -R . /mnt/shared/${reference.id} && cd /mnt/shared/${reference.id} && PYTHON=/opt/py sh train.sh`,
      entrypoint_num_gpus: 1,
      runtime_env: { pip: ["trl"], env_vars: { HF_TOKEN: "hf_secret0123456789" } },
    });
    const [zip] = server.packages.values();
    const files = unzipSync(zip as Uint8Array);
    expect(Object.keys(files).sort()).toEqual(["check_rows.py", "config.yaml", "resume.py", "train.jsonl", "train.sh"]);
    expect(new TextDecoder().decode(files["train.jsonl"]).trim().split("\n")).toHaveLength(contractRows.length);
    expect(JSON.stringify(reference)).not.toContain("hf_secret");
    expect(Object.values(files).some((content) => new TextDecoder().decode(content).includes("hf_secret"))).toBe(false);
  });

  it("uploads nothing when the folder lies on the storage", async () => {
    const runner = ray({ address: server.url, storage: directory, headers: { authorization: secret } });
    const { reference } = await startFineTune({
      examples: contractRows,
      backend: trl({ model: "tiny", directory: join(directory, "jobs"), runner }),
    });
    expect(server.packages.size).toBe(0);
    expect([...server.jobs.values()][0]?.entrypoint).toBe(
      `cd ${join(directory, "jobs", reference.id)} && PYTHON=python sh train.sh`,
    );
  });

  it.each([
    [
      "interrupted",
      "Job entrypoint command failed with exit code 137, last available logs (truncated to 20,000 chars):\nstep 3 of 20",
      "exit code 137. The same fineTune call goes on from the last checkpoint.",
    ],
    [
      "training-failed",
      "Unexpected error occurred: The actor died because its node has died.\nmore",
      "step 3 of 20 (Unexpected error occurred: The actor died because its node has died.)",
    ],
  ])("tells how Ray says that a job ended, where the output names no error: %s", async (code, message, told) => {
    const backend = trl({
      model: "tiny",
      directory,
      runner: ray({ address: server.url, storage: "/mnt/shared", headers: { authorization: secret } }),
    });
    const job = await startFineTune({ examples: contractRows, backend, pollInterval: 5 });
    for (const one of server.jobs.values()) Object.assign(one, { status: "FAILED", message, logs: "step 3 of 20\n" });
    const error = await job.wait().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "FineTuneJobError", code });
    expect(String(error)).toContain(told);
  });
});
