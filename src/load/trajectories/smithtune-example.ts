import { isRecord, objectOf } from "../../internal/is-record.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import { readMessage } from "../../messages/messages.js";
import { readToolDefinitions } from "../../messages/tool-definition.js";
import { Unreadable } from "../../messages/unreadable.js";
import type { ExampleSource, ExampleTarget, OpenAITool, Skip, TrainingMessage } from "../../types.js";
import type { ChatSessionResult } from "../convert-run-to-chat-session.js";
import { loadedSession } from "../loaded-session.js";

/** The answers of a trajectory that were given under the same tools. */
interface Part {
  tools: OpenAITool[];
  targets: ExampleTarget[];
}

/**
 * An example of a dataset that Smithtune made: a whole trajectory in `inputs.messages`, and beside it which run gave
 * which answer with which tools. Only those answers are targets. Rows hold one list of tools, so there is a session for each
 * list: https://github.com/langchain-ai/smithtune/blob/main/docs/datasets.md. `undefined` for any other example.
 */
export function smithtuneSessions(
  example: Record<string, unknown>,
  source: ExampleSource,
): ChatSessionResult[] | undefined {
  const metadata = objectOf(example.metadata);
  const { smithtune_source: provenance } = metadata;
  if (provenance === undefined || provenance === null) return undefined;
  const { assistant_runs: bindings } = objectOf(provenance);
  const { messages: trajectory } = objectOf(example.inputs);
  const refused = (code: string, message: string): ChatSessionResult[] => [
    { skip: { code, message: `Example ${source.exampleId ?? ""}: ${message}` } },
  ];
  if (!Array.isArray(bindings) || !Array.isArray(trajectory))
    return refused("unknown-shape", "Smithtune's metadata does not say which runs gave the answers.");
  try {
    const { messages, places } = readTrajectoryMessages(trajectory);
    const parts = new Map<string, Part>();
    const skips: Skip[] = [];
    const seen = new Set<number>();
    for (const binding of bindings) {
      const { message_index: index, run_id: runId, trace_id: traceId, tools } = objectOf(binding);
      const place = typeof index === "number" ? places[index] : undefined;
      const answer = place === undefined ? undefined : messages[place];
      if (place === undefined || answer?.role !== "assistant" || typeof runId !== "string" || seen.has(place))
        return refused(
          "invalid-example",
          "Smithtune's metadata points to a message that is not an answer, or to one answer twice.",
        );
      seen.add(place);
      if (!Array.isArray(tools)) {
        const message = `Example ${source.exampleId ?? ""}: the tools of message ${place} are not known.`;
        skips.push({ code: "missing-tools", message, runId });
        continue;
      }
      if (!answer.content && !answer.tool_calls) continue;
      const key = stableStringify(tools);
      const part = parts.get(key) ?? {
        tools: readToolDefinitions(tools, "metadata.smithtune_source").tools,
        targets: [],
      };
      part.targets.push({
        message: place,
        runId,
        ...(typeof traceId === "string" && { traceId }),
        ...threadOf(metadata),
      });
      parts.set(key, part);
    }
    const sessions = [...parts.values()].map((part) => ({ session: sessionOf(part, messages, source, metadata) }));
    if (sessions.length === 0 && skips.length === 0) return refused("no-answer", "no answer has a run that gave it.");
    return [...sessions, ...skips.map((skip) => ({ skip }))];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return [
      {
        skip: {
          code: error.code,
          message: `Example ${source.exampleId ?? ""}: ${error.message}`,
          ...(error.path !== undefined && { path: error.path }),
        },
      },
    ];
  }
}

/** The messages, and where each of the trajectory's is among them. */
function readTrajectoryMessages(trajectory: readonly unknown[]): { messages: TrainingMessage[]; places: number[] } {
  const messages: TrainingMessage[] = [];
  const places = trajectory.map((message, index) => {
    const path = `inputs.messages[${index}]`;
    if (!isRecord(message))
      throw new Unreadable("invalid-message", "A message of the trajectory is not an object.", path);
    readMessage(message, messages, path);
    return messages.length - 1;
  });
  return { messages, places };
}

function sessionOf(
  { tools, targets }: Part,
  messages: readonly TrainingMessage[],
  source: ExampleSource,
  metadata: Record<string, unknown>,
) {
  const sorted = [...targets].sort((left, right) => left.message - right.message);
  const last = sorted.at(-1)?.message ?? 0;
  const { source_project_id: projectId } = metadata;
  return loadedSession(messages.slice(0, last + 1), {
    ...(tools.length > 0 && { tools }),
    source: {
      ...source,
      ...threadOf(metadata),
      ...(typeof projectId === "string" && { projectId }),
      targets: sorted,
    },
  });
}

/** The thread or the trace that the trajectory is of. */
function threadOf({
  source_scope: scope,
  source_scope_id: id,
}: Record<string, unknown>): Pick<ExampleSource, "threadId" | "traceId"> {
  if (typeof id !== "string") return {};
  return scope === "thread" ? { threadId: id } : scope === "trace" ? { traceId: id } : {};
}
