import { convertRunToChatSession } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { fixtures } from "./fixtures.js";
import { read, said, system, user, weather } from "./one-run.js";

// What other versions of a writer would do: every captured run with one thing of its conversation changed
// throughout. What comes out is a skip, or the same conversation. LangChain's runs are left out, whose form
// is that of its classes.
type Holder = Record<string, unknown>;
type Change = (key: string, value: unknown, holder: Holder) => [string, unknown] | undefined;

const runs = fixtures.filter(({ run }) => !(run.outputs as Holder | null)?.generations);
// Broken arguments stand in two places there, and parts without a type may be any JSON.
const OTHERS = new Set(["old-exporter5-broken.2", "traceable-converse", "traceable-gemini-wrapper-system"]);
const wholeOf = new Map(runs.map(({ run }) => [run, conversation(run)]));

function conversation(run: unknown): string | undefined {
  const result = convertRunToChatSession(run);
  return "session" in result ? JSON.stringify([result.session.messages, result.session.tools]) : undefined;
}

/** The value with each field of its objects changed; in one pass, so that nothing is changed twice. */
function changed(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => changed(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => {
      const to = change(name, held, value as Holder);
      return to ?? [name, changed(held, change)];
    }),
  );
}

/** The names of the runs that lost something without a sign, and how many were changed at all. */
function losses(change: Change): { lost: string[]; count: number } {
  const lost: string[] = [];
  let count = 0;
  for (const { name, run } of runs) {
    const whole = wholeOf.get(run);
    if (whole === undefined || OTHERS.has(name)) continue;
    const other = { ...run, inputs: changed(run.inputs, change), outputs: changed(run.outputs, change) };
    if (
      JSON.stringify(other.inputs) + JSON.stringify(other.outputs) ===
      JSON.stringify(run.inputs) + JSON.stringify(run.outputs)
    )
      continue;
    count++;
    const now = conversation(other);
    if (now !== undefined && now !== whole) lost.push(name);
  }
  return { lost, count };
}

const isCalls = (key: string, value: unknown): value is unknown[] =>
  /^tool_?calls$/i.test(key) && Array.isArray(value) && value.length > 0;
const isOfTool = ({ role, type }: Holder) => role === "tool" || /result|response/.test(String(type));
const rename =
  (to: string): Change =>
  (key, value) =>
    isCalls(key, value) ? [to, value] : undefined;
const isText = (key: string, value: unknown, { role }: Holder) =>
  key === "content" && typeof value === "string" && value !== "" && role !== undefined;

const changes: Record<string, Change> = {
  "calls under another name": rename("function_calls"),
  "calls as actions": rename("actions"),
  "calls as a table": (key, value) => (isCalls(key, value) ? [key, { ...value }] : undefined),
  "calls as text": (key, value) => (isCalls(key, value) ? [key, JSON.stringify(value)] : undefined),
  "a hidden text": (key, value, holder) => (isText(key, value, holder) ? [key, "[REDACTED]"] : undefined),
  "OpenInference's mark": (key, value, holder) => (isText(key, value, holder) ? [key, "__REDACTED__"] : undefined),
  "parts as text": (key, value, holder) =>
    (key === "content" || key === "parts") && Array.isArray(value) && value.length > 0 && !isOfTool(holder)
      ? [key, JSON.stringify(value)]
      : undefined,
  "messages as texts": (key, value) =>
    key === "messages" && Array.isArray(value) ? [key, value.map((each) => JSON.stringify(each))] : undefined,
  "messages as Python prints them": (key, value) =>
    key === "messages" && Array.isArray(value)
      ? [key, value.map(() => "Message(role='user', content='Hi')")]
      : undefined,
  "an unknown part": (key, value) =>
    (key === "content" || key === "parts") && Array.isArray(value) && value.length > 0
      ? [key, [...(value as unknown[]), { type: "canvas", canvas: "x" }]]
      : undefined,
  "results without their messages": (key, value) =>
    key === "messages" && Array.isArray(value)
      ? [key, value.filter((message) => (message as Holder | null)?.role !== "tool")]
      : undefined,
  "files beside the content": (key, value) =>
    key === "messages" && Array.isArray(value)
      ? [key, value.map((each: unknown) => (Array.isArray(each) ? each : { ...(each as Holder), attachments: ["a"] }))]
      : undefined,
};

describe("a captured run that changed throughout loses nothing without a sign", () => {
  it.each(Object.entries(changes))("%s", (_name, change) => {
    const { lost, count } = losses(change);
    expect(count).toBeGreaterThan(10);
    expect(lost).toEqual([]);
  });
});

describe("texts in place of what was said", () => {
  const run = (content: string, answer = "It rains.") => ({
    inputs: { messages: [{ role: "user", content }] },
    outputs: { message: { role: "assistant", content: answer } },
  });

  it.each(["[REDACTED]", "__REDACTED__", "<redacted>", "***", "[content removed]"])(
    "%s hides a message",
    async (mark) => {
      expect(await read(run(mark))).toEqual({ skip: "no-inputs" });
      expect(await read(run("Hi.", mark))).toEqual({ skip: "no-outputs" });
    },
  );

  it.each(["My name is [REDACTED].", "redacted", "Hidden.", "**", "[]", '[{"type":"report"}]', '[{"city":"Oslo"}]'])(
    "%s is a text",
    async (text) => {
      expect(await read(run(text))).toHaveProperty("row");
    },
  );

  it.each(['[{"type":"text","text":"Hi."}]', "[{'type': 'text', 'text': 'Hi.'}]"])(
    "%s is a printed list",
    async (text) => {
      expect(await read(run(text))).toEqual({ skip: "unknown-shape" });
      expect(await read(run("Hi.", text))).toEqual({ skip: "unknown-shape" });
    },
  );

  it("arguments that are hidden", async () => {
    const call = { id: "call_1", type: "function", function: { name: "get_weather", arguments: "[REDACTED]" } };
    const outputs = { message: { role: "assistant", content: null, tool_calls: [call] } };
    expect(await read({ inputs: { messages: [user], tools: [weather] }, outputs })).toEqual({
      skip: "invalid-tool-call",
    });
  });
});

describe("a call that nothing answers", () => {
  const call = { id: "call_1", type: "function", function: { name: "get_weather", arguments: "{}" } };
  const calling = { role: "assistant", content: null, tool_calls: [call] };

  it.each([
    ["before a turn of the user", [user, calling, { role: "user", content: "So?" }]],
    ["at the end of the prompt", [system, user, calling]],
  ])("%s", async (_name, messages) => {
    expect(await read({ inputs: { messages, tools: [weather] }, outputs: { message: said } })).toEqual({
      skip: "invalid-tool-call",
    });
  });
});
