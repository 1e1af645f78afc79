import { readFile } from "node:fs/promises";
import OpenAI, { BadRequestError, PermissionDeniedError, RateLimitError, toFile } from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { startSandbox, type OpenAISandboxOptions, type Sandbox } from "langsmith-finetune/sandbox";
import { arithmeticRows, jsonl, upload } from "./openai-helpers.js";

let sandbox: Sandbox;
let client: OpenAI;
let now = Date.UTC(2026, 10, 22);
afterEach(() => sandbox.close());

/** Jobs of ten seconds, on a clock that only the test moves. */
async function start(openai: OpenAISandboxOptions = {}): Promise<void> {
  now = Date.UTC(2026, 10, 22);
  sandbox = await startSandbox({ clock: { now: () => now }, openai: { jobSeconds: 10, ...openai } });
  client = new OpenAI({ baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey, maxRetries: 0 });
}
const rows = arithmeticRows();
const create = async (text = jsonl(rows), more: Partial<OpenAI.FineTuning.JobCreateParams> = {}) => {
  const file = await upload(client, text);
  return client.fineTuning.jobs.create({ model: "gpt-4o-mini", training_file: file.id, ...more });
};
const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
};

describe("files", () => {
  it("are stored, listed page by page, read back and deleted", async () => {
    await start();
    const files = [];
    for (let index = 0; index < 5; index++) files.push(await upload(client, `{"n":${index}}\n`, `rows-${index}.jsonl`));
    expect(files[0]).toMatchObject({ object: "file", bytes: 8, filename: "rows-0.jsonl", purpose: "fine-tune", status: "processed" });
    const listed = await all(client.files.list({ limit: 2, order: "asc", purpose: "fine-tune" }));
    expect(listed).toEqual(files);
    expect(await (await client.files.content(files[3]!.id)).text()).toBe('{"n":3}\n');
    expect(await client.files.delete(files[0]!.id)).toMatchObject({ deleted: true });
    await expect(client.files.retrieve(files[0]!.id)).rejects.toThrow("No such File object");
    expect(sandbox.openai.files().map(({ content }) => content)).toEqual(['{"n":1}\n', '{"n":2}\n', '{"n":3}\n', '{"n":4}\n']);
  });

  it("expire when their time has come", async () => {
    await start();
    const file = await client.files.create({
      file: await toFile(Buffer.from("{}\n"), "a.jsonl"),
      purpose: "fine-tune",
      expires_after: { anchor: "created_at", seconds: 3600 },
    });
    expect(file.expires_at).toBe(file.created_at + 3600);
    now += 3_601_000;
    await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404 });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["a name that does not end in .jsonl", () => upload(client, "{}\n", "rows.txt"), /Must be .jsonl/],
    ["an unknown purpose", async () => client.files.create({ file: await toFile(Buffer.from("{}"), "a.jsonl"), purpose: "fine-tunes" as never }), /is not one of/],
    ["an empty file", () => upload(client, ""), /File is empty/],
  ])("%s is refused", async (_what, call, words) => {
    await start();
    const error: unknown = await call().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(String(error)).toMatch(words);
  });
});

