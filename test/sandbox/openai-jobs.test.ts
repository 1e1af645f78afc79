import { readFile } from "node:fs/promises";
import { BadRequestError, toFile } from "openai";
import { describe, expect, it } from "vitest";
import { jsonl, upload } from "./openai-helpers.js";
import { all, client, create, pass, rows, sandbox, setUp, start } from "./openai-jobs-setup.js";

setUp();

describe("files", () => {
  it("are stored, listed page by page, read back and deleted", async () => {
    await start();
    const files = [];
    for (let index = 0; index < 5; index++) files.push(await upload(client, `{"n":${index}}\n`, `rows-${index}.jsonl`));
    expect(files[0]).toMatchObject({
      object: "file",
      bytes: 8,
      filename: "rows-0.jsonl",
      purpose: "fine-tune",
      status: "processed",
    });
    const listed = await all(client.files.list({ limit: 2, order: "asc", purpose: "fine-tune" }));
    expect(listed).toEqual(files);
    expect(await (await client.files.content(files[3]!.id)).text()).toBe('{"n":3}\n');
    expect(await client.files.delete(files[0]!.id)).toMatchObject({ deleted: true });
    await expect(client.files.retrieve(files[0]!.id)).rejects.toThrow("No such File object");
    expect(sandbox.openai.files().map(({ content }) => content)).toEqual([
      '{"n":1}\n',
      '{"n":2}\n',
      '{"n":3}\n',
      '{"n":4}\n',
    ]);
  });

  it("expire when their time has come", async () => {
    await start();
    const file = await client.files.create({
      file: await toFile(Buffer.from("{}\n"), "a.jsonl"),
      purpose: "fine-tune",
      expires_after: { anchor: "created_at", seconds: 3600 },
    });
    expect(file.expires_at).toBe(file.created_at + 3600);
    pass(3_601_000);
    await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404 });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["a name that does not end in .jsonl", () => upload(client, "{}\n", "rows.txt"), /Must be .jsonl/],
    [
      "an unknown purpose",
      async () =>
        client.files.create({ file: await toFile(Buffer.from("{}"), "a.jsonl"), purpose: "fine-tunes" as never }),
      /is not one of/,
    ],
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
      pass(1000);
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
    pass(6500);
    const half = await all(client.fineTuning.jobs.listEvents(id, { limit: 7 }));
    pass(5000);
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
    for (let index = 0; index < 5; index++)
      ids.push((await create(undefined, { metadata: { batch: index < 3 ? "a" : "b", n: String(index) } })).id);
    expect((await all(client.fineTuning.jobs.list({ limit: 2 }))).map(({ id }) => id)).toEqual([...ids].reverse());
    expect(
      (await all(client.fineTuning.jobs.list({ limit: 2, metadata: { batch: "a" } }))).map(({ id }) => id),
    ).toEqual([ids[2], ids[1], ids[0]]);
    expect(await all(client.fineTuning.jobs.list({ metadata: { batch: "a", n: "4" } }))).toEqual([]);

    expect(await client.fineTuning.jobs.cancel(ids[0]!)).toMatchObject({ status: "cancelled", fine_tuned_model: null });
    await expect(client.fineTuning.jobs.cancel(ids[0]!)).rejects.toThrow("already completed");
    pass(20_000);
    expect(await client.fineTuning.jobs.retrieve(ids[0]!)).toMatchObject({ status: "cancelled" });
    await expect(client.fineTuning.jobs.retrieve("ftjob-none")).rejects.toMatchObject({
      status: 404,
      code: "fine_tune_not_found",
    });
  });

  it("can be paused and resumed", async () => {
    await start();
    const { id } = await create();
    pass(4000);
    expect((await client.fineTuning.jobs.pause(id)).status).toBe("paused");
    pass(60_000);
    expect((await client.fineTuning.jobs.resume(id)).status).toBe("running");
    pass(5900);
    expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("running");
    pass(200);
    expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("succeeded");
  });
});

describe("a file that is wrong fails the job", () => {
  const faulty = (line: number, text: string) =>
    jsonl(rows)
      .split("\n")
      .toSpliced(line - 1, 1, text)
      .join("\n");
  it.each<[string, string, object]>([
    ["no JSON", faulty(3, "{oops"), { code: "invalid_training_file", message: /Line 3 is not a JSON dictionary/ }],
    [
      "no messages",
      faulty(5, '{"prompt":"a","completion":"b"}'),
      { code: "invalid_training_file", message: /Line 5 / },
    ],
    [
      "an unknown role",
      faulty(2, '{"messages":[{"role":"human","content":"a"},{"role":"assistant","content":"b"}]}'),
      { message: /Line 2 .*role/ },
    ],
    ["nothing to learn", faulty(4, '{"messages":[{"role":"user","content":"a"}]}'), { message: /Line 4 / }],
    ["blank lines counted", `\n\n${faulty(1, "[]")}`, { message: /Line 3 / }],
    [
      "fewer than ten rows",
      jsonl(rows.slice(0, 9)),
      { code: "invalid_n_examples", message: /has 9 example\(s\), but must have at least 10/ },
    ],
  ])("%s", async (_what, text, { message, ...error }: { message?: RegExp; code?: string }) => {
    await start();
    const { id } = await create(text);
    pass(2000);
    const job = await client.fineTuning.jobs.retrieve(id);
    expect(job.status).toBe("failed");
    expect(job.error).toMatchObject({
      param: "training_file",
      message: expect.stringMatching(message!) as string,
      ...error,
    });
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

const shared = new URL("../../../shared/rows/valid/real_drone_001_060.jsonl", import.meta.url);
const drone = await readFile(shared, "utf8").catch(() => undefined);
it.skipIf(drone === undefined)("takes a real file of another author", async () => {
  await start({ jobSeconds: 0 });
  const { id } = await create(drone);
  expect(await client.fineTuning.jobs.retrieve(id)).toMatchObject({ status: "succeeded" });
});
