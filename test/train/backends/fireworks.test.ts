import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatModel,
  deploy,
  FineTuneJobError,
  InvalidExamplesError,
  InvalidOptionError,
  startFineTune,
  teardown,
  type FineTuneProgress,
  type TrainingExample,
} from "langsmith-finetune";
import { fireworks, type FireworksOptions } from "langsmith-finetune/backends/fireworks";
import { createHttpClient } from "../../../src/http/http-client.js";
import { fireworksAccount } from "../../../src/train/backends/fireworks/account.js";
import { fireworksFile } from "../../../src/train/backends/fireworks/rules.js";
import { uploadDataset } from "../../../src/train/backends/fireworks/upload.js";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractRows } from "../backend-contract.js";
import { FIREWORKS_SECRET, startFireworksFake, type FireworksFake } from "../fakes/fireworks.js";
import { faultsOf, pairRow, toolRow } from "./rows.js";

describe("fireworks", () => {
  let fake: FireworksFake;
  beforeEach(async () => {
    fake = await startFireworksFake();
  });
  afterEach(() => fake.server.close());

  const backendOf = (options: Partial<FireworksOptions> = {}) =>
    fireworks({
      model: "llama-v3p1-8b-instruct",
      accountId: "acme",
      apiKey: FIREWORKS_SECRET,
      baseURL: fake.server.url,
      pollInterval: 5,
      ...options,
    });
  const startWith = (options: Partial<FireworksOptions> = {}, more: object = {}) =>
    startFineTune({ examples: contractRows, backend: backendOf(options), pollInterval: 5, ...more });
  const jobBody = () => [...fake.jobs.values()].at(-1)!.body;

  it("trains prompts by an evaluator at Fireworks, and refuses to without one", async () => {
    const prompts = [1, 2, 3].map((number) => ({
      messages: [{ role: "user" as const, content: `What is ${number} times 7?` }],
      ground_truth: String(number * 7),
    }));
    const graded = { examples: prompts, method: "reinforcement" as const };
    const job = await startWith(
      { evaluator: "right", rollout: { answers: 4, temperature: 1 }, reinforcementLoss: "DAPO", klBeta: 0.01 },
      { ...graded, epochs: 1, validation: prompts.slice(0, 1), suffix: "maths" },
    );
    expect(jobBody()).toMatchObject({
      evaluator: "accounts/acme/evaluators/right",
      dataset: expect.stringMatching(/^accounts\/acme\/datasets\/lf-/) as string,
      evaluationDataset: expect.stringMatching(/^accounts\/acme\/datasets\/lf-/) as string,
      trainingConfig: { baseModel: "accounts/fireworks/models/llama-v3p1-8b-instruct", epochs: 1 },
      inferenceParameters: { responseCandidatesCount: 4, temperature: 1 },
      lossConfig: { method: "DAPO", klBeta: 0.01 },
    });
    expect(JSON.parse([...fake.datasets.values()][0]!.content!.split("\n")[0]!)).toEqual(prompts[0]);
    fake.setStatus(job.reference.id, "JOB_STATE_COMPLETED");
    expect(await job.wait()).toMatchObject({
      method: "reinforcement",
      model: expect.stringMatching(/^accounts\/acme\/models\/maths-/) as string,
    });
    expect(await backendOf({ evaluator: "right" }).find?.(job.reference.key, {})).toMatchObject({
      method: "reinforcement",
      id: job.reference.id,
    });
    await expect(startWith({}, graded)).rejects.toSatisfy(InvalidOptionError.isInstance);
    await expect(startWith({ evaluator: "gone" }, graded)).rejects.toThrow(/evaluators\/gone not found/);
  });

  it("refuses to stop early where Fireworks does not, before anything is sent", async () => {
    const more = { examples: [pairRow, pairRow, pairRow], validation: [pairRow], earlyStopping: true };
    await expect(startWith({}, more)).rejects.toThrow(/does not stop early by "preference"/);
    expect(fake.datasets.size).toBe(0);
  });

  it("asks for what the options say", async () => {
    const job = await startWith(
      { lora: { rank: 16 }, learningRate: 1e-4, wandb: { apiKey: "wandb-key", project: "p" } },
      { epochs: 2, suffix: "Support bot!", validation: contractRows.slice(0, 4), earlyStopping: true },
    );
    expect(job.reference.id).toMatch(/^lf-[0-9a-f]{40}$/);
    expect(jobBody()).toMatchObject({
      baseModel: "accounts/fireworks/models/llama-v3p1-8b-instruct",
      dataset: expect.stringMatching(/^accounts\/acme\/datasets\/lf-/) as string,
      evaluationDataset: expect.stringMatching(/^accounts\/acme\/datasets\/lf-/) as string,
      outputModel: expect.stringMatching(/^support-bot-[0-9a-f]{20}$/) as string,
      epochs: 2,
      loraRank: 16,
      learningRate: 1e-4,
      earlyStop: true,
      wandbConfig: { enabled: true, apiKey: "wandb-key", project: "p" },
    });
    fake.setStatus(job.reference.id, "JOB_STATE_COMPLETED");
    expect((await job.wait()).model).toMatch(/^accounts\/acme\/models\/support-bot-/);
  });

  it("trains on preference pairs, and says DPO, which is not Fireworks' default", async () => {
    const job = await startWith({ beta: 0.2, lora: { alpha: 8 } }, { examples: [pairRow, pairRow, pairRow] });
    expect([...fake.jobs.keys()][0]).toMatch(/^dpoJobs\//);
    expect(jobBody()).toMatchObject({
      lossConfig: { method: "DPO", dpo: { beta: 0.2 } },
      trainingConfig: { baseModel: "accounts/fireworks/models/llama-v3p1-8b-instruct", loraAlpha: 8 },
    });
    expect((await backendOf({ beta: 0.2, lora: { alpha: 8 } }).find!(job.reference.key, {}))?.method).toBe(
      "preference",
    );
    await expect(startWith({}, { examples: [pairRow, pairRow, pairRow], validation: [pairRow] })).rejects.toThrow(
      InvalidOptionError,
    );
  });

  it("reads the measurements, without a key at the signed address", async () => {
    for (const examples of [contractRows, [pairRow, pairRow, pairRow]]) {
      const progress: FineTuneProgress[] = [];
      const job = await startWith({}, { examples, onProgress: (one: FineTuneProgress) => void progress.push(one) });
      fake.addEvents(job.reference.id, 2);
      fake.setStatus(job.reference.id, "JOB_STATE_EARLY_STOPPED");
      await job.wait();
      expect(progress.flatMap((one) => (one.type === "metrics" ? [one.values["loss"]] : []))).toEqual([2, 1]);
    }
  });

  it("uploads a large file to the signed address and has it checked", async () => {
    const directory = await mkdtemp(join(tmpdir(), "fireworks-"));
    try {
      const path = join(directory, "rows.jsonl");
      await writeFile(path, "{}\n{}\n{}\n");
      const client = createHttpClient({
        service: "Fireworks",
        baseURL: fake.server.url,
        headers: () => ({ authorization: `Bearer ${FIREWORKS_SECRET}` }),
      });
      const file = {
        path,
        name: "rows.jsonl",
        role: "training",
        method: "supervised",
        rows: 3,
        bytes: 9,
        sha256: "ab".repeat(32),
      } as const;
      const uploaded = await uploadDataset(
        { client, account: fireworksAccount(client, "acme"), format: fireworksFile, interval: 5, directLimit: 5 },
        file,
        {},
      );
      expect([...fake.datasets.values()][0]).toMatchObject({
        sent: "signed",
        validated: true,
        content: "{}\n{}\n{}\n",
      });
      expect(uploaded.id).toBe(`accounts/acme/datasets/lf-${"ab".repeat(20)}`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it("goes on with a dataset whose upload broke off", async () => {
    fake.server.fault({ method: "POST", path: /:upload$/, status: 400 });
    await expect(startWith()).rejects.toMatchObject({ code: "invalid-request" });
    await startWith();
    expect(fake.datasets.size).toBe(1);
    expect(fake.jobs.size).toBe(1);
  });

  it("shows the server's own check by line, and makes no job", async () => {
    fake.validation = {
      looks: 1,
      error: { code: "INVALID_ARGUMENT", message: "line 2: messages must not be empty\nline 5: unknown role 'bot'" },
    };
    const error = await startWith().catch((thrown: unknown) => thrown);
    expect(InvalidExamplesError.isInstance(error)).toBe(true);
    expect((error as InvalidExamplesError).findings.map(({ line, code }) => [line, code])).toEqual([
      [2, "INVALID_ARGUMENT"],
      [5, "INVALID_ARGUMENT"],
    ]);
    expect(fake.jobs.size).toBe(0);
  });

  it("starts a job again after one that failed, under the next id", async () => {
    const first = await startWith();
    fake.setStatus(first.reference.id, "JOB_STATE_FAILED", { message: "out of memory" });
    const second = await startWith();
    expect(second.reference.id).toBe(`${first.reference.id}-2`);
    expect((await startWith()).reference.id).toBe(second.reference.id);
  });

  describe("what goes wrong", () => {
    it("no money", async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "JOB_STATE_FAILED", {
        code: "no_money",
        message: "Account acme is suspended: spending limit reached.",
      });
      const error = await job.wait().catch((thrown: unknown) => thrown);
      expect(FineTuneJobError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code: "RESOURCE_EXHAUSTED", rawStatus: "JOB_STATE_FAILED" });
      expect((error as Error).message).toContain("spending limit reached");
    });

    it("the base model is gone", () =>
      expect(startWith({ model: "gone" })).rejects.toThrow(/base model accounts\/fireworks\/models\/gone not found/));

    it("no permission", async () => {
      fake.server.fault({
        method: "POST",
        path: /supervisedFineTuningJobs\?/,
        status: 403,
        body: { code: 7, message: "user may not create jobs in acme" },
      });
      await expect(startWith()).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("may not create jobs") as string,
      });
    });

    it("deleted elsewhere", async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "JOB_STATE_DELETED");
      await expect(job.wait()).rejects.toMatchObject({ status: "cancelled", rawStatus: "JOB_STATE_DELETED" });
    });
  });

  it("checks what its documentation says of rows", () => {
    const late: TrainingExample = {
      messages: [
        { role: "user", content: "a" },
        { role: "system", content: "b" },
        { role: "assistant", content: "c" },
      ],
    };
    expect(faultsOf(backendOf(), late)).toEqual(["$.messages[1].role system-not-first"]);
    expect(faultsOf(backendOf(), toolRow)).toEqual([]);
    expect(faultsOf(backendOf(), pairRow)).toEqual([]);
  });

  describe("deployment", () => {
    const tune = async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "JOB_STATE_COMPLETED");
      return job.wait();
    };

    it("starts, waits until it is ready, is called by model and deployment, and ends", async () => {
      const backend = backendOf();
      const tuned = await tune();
      await expect(chatModel(tuned)).rejects.toThrow(/deploy/);
      const deployed = await deploy(tuned, { backend, acceleratorType: "NVIDIA_H100_80GB" });
      const deployment = [...fake.deployments.values()][0]!;
      expect(deployment).toMatchObject({
        baseModel: tuned.model,
        minReplicaCount: 0,
        maxReplicaCount: 1,
        acceleratorType: "NVIDIA_H100_80GB",
      });
      expect(deployed.inference?.fields).toEqual({
        model: `${tuned.model}#${String(deployment["name"])}`,
        configuration: { baseURL: "https://api.fireworks.ai/inference/v1" },
      });
      expect((await chatModel(deployed, { apiKey: FIREWORKS_SECRET })).getName()).toBe("ChatOpenAI");
      await backend.deploy!(tuned, {});
      expect(fake.deployments.size).toBe(1);
      const ended = await teardown(deployed, { backend });
      expect(fake.deployments.size).toBe(0);
      expect(ended.deployment?.status).toBe("ended");
      expect(fake.server.requests.at(-1)?.path).toContain("ignoreChecks=true");
      await backend.teardown!(deployed, {});
    });

    it("tells why a deployment failed", async () => {
      fake.deploymentStates = ["CREATING", "FAILED"];
      await expect(deploy(await tune(), { backend: backendOf() })).rejects.toMatchObject({
        code: "RESOURCE_EXHAUSTED",
        message: expect.stringContaining("no H100 is free") as string,
      });
    });
  });
});
