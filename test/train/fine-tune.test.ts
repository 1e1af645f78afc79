import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  fineTune,
  InvalidExamplesError,
  InvalidOptionError,
  ServiceError,
  startFineTune,
  type FineTuneProgress,
  type TrainingRow,
} from "langsmith-finetune";
import { contractRows as rows } from "./backend-contract.js";
import { base, directory, failureOf, fake, openAIBackend, pair, setUp } from "./fine-tune-setup.js";

setUp();

describe("fineTune", () => {
  it("uploads exactly the rows, follows the job and returns the model", async () => {
    fake.script = ["queued", "running", "running", "succeeded"];
    const progress: FineTuneProgress[] = [];
    const tuned = await fineTune({ ...base(), suffix: "capitals", onProgress: (one) => progress.push(one) });

    const content = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const sha256 = createHash("sha256").update(content).digest("hex");
    const [file] = [...fake.files.values()];
    expect(file).toMatchObject({ content, filename: `capitals-${sha256.slice(0, 8)}.jsonl` });
    expect(tuned).toEqual({
      model: "ft:gpt-4o-mini-2024-07-18:org::ftjob-1",
      backend: "openai",
      job: "ftjob-1",
      baseModel: "gpt-4o-mini-2024-07-18",
      method: "supervised",
      trainedTokens: 1_234,
      finishedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      dataset: { rows: rows.length, sha256 },
      inference: {
        package: "@langchain/openai",
        class: "ChatOpenAI",
        fields: { model: "ft:gpt-4o-mini-2024-07-18:org::ftjob-1", configuration: { baseURL: `${fake.url}/v1` } },
        apiKey: { field: "apiKey", variable: "OPENAI_API_KEY" },
      },
    });
    // How often a state is polled while it lasts is a matter of the machine's speed.
    const told = progress.filter(({ type }) => type !== "waiting");
    expect(told.flatMap((one) => (one.type === "status" ? [one.rawStatus] : [one.type]))).toEqual([
      "prepared",
      "uploading",
      "uploaded",
      "created",
      "queued",
      "running",
      "succeeded",
      "finished",
    ]);
    expect(await readdir(directory)).toEqual([]);
  });

  it("says nothing of a method where all is the default, and everything where it is not", async () => {
    await startFineTune({ ...base(), seed: 7, metadata: { team: "support" } });
    expect(fake.bodies[0]).toEqual({
      model: "gpt-4o-mini-2024-07-18",
      training_file: "file-1",
      seed: 7,
      metadata: { team: "support", langsmith_finetune_key: expect.stringMatching(/^[0-9a-f]{40}$/) as string },
    });
    await startFineTune({
      ...base(),
      epochs: 3,
      backend: openAIBackend({ batchSize: 4, hyperparameters: { n_epochs: 9 }, integrations: [{ type: "wandb" }] }),
    });
    expect(fake.bodies[1]).toMatchObject({
      method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 3, batch_size: 4 } } },
      integrations: [{ type: "wandb" }],
    });
  });

  it("tells preference pairs by their shape and trains on them by DPO", async () => {
    const pairs = Array.from({ length: 10 }, () => pair);
    const job = await startFineTune({
      ...base(),
      examples: pairs,
      backend: openAIBackend({ beta: 0.2 }),
    });
    expect(job.reference.method).toBe("preference");
    expect(fake.bodies[0]).toMatchObject({ method: { type: "dpo", dpo: { hyperparameters: { beta: 0.2 } } } });
  });

  it("trains by a grader, on rows that end with the user's message", async () => {
    const grader = {
      type: "string_check",
      name: "exact",
      input: "{{sample.output_text}}",
      reference: "{{item.answer}}",
      operation: "eq",
    };
    const examples = rows.map(({ messages }) => ({ messages: messages.slice(0, 2), answer: "City" }));
    const options = { ...base(), examples, method: "reinforcement" as const, backend: openAIBackend({ grader }) };
    await startFineTune(options);
    expect(fake.bodies[0]).toMatchObject({ method: { type: "reinforcement", reinforcement: { grader } } });
    expect([...fake.files.values()][0]?.content).toContain('"answer":"City"');

    const error = await failureOf(startFineTune({ ...options, examples: rows }));
    expect(InvalidExamplesError.isInstance(error) && error.findings[0]).toMatchObject({
      line: 1,
      code: "prompt-end",
      path: "$.messages[2]",
    });
    expect(
      InvalidOptionError.isInstance(await failureOf(startFineTune({ ...options, backend: openAIBackend() }))),
    ).toBe(true);
  });

  it("uploads validation rows beside the training rows, and takes none for none", async () => {
    await startFineTune({ ...base(), validation: rows.slice(0, 2) });
    expect(fake.bodies[0]).toMatchObject({ training_file: "file-1", validation_file: "file-2" });
    await startFineTune({ ...base(), validation: [] });
    expect(fake.bodies[1]).not.toHaveProperty("validation_file");
  });

  it("reads its rows once, one at a time, and closes the source on a failure", async () => {
    let open = 0;
    let read = 0;
    async function* source(): AsyncGenerator<TrainingRow> {
      open += 1;
      try {
        for (const row of rows) {
          read += 1;
          yield row;
        }
        throw new Error("the source broke");
      } finally {
        open -= 1;
      }
    }
    await expect(fineTune({ ...base(), examples: source() })).rejects.toThrow("the source broke");
    expect({ open, read }).toEqual({ open: 0, read: rows.length });
    expect(await readdir(directory)).toEqual([]);
    expect(fake.requests).toEqual([]);
  });

  it("awaits its listener, so that a reference can be stored before the work goes on", async () => {
    const order: string[] = [];
    await startFineTune({
      ...base(),
      onProgress: async ({ type }) => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${type} after ${fake.requests.filter(({ method }) => method === "POST").length}`);
      },
    });
    expect(order).toEqual(["prepared after 0", "uploading after 0", "uploaded after 1", "created after 2"]);
  });
});

describe("one job for the same work", () => {
  it("takes up a job that runs, without a second upload", async () => {
    const first = await startFineTune(base());
    const progress: FineTuneProgress[] = [];
    const second = await startFineTune({ ...base(), onProgress: (one) => progress.push(one) });
    expect(second.reference).toMatchObject({ id: first.reference.id, key: first.reference.key });
    expect(progress.at(-1)).toMatchObject({ type: "created", found: true });
    expect({ jobs: fake.jobs.length, files: fake.files.size }).toEqual({ jobs: 1, files: 1 });
  });

  it.each([
    ["other rows", { examples: [...rows].reverse() }],
    ["another seed", { seed: 5 }],
    ["another suffix", { suffix: "other" }],
    ["validation rows", { validation: rows }],
    ["reuse: false", { reuse: false }],
  ])("starts another for %s", async (_name, change) => {
    await startFineTune(base());
    await startFineTune({ ...base(), ...change });
    expect(fake.jobs).toHaveLength(2);
  });

  it("starts another for other hyperparameters, whatever the order they are written in", async () => {
    await startFineTune({ ...base(), backend: openAIBackend({ batchSize: 1, beta: 2 }) });
    await startFineTune({ ...base(), backend: openAIBackend({ beta: 2, batchSize: 1 }) });
    expect(fake.jobs).toHaveLength(1);
    await startFineTune({ ...base(), backend: openAIBackend({ batchSize: 2, beta: 2 }) });
    expect(fake.jobs).toHaveLength(2);
  });

  it.each(["failed", "cancelled"])("starts another after one that %s", async (status) => {
    const { reference } = await startFineTune(base());
    fake.setStatus(reference.id, status);
    await startFineTune(base());
    expect(fake.jobs).toHaveLength(2);
    expect(fake.files.size).toBe(1);
  });

  it.each([{ drop: "after" }, { drop: "before" }, { status: 503 }] as const)(
    "makes one job although the creation fails with %j",
    async (fault) => {
      fake.fault({ ...fault, method: "POST", path: /fine_tuning\/jobs$/ });
      const job = await startFineTune(base());
      expect(fake.jobs.map(({ id }) => id)).toEqual([job.reference.id]);
    },
  );

  it("waits for as long as Retry-After says and then creates it", async () => {
    fake.fault({ status: 429, headers: { "retry-after": "0.2" }, method: "POST", path: /fine_tuning\/jobs$/ });
    const started = performance.now();
    await startFineTune(base());
    expect(performance.now() - started).toBeGreaterThan(190);
    expect(fake.jobs).toHaveLength(1);
  });

  it("does not try again what the provider refuses", async () => {
    fake.fault({
      status: 400,
      body: {
        error: { message: "Invalid model", code: "model_not_found", param: "model", type: "invalid_request_error" },
      },
      method: "POST",
      path: /fine_tuning\/jobs$/,
    });
    const error = await failureOf(startFineTune(base()));
    expect(ServiceError.isInstance(error) && error).toMatchObject({
      code: "invalid-request",
      status: 400,
      details: { message: "Invalid model", code: "model_not_found", param: "model" },
      request: `POST ${fake.url}/v1/fine_tuning/jobs`,
    });
    expect(fake.jobs).toHaveLength(0);
    expect(await readdir(directory)).toEqual([]);
  });

  it("sends a file again that is gone or about to expire", async () => {
    const { reference } = await startFineTune(base());
    fake.setStatus(reference.id, "failed");
    for (const file of fake.files.values()) file.expires_at = Math.floor(Date.now() / 1_000) + 60;
    await startFineTune(base());
    expect(fake.files.size).toBe(2);
  });
});
