import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChatSession,
  convertMessagesForFinetuning,
  curate,
  loadChatSessions,
  type Run,
  type Skip,
  targetsOf,
  type TrainingMessage,
} from "langsmith-finetune";
import { createStoredTurns } from "../../src/load/stored/stored-turns.js";

interface Call {
  id: string;
  previous?: string | undefined;
  instructions?: string;
  input: unknown;
  output?: unknown[];
  extra?: Record<string, unknown>;
}
const text = (words: string) => [
  { type: "message", role: "assistant", content: [{ type: "output_text", text: words, annotations: [] }] },
];
/** A run of `wrapOpenAI` on the Responses API. */
const run = ({ id, previous, instructions, input, output = text(`answer ${id}`), extra }: Call): Run => ({
  id: `run-${id}`,
  run_type: "llm",
  status: "success",
  trace_id: `trace-${id}`,
  inputs: {
    model: "gpt-5-mini",
    input,
    ...(instructions !== undefined && { instructions }),
    ...(previous !== undefined && { previous_response_id: `resp_${previous}` }),
    ...extra,
  },
  outputs: { id: `resp_${id}`, object: "response", status: "completed", output },
  extra: { metadata: { ls_provider: "openai" } },
});

async function load(runs: readonly Run[]): Promise<{ sessions: Map<string, ChatSession>; skips: Map<string, string> }> {
  const sessions = new Map<string, ChatSession>();
  const skips = new Map<string, string>();
  const onSkip = ({ runId = "", code }: Skip) => void skips.set(runId, code);
  for await (const session of loadChatSessions(runs, { onSkip })) sessions.set(session.source?.runId ?? "", session);
  return { sessions, skips };
}
async function rowsOf(runs: readonly Run[]): Promise<Map<string, readonly TrainingMessage[]>> {
  const rows = new Map<string, readonly TrainingMessage[]>();
  for await (const { messages, ...row } of convertMessagesForFinetuning(
    loadChatSessions(runs, { onSkip: () => undefined }),
  ))
    rows.set(targetsOf({ messages, ...row })[0]?.runId ?? "", messages);
  return rows;
}
const said = (messages: readonly TrainingMessage[] = []) => messages.map(({ role, content }) => [role, content]);

