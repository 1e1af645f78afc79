import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  chatModel,
  CostLimitError,
  EmptyDatasetError,
  estimateSweep,
  InvalidOptionError,
  sweep,
  type Checkpoint,
  type FineTuneBackend,
  type FineTuneProgress,
  type SweepOptions,
} from "langsmith-finetune";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { openAI, type OpenAIOptions } from "langsmith-finetune/backends/openai";
import { together } from "langsmith-finetune/backends/together";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contractRows } from "../train/backend-contract.js";

let sandbox: Sandbox;
let directory: string;
beforeEach(async () => {
  sandbox = await startSandbox({ openai: { jobSeconds: 0.02 } });
  directory = await mkdtemp(join(tmpdir(), "sweep-"));
});
afterEach(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

const model = "gpt-4o-mini-2024-07-18";
const tuning = (options: Partial<OpenAIOptions> = {}): FineTuneBackend =>
  openAI({ model, baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey, ...options });
/** Trains, and gives the base model in the place of the tuned one. */
const learningNothing = (): FineTuneBackend => {
  const backend = tuning({ learningRateMultiplier: 0.1 });
  return {
    ...backend,
    async result(...args) {
      const parts = await backend.result(...args);
      const { inference } = parts;
      return {
        ...parts,
        model,
        ...(inference && { inference: { ...inference, fields: { ...inference.fields, model } } }),
      };
    },
  };
};
const chat = () => ({ apiKey: sandbox.openai.apiKey, fields: { temperature: 0, maxRetries: 0 } });
const base = (): Pick<SweepOptions, "examples" | "validation" | "directory" | "pollInterval" | "personalData"> => ({
  examples: contractRows,
  validation: contractRows.slice(0, 3),
  directory,
  pollInterval: 5,
  personalData: "ignore",
});
const priced = { model, perMillionTokens: 1_000_000, date: "2026-11-29", source: "a test" };
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("sweep", () => {
  it("ranks the models by their answers, with what each cost, and says of a failed job why", async () => {
    const progress: [string, FineTuneProgress["type"]][] = [];
    const broken: FineTuneBackend = {
      ...tuning({ learningRateMultiplier: 3 }),
      start: () => Promise.reject(new Error("no quota")),
    };
    const result = await sweep({
      ...base(),
      prices: [priced],
      // Rows that can be read once.
      examples: (function* () {
        yield* contractRows;
      })(),
      jobs: {
        nothing: { backend: learningNothing(), epochs: 1, chat: chat() },
        broken: { backend: broken, epochs: 1, chat: chat() },
        good: { backend: tuning(), epochs: 2, chat: chat() },
      },
      onProgress: ({ type }, job) => void progress.push([job, type]),
    });
    expect(result.ranking.map(({ rank, name }) => [rank, name])).toEqual([
      [1, "good"],
      [2, "nothing"],
    ]);
    const [good, nothing] = result.ranking;
    expect(good?.score).toBeGreaterThan(nothing?.score ?? 1);
    expect(good?.tuned.model).toMatch(/^ft:/);
    expect(good?.cost).toBeGreaterThan(0);
    expect(good?.seconds).toBeGreaterThanOrEqual(0);
    expect(result.failures).toEqual([{ name: "broken", step: "train", error: { name: "Error", message: "no quota" } }]);
    expect(result.pairs).toMatchObject([{ base: "good", candidate: "nothing" }]);
    expect(result.verdict.join("\n")).toMatch(
      /^1\. good: mean score .*\n2\. nothing: .*\nbroken failed \(train\): no quota/,
    );
    expect(progress).toContainEqual(["good", "finished"]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("goes on with the jobs of a call that was aborted", async () => {
    const controller = new AbortController();
    const jobs = {
      one: { backend: tuning(), epochs: 1, chat: chat() },
      two: { backend: tuning({ learningRateMultiplier: 2 }), epochs: 1, chat: chat() },
    };
    let created = 0;
    const error = await failureOf(
      sweep({
        ...base(),
        jobs,
        signal: controller.signal,
        onProgress: ({ type }) => {
          if (type === "created") created += 1;
          if (created === 2) controller.abort(new Error("enough"));
        },
      }),
    );
    expect(error).toMatchObject({ message: "enough" });
    expect(sandbox.openai.jobs()).toHaveLength(2);
    const { ranking } = await sweep({ ...base(), jobs });
    expect(sandbox.openai.jobs()).toHaveLength(2);
    expect(ranking.map(({ name }) => name).sort()).toEqual(["one", "two"]);
  });

  it("runs no more jobs at a time than it may", async () => {
    let running = 0;
    let most = 0;
    const counted = (seed: number) => {
      const backend = tuning();
      return {
        seed,
        epochs: 1,
        chat: chat(),
        backend: {
          ...backend,
          async upload(...args) {
            running += 1;
            most = Math.max(most, running);
            return backend.upload(...args);
          },
          async result(...args) {
            running -= 1;
            return backend.result(...args);
          },
        } satisfies FineTuneBackend,
      };
    };
    await sweep({
      ...base(),
      validation: [],
      jobs: { a: counted(1), b: counted(2), c: counted(3) },
      concurrency: 1,
    }).catch(() => undefined);
    expect(most).toBe(1);
  });

  it("ranks by the validation loss of the best checkpoint, with ties to the cheaper", async () => {
    const measuring = (seed: number, ...losses: number[]) => ({
      seed,
      epochs: seed,
      backend: {
        ...tuning(),
        checkpoints: () =>
          Promise.resolve(
            losses.map((validationLoss, index): Checkpoint => ({
              id: `c${index}`,
              step: index,
              model: `ft:${seed}:${index}`,
              metrics: { validationLoss },
            })),
          ),
      } satisfies FineTuneBackend,
    });
    const { ranking, comparison, verdict } = await sweep({
      ...base(),
      by: "validation-loss",
      prices: [priced],
      jobs: { dear: measuring(3, 0.9, 0.4), cheap: measuring(1, 0.4, 0.6), worse: measuring(2, 0.5, 0.8) },
    });
    expect(ranking.map(({ name, score, tuned }) => [name, score, tuned.model])).toEqual([
      ["cheap", 0.4, "ft:1:0"],
      ["dear", 0.4, "ft:3:1"],
      ["worse", 0.5, "ft:2:0"],
    ]);
    expect(comparison).toBeUndefined();
    expect(verdict[0]).toMatch(/^1\. cheap: validation loss 0\.4, about \$/);
  });

  it("deploys for the comparison what must be deployed, and tears it down however that ends", async () => {
    const ended: string[] = [];
    const deployed = (name: string, deploys: () => Promise<string>): FineTuneBackend => {
      const backend = tuning({ learningRateMultiplier: name.length });
      return {
        ...backend,
        capabilities: { ...backend.capabilities, deployment: "explicit" },
        result: async (...args) => {
          const { inference, ...parts } = await backend.result(...args);
          return {
            ...parts,
            details: { inference: inference as never },
            deployment: { status: "required", billed: "by the hour" },
          };
        },
        deploy: async (tuned, options) => ({
          ...tuned,
          inference: tuned.details?.["inference"] as never,
          deployment: { status: "ready", billed: "by the hour", id: `${await deploys()} ${String(options["size"])}` },
        }),
        teardown: (tuned) => {
          ended.push(`${name} ${tuned.deployment?.status}`);
          return Promise.resolve(tuned);
        },
      };
    };
    const jobs = {
      up: { backend: deployed("up", () => Promise.resolve("d")), epochs: 1, deploy: { size: 2 }, chat: chat() },
      down: {
        backend: deployed("down", () => Promise.reject(new Error("no GPU"))),
        epochs: 1,
        deploy: {},
        chat: chat(),
      },
      plain: { backend: tuning(), epochs: 1, chat: chat() },
    };
    const result = await sweep({ ...base(), jobs });
    expect(result.failures).toMatchObject([{ name: "down", step: "deploy", error: { message: "no GPU" } }]);
    expect(result.failures[0]?.tuned?.model).toMatch(/^ft:/);
    // It was trained, and is behind those that could be asked.
    expect(result.ranking.at(-1)).toMatchObject({ name: "down" });
    expect(result.ranking.at(-1)).not.toHaveProperty("score");
    expect(ended).toEqual(["up ready", "down required"]);
    ended.length = 0;
    await failureOf(sweep({ ...base(), jobs, compare: { onEstimate: () => false } }));
    expect(ended).toEqual(["up ready", "down required"]);
  });

  it("compares other models along", async () => {
    const { backend, ...rest } = { backend: tuning(), epochs: 1, chat: chat() };
    const { ranking, pairs } = await sweep({
      ...base(),
      jobs: { tuned: { backend, ...rest } },
      baselines: {
        base: await chatModel(
          {
            backend: "openai",
            job: "none",
            model,
            baseModel: model,
            method: "supervised",
            inference: {
              package: "@langchain/openai",
              class: "ChatOpenAI",
              fields: { model, configuration: { baseURL: sandbox.openai.url } },
            },
          },
          chat(),
        ),
      },
    });
    expect(ranking.map(({ name }) => name)).toEqual(["tuned"]);
    expect(pairs).toMatchObject([{ base: "tuned", candidate: "base" }]);
  });
});

describe("before anything is sent", () => {
  it("says what all jobs would cost and take, and of which no price is known", async () => {
    const unknown = openAI({ model: "m", baseURL: sandbox.openai.url, apiKey: "k" });
    const pastJobs = [
      {
        status: "succeeded" as const,
        trainedTokens: 1_000,
        finishedAt: "2026-11-01T10:00:10Z",
        reference: { model, createdAt: "2026-11-01T10:00:00Z" },
      },
    ];
    const jobs = { a: { backend: tuning(), epochs: 1 }, b: { backend: tuning(), epochs: 2 } };
    const estimate = await estimateSweep({ ...base(), jobs, prices: [priced], pastJobs, concurrency: 2 });
    const { a, b } = estimate.jobs;
    expect(estimate.cost).toBeCloseTo((a?.billedTokens ?? 0) + (b?.billedTokens ?? 0));
    expect(b?.billedTokens).toBe(2 * (a?.billedTokens ?? 0));
    // A hundred tokens a second.
    expect(estimate.seconds).toBe(Math.round((b?.billedTokens ?? 0) / 100));
    const mixed = await estimateSweep({ ...base(), jobs: { ...jobs, unknown: { backend: unknown, epochs: 1 } } });
    expect(mixed.unpriced).toEqual(["a", "b", "unknown"]);
    expect(mixed).not.toHaveProperty("seconds");
  });

  it.each([
    ["more than it may cost", { maxCost: 1, prices: [priced] }, CostLimitError, /likely to cost .*\(a \$/],
    ["a price that is not known", { maxCost: 1 }, InvalidOptionError, /no price is known for a/],
    ["no jobs", { jobs: {} }, InvalidOptionError, /at least one job/],
    ["an unknown option of a job", { jobs: { a: { backend: null } } }, InvalidOptionError, /jobs\.a/],
    ["no rows", { examples: [] }, EmptyDatasetError, /no training examples/],
    ["an estimate that is refused", { onEstimate: () => false }, Error, /called off/],
  ] as const)("stops for %s", async (_name, options, kind, message) => {
    const error = await failureOf(
      sweep({ ...base(), jobs: { a: { backend: tuning(), epochs: 1, chat: chat() } }, ...(options as object) }),
    );
    expect(error).toBeInstanceOf(kind);
    expect(String(error)).toMatch(message);
    expect(sandbox.openai.jobs()).toEqual([]);
  });

  it("allows unknown prices where that is said", async () => {
    const jobs = { a: { backend: tuning(), epochs: 1 } };
    expect(await estimateSweep({ ...base(), jobs, maxCost: 1, unknownPrice: "allow" })).toMatchObject({
      unpriced: ["a"],
    });
  });

  it.each([
    ["models that nobody would deploy", { jobs: { a: together({ model: "m", apiKey: "k" }) } }, /must be deployed/],
    [
      "losses that nobody measures",
      { jobs: { a: fireworks({ model: "m", accountId: "a" }) }, by: "validation-loss" },
      /measures no validation loss/,
    ],
    [
      "losses of different models",
      { jobs: { a: openAI({ model: "a" }), b: openAI({ model: "b" }) }, by: "validation-loss" },
      /cannot be compared/,
    ],
    [
      "what a backend has not",
      { jobs: { a: { backend: openAI({ model: "a" }), evaluateEvery: 5 } } },
      /openai .*evaluateEvery/s,
    ],
  ] as const)("refuses %s by name", async (_name, options, message) => {
    const error = await failureOf(sweep({ ...base(), ...(options as unknown as Pick<SweepOptions, "jobs">) }));
    expect(error).toSatisfy(InvalidOptionError.isInstance);
    expect(String(error)).toMatch(message);
  });
});
