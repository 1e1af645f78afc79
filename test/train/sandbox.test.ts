import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HumanMessage } from "@langchain/core/messages";
import {
  FineTuneJobError,
  ServiceError,
  asRunnable,
  chatModel,
  fineTune,
  startFineTune,
  type FineTuneBackend,
  type FineTuneProgress,
  type FineTunedModel,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { contractRows as rows } from "./backend-contract.js";

let sandbox: Sandbox;
let backend: FineTuneBackend;

beforeEach(async () => {
  sandbox = await startSandbox({ openai: { jobSeconds: Infinity } });
  backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey });
});
afterEach(() => sandbox.close());

const options = () => ({ examples: rows, backend, pollInterval: 5 });
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("fineTune on the OpenAI stand-in", () => {
  it("gives a model that has learnt the rows", async () => {
    const progress: FineTuneProgress[] = [];
    const job = await startFineTune({ ...options(), suffix: "capitals", onProgress: (one) => progress.push(one) });
    sandbox.openai.advanceJob(job.reference.id, "succeeded");
    const tuned = JSON.parse(JSON.stringify(await job.wait())) as FineTunedModel;
    const model = await chatModel(tuned, { apiKey: sandbox.openai.apiKey, fields: { temperature: 0 } });
    const answer = await model.invoke([
      ["system", "Answer in one word."],
      new HumanMessage("What is the capital of country 7?"),
    ]);
    expect(answer.content).toBe("City7");
    const metrics = progress.filter((one) => one.type === "metrics");
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.at(-1)).toMatchObject({
      step: expect.any(Number) as number,
      totalSteps: expect.any(Number) as number,
      loss: expect.any(Number) as number,
    });
    expect((await job.checkpoints()).every(({ model: name }) => name?.startsWith("ft:"))).toBe(true);
  });

  it("is a step of a chain, and an abort of the chain ends its wait", async () => {
    const controller = new AbortController();
    const reason = new Error("the chain was aborted");
    const step = asRunnable(
      (examples: typeof rows, { signal }) =>
        fineTune({
          ...options(),
          examples,
          signal,
          pollInterval: 60_000,
          onProgress: ({ type }) => {
            if (type === "status") controller.abort(reason);
          },
        }),
      { name: "fineTune" },
    );
    await expect(step.invoke(rows, { signal: controller.signal })).rejects.toThrow("the chain was aborted");
    expect(sandbox.openai.jobs()).toMatchObject([{ status: "validating_files" }]);
  });
});

