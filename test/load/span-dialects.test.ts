import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convertRunToChatSession } from "langsmith-finetune";
import { read, weather } from "./one-run.js";

// One conversation written in every dialect of spans is read back equal, and with any one attribute left
// out it is read back equal or not at all.
type Loose = Record<string, unknown>;
interface Call {
  id: string;
  city: string;
}
interface Turn {
  text: string;
  calls: Call[];
}
interface Talk {
  system: string;
  question: string;
  turn: Turn | undefined;
  answer: Turn;
}

const name = "get_weather";
const text = fc.stringMatching(/^[A-Z][a-z é]{1,12}\.$/);
const calls = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^call_[a-z]{6}$/), city: text }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 2,
});
const talks: fc.Arbitrary<Talk> = fc.record({
  system: text,
  question: text,
  turn: fc.option(fc.record({ text, calls }), { nil: undefined }),
  answer: fc.oneof(fc.record({ text, calls: fc.constant<Call[]>([]) }), fc.record({ text, calls })),
});

const argumentsOf = ({ city }: Call) => JSON.stringify({ city });
const chatCall = (call: Call) => ({
  id: call.id,
  type: "function",
  function: { name, arguments: argumentsOf(call) },
});
const chatTurn = ({ text: content, calls: made }: Turn) => ({
  role: "assistant",
  content,
  ...(made.length > 0 && { tool_calls: made.map(chatCall) }),
});
const resultOf = ({ city }: Call) => `${city} sun`;
const chatHistory = ({ system, question, turn }: Talk) => [
  { role: "system", content: system },
  { role: "user", content: question },
  ...(turn
    ? [chatTurn(turn), ...turn.calls.map((c) => ({ role: "tool", content: resultOf(c), tool_call_id: c.id }))]
    : []),
];
const endOf = ({ calls: made }: Turn) => (made.length > 0 ? "tool_calls" : "stop");

/** The messages of the semantic conventions, from version 1.36 on. */
const part = (content: string) => ({ type: "text", content });
const partsTurn = ({ text: said, calls: made }: Turn) => ({
  role: "assistant",
  parts: [part(said), ...made.map((c) => ({ type: "tool_call", id: c.id, name, arguments: { city: c.city } }))],
});
const partsHistory = ({ question, turn }: Talk) => [
  { role: "user", parts: [part(question)] },
  ...(turn
    ? [
        partsTurn(turn),
        ...turn.calls.map((c) => ({
          role: "tool",
          parts: [{ type: "tool_call_response", id: c.id, response: resultOf(c) }],
        })),
      ]
    : []),
];
const definitions = JSON.stringify([weather]);
const flatDefinition = { ...weather.function, parameters: JSON.stringify(weather.function.parameters) };
const wrapped = ({ tool_calls: made, ...message }: Loose) => ({
  message: {
    ...message,
    ...(Array.isArray(made) && {
      tool_calls: made.map((c: Loose) => ({ tool_call: { id: c.id, function: c.function } })),
    }),
  },
});
const flat = ({ tool_calls: made, ...message }: Loose) => ({
  ...message,
  ...(Array.isArray(made) && {
    tool_calls: made.map((c: { id: string; function: object }) => ({ id: c.id, ...c.function })),
  }),
});

const span = (inputs: Loose, outputs: Loose, metadata: Loose, params: Loose = {}) => ({
  inputs,
  outputs,
  extra: { metadata, invocation_params: { model: "m", ...params } },
});

