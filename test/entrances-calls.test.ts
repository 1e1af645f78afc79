import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  chatModel,
  convertMessagesForFinetuning,
  countTokens,
  fineTune,
  InvalidOptionError,
  readJsonl,
  selectRuns,
  writeDataset,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { together } from "langsmith-finetune/backends/together";
import { startSandbox } from "langsmith-finetune/sandbox";

// Calls that users make by mistake, and what the error says.
const rows = [{ messages: [{ role: "user", content: "Hi" }] }];
const project = { projectName: "p" };

async function messageOf(call: () => unknown): Promise<string> {
  try {
    const result = await call();
    await (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
  } catch (error) {
    if (InvalidOptionError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error("The call was not refused.");
}

const wrongly = (call: unknown) => call as (...values: unknown[]) => unknown;

it.each<[string, () => unknown, RegExp]>([
  [
    "the factory for a backend",
    () => wrongly(fineTune)({ examples: [], backend: openAI }),
    /backend must be a backend, such as openAI\(\{ model \}\); got the function openAI/,
  ],
  [
    "rows for a curated dataset",
    () => wrongly(writeDataset)("folder", rows),
    /curated must be what curate\(\) returns.*got an array/,
  ],
  ["no options", () => wrongly(countTokens)(rows), /countTokens: the options must be an object; got undefined/],
  [
    "runs for sessions",
    () => wrongly(convertMessagesForFinetuning)([{ id: "r", run_type: "llm" }]),
    /object with messages.*loadChatSessions\(runs\)/,
  ],
  [
    "minimum",
    () => wrongly(selectRuns)({ ...project, feedback: { key: "k", minimum: 0.8 } }),
    /Unknown option feedback\.minimum.*Did you mean feedback\.min\?/,
  ],
  [
    "minimum, in a list",
    () => wrongly(selectRuns)({ ...project, feedback: [{ key: "k", minimum: 1 }] }),
    /feedback\[0\]\.minimum/,
  ],
  ["feedbak", () => wrongly(selectRuns)({ ...project, feedbak: { key: "k" } }), /feedbak.*Did you mean feedback\?/],
  ["sinse", () => wrongly(selectRuns)({ ...project, sinse: "2026-11-01" }), /sinse.*Did you mean since\?/],
  [
    "epoch",
    () => wrongly(fineTune)({ examples: [], backend: openAI({ model: "m" }), epoch: 3 }),
    /epoch of fineTune\. Did you mean epochs\?/,
  ],
  [
    "lerningRate",
    () => wrongly(together)({ model: "m", lerningRate: 1 }),
    /lerningRate of together\. Did you mean learningRate\?/,
  ],
  ["temperature", () => wrongly(chatModel)({}, { temperature: 0 }), /temperature of chatModel\..*fields/],
  ["a misspelt option of readJsonl", () => wrongly(readJsonl)("a.jsonl", { stric: true }), /Did you mean strict\?/],
])("names %s", async (_, call, message) => {
  expect(await messageOf(call)).toMatch(message);
});

it("takes the path of a file for the rows of fineTune", async () => {
  const folder = await mkdtemp(join(tmpdir(), "entrances-"));
  const sandbox = await startSandbox({ openai: { jobSeconds: 0 } });
  try {
    const path = join(folder, "train.jsonl");
    const row = (index: number) => ({
      messages: [
        { role: "user", content: `What is ${index}?` },
        { role: "assistant", content: "A number." },
      ],
    });
    await writeFile(path, Array.from({ length: 10 }, (_, index) => JSON.stringify(row(index))).join("\n"));
    const backend = openAI({
      model: "gpt-4o-mini-2024-07-18",
      baseURL: sandbox.openai.url,
      apiKey: sandbox.openai.apiKey,
    });
    const tuned = await fineTune({ examples: path, backend, pollInterval: 10 });
    expect(tuned.model).toMatch(/^ft:gpt-4o-mini/);
    await writeFile(path, "not JSON");
    await expect(fineTune({ examples: path, backend })).rejects.toThrow(
      /train\.jsonl, line 1: The line is not a JSON object/,
    );
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
});
