import { convertRunToChatSession } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.js";

// A writer with names of its own: every field of a captured run under another name, one at a time. What
// comes out is a skip, or the same conversation; another one is a loss without a sign.
type Path = readonly (string | number)[];
type Holder = Record<string | number, unknown>;

const runs = [
  "wrapopenai-tools",
  "wrapopenai-history",
  "wrapopenai-responses-history",
  "wrapanthropic-history",
  "py-wrapanthropic-history",
  "traceable-blocks-loop",
  "traceable-anthropic-history",
  "py-lc-claude-loop.2",
  "lcjs-chat-tool-history",
  "aisdk6-parallel-stream.1",
  "agents-chat-history",
  "agents-responses-history",
  "span-logfire-history",
  "span-openinference-history",
  "span-openinference-anthropic-history",
  "span-openllmetry-calls",
  "span-openllmetry-history",
  "span-pydantic-loop.2",
].map((name) => [name, fixtureIn(name)] as const);

function fixtureIn(name: string): Holder {
  return fixture(name).run as Holder;
}

// Free JSON of the application or of the provider, and what only describes the call.
const FREE = /^(?:arguments|args|input|parameters|input_schema|inputSchema|schema|usage.*|response_metadata|extra)$/;
// Optional in every dialect, so that its absence is the rule: nothing tells that another name means it.
const OPTIONAL =
  /^(?:strict|name|parallel_tool_calls|tool_choice|finish_reason|finishReason|stop_reason|detail|index|id|status)$/;
// What was thought stands beside the conversation; the parts of a tool's answer are its own JSON.
const BESIDE =
  /\.thinking$|^inputs\.messages\.(?:3|2|0\.4|0\.3)(?:\.kwargs)?\.content\.\d(?:\.content\.\d)?\.type$|^outputs\.messages\.1\.content\.0\.type$/;
// The request's parts, whose names the tracers' own documentation fixes.
const OF_REQUEST = /^(?:tools|functions|system|instructions|mode)$/;

function* fields(value: unknown, path: Path): Generator<Path> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* fields(item, [...path, index]);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) {
      yield [...path, key];
      if (!FREE.test(key)) yield* fields(item, [...path, key]);
    }
}

function renamed(value: unknown, [key, ...rest]: Path): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? renamed(item, rest) : item));
  const entries = Object.entries(value as Holder);
  return Object.fromEntries(
    entries.map(([name, held]) =>
      name !== key ? [name, held] : rest.length > 0 ? [name, renamed(held, rest)] : [`${name}_of_ours`, held],
    ),
  );
}

function conversation(run: unknown): string | undefined {
  const result = convertRunToChatSession(run);
  return "session" in result ? JSON.stringify([result.session.messages, result.session.tools]) : undefined;
}

describe("a field under a name that is not known", () => {
  it.each(runs)("%s", (_name, run) => {
    const whole = conversation(run);
    expect(whole).toBeDefined();
    const lost: string[] = [];
    let renames = 0;
    for (const path of [...fields(run.inputs, ["inputs"]), ...fields(run.outputs, ["outputs"])]) {
      const key = String(path.at(-1));
      renames++;
      const read = conversation(renamed(run, path));
      if (read === undefined || read === whole || OPTIONAL.test(key) || (path.length === 2 && OF_REQUEST.test(key)))
        continue;
      if (!BESIDE.test(path.join("."))) lost.push(path.join("."));
    }
    expect(renames).toBeGreaterThan(5);
    expect(lost).toEqual([]);
  });
});
