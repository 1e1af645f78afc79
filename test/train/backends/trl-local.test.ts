import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  MissingPackageError,
  resumeFineTune,
  startFineTune,
  type FineTuneJob,
  type FineTuneProgress,
} from "langsmith-finetune";
import { local, trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { contractRows } from "../backend-contract.js";
import { alive } from "../../alive.js";

const python = fileURLToPath(new URL("../fakes/stub-python.mjs", import.meta.url));

describe.skipIf(process.platform === "win32")("trl on this machine, with a stand-in for Python", () => {
  let directory: string;
  let job: FineTuneJob | undefined;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "trl-local-"));
    job = undefined;
  });
  afterEach(async () => {
    if (job) await backend().cancel?.(job.reference, {});
    await rm(directory, { recursive: true, force: true });
  });

  const backend = (options: Partial<TrlOptions> = {}) =>
    trl({ model: "tiny", python, directory, runner: local({ grace: 200 }), ...options });
  const folder = () => join(directory, job?.reference.id ?? "");
  const start = async () => {
    job = await startFineTune({ examples: contractRows, backend: backend(), epochs: 2, pollInterval: 10 });
    await vi.waitFor(() => expect(readFileSync(join(folder(), "train.log"), "utf8")).toContain("'epoch'"), {
      timeout: 10_000,
    });
    return job;
  };
  const grandchild = () => Number(readFileSync(join(folder(), "grandchild"), "utf8"));

  it("trains, reports loss and step, and gives the folder of the result", async () => {
    const started = await start();
    expect(await started.status()).toMatchObject({
      status: "running",
      progress: { step: 10, totalSteps: 20, fraction: 0.5, epoch: 1 },
    });
    const progress: FineTuneProgress[] = [];
    await writeFile(join(folder(), "release"), "ok");
    const tuned = await started.wait({ onProgress: (one) => void progress.push(one) });
    expect(tuned).toMatchObject({
      backend: "trl",
      baseModel: "tiny",
      model: join(folder(), "output"),
      trainedTokens: 1200,
      deployment: { status: "required" },
      dataset: { rows: contractRows.length },
    });
    expect(progress.find(({ type }) => type === "metrics")).toMatchObject({ loss: 0.5, step: 10, epoch: 1 });
    expect(readFileSync(join(folder(), "config.yaml"), "utf8")).toContain("num_train_epochs: 2");
    expect(await started.checkpoints()).toMatchObject([
      { id: "checkpoint-10", step: 10, epoch: 1, metrics: { loss: 0.5 } },
    ]);
  });

  it("ends the whole process tree on cancel, and says cancelled", async () => {
    const started = await start();
    const pid = grandchild();
    expect(alive(pid)).toBe(true);
    expect(await started.cancel()).toMatchObject({ status: "cancelled", rawStatus: "stopped" });
    await vi.waitFor(() => expect(alive(pid)).toBe(false), { timeout: 5000 });
    await expect(started.wait()).rejects.toMatchObject({ name: "FineTuneJobError", status: "cancelled" });
  });

  it("fails with TRL's own words and what to do", async () => {
    const started = await start();
    await writeFile(join(folder(), "release"), "oom");
    const error = await started.wait().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "FineTuneJobError", status: "failed", code: "out-of-memory" });
    expect(String(error)).toMatch(/Tried to allocate 2\.00 GiB.*perDeviceBatchSize/);
  });

  it("ends with the rows that the chat template refuses, before anything is trained", async () => {
    const said = "train.jsonl line 3: TemplateError: No user query found.; train.jsonl line 7: KeyError: 'x'";
    vi.stubEnv("STUB_REFUSES", `rows-refused: ${said}. The chat template does not render these rows.`);
    try {
      job = await startFineTune({ examples: contractRows, backend: backend(), epochs: 2, pollInterval: 10 });
      const error = await job.wait().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "FineTuneJobError", status: "failed", code: "rows-refused", line: 3 });
      expect(String(error)).toContain(said);
      expect(existsSync(join(folder(), "output"))).toBe(false);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("is followed, not started again, by the same call, and from the stored reference", async () => {
    const started = await start();
    const again = await startFineTune({ examples: contractRows, backend: backend(), epochs: 2, pollInterval: 10 });
    expect(again.reference).toEqual(started.reference);
    await writeFile(join(folder(), "release"), "ok");
    const stored = JSON.parse(JSON.stringify(started.reference)) as typeof started.reference;
    expect((await resumeFineTune(stored, { backend: backend(), pollInterval: 10 }).wait()).model).toBe(
      join(folder(), "output"),
    );
  });

  it("goes on from the last checkpoint after a kill -9", async () => {
    const started = await start();
    const leader = Number(readFileSync(join(folder(), "pid"), "utf8"));
    process.kill(-leader, "SIGKILL");
    await vi.waitFor(
      async () =>
        expect(await started.status()).toMatchObject({
          status: "failed",
          rawStatus: "process gone",
          error: { code: "interrupted" },
        }),
      { timeout: 5000 },
    );
    job = await startFineTune({ examples: contractRows, backend: backend(), epochs: 2, pollInterval: 10 });
    expect(job.reference.id).toBe(started.reference.id);
    await writeFile(join(folder(), "release"), "ok");
    await job.wait();
    expect(readFileSync(join(folder(), "train.log"), "utf8")).toContain("resumed from checkpoint-10");
  });

  it("says which package is missing, with the install line, before anything is written", async () => {
    vi.stubEnv("STUB_WITHOUT_PEFT", "1");
    try {
      const error = await startFineTune({ examples: contractRows, backend: backend() }).catch(
        (thrown: unknown) => thrown,
      );
      expect(MissingPackageError.isInstance(error)).toBe(true);
      expect(String(error)).toContain(`${python} -m pip install "trl>=1.13,<2" peft`);
      expect(existsSync(join(directory, "datasets"))).toBe(false);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("says that there is no such Python", async () => {
    const error = await startFineTune({
      examples: contractRows,
      backend: backend({ python: "/nowhere/python" }),
    }).catch((thrown: unknown) => thrown);
    expect(MissingPackageError.isInstance(error)).toBe(true);
    expect(String(error)).toContain("There is no working Python at /nowhere/python");
  });

  it("writes no credential of the environment to disk", async () => {
    job = await startFineTune({
      examples: contractRows,
      backend: backend({ environment: { HF_TOKEN: "hf_secret0123456789" } }),
    });
    for (const name of ["job.json", "train.sh", "config.yaml"])
      expect(readFileSync(join(folder(), name), "utf8")).not.toContain("hf_secret");
  });
});
