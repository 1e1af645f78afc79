import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  chatModel,
  deploy,
  fineTune,
  FineTuneJobError,
  InvalidExamplesError,
  InvalidOptionError,
  MissingApiKeyError,
  ServiceError,
  startFineTune,
  teardown,
  type FineTuneProgress,
  type PreferenceExample,
  type TrainingExample,
} from "langsmith-finetune";
import { together, type TogetherOptions } from "langsmith-finetune/backends/together";
import { contractRows } from "../backend-contract.js";
import { startTogetherFake, TOGETHER_SECRET, type TogetherFake } from "../fakes/together.js";
import { faultsOf, pairRow, toolRow } from "./rows.js";

describe("together", () => {
  let fake: TogetherFake;
  beforeEach(async () => {
    fake = await startTogetherFake();
  });
  afterEach(() => fake.server.close());

  const backendOf = (options: Partial<TogetherOptions> = {}) =>
    together({
      model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
      apiKey: TOGETHER_SECRET,
      baseURL: `${fake.server.url}/v1`,
      pollInterval: 5,
      ...options,
    });
  const startWith = (
    options: Partial<TogetherOptions> = {},
    examples: (TrainingExample | PreferenceExample)[] = contractRows,
  ) => startFineTune({ examples: examples as TrainingExample[], backend: backendOf(options), pollInterval: 5 });
  const requestOf = () => [...fake.jobs.values()].at(-1)!.request;

  it("asks for what the options say, and leaves the rest to Together", async () => {
    await startWith();
    expect(requestOf()).toEqual({
      model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
      training_file: "file-0001",
      suffix: expect.stringMatching(/^lf[0-9a-f]{16}$/) as string,
      training_method: { method: "sft", train_on_inputs: false },
    });
    await startFineTune({
      examples: contractRows,
      validation: contractRows.slice(0, 4),
      suffix: "support".repeat(9),
      seed: 7,
      epochs: 3,
      backend: backendOf({
        lora: { rank: 16, targetModules: "q_proj,v_proj" },
        batchSize: "max",
        learningRate: 1e-4,
        scheduler: { type: "cosine", cycles: 1 },
        wandb: { apiKey: "wandb-key", project: "tuning" },
        packing: false,
      }),
    });
    const request = requestOf();
    expect(request).toMatchObject({
      validation_file: "file-0002",
      n_epochs: 3,
      random_seed: 7,
      training_type: { type: "Lora", lora_r: 16, lora_alpha: 32, lora_trainable_modules: "q_proj,v_proj" },
      lr_scheduler: { lr_scheduler_type: "cosine", lr_scheduler_args: { min_lr_ratio: 0, num_cycles: 1 } },
      batch_size: "max",
      packing: false,
      wandb_project_name: "tuning",
    });
    expect(String(request["suffix"]).length).toBeLessThanOrEqual(64);
    expect(request["suffix"]).toMatch(/^supportsupport.*-lf[0-9a-f]{16}$/);
  });

  it("makes another job of other options, and none of another key or interval", async () => {
    await startWith({ learningRate: 1e-4 });
    await startWith({ learningRate: 1e-4, pollInterval: 6 });
    expect(fake.jobs.size).toBe(1);
    await startWith({ learningRate: 2e-4 });
    expect(fake.jobs.size).toBe(2);
    expect(JSON.stringify(backendOf({ wandb: { apiKey: "wandb-key" } }).options)).not.toContain("wandb-key");
  });

  it("sends the rows as they are, the role developer as system", async () => {
    await startWith({}, [
      {
        messages: [
          { role: "developer", content: "Be brief." },
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Hello", weight: 0 },
        ],
      },
      toolRow,
    ]);
    const [first, second] = [...fake.files.values()][0]!.content
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(first).toEqual({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello", weight: 0 },
      ],
    });
    expect(second).toEqual(toolRow);
  });

  it("trains on preference pairs", async () => {
    await startWith({ beta: 0.2, dpo: { rpoAlpha: 1 } }, [pairRow, pairRow, pairRow]);
    expect(requestOf()["training_method"]).toEqual({ method: "dpo", dpo_beta: 0.2, rpo_alpha: 1 });
    expect(JSON.parse([...fake.files.values()][0]!.content.split("\n")[0]!)).toEqual(pairRow);
  });

  it("shows the server's own check by line, and makes no job", async () => {
    fake.processing = {
      looks: 2,
      error: { message: "Line 7: `messages[1]` must contain a `role` field", type: "missing_field" },
    };
    const error = await startWith().catch((thrown: unknown) => thrown);
    expect(InvalidExamplesError.isInstance(error)).toBe(true);
    expect((error as InvalidExamplesError).findings).toEqual([
      expect.objectContaining({
        line: 7,
        path: "$.messages[1]",
        code: "missing_field",
        message: "Line 7: `messages[1]` must contain a `role` field",
      }),
    ]);
    expect(fake.jobs.size).toBe(0);
    // A refused file is not used again.
    fake.processing = { looks: 0 };
    await startWith();
    expect(fake.files.size).toBe(2);
  });

  it("waits for a server that knows only Processed", async () => {
    await fake.server.close();
    fake = await startTogetherFake({ modern: false });
    fake.processing = { looks: 2 };
    await startWith();
    expect(fake.server.requests.filter(({ path }) => /\/files\/file-/.test(path))).toHaveLength(3);
  });

  it("reports events and measurements, and the progress", async () => {
    const progress: FineTuneProgress[] = [];
    const job = await startFineTune({
      examples: contractRows,
      backend: backendOf(),
      pollInterval: 5,
      onProgress: (one) => void progress.push(one),
    });
    fake.addEvents(job.reference.id, 2);
    fake.addMetrics(job.reference.id, 3);
    fake.setStatus(job.reference.id, "completed");
    await job.wait();
    const losses = progress.flatMap((one) =>
      one.type === "metrics" && one.values["train/loss"] !== undefined ? [one.values["train/loss"]] : [],
    );
    expect(losses).toEqual([2, 1, 2 / 3]);
    expect(progress).toContainEqual(expect.objectContaining({ type: "metrics", totalSteps: 40 }));
    expect(await job.checkpoints?.()).toEqual([{ id: `${job.reference.id}:20`, step: 20 }]);
  });

  it("goes on when a job has no measurements to give", async () => {
    const backend = backendOf();
    const job = await startWith();
    fake.server.fault({ method: "GET", path: /\/metrics$/, status: 404 });
    expect((await backend.events!(job.reference, undefined, {})).events).toEqual([]);
    fake.server.fault({ method: "GET", path: /\/metrics$/, status: 403 });
    await expect(backend.events!(job.reference, undefined, {})).rejects.toMatchObject({ code: "forbidden" });
  });

  describe("what goes wrong", () => {
    it("no money: the job's own words", async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "error", {
        code: "billing_limit",
        message: "Your account has reached its billing limit.",
      });
      const error = await job.wait().catch((thrown: unknown) => thrown);
      expect(FineTuneJobError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code: "billing_limit", rawStatus: "error" });
      expect((error as Error).message).toContain("billing limit");
    });

    it("no money: the answer to the creation", async () => {
      fake.server.fault({
        method: "POST",
        path: /\/fine-tunes$/,
        status: 402,
        body: { error: { message: "Add credit to go on.", type: "credit_limit" } },
      });
      await expect(startWith()).rejects.toMatchObject({ code: "payment-required", status: 402 });
    });

    it("the base model is gone", async () => {
      const error = await startWith({ model: "gone/model" }).catch((thrown: unknown) => thrown);
      expect(ServiceError.isInstance(error)).toBe(true);
      expect((error as ServiceError).message).toContain("Model gone/model is not available for fine-tuning");
      expect((error as ServiceError).details).toMatchObject({ param: "model" });
    });

    it("the file has expired between upload and job", async () => {
      const backend = backendOf();
      const training = { id: "file-gone", name: "x.jsonl", rows: 1, bytes: 1, sha256: "0" };
      await expect(backend.start({ key: "k", method: "supervised", training }, {})).rejects.toThrow(
        /not found or expired/,
      );
    });

    it("cancelled elsewhere", async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "cancelled");
      await expect(job.wait()).rejects.toMatchObject({ name: "FineTuneJobError", status: "cancelled" });
    });

    it("no key, and the error says which variable", async () => {
      vi.stubEnv("TOGETHER_API_KEY", undefined);
      try {
        const error = await startWith({ apiKey: undefined }).catch((thrown: unknown) => thrown);
        expect(MissingApiKeyError.isInstance(error)).toBe(true);
        expect((error as MissingApiKeyError).variables).toEqual(["TOGETHER_API_KEY"]);
      } finally {
        vi.unstubAllEnvs();
      }
    });
  });

  it("checks what its documentation says of rows", () => {
    const image = (url: string): TrainingExample => ({
      messages: [
        { role: "user", content: [{ type: "image_url", image_url: { url } }] },
        { role: "assistant", content: "A cat." },
      ],
    });
    expect(faultsOf(backendOf(), image("https://example.com/cat.png"))).toEqual([
      "$.messages[0].content[0].image_url.url image-not-embedded",
    ]);
    expect(faultsOf(backendOf(), image("data:image/png;base64,AAAA"))).toEqual([]);
    const twice: TrainingExample = {
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: "b" },
        { role: "assistant", content: "c" },
      ],
    };
    expect(faultsOf(backendOf(), twice)).toEqual(["warning $.messages[1].role roles-do-not-alternate"]);
    for (const row of [null, 7, {}, { messages: "x" }, { messages: [null] }])
      expect(faultsOf(backendOf(), row)).toEqual([]);
  });

  describe("deployment", () => {
    const tune = async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "completed");
      return job.wait();
    };

    it("is never started by fineTune, and says what it costs", async () => {
      const started = fineTune({
        examples: contractRows,
        backend: backendOf(),
        pollInterval: 5,
        onProgress: (one) => (one.type === "created" ? fake.setStatus(one.job.id, "completed") : undefined),
      });
      const tuned = await started;
      expect(fake.endpoints.size).toBe(0);
      expect(tuned.deployment).toMatchObject({
        status: "required",
        billed: expect.stringContaining("per minute") as string,
      });
      await expect(chatModel(tuned)).rejects.toThrow(/deploy/);
    });

    it("starts, waits until it answers, is called by the endpoint's name, and ends", async () => {
      const backend = backendOf();
      const tuned = await deploy(await tune(), { backend, hardware: "1x_nvidia_h100_80gb_sxm" });
      const endpoint = [...fake.endpoints.values()][0]!;
      expect(endpoint).toMatchObject({
        state: "STARTED",
        hardware: "1x_nvidia_h100_80gb_sxm",
        autoscaling: { min_replicas: 1, max_replicas: 1 },
      });
      expect(tuned.inference).toEqual({
        package: "@langchain/openai",
        class: "ChatOpenAI",
        fields: { model: endpoint["name"], configuration: { baseURL: `${fake.server.url}/v1` } },
        apiKey: { field: "apiKey", variable: "TOGETHER_API_KEY" },
      });
      expect(JSON.parse(JSON.stringify(tuned))).toEqual(tuned);
      const model = await chatModel(tuned, { apiKey: TOGETHER_SECRET });
      expect(model.getName()).toBe("ChatOpenAI");

      const again = await deploy(tuned, { backend, hardware: "1x_nvidia_h100_80gb_sxm" });
      expect(fake.endpoints.size).toBe(1);
      const ended = await teardown(again, { backend });
      expect(fake.endpoints.size).toBe(0);
      expect(ended.inference).toBeUndefined();
      await expect(chatModel(ended)).rejects.toThrow(/torn down/);
      expect((await teardown(ended, { backend })).deployment?.status).toBe("ended");
    });

    it("names the hardware there is when none is given", async () => {
      const error = await deploy(await tune(), { backend: backendOf() }).catch((thrown: unknown) => thrown);
      expect(InvalidOptionError.isInstance(error)).toBe(true);
      expect((error as Error).message).toContain("1x_nvidia_h100_80gb_sxm (6.65 cents a minute)");
      expect(fake.endpoints.size).toBe(0);
    });

    it("says so when the endpoint fails or does not start in time, and that it is still there", async () => {
      fake.endpointStates = ["PENDING", "ERROR"];
      const tuned = await tune();
      await expect(deploy(tuned, { backend: backendOf(), hardware: "x" })).rejects.toMatchObject({
        code: "deployment-failed",
      });
      fake.endpointStates = ["PENDING"];
      await expect(backendOf().deploy!(tuned, { hardware: "x", timeout: 30 })).rejects.toThrow(
        /still there and billed/,
      );
      await teardown(tuned, { backend: backendOf() });
      expect(fake.endpoints.size).toBe(0);
    });
  });
});
