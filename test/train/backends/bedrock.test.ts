import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatModel,
  deploy,
  FineTuneJobError,
  InvalidExamplesError,
  startFineTune,
  teardown,
  type FineTuneProgress,
  type PreferenceExample,
  type TrainingExample,
} from "langsmith-finetune";
import type { BedrockOptions } from "langsmith-finetune/backends/bedrock";
import { contractRows } from "../backend-contract.js";
import { startAmazonFake, type AmazonFake } from "../fakes/amazon.js";
import { bedrockOf } from "./bedrock-world.js";
import { faultsOf, pairRow, toolRow } from "./rows.js";

describe("bedrock", () => {
  let fake: AmazonFake;
  beforeEach(async () => {
    fake = await startAmazonFake();
  });
  afterEach(() => fake.server.close());

  const startWith = (options: Partial<BedrockOptions> = {}, more: object = {}) =>
    startFineTune({ examples: contractRows, backend: bedrockOf(fake, options), pollInterval: 5, ...more });
  const render = (row: TrainingExample | PreferenceExample, options: Partial<BedrockOptions> = {}) =>
    bedrockOf(fake, options).file.render?.(row, "supervised");
  const faults = (row: unknown, options: Partial<BedrockOptions> = {}) => faultsOf(bedrockOf(fake, options), row);
  const row = (...messages: TrainingExample["messages"]): TrainingExample => ({ messages });

  it("writes a row in Bedrock's form, and in Claude's for Claude", () => {
    const example = row(
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      { role: "assistant", content: "Hello" },
    );
    expect(render(example)).toEqual({
      schemaVersion: "bedrock-conversation-2024",
      system: [{ text: "Be brief." }],
      messages: [
        { role: "user", content: [{ text: "Hi" }] },
        { role: "assistant", content: [{ text: "Hello" }] },
      ],
    });
    expect(render(example, { model: "anthropic.claude-3-haiku-20240307-v1:0:200k" })).toEqual({
      system: "Be brief.",
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
      ],
    });
  });

  it("names what Bedrock does not take", () => {
    const [user, assistant] = [
      { role: "user" as const, content: "a" },
      { role: "assistant" as const, content: "b" },
    ];
    expect(faults(toolRow)).toEqual(["$.tools tools-not-supported"]);
    expect(faults({ messages: toolRow.messages })).toEqual(["$.messages[2] tools-not-supported"]);
    expect(faults(pairRow)).toEqual(["$ preference-not-supported"]);
    expect(faults(row(assistant, user, assistant))).toEqual(["$.messages[0].role roles-do-not-alternate"]);
    expect(faults(row(user, user, assistant))).toEqual(["$.messages[1].role roles-do-not-alternate"]);
    expect(faults(row(user, assistant, user))).toEqual(["$.messages assistant-not-last"]);
    expect(faults(row(user, { role: "system", content: "x" }, assistant))).toEqual([
      "$.messages[1].role system-not-first",
    ]);
    expect(
      faults(
        row(
          { role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }] },
          assistant,
        ),
      ),
    ).toEqual(["$.messages[0].content[0] image-not-supported"]);
    expect(faults(row({ role: "user", content: "Assistant: hi" }, assistant))).toEqual([
      "$.messages[0].content reserved-word",
    ]);
    expect(
      faults(row({ role: "user", content: "Assistant: hi" }, assistant), {
        model: "meta.llama3-1-8b-instruct-v1:0:128k",
      }),
    ).toEqual([]);
    for (const odd of [
      null,
      7,
      {},
      { messages: [{ role: "assistant" }] },
      { messages: [{ role: "user", content: 5 }] },
    ]) {
      expect(() => faults(odd)).not.toThrow();
      expect(() => render(odd as unknown as TrainingExample)).not.toThrow();
    }
  });

  it("refuses rows with tools before anything is uploaded, and names each", async () => {
    const error = await startWith({}, { examples: [...contractRows, toolRow, toolRow] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(InvalidExamplesError.isInstance(error)).toBe(true);
    const lines = new Set(
      (error as InvalidExamplesError).findings.filter(({ severity }) => severity === "error").map(({ line }) => line),
    );
    expect([...lines]).toEqual([13, 14]);
    expect(fake.server.requests.filter(({ method }) => method !== "GET" && method !== "HEAD")).toEqual([]);
  });

  it("asks for what the options say", async () => {
    const job = await startWith(
      {
        learningRate: 0.00001,
        batchSize: 1,
        warmupSteps: 0,
        hyperparameters: { earlyStopping: "true" },
        tags: { team: "support" },
        prefix: "ft",
        extra: { customModelKmsKeyId: "key" },
      },
      { epochs: 2, suffix: "Support bot", validation: contractRows.slice(0, 3) },
    );
    const name = `lf-${job.reference.key}`;
    expect(fake.created[0]).toEqual({
      jobName: name,
      customModelName: `Support-bot-${job.reference.key.slice(0, 12)}`,
      clientRequestToken: name,
      roleArn: "arn:aws:iam::123456789012:role/tuning",
      baseModelIdentifier: "amazon.nova-lite-v1:0:300k",
      customizationType: "FINE_TUNING",
      trainingDataConfig: { s3Uri: job.reference.training?.id },
      validationDataConfig: { validators: [{ s3Uri: job.reference.validation?.id }] },
      outputDataConfig: { s3Uri: `s3://tuning/ft/output/${name}/` },
      hyperParameters: {
        epochCount: "2",
        learningRate: "0.00001",
        batchSize: "1",
        learningRateWarmupSteps: "0",
        earlyStopping: "true",
      },
      customModelKmsKeyId: "key",
      jobTags: [{ key: "team", value: "support" }],
      customModelTags: [{ key: "team", value: "support" }],
    });
    expect(job.reference.training?.id).toMatch(/^s3:\/\/tuning\/ft\/data\/[0-9a-f]{64}\.jsonl$/);
    await expect(startWith({ hyperparameters: { epochCount: 3 } }, { epochs: 2 })).rejects.toThrow(/both given/);
  });

  it("starts a job again after ones that failed, under the next name", async () => {
    const names: string[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const { reference } = await startWith();
      names.push(String(fake.jobs.get(reference.id)?.["jobName"]));
      fake.setStatus(reference.id, "Failed", { message: "Internal error" });
    }
    expect(names.map((name) => name.replace(/^lf-[0-9a-f]{40}/, ""))).toEqual(["", "-2", "-3", "-4"]);
    expect(new Set(fake.created.map((one) => one["customModelName"])).size).toBe(4);
  });

  it("is not caught by a list that has no end", async () => {
    const { reference } = await startWith();
    fake.setStatus(reference.id, "Failed", { message: "x" });
    fake.endlessPages = true;
    expect(await bedrockOf(fake).find!(reference.key, {})).toBeUndefined();
    expect(
      fake.server.requests.filter(({ path }) => path.startsWith("/model-customization-jobs?")).length,
    ).toBeLessThan(20);
  });

  it("reports how far the job is, and the losses at the end", async () => {
    const progress: FineTuneProgress[] = [];
    const job = await startWith({}, { onProgress: (one: FineTuneProgress) => void progress.push(one) });
    fake.addEvents(job.reference.id, 3);
    fake.setStatus(job.reference.id, "Completed");
    await job.wait();
    expect(progress.flatMap((one) => (one.type === "event" ? [one.message] : []))).toEqual([
      "validation: InProgress",
      "validation: Completed",
      "dataProcessing: InProgress",
    ]);
    expect(progress).toContainEqual(
      expect.objectContaining({ type: "metrics", loss: 0.42, values: { loss: 0.42, validationLoss: 0.5 } }),
    );
  });

  it("tells what goes wrong in Amazon's words", async () => {
    await expect(startWith({ model: "amazon.gone" })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("The provided model identifier is invalid.") as string,
    });
    fake.server.fault({
      method: "POST",
      path: /model-customization-jobs/,
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: { message: "User is not authorized to perform: iam:PassRole" },
    });
    await expect(startWith()).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("iam:PassRole") as string,
      hint: expect.stringContaining("pass the role") as string,
    });
    fake.server.fault({ method: "PUT", path: /^\/tuning/, status: 403, body: "x" });
    await expect(startWith({}, { examples: contractRows.slice(2) })).rejects.toMatchObject({
      service: "S3",
      code: "forbidden",
    });
    const job = await startWith();
    fake.setStatus(job.reference.id, "Failed", { message: "Line 4: the record exceeds the token limit." });
    const error = await job.wait().catch((thrown: unknown) => thrown);
    expect(FineTuneJobError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ line: 4, rawStatus: "Failed" });
  });

  describe("deployment", () => {
    const tune = async () => {
      const job = await startWith();
      fake.setStatus(job.reference.id, "Completed");
      return job.wait();
    };

    it("starts, waits until it is active, is called by its ARN, and ends", async () => {
      const backend = bedrockOf(fake);
      const tuned = await tune();
      await expect(chatModel(tuned)).rejects.toThrow(/deploy/);
      const deployed = await deploy(tuned, { backend });
      const [arn] = [...fake.deployments.keys()];
      expect(deployed.inference).toEqual({
        package: "@langchain/aws",
        class: "ChatBedrockConverse",
        fields: { model: "amazon.nova-lite-v1:0:300k", region: "us-east-1", applicationInferenceProfile: arn },
      });
      await backend.deploy!(tuned, {});
      expect(fake.deployments.size).toBe(1);
      const model = await chatModel(deployed, { fields: { credentials: { accessKeyId: "a", secretAccessKey: "b" } } });
      expect(model.getName()).toBe("ChatBedrockConverse");
      expect((model as unknown as { applicationInferenceProfile: string }).applicationInferenceProfile).toBe(arn);
      await teardown(deployed, { backend });
      expect(fake.deployments.size).toBe(0);
    });

    it("tells why a deployment failed", async () => {
      fake.deploymentStates = ["Creating", "Failed"];
      await expect(deploy(await tune(), { backend: bedrockOf(fake) })).rejects.toThrow(/no on-demand inference here/);
    });
  });
});
