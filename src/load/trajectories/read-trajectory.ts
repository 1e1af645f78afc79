import { ServiceError } from "../../errors.js";
import { type AnswerCheck, hasList } from "../../http/answer-check.js";
import { arrayOf, isRecord, objectOf } from "../../internal/is-record.js";
import { cursorFault } from "../../select/server/cursor-check.js";
import type { Connection } from "../../select/server/connection.js";

/** A conversation of a project: a thread, or a trace that belongs to none. */
export interface Conversation {
  readonly kind: "thread" | "trace";
  readonly id: string;
  readonly projectId: string;
}

/** An answer that a trajectory shows, with the run that it is attributed to. */
export interface ShownAnswer {
  readonly message: Record<string, unknown>;
  readonly id?: string;
  readonly runId?: string;
  /** The names of the tools of that very call; undefined where the trajectory does not say. */
  readonly tools?: readonly string[];
}

/** What the server gives of a trajectory where no size is asked for. */
const DEFAULT_PAGE = 100;
/** The server's words for a page that is too large: https://github.com/langchain-ai/smithtune/blob/main/src/smithtune/curation.py */
const TOO_LARGE = /trajectory view exceeded response data size limit/i;

/**
 * The answers of a conversation in LangSmith's trajectory view, in its order, page by page. A page that is too large for
 * the server is asked again with one message.
 */
export async function readTrajectory(
  connection: Connection,
  { kind, id, projectId }: Conversation,
  signal: AbortSignal | undefined,
): Promise<ShownAnswer[]> {
  const answers: ShownAnswer[] = [];
  const cursors = new Set<string>();
  let pageSize: number | undefined;
  let cursor: string | undefined;
  for (;;) {
    const body = {
      project_id: projectId,
      [kind === "thread" ? "thread_id" : "trace_id"]: id,
      format: "ui",
      include: { system_messages: true, tool_definitions: true },
      ...(pageSize !== undefined && { page_size: pageSize }),
      ...(cursor !== undefined && { cursor }),
    };
    let page: Record<string, unknown>;
    try {
      const asked = { body, asked: "Reading a trajectory", signal, check: pageCheck(pageSize, cursor) };
      page = objectOf(await connection.json("POST", `${connection.baseUrl}/v1/trajectory`, asked));
    } catch (error) {
      if (pageSize === 1 || !ServiceError.isInstance(error) || !TOO_LARGE.test(error.message)) throw error;
      pageSize = 1;
      continue;
    }
    for (const item of page.items as unknown[]) {
      const answer = answerOf(item);
      if (answer) answers.push(answer);
    }
    const next = page.next_cursor;
    if (typeof next !== "string" || next === "") return answers;
    if (cursors.has(next)) {
      throw new ServiceError({
        service: "LangSmith",
        code: "invalid-answer",
        message: "The pages of a trajectory never end: a cursor came twice.",
        hint: 'Read the runs of the thread instead: selectRuns({ whole: "thread" }).',
      });
    }
    cursors.add(next);
    cursor = next;
  }
}

/** A list of items, and a cursor that leads on if there is one. */
function pageCheck(pageSize: number | undefined, before: string | undefined): AnswerCheck {
  return (answer) => {
    const { items, next_cursor: cursor } = objectOf(answer);
    return (
      hasList("items")(answer) ??
      cursorFault(cursor, { full: arrayOf(items).length >= (pageSize ?? DEFAULT_PAGE), before })
    );
  };
}

function answerOf(item: unknown): ShownAnswer | undefined {
  const { message, metadata } = objectOf(item);
  if (!isRecord(message) || (message.role !== "ai" && message.role !== "assistant")) return undefined;
  const { id, available_tools: tools } = message;
  const { run_id: runId } = objectOf(metadata);
  return {
    message,
    ...(typeof id === "string" && id !== "" && { id }),
    ...(typeof runId === "string" && { runId }),
    ...(Array.isArray(tools) && { tools: tools.map(nameOf) }),
  };
}

function nameOf(tool: unknown): string {
  const { name, function: definition } = objectOf(tool);
  return String(objectOf(definition).name ?? name);
}
