import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FineTuneBackend,
  type FineTunedModel,
  type FineTuneOptions,
  InvalidOptionError,
  type JobRequest,
  startFineTune,
} from "langsmith-finetune";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { openAI } from "langsmith-finetune/backends/openai";
import { portable } from "langsmith-finetune/backends/portable";
import { trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { jobBody as fireworksBody } from "../../src/train/backends/fireworks/jobs.js";
import type { FireworksOptions } from "../../src/train/backends/fireworks/options.js";
import { jobBody as openAIBody } from "../../src/train/backends/openai/create-job.js";
import type { OpenAIDialect } from "../../src/train/backends/openai/dialect.js";
import { jobBody as togetherBody } from "../../src/train/backends/together/job-body.js";
import { writeOnly } from "../trl/look.js";
import { contractRows } from "./backend-contract.js";

const newFolder = () => mkdtemp(join(tmpdir(), "continue-"));

async function started(more: Partial<FineTuneOptions> = {}, options: Partial<TrlOptions> = {}) {
  const backend = trl({ model: "org/model", directory: await newFolder(), runner: writeOnly, ...options });
  const job = await startFineTune({ examples: contractRows, personalData: "ignore", backend, ...more });
  const { directory } = job.reference.details?.handle as { directory: string };
  const read = (name: string) => readFile(join(directory, name), "utf8");
  return { job, backend, read, config: parse(await read("config.yaml")) as Record<string, unknown> };
}

const tuned = (changes: Partial<FineTunedModel> = {}): FineTunedModel => ({
  backend: "trl",
  job: "first",
  baseModel: "org/model",
  model: "org/tuned",
  method: "supervised",
  ...changes,
});

describe("from", () => {
  it("goes on from a tuned model, by its object, name or path", async () => {
    expect((await started({ from: tuned() })).config).toMatchObject({ model_name_or_path: "org/tuned" });
    expect((await started({ from: "org/other" })).config).toMatchObject({ model_name_or_path: "org/other" });
    const folder = await newFolder();
    expect((await started({ from: folder })).config).toMatchObject({ model_name_or_path: folder });
  });

  it("is a job of its own, whose model can be gone on from again", async () => {
    const directory = await newFolder();
    const [plain, next, other] = [
      await started({}, { directory }),
      await started({ from: tuned() }, { directory }),
      await started({ from: "org/other" }, { directory }),
    ].map(({ job }) => job.reference);
    expect(new Set([plain?.key, next?.key, other?.key]).size).toBe(3);
    const again = await started({ from: tuned() }, { directory });
    expect(again.job.reference.id).toBe(next?.id);
    const model = await again.job.wait();
    expect(model).toMatchObject({ baseModel: "org/tuned", details: { rootModel: "org/model" } });
    await expect(started({ from: { ...model, details: { ...model.details, adapter: false } } })).resolves.toBeDefined();
  });

  it("refuses an adapter that cannot be merged here", async () => {
    const folder = await newFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "adapter_config.json"), "{}");
    await expect(started({ from: folder })).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "from",
      message: expect.stringContaining("is an adapter") as string,
    });
  });

  it.each([
    ["another backend", tuned({ backend: "together" }), /tuned at together, not at trl/],
    ["another base model", tuned({ baseModel: "org/else" }), /tuned from org\/else, and the backend has org\/model/],
    ["no model", { model: "x" } as FineTunedModel, /from/],
  ])("refuses the model of %s", async (_, from, message) => {
    await expect(started({ from })).rejects.toThrow(message);
  });
});

const request = (more: Partial<JobRequest>): JobRequest => ({
  key: "k".repeat(40),
  method: "supervised",
  training: { id: "file", name: "n", rows: 100, bytes: 1, sha256: "s" },
  ...more,
});

