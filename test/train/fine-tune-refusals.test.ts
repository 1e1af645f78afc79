import { readdir } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  EmptyDatasetError,
  fineTune,
  InvalidExamplesError,
  InvalidOptionError,
  MissingApiKeyError,
  withSource,
  type FineTuneBackend,
  type TrainingExample,
} from "langsmith-finetune";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { together } from "langsmith-finetune/backends/together";
import { hfJobs, trl } from "langsmith-finetune/backends/trl";
import { contractRows as rows } from "./backend-contract.js";
import { base, directory, failureOf, fake, openAIBackend, pair, setUp } from "./fine-tune-setup.js";

setUp();

describe("what is refused before anything is sent", () => {
  afterEach(() => expect(fake.requests).toEqual([]));

  it("no rows", async () => {
    const error = await failureOf(fineTune({ ...base(), examples: [] }));
    expect(EmptyDatasetError.isInstance(error)).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });

  it.each<[string, () => FineTuneBackend, string]>([
    ["openai", () => openAI({ model: "gpt-4o-mini-2024-07-18" }), "OPENAI_API_KEY"],
    ["nebius", () => nebius({ model: "m" }), "NEBIUS_API_KEY"],
    ["together", () => together({ model: "m" }), "TOGETHER_API_KEY"],
    ["fireworks", () => fireworks({ model: "m", accountId: "a" }), "FIREWORKS_API_KEY"],
    ["trl on hf-jobs", () => trl({ model: "m", runner: hfJobs({ namespace: "a", flavor: "t4-small" }) }), "HF_TOKEN"],
  ])("%s without a key, and no row is read", async (_name, create, variable) => {
    vi.stubEnv(variable, undefined);
    let read = 0;
    const examples = (function* () {
      read += 1;
      yield* rows;
    })();
    const error = await failureOf(fineTune({ ...base(), backend: create(), examples }));
    vi.unstubAllEnvs();
    expect(MissingApiKeyError.isInstance(error) && error.variables).toEqual([variable]);
    expect(read).toBe(0);
  });

  it("too few rows", async () => {
    const error = await failureOf(fineTune({ ...base(), examples: rows.slice(0, 9) }));
    expect(InvalidExamplesError.isInstance(error) && error.findings).toMatchObject([{ line: 0, code: "rows-too-few" }]);
    expect((error as Error).message).toMatch(/9 rows.*10/);
  });

  it("bad rows, which are all named, with the run they came from", async () => {
    const bad = (content: string) =>
      withSource({ messages: [{ role: "user", content }] } as TrainingExample, { runId: `run-${content}` });
    const error = await failureOf(fineTune({ ...base(), examples: [...rows, bad("a"), ...rows, bad("b")] }));
    expect(
      InvalidExamplesError.isInstance(error) && error.findings.map(({ line, source }) => [line, source?.runId]),
    ).toEqual([
      [13, "run-a"],
      [26, "run-b"],
    ]);
    expect((error as Error).message).toMatch(/row 13 \(run run-a\).*row 26 \(run run-b\)/);
  });

  it("what the backend's rules refuse: tools, pairs", async () => {
    const backend = openAIBackend();
    const withoutTools: FineTuneBackend = {
      ...backend,
      rules: { ...backend.rules, name: "Toolless", tools: false, preference: false },
    };
    const tools = [
      { type: "function" as const, function: { name: "f", parameters: { type: "object", properties: {} } } },
    ];
    const error = await failureOf(
      fineTune({
        ...base(),
        backend: withoutTools,
        examples: rows.map((row, index) => (index === 4 ? { ...row, tools } : row)),
      }),
    );
    expect(InvalidExamplesError.isInstance(error) && error.findings[0]).toMatchObject({ line: 5, path: "$.tools" });
    expect((error as Error).message).toContain("Toolless");
    const pairs = Array.from({ length: 10 }, () => pair);
    expect(
      InvalidExamplesError.isInstance(await failureOf(fineTune({ ...base(), backend: withoutTools, examples: pairs }))),
    ).toBe(true);
  });

  it("a file that is too large", async () => {
    const backend = openAIBackend();
    const error = await failureOf(
      fineTune({ ...base(), backend: { ...backend, rules: { ...backend.rules, maxBytes: 100 } } }),
    );
    expect(InvalidExamplesError.isInstance(error) && error.findings).toMatchObject([
      { line: 0, code: "file-too-large" },
    ]);
  });

  it.each([
    ["suffix", { suffix: "x".repeat(65) }],
    ["seed", { seed: 1.5 }],
    ["epochs", { epochs: 0 }],
    ["timeout", { timeout: -1 }],
    ["method", { method: "reinforcement" as const }],
  ])("a bad %s", async (option, bad) => {
    const error = await failureOf(fineTune({ ...base(), ...bad }));
    expect(InvalidOptionError.isInstance(error) && error.option).toBe(option);
  });

  it.each(["seed", "suffix", "epochs", "validationFile"] as const)(
    "an option that the backend does not understand (%s)",
    async (capability) => {
      const backend = openAIBackend();
      const without = { ...backend, capabilities: { ...backend.capabilities, [capability]: false } };
      const options = { ...base(), backend: without, seed: 1, suffix: "s", epochs: 1, validation: rows };
      const error = await failureOf(fineTune(options));
      expect(InvalidOptionError.isInstance(error) && error.option).toBe(
        capability === "validationFile" ? "validation" : capability,
      );
    },
  );

  it("a signal that has aborted", async () => {
    const reason = new Error("never mind");
    await expect(fineTune({ ...base(), signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await readdir(directory)).toEqual([]);
  });
});
