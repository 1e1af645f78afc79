import { describe, expect, it } from "vitest";
import {
  CostLimitError,
  countTokens,
  EmptyDatasetError,
  estimateFineTune,
  fineTune,
  InvalidOptionError,
  startFineTune,
  type TrainingExample,
} from "langsmith-finetune";
import { azure } from "langsmith-finetune/backends/azure";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { together } from "langsmith-finetune/backends/together";
import { trl } from "langsmith-finetune/backends/trl";
import { vertex } from "langsmith-finetune/backends/vertex";
import { contractRows } from "./backend-contract.js";
import { base, failureOf, fake, openAIBackend, pair, setUp } from "./fine-tune-setup.js";

setUp();

const pastJob = (seconds: number, trainedTokens: number | undefined, status: "succeeded" | "failed" = "succeeded") => ({
  status,
  ...(trainedTokens === undefined ? {} : { trainedTokens }),
  finishedAt: new Date(Date.UTC(2026, 10, 1) + seconds * 1_000).toISOString(),
  reference: { model: "gpt-4o-mini-2024-07-18", createdAt: "2026-11-01T00:00:00.000Z" },
});

const llama8 = "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference";
const cloud = { project: "p", location: "us-central1", bucket: "b" };
const price = { model: "gpt-4o-mini", perMillionTokens: 3, date: "2026-11-01", source: "our contract" };

describe("the prices of backends", () => {
  const cases = [
    ["OpenAI", openAI({ model: "gpt-4.1-mini-2025-04-14", baseURL: "https://api.openai.com/v1" }), 5, 5],
    ["another host of OpenAI's dialect", openAI({ model: "gpt-4.1-mini", baseURL: "https://else.test/v1" })],
    ["Azure, whose page shows none", azure({ model: "gpt-4.1-mini", resource: "r" })],
    ["Nebius", nebius({ model: "meta-llama/Llama-3.1-8B-Instruct" })],
    ["Together, 8B", together({ model: llama8 }), 0.48, 1.2],
    ["Together, 8B, all weights", together({ model: llama8, lora: false }), 0.54, 1.35],
    ["Together, 32B", together({ model: "Qwen/Qwen3-32B" }), 1.5, 3.75],
    ["Together, 70B, all weights", together({ model: "meta-llama/Llama-3.3-70B-Instruct", lora: false }), 3.2, 8],
    ["Together, experts", together({ model: "mistralai/Mixtral-8x7B-Instruct-v0.1" })],
    ["Together, 17B with 128 experts", together({ model: "meta-llama/Llama-4-Maverick-17B-128E-Instruct" })],
    ["Together, above the table", together({ model: "Qwen/Qwen3-235B-A22B" })],
    ["Fireworks, 8B", fireworks({ model: "llama-v3p1-8b-instruct", accountId: "a" }), 0.5, 1],
    ["Fireworks, 8B, all weights", fireworks({ model: "qwen3-8b", accountId: "a", lora: false }), 1, 2],
    ["Fireworks, 30B of which 3B are active", fireworks({ model: "qwen3-30b-a3b", accountId: "a" }), 3, 6],
    ["Fireworks, 30B, all weights", fireworks({ model: "qwen3-30b-a3b", accountId: "a", lora: false })],
    ["Fireworks, half a billion", fireworks({ model: "qwen2p5-0p5b-instruct", accountId: "a" }), 0.5, 1],
    ["Fireworks, no size in the name", fireworks({ model: "kimi-k2", accountId: "a" })],
    ["Crusoe", crusoe({ model: "openai/gpt-oss-120b" }), 6],
    ["Crusoe, another model", crusoe({ model: "meta-llama/Llama-3.3-70B-Instruct" })],
    ["Vertex", vertex({ model: "gemini-2.5-flash", ...cloud }), 5],
    ["Vertex, lite", vertex({ model: "gemini-2.5-flash-lite", ...cloud }), 1.5],
    ["Vertex, a later model", vertex({ model: "gemini-3.5-flash", ...cloud })],
    ["an own machine", trl({ model: "Qwen/Qwen3-0.6B" })],
  ] as const;

  it.each(cases)("%s", (_name, backend, supervised?: number, preference?: number) => {
    const priceOf = (method: string) => backend.prices?.find((one) => one.method === method)?.perMillionTokens;
    expect([priceOf("supervised"), priceOf("preference"), priceOf("reinforcement")]).toEqual([
      supervised,
      preference,
      undefined,
    ]);
    for (const { date, source } of backend.prices ?? []) {
      expect(date).toMatch(/^202\d-\d\d-\d\d$/);
      expect(source).toMatch(/^https:/);
    }
  });
});

