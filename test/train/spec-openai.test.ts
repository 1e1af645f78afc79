import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chatModel, fineTune, startFineTune, type FineTuneProgress, type PreferenceExample } from "langsmith-finetune";
import { openAI, type OpenAIOptions } from "langsmith-finetune/backends/openai";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { contractRows as rows } from "./backend-contract.js";
import { startOpenAIFake, type OpenAIFake } from "./fakes/openai-fake.js";
import { type Schemas, specPath, type SpecProxy, startSpecProxy } from "./spec-proxy.js";

const spec = specPath("openai.yaml");
/**
 * Where the API answers with nothing and the description demands something: the ids of an empty list,
 * a file without an end or a fault, the data of an event without any, and the error of a job without one, all of whose fields are null.
 */
function allowNulls(schemas: Schemas): void {
  const allow = (schema: string, field: string, nothing: object = { type: "null" }) => {
    const properties = schemas[schema]!.properties;
    properties[field] = { anyOf: [properties[field], nothing] };
  };
  allow("FineTuningJobEvent", "data");
  allow("FineTuningJob", "error", { type: "object", additionalProperties: { type: "null" } });
  for (const field of ["first_id", "last_id"]) allow("ListFilesResponse", field);
  for (const field of ["expires_at", "status_details"]) allow("OpenAIFile", field);
}

const PATHS = /^\/(files|fine_tuning\/jobs|chat\/completions)/;

describe.skipIf(spec === undefined)("the OpenAI backend and OpenAI's own description of its API", () => {
  let fake: OpenAIFake;
  let sandbox: Sandbox;
  let beforeFake: SpecProxy;
  let beforeSandbox: SpecProxy;

  beforeAll(async () => {
    fake = await startOpenAIFake();
    sandbox = await startSandbox({ openai: { jobSeconds: 0.5 } });
    [beforeFake, beforeSandbox] = await Promise.all([
      startSpecProxy(spec ?? "", `${fake.url}/v1`, { paths: PATHS, mend: allowNulls }),
      startSpecProxy(spec ?? "", sandbox.openai.url, { paths: PATHS, mend: allowNulls }),
    ]);
  }, 90_000);
  afterEach(() => expect(violations.splice(0)).toEqual([]));
  afterAll(async () => {
    await Promise.all([beforeFake?.close(), beforeSandbox?.close()]);
    await Promise.all([fake?.close(), sandbox?.close()]);
  });

  const violations: unknown[] = [];
  const recordingFetch: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    if (response.headers.get("content-type")?.includes("problem+json")) violations.push(await response.clone().json());
    return response;
  };
  const backend = (proxy: SpecProxy, options: Partial<OpenAIOptions> = {}) =>
    openAI({
      model: "gpt-4o-mini-2024-07-18",
      baseURL: proxy.url,
      apiKey: sandbox.openai.apiKey,
      fetch: recordingFetch,
      ...options,
    });

  it("agree on every request and answer of a supervised job, its events, checkpoints and cancellation", async () => {
    fake.script = ["queued", "running", "succeeded"];
    const job = await startFineTune({
      examples: rows,
      validation: rows.slice(0, 2),
      backend: backend(beforeFake, {
        batchSize: "auto",
        learningRateMultiplier: 0.5,
        hyperparameters: { n_epochs: 3 },
        integrations: [{ type: "wandb", wandb: { project: "p" } }],
      }),
      suffix: "spec",
      seed: 1,
      metadata: { team: "support" },
      pollInterval: 5,
    });
    fake.addEvents(job.reference.id, 3);
    fake.addEvents(job.reference.id, 2, true);
    expect(await job.wait()).toMatchObject({ job: job.reference.id });
    expect(fake.bodies.at(-1)).toMatchObject({ method: { type: "supervised" } });
    expect(await job.checkpoints()).toHaveLength(2);

    const second = await startFineTune({ examples: rows, backend: backend(beforeFake), reuse: false, pollInterval: 5 });
    const cancelling = second.cancel();
    fake.setStatus(second.reference.id, "cancelled");
    expect(await cancelling).toMatchObject({ status: "cancelled" });
  });

  it("agree on jobs on preference pairs and by a grader", async () => {
    const earlier = fake.bodies.length;
    const pairs: PreferenceExample[] = rows.map(({ messages }) => ({
      input: { messages: messages.slice(0, 2) },
      preferred_output: [{ role: "assistant", content: "yes" }],
      non_preferred_output: [{ role: "assistant", content: "no" }],
    }));
    await startFineTune({
      examples: pairs,
      backend: backend(beforeFake, { beta: 0.1, hyperparameters: { n_epochs: 1 } }),
    });
    const grader = {
      type: "string_check",
      name: "exact",
      input: "{{sample.output_text}}",
      reference: "{{item.answer}}",
      operation: "eq",
    };
    const prompts = rows.map(({ messages }) => ({ messages: messages.slice(0, 2), answer: "City" }));
    const options = { grader, reasoningEffort: "low" as const, evalInterval: 1 };
    await startFineTune({ examples: prompts, method: "reinforcement", backend: backend(beforeFake, options) });
    expect(fake.bodies.slice(earlier).map(({ method }) => (method as { type?: string } | undefined)?.type)).toEqual([
      "dpo",
      "reinforcement",
    ]);
  });

  it("agree on what the stand-in of the sandbox answers, to the tuned model's own answer", async () => {
    const progress: FineTuneProgress[] = [];
    const tuned = await fineTune({
      examples: rows,
      backend: backend(beforeSandbox),
      pollInterval: 50,
      onProgress: (one) => progress.push(one),
    });
    expect(progress.some(({ type }) => type === "metrics")).toBe(true);
    const model = await chatModel(tuned, { apiKey: sandbox.openai.apiKey });
    expect(
      (
        await model.invoke([
          ["system", "Answer in one word."],
          ["user", "What is the capital of country 3?"],
        ])
      ).content,
    ).toBe("City3");
  });

  it("would disagree aloud: a bad request is 422, and a bad answer is an error", async () => {
    const bad = await fetch(`${beforeFake.url}/fine_tuning/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer x" },
      body: JSON.stringify({ model: "m" }),
    });
    expect(bad.status).toBe(422);
    const job = await startFineTune({ examples: rows, backend: backend(beforeFake), reuse: false });
    const bare = fake.jobs.at(-1)!;
    const { created_at: time } = bare;
    bare.created_at = "yesterday" as unknown as number;
    await expect(job.status()).rejects.toThrow(/not valid/);
    bare.created_at = time;
    expect(JSON.stringify(violations.splice(0))).toContain("created_at");
  });
});
