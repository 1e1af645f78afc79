import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  convertMessagesForFinetuning,
  DatasetConflictError,
  InvalidOptionError,
  LangSmithDatasetChatLoader,
  reasoningOf,
  type Skip,
  sourceOf,
  targetsOf,
  type TrainingExample,
  type TrainingMessage,
  withSource,
  writeLangSmithDataset,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
let client: Client;
beforeEach(async () => {
  sandbox = await startSandbox();
  for (const [name, value] of Object.entries(sandbox.environment())) vi.stubEnv(name, value);
  client = new Client();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
/** Rows as they are written. */
const written = (rows: readonly TrainingExample[]) => rows.map((row) => JSON.parse(JSON.stringify(row)) as unknown);
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
function conversation(thread: number, answers: readonly string[], rest: Partial<TrainingExample> = {}) {
  const messages = answers.flatMap((answer, index): TrainingMessage[] => [
    { role: "user", content: `${thread} asks ${index}` },
    { role: "assistant", content: answer },
  ]);
  const targets = answers.map((_, index) => ({
    message: index * 2 + 1,
    runId: uuid(thread * 100 + index),
    threadId: `t${thread}`,
    model: "gpt-4o",
    feedback: { user_score: { count: 1, average: 1 } },
  }));
  const { runId } = targets.at(-1) ?? {};
  return withSource<TrainingExample>(
    { messages, ...rest },
    { ...(runId && { runId }), threadId: `t${thread}`, targets },
  );
}
const parts = (train: TrainingExample[], validation: TrainingExample[] = [], test: TrainingExample[] = []) => ({
  train,
  validation,
  test,
});
async function readBack(name: string, split: string): Promise<TrainingExample[]> {
  const rows: TrainingExample[] = [];
  const loader = new LangSmithDatasetChatLoader({ datasetName: name, splits: [split], client });
  for await (const row of convertMessagesForFinetuning(loader)) rows.push(row);
  return rows.reverse();
}
const requests = () => sandbox.requests("langsmith").filter(({ method }) => method !== "GET").length;

const tools = [
  {
    type: "function" as const,
    function: {
      name: "weather",
      description: "d",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  },
];
const agent = withSource<TrainingExample>(
  {
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Weather?" },
          { type: "image_url", image_url: { url: "https://example.com/map.png" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city": "Rome"}' } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "12345678901234567890" },
      { role: "assistant", content: "Sunny.", weight: 0 },
      { role: "user", content: "And tomorrow?" },
      { role: "assistant", content: "Rain." },
    ],
    tools,
    parallel_tool_calls: false,
  },
  {
    runId: uuid(9001),
    targets: [
      { message: 2, runId: uuid(9000) },
      { message: 6, runId: uuid(9001) },
    ],
    responseFormat: { type: "object", properties: {} },
    toolChoice: "auto",
  },
);

describe("writeLangSmithDataset", () => {
  it("writes rows that are read back equal, with their splits, targets and sources", async () => {
    const rows = [conversation(1, ["a", "b"]), agent, conversation(2, ["c"], { functions: [{ name: "f" }] })];
    const held = conversation(3, ["d"]);
    const result = await writeLangSmithDataset(parts(rows, [held]), { client, name: "bot", version: "v1" });
    expect(result).toMatchObject({ created: 4, changed: 0, unchanged: 0, removed: 0, skipped: 0, name: "bot" });

    const read = await readBack("bot", "train");
    expect(written(read)).toEqual(written(rows));
    expect((await readBack("bot", "validation")).map((row) => sourceOf(row).splits)).toEqual([["validation"]]);
    for (const [index, row] of read.entries()) {
      expect(targetsOf(row)).toEqual(targetsOf(rows[index] as object));
      expect(sourceOf(row)).toMatchObject({ runId: sourceOf(rows[index] as object).runId, splits: ["train"] });
    }
    expect(sourceOf(read[1] as object)).toMatchObject({
      responseFormat: { type: "object", properties: {} },
      toolChoice: "auto",
    });
    const version = await client.readDatasetVersion({ datasetName: "bot", tag: "v1" });
    expect(version.as_of).toBe(result.asOf);
    const [example] = await all(client.listExamples({ datasetName: "bot", splits: ["validation"] }));
    expect(example).toMatchObject({
      inputs: { messages: [{ role: "user", content: "3 asks 0" }] },
      outputs: { message: { role: "assistant", content: "d" } },
      metadata: { langsmith_finetune: { version: "v1", source: { threadId: "t3" } } },
    });
  });

  it("appends what is new, and changes in place what grew", async () => {
    await writeLangSmithDataset(parts([conversation(1, ["a"]), conversation(2, ["b"])]), { client, name: "bot" });
    const before = await all(client.listExamples({ datasetName: "bot" }));
    const rows = [conversation(1, ["a", "more"]), conversation(2, ["b"]), conversation(3, ["c"])];
    expect(await writeLangSmithDataset(parts(rows), { client, name: "bot" })).toMatchObject({
      created: 1,
      changed: 1,
      unchanged: 1,
    });
    const ids = (await all(client.listExamples({ datasetName: "bot" }))).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
    expect(new Set(written(await readBack("bot", "train")))).toEqual(new Set(written(rows)));

    const count = requests();
    expect(await writeLangSmithDataset(parts(rows), { client, name: "bot" })).toMatchObject({
      unchanged: 3,
      created: 0,
    });
    expect(requests()).toBe(count);
  });

  it("takes out what no row has any more, where it is asked to", async () => {
    const rows = [conversation(1, ["a"]), conversation(2, ["b"])];
    await writeLangSmithDataset(parts(rows), { client, name: "bot" });
    const fewer = parts(rows.slice(1));
    expect(await writeLangSmithDataset(fewer, { client, name: "bot" })).toMatchObject({ removed: 0 });
    expect(await writeLangSmithDataset(fewer, { client, name: "bot", prune: true })).toMatchObject({ removed: 1 });
    expect(written(await readBack("bot", "train"))).toEqual(written(rows.slice(1)));
  });

  it("goes on after an interruption without a second example of any row", async () => {
    const rows = Array.from({ length: 250 }, (_, index) => conversation(index + 1, ["a"]));
    async function* interruptedRows() {
      for (const [index, row] of rows.entries()) {
        if (index === 150) throw new Error("stop");
        yield row;
      }
    }
    const first = { train: interruptedRows(), validation: [], test: [] };
    await expect(writeLangSmithDataset(first, { client, name: "bot" })).rejects.toThrow("stop");
    expect(await all(client.listExamples({ datasetName: "bot" }))).toHaveLength(100);
    const result = await writeLangSmithDataset(parts(rows), { client, name: "bot" });
    expect(result).toMatchObject({ created: 150, unchanged: 100 });
    expect(await all(client.listExamples({ datasetName: "bot" }))).toHaveLength(250);
  });

  it("makes an example once although the answer to its request was lost", async () => {
    const rows = [conversation(1, ["a"]), conversation(2, ["b"])];
    await writeLangSmithDataset(parts(rows), { client, name: "bot" });
    // What the second attempt of a request finds: some of its examples are there.
    const again = new Client();
    const real = (again as unknown as { _fetch: typeof fetch })._fetch;
    Object.defineProperty(again, "_fetch", {
      value: async (url: string, init: RequestInit) =>
        url.includes("/examples?") && !url.includes("&id=") && !url.includes("?id=")
          ? Response.json([])
          : real(url, init),
    });
    await writeLangSmithDataset(parts([...rows, conversation(3, ["c"])]), { client: again, name: "bot" });
    expect(await all(client.listExamples({ datasetName: "bot" }))).toHaveLength(3);
  });

  it("names both runs where a row contradicts what is there, and writes nothing", async () => {
    await writeLangSmithDataset(parts([conversation(1, ["a"]), conversation(2, ["b"])]), { client, name: "bot" });
    const count = requests();
    const other = conversation(1, ["another", "more"]);
    const rows = parts([other, conversation(9, ["z"])], [conversation(2, ["b"])]);
    const error = await writeLangSmithDataset(rows, { client, name: "bot" }).catch((thrown: unknown) => thrown);
    expect(DatasetConflictError.isInstance(error) && error.conflicts).toMatchObject([
      { code: "other-answer", runId: uuid(100), otherRunId: uuid(101), threadId: "t1" },
      { code: "other-split", runId: uuid(200) },
    ]);
    expect(requests()).toBe(count);
    expect(await writeLangSmithDataset(rows, { client, name: "bot", onConflict: "replace" })).toMatchObject({
      changed: 2,
      created: 1,
    });
    expect(written(await readBack("bot", "validation"))).toEqual(written([conversation(2, ["b"])]));
  });

  it("names examples that somebody edited or added, and leaves them as they are", async () => {
    const rows = [conversation(1, ["a"]), conversation(2, ["b"])];
    const { datasetId } = await writeLangSmithDataset(parts(rows), { client, name: "bot" });
    const [example] = await all(client.listExamples({ datasetId }));
    const edited = { message: { role: "assistant", content: "better" } };
    await client.updateExamples([{ id: example?.id ?? "", dataset_id: datasetId, outputs: edited }]);
    await client.createExample({ dataset_id: datasetId, inputs: { question: "?" }, outputs: { answer: "!" } });
    const error = await writeLangSmithDataset(parts(rows), { client, name: "bot" }).catch((thrown: unknown) => thrown);
    const codes = DatasetConflictError.isInstance(error) ? error.conflicts.map(({ code }) => code).sort() : error;
    expect(codes).toEqual(["edited-example", "foreign-example"]);

    const skips: Skip[] = [];
    const onSkip = (skip: Skip) => skips.push(skip);
    const grown = [...rows, conversation(3, ["c"])];
    const options = { client, name: "bot", edited: "keep", prune: true, onSkip } as const;
    expect(await writeLangSmithDataset(parts(grown), options)).toMatchObject({
      created: 1,
      unchanged: 1,
      skipped: 1,
      removed: 0,
    });
    expect(skips).toMatchObject([{ code: "edited-example" }]);
    expect((await client.readExample(example?.id ?? "")).outputs).toEqual(edited);
  });

  it("keeps reasoning, which is read back beside the messages", async () => {
    const answer = { role: "assistant" as const, content: "4", reasoning_content: "2 and 2" };
    const row: TrainingExample = { messages: [{ role: "user", content: "2 + 2?" }, answer] };
    await writeLangSmithDataset(parts([row]), { client, name: "bot" });
    const [read] = await readBack("bot", "train");
    expect(reasoningOf(read?.messages[1] ?? {})).toEqual({ text: "2 and 2" });
    expect(await writeLangSmithDataset(parts([row]), { client, name: "bot" })).toMatchObject({ unchanged: 1 });
  });

  it("leaves out what could not be read back as it is, with a reason", async () => {
    const skips: Skip[] = [];
    const open: TrainingExample = { messages: [{ role: "user", content: "?" }] };
    const name = { client, name: "bot", onSkip: (skip: Skip) => skips.push(skip) };
    expect(await writeLangSmithDataset(parts([open, conversation(1, ["a"])]), name)).toMatchObject({ skipped: 1 });
    expect(skips).toMatchObject([{ code: "no-example" }]);
  });

  it("keeps rows that are there twice apart", async () => {
    const row = (): TrainingExample => ({
      messages: [
        { role: "user", content: "x" },
        { role: "assistant", content: "y" },
      ],
    });
    expect(await writeLangSmithDataset(parts([row(), row()]), { client, name: "bot" })).toMatchObject({ created: 2 });
    expect(await writeLangSmithDataset(parts([row(), row()]), { client, name: "bot" })).toMatchObject({ unchanged: 2 });
  });

  it("refuses rows without splits and a dataset without a name", async () => {
    await expect(writeLangSmithDataset([] as never, { name: "bot" })).rejects.toThrow(InvalidOptionError);
    await expect(writeLangSmithDataset(parts([]), {} as never)).rejects.toThrow("name");
  });
});
