import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  TimeoutError,
  FineTuneJobError,
  InvalidOptionError,
  ServiceError,
  fineTune,
  resumeFineTune,
  startFineTune,
  type FineTuneBackend,
  type FineTuneJob,
  type FineTuneProgress,
  type JobReference,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { contractRows as rows } from "./backend-contract.js";
import { startOpenAIFake, type OpenAIFake } from "./fakes/openai-fake.js";

const secret = "sk-job-secret-0123456789";
const poll = { method: "GET", path: /fine_tuning\/jobs\/[^/?]+$/ };
let fake: OpenAIFake;
let backend: FineTuneBackend;
let job: FineTuneJob;
let progress: FineTuneProgress[];

beforeEach(async () => {
  fake = await startOpenAIFake();
  backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: secret });
  progress = [];
  job = await startFineTune({ examples: rows, backend, pollInterval: 5, onProgress: (one) => progress.push(one) });
});
afterEach(() => fake.close());

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const kinds = () => progress.flatMap((one) => (one.type === "status" ? [one.rawStatus] : []));
const polls = () => fake.requests.filter(({ method, path }) => method === "GET" && poll.path.test(path)).length;

describe("waiting for a job", () => {
  it("takes a state that it does not know for pending, and tells the word", async () => {
    fake.script = ["paused", "reticulating_splines", "running", "succeeded"];
    await job.wait();
    expect(kinds()).toEqual(["paused", "reticulating_splines", "running", "succeeded"]);
    expect(progress.find((one) => one.type === "status" && one.rawStatus === "reticulating_splines")).toMatchObject({
      status: "pending",
    });
  });

  it("throws for a failed job with the provider's code, message, parameter and line", async () => {
    fake.setStatus(job.reference.id, "failed", {
      code: "invalid_training_file",
      message: "The job failed: invalid JSON on line 7.",
      param: "training_file",
    });
    const error = await failureOf(job.wait());
    expect(FineTuneJobError.isInstance(error) && error).toMatchObject({
      backend: "openai",
      job: job.reference.id,
      status: "failed",
      rawStatus: "failed",
      code: "invalid_training_file",
      param: "training_file",
      line: 7,
    });
    expect((error as Error).message).toContain("The job failed: invalid JSON on line 7.");
  });

  it("throws for a job that was cancelled elsewhere", async () => {
    fake.script = ["running", "cancelled"];
    const error = await failureOf(job.wait());
    expect(FineTuneJobError.isInstance(error) && error).toMatchObject({ status: "cancelled", rawStatus: "cancelled" });
  });

  it("throws for a job that is gone", async () => {
    fake.jobs.length = 0;
    expect(await failureOf(job.wait())).toMatchObject({ name: "ServiceError", code: "not-found", status: 404 });
  });

  it("throws for a key that expired meanwhile, without naming it", async () => {
    fake.fault({
      ...poll,
      status: 401,
      body: { error: { message: `Incorrect API key provided: ${secret}.`, code: "invalid_api_key" } },
    });
    const error = await failureOf(job.wait());
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "unauthorized",
      details: { code: "invalid_api_key" },
    });
    expect(
      `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)} ${(error as Error).stack}`,
    ).not.toContain(secret);
  });

  it.each([
    [{ status: 500 }],
    [{ status: 502 }],
    [{ status: 429 }],
    [{ drop: "before" as const }],
    [{ drop: "after" as const }],
  ])("bears %j in passing, and says so", async (fault) => {
    fake.fault({ ...poll, ...fault, times: 3 });
    fake.script = ["running", "succeeded"];
    await job.wait();
    expect(progress.filter(({ type }) => type === "retry")).toHaveLength(3);
  });

  it("does not bear it for ever", async () => {
    fake.fault({ ...poll, status: 503, times: 1_000 });
    const error = await failureOf(job.wait({ pollInterval: 1 }));
    expect(ServiceError.isInstance(error) && error).toMatchObject({ code: "server-error", status: 503 });
    expect(polls()).toBe(21);
  });

  it("waits for as long as Retry-After says", async () => {
    fake.fault({ ...poll, status: 429, headers: { "retry-after": "0.3" } });
    fake.script = ["succeeded"];
    const started = performance.now();
    await job.wait({ pollInterval: 1 });
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  it("asks less and less often", async () => {
    const error = await failureOf(job.wait({ pollInterval: 20, timeout: 900 }));
    expect(TimeoutError.isInstance(error)).toBe(true);
    // Twenty milliseconds each would be 45 times; by half more each time, at the most twelvefold, about ten.
    expect(polls()).toBeGreaterThan(4);
    expect(polls()).toBeLessThan(20);
  });

  it("ends the pause between two polls at once on an abort", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = failureOf(
      job.wait({
        pollInterval: 60_000,
        signal: controller.signal,
        onProgress: ({ type }) => {
          if (type === "status") setImmediate(() => controller.abort(reason));
        },
      }),
    );
    const started = performance.now();
    expect(await waiting).toBe(reason);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(fake.jobs[0]?.status).toBe("validating_files");
  });

  it("ends a request that hangs, on an abort", async () => {
    fake.fault({ ...poll, hang: "before" });
    const reason = new Error("enough");
    const controller = new AbortController();
    const waiting = failureOf(job.wait({ signal: controller.signal }));
    await expect.poll(polls).toBe(1);
    controller.abort(reason);
    expect(await waiting).toBe(reason);
  });

  it("ends at the timeout, and says how to go on", async () => {
    const error = await failureOf(job.wait({ pollInterval: 60_000, timeout: 50 }));
    expect(TimeoutError.isInstance(error) && error).toMatchObject({ milliseconds: 50 });
    const reference = JSON.parse(
      /reference is (\{.*\})\./.exec((error as Error).message)?.[1] ?? "null",
    ) as JobReference;
    expect(reference).toEqual(job.reference);
    fake.setStatus(job.reference.id, "succeeded");
    expect(await resumeFineTune(reference, { backend }).wait()).toMatchObject({ job: job.reference.id });
  });

  it("counts one timeout for the whole of fineTune", async () => {
    const started = performance.now();
    const error = await failureOf(
      fineTune({ examples: rows, backend, pollInterval: 60_000, timeout: 300, reuse: false }),
    );
    expect(TimeoutError.isInstance(error)).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("reports events and measurements once, in order, over pages that never end", async () => {
    fake.endless = true;
    fake.addEvents(job.reference.id, 3);
    fake.script = ["running", "running", "running", "succeeded"];
    const waiting = job.wait({
      onProgress: (one) => {
        progress.push(one);
        if (one.type === "status" && one.rawStatus === "running") fake.addEvents(job.reference.id, 2, true);
      },
    });
    await waiting;
    expect(progress.flatMap((one) => (one.type === "event" ? [one.message] : []))).toEqual([
      "event 1",
      "event 2",
      "event 3",
    ]);
    expect(progress.flatMap((one) => (one.type === "metrics" ? [one] : []))).toMatchObject([
      { step: 4, totalSteps: 100, loss: 1 / 4, values: { accuracy: 0.5 } },
      { step: 5, totalSteps: 100, loss: 1 / 5 },
    ]);
  });

  it("reports all events of several pages", async () => {
    fake.addEvents(job.reference.id, 250);
    fake.script = ["running", "succeeded"];
    await job.wait();
    const messages = progress.flatMap((one) => (one.type === "event" ? [one.message] : []));
    expect(messages).toEqual(Array.from({ length: 250 }, (_, index) => `event ${index + 1}`));
  });

  it("reports when the provider expects the end", async () => {
    fake.jobs[0]!.estimated_finish = Math.floor(Date.now() / 1_000) + 600;
    fake.script = ["running", "running", "succeeded"];
    await job.wait();
    const estimates = progress.filter((one) => one.type === "estimate");
    expect(estimates).toHaveLength(1);
    expect(estimates[0]?.remaining).toBeGreaterThan(590_000);
  });

  it("goes on without events where the events cannot be had for a while", async () => {
    fake.fault({ method: "GET", path: /\/events/, status: 500, times: 2 });
    fake.addEvents(job.reference.id, 1);
    fake.script = ["running", "running", "running", "running", "succeeded"];
    await job.wait();
    expect(progress.filter(({ type }) => type === "event")).toHaveLength(1);
  });

  it("lets several wait at once", async () => {
    fake.script = ["running", "running", "running", "succeeded"];
    const [one, two] = await Promise.all([job.wait(), job.wait()]);
    expect(one).toEqual(two);
  });
});

describe("cancelling", () => {
  it("waits until the provider says cancelled", async () => {
    const cancelling = job.cancel();
    await expect.poll(polls).toBeGreaterThan(2);
    fake.setStatus(job.reference.id, "cancelled");
    expect(await cancelling).toMatchObject({ status: "cancelled", rawStatus: "cancelled" });
    expect(fake.requests.filter(({ path }) => path.endsWith("/cancel"))).toHaveLength(1);
  });

  it("says how a job ended that is over already, and asks for nothing", async () => {
    fake.setStatus(job.reference.id, "succeeded");
    expect(await job.cancel()).toMatchObject({ status: "succeeded" });
    expect(fake.requests.some(({ path }) => path.endsWith("/cancel"))).toBe(false);
  });

  it("takes a refusal for what it is when the job ended in between", async () => {
    fake.script = ["running", "succeeded"];
    fake.fault({
      method: "POST",
      path: /\/cancel$/,
      status: 400,
      body: { error: { message: "Job has already completed" } },
    });
    expect(await job.cancel()).toMatchObject({ status: "succeeded" });
  });

  it("passes on a refusal of a job that runs", async () => {
    fake.fault({ method: "POST", path: /\/cancel$/, status: 403 });
    expect(await failureOf(job.cancel())).toMatchObject({ name: "ServiceError", code: "forbidden" });
  });
});

describe("a job's handle", () => {
  it("tells its status and raw answer, events and checkpoints", async () => {
    fake.addEvents(job.reference.id, 2);
    fake.setStatus(job.reference.id, "running");
    expect(await job.status()).toMatchObject({
      status: "running",
      rawStatus: "running",
      raw: { object: "fine_tuning.job" },
    });
    for (let pass = 0; pass < 2; pass += 1) {
      const messages: string[] = [];
      for await (const { message } of job.events()) messages.push(message);
      expect(messages).toEqual(["event 1", "event 2"]);
    }
    expect(await job.checkpoints()).toEqual([
      { id: "ftckpt-1", step: 100, model: "ft:base:org::ckpt-step-1", metrics: { step: 100, loss: 1, accuracy: 0.9 } },
      {
        id: "ftckpt-2",
        step: 200,
        model: "ft:base:org::ckpt-step-2",
        metrics: { step: 200, loss: 0.5, accuracy: 0.9 },
      },
    ]);
  });

  it("says what its backend cannot do", async () => {
    const bare: FineTuneBackend = { ...backend, events: undefined, checkpoints: undefined, cancel: undefined };
    const handle = resumeFineTune(job.reference, { backend: bare });
    expect(InvalidOptionError.isInstance(await failureOf(handle.checkpoints()))).toBe(true);
    expect(InvalidOptionError.isInstance(await failureOf(handle.cancel()))).toBe(true);
    expect(() => handle.events()[Symbol.asyncIterator]()).toThrow(InvalidOptionError);
  });

  it.each([
    ["of another backend", { backend: "together" }, /of the backend together/],
    ["without an id", { id: undefined }, /id is missing/],
  ])("is not made of a reference %s", (_name, change, message) => {
    const reference = { ...job.reference, ...change } as JobReference;
    expect(() => resumeFineTune(reference, { backend })).toThrow(message);
  });
});