const dialects: Record<string, (talk: Talk) => Loose> = {
  "the conventions of 1.36 and later, with system instructions beside the messages": (talk) =>
    span(
      { messages: partsHistory(talk) },
      { messages: [{ ...partsTurn(talk.answer), finish_reason: endOf(talk.answer) }] },
      {
        "gen_ai.operation.name": "chat",
        "gen_ai.system_instructions": JSON.stringify([part(talk.system)]),
        "gen_ai.tool.definitions": definitions,
        "gen_ai.response.finish_reasons": [endOf(talk.answer)],
      },
    ),
  "the same, with a system message": (talk) =>
    span(
      { messages: [{ role: "system", parts: [part(talk.system)] }, ...partsHistory(talk)] },
      { messages: [{ ...partsTurn(talk.answer), finish_reason: endOf(talk.answer) }] },
      { "gen_ai.operation.name": "chat", "gen_ai.tool.definitions": definitions },
    ),
  "events of 1.28 to 1.36": (talk) =>
    span(
      { messages: chatHistory(talk) },
      { message: chatTurn(talk.answer), finish_reason: endOf(talk.answer) },
      { "gen_ai.operation.name": "chat", "gen_ai.tool.definitions": definitions },
    ),
  "numbered attributes of OpenLLMetry": (talk) =>
    span(
      { messages: chatHistory(talk).map(flat) },
      { messages: [{ ...flat(chatTurn(talk.answer)), finish_reason: endOf(talk.answer) }] },
      { "llm.request.type": "chat" },
      { functions: [flatDefinition] },
    ),
  OpenInference: (talk) =>
    span(
      { messages: chatHistory(talk).map(wrapped) },
      { messages: [wrapped(chatTurn(talk.answer))] },
      { "openinference.span.kind": "LLM", "llm.finish_reason": endOf(talk.answer) },
      { tools: [JSON.stringify(weather)] },
    ),
  Langfuse: (talk) =>
    span(
      {},
      {},
      {
        "langfuse.observation.type": "generation",
        "langfuse.observation.input": JSON.stringify({ messages: chatHistory(talk), tools: [weather] }),
        "langfuse.observation.output": JSON.stringify(chatTurn(talk.answer)),
      },
    ),
  MLflow: (talk) =>
    span(
      {},
      {},
      {
        "mlflow.spanInputs": JSON.stringify({ messages: chatHistory(talk), tools: [weather] }),
        "mlflow.spanOutputs": JSON.stringify({
          choices: [{ index: 0, message: chatTurn(talk.answer), finish_reason: endOf(talk.answer) }],
        }),
      },
    ),
};

// No attributes, but all of them; and what the tool takes, which is the application's.
const NO_ATTRIBUTE = /^\.extra(?:\.metadata|\.invocation_params)?$|\.arguments\.city$/;
// LangSmith's server keeps these beside the messages; should it leave one out, nothing tells (docs/load.md).
const UNTOLD = /gen_ai\.(?:tool\.definitions|system_instructions)$|\.(?:tools|functions)$/;
const STEPS = { numRuns: 3 };

function* without(value: unknown, path = ""): Generator<[path: string, rest: unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const [at, rest] of without(item, `${path}.${index}`)) yield [at, value.with(index, rest)];
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const rest = Object.fromEntries(Object.entries(value).filter(([name_]) => name_ !== key));
      // Optional in every dialect: a tool's description, and a text beside calls.
      const isOptional = key === "description" || (key === "content" && "tool_calls" in value);
      if (!isOptional && !NO_ATTRIBUTE.test(`${path}.${key}`)) yield [`${path}.${key}`, rest];
      for (const [at, inner] of without(item, `${path}.${key}`)) yield [at, { ...value, [key]: inner }];
    }
  }
}

function conversation(run: unknown): string | undefined {
  const result = convertRunToChatSession({ id: "1", run_type: "llm", status: "success", ...(run as Loose) });
  return "session" in result ? JSON.stringify([result.session.messages, result.session.tools]) : undefined;
}

describe.each(Object.entries(dialects))("%s", (_name, written) => {
  it("is read back equal", async () => {
    await fc.assert(
      fc.asyncProperty(talks, async (talk) => {
        expect(await read(written(talk))).toEqual({
          row: { messages: [...chatHistory(talk), chatTurn(talk.answer)], tools: [weather] },
        });
      }),
      STEPS,
    );
  });

  it("with one attribute left out, is read back equal or not at all", () => {
    fc.assert(
      fc.property(talks, (talk) => {
        const run = written(talk);
        const whole = conversation(run);
        const other = [...without(run)].flatMap(([path, rest]) => {
          const left = conversation(rest);
          return left === undefined || left === whole || UNTOLD.test(path) ? [] : [path];
        });
        expect(other).toEqual([]);
      }),
      STEPS,
    );
  });

  it("with the JSON of an attribute cut, is read back equal or not at all", () => {
    fc.assert(
      fc.property(talks, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (talk, share) => {
        const run = written(talk) as { extra: { metadata: Loose } };
        const whole = conversation(run);
        for (const [key, value] of Object.entries(run.extra.metadata)) {
          if (typeof value !== "string" || !/^[[{]/.test(value)) continue;
          const metadata = { ...run.extra.metadata, [key]: value.slice(0, Math.floor(value.length * share)) };
          const left = conversation({ ...run, extra: { ...run.extra, metadata } });
          expect([undefined, whole]).toContain(left);
        }
      }),
      STEPS,
    );
  });
});
