import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { HumanMessage, type AIMessageChunk } from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  Calculator,
  convertToOpenAITool,
  InvalidOptionError,
  routedChatModel,
  selectRuns,
  type RoutedChatModelOptions,
  type Run,
} from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
afterEach(() => sandbox.clearRequests());

const TUNED = "gpt-4o-2024-08-06";
const real = (model = "gpt-4o-mini-2024-07-18") =>
  new ChatOpenAI({
    model,
    apiKey: sandbox.openai.apiKey,
    maxRetries: 0,
    configuration: { baseURL: sandbox.openai.url },
  });
const broken = () => real("gpt-nowhere");
const fake = (text: string) => new FakeListChatModel({ responses: [text] });
const routed = (options: Partial<RoutedChatModelOptions> = {}) =>
  routedChatModel({ base: real(), tuned: real(TUNED), share: 1, key: "user-1", ...options });
const asked = () => sandbox.requests("openai").map(({ body }) => (body as { model?: string }).model);

describe("which arm answers", () => {
  const answers = async (model: ReturnType<typeof routedChatModel>, keys: number) => {
    const given = [];
    for (let user = 0; user < keys; user += 1) {
      const { text } = await model.invoke("?", { metadata: { thread_id: `thread-${user}` } });
      given.push(text);
    }
    return given;
  };
  const two = (share: RoutedChatModelOptions["share"], extra = {}) =>
    routedChatModel({ base: fake("base"), tuned: fake("tuned"), share, ...extra });

  it("is the same for a key in every process, and about the share of the keys", async () => {
    const first = await answers(two(0.3), 300);
    expect(await answers(two(0.3), 300)).toEqual(first);
    const share = first.filter((arm) => arm === "tuned").length / 300;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.38);
    // More share takes more keys, and gives none back.
    const more = await answers(two(0.5), 300);
    expect(first.every((arm, index) => arm === "base" || more[index] === "tuned")).toBe(true);
    expect(await answers(two(0.3, { experiment: "second" }), 300)).not.toEqual(first);
  });

  it("follows a share that changes, at the next call", async () => {
    let share = 1;
    const model = two(() => share, { key: "user" });
    expect((await model.invoke("?")).text).toBe("tuned");
    share = 0;
    expect((await model.invoke("?")).text).toBe("base");
    expect(model.counts).toEqual({ base: 1, tuned: 1, fallbacks: 0, withoutKey: 0 });
  });

  it("is the base model without a key, counted and said once", async () => {
    const warnings: string[] = [];
    const listen = ({ message }: Error) => void warnings.push(message);
    process.on("warning", listen);
    const model = two(1);
    await model.invoke("?");
    const { text } = await model.invoke("?");
    await new Promise((done) => setImmediate(done));
    process.off("warning", listen);
    expect(text).toBe("base");
    expect(model.counts.withoutKey).toBe(2);
    expect(warnings.filter((message) => message.includes("has no key"))).toHaveLength(1);
  });

  it("can be decided by the messages, and by configurable", async () => {
    const byText = two(0.5, { key: ({ messages }: { messages: { text: string }[] }) => messages[0]?.text });
    expect((await byText.invoke("a")).text).toBe((await byText.invoke([new HumanMessage("a")])).text);
    const byThread = two(1);
    expect((await byThread.invoke("?", { configurable: { thread_id: "t" } })).text).toBe("tuned");
  });
});

describe("what is asked", () => {
  it("goes to the arm unchanged: tools, structure, pieces, batches", async () => {
    const model = routed();
    const bound = model.bindTools?.([convertToOpenAITool(Calculator)]);
    const answer = (await bound?.invoke("What's 6*7?")) as AIMessageChunk;
    expect(answer.tool_calls?.[0]).toMatchObject({ name: "Calculator" });
    expect(await model.withStructuredOutput(Calculator, { method: "functionCalling" }).invoke("What's 6*7?")).toEqual({
      num1: 6,
      num2: 7,
      operation: "*",
    });
    const pieces: string[] = [];
    for await (const { text } of await model.stream("Tell me of the sea.")) pieces.push(text);
    expect(pieces.length).toBeGreaterThan(1);
    const chained: string[] = [];
    for await (const { text } of await ChatPromptTemplate.fromTemplate("{question}")
      .pipe(model)
      .stream({ question: "?" }))
      chained.push(text);
    expect(chained.length).toBeGreaterThan(1);
    expect(await model.batch(["a", "b"])).toHaveLength(2);
    const { generations } = await model.generate([[new HumanMessage("a")], [new HumanMessage("b")]]);
    expect(generations).toHaveLength(2);
    expect(new Set(asked())).toEqual(new Set([TUNED]));
    expect(model.counts.tuned).toBe(8);
  });

  it("reaches the caller's callbacks as one run of the model that answered", async () => {
    const seen: string[] = [];
    await routed().invoke("?", {
      callbacks: [
        {
          handleChatModelStart: (_model, _messages, _id, _parent, extra, tags, metadata) =>
            void seen.push("start", JSON.stringify([extra?.invocation_params, tags, metadata])),
          handleLLMEnd: () => void seen.push("end"),
        },
      ],
      tags: ["mine"],
      metadata: { user: 1 },
    });
    expect(seen).toHaveLength(3);
    expect(seen[1]).toContain(`"model":"${TUNED}"`);
    expect(seen[1]).toContain(`["mine","arm:tuned","arm-version:${TUNED}"]`);
    expect(seen[1]).toContain('"user":1,"arm":"tuned"');
    expect(seen[1]).not.toContain("user-1");
  });
});

