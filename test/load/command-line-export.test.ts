import { describe, expect, it } from "vitest";
import { convertRunToChatSession, convertSessionToExample, type ExampleSource, sourceOf } from "langsmith-finetune";
import { fixtures } from "./fixtures.js";

interface Captured {
  tracer: string;
  run: Record<string, unknown> & { extra?: { metadata?: Record<string, unknown> } };
}

const captured = fixtures as readonly Captured[];

/** The record that `langsmith run export --full` writes of a run. */
function exported({ id, extra, ...run }: Captured["run"]): Record<string, unknown> {
  const { trace_id, name, run_type, start_time, end_time, status, inputs, outputs, error, tags } = run;
  return {
    run_id: id,
    trace_id,
    name,
    run_type,
    start_time,
    end_time,
    status,
    inputs,
    outputs,
    error,
    tags,
    custom_metadata: extra?.metadata ?? null,
    token_usage: { total_tokens: 7 },
  };
}

function rowOf(record: unknown): { row?: string; code?: string; source?: ExampleSource } {
  const loaded = convertRunToChatSession(record);
  const converted = "session" in loaded ? convertSessionToExample(loaded.session) : loaded;
  return "skip" in converted
    ? { code: converted.skip.code }
    : { row: JSON.stringify(converted.example), source: sourceOf(converted.example) };
}

describe("a run as LangSmith's command line tool exports it, without extra", () => {
  it("gives the row of the whole run, or is refused because the tools may be missing", () => {
    const kept = new Set<string>();
    let refused = 0;
    for (const { run, tracer } of captured) {
      if (run.project_id !== undefined) continue;
      const whole = rowOf(run);
      if (whole.row === undefined) continue;
      const { row, code } = rowOf(exported(run));
      if (row === undefined) {
        expect(code).toBe("missing-parameters");
        refused += 1;
      } else {
        expect(row).toBe(whole.row);
        kept.add(tracer);
      }
    }
    expect(refused).toBeGreaterThan(300);
    expect([...kept]).toEqual(
      expect.arrayContaining([
        "langsmith",
        "langsmith @anthropic-ai/sdk",
        "langsmith ai @ai-sdk/anthropic",
        "langsmith ai @ai-sdk/openai",
        "langsmith ai-5 @ai-sdk/openai-5",
        "langsmith ai-7 @ai-sdk/openai-7",
        "langsmith anthropic",
        "langsmith openai",
      ]),
    );
  });

  it("keeps where the row came from", () => {
    const record = {
      run_id: "r-1",
      trace_id: "t-1",
      run_type: "llm",
      status: "success",
      inputs: { messages: [{ role: "user", content: "2 + 2?" }], model: "gpt-4o-mini" },
      outputs: { choices: [{ message: { role: "assistant", content: "4" }, finish_reason: "stop" }] },
      custom_metadata: { ls_method: "traceable", thread_id: "c-1", team: "support" },
      token_usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
    };
    expect(rowOf(record).source).toMatchObject({
      runId: "r-1",
      traceId: "t-1",
      threadId: "c-1",
      tokens: { prompt: 5, completion: 1, total: 6 },
      metadata: { team: "support" },
    });
    expect(rowOf({ ...record, custom_metadata: null })).toEqual({ code: "missing-parameters" });
    expect(rowOf({ ...record, custom_metadata: null, extra: { metadata: {} } }).row).toBeDefined();
  });
});
