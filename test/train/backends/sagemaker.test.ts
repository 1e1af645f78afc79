import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatModel,
  deploy,
  InvalidOptionError,
  startFineTune,
  teardown,
  type FineTuneProgress,
  type FineTunedModel,
  type PreferenceExample,
  type ReinforcementExample,
  type TrainingExample,
} from "langsmith-finetune";
import type { SageMakerOptions } from "langsmith-finetune/backends/sagemaker";
import { contractRows } from "../backend-contract.js";
import { startSageMakerFake, type SageMakerFake } from "../fakes/sagemaker.js";
import { faultsOf, pairRow, toolRow } from "./rows.js";
import { sageMakerOf } from "./sagemaker-world.js";

describe("sagemaker", () => {
  let fake: SageMakerFake;
  beforeEach(async () => {
    fake = await startSageMakerFake();
  });
  afterEach(() => fake.server.close());

  const evaluator = {
    technique: "RLVR",
    arn: "arn:aws:sagemaker:us-east-1:123456789012:hub-content/h/JsonDoc/e/1.0.0",
  };
  const graded = { evaluator } as Partial<SageMakerOptions>;
  const startWith = (options: Partial<SageMakerOptions> = {}, more: object = {}) =>
    startFineTune({ examples: contractRows, backend: sageMakerOf(fake, options), pollInterval: 5, ...more });
  const render = (
    row: TrainingExample | PreferenceExample | ReinforcementExample,
    options: Partial<SageMakerOptions> = {},
  ) => sageMakerOf(fake, options).file.render?.(row, "supervised");
  const user = { role: "user" as const, content: "Hi" };
  const pair: PreferenceExample = {
    input: { messages: [{ role: "system", content: "Be brief." }, user] },
    preferred_output: [{ role: "assistant", content: "Hello" }],
    non_preferred_output: [{ role: "assistant", content: "Well, hello there" }],
  };

  it("writes rows as messages, and for Nova as Converse does", () => {
    const row: TrainingExample = {
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        { role: "assistant", content: "Hello", weight: 1 },
      ],
    };
    expect(render(row)).toEqual({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
      ],
    });
    expect(render(row, { model: "nova-textgeneration-lite-v2" })).toMatchObject({
      schemaVersion: "bedrock-conversation-2024",
      system: [{ text: "Be brief." }],
    });
  });

  it("writes pairs with both answers, and for Nova as candidates", () => {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
    ];
    expect(render(pair)).toEqual({
      prompt: messages,
      chosen: [{ role: "assistant", content: "Hello" }],
      rejected: [{ role: "assistant", content: "Well, hello there" }],
    });
    expect(render(pair, { model: "nova-lite" })).toMatchObject({
      system: [{ text: "Be brief." }],
      messages: [
        { role: "user", content: [{ text: "Hi" }] },
        {
          role: "assistant",
          candidates: [
            { content: [{ text: "Hello" }], preferenceLabel: "preferred" },
            { content: [{ text: "Well, hello there" }], preferenceLabel: "non-preferred" },
          ],
        },
      ],
    });
  });

  it("writes prompts with what the reward reads", () => {
    const reward_model = { style: "rule", ground_truth: "42" };
    expect(render({ messages: [user], data_source: "own", reward_model })).toEqual({
      prompt: [{ role: "user", content: "Hi" }],
      data_source: "own",
      reward_model,
    });
    expect(faultsOf(sageMakerOf(fake, graded), { messages: [user] })).toEqual(["$.reward_model reward-missing"]);
  });

  it("names what SageMaker does not take", () => {
    const faults = (row: unknown) => faultsOf(sageMakerOf(fake), row);
    expect(faults(toolRow)).toEqual(["$.tools tools-not-supported"]);
    expect(faults({ messages: toolRow.messages })).toEqual(["$.messages[2] tools-not-supported"]);
    expect(faults(pairRow)).toEqual([]);
    expect(faults({ ...pair, non_preferred_output: [{ role: "assistant", content: "" }] })).toEqual([
      "$.non_preferred_output[0].content empty-turn",
    ]);
    expect(faults({ ...pair, input: { messages: [user, { role: "assistant", content: "x" }] } })).toEqual([
      "$.input.messages user-not-last",
    ]);
  });

  it("asks for a serverless job", async () => {
    await startWith(
      { acceptEula: true, sequenceLength: "8K", learningRate: 0.0001, batchSize: 16, tags: { team: "support" } },
      { validation: contractRows.slice(0, 2), epochs: 2, from: "arn:aws:sagemaker:us-east-1:1:model-package/p/3" },
    );
    expect(fake.created).toMatchObject([
      {
        RoleArn: "arn:aws:iam::123456789012:role/tuning",
        InputDataConfig: [
          {
            ChannelName: "train",
            DataSource: {
              S3DataSource: { S3DataType: "S3Prefix", S3Uri: expect.stringMatching(/^s3:\/\/tuning\//) as string },
            },
          },
          { ChannelName: "validation" },
        ],
        OutputDataConfig: {
          S3OutputPath: expect.stringMatching(/^s3:\/\/tuning\/langsmith-finetune\/output\//) as string,
        },
        HyperParameters: { max_epochs: "2", learning_rate: "0.0001", global_batch_size: "16" },
        ServerlessJobConfig: {
          JobType: "FineTuning",
          BaseModelArn:
            "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/huggingface-llm-qwen2-5-7b-instruct",
          AcceptEula: true,
          CustomizationTechnique: "SFT",
          Peft: "LORA",
          SequenceLength: "8K",
        },
        ModelPackageConfig: { SourceModelPackageArn: "arn:aws:sagemaker:us-east-1:1:model-package/p/3" },
        Tags: [{ Key: "team", Value: "support" }],
      },
    ]);
    const [request] = fake.created;
    expect(fake.objects.size).toBe(2);
    expect(String(request?.["TrainingJobName"])).toMatch(/^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$/);
  });

  it("trains pairs by DPO, and prompts by an evaluator, all weights where asked", async () => {
    await startWith({ training: "full" }, { examples: Array.from({ length: 3 }, () => pair) });
    const rows = [{ messages: [user], reward_model: { style: "rule", ground_truth: "42" } }];
    const job = await startWith(graded, { examples: rows, method: "reinforcement" });
    expect(fake.created).toMatchObject([
      { ServerlessJobConfig: { CustomizationTechnique: "DPO" } },
      { ServerlessJobConfig: { CustomizationTechnique: "RLVR", EvaluatorArn: evaluator.arn } },
    ]);
    expect(fake.created[0]?.["ServerlessJobConfig"]).not.toHaveProperty("Peft");
    // Found again on another machine, with its method.
    expect(await sageMakerOf(fake, graded).find?.(job.reference.key, {})).toMatchObject({ method: "reinforcement" });
    const error = await startWith({}, { examples: rows, method: "reinforcement" }).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(InvalidOptionError.isInstance);
  });

  it("starts a job again after one that failed, and takes up the one that another machine made", async () => {
    const first = await startWith();
    fake.setStatus(first.reference.id, "Failed", { message: "no capacity" });
    const second = await startWith();
    expect(second.reference.id).toBe(`${first.reference.id}-2`);
    fake.server.fault({
      method: "POST",
      header: { name: "x-amz-target", value: /DescribeTrainingJob/ },
      status: 400,
      headers: { "x-amzn-errortype": "ValidationException" },
      body: { message: "Requested resource not found." },
      times: 2,
    });
    const backend = sageMakerOf(fake);
    const { training } = second.reference;
    const request = { key: second.reference.key, method: "supervised" as const, training: training as never };
    expect((await backend.start(request, {})).id).toBe(first.reference.id);
    expect(fake.jobs.size).toBe(2);
  });

  it("reports phases, steps, measurements and what was billed", async () => {
    const progress: FineTuneProgress[] = [];
    const job = await startWith({}, { onProgress: (one: FineTuneProgress) => void progress.push(one) });
    const stored = fake.jobs.get(job.reference.id);
    if (stored) stored["ProgressInfo"] = { TotalStepCountPerEpoch: 10, CurrentStep: 4, CurrentEpoch: 1, MaxEpoch: 2 };
    expect(await job.status()).toMatchObject({ progress: { step: 4, totalSteps: 20, epoch: 1 } });
    fake.addEvents(job.reference.id, 3);
    fake.setStatus(job.reference.id, "Completed");
    expect(await job.wait()).toMatchObject({ trainedTokens: 4_200, finishedAt: "2026-11-29T11:00:00.000Z" });
    expect(progress.flatMap((one) => (one.type === "event" ? [one.message] : []))).toContain("Training: step 2");
    expect(progress).toContainEqual(expect.objectContaining({ type: "metrics", values: { train_loss: 0.42 } }));
  });

  describe("deploy", () => {
    const tune = async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "Completed");
      return job.wait();
    };
    const merged = () => fake.objects.set("output/model/checkpoints/hf_merged/config.json", "{}");

    it("imports the merged model into Bedrock, once, and deletes it", async () => {
      const backend = sageMakerOf(fake);
      const tuned = await tune();
      merged();
      const deployed = await deploy(tuned, { backend });
      expect(deployed.deployment?.id).toMatch(/:imported-model\/lf-/);
      expect([...fake.imports.values()]).toMatchObject([
        { modelDataSource: { s3DataSource: { s3Uri: "s3://tuning/output/model/checkpoints/hf_merged/" } } },
      ]);
      await deploy(tuned, { backend });
      expect(fake.imports.size).toBe(1);
      const model = await chatModel(deployed, { fields: { credentials: { accessKeyId: "a", secretAccessKey: "b" } } });
      expect(model).toMatchObject({ model: deployed.deployment?.id, region: "us-east-1" });
      const ended: FineTunedModel = await teardown(deployed, { backend });
      expect(ended.deployment?.status).toBe("ended");
      expect(fake.imports.size).toBe(0);
      await teardown(deployed, { backend });
    });

    it("says what to do where there is no merged model, and why an import failed", async () => {
      const backend = sageMakerOf(fake);
      const tuned = await tune();
      await expect(deploy(tuned, { backend })).rejects.toThrow(/holds no merged model/);
      merged();
      fake.importStates = ["Failed"];
      await expect(deploy(tuned, { backend })).rejects.toThrow(/The architecture is not supported/);
    });
  });
});