describe("a tuned call that fails", () => {
  it("is answered once by the base model, and counted, whole and in pieces", async () => {
    const errors: unknown[] = [];
    const model = routed({ tuned: broken(), onFallback: (error) => errors.push(error) });
    expect((await model.invoke("?")).text).not.toBe("");
    let text = "";
    for await (const piece of await model.stream("?")) text += piece.text;
    expect(text).not.toBe("");
    expect(model.counts).toEqual({ base: 0, tuned: 2, fallbacks: 2, withoutKey: 0 });
    expect(errors).toHaveLength(2);
    expect(asked()).toEqual(["gpt-nowhere", "gpt-4o-mini-2024-07-18", "gpt-nowhere", "gpt-4o-mini-2024-07-18"]);
  });

  it("is an error where the base model fails too, or was asked first", async () => {
    await expect(routed({ base: broken(), tuned: broken() }).invoke("?")).rejects.toThrow();
    const model = routed({ base: broken(), share: 0 });
    await expect(model.invoke("?")).rejects.toThrow();
    expect(model.counts.fallbacks).toBe(0);
  });

  it("is not repeated when the caller has ended the call", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    const model = routed();
    await expect(model.invoke("?", { signal: controller.signal })).rejects.toThrow();
    expect(model.counts.fallbacks).toBe(0);
    expect(asked()).not.toContain("gpt-4o-mini-2024-07-18");
  });

  it("is not repeated when a piece of it was given out", async () => {
    const tuned = fake("half an answer");
    tuned._streamResponseChunks = async function* (...call) {
      for await (const chunk of FakeListChatModel.prototype._streamResponseChunks.apply(tuned, call)) {
        yield chunk;
        throw new Error("cut off");
      }
    };
    const model = routed({ tuned });
    const read = async () => {
      for await (const piece of await model.stream("?")) void piece;
    };
    await expect(read()).rejects.toThrow("cut off");
    expect(model.counts.fallbacks).toBe(0);
  });
});

it("leaves its mark in the traces, by which runs are selected", async () => {
  const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  const tracer = new LangChainTracer({ projectName: "routed", client });
  const traced = { callbacks: [tracer], metadata: { thread_id: "thread" } };
  await routed().invoke("a", traced);
  await routed({ share: 0 }).invoke("b", traced);
  await routed({ tuned: broken() }).invoke("c", traced);
  await awaitAllCallbacks();
  await client.awaitPendingTraceBatches();
  const read = async (query: object) => {
    const runs: Run[] = [];
    const all = { projectName: "routed", errors: "include", rootErrors: "include", ...query } as const;
    for await (const run of selectRuns(all, { client })) runs.push(run);
    return runs;
  };
  expect(await read({})).toHaveLength(4);
  const tuned = await read({ arm: "tuned", errors: "exclude" });
  expect(tuned).toHaveLength(1);
  expect(tuned[0]?.extra).toMatchObject({
    metadata: { arm: "tuned", arm_version: TUNED, arm_key: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
  });
  expect(await read({ arm: "tuned" })).toHaveLength(2);
  expect(await read({ arm: "base" })).toHaveLength(1);
  const [fallback] = await read({ arm: "fallback" });
  expect(fallback?.extra).toMatchObject({ metadata: { arm: "tuned", arm_fallback: true } });
  expect(await read({ arm: "tuned", armVersion: "another" })).toHaveLength(0);
});

it.each([
  [{ share: 1.5 }, "share must be a number, at least 0 and at most 1 or a function; got 1.5"],
  [{ share: Number.NaN }, "share must be"],
  [{ key: "" }, "key must be"],
  [{ tuned: "ft:gpt" }, "tuned must be a LangChain chat model"],
  [{ shares: 1 }, "Unknown option shares of routedChatModel"],
])("refuses options that cannot be meant: %j", (options, message) => {
  expect(() => routed(options as never)).toThrow(message);
});

it.each([[() => 2], [() => Number.NaN], [async () => "0.5"]])(
  "refuses a share that a function got wrong",
  async (share) => {
    const error = await routed({ share: share as never })
      .invoke("?")
      .catch((thrown: unknown) => thrown);
    expect(InvalidOptionError.isInstance(error)).toBe(true);
    expect(asked()).toEqual([]);
  },
);
