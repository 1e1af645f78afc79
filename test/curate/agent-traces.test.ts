import fc from "fast-check";
import {
  convertMessagesForFinetuning,
  curate,
  EmptyDatasetError,
  loadChatSessions,
  type Run,
  targetsOf,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";

// Worlds of agents: what was sent and answered is known, the runs are what a tracer writes of it, and what is learned
// must be exactly the answers that selected runs gave, once each, under their own prompts and tools.

interface Message {
  role: "system" | "user" | "assistant" | "tool";
  content: string | null;
  tool_calls?: { id: string; type: "function"; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}
type Writer = "openai" | "langchain" | "responses" | "chained" | "anthropic";
interface Call {
  id: string;
  prompt: Message[];
  answer: Message;
  tools: string[];
  trace: string;
  thread: string | undefined;
  writer: Writer;
  /** The call of a chained conversation that it names. */
  previous?: Call | undefined;
  fate: "ok" | "error" | "truncated" | "helper" | "excluded";
  start: number;
}

const definition = (name: string) => ({
  name,
  description: `Does ${name}`,
  parameters: { type: "object", properties: { x: { type: "string" } } },
});
const FINISH = { ok: "stop", truncated: "length" } as const;

function runOf({ id, prompt, answer, tools, trace, thread, writer, previous, fate, start }: Call): Run {
  const finish = fate === "truncated" ? FINISH.truncated : answer.tool_calls ? "tool_calls" : FINISH.ok;
  const metadata: Record<string, unknown> = {
    ls_provider: writer === "anthropic" ? "anthropic" : "openai",
    ...(thread !== undefined && { thread_id: thread }),
    ...(fate === "helper" && { lc_source: "summarization" }),
    ...(fate === "excluded" && { ls_message_view_exclude: false }),
  };
  const run: Run = {
    id,
    trace_id: trace,
    run_type: "llm",
    name: "model",
    start_time: new Date(1.79e12 + start * 1000).toISOString(),
    status: fate === "error" ? "error" : "success",
    ...(fate === "error" && { error: "boom" }),
  };
  const functions = tools.map((name) => ({ type: "function", function: definition(name) }));
  switch (writer) {
    case "openai":
      return {
        ...run,
        extra: { metadata },
        inputs: { model: "m", messages: prompt, ...(functions.length > 0 && { tools: functions }) },
        outputs: { object: "chat.completion", choices: [{ index: 0, finish_reason: finish, message: answer }] },
      };
    case "langchain":
      return {
        ...run,
        extra: { metadata, invocation_params: { model: "m", ...(functions.length > 0 && { tools: functions }) } },
        inputs: { messages: [prompt.map((message) => langchainMessage(message))] },
        outputs: {
          generations: [
            [
              {
                text: "",
                message: langchainMessage(answer, { finish_reason: finish }),
                generation_info: { finish_reason: finish },
              },
            ],
          ],
        },
      };
    case "responses":
    case "chained": {
      const own = previous ? prompt.slice(previous.prompt.length + 1) : prompt;
      return {
        ...run,
        extra: { metadata },
        inputs: {
          model: "m",
          input: own.flatMap(items),
          ...(tools.length > 0 && {
            tools: tools.map((name) => ({ type: "function", ...definition(name), strict: false })),
          }),
          ...(previous && { previous_response_id: `resp_${previous.id}` }),
        },
        outputs: {
          id: `resp_${id}`,
          object: "response",
          status: fate === "truncated" ? "incomplete" : "completed",
          ...(fate === "truncated" && { incomplete_details: { reason: "max_output_tokens" } }),
          output: items(answer),
        },
      };
    }
    case "anthropic": {
      const [first] = prompt;
      const system = first?.role === "system" ? first.content : undefined;
      return {
        ...run,
        name: "ChatAnthropic",
        extra: { metadata, invocation_params: { model: "m" } },
        inputs: {
          model: "m",
          ...(system !== undefined && { system }),
          messages: anthropicMessages(system === undefined ? prompt : prompt.slice(1)),
          ...(tools.length > 0 && {
            tools: tools.map((name) => ({
              name,
              description: `Does ${name}`,
              input_schema: definition(name).parameters,
            })),
          }),
        },
        outputs: {
          id: `msg_${id}`,
          type: "message",
          role: "assistant",
          content: blocks(answer),
          stop_reason: fate === "truncated" ? "max_tokens" : answer.tool_calls ? "tool_use" : "end_turn",
        },
      };
    }
  }
}

function langchainMessage({ role, content, tool_calls: calls, tool_call_id: id }: Message, response?: object) {
  const kind = { system: "SystemMessage", user: "HumanMessage", assistant: "AIMessage", tool: "ToolMessage" }[role];
  return {
    lc: 1,
    type: "constructor",
    id: ["langchain_core", "messages", kind],
    kwargs: {
      content: content ?? "",
      ...(calls && {
        tool_calls: calls.map((call) => ({
          id: call.id,
          name: call.function.name,
          args: JSON.parse(call.function.arguments) as unknown,
          type: "tool_call",
        })),
      }),
      ...(id !== undefined && { tool_call_id: id }),
      ...(response && { response_metadata: { model_provider: "openai", ...response } }),
    },
  };
}
function items({ role, content, tool_calls: calls, tool_call_id: id }: Message): object[] {
  if (role === "tool") return [{ type: "function_call_output", call_id: id, output: content }];
  const texts =
    content === null
      ? []
      : role === "assistant"
        ? [{ type: "message", role, content: [{ type: "output_text", text: content, annotations: [] }] }]
        : [{ role, content }];
  return [...texts, ...(calls ?? []).map((call) => ({ type: "function_call", call_id: call.id, ...call.function }))];
}
function blocks({ content, tool_calls: calls = [] }: Message): object[] {
  return [
    ...(content === null ? [] : [{ type: "text", text: content }]),
    ...calls.map((call) => ({
      type: "tool_use",
      id: call.id,
      name: call.function.name,
      input: JSON.parse(call.function.arguments) as unknown,
    })),
  ];
}
/** Results of one turn are one message of the user. */
function anthropicMessages(messages: readonly Message[]): object[] {
  const sent: { role: string; content: unknown }[] = [];
  for (const message of messages) {
    if (message.role === "tool") {
      const block = { type: "tool_result", tool_use_id: message.tool_call_id, content: message.content };
      const last = sent.at(-1);
      if (last?.role === "user" && Array.isArray(last.content)) last.content.push(block);
      else sent.push({ role: "user", content: [block] });
    } else if (message.role === "assistant") sent.push({ role: "assistant", content: blocks(message) });
    else sent.push({ role: message.role, content: message.content });
  }
  return sent;
}

/** What the model was sent, and what it answered. Calls by their number. */
function keyOf(messages: readonly Message[], tools: readonly string[]): string {
  const ids = new Map<string | undefined, number>();
  const number = (id: string | undefined) => {
    if (!ids.has(id)) ids.set(id, ids.size);
    return ids.get(id);
  };
  return JSON.stringify([
    tools,
    ...messages.map(({ role, content, tool_calls: calls, tool_call_id: id }) => [
      role,
      content ?? "",
      (calls ?? []).map((call) => [
        number(call.id),
        call.function.name,
        JSON.stringify(JSON.parse(call.function.arguments)),
      ]),
      role === "tool" ? number(id) : undefined,
    ]),
  ]);
}
const keyOfCall = ({ prompt, answer, tools }: Call) => keyOf([...prompt, answer], tools);

// ---- worlds

interface Step {
  conversation: number;
  kind: "go on" | "tool" | "parallel" | "edit" | "window" | "summary" | "system" | "tools" | "again" | "fresh" | "back";
  text: number;
  fate: Call["fate"];
  missing: boolean;
  recorded: "once" | "twice" | "twice, with other words";
  place: number;
}
const step = fc.record<Step>({
  conversation: fc.nat({ max: 2 }),
  kind: fc.constantFrom(
    "go on",
    "go on",
    "tool",
    "tool",
    "parallel",
    "edit",
    "window",
    "summary",
    "system",
    "tools",
    "again",
    "fresh",
    "back",
  ),
  text: fc.nat({ max: 2 }),
  fate: fc.constantFrom("ok", "ok", "ok", "ok", "ok", "ok", "error", "truncated", "helper", "excluded"),
  missing: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  recorded: fc
    .integer({ min: 0, max: 19 })
    .map((number) => (number === 0 ? "twice" : number === 1 ? "twice, with other words" : "once")),
  place: fc.nat({ max: 9 }),
});
const world = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
  writers: fc.array(fc.constantFrom<Writer>("openai", "langchain", "responses", "chained", "anthropic"), {
    minLength: 3,
    maxLength: 3,
  }),
  threads: fc.constantFrom<"thread" | "trace" | "none" | "some">("thread", "trace", "none", "some"),
  order: fc.array(fc.nat(), { maxLength: 20 }),
  clocks: fc.array(fc.nat({ max: 50 }), { minLength: 14, maxLength: 14 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

const said = (role: "system" | "user" | "assistant", content: string): Message => ({ role, content });
const called = (ids: readonly string[], name: string, content: string | null): Message => ({
  role: "assistant",
  content,
  tool_calls: ids.map((id, index) => ({
    id,
    type: "function",
    function: { name, arguments: JSON.stringify({ x: String(index) }) },
  })),
});

function play({ steps, writers, threads, clocks }: World): { calls: Call[]; records: Call[] } {
  interface State {
    history: Message[];
    tools: string[];
    previous: Call | undefined;
    earlier: Message[][];
  }
  const fresh = (): State => ({
    history: [said("system", "Help.")],
    tools: ["track"],
    previous: undefined,
    earlier: [],
  });
  const states = [fresh(), fresh(), fresh()];
  const calls: Call[] = [];
  const records: Call[] = [];
  for (const [index, { conversation, kind, text, fate, missing, recorded, place }] of steps.entries()) {
    let state = states[conversation] as State;
    const writer = writers[conversation] as Writer;
    let chain = writer === "chained" ? state.previous : undefined;
    const assistants = state.history.flatMap(({ role, tool_calls: made }, at) =>
      role === "assistant" && !made ? [at] : [],
    );
    switch (kind) {
      case "fresh":
        states[conversation] = state = fresh();
        chain = undefined;
        break;
      case "edit": {
        const at = assistants[place % Math.max(1, assistants.length)];
        if (at !== undefined)
          state.history = state.history.map((message, each) =>
            each === at ? said("assistant", `edited ${text}`) : message,
          );
        if (at !== undefined) chain = undefined;
        break;
      }
      case "window": {
        const users = state.history.flatMap(({ role }, at) => (role === "user" ? [at] : []));
        const from = users.at(-1 - (place % 2));
        if (from !== undefined) {
          state.history = [said("system", "Help."), ...state.history.slice(from)];
          chain = undefined;
        }
        break;
      }
      case "summary":
        state.history = [said("system", "Help."), said("user", `summary ${text}`)];
        chain = undefined;
        break;
      case "system":
        state.history = [said("system", `Help on day ${text}.`), ...state.history.slice(1)];
        chain = undefined;
        break;
      case "tools":
        state.tools = text === 0 ? [] : text === 1 ? ["track"] : ["track", "refund"];
        break;
      case "back":
        state.history = state.earlier[place % Math.max(1, state.earlier.length)] ?? state.history;
        chain = undefined;
        break;
      default:
    }
    const hasCalls = state.history.some(({ role }) => role === "tool");
    if (hasCalls && state.tools.length === 0) state.tools = ["track"];
    if (kind !== "again" && state.history.at(-1)?.role !== "tool" && state.history.at(-1)?.role !== "user")
      state.history = [...state.history, said("user", `question ${text}`)];
    if (state.history.at(-1)?.role === "assistant" || state.history.at(-1)?.role === "system")
      state.history = [...state.history, said("user", `question ${text}`)];
    state.earlier.push(state.history);
    const uses = (kind === "tool" || kind === "parallel") && state.tools.length > 0 && fate !== "truncated";
    const ids = uses
      ? Array.from({ length: kind === "parallel" ? 2 : 1 }, (_, each) => `call_${index}abcd${each}`)
      : [];
    const answer = uses
      ? called(ids, state.tools[0] as string, text === 2 ? `look ${text}` : null)
      : said("assistant", `answer ${text} ${kind === "again" ? "again" : ""}`.trim());
    const call: Call = {
      id: `run-${index}`,
      prompt: state.history,
      answer,
      tools: state.tools,
      trace: threads === "none" || threads === "some" ? `trace-${index}` : `trace-${conversation}`,
      thread: threads === "thread" || (threads === "some" && place % 2 === 0) ? `thread-${conversation}` : undefined,
      writer,
      previous: chain,
      fate,
      start: clocks[index] ?? 0,
    };
    calls.push(call);
    if (!missing) {
      records.push(call);
      if (recorded === "twice") records.push(call);
      if (recorded === "twice, with other words") records.push({ ...call, answer: said("assistant", "other words") });
    }
    // What failed is not in the history, and what helpers said is not either.
    if (fate === "ok" || fate === "truncated") {
      state.history = [
        ...state.history,
        answer,
        ...ids.map((id): Message => ({ role: "tool", tool_call_id: id, content: `result ${text}` })),
      ];
      state.previous = call;
    } else state.previous = undefined;
  }
  return { calls, records: withoutUnproven(records) };
}

/** Without calls whose words stand in their own prompt where no recorded call of the trace gave them: those may be read late. */
function withoutUnproven(records: Call[]): Call[] {
  const given = new Set(records.filter(({ fate }) => fate === "ok").map((call) => `${call.trace} ${keyOfCall(call)}`));
  const kept = records.filter(({ prompt, answer, tools, trace }) =>
    prompt.every(
      ({ role, content, tool_calls: made }, at) =>
        role !== "assistant" ||
        made !== undefined ||
        content !== answer.content ||
        given.has(`${trace} ${keyOf(prompt.slice(0, at + 1), tools)}`),
    ),
  );
  return kept.length === records.length ? records : withoutUnproven(kept);
}

function shuffled<T>(list: readonly T[], order: readonly number[]): T[] {
  const rest = [...list];
  for (const [at, number] of order.entries()) {
    if (rest.length === 0) break;
    const [moved] = rest.splice(number % rest.length, 1);
    if (moved !== undefined) rest.splice(at % (rest.length + 1), 0, moved);
  }
  return rest;
}

/** The answers to learn, by what was sent: runs that are there, whole, of one content, and with all that came before. */
function expectedOf(records: readonly Call[]): Map<string, Call> {
  const contents = new Map<string, Set<string>>();
  for (const record of records) contents.set(record.id, (contents.get(record.id) ?? new Set()).add(keyOfCall(record)));
  const isThere = (call: Call | undefined): boolean =>
    call === undefined || (contents.get(call.id)?.size === 1 && call.fate !== "error" && isThere(call.previous));
  const expected = new Map<string, Call>();
  for (const record of records)
    if (record.fate === "ok" && contents.get(record.id)?.size === 1 && isThere(record.previous))
      expected.set(keyOfCall(record), record);
  return expected;
}

async function learnedOf(
  records: readonly Call[],
): Promise<{ keys: string[]; runs: (string | undefined)[]; rows: TrainingExample[] }> {
  const quiet = { onSkip: () => undefined };
  const keys: string[] = [];
  const runs: (string | undefined)[] = [];
  const rows: TrainingExample[] = [];
  try {
    const { train } = await curate(
      convertMessagesForFinetuning(loadChatSessions(records.map(runOf), quiet), quiet),
      quiet,
    );
    for await (const row of train) {
      rows.push(row);
      const tools = (row.tools ?? []).map((tool) => tool.function.name);
      for (const [index, message] of row.messages.entries())
        if (message.role === "assistant" && message.weight !== 0)
          keys.push(keyOf(row.messages.slice(0, index + 1) as Message[], tools));
      runs.push(...targetsOf(row).map(({ runId }) => runId));
    }
  } catch (error) {
    if (!EmptyDatasetError.isInstance(error)) throw error;
  }
  return { keys, runs, rows };
}

describe("traces of agents, from runs to rows", () => {
  it("teach every answer of a selected run once, under its own prompt and tools", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { records } = play(given);
        const expected = expectedOf(records);
        const { keys, runs } = await learnedOf(shuffled(records, given.order));
        expect([...keys].sort()).toEqual([...expected.keys()].sort());
        // Each target names a run that gave exactly this answer.
        const given_ = new Map(records.map((record) => [record.id, record]));
        for (const [index, key] of keys.entries()) expect(keyOfCall(given_.get(runs[index] ?? "") as Call)).toBe(key);
      }),
      { numRuns: Number(process.env.AGENT_RUNS ?? 8) },
    );
  });

  it("are as few rows as there are ends of conversations, where no run names a thread", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { records } = play({
          ...given,
          threads: given.threads === "thread" || given.threads === "some" ? "none" : given.threads,
        });
        const expected = [...expectedOf(records).values()];
        const ends = expected.filter(
          ({ prompt, answer, tools }) =>
            !expected.some((other) => {
              const before = other.prompt.slice(0, prompt.length + 1);
              return (
                before.length === prompt.length + 1 && keyOf(before, other.tools) === keyOf([...prompt, answer], tools)
              );
            }),
        );
        const { rows } = await learnedOf(shuffled(records, given.order));
        expect(rows).toHaveLength(ends.length);
      }),
      { numRuns: Number(process.env.AGENT_RUNS ?? 8) },
    );
  });
});
