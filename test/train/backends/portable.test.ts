import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  TimeoutError,
  InvalidOptionError,
  fineTune,
  resumeFineTune,
  startFineTune,
  type PreferenceExample,
  type TrainingExample,
} from "langsmith-finetune";
import { portable, type PortableOptions, type PortableTrainerName } from "langsmith-finetune/backends/portable";
import { parse } from "yaml";
import { startFakeServer } from "langsmith-finetune/testing";
import { faultsOf, pairRow, toolRow } from "./rows.js";

const run = promisify(execFile);
const plain: TrainingExample = {
  messages: [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
  ],
};
const trainers: PortableTrainerName[] = ["trl", "axolotl", "llama-factory", "unsloth", "tinker", "baseten-loops"];

describe("portable", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portable-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const backendOf = (trainer: PortableTrainerName, options: Partial<PortableOptions> = {}) =>
    portable({ model: "Qwen/Qwen3-0.6B", directory, trainer, template: "qwen3", ...options });

  async function prepare(
    trainer: PortableTrainerName,
    examples: (TrainingExample | PreferenceExample)[],
    options: Partial<PortableOptions> = {},
    validation?: TrainingExample[],
  ) {
    const backend = backendOf(trainer, options);
    const job = await startFineTune({
      examples: examples as TrainingExample[],
      validation,
      backend,
      epochs: 2,
      seed: 7,
    });
    const folder = join(directory, job.reference.id);
    const read = (name: string) => readFile(join(folder, name), "utf8");
    const rows = async (name = "train.jsonl") =>
      (await read(name))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { backend, job, folder, read, rows };
  }

  it.each(trainers)("writes a folder for %s that is whole", async (trainer) => {
    const { read, rows, job } = await prepare(trainer, [plain, toolRow], {}, [plain]);
    // The call and the answer are a row each, but where each message says whether it is learned.
    expect(await rows()).toHaveLength(trainer === "axolotl" ? 2 : 3);
    expect(await rows("validation.jsonl")).toHaveLength(1);
    expect(await read("train.sh")).toContain("set -euo pipefail");
    expect(String(job.reference.details?.["command"])).toMatch(/^bash .*train\.sh$/);
    expect(JSON.parse(await read("job.json"))).toMatchObject({
      backend: "portable",
      id: job.reference.id,
      key: job.reference.key,
    });
  });

  it("writes TRL's rows and config", async () => {
    const { read, rows } = await prepare("trl", [toolRow], {
      lora: { rank: 4 },
      learningRate: 1e-3,
      config: { logging_steps: 1 },
    });
    const [row] = await rows();
    expect(row).toMatchObject({ completion: [{ role: "assistant" }] });
    expect(JSON.parse(String(row?.["tools"]))).toEqual(toolRow.tools);
    expect(parse(await read("config.yaml"))).toMatchObject({
      model_name_or_path: "Qwen/Qwen3-0.6B",
      datasets: [{ path: "json", data_files: { train: "train.jsonl" }, split: "train" }],
      output_dir: "output",
      num_train_epochs: 2,
      seed: 7,
      learning_rate: 1e-3,
      use_peft: true,
      lora_r: 4,
      lora_alpha: 32,
      max_length: 4096,
      logging_steps: 1,
    });
    expect(await read("train.sh")).toContain("trl sft --config config.yaml");
  });

  it("writes axolotl's rows: what is trained, arguments and schemas as text", async () => {
    const weighted: TrainingExample = {
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "a" },
        { role: "assistant", content: "b", weight: 1 },
        { role: "user", content: "c" },
        { role: "assistant", content: "d" },
      ],
    };
    const { read, rows } = await prepare("axolotl", [weighted, toolRow]);
    const [first, second] = await rows();
    expect((first?.["messages"] as { role: string; train: boolean }[]).map(({ role, train }) => [role, train])).toEqual(
      [
        ["system", false],
        ["user", false],
        ["assistant", true],
        ["user", false],
        ["assistant", true],
      ],
    );
    const [tool] = second?.["tools"] as { function: { parameters: string } }[];
    expect(JSON.parse(tool!.function.parameters)).toEqual(toolRow.tools?.[0]?.function.parameters);
    const call = (second?.["messages"] as { tool_calls?: { function: { arguments: string } }[] }[]).flatMap(
      ({ tool_calls = [] }) => tool_calls,
    )[0];
    expect(call?.function.arguments).toBe('{"city":"Oslo"}');
    expect(parse(await read("config.yaml"))).toMatchObject({
      base_model: "Qwen/Qwen3-0.6B",
      datasets: [{ path: "train.jsonl", ds_type: "json", type: "chat_template", message_field_training: "train" }],
      adapter: "lora",
      num_epochs: 2,
    });
  });

  it("writes LLaMA-Factory's rows, its list of datasets and its config", async () => {
    const { read, rows } = await prepare("llama-factory", [toolRow]);
    const [call, row] = await rows();
    expect(call).toMatchObject({ conversations: [{ from: "human" }, { from: "function_call" }] });
    expect(row).toEqual({
      system: "Use the tools.",
      conversations: [
        { from: "human", value: "Weather in Oslo?" },
        { from: "function_call", value: '{"name":"weather","arguments":{"city":"Oslo"}}' },
        { from: "observation", value: "4 degrees" },
        { from: "gpt", value: "It is 4 degrees." },
      ],
      tools: JSON.stringify([toolRow.tools?.[0]?.function]),
    });
    expect(JSON.parse(await read("dataset_info.json"))).toMatchObject({
      train: { file_name: "train.jsonl", formatting: "sharegpt" },
    });
    expect(parse(await read("config.yaml"))).toMatchObject({
      stage: "sft",
      template: "qwen3",
      dataset_dir: ".",
      dataset: "train",
      mask_history: true,
      finetuning_type: "lora",
    });
  });

  it("asks for LLaMA-Factory's template before anything is written", async () => {
    await expect(prepare("llama-factory", [plain], { template: undefined })).rejects.toThrow(InvalidOptionError);
    expect((await readdir(directory)).filter((name) => name.startsWith("job-"))).toEqual([]);
  });

  it("writes a script for Unsloth that Python can read", async () => {
    const { folder, read } = await prepare("unsloth", [toolRow], { lora: false });
    expect(JSON.parse(await read("config.json"))).toMatchObject({
      model: "Qwen/Qwen3-0.6B",
      lora: null,
      training: { num_train_epochs: 2, learning_rate: 2e-5 },
    });
    await run("python3", ["-c", `import ast; ast.parse(open(${JSON.stringify(join(folder, "train.py"))}).read())`]);
  });

  it("writes Tinker's loop, whose checkpoint stays at the service and is called there", async () => {
    const { folder, read, rows, job } = await prepare("tinker", [toolRow], { lora: { rank: 8 }, template: undefined });
    const [call, answer] = await rows();
    const tools = JSON.stringify(toolRow.tools);
    expect(call).toMatchObject({
      messages: [{}, {}, { tool_calls: [{ id: "call_1" }], content: "", trainable: true }],
      tools,
    });
    expect(answer).toEqual({
      messages: toolRow.messages.map((message, at) => ({
        ...message,
        content: message.content ?? "",
        trainable: at === toolRow.messages.length - 1,
      })),
      tools,
    });
    expect(JSON.parse(await read("config.json"))).toMatchObject({
      model: "Qwen/Qwen3-0.6B",
      renderer: null,
      from: null,
      batch_size: 8,
      training: { num_epochs: 2, lora_rank: 8, learning_rate: 1e-4 },
    });
    await writeFile(join(folder, "status"), "succeeded\n");
    await mkdir(join(folder, "output"));
    const names = { sampler: "tinker://run/sampler_weights/final", state: "tinker://run/weights/final" };
    await writeFile(join(folder, "output", "checkpoint.json"), JSON.stringify(names));
    const tuned = await job.wait();
    expect(tuned).toMatchObject({
      model: names.sampler,
      inference: { class: "ChatOpenAI", fields: { model: names.sampler }, apiKey: { variable: "TINKER_API_KEY" } },
      details: { kind: "checkpoint", state: names.state },
    });
    // A later job goes on from the state, on the same base model.
    const next = await startFineTune({ examples: [toolRow], backend: backendOf("tinker"), from: tuned });
    const config = JSON.parse(await readFile(join(directory, next.reference.id, "config.json"), "utf8")) as object;
    expect(config).toMatchObject({ from: names.state, model: "Qwen/Qwen3-0.6B", renderer: "qwen3" });
    const loops = await prepare("baseten-loops", [toolRow]);
    expect(await loops.read("train.sh")).toContain("baseten-loops[tinker]");
  });

  it("writes a script for Tinker that learns what is marked, keeps the last batch and refuses what would be cut", async () => {
    const { folder } = await prepare("tinker", [toolRow, plain], {
      perDeviceBatchSize: 2,
      gradientAccumulation: 1,
    });
    const stub = (path: string, text: string) =>
      mkdir(join(folder, dirname(path)), { recursive: true }).then(() => writeFile(join(folder, path), text));
    // In the place of the cookbook: what the script asks of it, written down.
    await stub("chz.py", "def chz(given): return given\n");
    await stub(
      "tinker_cookbook/__init__.py",
      `class renderers:
    class TrainOnWhat: CUSTOMIZED = "customized"
    class ToolCall:
        model_validate = staticmethod(lambda call: ("call", call["function"]["name"]))
    class Renderer:
        def create_conversation_prefix_with_tools(self, tools, system):
            return [{"role": "system", "content": system + "|" + tools[0]["name"]}]
    get_renderer = staticmethod(lambda name, tokenizer: renderers.Renderer())
class model_info:
    get_recommended_renderer_name = staticmethod(lambda model: "recommended")
class checkpoint_utils:
    class Last: state_path, sampler_path = "state", "sampler"
    get_last_checkpoint = staticmethod(lambda log, required_key: checkpoint_utils.Last)
`,
    );
    await stub("tinker_cookbook/tokenizer_utils.py", "get_tokenizer = lambda model: model\n");
    await stub(
      "tinker_cookbook/supervised/__init__.py",
      `import json
class train:
    Config = dict
    async def main(config):
        rows, held_out = config["dataset_builder"]()
        rows.set_epoch(1)
        batches = [[datum.messages for datum in rows.get_batch(index)] for index in range(len(rows))]
        print("SEEN " + json.dumps({"batches": batches, "renderer": config["renderer_name"], "epochs": config["num_epochs"]}))
`,
    );
    await stub(
      "tinker_cookbook/supervised/data.py",
      `class Datum:
    def __init__(self, messages, what):
        assert what == "customized" and all("trainable" in message for message in messages)
        self.messages = messages
        class Input: length = sum(len(str(message["content"])) for message in messages)
        self.model_input = Input
conversation_to_datum = lambda messages, renderer, length, what: Datum(messages, what)
`,
    );
    await stub(
      "tinker_cookbook/supervised/types.py",
      "class SupervisedDataset: pass\nclass SupervisedDatasetBuilder: pass\n",
    );
    const { stdout } = await run("python3", ["train.py"], { cwd: folder });
    const seen = JSON.parse(/^SEEN (.*)$/m.exec(stdout)?.[1] ?? "{}") as { batches: { trainable: boolean }[][][] };
    expect(seen).toMatchObject({ epochs: 2, renderer: "qwen3" });
    expect(seen.batches.map((batch) => batch.length).sort()).toEqual([1, 2]);
    for (const messages of seen.batches.flat())
      expect(messages.map(({ trainable }) => trainable)).toEqual(messages.map((_, at) => at === messages.length - 1));
    expect(JSON.stringify(seen)).toContain("|");
    expect(JSON.parse(await readFile(join(folder, "output/checkpoint.json"), "utf8"))).toEqual({
      state: "state",
      sampler: "sampler",
    });
    await writeFile(
      join(folder, "config.json"),
      (await readFile(join(folder, "config.json"), "utf8")).replace('"max_length": 4096', '"max_length": 3'),
    );
    await expect(run("python3", ["train.py"], { cwd: folder })).rejects.toMatchObject({
      stderr: expect.stringContaining("train.jsonl, line 1: ValueError") as string,
    });
  });

  it("writes preference pairs", async () => {
    const text: PreferenceExample = { ...pairRow, input: { messages: pairRow.input.messages } };
    const trl = await prepare("trl", [text]);
    expect((await trl.rows())[0]).toMatchObject({
      prompt: [{ role: "user" }],
      chosen: [{ role: "assistant" }],
      rejected: [{ role: "assistant" }],
    });
    expect(await trl.read("train.sh")).toContain("trl dpo");
    const factory = await prepare("llama-factory", [text]);
    expect((await factory.rows())[0]).toMatchObject({
      chosen: { from: "gpt", value: "Four." },
      rejected: { from: "gpt", value: "Five." },
    });
    expect(JSON.parse(await factory.read("dataset_info.json"))).toMatchObject({
      train: { ranking: true, columns: { chosen: "chosen" } },
    });
    const axolotl = await prepare("axolotl", [text]);
    expect((await axolotl.rows())[0]).toMatchObject({ chosen: { role: "assistant", content: "Four." } });
    expect(parse(await axolotl.read("config.yaml"))).toMatchObject({
      rl: "dpo",
      datasets: [{ type: "chat_template.default" }],
    });
  });

  it("names the rows that a trainer's form cannot say", async () => {
    const parallel: TrainingExample = {
      tools: toolRow.tools,
      messages: [
        { role: "user", content: "Both?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "a", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
            { id: "b", type: "function", function: { name: "weather", arguments: '{"city":"Bergen"}' } },
          ],
        },
        { role: "tool", tool_call_id: "a", content: "4" },
        { role: "tool", tool_call_id: "b", content: "7" },
        { role: "assistant", content: "4 and 7." },
      ],
    };
    const factory = (template: string) => backendOf("llama-factory", { template });
    expect(faultsOf(factory("llama3"), parallel)).toEqual(["$.messages[3].role roles-do-not-alternate"]);
    expect(faultsOf(factory("qwen3"), parallel)).toEqual([]);
    const spoken = (content: string): TrainingExample => ({
      ...parallel,
      messages: parallel.messages.map((message) =>
        message.role === "assistant" && message.tool_calls ? { ...message, content } : message,
      ),
    });
    expect(faultsOf(factory("qwen3"), spoken("See </tool_call>."))).toEqual(["$.messages[1] reserved-words"]);
    const { render } = factory("qwen3").file;
    expect((render?.(spoken("I ask both."), "supervised") as { conversations: unknown }).conversations).toEqual([
      { from: "human", value: "Both?" },
      {
        from: "function_call",
        // As its formatter of functions reads it (run at 0.9.5): the text, then each call as Qwen's template has it.
        value:
          'I ask both.\n<tool_call>[{"name":"weather","arguments":{"city":"Oslo"}},{"name":"weather","arguments":{"city":"Bergen"}}]</tool_call>',
      },
      { from: "observation", value: "4\n</tool_response>\n<tool_response>\n7" },
      { from: "gpt", value: "4 and 7." },
    ]);
    expect(faultsOf(backendOf("llama-factory"), plain)).toEqual([]);
    expect(faultsOf(backendOf("axolotl"), { ...pairRow, input: { ...pairRow.input, tools: toolRow.tools } })).toEqual([
      "$.input.tools tools-in-preference",
    ]);
  });

  it("does not wait for nobody: fineTune ends with the command, and the folder stays", async () => {
    const error = await fineTune({ examples: [plain], backend: backendOf("trl") }).catch((thrown: unknown) => thrown);
    expect(TimeoutError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(/bash .*train\.sh/);
    expect((await readdir(directory)).filter((name) => name.startsWith("job-"))).toHaveLength(1);
  });

  it("is trained by its command, resumed, served and called", async () => {
    // In the place of the trainer stands a program of the same name that writes what it would.
    const bin = join(directory, "bin");
    await run("mkdir", ["-p", bin]);
    await writeFile(
      join(bin, "trl"),
      "#!/usr/bin/env bash\necho \"training with $*\"\nmkdir output && echo '{}' > output/adapter_config.json && echo w > output/adapter_model.safetensors\n",
    );
    await chmod(join(bin, "trl"), 0o755);
    const { backend, job, folder, read } = await prepare("trl", [plain]);
    await run("bash", [join(folder, "train.sh")], {
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` },
    });
    expect(await read("train.log")).toContain("training with sft --config config.yaml");

    const tuned = await resumeFineTune(job.reference, { backend }).wait();
    expect(tuned).toMatchObject({
      backend: "portable",
      model: join(folder, "output"),
      deployment: { status: "required" },
    });
    expect(tuned.details?.["serve"]).toContain("--lora-modules tuned=");

    await expect(backend.deploy!(tuned, {})).rejects.toThrow(InvalidOptionError);
    const app = new Hono().get("/v1/models", (context) =>
      context.json({ object: "list", data: [{ id: "base" }, { id: "tuned" }] }),
    );
    const server = await startFakeServer(app);
    try {
      const deployed = await backend.deploy!(tuned, { baseURL: `${server.url}/v1` });
      expect(deployed.inference).toMatchObject({
        class: "ChatOpenAI",
        fields: { model: "tuned", configuration: { baseURL: `${server.url}/v1` } },
      });
      await expect(backend.deploy!(tuned, { baseURL: `${server.url}/v1`, servedModel: "other" })).rejects.toThrow(
        /has no model other; it has base, tuned/,
      );
      expect((await backend.teardown!(deployed, {})).inference).toBeUndefined();
    } finally {
      await server.close();
    }
  });

  it("shows the trainer's own words when it fails, and the next start begins anew", async () => {
    const bin = join(directory, "bin");
    await run("mkdir", ["-p", bin]);
    await writeFile(
      join(bin, "trl"),
      "#!/usr/bin/env bash\necho 'torch.OutOfMemoryError: CUDA out of memory' >&2\nexit 3\n",
    );
    await chmod(join(bin, "trl"), 0o755);
    const { backend, job, folder } = await prepare("trl", [plain]);
    await expect(
      run("bash", [join(folder, "train.sh")], {
        env: { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` },
      }),
    ).rejects.toMatchObject({ code: 3 });
    await expect(resumeFineTune(job.reference, { backend }).wait()).rejects.toThrow(
      /exit code 3[^]*CUDA out of memory/,
    );
    const again = await startFineTune({ examples: [plain], backend, epochs: 2, seed: 7 });
    expect(again.reference.id).toBe(job.reference.id);
    expect((await backend.find!(job.reference.key, {}))?.createdAt).toBe(again.reference.createdAt);
  });
});