describe("other backends", () => {
  it("name the model that is gone on from as their services do", () => {
    const from = tuned({ backend: "x", job: "ft-1", model: "me/tuned" });
    const checkpoint = { id: "ft-1:20", step: 20 };
    expect(togetherBody({ model: "m" }, request({ from }))).toMatchObject({ from_checkpoint: "ft-1", model: "m" });
    expect(togetherBody({ model: "m" }, request({ from: { ...from, checkpoint } }))).toMatchObject({
      from_checkpoint: "ft-1:20",
    });
    expect(togetherBody({ model: "m" }, request({ from: { model: "me/tuned:3" } }))).toMatchObject({
      from_checkpoint: "me/tuned:3",
    });
    const fire = fireworksBody({ model: "m" } as FireworksOptions, request({ from }), "lf-1");
    expect(fire).toMatchObject({ warmStartFrom: "me/tuned" });
    expect(fire).not.toHaveProperty("baseModel");
    expect(openAIBody({} as OpenAIDialect, "base", request({ from: { model: "ft:base:me::1" } }))).toMatchObject({
      model: "ft:base:me::1",
    });
  });

  it("turn steps into what their services count", () => {
    const counted = (batchSize: number | "max" | undefined, epochs?: number) =>
      togetherBody({ model: "m", ...(batchSize && { batchSize }) }, request({ evaluateEvery: 10, epochs }))["n_evals"];
    expect(counted(8, 2)).toBe(2);
    expect(counted(8)).toBe(1);
    expect(() => counted("max")).toThrow(/Pass batchSize/);
    expect(() => togetherBody({ model: "m", batchSize: 8, evaluations: 3 }, request({ evaluateEvery: 10 }))).toThrow(
      /both given/,
    );
    expect(fireworksBody({ model: "m" } as FireworksOptions, request({ earlyStopping: {} }), "lf-1")).toMatchObject({
      earlyStop: true,
    });
  });

  it("are written for trainers elsewhere", async () => {
    const written = async (trainer: "trl" | "axolotl" | "llama-factory", more: Partial<FineTuneOptions>) => {
      const directory = await newFolder();
      const backend = portable({ model: "org/model", directory, trainer, template: "qwen3" });
      const { reference } = await startFineTune({
        examples: contractRows,
        validation: contractRows.slice(0, 3),
        backend,
        ...more,
      });
      return parse(await readFile(join(directory, reference.id, "config.yaml"), "utf8")) as object;
    };
    const all = { evaluateEvery: 20, earlyStopping: { patience: 2 }, from: "org/tuned" };
    expect(await written("axolotl", all)).toMatchObject({
      base_model: "org/tuned",
      eval_steps: 20,
      save_steps: 20,
      early_stopping_patience: 2,
    });
    expect(await written("llama-factory", all)).toMatchObject({
      model_name_or_path: "org/tuned",
      eval_strategy: "steps",
      eval_steps: 20,
      early_stopping_steps: 2,
      metric_for_best_model: "eval_loss",
    });
    expect(await written("trl", { evaluateEvery: 20 })).toMatchObject({ eval_strategy: "steps", eval_steps: 20 });
    await expect(written("trl", { earlyStopping: true })).rejects.toThrow(/portable does not stop early/);
    await expect(written("axolotl", { earlyStopping: { threshold: 1 } })).rejects.toThrow(/patience alone/);
  });
});

describe("evaluateEvery and earlyStopping", () => {
  const validation = contractRows.slice(0, 3);

  it("are written for TRL, checkpoints and measurements together", async () => {
    const { config, read } = await started({ validation, evaluateEvery: 25, earlyStopping: { patience: 4 } });
    expect(config).toMatchObject({ eval_strategy: "steps", eval_steps: 25, save_steps: 25 });
    expect(config).toMatchObject({ metric_for_best_model: "eval_loss", greater_is_better: false });
    expect(JSON.parse(await read("early_stopping.json"))).toEqual({ patience: 4 });
    // trl's own command has no early stopping: both ways go through the script that has.
    expect((await read("train.sh")).match(/resume\.py sft/g)).toHaveLength(2);
    const plain = await started({ validation });
    expect((await plain.read("train.sh")).match(/resume\.py sft/g)).toHaveLength(1);
  });

  it("make another job", async () => {
    const keys = [
      await started({ validation }),
      await started({ validation, evaluateEvery: 25 }),
      await started({ validation, earlyStopping: true }),
    ].map(({ job }) => job.reference.key);
    expect(new Set(keys).size).toBe(3);
  });

  it.each([
    [{ evaluateEvery: 5 }, /evaluateEvery needs validation rows/],
    [{ earlyStopping: true }, /earlyStopping needs validation rows/],
    [{ validation, evaluateEvery: 0 }, /evaluateEvery/],
    [{ validation, earlyStopping: { patience: -1 } }, /patience/],
    [{ validation, earlyStopping: { patient: 1 } as object }, /patient/],
  ])("are checked: %j", async (more, message) => {
    await expect(started(more)).rejects.toThrow(message);
  });

  it("are refused by name where a backend has none", async () => {
    const baseURL = "http://127.0.0.1:9";
    const refused = (backend: FineTuneBackend, more: Partial<FineTuneOptions>) =>
      expect(startFineTune({ examples: contractRows, validation, backend, ...more })).rejects.toThrow(
        InvalidOptionError,
      );
    const plain = openAI({ model: "gpt-4.1-mini", apiKey: "k", baseURL });
    await refused(plain, { evaluateEvery: 5 });
    await refused(plain, { earlyStopping: true });
    await refused(crusoe({ model: "org/model", apiKey: "k", baseURL }), { from: "tuned" });
  });
});