describe("estimateFineTune", () => {
  const examples: TrainingExample[] = [
    ...contractRows,
    {
      messages: [
        { role: "user", content: "Hi." },
        { role: "assistant", content: "Hello.", weight: 0 },
        { role: "user", content: "And?" },
        { role: "assistant", content: "Nothing." },
        { role: "user", content: "Really?" },
        { role: "assistant", content: "Really." },
      ],
    },
  ];

  it("counts rows, answers, tokens and steps, and takes the backend's price", async () => {
    const backend = openAI({
      model: "gpt-4.1-mini-2025-04-14",
      baseURL: "https://api.openai.com/v1",
      batchSize: 4,
    });
    const { total } = await countTokens(examples, { model: backend.model });
    const estimate = await estimateFineTune({ examples, backend, epochs: 2 });
    expect(estimate).toEqual({
      backend: "openai",
      model: backend.model,
      method: "supervised",
      rows: 13,
      targets: 14,
      tokens: total,
      exact: true,
      epochs: 2,
      epochsFrom: "option",
      steps: 8,
      billedTokens: 2 * total,
      price: expect.objectContaining({ model: "gpt-4.1-mini", perMillionTokens: 5, date: "2025-06-01" }) as unknown,
      cost: (2 * total * 5) / 1_000_000,
    });
  });

  it("bills validation rows where the provider does, and takes its default of epochs", async () => {
    const backend = together({ model: llama8, evaluations: 3, batchSize: 8 });
    const estimate = await estimateFineTune({ examples, validation: contractRows, backend });
    const { tokens } = estimate.validation ?? { tokens: 0 };
    expect(tokens).toBeGreaterThan(0);
    expect(estimate).toMatchObject({ epochs: 1, epochsFrom: "backend", exact: false, steps: 2 });
    expect(estimate.billedTokens).toBe(estimate.tokens + 3 * tokens);
    const padded = together({ model: llama8, packing: false, maxLength: 1000 });
    expect((await estimateFineTune({ examples, backend: padded, epochs: 2 })).billedTokens).toBe(26_000);
    expect(together({ model: llama8, packing: false }).prices).toEqual([]);
  });

  it("leaves out what is not known, and says when the epochs are a guess", async () => {
    const estimate = await estimateFineTune({
      examples,
      backend: nebius({ model: "meta-llama/Llama-3.1-8B-Instruct" }),
    });
    expect(estimate).toMatchObject({ epochs: 7, epochsFrom: "guess" });
    for (const name of ["cost", "price", "steps", "validation"]) expect(estimate).not.toHaveProperty(name);
  });

  it("tells the method by the rows, and takes its price", async () => {
    const backend = together({ model: llama8 });
    const estimate = await estimateFineTune({ examples: [pair], backend });
    expect(estimate).toMatchObject({ method: "preference", targets: 1, price: { perMillionTokens: 1.2 } });
    expect(
      InvalidOptionError.isInstance(
        await failureOf(estimateFineTune({ examples: [pair], backend: nebius({ model: "m" }) })),
      ),
    ).toBe(true);
  });

  it("counts the rows that are uploaded, where a backend learns one answer of each", async () => {
    const estimate = await estimateFineTune({
      examples: examples.slice(12),
      backend: trl({ model: "Qwen/Qwen3-0.6B" }),
    });
    expect(estimate).toMatchObject({ rows: 2, targets: 2, epochs: 3, epochsFrom: "backend", steps: 3 });
  });

  it("throws for no rows, and above maxCost", async () => {
    const backend = together({ model: llama8 });
    expect(EmptyDatasetError.isInstance(await failureOf(estimateFineTune({ examples: [], backend })))).toBe(true);
    const { cost = 0 } = await estimateFineTune({ examples, backend, epochs: 4 });
    await estimateFineTune({ examples, backend, epochs: 4, maxCost: cost });
    const error = await failureOf(estimateFineTune({ examples, backend, epochs: 4, maxCost: cost * 0.99 }));
    expect(CostLimitError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ maxCost: cost * 0.99, cost });
  });

  it("can be stopped", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(estimateFineTune({ examples, backend: together({ model: llama8 }), signal })).rejects.toThrow(
      "enough",
    );
  });
});

