import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  curate,
  deduplicate,
  readJsonl,
  splitExamples,
  startFineTune,
  validateJsonl,
  writeDataset,
  writeJsonl,
  type DatasetRow,
} from "langsmith-finetune";
import { openAI } from "../../src/train/backends/openai.js";
import { describe, expect, it } from "vitest";
import { collect, sentence } from "./rows.js";

const user = (number: number) => ({ role: "user" as const, content: `Question ${sentence(number, 12)}` });
const answer = (content: string) => ({ role: "assistant" as const, content });
const kinds: [string, (number: number) => DatasetRow][] = [
  ["supervised", (number) => ({ messages: [user(number), answer(`a${number}`)] })],
  [
    "preference",
    (number) => ({
      input: { messages: [user(number)] },
      preferred_output: [answer(`a${number}`)],
      non_preferred_output: [answer("no")],
    }),
  ],
  ["unpaired", (number) => ({ prompt: [user(number)], completion: [answer(`a${number}`)], label: number % 2 === 0 })],
  ["unpaired text", (number) => ({ prompt: user(number).content, completion: `a${number}`, label: true })],
  ["reinforcement", (number) => ({ messages: [user(number)], reference_answer: `a${number}` })],
];

describe.each(kinds)("rows for %s training", (_kind, make) => {
  const rows = Array.from({ length: 40 }, (_, number) => make(number));

  it("are read, checked, curated, split and written like rows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kinds-"));
    const path = join(folder, "rows.jsonl");
    await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    expect(await collect(validateJsonl(path))).toEqual([]);
    expect((await collect(readJsonl(path))).map((row) => JSON.stringify(row))).toEqual(
      rows.map((row) => JSON.stringify(row)),
    );

    const curated = await curate<DatasetRow>(path, { split: { validation: 0.25 }, tokens: { model: "gpt-4o-mini" } });
    expect(curated.report.rows).toMatchObject({ in: 40, kept: 40 });
    expect(curated.report.rows.validation).toBeGreaterThan(4);
    await writeDataset(join(folder, "dataset"), curated);
    const written = await Promise.all(
      ["train", "validation"].map((name) => readFile(join(folder, `dataset/${name}.jsonl`), "utf8")),
    );
    expect(written.join("").trim().split("\n").sort()).toEqual(rows.map((row) => JSON.stringify(row)).sort());

    const parts = splitExamples(rows, { validation: 0.25 });
    expect((await collect(parts.train)).length + (await collect(parts.validation)).length).toBe(40);
    expect((await writeJsonl(join(folder, "copy.jsonl"), readJsonl(path))).rows).toBe(40);
  });

  it("are told apart by what they train", async () => {
    const twice = [...rows, ...rows.map((row) => structuredClone(row))];
    expect(await collect(deduplicate(twice, { onSkip() {} }))).toHaveLength(40);
  });
});

it("mixed kinds are found", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kinds-"));
  const path = join(folder, "rows.jsonl");
  await writeFile(path, kinds.map(([, make], number) => `${JSON.stringify(make(number))}\n`).join("\n"));
  const found = (await collect(validateJsonl(path))).filter(({ code }) => code === "rows-mixed");
  expect(found.length).toBe(4);
});

it("unpaired rows are refused before anything is uploaded", async () => {
  const backend = openAI({ model: "gpt-4.1-mini", apiKey: "k", baseURL: "http://127.0.0.1:9" });
  const examples = [{ prompt: "Hi", completion: "Hello.", label: true }] as never[];
  await expect(startFineTune({ examples, backend })).rejects.toThrow(/openai cannot train by "unpaired"/);
});

it("objects where texts should be are data for every step", async () => {
  const hostile = [
    {
      messages: [
        { role: { toString: 1 }, content: "x" },
        { role: "assistant", content: "y" },
      ],
    },
    {
      messages: [
        { role: "user", content: { toString: 1 } },
        { role: "assistant", content: { valueOf: 1 } },
      ],
    },
    { messages: [{ role: "user", content: [{ type: { toString: 1 }, image_url: { url: { toString: 1 } } }] }] },
    {
      messages: [
        {
          role: "assistant",
          tool_calls: [{ id: { toString: 1 }, function: { name: { toString: 1 }, arguments: {} } }],
        },
        { role: "tool", tool_call_id: { toString: 1 }, content: null },
      ],
      tools: [{ function: { name: { toString: 1 }, parameters: { toString: 1 } } }],
    },
    { input: { messages: [{ role: { toString: 1 } }] }, preferred_output: { toString: 1 } },
    { prompt: { toString: 1 }, completion: { toString: 1 }, label: { toString: 1 } },
  ] as unknown as DatasetRow[];
  expect(await collect(deduplicate(hostile, { perPrompt: 2, onSkip() {} }))).toHaveLength(hostile.length);
  expect(await collect(deduplicate(hostile, { near: true, onSkip() {} }))).not.toEqual([]);
  expect(await collect(splitExamples(hostile).train)).not.toEqual([]);
  const good = { messages: [user(1), answer("fine")] };
  const { report } = await curate([good, ...hostile], { deduplicate: { near: true }, onSkip() {}, redact: true });
  expect(report.rows.kept).toBe(1);
});