describe("a job", () => {
  it("goes through its statuses with time, and ends with a model that says what it is", async () => {
    await start();
    const job = await create(undefined, { suffix: "calculator", seed: 7, metadata: { key: "abc" } });
    expect(job).toMatchObject({
      object: "fine_tuning.job",
      status: "validating_files",
      model: "gpt-4o-mini-2024-07-18",
      fine_tuned_model: null,
      trained_tokens: null,
      finished_at: null,
      seed: 7,
      metadata: { key: "abc" },
    });
    const statuses = [job.status];
    for (let second = 0; second < 10; second++) {
      now += 1000;
      const { status, estimated_finish: finish } = await client.fineTuning.jobs.retrieve(job.id);
      statuses.push(status);
      if (status === "running") expect(finish).toBe(job.created_at + 10);
    }
    expect([...new Set(statuses)]).toEqual(["validating_files", "queued", "running", "succeeded"]);

    const done = await client.fineTuning.jobs.retrieve(job.id);
    expect(done.fine_tuned_model).toMatch(/^ft:gpt-4o-mini-2024-07-18:sandbox:calculator:stand-in-/);
    expect(done.trained_tokens).toBeGreaterThan(100);
    expect(done.finished_at).toBe(job.created_at + 10);
    expect(done.hyperparameters).toEqual({ n_epochs: 3, batch_size: 1, learning_rate_multiplier: 1.8 });
    expect(await client.models.retrieve(done.fine_tuned_model!)).toMatchObject({ id: done.fine_tuned_model });
    expect(await (await client.files.content(done.result_files[0]!)).text()).toMatch(/^step,total_steps,train_loss/);
  });

  it("tells what happens, newest first, with a loss that falls and says that it is made up", async () => {
    await start();
    const { id } = await create();
    now += 6500;
    const half = await all(client.fineTuning.jobs.listEvents(id, { limit: 7 }));
    now += 5000;
    const events = (await all(client.fineTuning.jobs.listEvents(id, { limit: 7 }))).reverse();
    expect(events.slice(0, half.length)).toEqual(half.reverse());
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    const messages = events.filter(({ type }) => type === "message").map(({ message }) => message);
    expect(messages).toEqual([
      `Created fine-tuning job: ${id}`,
      expect.stringMatching(/^Validating training file: file-/),
      "Files validated, moving job to queued state",
      "Fine-tuning job started",
      "Checkpoint created at step 20",
      "Checkpoint created at step 40",
      expect.stringMatching(/^New fine-tuned model created: ft:/),
      "The job has successfully completed",
    ]);
    const metrics = events.filter(({ type }) => type === "metrics");
    expect(metrics).toHaveLength(60);
    for (const { message } of metrics) expect(message).toContain("made up");
    const losses = metrics.map(({ data }) => (data as { train_loss: number }).train_loss);
    expect(metrics[0]!.data).toMatchObject({ step: 1, total_steps: 60 });
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
  });

  it("leaves a checkpoint for each of its last epochs, which can be called", async () => {
    await start({ jobSeconds: 0 });
    const { id } = await create();
    await client.fineTuning.jobs.retrieve(id);
    const checkpoints = await all(client.fineTuning.jobs.checkpoints.list(id, { limit: 2 }));
    expect(checkpoints.map(({ step_number: step }) => step)).toEqual([60, 40, 20]);
    expect(checkpoints[2]!.fine_tuned_model_checkpoint).toMatch(/:ckpt-step-20$/);
    expect(checkpoints[0]!.metrics.train_loss).toBeLessThan(checkpoints[2]!.metrics.train_loss!);
    const answer = await client.chat.completions.create({
      model: checkpoints[2]!.fine_tuned_model_checkpoint,
      messages: [{ role: "user", content: "Hello?" }],
    });
    expect(answer.choices[0]!.message.content).toContain("stand-in");
  });

  it("can be listed by its metadata, page by page, and cancelled", async () => {
    await start();
    const ids = [];
    for (let index = 0; index < 5; index++) ids.push((await create(undefined, { metadata: { batch: index < 3 ? "a" : "b", n: String(index) } })).id);
    expect((await all(client.fineTuning.jobs.list({ limit: 2 }))).map(({ id }) => id)).toEqual([...ids].reverse());
    expect((await all(client.fineTuning.jobs.list({ limit: 2, metadata: { batch: "a" } }))).map(({ id }) => id)).toEqual([ids[2], ids[1], ids[0]]);
    expect((await all(client.fineTuning.jobs.list({ metadata: { batch: "a", n: "4" } })))).toEqual([]);

    expect(await client.fineTuning.jobs.cancel(ids[0]!)).toMatchObject({ status: "cancelled", fine_tuned_model: null });
    await expect(client.fineTuning.jobs.cancel(ids[0]!)).rejects.toThrow("already completed");
    now += 20_000;
    expect(await client.fineTuning.jobs.retrieve(ids[0]!)).toMatchObject({ status: "cancelled" });
    await expect(client.fineTuning.jobs.retrieve("ftjob-none")).rejects.toMatchObject({ status: 404, code: "fine_tune_not_found" });
  });

  it("can be paused and resumed", async () => {
    await start();
    const { id } = await create();
    now += 4000;
    expect((await client.fineTuning.jobs.pause(id)).status).toBe("paused");
    now += 60_000;
    expect((await client.fineTuning.jobs.resume(id)).status).toBe("running");
    now += 5900;
    expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("running");
    now += 200;
    expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("succeeded");
  });
});

