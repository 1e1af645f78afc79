import assert from "node:assert/strict";
import fc from "fast-check";
import { convertRunToChatSession, convertSessionToExample, type TrainingExample } from "langsmith-finetune";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fixture, fixtures } from "./fixtures.js";

type Path = (string | number)[];

function deep(levels: number, key?: string): unknown {
  const open = key === undefined ? "[" : `{"${key}":`;
  return JSON.parse(`${open.repeat(levels)}1${(key === undefined ? "]" : "}").repeat(levels)}`);
}

const SECRET = { lc: 1, type: "secret", id: ["HOSTILE_TEST_SECRET"] };
const hostile: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  1e308,
  "",
  "x",
  "[]",
  "{}",
  [],
  {},
  [[]],
  [null],
  [{}],
  [["user", 1]],
  SECRET,
  [SECRET],
  { lc: 1, type: "not_implemented", id: ["x"] },
  { lc: 1, type: "constructor", id: ["langchain", "llms", "OpenAI"], kwargs: {} },
  { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessage"], kwargs: null },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  JSON.parse('{"__lc_escaped__":{"__proto__":{"polluted":true}}}'),
  { role: "assistant" },
  { role: "assistant", content: { toString: "x" } },
  { type: "text" },
  { type: "function" },
  { message: { message: { message: {} } } },
];
const heavy: readonly unknown[] = [
  deep(100_000),
  deep(100_000, "message"),
  deep(100_000, "__lc_escaped__"),
  deep(100_000, "content"),
  "x".repeat(1_000_000),
];

const ROW = ["messages", "tools", "functions", "parallel_tool_calls"];
const MESSAGE = ["role", "content", "name", "tool_calls", "function_call", "tool_call_id", "refusal", "weight"];

/** The outcome is a row of the allow-list or one short reason, whatever the run held. Plain assertions: there are 100,000 calls. */
function check(run: unknown): void {
  const result = convertRunToChatSession(run);
  if ("skip" in result) {
    const { code, message } = result.skip;
    const json = JSON.stringify(result.skip);
    assert(/^[a-z-]+$/.test(code), code);
    assert(message.length > 5, message);
    assert(json.length < 2000, json);
    assert(!json.includes("leaked-value"), json);
    return;
  }
  const converted = convertSessionToExample(result.session);
  if ("skip" in converted) throw new Error(`A session of the loader was refused: ${converted.skip.message}`);
  const json = JSON.stringify(converted.example);
  assert(!json.includes("leaked-value"), json);
  const row = JSON.parse(json) as TrainingExample;
  assertAmong(ROW, row);
  for (const message of row.messages) {
    assertAmong(MESSAGE, message);
    const { content } = message;
    assert(content === null || typeof content === "string" || Array.isArray(content), json);
  }
  const last = row.messages.at(-1);
  if (last?.role !== "assistant") throw new Error("The row does not end with the assistant.");
  assert(Boolean(last.content?.length) || Boolean(last.tool_calls?.length) || Boolean(last.function_call), json);
  structuredClone(result.session.source);
}

function assertAmong(known: readonly string[], value: object): void {
  for (const name of Object.keys(value)) assert(known.includes(name), `${name} is not among ${known.join(", ")}`);
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const fields = Object.keys(value).map((key): Path => [...path, Array.isArray(value) ? Number(key) : key]);
  return fields.flatMap((field) => [
    field,
    ...pathsOf((value as Record<string, unknown>)[String(field.at(-1))], field),
  ]);
}

