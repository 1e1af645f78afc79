import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import {
  convertExampleToMessages,
  convertMessagesForFinetuning,
  convertMessageToOpenAI,
  convertSessionToExample,
  loadChatSessions,
  sourceOf,
  type ChatSession,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { fixtures } from "../load/fixtures.js";

async function convert(
  sessions: Iterable<ChatSession | BaseMessage[]>,
  options = {},
): Promise<{ rows: TrainingExample[]; skips: Skip[] }> {
  const rows: TrainingExample[] = [];
  const skips: Skip[] = [];
  for await (const row of convertMessagesForFinetuning(sessions, {
    onSkip: (skip: Skip) => skips.push(skip),
    ...options,
  }))
    rows.push(row);
  return { rows, skips };
}

describe("messages that somebody made", () => {
  it.each<[string, BaseMessage, object]>([
    [
      "a human's",
      new HumanMessage({ content: "hi", name: "ann", id: "1" }),
      { role: "user", content: "hi", name: "ann" },
    ],
    ["a system's", new SystemMessage("rules"), { role: "system", content: "rules" }],
    [
      "a developer's",
      new SystemMessage({ content: "rules", additional_kwargs: { __openai_role__: "developer" } }),
      { role: "developer", content: "rules" },
    ],
    ["a chat message's", new ChatMessage("hello", "assistant"), { role: "assistant", content: "hello" }],
    ["a function's", new FunctionMessage({ name: "f", content: "1" }), { role: "function", content: "1", name: "f" }],
    [
      "a tool's",
      new ToolMessage({ content: "1", tool_call_id: "c", artifact: { a: 1 }, status: "success", name: "f" }),
      { role: "tool", content: "1", tool_call_id: "c" },
    ],
    [
      "a streamed one's",
      new AIMessageChunk({ content: "a" }).concat(new AIMessageChunk({ content: "b" })),
      { role: "assistant", content: "ab" },
    ],
    [
      "reasoning and calls",
      new AIMessage({
        content: [
          { type: "thinking", thinking: "hmm" },
          { type: "text", text: "Looking.", annotations: [] },
          { type: "tool_use", id: "c", name: "f", input: {} },
        ],
        tool_calls: [{ id: "c", name: "f", args: { a: 1 } }],
        additional_kwargs: { reasoning_content: "hmm" },
        response_metadata: { model_name: "m" },
      }),
      {
        role: "assistant",
        content: [{ type: "text", text: "Looking." }],
        tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
      },
    ],
    [
      "a changed call",
      new AIMessage({
        content: "",
        tool_calls: [{ id: "c", name: "f", args: { a: 2 } }],
        additional_kwargs: {
          tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: '{ "a": 1 }' } }],
        },
      }),
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: '{"a":2}' } }],
      },
    ],
    [
      "images of both generations",
      new HumanMessage({ contentBlocks: [{ type: "image", mimeType: "image/png", data: "AA==" }] }),
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }] },
    ],
  ])("%s keep what a row can hold, and nothing else", (_name, message, expected) => {
    // What is written: reasoning travels beside it, under a symbol.
    expect(JSON.parse(JSON.stringify(convertMessageToOpenAI(message)))).toEqual(expected);
  });

  it.each<[string, BaseMessage, string]>([
    ["a removal", new RemoveMessage({ id: "1" }), "invalid-message"],
    ["an unknown role", new ChatMessage("x", "narrator"), "invalid-message"],
    [
      "a sound",
      new HumanMessage({ content: [{ type: "input_audio", input_audio: { data: "", format: "wav" } }] }),
      "unsupported-content",
    ],
    [
      "a call without an id",
      new AIMessage({ content: "", tool_calls: [{ name: "f", args: {} }] }),
      "invalid-tool-call",
    ],
  ])("%s makes the session a skip", async (_name, message, code) => {
    const { rows, skips } = await convert([[new HumanMessage("q"), message, new AIMessage("a")]]);
    expect(rows).toEqual([]);
    expect(skips).toMatchObject([{ code, path: expect.stringContaining("messages[1]") as string }]);
  });

  it("without an answer are a skip", async () => {
    const { rows, skips } = await convert([
      [new HumanMessage("q")],
      [],
      [new HumanMessage("q"), new AIMessage("")],
      [new HumanMessage("q"), new AIMessage("a")],
    ]);
    expect(skips.map(({ code }) => code)).toEqual(["no-answer", "no-answer", "no-answer"]);
    expect(rows).toEqual([
      {
        messages: [
          { role: "user", content: "q" },
          { role: "assistant", content: "a" },
        ],
      },
    ]);
  });
});

describe("sessions of the loader", () => {
  it("give the same row whether or not somebody looked at their messages", async () => {
    for (const { run } of fixtures) {
      const load = async () => {
        const sessions: ChatSession[] = [];
        for await (const session of loadChatSessions([run], { onSkip: () => undefined })) sessions.push(session);
        return sessions;
      };
      const untouched = await convert(await load());
      const looked = await load();
      for (const session of looked) expect(session.messages.length).toBeGreaterThan(1);
      const spread = (await load()).map((session) => ({ ...session }));
      // `toEqual` takes most of the time of this test, so it is asked only to show a difference.
      for (const other of [await convert(looked), await convert(spread)])
        if (!isDeepStrictEqual(other, untouched)) expect(other).toEqual(untouched);
      expect(untouched.rows.map((row) => sourceOf(row).runId)).toEqual(untouched.rows.map(() => run.id));
    }
  });

  it("give what somebody changed", async () => {
    const [entry] = fixtures.filter(({ name }) => name === "wrapopenai-tools");
    for await (const session of loadChatSessions([entry!.run])) {
      session.messages = [new HumanMessage("other"), ...session.messages.slice(-1)];
      const result = convertSessionToExample(session);
      expect("example" in result && result.example.messages[0]).toEqual({ role: "user", content: "other" });
      session.messages[1]!.content = "changed";
      const again = convertSessionToExample(session);
      expect("example" in again && again.example.messages[1]).toMatchObject({ content: "changed" });
    }
  });
});

describe("functionsAs: tools", () => {
  it("writes definitions, calls and results as tools", async () => {
    const [entry] = fixtures.filter(({ name }) => name === "lcjs-chat-functions-history");
    const sessions: ChatSession[] = [];
    for await (const session of loadChatSessions([entry!.run])) sessions.push(session);
    const { rows } = await convert(sessions, { functionsAs: "tools" });
    expect(rows[0]?.functions).toBeUndefined();
    expect(rows[0]?.tools).toMatchObject([{ type: "function", function: { name: "get_weather" } }]);
    expect(rows[0]?.messages.slice(2, 4)).toEqual([
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city": "Paris"}' } },
        ],
        weight: 0,
      },
      { role: "tool", content: "sunny", tool_call_id: "call_1" },
    ]);
    expect(sourceOf(rows[0]!).runId).toBe(entry!.run.id);
    expect(convertExampleToMessages(rows[0]!).map((message) => message.getType())).toEqual([
      "system",
      "human",
      "ai",
      "tool",
      "ai",
    ]);
  });
});