describe("a file that is wrong fails the job", () => {
  const faulty = (line: number, text: string) => jsonl(rows).split("\n").toSpliced(line - 1, 1, text).join("\n");
  it.each<[string, string, object]>([
    ["no JSON", faulty(3, "{oops"), { code: "invalid_training_file", message: /Line 3 is not a JSON dictionary/ }],
    ["no messages", faulty(5, '{"prompt":"a","completion":"b"}'), { code: "invalid_training_file", message: /Line 5 / }],
    ["an unknown role", faulty(2, '{"messages":[{"role":"human","content":"a"},{"role":"assistant","content":"b"}]}'), { message: /Line 2 .*role/ }],
    ["nothing to learn", faulty(4, '{"messages":[{"role":"user","content":"a"}]}'), { message: /Line 4 / }],
    ["blank lines counted", `\n\n${faulty(1, "[]")}`, { message: /Line 3 / }],
    ["fewer than ten rows", jsonl(rows.slice(0, 9)), { code: "invalid_n_examples", message: /has 9 example\(s\), but must have at least 10/ }],
  ])("%s", async (_what, text, { message, ...error }: { message?: RegExp; code?: string }) => {
    await start();
    const { id } = await create(text);
    now += 2000;
    const job = await client.fineTuning.jobs.retrieve(id);
    expect(job.status).toBe("failed");
    expect(job.error).toMatchObject({ param: "training_file", message: expect.stringMatching(message!) as string, ...error });
    const [last] = await all(client.fineTuning.jobs.listEvents(id));
    expect(last).toMatchObject({ level: "error", message: job.error!.message });
  });

  it("takes a byte order mark, CRLF and rows without definitions", async () => {
    await start({ jobSeconds: 0 });
    const bare = rows.map(({ messages }) => ({ messages }));
    const { id } = await create(`\uFEFF${jsonl(bare).replaceAll("\n", "\r\n")}`);
    expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("succeeded");
  });

  it("takes preference pairs for dpo, and only there", async () => {
    await start({ jobSeconds: 0 });
    const pairs = rows.map(({ messages, ...rest }) => ({
      input: { messages: messages.slice(0, -1), ...("tools" in rest ? { tools: rest.tools } : {}) },
      preferred_output: [{ role: "assistant", content: "5" }],
      non_preferred_output: [{ role: "assistant", content: "six" }],
    }));
    const right = await create(jsonl(pairs), { method: { type: "dpo" } });
    expect((await client.fineTuning.jobs.retrieve(right.id)).status).toBe("succeeded");
    const wrong = await create(jsonl(pairs));
    expect((await client.fineTuning.jobs.retrieve(wrong.id)).error).toMatchObject({ code: "invalid_training_file" });
  });
});

describe("no job is started", () => {
  it.each<[string, object, object]>([
    ["for a model that cannot be tuned", { model: "gpt-5" }, { code: "model_not_available", param: "model" }],
    ["for a file that is not there", { training_file: "file-none" }, { param: "training_file" }],
    ["with a suffix that is too long", { suffix: "x".repeat(65) }, { param: "suffix" }],
    ["with metadata that is no text", { metadata: { n: 1 } }, { code: "invalid_type" }],
    ["with epochs below one", { method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 0 } } } }, { code: "invalid_type" }],
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
    now += 1e9;
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

  it("fail it, cancel it elsewhere, and show a status that nobody knows", async () => {
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
    now += 60_000;
    expect((await client.fineTuning.jobs.retrieve(held.id)).status).toBe("moving_to_mars");
    sandbox.openai.holdJob(held.id, undefined);
    now += 10_000;
    expect((await client.fineTuning.jobs.retrieve(held.id)).status).toBe("succeeded");
    expect(() => sandbox.openai.advanceJob("ftjob-none")).toThrow("has no job");
  });

  it("take its file away", async () => {
    await start();
    const { id, training_file: file } = await create();
    sandbox.openai.expireFile(file);
    now += 2000;
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
    expect(created!.headers).toMatchObject({ "content-type": "application/json", "user-agent": expect.stringContaining("OpenAI") as string });
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

const shared = new URL("../../../shared/rows/valid/real_drone_001_060.jsonl", import.meta.url);
const drone = await readFile(shared, "utf8").catch(() => undefined);
it.skipIf(drone === undefined)("takes a real file of another author", async () => {
  await start({ jobSeconds: 0 });
  const { id } = await create(drone);
  expect(await client.fineTuning.jobs.retrieve(id)).toMatchObject({ status: "succeeded" });
});
