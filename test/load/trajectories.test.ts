import { Client } from "langsmith";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  convertDatasetExample,
  convertMessagesForFinetuning,
  joinConversations,
  LangSmithDatasetChatLoader,
  loadChatSessions,
  loadTrajectories,
  selectRuns,
  targetsOf,
  type Skip,
  type TrainingExample,
  type TrajectoryQuery,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

const weigh = {
  type: "function",
  function: {
    name: "weigh",
    description: "Weigh a thing.",
    parameters: { type: "object", properties: { thing: { type: "string" } }, required: ["thing"] },
  },
};
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

interface Message {
  kind: "HumanMessage" | "AIMessage" | "SystemMessage" | "ToolMessage";
  kwargs: Record<string, unknown>;
}
const stored = ({ kind, kwargs }: Message) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain_core", "messages", kind],
  kwargs,
});
const system: Message = { kind: "SystemMessage", kwargs: { id: "m-system", content: "Weigh things." } };
const human = (id: string, content: string): Message => ({ kind: "HumanMessage", kwargs: { id, content } });
const ai = (id: string, content: string, calls: unknown[] = []): Message => ({
  kind: "AIMessage",
  kwargs: {
    id,
    content,
    tool_calls: calls,
    response_metadata: { finish_reason: calls.length > 0 ? "tool_calls" : "stop" },
  },
});
const result = (id: string, call: string, content: string): Message => ({
  kind: "ToolMessage",
  kwargs: { id, content, tool_call_id: call, name: "weigh" },
});
const call = (id: string, thing: string) => ({ id, name: "weigh", args: { thing }, type: "tool_call" });

let sandbox: Sandbox;
let client: Client;
let clock = Date.now() - 3_600_000;

/** A trace of one root with a call of a model for each pair of prompt and answer. */
function addTrace(
  number: number,
  threadId: string | undefined,
  calls: readonly (readonly [Message[], Message])[],
): void {
  const start = () => new Date((clock += 1_000)).toISOString();
  const metadata = threadId === undefined ? {} : { thread_id: threadId };
  const root = {
    id: uuid(number),
    trace_id: uuid(number),
    name: "agent",
    run_type: "chain",
    start_time: start(),
    end_time: start(),
    inputs: {},
    outputs: {},
    extra: { metadata },
  };
  const models = calls.map(([prompt, answer], index) => ({
    id: uuid(number + index + 1),
    trace_id: uuid(number),
    parent_run_id: uuid(number),
    name: "ChatOpenAI",
    run_type: "llm",
    start_time: start(),
    end_time: start(),
    inputs: { messages: [prompt.map(stored)] },
    outputs: { generations: [[{ text: answer.kwargs.content, message: stored(answer) }]] },
    extra: {
      metadata: { ...metadata, ls_provider: "openai", ls_model_type: "chat", ls_model_name: "gpt-4o-mini" },
      invocation_params: { model: "gpt-4o-mini", tools: [weigh] },
      runtime: { library: "langchain-core", sdk: "langsmith-py", library_version: "1.0.0" },
    },
  }));
  sandbox.langsmith.addRuns([root, ...models], { projectName: "bot" });
}

const doorPrompt = [system, human("m-1", "the door")];
const doorCall = ai("m-2", "", [call("c-1", "door")]);
const doorDone = [...doorPrompt, doorCall, result("m-3", "c-1", "3 kg")];
const doorAnswer = ai("m-4", "Three kilograms.");
const roofPrompt = [...doorDone, doorAnswer, human("m-5", "the roof")];

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  addTrace(100, "thread-1", [
    [doorPrompt, doorCall],
    [doorDone, doorAnswer],
  ]);
  addTrace(200, "thread-1", [[roofPrompt, ai("m-6", "Too heavy.")]]);
  addTrace(300, undefined, [[[system, human("m-7", "the cat")], ai("m-8", "It runs.")]]);
});
afterAll(() => sandbox.close());

/** A client that gets these pages for trajectories, and all else from the stand-in. */
function clientWith(...pages: readonly object[]): Client {
  const left = [...pages];
  // The last page stays: an answer that cannot be read is asked for again.
  const next = () => (left.length > 1 ? left.shift() : left[0]);
  const fetchImplementation: typeof fetch = (input, init) =>
    String(input).endsWith("/v1/trajectory") ? Promise.resolve(Response.json(next())) : fetch(input, init);
  return new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey, fetchImplementation });
}

const since = new Date(Date.now() - 2 * 3_600_000);
async function rowsOf(
  query: Partial<TrajectoryQuery>,
  skips: Skip[] = [],
  asking = client,
): Promise<TrainingExample[]> {
  const sessions = loadTrajectories(
    { projectName: "bot", ...query },
    { client: asking, onSkip: (skip) => void skips.push(skip) },
  );
  return joined(convertMessagesForFinetuning(sessions));
}
const joined = async (rows: AsyncIterable<TrainingExample>) => {
  const all: TrainingExample[] = [];
  for await (const row of joinConversations(rows)) all.push(row);
  return all.sort((left, right) => right.messages.length - left.messages.length);
};

