import { isRecord, objectOf } from "../../internal/is-record.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import type { ServiceApp } from "../server.js";
import { BodyFields } from "./body-fields.js";
import { HttpError } from "./http-error.js";
import { readObject, requireUuid, sendJson } from "./request.js";
import type { RunRecord } from "./run-record.js";
import type { Workspace } from "./workspace.js";

/** What one answer of the server may hold; LangSmith's own bound is not documented. */
const LARGEST = 20_000_000;
const LEFT_OUT = new Set(["middleware", "compaction", "subagent"]);

interface Item {
  type: "message";
  message: Record<string, unknown>;
  metadata: { run_id: string; trace_id: string };
}

/**
 * `POST /v1/trajectory`: the messages of a thread or a trace, each once, in the order of first appearance, as far as they
 * are in LangChain's or OpenAI's form. As at LangSmith, what a call was sent is attributed to the run that was sent it.
 */
export function addTrajectoryRoutes(app: ServiceApp, workspace: Workspace): void {
  app.post("/v1/trajectory", async (context) => {
    const fields = new BodyFields(await readObject(context), 400);
    const projectId = workspace.projects.require(requireUuid(fields.text("project_id"), "project_id")).id;
    const threadId = fields.text("thread_id");
    const traceId = fields.text("trace_id");
    if ((threadId === undefined) === (traceId === undefined))
      throw new HttpError(400, "Exactly one of thread_id and trace_id is needed");
    const items = itemsOf(runsOf(workspace, projectId, threadId, traceId));
    const start = Number(fields.text("cursor") ?? 0);
    const size = fields.integer("page_size") ?? 100;
    const page = items.slice(start, start + size);
    const body = JSON.stringify({
      items: page,
      next_cursor: start + size < items.length ? String(start + size) : null,
    });
    if (body.length > LARGEST && size > 1) {
      throw new HttpError(
        400,
        "trajectory view exceeded response data size limit. Narrow the requested trajectory page",
      );
    }
    return sendJson(body);
  });
}

/** The LLM runs that the view shows, oldest first. */
function runsOf(workspace: Workspace, projectId: string, threadId?: string, traceId?: string): RunRecord[] {
  const all = [...workspace.runs.inOrder([projectId], "asc", { least: -Infinity, most: Infinity })];
  const traces = new Set(all.filter((run) => run.threadId === threadId).map((run) => run.traceId));
  return all.filter(
    ({ runType, traceId: trace, metadata }) =>
      runType === "llm" &&
      (traceId === undefined ? traces.has(trace) : trace === traceId) &&
      !("ls_message_view_exclude" in metadata) &&
      !LEFT_OUT.has(String(metadata.ls_agent_type)),
  );
}

function itemsOf(runs: readonly RunRecord[]): Item[] {
  const items: Item[] = [];
  const seen = new Set<string>();
  for (const run of runs) {
    const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
    const inputs = parse(run.payloads.inputs);
    const outputs = parse(run.payloads.outputs);
    const extra = objectOf(parse(run.payloads.extra));
    const tools = objectOf(extra.invocation_params).tools;
    const add = (message: Record<string, unknown>, isAnswer: boolean) => {
      const key = typeof message.id === "string" ? message.id : stableStringify(message);
      if (seen.has(key)) return;
      seen.add(key);
      items.push({
        type: "message",
        message: { ...message, ...(isAnswer && Array.isArray(tools) && { available_tools: tools }) },
        metadata: { run_id: run.id, trace_id: run.traceId },
      });
    };
    for (const message of messagesOf(objectOf(inputs).messages)) add(message, false);
    const { generations, choices, messages } = objectOf(outputs);
    const answers = [
      ...listOf(generations)
        .flat()
        .map((generation) => objectOf(generation).message),
      ...listOf(choices).map((choice) => objectOf(choice).message),
      ...listOf(messages),
    ];
    for (const message of messagesOf(answers)) add(message, true);
  }
  return items;
}

const ROLES: Readonly<Record<string, string>> = {
  HumanMessage: "human",
  AIMessage: "ai",
  AIMessageChunk: "ai",
  SystemMessage: "system",
  ToolMessage: "tool",
  user: "human",
  assistant: "ai",
  human: "human",
  ai: "ai",
  system: "system",
  tool: "tool",
};

function messagesOf(value: unknown): Record<string, unknown>[] {
  return listOf(value)
    .flat()
    .flatMap((message) => {
      if (!isRecord(message)) return [];
      const kind = Array.isArray(message.id) ? String(message.id.at(-1)) : String(message.role ?? message.type);
      const role = ROLES[kind];
      const {
        id,
        content,
        name,
        tool_call_id,
        tool_calls: calls,
      } = isRecord(message.kwargs) ? message.kwargs : message;
      if (role === undefined) return [];
      return [
        {
          role,
          ...(typeof id === "string" && { id }),
          ...(typeof name === "string" && { name }),
          ...(typeof tool_call_id === "string" && { tool_call_id }),
          content: [...textBlocks(content), ...listOf(calls).map(callBlock)],
        },
      ];
    });
}

function textBlocks(content: unknown): unknown[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return listOf(content).filter((block) => isRecord(block) && block.type === "text");
}

function callBlock(call: unknown): unknown {
  const { id, name, args, function: called } = objectOf(call);
  if (!isRecord(called)) return { type: "tool_call", id, name, args };
  return { type: "tool_call", id, name: called.name, args: JSON.parse(String(called.arguments)) as unknown };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
