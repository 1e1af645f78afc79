import type { TracedRun } from "../tracers/tracer.js";

/** A part of what the model saw that a run leaves out. */
export type MissingPart = "system-prompt" | "tools" | "history";

/** A sign that a run leaves out a part of what the model saw. */
export interface IncompleteMark {
  missing: readonly MissingPart[];
  reason: string;
  /** The package that writes such runs, or where it is documented. */
  source: string;
  matches(run: TracedRun): boolean;
}

/** Every such sign; the first that matches counts. */
const incompleteMarks: readonly IncompleteMark[] = [
  {
    missing: ["system-prompt", "tools"],
    reason: "The Claude Agent SDK's tracers write neither the system prompt nor the tools of the agent.",
    source: "langsmith 0.15.1 (Python) and 0.12.0 (JavaScript), integrations for the Claude Agent SDK",
    matches: isWrittenBy("claude-agent-sdk", "claude-agent-sdk-js"),
  },
  {
    missing: ["system-prompt", "tools", "history"],
    reason:
      "The plugins for coding agents write one turn, without the tools, the earlier turns, and what the agent adds.",
    source: "langsmith-claude-code-plugins 0.2.3, the plugins for Codex 0.0.6 and Cursor 0.3.2",
    matches: isWrittenBy("claude-code", "openai-codex", "cursor"),
  },
  {
    missing: ["system-prompt", "tools", "history"],
    reason: "The agent runs at the provider, and the run has neither its instructions nor its tools.",
    source: "langsmith 0.15.1, wrapper of OpenAI's Agents API",
    matches: isWrittenBy("openai-agents-api"),
  },
  {
    missing: ["system-prompt", "tools", "history"],
    reason: "A coding agent's run without tools: its tracer leaves them out, and with them the agent's instructions.",
    source: "the metadata ls_trace_schema_version: coding-agent-v1, which pi has too, whose runs are whole",
    matches: (run) =>
      run.metadata.ls_trace_schema_version === "coding-agent-v1" &&
      run.metadata.ls_integration !== "pi" &&
      !hasTools(run.inputs) &&
      !hasTools(run.params),
  },
  {
    missing: ["history", "tools", "system-prompt"],
    reason: "A realtime session keeps the conversation, the instructions and the tools at the provider.",
    source: "langsmith 0.15.1: integrations for OpenAI Realtime, Gemini Live and ADK Live, LiveKit and Pipecat",
    matches: (run) =>
      isWrittenBy("openai-realtime", "openai-agents-realtime", "gemini-live", "google-adk-live")(run) ||
      REALTIME.test(modelOf(run)) ||
      REALTIME_NAMES.test(run.name) ||
      "lk.realtime_model_metrics" in run.metadata,
  },
  {
    missing: ["history", "system-prompt"],
    reason: "The span records only what changed in the input of the model since another span (input_delta).",
    source: "livekit-agents 1.8.9, telemetry/input_delta.py; langsmith 0.15.1 copies the attributes as lk_input_*",
    matches: ({ metadata }) => DELTA_SIGNS.some((sign) => metadata[sign] !== undefined && metadata[sign] !== false),
  },
  {
    missing: ["history"],
    reason:
      "The call continues a conversation that is stored at the provider: gen_ai.conversation.id names a response.",
    source: "Microsoft Agent Framework 1.23.0",
    matches: ({ metadata }) => isStoredId(metadata["gen_ai.conversation.id"]),
  },
  {
    missing: ["tools", "history"],
    reason: "An agent application of Dify is one run, without its tools and the steps between.",
    source: "langgenius/dify, api/core/ops/langsmith_trace, whose tags name the kind of application",
    matches: ({ tags, metadata }) =>
      tags.includes("agent-chat") ||
      (tags.includes("message") && tags.includes("agent")) ||
      metadata.app_mode === "agent-chat",
  },
];

/** The sign that a run leaves something out, if there is one. */
export function incompleteMarkOf(run: TracedRun): IncompleteMark | undefined {
  return incompleteMarks.find((mark) => mark.matches(run));
}

const DELTA_SIGNS = ["lk.input.delta", "lk_input_delta", "lk.input.base_span_id", "lk_input_base_span_id"];
const REALTIME = /(?:^|[-/.])realtime(?:$|[-/.])|(?:^|-)live(?:-|$)|native-audio/i;
const REALTIME_NAMES = /^(?:llm_realtime|realtime_session|realtime_assistant_turn|llm_setup|llm_request_realtime)$/;

function isWrittenBy(...integrations: string[]): (run: TracedRun) => boolean {
  const known = new Set<unknown>(integrations);
  return ({ metadata }) => known.has(metadata.ls_integration);
}

function modelOf({ metadata, params, inputs }: TracedRun): string {
  const model = metadata.ls_model_name ?? params.model ?? inputs.model;
  return typeof model === "string" ? model : "";
}

function isStoredId(id: unknown): boolean {
  return typeof id === "string" && /^(?:resp|conv|thread)_/.test(id);
}

function hasTools({ tools }: Record<string, unknown>): boolean {
  return Array.isArray(tools) ? tools.length > 0 : tools !== undefined && tools !== null;
}