describe("loadTrajectories", () => {
  it("gives the rows that the runs themselves give", async () => {
    const skips: Skip[] = [];
    const rows = await rowsOf({ since }, skips);
    const runs = selectRuns({ projectName: "bot", since, whole: "thread" }, { client });
    expect(rows).toEqual(await joined(convertMessagesForFinetuning(loadChatSessions(runs))));
    expect(rows).toHaveLength(2);
    expect(targetsOf(rows[0] ?? {}).map(({ runId }) => runId)).toEqual([uuid(101), uuid(102), uuid(201)]);
    expect(skips).toEqual([]);
  });

  it("reads some threads, some traces, or the newest conversations", async () => {
    expect(await rowsOf({ threadIds: ["thread-1"] })).toMatchObject([{ messages: { length: 7 } }]);
    expect(await rowsOf({ traceIds: [uuid(300)] })).toMatchObject([{ messages: { length: 3 } }]);
    expect(await rowsOf({ since, limit: 1 })).toMatchObject([{ messages: { length: 3 } }]);
    expect(await rowsOf({ threadIds: ["nobody"] })).toEqual([]);
  });

  it("asks with one message a page where the server says that pages are too large", async () => {
    const words = "trajectory view exceeded response data size limit. Narrow the requested trajectory page";
    sandbox.faults.inject({ method: "POST", path: "/v1/trajectory", status: 400, body: { detail: words }, times: 1 });
    sandbox.clearRequests();
    expect(await rowsOf({ threadIds: ["thread-1"] })).toHaveLength(1);
    const asked = sandbox.requests("langsmith").filter(({ path }) => path.endsWith("/v1/trajectory"));
    expect(asked.length).toBeGreaterThan(5);
  });

  it("is an error where a page of one message is too large still", async () => {
    const words = "trajectory view exceeded response data size limit. Narrow the requested trajectory page";
    const fault = sandbox.faults.inject({
      method: "POST",
      path: "/v1/trajectory",
      status: 400,
      body: { detail: words },
    });
    await expect(rowsOf({ threadIds: ["thread-1"] })).rejects.toThrow(
      /Reading a trajectory.*exceeded response data size/,
    );
    expect(fault.count).toBe(2);
    fault.remove();
  });

  it.each([
    [
      "shows another answer than the run gave",
      { content: [{ type: "text", text: "Four kilograms." }] },
      "another answer",
    ],
    ["gives the answer no id", { id: undefined }, "No run that the trajectory names has this answer"],
    ["gives it an id that no run has", { id: "m-other" }, "No run that the trajectory names has this answer"],
    ["shows other tools", { available_tools: [] }, "other tools"],
  ])("leaves out an answer where the trajectory %s", async (_name, change, words) => {
    const item = {
      type: "message",
      message: { role: "ai", id: "m-4", content: [{ type: "text", text: "Three kilograms." }], ...change },
      metadata: { run_id: uuid(102), trace_id: uuid(100) },
    };
    const page = { items: [item], next_cursor: null };
    const skips: Skip[] = [];
    expect(await rowsOf({ threadIds: ["thread-1"] }, skips, clientWith(page))).toEqual([]);
    expect(skips).toMatchObject([
      { code: "unproven-answer", runId: uuid(102), message: expect.stringContaining(words) as string },
    ]);
  });

  it("takes history that is attributed to the run that was sent it for no answer of that run", async () => {
    const item = (id: string, text: string, run: number) => ({
      type: "message",
      message: { role: "ai", id, content: text },
      metadata: { run_id: uuid(run), trace_id: uuid(100) },
    });
    const page = {
      items: [item("m-4", "Three kilograms.", 201), item("m-6", "Too heavy.", 201), item("m-6", "Too heavy.", 201)],
    };
    const skips: Skip[] = [];
    const rows = await rowsOf({ threadIds: ["thread-1"] }, skips, clientWith(page));
    expect(rows.map((row) => targetsOf(row).map(({ runId }) => runId))).toEqual([[uuid(201)]]);
    expect(skips.map(({ code }) => code)).toEqual(["unproven-answer"]);
  });

  it("throws for pages that never end, for no project and for two", async () => {
    const page = { items: [], next_cursor: "again" };
    await expect(rowsOf({ threadIds: ["thread-1"] }, [], clientWith(page, page))).rejects.toMatchObject({
      name: "ServiceError",
    });
    expect(() => loadTrajectories({})).toThrow("either projectName or projectId");
    expect(() => loadTrajectories({ projectName: "a", projectId: "b" })).toThrow("either projectName or projectId");
  });
});

