import { isBlank } from "../internal/is-blank.js";
import { Unreadable } from "../messages/unreadable.js";
import type { AssistantTrainingMessage, Run, TrainingMessage } from "../types.js";
import { checkFinishReason, isEndOfCall, type AnswerOptions } from "./checks/finish-reason.js";
import { withoutOwnAnswer } from "./checks/own-answer.js";
import { checkTexts } from "./checks/texts.js";
import { checkIncomplete, completed } from "./incomplete-runs.js";
import { EXCLUDED_KEY, isExcludedFromView, noConversationMarks } from "./marks/no-conversation.js";
import { missingHistory } from "./stored/missing-history.js";
import { tracedRun } from "./tracers/traced-run.js";
import { tracers } from "./tracers/index.js";
import { hasArguments } from "../messages/tool-call.js";
import { NO_TOOLS } from "../messages/tool-definition.js";
import type { Conversation, TracedRun } from "./tracers/tracer.js";

/** A run as one conversation in OpenAI's form, checked: the answer ends with the model's whole answer. */
export interface ReadRun extends Conversation {
  run: TracedRun;
}

/** What is known of the conversations that OpenAI keeps. */
export interface StoredHistory {
  /** Called with what a run says before it is checked, its own answer taken out of its prompt. */
  note?(conversation: Conversation): void;
  /** All messages before the run's own, where it goes on from a stored response. */
  history?: readonly TrainingMessage[] | undefined;
}

/** Reads a run. Throws `Unreadable` with the reason where it gives no conversation. */
export function readConversation(record: Run, options: AnswerOptions, stored: StoredHistory = {}): ReadRun {
  checkRecord(record);
  const run = tracedRun(record);
  checkIsConversation(run, options);
  const filling = checkIncomplete(run, options.incompleteRuns);
  const read = readTraced(run);
  noteTurn(read, stored);
  const conversation = completed(run, withHistory(read, stored), filling, options.incompleteRuns);
  const { prompt, answer, finishReason } = conversation;
  if (prompt.length === 0) throw new Unreadable("no-inputs", "The run has no message before the answer.", "inputs");
  const last = answer.at(-1);
  if (last?.role !== "assistant")
    throw new Unreadable("no-answer", "The outputs do not end with a message of the assistant.", "outputs");
  checkFinishReason(finishReason, options);
  if (conversation.mayBeCutOff && !options.keepTruncated) {
    throw new Unreadable(
      "truncated",
      "The tracer does not record how the answer ended, and its text stops without an end.",
      "outputs",
    );
  }
  checkAnswer(last, options);
  if (isEndOfCall(finishReason) && !last.tool_calls && !last.function_call) {
    throw new Unreadable(
      "invalid-tool-call",
      `The answer ended with a call (${finishReason}), and the trace holds none.`,
      "outputs",
    );
  }
  checkBuiltIn(conversation);
  checkArguments(conversation);
  // LangChain's packages leave broken calls out of what they send, and not the results.
  if (run.outputs.generations === undefined) {
    checkResults(conversation);
    checkAnswered(conversation);
  }
  checkTexts(prompt, "inputs");
  checkTexts(answer, "outputs");
  const own = answer.find((message) => message.role === "assistant") ?? last;
  return {
    ...conversation,
    prompt: withoutOwnAnswer(prompt, own),
    alternatives: conversation.alternatives?.filter(isWhole),
    run,
  };
}

function noteTurn(read: Conversation, { note }: StoredHistory): void {
  if (note === undefined || read.responseId === undefined) return;
  const own = read.answer.find((message) => message.role === "assistant");
  try {
    note(own === undefined ? read : { ...read, prompt: withoutOwnAnswer(read.prompt, own) });
  } catch (error) {
    // What the run was sent is not known, so nothing goes on from it; the run itself is refused for it later.
    if (!(error instanceof Unreadable)) throw error;
  }
}

function withHistory(read: Conversation, { history }: StoredHistory): Conversation {
  const { previousResponseId, instructions = 0, prompt, repairs = [] } = read;
  if (previousResponseId === undefined) return read;
  if (history === undefined) throw missingHistory("inputs", previousResponseId);
  return {
    ...read,
    prompt: [...prompt.slice(0, instructions), ...history, ...prompt.slice(instructions)],
    repairs: [...repairs, "stored-history"],
  };
}

function checkRecord({ run_type: type, status, error, hasAttachments }: Run): void {
  if (type && type !== "llm") throw new Unreadable("not-llm", `The run is of type ${type}.`, "run_type");
  if (status === "error" || error) throw new Unreadable("run-error", "The run ended with an error.", "error");
  if (status === "pending") throw new Unreadable("pending", "The run is not finished.", "status");
  if (hasAttachments)
    throw new Unreadable(
      "unsupported-content",
      "The run has attachments: what the model saw of them is not in its messages.",
      "attachments",
    );
}

