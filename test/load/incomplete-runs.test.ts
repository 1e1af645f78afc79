import { loadChatSessions, type ChatSession, type IncompleteRun } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { read, said, system, user, weather } from "./one-run.js";

const turn = { inputs: { messages: [user] }, outputs: { messages: [said] } };
const by = (integration: string, more: object = {}) => ({ metadata: { ls_integration: integration, ...more } });
const all = { tools: [weather], systemPrompt: "You are an agent.", acceptMissingHistory: true };

const writers: [string, Record<string, unknown>][] = [
  ["the Claude Agent SDK", { extra: by("claude-agent-sdk") }],
  ["the Claude Agent SDK in JavaScript", { extra: by("claude-agent-sdk-js") }],
  ["the plugin for Claude Code", { extra: by("claude-code", { ls_trace_schema_version: "coding-agent-v1" }) }],
  ["the plugin for Codex", { extra: by("openai-codex") }],
  ["the plugin for Cursor", { extra: by("cursor") }],
  ["OpenAI's Agents API", { extra: by("openai-agents-api") }],
  ["a coding agent that is not known", { extra: by("another-agent", { ls_trace_schema_version: "coding-agent-v1" }) }],
  ["OpenAI Realtime by its integration", { extra: by("openai-realtime") }],
  ["OpenAI Realtime by its model", { extra: { metadata: { ls_model_name: "gpt-realtime" } } }],
  ["Gemini Live by its model", { extra: { metadata: { ls_model_name: "gemini-live-2.5-flash" } } }],
  ["a realtime turn of LiveKit", { extra: { metadata: { "lk.realtime_model_metrics": "{}" } } }],
  ["a chained response by its conversation's id", { extra: { metadata: { "gen_ai.conversation.id": "resp_1" } } }],
  [
    "an agent application of Dify",
    { tags: ["llm", "agent-chat"], outputs: { choices: { role: "ai", content: "It rains." } } },
  ],
];

describe("a run that leaves out what the model saw", () => {
  it.each(writers)("%s is left out, and taken with what the user knows", async (_name, fields) => {
    const run = { ...turn, ...fields };
    expect(await read(run)).toEqual({ skip: "incomplete-trace" });
    const { row } = (await read(run, { incompleteRuns: all })) as { row: { messages: unknown[] } };
    expect(row.messages.slice(-2)).toEqual([user, said]);
  });

  it("needs every part that is missing", async () => {
    const run = { ...turn, extra: by("claude-code") };
    for (const part of Object.keys(all) as (keyof typeof all)[]) {
      expect(await read(run, { incompleteRuns: { ...all, [part]: undefined } })).toEqual({ skip: "incomplete-trace" });
    }
    expect(await read(run, { incompleteRuns: { ...all, acceptMissingHistory: false } })).toEqual({
      skip: "incomplete-trace",
    });
  });

  it("puts the system prompt in place of a part of it, and the tools beside", async () => {
    const run = {
      ...turn,
      inputs: { messages: [{ role: "system", content: "(base)" }, user] },
      extra: by("openai-codex"),
    };
    expect(await read(run, { incompleteRuns: { ...all, systemPrompt: "Be brief." } })).toEqual({
      row: { messages: [system, user, said], tools: [weather] },
    });
  });

  it("takes no tools and no system prompt where there were none", async () => {
    const run = { ...turn, extra: by("claude-agent-sdk") };
    expect(await read(run, { incompleteRuns: { tools: [], systemPrompt: "" } })).toEqual({
      row: { messages: [user, said] },
    });
  });

  it("asks a function for each run, and says what is missing", async () => {
    const asked: IncompleteRun[] = [];
    const incompleteRuns = (run: IncompleteRun) => {
      asked.push(run);
      return run.metadata.ls_integration === "claude-agent-sdk" ? { tools: [], systemPrompt: "" } : undefined;
    };
    expect(await read({ ...turn, extra: by("claude-agent-sdk") }, { incompleteRuns })).toHaveProperty("row");
    expect(await read({ ...turn, extra: by("cursor") }, { incompleteRuns })).toEqual({ skip: "incomplete-trace" });
    expect(asked.map(({ missing }) => missing)).toContainEqual(["system-prompt", "tools"]);
    expect(asked.map(({ missing }) => missing)).toContainEqual(["system-prompt", "tools", "history"]);
  });

  it("notes in the source what was supplied", async () => {
    const runs = [{ id: "1", run_type: "llm", status: "success", ...turn, extra: by("cursor") }];
    const sessions: ChatSession[] = [];
    for await (const session of loadChatSessions(runs, { incompleteRuns: all })) sessions.push(session);
    expect(sessions[0]?.source?.repairs).toEqual(["supplied-tools", "supplied-system-prompt"]);
  });

  it("refuses what is not an object", async () => {
    const incompleteRuns = "yes" as never;
    await expect(read({ ...turn, extra: by("cursor") }, { incompleteRuns })).rejects.toThrow(/incompleteRuns must be/);
  });

  it("pi's runs are whole", async () => {
    const extra = by("pi", { ls_trace_schema_version: "coding-agent-v1" });
    expect(await read({ ...turn, extra })).toEqual({ row: { messages: [user, said] } });
  });
});