describe("a trajectory that Smithtune stored", () => {
  const blocks = {
    messages: [
      { role: "system", id: "m-system", content: "Weigh things." },
      { role: "human", id: "m-1", content: [{ type: "text", text: "the door" }] },
      {
        role: "ai",
        id: "m-2",
        content: [
          { type: "reasoning", reasoning: "It asks for a weight." },
          { type: "tool_call", id: "c-1", name: "weigh", args: { thing: "door" } },
        ],
      },
      { role: "tool", id: "m-3", tool_call_id: "c-1", name: "weigh", content: "3 kg" },
      { role: "ai", id: "m-4", content: [{ type: "text", text: "Three kilograms." }] },
    ],
  };
  const binding = (index: number, run: number, tools: unknown) => ({
    message_index: index,
    run_id: uuid(run),
    trace_id: uuid(100),
    tools,
  });
  const exampleOf = (bindings: readonly unknown[], inputs: object = blocks) => ({
    id: uuid(900),
    dataset_id: uuid(901),
    inputs,
    metadata: {
      source_scope: "thread",
      source_scope_id: "thread-1",
      source_project_id: uuid(902),
      smithtune_source: { schema_version: 1, assistant_runs: bindings },
    },
  });

  it("teaches the answers whose runs are named, with the tools of each", () => {
    const read = convertDatasetExample(exampleOf([binding(2, 101, [weigh]), binding(4, 102, [weigh])]));
    expect("session" in read && read.session).toMatchObject({
      tools: [weigh],
      source: {
        threadId: "thread-1",
        exampleId: uuid(900),
        targets: [
          { message: 2, runId: uuid(101), threadId: "thread-1" },
          { message: 4, runId: uuid(102) },
        ],
      },
    });
  });

  it("gives the same row as the runs", async () => {
    const dataset = await client.createDataset("smithtune", { dataType: "kv" });
    const { inputs, metadata } = exampleOf([binding(2, 101, [weigh]), binding(4, 102, [weigh])]);
    await client.createExample({ dataset_id: dataset.id, inputs: inputs as Record<string, unknown>, metadata });
    const loader = new LangSmithDatasetChatLoader({ datasetName: "smithtune", client });
    const [row] = await joined(convertMessagesForFinetuning(loader));
    const [fromRuns] = await rowsOf({ traceIds: [uuid(100)] });
    expect(JSON.stringify(row)).toBe(JSON.stringify(fromRuns));
  });

  it("is several sessions where the tools change, and learns each answer under its own", async () => {
    const dataset = await client.createDataset("changing", { dataType: "kv" });
    const { inputs, metadata } = exampleOf([binding(2, 101, [weigh]), binding(4, 102, [])]);
    await client.createExample({ dataset_id: dataset.id, inputs: inputs as Record<string, unknown>, metadata });
    const rows: TrainingExample[] = [];
    const loader = new LangSmithDatasetChatLoader({ datasetName: "changing", client });
    for await (const row of convertMessagesForFinetuning(loader)) rows.push(row);
    expect(rows.map(({ messages, tools }) => [messages.length, tools?.length ?? 0])).toEqual([
      [3, 1],
      [5, 0],
    ]);
    expect(rows[1]?.messages[2]).toMatchObject({ weight: 0 });
    expect(convertDatasetExample(exampleOf([binding(2, 101, [weigh]), binding(4, 102, [])]))).toMatchObject({
      skip: { code: "several-sessions" },
    });
  });

  it.each<[string, readonly unknown[], string]>([
    ["points to a question", [binding(1, 101, [weigh])], "invalid-example"],
    ["points to an answer twice", [binding(2, 101, [weigh]), binding(2, 102, [weigh])], "invalid-example"],
    ["points behind the end", [binding(9, 101, [weigh])], "invalid-example"],
    ["does not know the tools", [binding(2, 101, null)], "missing-tools"],
    ["names no run", [], "no-answer"],
  ])("is left out where its metadata %s", (_name, bindings, code) => {
    expect(convertDatasetExample(exampleOf(bindings))).toMatchObject({ skip: { code } });
  });

  it("is left out where its provenance is missing or a message cannot be read", () => {
    const example = exampleOf([binding(2, 101, [weigh])]);
    const without = { ...example, metadata: { ...example.metadata, smithtune_source: { schema_version: 1 } } };
    expect(convertDatasetExample(without)).toMatchObject({ skip: { code: "unknown-shape" } });
    const odd = exampleOf([binding(0, 101, [weigh])], { messages: [{ role: "ai", content: [{ type: "hologram" }] }] });
    expect(convertDatasetExample(odd)).toHaveProperty("skip.code");
  });
});
