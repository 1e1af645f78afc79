import { checkOptions } from "../internal/options.js";
import { readRunRecord } from "../select/run-record.js";
import type { ChatSession, Run, Skip } from "../types.js";
import { answerKinds, type AnswerOptions } from "./checks/finish-reason.js";
import { parseExactJson } from "../messages/free-form-json.js";
import { loadedSession } from "./loaded-session.js";
import { readConversation, type StoredHistory } from "./read-conversation.js";
import { sourceOfRun } from "./source-of-run.js";
import { NO_TOOLS } from "../messages/tool-definition.js";
import { kindOf, Unreadable } from "../messages/unreadable.js";

/** What one run gives: a session, or the reason why it gives none. */
export type ChatSessionResult = { session: ChatSession } | { skip: Skip };

/**
 * One run as a chat session: the messages that the model was sent and, last, its answer, with the
 * tools that it was given. Takes a record of either API generation, or its JSON text. Never throws
 * for what is in the run: what cannot be read is returned as a skip with a code of `docs/load.md`.
 *
 * @example
 * ```ts
 * import { convertRunToChatSession } from "langsmith-finetune";
 *
 * const result = convertRunToChatSession({
 *   id: "0e5a4f0c-0000-4000-8000-000000000000",
 *   run_type: "llm",
 *   inputs: { messages: [{ role: "user", content: "2 + 2?" }] },
 *   outputs: { choices: [{ message: { role: "assistant", content: "4" } }] },
 * });
 * if ("session" in result) console.log(result.session.messages.length);
 * ```
 */
export function convertRunToChatSession(record: unknown, options: AnswerOptions = {}): ChatSessionResult {
  checkOptions<AnswerOptions>("convertRunToChatSession", options, answerKinds);
  return sessionOfRun(record, options);
}

/** `convertRunToChatSession` with options that were checked. */
export function sessionOfRun(
  record: unknown,
  options: AnswerOptions,
  stored?: StoredHistory,
): ChatSessionResult & { waits?: { run: Run; previousResponseId: string } } {
  const parsed = typeof record === "string" ? parseExactJson(record)?.value : record;
  const run = readRunRecord(parsed);
  if (!run) {
    const message =
      typeof record === "string"
        ? "A text is neither a run id nor the JSON of a run."
        : `A run is ${kindOf(record)}${typeof record === "object" && record !== null ? " without an id" : ""}.`;
    return { skip: { code: "invalid-run", message } };
  }
  try {
    const read = readConversation(run, options, stored);
    const { prompt, answer, functions = [], alternatives = [], repairs = [] } = read;
    const tools = typeof read.tools === "string" ? NO_TOOLS : read.tools;
    const source = sourceOfRun(run, read.run);
    if (read.responseFormat !== undefined) source.responseFormat = read.responseFormat;
    if (read.toolChoice !== undefined) source.toolChoice = read.toolChoice;
    if (read.finishReason !== undefined) source.finishReason = read.finishReason;
    if (alternatives.length > 0) source.alternatives = alternatives;
    if (repairs.length > 0) source.repairs = repairs;
    const rest: Omit<ChatSession, "messages"> = { source };
    if (tools.tools.length > 0) rest.tools = tools.tools;
    if (functions.length > 0) rest.functions = functions;
    if (read.parallelToolCalls !== undefined && tools.tools.length > 0) rest.parallelToolCalls = read.parallelToolCalls;
    return { session: loadedSession(prompt.concat(answer), rest) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { previousResponseId } = error;
    return {
      ...(previousResponseId !== undefined && { waits: { run, previousResponseId } }),
      skip: {
        code: error.code,
        message: error.message,
        runId: run.id,
        ...(error.path !== undefined && { path: error.path }),
      },
    };
  }
}