function checkIsConversation(run: TracedRun, { keepExcluded = false }: AnswerOptions): void {
  if (!keepExcluded && isExcludedFromView(run.metadata)) {
    throw new Unreadable(
      "excluded",
      `The application takes the run out of the conversation (${EXCLUDED_KEY}).`,
      `extra.metadata.${EXCLUDED_KEY}`,
    );
  }
  const { lc_source: helper, ls_agent_type: kind } = run.metadata;
  if (!keepExcluded && (typeof helper === "string" || kind === "middleware" || kind === "compaction")) {
    const sign = typeof helper === "string" ? "lc_source" : "ls_agent_type";
    throw new Unreadable(
      "excluded",
      `The call is a helper's and no turn of the conversation (${sign}: ${String(run.metadata[sign])}).`,
      `extra.metadata.${sign}`,
    );
  }
  const mark = noConversationMarks.find((each) => each.matches(run));
  if (mark) throw new Unreadable(mark.code, mark.reason);
}

function readTraced(run: TracedRun): Conversation {
  for (const tracer of tracers) {
    const conversation = tracer.read(run);
    if (conversation) return conversation;
  }
  if (Array.isArray(run.inputs.prompts))
    throw new Unreadable("text-completion", "The run completes a text; it is not a chat.", "inputs.prompts");
  const keys = Object.keys(run.outputs)
    .slice(0, 5)
    .map((key) => key.slice(0, 30))
    .join(", ");
  throw new Unreadable("unknown-shape", `The outputs (${keys}) are of no known shape.`, "outputs");
}

function checkAnswer(answer: AssistantTrainingMessage, { keepRefusals = false }: AnswerOptions): void {
  if (answer.refusal && !keepRefusals) throw new Unreadable("refusal", "The model refused.", "outputs");
  if (!isWhole(answer)) throw new Unreadable("no-answer", "The answer is empty.", "outputs");
}

function isWhole({ content, tool_calls: calls, function_call: call, refusal }: AssistantTrainingMessage): boolean {
  return (
    Boolean(calls?.length) ||
    call !== undefined ||
    Boolean(refusal) ||
    (typeof content === "string" && !isBlank(content))
  );
}

function checkBuiltIn({ prompt, answer, tools: requested }: Conversation): void {
  const { tools, builtIn } = typeof requested === "string" ? NO_TOOLS : requested;
  if (builtIn.length === 0) return;
  const isBuiltIn = (name: string) => builtIn.includes(name) && !tools.some((tool) => tool.function.name === name);
  for (const message of [...prompt, ...answer]) {
    const call = callsOf(message).find(({ function: { name } }) => isBuiltIn(name));
    if (call)
      throw new Unreadable(
        "invalid-tool",
        `The conversation calls ${call.function.name}, a tool of the provider without a definition.`,
        "inputs.tools",
      );
  }
}

// No provider takes a result without its call: the trace has lost it.
function checkResults({ prompt, answer }: Conversation): void {
  const called = new Set<string>();
  for (const message of [...prompt, ...answer]) {
    for (const { id } of callsOf(message)) called.add(id);
    if (message.role === "tool" && !called.has(message.tool_call_id))
      throw new Unreadable("invalid-tool-call", "A tool's answer belongs to no call before it: the trace has lost it.");
  }
}

// Nor a turn of the user, or a new answer, while calls wait.
function checkAnswered({ prompt, answer }: Conversation): void {
  const waiting = new Set<string>();
  for (const message of prompt) {
    if (waiting.size > 0 && message.role === "user") throw lostAnswer();
    for (const { id } of callsOf(message)) waiting.add(id);
    if (message.role === "tool") waiting.delete(message.tool_call_id);
  }
  // Results can stand in the outputs, before the answer.
  for (const message of answer) if (message.role === "tool") waiting.delete(message.tool_call_id);
  if (waiting.size > 0) throw lostAnswer();
}

function lostAnswer(): Unreadable {
  return new Unreadable(
    "invalid-tool-call",
    "A call in the history has no answer before the next turn: the trace has lost it.",
    "inputs",
  );
}

// Arguments that a tool requires were left out of the trace, and are not none.
function checkArguments({ prompt, answer, tools: requested }: Conversation): void {
  const { tools } = typeof requested === "string" ? NO_TOOLS : requested;
  if (tools.length === 0) return;
  for (const message of [...prompt, ...answer]) {
    for (const call of callsOf(message)) {
      if (hasArguments(call)) continue;
      const { name } = call.function;
      const required = tools.find((tool) => tool.function.name === name)?.function.parameters?.required;
      if (Array.isArray(required) && required.length > 0)
        throw new Unreadable(
          "invalid-tool-call",
          `The trace has a call of ${name} without the arguments that the tool requires.`,
        );
    }
  }
}

function callsOf(message: TrainingMessage): NonNullable<AssistantTrainingMessage["tool_calls"]> {
  return (message.role === "assistant" && message.tool_calls) || [];
}