describe("a call that goes on from a stored response", () => {
  it("has the messages of the calls before it, and its own instructions only", async () => {
    const runs = [
      run({ id: "1", instructions: "Be brief.", input: "Hello" }),
      run({ id: "2", previous: "1", instructions: "Be long.", input: [{ role: "user", content: "More" }] }),
      run({ id: "3", previous: "2", input: "And?" }),
    ];
    const rows = await rowsOf(runs);
    expect(said(rows.get("run-3"))).toEqual([
      ["user", "Hello"],
      ["assistant", "answer 1"],
      ["user", "More"],
      ["assistant", "answer 2"],
      ["user", "And?"],
      ["assistant", "answer 3"],
    ]);
    expect(said(rows.get("run-2"))[0]).toEqual(["system", "Be long."]);
    const { sessions } = await load(runs);
    expect(sessions.get("run-3")?.source?.repairs).toEqual(["stored-history"]);
    expect(sessions.get("run-1")?.source?.repairs).toBeUndefined();
  });

  it("keeps calls and their results together over the border", async () => {
    const call = { type: "function_call", id: "fc_1", call_id: "call_abc123", name: "track", arguments: '{"order":7}' };
    const tools = [{ type: "function", name: "track", parameters: { type: "object", properties: {} }, strict: false }];
    const runs = [
      run({
        id: "2",
        previous: "1",
        input: [{ type: "function_call_output", call_id: "call_abc123", output: "in Lyon" }],
        extra: { tools },
      }),
      run({ id: "1", input: "Where is it?", output: [call], extra: { tools } }),
    ];
    const { train } = await curate(convertMessagesForFinetuning(loadChatSessions(runs)));
    const rows = [];
    for await (const row of train) rows.push(row);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(targetsOf(rows[0] as (typeof rows)[number]).map(({ runId }) => runId)).toEqual(["run-1", "run-2"]);
  });

  it("is joined where the AI SDK sent it, and left out in a conversation of OpenAI's", async () => {
    const aiSdkRun = (
      id: string,
      words: string,
      openai: Record<string, unknown>,
      provider = "openai.responses",
    ): Run => ({
      id: `run-${id}`,
      run_type: "llm",
      name: provider,
      status: "success",
      inputs: { providerOptions: { openai }, messages: [{ role: "user", content: [{ type: "text", text: words }] }] },
      outputs: {
        role: "assistant",
        content: [{ type: "text", text: `answer ${id}` }],
        finishReason: { unified: "stop", raw: "stop" },
        providerMetadata: { openai: { responseId: `resp_${id}` } },
      },
      extra: { metadata: { ls_integration: "vercel-ai-sdk", ai_sdk_method: "ai.doGenerate" } },
    });
    const { sessions, skips } = await load([
      aiSdkRun("3", "And?", { previousResponseId: "resp_2" }),
      aiSdkRun("2", "More", { previousResponseId: "resp_1", instructions: "Be long." }),
      aiSdkRun("1", "Hello", { instructions: "Be brief." }),
      run({ id: "4", previous: "3", input: "From the client" }),
      aiSdkRun("talk", "Hello", { conversation: "conv_1" }),
      aiSdkRun("lost", "Hello", { previousResponseId: "resp_0" }),
      aiSdkRun("chat", "Hello", { previousResponseId: "resp_1" }, "openai.chat"),
    ]);
    expect(sessions.get("run-3")?.messages.map(({ text: words }) => words)).toEqual([
      "Hello",
      "answer 1",
      "More",
      "answer 2",
      "And?",
      "answer 3",
    ]);
    expect(sessions.get("run-2")?.messages[0]?.text).toBe("Be long.");
    expect(sessions.get("run-4")?.messages).toHaveLength(8);
    for (const id of ["talk", "lost", "chat"]) expect([id, skips.get(`run-${id}`)]).toEqual([id, "missing-history"]);
  });

  it("is left out where a call before it is missing, contradicts itself, is unfinished, or leads in a circle", async () => {
    const { sessions, skips } = await load([
      run({ id: "orphan", previous: "gone", input: "a" }),
      run({ id: "grandchild", previous: "orphan", input: "b" }),
      run({ id: "twice", input: "c" }),
      run({ id: "of twice", previous: "twice", input: "d" }),
      { ...run({ id: "twice", input: "another" }), id: "run-twice-2" },
      run({ id: "x", previous: "y", input: "e" }),
      run({ id: "y", previous: "x", input: "f" }),
      run({ id: "self", previous: "self", input: "g" }),
      {
        ...run({ id: "cut", input: "h" }),
        outputs: { id: "resp_cut", object: "response", status: "in_progress", output: text("hal") },
      },
      run({ id: "of cut", previous: "cut", input: "i" }),
      run({ id: "talk", input: "j", extra: { conversation: "conv_1" } }),
      run({ id: "of talk", previous: "talk", input: "k" }),
    ]);
    expect([...sessions.keys()].sort()).toEqual(["run-twice", "run-twice-2"]);
    const missing = ["orphan", "grandchild", "of twice", "x", "y", "self", "of cut", "talk", "of talk"];
    for (const id of missing) expect([id, skips.get(`run-${id}`)]).toEqual([id, "missing-history"]);
  });

  it("goes on from answers that are themselves not learned", async () => {
    const cut = run({ id: "1", input: "Tell me" });
    const { sessions, skips } = await load([
      run({ id: "2", previous: "1", input: "Go on" }),
      {
        ...cut,
        outputs: {
          ...(cut.outputs as object),
          status: "incomplete",
          incomplete_details: { reason: "max_output_tokens" },
        },
      },
    ]);
    expect(skips.get("run-1")).toBe("truncated");
    expect(sessions.get("run-2")?.messages).toHaveLength(4);
  });

  it("takes the same call recorded twice as one", async () => {
    const first = run({ id: "1", input: "Hello" });
    const { sessions, skips } = await load([first, run({ id: "2", previous: "1", input: "More" }), first]);
    expect(skips.size).toBe(0);
    expect(sessions.get("run-2")?.messages).toHaveLength(4);
  });

  it("finds the response in runs of the Agents SDK and of LangChain", async () => {
    const span = (id: string, input: string, previous: string | null): Run => ({
      id: `run-${id}`,
      run_type: "llm",
      inputs: { input: [{ type: "message", role: "user", content: input }], instructions: "Help." },
      outputs: { output: text(`answer ${id}`) },
      extra: {
        metadata: { object: "response", id: `resp_${id}`, previous_response_id: previous, status: "completed" },
        invocation_params: { tools: [] },
      },
    });
    const message = (kind: string, content: string, rest = {}) => ({
      lc: 1,
      type: "constructor",
      id: ["langchain_core", "messages", kind],
      kwargs: { content, ...rest },
    });
    const langchain = (id: string, messages: unknown[], previous?: string): Run => ({
      id: `run-${id}`,
      run_type: "llm",
      inputs: { messages: [messages] },
      outputs: {
        generations: [
          [
            {
              text: "",
              message: message("AIMessage", `answer ${id}`, {
                response_metadata: { id: `resp_${id}`, object: "response", status: "completed" },
              }),
            },
          ],
        ],
      },
      extra: {
        metadata: { ls_provider: "openai" },
        invocation_params: { model: "gpt-5", ...(previous && { previous_response_id: previous }) },
      },
    });
    const rows = await rowsOf([
      span("b", "more", "resp_a"),
      span("a", "hello", null),
      langchain("d", [message("HumanMessage", "more")], "resp_c"),
      langchain("c", [message("SystemMessage", "Help."), message("HumanMessage", "hello")]),
    ]);
    const whole = (first: string, second: string) => [
      ["system", "Help."],
      ["user", "hello"],
      ["assistant", `answer ${first}`],
      ["user", "more"],
      ["assistant", `answer ${second}`],
    ];
    expect(said(rows.get("run-b"))).toEqual(whole("a", "b"));
    expect(said(rows.get("run-d"))).toEqual(whole("c", "d"));
  });

  it("has what was sent, whatever the order of the runs and whichever are missing", async () => {
    const trees = fc.array(fc.record({ parent: fc.nat(), missing: fc.boolean() }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(trees, fc.array(fc.nat(), { maxLength: 12 }), async (nodes, order) => {
        const parentOf = (index: number) => {
          const at = (nodes[index]?.parent ?? 0) % (index + 1);
          return at === index ? undefined : at;
        };
        const sent = (index: number): [string, string][] | undefined => {
          const parent = parentOf(index);
          const before = parent === undefined ? [] : nodes[parent]?.missing ? undefined : sent(parent);
          return before && [...before, ["user", `question ${index}`], ["assistant", `answer ${index}`]];
        };
        const runs = nodes.flatMap(({ missing }, index) =>
          missing
            ? []
            : [run({ id: String(index), previous: parentOf(index)?.toString(), input: `question ${index}` })],
        );
        for (const [from, to] of order.entries()) {
          if (runs.length === 0) break;
          const [moved] = runs.splice(from % runs.length, 1);
          if (moved) runs.splice(to % (runs.length + 1), 0, moved);
        }
        const rows = await rowsOf(runs);
        for (const [index, { missing }] of nodes.entries()) {
          const expected = missing ? undefined : sent(index);
          expect(rows.has(`run-${index}`)).toBe(expected !== undefined);
          if (expected) expect(said(rows.get(`run-${index}`))).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("the turns that are kept", () => {
  const turn = (id: string, previousResponseId?: string) => ({
    responseId: `resp_${id}`,
    previousResponseId: previousResponseId === undefined ? undefined : `resp_${previousResponseId}`,
    prompt: [{ role: "user" as const, content: "x".repeat(100) }],
    answer: [{ role: "assistant" as const, content: id }],
    tools: { tools: [], builtIn: [] },
  });
  const resolved = async (turns: ReturnType<typeof createStoredTurns>) => {
    const lengths: (number | undefined)[] = [];
    for await (const { history } of turns.resolve()) lengths.push(history?.length);
    return lengths;
  };

  it("are those that a call asked for, and the last of the others", async () => {
    const asked = createStoredTurns(1_000);
    asked.wait({ id: "child" }, "resp_1");
    for (let index = 0; index < 50; index += 1) asked.note(turn(String(index)));
    expect(await resolved(asked)).toEqual([2]);

    const late = createStoredTurns(1_000);
    for (let index = 0; index < 50; index += 1) late.note(turn(String(index)));
    late.wait({ id: "old" }, "resp_1");
    late.wait({ id: "new" }, "resp_49");
    expect((await resolved(late)).sort()).toEqual([2, undefined]);
  });

  it("of two thousand chained calls are read once each", async () => {
    const turns = createStoredTurns();
    for (let index = 2_000; index > 0; index -= 1) {
      turns.note(turn(String(index), String(index - 1)));
      turns.wait({ id: `child ${index}` }, `resp_${index}`);
    }
    turns.note(turn("0"));
    const lengths = await resolved(turns);
    expect(lengths).toHaveLength(2_000);
    expect(lengths.at(-1)).toBe(4_002);
  });
});

describe("the places of runs in their traces", () => {
  it("make no difference to what is learned: cycles, strangers and clocks that run backwards", async () => {
    const runs = [
      run({ id: "1", input: "Hello" }),
      run({ id: "2", previous: "1", input: "More" }),
      run({ id: "3", previous: "2", input: "And?" }),
    ];
    const odd = runs.map((one, index) => ({
      ...one,
      trace_id: "one",
      // Each the parent of the next, the last of the first; and each later call began earlier.
      parent_run_id: runs[(index + 1) % runs.length]?.id,
      dotted_order: `${index}.${one.id}.${one.id}`,
      start_time: new Date(1.79e12 - index * 60_000).toISOString(),
    }));
    const rows = async (given: readonly Run[]) => {
      const found = [];
      for await (const row of (await curate(convertMessagesForFinetuning(loadChatSessions(given)))).train)
        found.push([row.messages, targetsOf(row).map(({ runId }) => runId)]);
      return found;
    };
    const expected = await rows(runs);
    expect(expected).toHaveLength(1);
    expect(await rows(odd)).toEqual(expected);
    expect(await rows([...odd].reverse())).toEqual(expected);
  });
});
