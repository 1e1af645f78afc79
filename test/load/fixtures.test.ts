import { isDeepStrictEqual } from "node:util";
import { sourceOf } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { comparable, withoutHistoryWeights, withOpenIds } from "./comparable.js";
import { convertRuns, fixture, fixtures } from "./fixtures.js";

describe("runs captured from the real clients give the row that was on the wire", () => {
  it("are there", () => expect(fixtures.length).toBeGreaterThan(1000));

  it.each(fixtures.map((entry) => [entry.name, entry] as const))("%s", async (_name, { run, expected }) => {
    const { extra } = run as { extra?: { metadata?: Record<string, unknown> } };
    // Runs of LangChain's helpers are left out by default; what was on the wire is the same.
    const metadata = { ...extra?.metadata };
    delete metadata.lc_source;
    const { rows, skips } = await convertRuns([{ ...run, extra: { ...extra, metadata } }]);
    if ("skip" in expected) {
      expect(rows).toEqual([]);
      expect(skips.map(({ code, runId }) => ({ code, runId }))).toEqual([{ code: expected.skip, runId: run.id }]);
      return;
    }
    expect(skips).toEqual([]);
    expect(rows).toHaveLength(1);
    const row = JSON.parse(JSON.stringify(rows[0])) as (typeof rows)[number];
    expect(comparable(withoutHistoryWeights(row))).toEqual(comparable(withOpenIds(expected.convert, row)));
  });

  it("read the same as records of the v2 API and as JSON text", async () => {
    for (const { name, run } of fixtures) {
      const [first, second, third, fourth] = await Promise.all([
        convertRuns([run]),
        convertRuns([asV2(run)]),
        convertRuns([JSON.stringify(run)]),
        convertRuns([JSON.stringify(asV2(run))]),
      ]);
      // `toEqual` takes most of the time of this test, so it is asked only to show a difference.
      for (const other of [second, third, fourth])
        if (!isDeepStrictEqual(other, first)) expect(other, name).toEqual(first);
    }
  });
});

/** A record as the v2 API gives it: other names, fields without a value left out, the error apart from the status. */
function asV2({
  run_type: type,
  status,
  session_id: project,
  parent_run_id: parent,
  error,
  ...run
}: Record<string, unknown>): Record<string, unknown> {
  const record = {
    ...run,
    run_type: String(type).toUpperCase(),
    status: String(status).toUpperCase(),
    project_id: project,
    metadata: (run.extra as { metadata?: object } | undefined)?.metadata,
    parent_run_ids: typeof parent === "string" ? [parent] : [],
    is_root: typeof parent !== "string",
    has_error: typeof error === "string",
    app_path: "/o/1/projects/p/2/r/3",
    reference_example_id: undefined,
  };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null));
}

describe("what the trace holds of the model's own text", () => {
  it.each([
    "lcjs-chat-tools",
    "lcjs-chat-tools-stream",
    "lcjs-responses-tools",
    "wrapopenai-tools",
    "wrapopenai-responses-tools",
  ])("%s keeps the arguments as they were written", async (name) => {
    const { rows } = await convertRuns([fixture(name).run]);
    const answer = rows[0]?.messages.at(-1);
    expect(answer?.role === "assistant" && answer.tool_calls?.map((call) => call.function.arguments)).toEqual([
      '{"city": "Paris"}',
      '{"city":"Rome"}',
    ]);
  });

  it("keeps broken arguments as they are", async () => {
    const { rows } = await convertRuns([fixture("lcjs-chat-tool-broken-json").run]);
    expect(rows[0]?.messages.at(-1)).toMatchObject({ tool_calls: [{ function: { arguments: '{"city": "Par' } }] });
  });

  it("parts calls that the tracer glued together, and says so", async () => {
    const { rows } = await convertRuns([fixture("wrapopenai-stream-tools-parallel").run]);
    expect(rows[0]?.messages.at(-1)).toMatchObject({
      tool_calls: [
        { id: "call_AAA111", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
        { id: "call_AAA111-2", function: { name: "get_weather", arguments: '{"city":"Rome"}' } },
      ],
    });
    expect(sourceOf(rows[0]!).repairs).toEqual(["glued-tool-calls"]);
  });
});

describe("where a row came from", () => {
  it("has the run, the model, its tokens and its end", async () => {
    const { run } = fixture("lcjs-chat-tools");
    const { rows } = await convertRuns([run]);
    expect(sourceOf(rows[0]!)).toMatchObject({
      runId: run.id,
      traceId: run.trace_id,
      projectId: run.session_id,
      runName: "ChatOpenAI",
      model: "gpt-4o-mini",
      provider: "openai",
      finishReason: "tool_calls",
      toolChoice: "auto",
      tokens: { prompt: 23, completion: 9, total: 32 },
      startTime: expect.stringMatching(/^2026-.*Z$/) as string,
    });
    expect(rows[0]?.parallel_tool_calls).toBe(false);
  });

  it("has thread, tags, feedback and metadata", async () => {
    const { run } = fixture("runtree-by-hand");
    const feedback_stats = {
      user_score: { n: 2, avg: 0.5, values: {}, comments: ["secret"] },
      label: { n: 1, avg: null, values: { good: 1 } },
    };
    const extra = {
      ...(run.extra as object),
      metadata: {
        thread_id: "t1",
        customer: "acme",
        long: "x".repeat(5000),
        nested: { a: 1 },
        LANGSMITH_API_KEY: "lsv2_no",
      },
    };
    const { rows } = await convertRuns([{ ...run, feedback_stats, extra }]);
    expect(sourceOf(rows[0]!)).toMatchObject({
      threadId: "t1",
      tags: ["nightly"],
      feedback: { user_score: { count: 2, average: 0.5 }, label: { count: 1, values: { good: 1 } } },
    });
    expect(sourceOf(rows[0]!).metadata).toEqual({ thread_id: "t1", customer: "acme" });
  });

  it("keeps the schema of structured output, and further answers", async () => {
    for (const name of [
      "lcjs-structured-json-schema",
      "py-lc-structured",
      "wrapopenai-parse",
      "aisdk6-object",
      "aisdk7-object",
      "py-wrapopenai-responses-parse",
      "wrapanthropic-beta-parse",
      "lcjs-genai-structured-json",
      "lcjs-ollama-structured",
      "old-wrapaisdk-object-json",
    ]) {
      const { rows } = await convertRuns([fixture(name).run]);
      expect(sourceOf(rows[0]!).responseFormat, name).toMatchObject({ properties: { city: { type: "string" } } });
    }
    for (const name of ["lcjs-chat-n2", "py-lc-n2", "wrapopenai-stream-n2"]) {
      const { rows } = await convertRuns([fixture(name).run]);
      expect(sourceOf(rows[0]!).alternatives, name).toEqual([
        { role: "assistant", content: "It is sunny in Paris. #1" },
      ]);
    }
  });

  it("is not written into the row", async () => {
    const { rows } = await convertRuns(fixtures.map(({ run }) => run));
    const keys = new Set(rows.flatMap((row) => Object.keys(JSON.parse(JSON.stringify(row)) as object)));
    expect([...keys].sort()).toEqual(["functions", "messages", "parallel_tool_calls", "tools"]);
  });
});
