import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import type { TrainingExample } from "langsmith-finetune";
import { configText, trlConfig } from "../../../src/train/backends/trl/config.js";
import { readFailure } from "../../../src/train/backends/trl/failures.js";
import { completeLines, readEvents, readMetrics, readProgress } from "../../../src/train/backends/trl/log.js";
import { renderTrlRow } from "../../../src/train/backends/trl/rows.js";
import { shellQuote, TRAINING_BEGINS } from "../../../src/train/backends/trl/scripts.js";

const tools = [{ type: "function" as const, function: { name: "add", parameters: { type: "object" } } }];
const row: TrainingExample = {
  messages: [
    { role: "developer", content: "Add." },
    { role: "user", content: "1+2" },
    {
      role: "assistant",
      weight: 1,
      tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: '{"a":1,"b":2}' } }],
    },
  ],
  tools,
};

describe("TRL rows", () => {
  it("has the last answer as the completion, arguments as an object and tools as text", () => {
    expect(renderTrlRow(row)).toEqual({
      prompt: [
        { role: "system", content: "Add." },
        { role: "user", content: "1+2" },
      ],
      completion: [
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: { a: 1, b: 2 } } }],
        },
      ],
      // gpt-oss' template raises for a tool without a description.
      tools: JSON.stringify(
        tools.map(({ type, function: { name, ...rest } }) => ({ type, function: { name, description: "", ...rest } })),
      ),
    });
    expect(row.messages[2]).toHaveProperty("weight", 1);
  });

  it("begins the completion with the first target", () => {
    const answer = { role: "assistant" as const, content: "3" };
    const messages = [...row.messages, { role: "tool" as const, tool_call_id: "c1", content: "3" }, answer];
    const roles = (part: unknown) => (part as { role: string }[]).map(({ role }) => role);
    const both = renderTrlRow({ ...row, messages }) as { prompt: unknown; completion: unknown };
    expect(roles(both.prompt)).toEqual(["system", "user"]);
    expect(roles(both.completion)).toEqual(["assistant", "tool", "assistant"]);
    const history = messages.map((message) =>
      message.role === "assistant" && message !== answer ? { ...message, weight: 0 as const } : message,
    );
    const last = renderTrlRow({ ...row, messages: history }) as { prompt: unknown; completion: unknown };
    expect(roles(last.prompt)).toEqual(["system", "user", "assistant", "tool"]);
    expect(roles(last.completion)).toEqual(["assistant"]);
    expect(JSON.stringify(last)).not.toContain("weight");
  });

  it("has both answers of a preference pair", () => {
    const pair = {
      input: { messages: [{ role: "user" as const, content: "Hi" }] },
      preferred_output: [{ role: "assistant" as const, content: "Hello" }] as [{ role: "assistant"; content: string }],
      non_preferred_output: [{ role: "assistant" as const, content: "What" }] as [
        { role: "assistant"; content: string },
      ],
    };
    expect(renderTrlRow(pair)).toEqual({
      prompt: [{ role: "user", content: "Hi" }],
      chosen: [{ role: "assistant", content: "Hello" }],
      rejected: [{ role: "assistant", content: "What" }],
    });
  });
});

describe("TRL config", () => {
  it("names data by split, trains an adapter, and can be read back", async () => {
    const config = trlConfig(
      { model: "m", learningRate: 1e-4, warmupRatio: 0.1, config: { bf16: true } },
      { method: "supervised", validation: true, epochs: 3, seed: 7 },
    );
    expect(parse(await configText(config, "trl sft --config config.yaml"))).toMatchObject({
      model_name_or_path: "m",
      dataset_name: "data",
      dataset_test_split: "validation",
      eval_strategy: "steps",
      eval_steps: 100,
      num_train_epochs: 3,
      seed: 7,
      learning_rate: 1e-4,
      warmup_steps: 0.1,
      use_peft: true,
      lora_target_modules: "all-linear",
      bf16: true,
    });
    expect(config).not.toHaveProperty("beta");
    // trl would train on every entry of `datasets`, the validation rows too.
    expect(config).not.toHaveProperty("datasets");
  });

  it("trains all weights without LoRA, and all answers where asked", () => {
    const config = trlConfig({ model: "m", lora: false, trainOn: "all" }, { method: "supervised", validation: false });
    expect(config).not.toHaveProperty("use_peft");
    expect(config).toHaveProperty("assistant_only_loss", true);
    expect(config).toHaveProperty("datasets", [{ path: "json", data_files: { train: "train.jsonl" }, split: "train" }]);
    expect(config).not.toHaveProperty("eval_strategy");
  });
});