describe("maxCost of fineTune", () => {
  it("stops before the upload", async () => {
    const error = await failureOf(fineTune({ ...base(), epochs: 3, prices: [price], maxCost: 0.0001 }));
    expect(CostLimitError.isInstance(error)).toBe(true);
    expect(String(error)).toContain("price of 2026-11-01");
    expect([fake.files.size, fake.jobs.length]).toEqual([0, 0]);
  });

  it("lets a job within it through, and one that was already started", async () => {
    const job = await startFineTune({ ...base(), epochs: 3, prices: [price], maxCost: 1 });
    const again = await startFineTune({ ...base(), epochs: 3, prices: [price], maxCost: 0 });
    expect(again.reference.id).toBe(job.reference.id);
  });

  it("is refused where it could not be kept, before a row is read", async () => {
    const examples = { [Symbol.iterator]: () => expect.fail("a row was read") as never };
    for (const [options, reason] of [
      [{ maxCost: 1, epochs: 3 }, "no price is known"],
      [{ maxCost: 1, prices: [price] }, "chooses the number of epochs"],
      [{ maxCost: -1, epochs: 3, prices: [price] }, "maxCost"],
    ] as const) {
      const error = await failureOf(startFineTune({ ...base(), examples, ...options }));
      expect(InvalidOptionError.isInstance(error)).toBe(true);
      expect(String(error)).toContain(reason);
    }
    const fixed = openAIBackend({ hyperparameters: { n_epochs: 2 } });
    await startFineTune({ ...base(), backend: fixed, prices: [price], maxCost: 1 });
  });
});

describe("the time", () => {
  const estimate = (pastJobs?: readonly ReturnType<typeof pastJob>[]) =>
    estimateFineTune({ examples: contractRows, backend: openAIBackend(), epochs: 1, pastJobs });

  it("is not known without past jobs of the base model", async () => {
    expect(await estimate()).not.toHaveProperty("duration");
    const other = { ...pastJob(10, 100), reference: { ...pastJob(10, 100).reference, model: "gpt-4.1" } };
    expect(
      await estimate([other, pastJob(10, 100, "failed"), pastJob(10, undefined), pastJob(0, 100)]),
    ).not.toHaveProperty("duration");
  });

  it("is that of past jobs at their median speed, between the fastest and the slowest", async () => {
    const { duration, billedTokens } = await estimate([
      pastJob(10, 1_000),
      pastJob(10, 10),
      pastJob(10, 40),
      pastJob(10, 20),
    ]);
    expect(duration).toEqual({
      seconds: Math.round(billedTokens / 3),
      low: Math.round(billedTokens / 100),
      high: billedTokens,
      jobs: 4,
    });
  });

  it("is refused by what is no job", async () => {
    await expect(estimate([{ status: "succeeded" } as never])).rejects.toSatisfy(InvalidOptionError.isInstance);
  });
});

it("trains without a limit where the price is unknown and that is allowed", async () => {
  const limited = { ...base(), epochs: 1, maxCost: 0.01 };
  expect(await failureOf(startFineTune(limited))).toSatisfy(InvalidOptionError.isInstance);
  await startFineTune({ ...limited, unknownPrice: "allow" });
  expect(fake.jobs).toHaveLength(1);
  // A price that is known still counts.
  const dear = { ...price, perMillionTokens: 1_000_000 };
  const error = await failureOf(startFineTune({ ...limited, unknownPrice: "allow", prices: [dear], seed: 1 }));
  expect(error).toSatisfy(CostLimitError.isInstance);
});