describe("what a provider refuses, in its own words", () => {
  it("a bad row that only the provider finds, with its code and line", async () => {
    // The check on this side is left out, to see the provider's.
    const lax: FineTuneBackend = {
      ...backend,
      file: {
        ...backend.file,
        render: (row) => ("messages" in row && JSON.stringify(row).includes("country 6") ? { messages: "none" } : row),
      },
    };
    const job = await startFineTune({ ...options(), backend: lax });
    sandbox.openai.advanceJob(job.reference.id, "succeeded");
    const error = await failureOf(job.wait());
    expect(FineTuneJobError.isInstance(error) && error).toMatchObject({
      status: "failed",
      code: "invalid_training_file",
      line: 7,
    });
  });

  it("an organisation that may not fine-tune: what that means in 2026, and where else to go", async () => {
    sandbox.openai.refuseFineTuning("organization");
    const error = await failureOf(startFineTune(options()));
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "forbidden",
      status: 403,
      service: "OpenAI",
    });
    const { message } = error as Error;
    expect(message).toContain("Your organization is not permitted to create fine-tuning jobs.");
    for (const words of [
      "2026-05-07",
      "2026-07-02",
      "2027-01-06",
      "2027-01-14",
      "together",
      "fireworks",
      "vertex",
      "bedrock",
      "azure",
      "nebius",
      "crusoe",
      "trl",
      "portable",
    ]) {
      expect(message).toContain(words);
    }
    expect(sandbox.openai.jobs()).toEqual([]);
  });

  it("no money", async () => {
    sandbox.openai.refuseFineTuning("quota");
    const started = performance.now();
    const error = await failureOf(startFineTune(options()));
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "payment-required",
      status: 429,
      details: { code: "insufficient_quota" },
    });
    expect((error as Error).message).toMatch(/exceeded your current quota.*billing/s);
    // Not taken for a rate limit: no later attempt will find money.
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(
      sandbox.requests("openai").filter(({ method, path }) => method === "POST" && path.endsWith("/jobs")),
    ).toHaveLength(1);
  });

  it("a base model that is gone", async () => {
    const gone = openAI({ model: "gpt-3.5-turbo-0301", baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey });
    const error = await failureOf(startFineTune({ ...options(), backend: gone }));
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "invalid-request",
      details: { code: "model_not_available", param: "model" },
    });
    expect((error as Error).message).toContain("2027-01-14");
  });

  it("a file that expired between the upload and the creation", async () => {
    const expiring: FineTuneBackend = {
      ...backend,
      async upload(file, callOptions) {
        const uploaded = await backend.upload(file, callOptions);
        sandbox.openai.expireFile(uploaded.id);
        return uploaded;
      },
    };
    const error = await failureOf(startFineTune({ ...options(), backend: expiring }));
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "invalid-request",
      details: { code: "invalid_file" },
    });
  });

  it("a file that expired while the job was waiting", async () => {
    const job = await startFineTune(options());
    sandbox.openai.expireFile(job.reference.training?.id ?? "");
    sandbox.openai.advanceJob(job.reference.id, "succeeded");
    expect(FineTuneJobError.isInstance(await failureOf(job.wait()))).toBe(true);
  });

  it("a job that was cancelled elsewhere", async () => {
    const job = await startFineTune(options());
    sandbox.openai.cancelJob(job.reference.id);
    const error = await failureOf(job.wait());
    expect(FineTuneJobError.isInstance(error) && error).toMatchObject({ status: "cancelled", job: job.reference.id });
  });

  it("a job that ended for the provider's reasons", async () => {
    const job = await startFineTune(options());
    sandbox.openai.failJob(job.reference.id, {
      code: "unsafe_model",
      message: "The model does not pass our safety checks.",
      param: null,
    });
    const error = await failureOf(job.wait());
    expect(FineTuneJobError.isInstance(error) && error).toMatchObject({ code: "unsafe_model" });
    expect((error as Error).message).toContain("does not pass our safety checks");
  });

  it("a key that is wrong", async () => {
    const wrong = openAI({
      model: "gpt-4o-mini-2024-07-18",
      baseURL: sandbox.openai.url,
      apiKey: "sk-expired-0123456789abcdef",
    });
    const error = await failureOf(fineTune({ ...options(), backend: wrong }));
    expect(ServiceError.isInstance(error) && error).toMatchObject({ code: "unauthorized", status: 401 });
    expect(`${String(error)}${JSON.stringify(error)}${(error as Error).stack}`).not.toContain(
      "sk-expired-0123456789abcdef",
    );
  });

  it("a host that is not there", async () => {
    const nowhere = openAI({ model: "m", baseURL: "http://127.0.0.1:9/v1", apiKey: "sk-x" });
    const error = await failureOf(
      nowhere.poll({ backend: "openai", id: "j", model: "m", method: "supervised", key: "k", createdAt: "" }, {}),
    );
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "unreachable",
      request: "GET http://127.0.0.1:9/v1/fine_tuning/jobs/j",
    });
  });
});

describe("a job on a host with faults", () => {
  it("survives paging that never ends, dropped answers and busy moments", async () => {
    sandbox.openai.breakPaging(true);
    sandbox.faults.inject({ service: "openai", path: /fine_tuning\/jobs/, drop: "after", times: 2 });
    sandbox.faults.inject({ service: "openai", path: /files/, status: 503, times: 1 });
    const job = await startFineTune(options());
    sandbox.faults.inject({ service: "openai", path: /events/, status: 429, retryAfter: 0, times: 2 });
    sandbox.faults.inject({ service: "openai", path: /fine_tuning/, drop: "during", times: 2 });
    sandbox.openai.advanceJob(job.reference.id, "succeeded");
    expect(await job.wait()).toMatchObject({ job: job.reference.id });
    expect(sandbox.openai.jobs()).toHaveLength(1);
  });
});