describe("TRL log", () => {
  // What trl 1.13.0 printed in a run of 504 steps on two CPU cores.
  const log = readFileSync(new URL("../../fixtures/trl/sft-start.txt", import.meta.url), "utf8");

  it("gives the metrics with their step, and no progress bar as a message", () => {
    const events = readEvents(completeLines(log).lines, 0);
    expect(events.find(({ metrics }) => metrics)?.metrics).toEqual({
      step: 10,
      loss: 5.34,
      grad_norm: 5.246,
      learning_rate: 0.001038,
      entropy: 6.091,
      num_tokens: 53190,
      mean_token_accuracy: 0.2606,
      epoch: 0.1587,
    });
    expect(events.filter(({ message }) => message.includes("%|"))).toEqual([]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it("knows how far the training is, and when it expects to end", () => {
    const progress = readProgress(completeLines(log).lines);
    expect(progress).toMatchObject({
      totalSteps: 504,
      tokens: expect.any(Number) as number,
      secondsRemaining: expect.any(Number) as number,
    });
    expect(progress?.step).toBeGreaterThan(10);
    expect(progress?.fraction).toBeCloseTo((progress?.step ?? 0) / 504);
  });

  it("does not take the steps of an evaluation for the training's", () => {
    const training = " 33%|███▎      | 100/304 [02:00<04:00,  1.2s/it]";
    const evaluation = [
      "  0%|          | 0/5 [00:00<?, ?it/s]",
      "100%|██████████| 5/5 [00:01<00:00,  3.1it/s]",
      "{'eval_loss': '0.2639', 'epoch': '2.632'}",
    ];
    expect(readEvents([training, ...evaluation], 0)[0]?.metrics).toEqual({
      step: 100,
      eval_loss: 0.2639,
      epoch: 2.632,
    });
    expect(readEvents(evaluation, 0)[0]?.metrics).toEqual({ eval_loss: 0.2639, epoch: 2.632 });
  });

  it("takes no line that is cut off", () => {
    expect(completeLines("a\nb\rc")).toEqual({ lines: ["a", "b", ""], length: 4 });
    expect(completeLines("a")).toEqual({ lines: [""], length: 0 });
  });

  it("reads nan as a number and text as nothing", () => {
    expect(readMetrics("{'loss': 'nan', 'epoch': '1'}")).toEqual({ loss: Number.NaN, epoch: 1 });
    expect(readMetrics("{'message': 'hello'}")).toBeUndefined();
  });
});

describe("TRL failures", () => {
  it.each([
    [
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\nsubprocess.CalledProcessError: x",
      "out-of-memory",
      "CUDA out of memory",
    ],
    [
      "Traceback (most recent call last):\nModuleNotFoundError: No module named 'peft'",
      "missing-package",
      "No module named 'peft'",
    ],
    [
      "OSError: nobody/nothing is not a local folder and is not a valid model identifier listed on hf.co",
      "model-not-found",
      "nobody/nothing",
    ],
    [
      "OSError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': '/models/none'. Use `repo_type` argument if needed.",
      "model-not-found",
      "/models/none",
    ],
    ["rows-too-long: train.jsonl line 12 has 2048 tokens; max_length is 1024. Raise it.", "rows-too-long", "line 12"],
    [
      "rows-refused: data/validation.jsonl line 12: TemplateError: No user query. The chat template does not render these rows.",
      "rows-refused",
      "TemplateError: No user query",
    ],
    ["OSError: [Errno 28] No space left on device", "disk-full", "No space left"],
    ["ValueError: something else", "training-failed", "something else"],
    ["", "training-failed", "printed nothing"],
    ["10%|█\nKilled\n", "interrupted", "goes on from the last checkpoint"],
    [
      `${TRAINING_BEGINS}\ntorch.OutOfMemoryError: CUDA out of memory.\n${TRAINING_BEGINS}\nValueError: no more of that\n`,
      "training-failed",
      "no more of that",
    ],
    [`ValueError: of before\n${TRAINING_BEGINS}\n`, "training-failed", "printed nothing"],
  ])("%j", (log, code, words) => {
    const failure = readFailure(log);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
    if (code.startsWith("rows-")) expect(failure.line).toBe(12);
  });
});

it("quotes what goes into a shell", () => {
  expect(shellQuote("/usr/bin/python3")).toBe("/usr/bin/python3");
  expect(shellQuote("it's $(here)")).toBe(`'it'\\''s $(here)'`);
});
