import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FineTuneBackend,
  type FineTuneProgress,
  startFineTune,
  type UnpairedExample,
  validateExamples,
} from "langsmith-finetune";
import { azure } from "langsmith-finetune/backends/azure";
import { alibaba } from "langsmith-finetune/backends/alibaba";
import { bedrock } from "langsmith-finetune/backends/bedrock";
import { sageMaker } from "langsmith-finetune/backends/sagemaker";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { portable, type PortableOptions } from "langsmith-finetune/backends/portable";
import { together } from "langsmith-finetune/backends/together";
import { trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { vertex } from "langsmith-finetune/backends/vertex";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { writeOnly } from "../trl/look.js";

const tools = [
  {
    type: "function" as const,
    function: {
      name: "weather",
      parameters: { type: "object" as const, properties: { city: { type: "string" as const } } },
    },
  },
];

const labelled = (number: number, label = number % 2 === 0): UnpairedExample => ({
  prompt: [
    { role: "developer", content: "Be brief." },
    { role: "user", content: `Question ${number}?` },
  ],
  completion: [{ role: "assistant", content: `Answer ${number}.` }],
  label,
});

const calling: UnpairedExample = {
  prompt: [{ role: "user", content: "Is it warm in Rome?" }],
  completion: [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "a", type: "function", function: { name: "weather", arguments: '{"city": "Rome"}' } }],
    },
  ],
  label: true,
  tools,
};

const texts: UnpairedExample = { prompt: "Hi", completion: "Hello.", label: false };

const some = [labelled(1), labelled(2), calling, texts];

