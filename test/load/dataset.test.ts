import { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type ChatSession,
  convertDatasetExample,
  convertMessagesForFinetuning,
  LangSmithDatasetChatLoader,
  type Skip,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

async function rowOf(inputs: Record<string, unknown>, outputs: Record<string, unknown> | null) {
  const result = convertDatasetExample({ id: "e", inputs, outputs });
  if ("skip" in result) return result.skip.code;
  for await (const row of convertMessagesForFinetuning([result.session]))
    return JSON.parse(JSON.stringify(row)) as unknown;
  return "nothing";
}

describe("convertDatasetExample", () => {
  it.each(["attachments", "attachment_urls"])(
    "leaves out an example with %s, whose pictures are not in its messages",
    (key) => {
      const example = { id: "e", inputs: { messages: [user("What?")] }, outputs: { message: assistant("A dot.") } };
      const held = { [key]: { "dot.png": { mime_type: "image/png", presigned_url: "https://example.com/dot.png" } } };
      expect(convertDatasetExample({ ...example, ...held })).toMatchObject({ skip: { code: "unsupported-content" } });
      expect(convertDatasetExample({ ...example, [key]: {} })).toHaveProperty("session");
    },
  );

  it.each([
    [
      "a chat dataset, in LangChain's stored form",
      { input: [{ type: "human", data: { content: "hi" } }] },
      { output: { type: "ai", data: { content: "hello" } } },
    ],
    ["messages in OpenAI's form", { messages: [user("hi")] }, { message: assistant("hello") }],
    ["messages on both sides", { messages: [user("hi")] }, { messages: [assistant("hello")] }],
    ["messages and a plain answer", { messages: [user("hi")] }, { answer: "hello" }],
    ["a whole row and no outputs", { messages: [user("hi"), assistant("hello")] }, null],
    ["question and answer", { question: "hi" }, { answer: "hello" }],
    ["an LLM dataset", { input: "hi" }, { output: "hello" }],
    ["a question and a message", { question: "hi" }, { role: "assistant", content: "hello" }],
    [
      "the inputs and outputs of a run",
      {
        messages: [
          [
            {
              lc: 1,
              type: "constructor",
              id: ["langchain_core", "messages", "HumanMessage"],
              kwargs: { content: "hi" },
            },
          ],
        ],
      },
      {
        generations: [
          [
            {
              text: "hello",
              message: {
                lc: 1,
                type: "constructor",
                id: ["langchain_core", "messages", "AIMessage"],
                kwargs: { content: "hello" },
              },
            },
          ],
        ],
      },
    ],
  ])("reads %s", async (_, inputs, outputs) => {
    expect(await rowOf(inputs, outputs)).toEqual({ messages: [user("hi"), assistant("hello")] });
  });

  it("keeps a system prompt and tools", async () => {
    expect(await rowOf({ system: "Be brief.", question: "hi" }, { answer: "hello" })).toEqual({
      messages: [{ role: "system", content: "Be brief." }, user("hi"), assistant("hello")],
    });
    const call = { id: "c", type: "function", function: { name: "add", arguments: "{}" } };
    const tools = [{ type: "function", function: { name: "add", parameters: { type: "object", properties: {} } } }];
    expect(
      await rowOf(
        { messages: [user("hi")], tools },
        { message: { role: "assistant", content: null, tool_calls: [call] } },
      ),
    ).toMatchObject({
      messages: [user("hi"), { role: "assistant", tool_calls: [call] }],
      tools,
    });
  });

  it.each([
    ["several texts", { question: "hi", context: "…" }, { answer: "hello" }],
    ["a name that says nothing", { x: "hi" }, { answer: "hello" }],
    ["an answer among other things", { question: "hi" }, { answer: "hello", label: "good" }],
    ["no answer", { messages: [user("hi")] }, {}],
    ["a last message of the user and no outputs", { messages: [assistant("hello"), user("hi")] }, null],
    ["an answer that is not text", { question: "hi" }, { answer: 4 }],
  ])("guesses nothing of %s", async (_, inputs, outputs) => {
    expect(typeof (await rowOf(inputs, outputs))).toBe("string");
  });

  it("says which example was left out, and why", () => {
    const result = convertDatasetExample({ id: "e-1", inputs: { x: 1 }, outputs: { y: 2 } });
    expect(result).toMatchObject({ skip: { message: expect.stringContaining("e-1") as string } });
    expect(result).not.toHaveProperty("skip.runId");
    for (const example of [null, "text", [], {}, { id: 3 }]) {
      expect(convertDatasetExample(example)).toMatchObject({ skip: { code: "invalid-example" } });
    }
  });
});

describe("LangSmithDatasetChatLoader", () => {
  let sandbox: Sandbox;
  let client: Client;
  let datasetId: string;
  beforeEach(async () => {
    sandbox = await startSandbox();
    client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
    const example = (index: number) => ({
      inputs: { messages: [user(`question ${index}`)] },
      outputs: { message: assistant(`answer ${index}`) },
      metadata: { even: index % 2 === 0 },
      split: index < 200 ? "train" : ["test", "hard"],
    });
    const { id } = sandbox.langsmith.createDataset({
      name: "golden answers",
      dataType: "chat",
      examples: [
        ...Array.from({ length: 250 }, (_, index) => example(index)),
        { inputs: { x: 1 }, outputs: { y: 2 }, split: "train" },
      ],
    });
    datasetId = id;
  });
  afterEach(() => sandbox.close());

  it("loads every example by pages, and reports what it cannot read", async () => {
    const skips: Skip[] = [];
    sandbox.clearRequests();
    const loader = new LangSmithDatasetChatLoader({
      datasetName: "golden answers",
      client,
      onSkip: (skip) => skips.push(skip),
    });
    expect(sandbox.requests("langsmith")).toEqual([]);
    const sessions = await loader.load();
    expect(new Set(sessions.map(({ messages }) => messages.at(-1)?.text)).size).toBe(250);
    expect(skips).toHaveLength(1);
    expect(sandbox.requests("langsmith").filter(({ path }) => path === "/examples")).toHaveLength(3);
  });

  it("knows where a session came from", async () => {
    const loader = new LangSmithDatasetChatLoader({ datasetId, client, splits: ["hard"], onSkip: () => {} });
    const sessions: ChatSession[] = [];
    for await (const session of loader) sessions.push(session);
    expect(sessions).toHaveLength(50);
    expect(sessions[0]?.source).toMatchObject({
      datasetId,
      splits: ["test", "hard"],
      metadata: { even: expect.any(Boolean) as boolean },
    });
    expect(sessions[0]?.source?.exampleId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sessions[0]?.source).not.toHaveProperty("runId");
  });

  it("takes splits, metadata and the dataset as it was", async () => {
    const count = async (options: object) =>
      (await new LangSmithDatasetChatLoader({ datasetId, client, onSkip: () => {}, ...options }).load()).length;
    expect(await count({ splits: ["train"] })).toBe(200);
    expect(await count({ splits: ["train", "test"], metadata: { even: true } })).toBe(125);
    const before = new Date();
    await vi.waitUntil(() => Date.now() > before.getTime(), { interval: 1 });
    await client.createExample({ dataset_id: datasetId, inputs: { question: "late?" }, outputs: { answer: "yes" } });
    expect(await count({})).toBe(251);
    expect(await count({ asOf: before })).toBe(250);
  });

  it("stops where the consumer stops", async () => {
    sandbox.clearRequests();
    const first = await new LangSmithDatasetChatLoader({ datasetId, client, onSkip: () => {} }).lazyLoad().next();
    expect(first.done).toBe(false);
    expect(sandbox.requests("langsmith").filter(({ path }) => path === "/examples")).toHaveLength(1);
  });

  it("says which dataset there is not", async () => {
    await expect(new LangSmithDatasetChatLoader({ datasetName: "golden answer", client }).load()).rejects.toMatchObject(
      {
        name: "ServiceError",
        code: "not-found",
        hint: expect.stringContaining('"golden answers"') as string,
      },
    );
    expect(() => new LangSmithDatasetChatLoader({})).toThrow(
      expect.objectContaining({ name: "InvalidOptionError", option: "datasetName" }),
    );
  });
});
