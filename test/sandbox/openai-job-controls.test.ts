import OpenAI, { PermissionDeniedError, RateLimitError } from "openai";
import { describe, expect, it } from "vitest";
import { jsonl } from "./openai-helpers.js";
import { all, client, create, pass, rows, sandbox, setUp, start } from "./openai-jobs-setup.js";

setUp();

describe("no job is started", () => {
  it.each<[string, object, object]>([
    ["for a model that cannot be tuned", { model: "gpt-5" }, { code: "model_not_available", param: "model" }],
    ["for a file that is not there", { training_file: "file-none" }, { param: "training_file" }],
    ["with a suffix that is too long", { suffix: "x".repeat(65) }, { param: "suffix" }],
    ["with metadata that is not text", { metadata: { n: 1 } }, { code: "invalid_type" }],
    [
      "with epochs below one",
      { method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 0 } } } },
      { code: "invalid_type" },
    ],
    ["with a method that it does not have", { method: { type: "reinforcement" } }, { param: "method.type" }],
  ])("%s", async (_what, change, error) => {
    await start();
    await expect(create(undefined, change)).rejects.toMatchObject({ status: 400, ...error });
    expect(sandbox.openai.jobs()).toEqual([]);
  });

  it("where the organisation may not, or its quota is used up", async () => {
    await start({ refuseFineTuning: "organization" });
    const refused: unknown = await create().catch((caught: unknown) => caught);
    expect(refused).toBeInstanceOf(PermissionDeniedError);
    expect(refused).toMatchObject({ type: "invalid_request_error", code: "fine_tuning_not_permitted" });
    sandbox.openai.refuseFineTuning("quota");
    const quota: unknown = await create().catch((caught: unknown) => caught);
    expect(quota).toBeInstanceOf(RateLimitError);
    expect(quota).toMatchObject({ code: "insufficient_quota" });
    sandbox.openai.refuseFineTuning({ status: 400, message: "Not today.", code: "own" });
    await expect(create()).rejects.toMatchObject({ status: 400, code: "own" });
    sandbox.openai.refuseFineTuning(undefined);
    expect((await create()).status).toBe("validating_files");
  });
});

describe("what a test can do to a job", () => {
  it("move it by hand", async () => {
    await start({ jobSeconds: Infinity });
    const { id } = await create();
    pass(1e9);
    const statuses = [];
    for (let step = 0; step < 4; step++) {
      statuses.push((await client.fineTuning.jobs.retrieve(id)).status);
      sandbox.openai.advanceJob(id);
    }
    expect(statuses).toEqual(["validating_files", "queued", "running", "succeeded"]);
    const other = await create();
    sandbox.openai.trainJob(other.id, 0.5);
    const metrics = (await all(client.fineTuning.jobs.listEvents(other.id))).filter(({ type }) => type === "metrics");
    expect(metrics).toHaveLength(30);
    sandbox.openai.advanceJob(other.id, "succeeded");
    expect((await client.fineTuning.jobs.retrieve(other.id)).status).toBe("succeeded");
  });

  it("fail it, cancel it elsewhere, and show an unknown status", async () => {
    await start();
    const failed = await create();
    sandbox.openai.failJob(failed.id, { code: "server_error", message: "Internal error", param: "training_file" });
    expect(await client.fineTuning.jobs.retrieve(failed.id)).toMatchObject({
      status: "failed",
      error: { code: "server_error", message: "Internal error", param: "training_file" },
    });
    const cancelled = await create();
    sandbox.openai.cancelJob(cancelled.id);
    expect((await client.fineTuning.jobs.retrieve(cancelled.id)).status).toBe("cancelled");
    const held = await create();
    sandbox.openai.holdJob(held.id, "moving_to_mars");
    pass(60_000);
    expect((await client.fineTuning.jobs.retrieve(held.id)).status).toBe("moving_to_mars");
    sandbox.openai.holdJob(held.id, undefined);
    pass(10_000);
    expect((await client.fineTuning.jobs.retrieve(held.id)).status).toBe("succeeded");
    expect(() => sandbox.openai.advanceJob("ftjob-none")).toThrow("has no job");
  });

  it("take its file away", async () => {
    await start();
    const { id, training_file: file } = await create();
    sandbox.openai.expireFile(file);
    pass(2000);
    expect((await client.fineTuning.jobs.retrieve(id)).error).toMatchObject({ code: "invalid_training_file" });
  });

  it("let its lists never end", async () => {
    await start();
    const { id } = await create();
    sandbox.openai.breakPaging(true);
    let seen = 0;
    for await (const event of client.fineTuning.jobs.listEvents(id)) {
      expect(event.object).toBe("fine_tuning.job.event");
      if (++seen > 10) break;
    }
    expect(seen).toBe(11);
    sandbox.openai.breakPaging(false);
    expect(await all(client.fineTuning.jobs.listEvents(id))).toHaveLength(2);
  });

  it("look at what was asked", async () => {
    await start();
    const { id, training_file: file } = await create(undefined, { suffix: "a" });
    await client.fineTuning.jobs.retrieve(id);
    expect(sandbox.requests("openai").map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/v1/files", undefined],
      ["POST", "/v1/fine_tuning/jobs", { model: "gpt-4o-mini", training_file: file, suffix: "a" }],
      ["GET", `/v1/fine_tuning/jobs/${id}`, undefined],
    ]);
    const [uploaded, created] = sandbox.requests("openai");
    expect(uploaded!.headers["content-type"]).toMatch(/^multipart\/form-data/);
    expect(created!.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": expect.stringContaining("OpenAI") as string,
    });
    expect(JSON.stringify(sandbox.requests())).not.toContain(sandbox.openai.apiKey);
    expect(sandbox.openai.files()[0]).toMatchObject({ id: file, filename: "rows.jsonl", content: jsonl(rows) });
  });

  it("meet it with faults", async () => {
    await start();
    const { id } = await create();
    sandbox.faults.inject({ service: "openai", path: id, status: 503, times: 2 });
    const patient = new OpenAI({ baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey, maxRetries: 2 });
    expect((await patient.fineTuning.jobs.retrieve(id)).id).toBe(id);
    expect(sandbox.faults.count).toBe(2);
  });
});
