import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  EmptyDatasetError,
  InvalidExamplesError,
  InvalidOptionError,
  ServiceError,
  fineTune,
  startFineTune,
  withSource,
  type FineTuneBackend,
  type FineTuneProgress,
  type PreferenceExample,
  type TrainingExample,
  type TrainingRow,
} from "langsmith-finetune";
import { openAI, type OpenAIOptions } from "langsmith-finetune/backends/openai";
import { contractRows as rows } from "./backend-contract.js";
import { startOpenAIFake, type OpenAIFake } from "./fakes/openai-fake.js";

let fake: OpenAIFake;
let directory: string;

beforeEach(async () => {
  fake = await startOpenAIFake();
  directory = await mkdtemp(join(tmpdir(), "fine-tune-test-"));
});
afterEach(async () => {
  await fake.close();
  await rm(directory, { recursive: true, force: true });
});

const openAIBackend = (options: Partial<OpenAIOptions> = {}): FineTuneBackend =>
  openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: "sk-test", ...options });
const base = () => ({ examples: rows, backend: openAIBackend(), directory, pollInterval: 5 });
const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

const pair: PreferenceExample = {
  input: { messages: [{ role: "user", content: "Hi?" }] },
  preferred_output: [{ role: "assistant", content: "Hello." }],
  non_preferred_output: [{ role: "assistant", content: "What." }],
};

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
    expect(progress.flatMap((one) => (one.type === "status" ? [one.rawStatus] : [one.type]))).toEqual([
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
    await startFineTune({ ...base(), epochs: 3, backend: openAIBackend({ hyperparameters: { n_epochs: 9, batch_size: 4 }, integrations: [{ type: "wandb" }] }) });
    expect(fake.bodies[1]).toMatchObject({
      method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 3, batch_size: 4 } } },
      integrations: [{ type: "wandb" }],
    });
  });

  it("tells preference pairs by their shape and trains on them by DPO", async () => {
    const pairs = Array.from({ length: 10 }, () => pair);
    const job = await startFineTune({ ...base(), examples: pairs, backend: openAIBackend({ hyperparameters: { beta: 0.2 } }) });
    expect(job.reference.method).toBe("preference");
    expect(fake.bodies[0]).toMatchObject({ method: { type: "dpo", dpo: { hyperparameters: { beta: 0.2 } } } });
  });

  it("trains by a grader, on rows that end with the user's message", async () => {
    const grader = { type: "string_check", name: "exact", input: "{{sample.output_text}}", reference: "{{item.answer}}", operation: "eq" };
    const examples = rows.map(({ messages }) => ({ messages: messages.slice(0, 2), answer: "City" }));
    const options = { ...base(), examples, method: "reinforcement" as const, backend: openAIBackend({ grader }) };
    await startFineTune(options);
    expect(fake.bodies[0]).toMatchObject({ method: { type: "reinforcement", reinforcement: { grader } } });
    expect([...fake.files.values()][0]?.content).toContain('"answer":"City"');

    const error = await failureOf(startFineTune({ ...options, examples: rows }));
    expect(InvalidExamplesError.isInstance(error) && error.findings[0]).toMatchObject({ line: 1, code: "prompt-end", path: "$.messages[2]" });
    expect(InvalidOptionError.isInstance(await failureOf(startFineTune({ ...options, backend: openAIBackend() })))).toBe(true);
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

describe("what is refused before anything is sent", () => {
  afterEach(() => expect(fake.requests).toEqual([]));

  it("no rows", async () => {
    const error = await failureOf(fineTune({ ...base(), examples: [] }));
    expect(EmptyDatasetError.isInstance(error)).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });

  it("too few rows", async () => {
    const error = await failureOf(fineTune({ ...base(), examples: rows.slice(0, 9) }));
    expect(InvalidExamplesError.isInstance(error) && error.findings).toMatchObject([{ line: 0, code: "rows-too-few" }]);
    expect((error as Error).message).toMatch(/9 rows.*10/);
  });

  it("bad rows, which are all named, with the run they came from", async () => {
    const bad = (content: string) => withSource({ messages: [{ role: "user", content }] } as TrainingExample, { runId: `run-${content}` });
    const error = await failureOf(fineTune({ ...base(), examples: [...rows, bad("a"), ...rows, bad("b")] }));
    expect(InvalidExamplesError.isInstance(error) && error.findings.map(({ line, source }) => [line, source?.runId])).toEqual([
      [13, "run-a"],
      [26, "run-b"],
    ]);
    expect((error as Error).message).toMatch(/row 13 \(run run-a\).*row 26 \(run run-b\)/);
  });

  it("what the backend's rules refuse: tools, pairs", async () => {
    const backend = openAIBackend();
    const withoutTools: FineTuneBackend = { ...backend, rules: { ...backend.rules, name: "Toolless", tools: false, preference: false } };
    const tools = [{ type: "function" as const, function: { name: "f", parameters: { type: "object", properties: {} } } }];
    const error = await failureOf(fineTune({ ...base(), backend: withoutTools, examples: rows.map((row, index) => (index === 4 ? { ...row, tools } : row)) }));
    expect(InvalidExamplesError.isInstance(error) && error.findings[0]).toMatchObject({ line: 5, path: "$.tools" });
    expect((error as Error).message).toContain("Toolless");
    const pairs = Array.from({ length: 10 }, () => pair);
    expect(InvalidExamplesError.isInstance(await failureOf(fineTune({ ...base(), backend: withoutTools, examples: pairs })))).toBe(true);
  });

  it("a file that is too large", async () => {
    const backend = openAIBackend();
    const error = await failureOf(fineTune({ ...base(), backend: { ...backend, rules: { ...backend.rules, maximumBytes: 100 } } }));
    expect(InvalidExamplesError.isInstance(error) && error.findings).toMatchObject([{ line: 0, code: "file-too-large" }]);
  });

  it.each([
    ["suffix", { suffix: "x".repeat(65) }],
    ["seed", { seed: 1.5 }],
    ["epochs", { epochs: 0 }],
    ["deadline", { deadline: -1 }],
    ["method", { method: "reinforcement" as const }],
  ])("a bad %s", async (option, bad) => {
    const error = await failureOf(fineTune({ ...base(), ...bad }));
    expect(InvalidOptionError.isInstance(error) && error.option).toBe(option);
  });

  it.each(["seed", "suffix", "epochs", "validationFile"] as const)("an option that the backend does not understand (%s)", async (capability) => {
    const backend = openAIBackend();
    const without = { ...backend, capabilities: { ...backend.capabilities, [capability]: false } };
    const options = { ...base(), backend: without, seed: 1, suffix: "s", epochs: 1, validation: rows };
    const error = await failureOf(fineTune(options));
    expect(InvalidOptionError.isInstance(error) && error.option).toBe(capability === "validationFile" ? "validation" : capability);
  });

  it("a signal that has aborted", async () => {
    const reason = new Error("never mind");
    await expect(fineTune({ ...base(), signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await readdir(directory)).toEqual([]);
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
    await startFineTune({ ...base(), backend: openAIBackend({ hyperparameters: { batch_size: 1, beta: 2 } }) });
    await startFineTune({ ...base(), backend: openAIBackend({ hyperparameters: { beta: 2, batch_size: 1 } }) });
    expect(fake.jobs).toHaveLength(1);
    await startFineTune({ ...base(), backend: openAIBackend({ hyperparameters: { batch_size: 2, beta: 2 } }) });
    expect(fake.jobs).toHaveLength(2);
  });

  it.each(["failed", "cancelled"])("starts another after one that %s", async (status) => {
    const { reference } = await startFineTune(base());
    fake.setStatus(reference.id, status);
    await startFineTune(base());
    expect(fake.jobs).toHaveLength(2);
    expect(fake.files.size).toBe(1);
  });

  it.each([{ drop: "after" }, { drop: "before" }, { status: 503 }] as const)("makes one job although the creation fails with %j", async (fault) => {
    fake.fault({ ...fault, method: "POST", path: /fine_tuning\/jobs$/ });
    const job = await startFineTune(base());
    expect(fake.jobs.map(({ id }) => id)).toEqual([job.reference.id]);
  });

  it("waits for as long as Retry-After says and then creates it", async () => {
    fake.fault({ status: 429, headers: { "retry-after": "0.2" }, method: "POST", path: /fine_tuning\/jobs$/ });
    const started = performance.now();
    await startFineTune(base());
    expect(performance.now() - started).toBeGreaterThan(190);
    expect(fake.jobs).toHaveLength(1);
  });

  it("does not try again what the provider refuses", async () => {
    fake.fault({ status: 400, body: { error: { message: "Invalid model", code: "model_not_found", param: "model", type: "invalid_request_error" } }, method: "POST", path: /fine_tuning\/jobs$/ });
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