/** The value with one field replaced; only the way to it is copied. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[String(key)] = replaced(copy[String(key)], rest, by);
  return copy;
}

describe("hostile runs give a row or a reason", () => {
  beforeAll(() => void vi.stubEnv("HOSTILE_TEST_SECRET", "leaked-value"));
  afterAll(() => void vi.unstubAllEnvs());

  it("with a wrong value in any field of any captured run", () => {
    const all = fixtures.map(({ run }) => ({ run, paths: pathsOf(run) }));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (first, second, third) => {
        const { run, paths } = all[first % all.length]!;
        check(replaced(run, paths[second % paths.length]!, hostile[third % hostile.length]));
      }),
      { numRuns: 3000 },
    );
  });

  it("with something huge or bottomless in any field of any captured run", () => {
    const all = fixtures.map(({ run }) => ({
      run,
      paths: pathsOf({ inputs: run.inputs, outputs: run.outputs, extra: run.extra }),
    }));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (first, second, third) => {
        const { run, paths } = all[first % all.length]!;
        if (paths.length > 0) check(replaced(run, paths[second % paths.length]!, heavy[third % heavy.length]));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    "lcjs-chat-v1-tools",
    "py-lc-responses-tools",
    "wrapanthropic-history",
    "aisdk7-telemetry-loop.2",
    "traceable-blocks",
  ])("with every wrong value in every field of %s", (name) => {
    const { run } = fixture(name);
    for (const path of pathsOf({ inputs: run.inputs, outputs: run.outputs }))
      for (const value of hostile) check(replaced(run, path, value));
  });

  it("with any JSON in place of inputs, outputs and extra", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (inputs, outputs, extra) => {
        check({ id: "1", run_type: "llm", inputs, outputs, extra });
        check({
          id: "1",
          inputs: { messages: inputs },
          outputs: { messages: outputs, choices: outputs, generations: outputs },
          extra: { invocation_params: extra },
        });
      }),
    );
  });

  it("that are not runs at all", () => {
    for (const value of [...hostile, ...heavy]) {
      const result = convertRunToChatSession(value);
      expect("skip" in result && result.skip.code).toBe("invalid-run");
    }
  });

  it("and pollutes nothing", () => {
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("what a serialized object can hide", () => {
  const run = (args: unknown, raw?: string) => ({
    id: "1",
    run_type: "llm",
    inputs: {
      messages: [
        [{ lc: 1, type: "constructor", id: ["langchain_core", "messages", "HumanMessage"], kwargs: { content: "hi" } }],
      ],
    },
    outputs: {
      generations: [
        [
          {
            message: {
              lc: 1,
              type: "constructor",
              id: ["langchain_core", "messages", "AIMessage"],
              kwargs: {
                content: "",
                tool_calls: [{ id: "c", name: "f", args }],
                additional_kwargs:
                  raw === undefined
                    ? {}
                    : { tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: raw } }] },
              },
            },
          },
        ],
      ],
    },
  });
  const argumentsOf = (record: object) => {
    const result = convertRunToChatSession(record);
    if ("skip" in result) return result.skip.code;
    const converted = convertSessionToExample(result.session);
    const answer = "example" in converted ? converted.example.messages.at(-1) : undefined;
    return answer?.role === "assistant" ? answer.tool_calls?.[0]?.function.arguments : undefined;
  };

  it("is refused, and a secret is not looked up", () =>
    expect(argumentsOf(run({ key: SECRET }))).toBe("invalid-message"));
  it("is data where LangChain escaped it", () => {
    expect(argumentsOf(run({ key: { __lc_escaped__: SECRET } }))).toBe(
      '{"key":{"lc":1,"type":"secret","id":["HOSTILE_TEST_SECRET"]}}',
    );
    expect(argumentsOf(run({ __lc_escaped__: { lc: 1, inner: { __lc_escaped__: { a: 1 } } } }))).toBe(
      '{"lc":1,"inner":{"__lc_escaped__":{"a":1}}}',
    );
  });
  it("is data where the model's own text says the same", () =>
    expect(argumentsOf(run({ lc: 1, type: "secret", id: ["A"] }, '{"lc":1, "type":"secret","id":["A"]}'))).toBe(
      '{"lc":1, "type":"secret","id":["A"]}',
    ));
  it("gives way to the parsed call where somebody changed that", () =>
    expect(argumentsOf(run({ city: "Rome" }, '{"city":"Paris"}'))).toBe('{"city":"Rome"}'));
  it("is refused when nested too deep", () => expect(argumentsOf(run(deep(5000, "a")))).toBe("invalid-message"));
});