async function lines(path: string): Promise<unknown[]> {
  const text = await readFile(path, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const newFolder = () => mkdtemp(join(tmpdir(), "unpaired-"));

async function trlFolder(options: Partial<TrlOptions> = {}, examples = some, progress: FineTuneProgress[] = []) {
  const backend = trl({ model: "org/model", directory: await newFolder(), runner: writeOnly, ...options });
  const { reference } = await startFineTune({ examples, backend, onProgress: (one) => void progress.push(one) });
  const { directory } = reference.details?.handle as { directory: string };
  return { directory, reference, config: parse(await readFile(join(directory, "config.yaml"), "utf8")) as object };
}

async function portableFolder(options: Partial<PortableOptions> & Pick<PortableOptions, "trainer">, examples = some) {
  const directory = await newFolder();
  const backend = portable({ model: "org/model", directory, ...options });
  const { reference } = await startFineTune({ examples, backend });
  const folder = join(directory, reference.id);
  return { folder, config: parse(await readFile(join(folder, "config.yaml"), "utf8")) as Record<string, unknown> };
}

describe("answers with a label", () => {
  it("are trained by trl kto, in its own form", async () => {
    const { directory, reference, config } = await trlFolder({
      beta: 0.2,
      desirableWeight: 1.5,
      undesirableWeight: 1,
    });
    expect(reference.method).toBe("unpaired");
    expect(config).toMatchObject({ beta: 0.2, desirable_weight: 1.5, undesirable_weight: 1 });
    expect(await readFile(join(directory, "train.sh"), "utf8")).toContain("kto --config config.yaml");
    expect(await lines(join(directory, "train.jsonl"))).toEqual([
      {
        prompt: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Question 1?" },
        ],
        completion: [{ role: "assistant", content: "Answer 1." }],
        label: false,
      },
      expect.objectContaining({ label: true }),
      {
        prompt: [{ role: "user", content: "Is it warm in Rome?" }],
        completion: [
          expect.objectContaining({
            tool_calls: [expect.objectContaining({ function: { name: "weather", arguments: { city: "Rome" } } })],
          }),
        ],
        label: true,
        tools: expect.stringContaining("weather") as string,
      },
      {
        prompt: [{ role: "user", content: "Hi" }],
        completion: [{ role: "assistant", content: "Hello." }],
        label: false,
      },
    ]);
  });

  it("need two rows a batch, unless the loss compares none", async () => {
    await expect(trlFolder({ perDeviceBatchSize: 1 })).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "perDeviceBatchSize",
    });
    const { config } = await trlFolder({
      perDeviceBatchSize: 1,
      config: { loss_type: "apo_zero_unpaired" },
    });
    expect(config).toMatchObject({ per_device_train_batch_size: 1 });
  });

  it("are written for TRL, LLaMA-Factory and axolotl elsewhere", async () => {
    const own = await portableFolder({ trainer: "trl" });
    expect(await readFile(join(own.folder, "train.sh"), "utf8")).toContain("trl kto --config config.yaml");
    expect(own.config["per_device_train_batch_size"]).toBe(4);

    const factory = await portableFolder({ trainer: "llama-factory", template: "qwen3" });
    expect(factory.config).toMatchObject({ stage: "kto", dataset: "train" });
    const info = JSON.parse(await readFile(join(factory.folder, "dataset_info.json"), "utf8")) as object;
    expect(info).toMatchObject({ train: { columns: { messages: "conversations", kto_tag: "kto_tag" } } });
    expect(await lines(join(factory.folder, "train.jsonl"))).toEqual([
      {
        conversations: [
          { from: "human", value: "Question 1?" },
          { from: "gpt", value: "Answer 1." },
        ],
        kto_tag: false,
        system: "Be brief.",
        tools: "",
      },
      expect.objectContaining({ kto_tag: true }),
      expect.objectContaining({
        conversations: [
          { from: "human", value: "Is it warm in Rome?" },
          { from: "function_call", value: '{"name":"weather","arguments":{"city":"Rome"}}' },
        ],
        kto_tag: true,
      }),
      expect.objectContaining({ kto_tag: false, system: "" }),
    ]);

    const template =
      "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function | tojson }}{% endfor %}<|end|>\n{% endfor %}" +
      "{% if tools %}{{ tools | tojson }}{% endif %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}";
    const wolf = await portableFolder({ trainer: "axolotl", chatTemplate: template }, [labelled(1), texts]);
    expect(wolf.config).toMatchObject({
      rl: "kto",
      remove_unused_columns: false,
      datasets: [{ type: { field_prompt: "prompt", prompt_format: "{prompt}", completion_format: "{completion}" } }],
    });
    expect(await lines(join(wolf.folder, "train.jsonl"))).toEqual([
      {
        prompt: "<|system|>\nBe brief.<|end|>\n<|user|>\nQuestion 1?<|end|>\n<|assistant|>\n",
        completion: "Answer 1.<|end|>\n",
        label: false,
      },
      { prompt: "<|user|>\nHi<|end|>\n<|assistant|>\n", completion: "Hello.<|end|>\n", label: false },
    ]);
  });

  it("are refused for axolotl without a chat template, and for Unsloth", async () => {
    await expect(portableFolder({ trainer: "axolotl" })).rejects.toThrow(/row 1.*pass chatTemplate/);
    await expect(portableFolder({ trainer: "unsloth" })).rejects.toThrow(/portable cannot train by "unpaired"/);
  });

  it("are refused by name elsewhere, before anything is sent", async () => {
    const baseURL = "http://127.0.0.1:9";
    const backends: FineTuneBackend[] = [
      openAI({ model: "gpt-4.1-mini", apiKey: "k", baseURL }),
      azure({ model: "gpt-4.1-mini", apiKey: "k", endpoint: baseURL }),
      together({ model: "org/model", apiKey: "k", baseURL }),
      fireworks({ model: "model", apiKey: "k", baseURL, accountId: "a" }),
      nebius({ model: "org/model", apiKey: "k", baseURL }),
      crusoe({ model: "org/model", apiKey: "k", baseURL }),
      vertex({ model: "gemini-2.5-flash", project: "p", location: "l", bucket: "b" }),
      bedrock({ model: "model", region: "us-east-1", roleArn: "r", bucket: "b" }),
      alibaba({ model: "model", apiKey: "k" }),
      sageMaker({ model: "model", region: "us-east-1", roleArn: "r", bucket: "b", modelPackageGroupArn: "g" }),
    ];
    for (const backend of backends) {
      await expect(startFineTune({ examples: some, backend })).rejects.toMatchObject({
        name: "InvalidOptionError",
        message: expect.stringContaining(`${backend.name} cannot train by "unpaired"`) as string,
      });
      const codes: string[] = [];
      for await (const { code } of validateExamples(some, { rules: backend.rules })) codes.push(code);
      expect(codes.filter((code) => code === "unpaired-unsupported")).toHaveLength(some.length);
    }
  });

  it.each([
    [[6, 6], {}, undefined],
    [[4, 3], {}, undefined],
    [[9, 1], {}, /9 good and 1 bad.*bad answers to 6\.75 to 9\./],
    [[1, 3], {}, /1 good and 3 bad.*good answers to 3 to 4\./],
    [[9, 1], { undesirableWeight: 8 }, undefined],
    [[5, 0], {}, /All 5 answers are good/],
  ] as const)("are warned of where the sides weigh too differently: %j %j", async ([good, bad], weights, warning) => {
    const rows = Array.from({ length: good + bad }, (_, number) => labelled(number, number < good));
    const progress: FineTuneProgress[] = [];
    await trlFolder(weights, rows, progress);
    const said = progress.flatMap((one) => (one.type === "prepared" ? one.warnings : []));
    const found = said.filter(({ code }) => code === "labels-unbalanced");
    expect(found).toHaveLength(warning ? 1 : 0);
    if (warning) expect(found[0]?.message).toMatch(warning);
  });
});
