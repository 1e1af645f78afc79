import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatModel,
  deploy,
  InvalidExamplesError,
  InvalidOptionError,
  startFineTune,
  teardown,
  type FineTuneProgress,
} from "langsmith-finetune";
import { alibaba, type AlibabaOptions } from "langsmith-finetune/backends/alibaba";
import { contractRows } from "../backend-contract.js";
import { ALIBABA_SECRET, startAlibabaFake, type AlibabaFake } from "../fakes/alibaba.js";
import { faultsOf, pairRow, toolRow } from "./rows.js";

describe("alibaba", () => {
  let fake: AlibabaFake;
  beforeEach(async () => {
    fake = await startAlibabaFake();
  });
  afterEach(() => fake.server.close());

  const backendOf = (options: Partial<AlibabaOptions> = {}) =>
    alibaba({
      model: "qwen3-14b",
      apiKey: ALIBABA_SECRET,
      baseURL: `${fake.server.url}/api/v1`,
      pollInterval: 5,
      ...options,
    });
  const startWith = (options: Partial<AlibabaOptions> = {}, more: object = {}) =>
    startFineTune({ examples: contractRows, backend: backendOf(options), pollInterval: 5, ...more });

  it("asks for what the options say, and for what the API wants to be given", async () => {
    await startWith();
    expect(fake.jobs[0]).toMatchObject({
      model: "qwen3-14b",
      training_file_ids: ["file-1"],
      training_type: "efficient_sft",
      hyper_parameters: { n_epochs: 3, batch_size: 32, max_length: 8_192 },
      job_name: expect.stringMatching(/^lf-[0-9a-f]{40}$/) as string,
    });
    expect([...fake.files.values()][0]?.content.split("\n")[0]).toBe(JSON.stringify(contractRows[0]));
    await startWith(
      {
        training: "full",
        learningRate: 1.6e-5,
        batchSize: 8,
        lora: { rank: 64 },
        hyperparameters: { warmup_ratio: 0.1 },
      },
      {
        epochs: 2,
        evaluateEvery: 10,
        suffix: "Support bot",
        validation: contractRows.slice(0, 2),
        from: "qwen3-14b-ft-1",
      },
    );
    expect(fake.jobs[0]).toMatchObject({
      model: "qwen3-14b-ft-1",
      training_type: "sft",
      validation_file_ids: ["file-3"],
      hyper_parameters: {
        n_epochs: 2,
        batch_size: 8,
        learning_rate: "0.000016",
        eval_steps: 10,
        lora_rank: 64,
        warmup_ratio: 0.1,
      },
    });
  });

  it("finds its job by its files and settings where the service shows no name", async () => {
    fake.hidesNames = true;
    const first = await startWith();
    const second = await startWith();
    expect(second.reference.id).toBe(first.reference.id);
    await startWith({ batchSize: 8 });
    expect(fake.jobs).toHaveLength(2);
    await startWith({}, { reuse: false });
    expect(fake.jobs).toHaveLength(3);
  });

  it("names what it does not take, and what would be left out for its length", async () => {
    const backend = backendOf();
    expect(faultsOf(backend, toolRow)).toEqual(["$.tools tools-not-supported"]);
    expect(faultsOf(backend, { messages: toolRow.messages })).toEqual(["$.messages[2] tools-not-supported"]);
    expect(faultsOf(backend, pairRow)).toEqual(["$ preference-not-supported"]);
    expect([backend.rules.maxTokens, backendOf({ maxLength: 8 }).rules.maxTokens]).toEqual([8_192, 8]);
    fake.refuseFiles = { code: "BadRequest.TooLarge", message: "Line 3: too large" };
    await expect(startWith()).rejects.toMatchObject({ findings: [{ line: 3, code: "BadRequest.TooLarge" }] });
    await expect(startWith({ model: "gone" })).rejects.toSatisfy(InvalidExamplesError.isInstance);
  });

  it("reports the lines of the log, with what they measure, and what was billed", async () => {
    const progress: FineTuneProgress[] = [];
    const job = await startWith({}, { onProgress: (one: FineTuneProgress) => void progress.push(one) });
    fake.addEvents(job.reference.id, 2);
    fake.setStatus(job.reference.id, "SUCCEEDED");
    expect(await job.wait()).toMatchObject({ model: `qwen3-14b-${job.reference.id}`, trainedTokens: 4_200 });
    expect(progress).toContainEqual(expect.objectContaining({ type: "metrics", loss: 1, step: 2 }));
  });

  it("deploys by a plan, once, is called at the same host, and ends", async () => {
    const backend = backendOf();
    const job = await startWith();
    fake.setStatus(job.reference.id, "SUCCEEDED");
    const tuned = await job.wait();
    await expect(deploy(tuned, { backend })).rejects.toSatisfy(InvalidOptionError.isInstance);
    const deployed = await deploy(tuned, { backend, plan: "mu", capacity: 1, extra: { deploy_spec: "MU1" } });
    expect([...fake.deployments.values()]).toMatchObject([
      { name: tuned.model, model_name: tuned.model, plan: "mu", capacity: 1, deploy_spec: "MU1" },
    ]);
    await deploy(tuned, { backend });
    expect(fake.deployments.size).toBe(1);
    expect(deployed.inference?.fields).toEqual({
      model: tuned.model,
      configuration: { baseURL: `${fake.server.url}/compatible-mode/v1` },
    });
    expect((await chatModel(deployed, { apiKey: ALIBABA_SECRET })).getName()).toBe("ChatOpenAI");
    expect((await teardown(deployed, { backend })).deployment?.status).toBe("ended");
    await teardown(deployed, { backend });
    expect(fake.deployments.size).toBe(0);
    fake.deploymentStates = ["FAILED"];
    await expect(deploy(tuned, { backend, plan: "mu" })).rejects.toMatchObject({ code: "deployment-failed" });
  });

  it("knows the prices of its own international host alone", () => {
    const priceOf = (options: AlibabaOptions) =>
      alibaba(options).prices?.map(({ perMillionTokens }) => perMillionTokens);
    expect(priceOf({ model: "qwen3-14b" })).toEqual([1.6]);
    expect(priceOf({ model: "qwen3-32b" })).toEqual([8]);
    expect(priceOf({ model: "qwen3-8b" })).toEqual([]);
    expect(priceOf({ model: "qwen3-14b", baseURL: "https://dashscope.aliyuncs.com/api/v1" })).toEqual([]);
    expect(priceOf({ model: "qwen3-14b", hyperparameters: { data_augmentation: true } })).toEqual([]);
  });
});
