import { isRecord } from "../../internal/is-record.js";
import type { RowContext } from "./row-context.js";

type Message = Record<string, unknown>;

interface OpenCalls {
  readonly at: number;
  readonly calls: readonly unknown[];
  readonly ids: Set<string>;
  readonly answered: Set<string>;
  /** An id on one of the two sides cannot be read, so nobody can say what answers what. */
  unclear: boolean;
  orphans: number;
}

/**
 * Checks the order of messages that are sound one by one: answers stand behind their calls, calls
 * are answered, the last word is the assistant's.
 */
export function checkTurns(messages: readonly Message[], path: string, context: RowContext): void {
  let open: OpenCalls | undefined;
  let begun = false;
  let system = false;
  let assistants = 0;
  let unreadableFunction = false;
  const functions = new Set<unknown>();
  messages.forEach((message, index) => {
    const { role } = message;
    const at = `${path}[${index}]`;
    if (role === "tool") {
      checkAnswer(message, at, open, context);
      begun = true;
      return;
    }
    const unanswered = open !== undefined && reportUnanswered(open, path, context);
    open = undefined;
    const previous = messages[index - 1]?.role;
    if (role === "system" || role === "developer") {
      // As the last message it is a fault of its own.
      if (index === messages.length - 1) return;
      if (begun && context.rules.systemFirst === true)
        context.report("role-repeated", at, `${context.rules.name} takes a ${role} message at the beginning only.`);
      else if (begun)
        context.report(
          "system-not-first",
          at,
          `A ${role} message stands in the middle of the conversation; some services refuse it.`,
        );
      else if (system)
        context.report(
          "system-not-first",
          at,
          "A second system message; some services take one, as the first message.",
        );
      system = true;
      return;
    }
    begun = true;
    if (context.rules.alternatingRoles === true && role === previous) {
      context.report(
        "role-repeated",
        at,
        `Two ${role} messages in a row; ${context.rules.name} wants them to alternate.`,
      );
    } else if (role === "assistant" && previous === "assistant" && !unanswered) {
      // After a call that was left open, that is the fault.
      context.report("assistant-repeated", at, "Two assistant messages in a row; some services refuse it.");
    }
    if (role === "assistant") {
      assistants += 1;
      // Whatever else stands there was reported, and nobody can say what answers it.
      if (message.tool_calls !== undefined) open = openCalls(index, message.tool_calls);
      const call = message.function_call;
      if (isRecord(call) && typeof call.name === "string" && call.name !== "") functions.add(call.name);
      else if (call !== undefined && call !== null) unreadableFunction = true;
    }
    if (
      role === "function" &&
      typeof message.name === "string" &&
      message.name !== "" &&
      !functions.has(message.name) &&
      !unreadableFunction
    ) {
      context.report("function-orphan", at, "A function message answers no function_call before it.");
    }
  });
  if (!messages.some(({ role }) => role === "user"))
    // Without an answer either, that is the fault.
    if (context.form !== "supervised" || assistants > 0)
      context.report(
        "user-missing",
        path,
        "No user message: some services want one, and the templates of some models (Qwen3.5, Gemma, Cohere) raise without.",
      );
  if (context.form === "supervised") checkEnd(messages, path, assistants, open, context);
  else if (context.form === "reinforcement") checkPromptEnd(messages, path, context);
  else checkInputEnd(messages, path, open, context);
}

function openCalls(at: number, value: unknown): OpenCalls {
  const ids = new Set<string>();
  const calls: readonly unknown[] = Array.isArray(value) ? value : [];
  let unclear = calls.length === 0;
  for (const call of calls) {
    const id = isRecord(call) ? call.id : undefined;
    if (typeof id === "string" && id !== "" && !ids.has(id)) ids.add(id);
    else unclear = true;
  }
  return { at, calls, ids, answered: new Set(), unclear, orphans: 0 };
}

function checkAnswer(message: Message, at: string, open: OpenCalls | undefined, context: RowContext): void {
  if (open === undefined) {
    context.report("answer-orphan", at, "A tool message must follow the assistant message whose call it answers.");
    return;
  }
  const id = message.tool_call_id;
  if (typeof id !== "string" || id === "") open.unclear = true;
  else if (open.answered.has(id) && !open.unclear)
    context.report("answer-duplicate", at, `The call ${JSON.stringify(id)} is answered twice.`);
  else if (open.ids.has(id)) open.answered.add(id);
  else if (!open.unclear) {
    open.orphans += 1;
    context.report(
      "answer-orphan",
      `${at}.tool_call_id`,
      `No call of message ${open.at} has the id ${JSON.stringify(id)}.`,
    );
  }
}

/** True where it reported something. An answer with the wrong id leaves a call open: one fault, and reported once. */
function reportUnanswered(open: OpenCalls, path: string, context: RowContext): boolean {
  if (open.unclear) return false;
  let missing = open.ids.size - open.answered.size - open.orphans;
  const found = missing > 0;
  open.calls.forEach((call, index) => {
    const { id } = call as { id: string };
    if (missing <= 0 || open.answered.has(id)) return;
    missing -= 1;
    context.report(
      "call-unanswered",
      `${path}[${open.at}].tool_calls[${index}]`,
      `The call ${JSON.stringify(id)} has no answer, and the conversation goes on.`,
    );
  });
  return found;
}

function checkEnd(
  messages: readonly Message[],
  path: string,
  assistants: number,
  open: OpenCalls | undefined,
  context: RowContext,
): void {
  const last = messages.length - 1;
  if (assistants === 0) {
    context.report("assistant-missing", path, "No assistant message: there is nothing to learn.");
    return;
  }
  if (messages[last]?.role !== "assistant") {
    context.report(
      "last-message",
      `${path}[${last}]`,
      `The last message must be the assistant's, not ${String(messages[last]?.role)}'s.`,
    );
  } else if (open !== undefined && open.calls.length > 0 && !context.rules.finalToolCall) {
    context.report(
      "call-final-unsupported",
      `${path}[${last}].tool_calls`,
      `${context.rules.name} wants the last message to be an answer in words, not a tool call.`,
    );
  }
  if (messages.every((message) => message.role !== "assistant" || message.weight === 0)) {
    context.report("assistant-untrained", "$", "Every assistant message has weight 0: the row trains nothing.");
  }
}

function checkPromptEnd(messages: readonly Message[], path: string, context: RowContext): void {
  const last = messages.length - 1;
  if (messages[last]?.role === "user") return;
  context.report(
    "prompt-end",
    `${path}[${last}]`,
    "A row for reinforcement must end with the user's message: the answer is the model's, and the grader's to judge.",
  );
}

function checkInputEnd(
  messages: readonly Message[],
  path: string,
  open: OpenCalls | undefined,
  context: RowContext,
): void {
  if (open !== undefined) reportUnanswered(open, path, context);
  const last = messages.length - 1;
  if (open === undefined && messages[last]?.role === "assistant") {
    context.report(
      "pair-input-last",
      `${path}[${last}]`,
      "The input ends with an assistant message; the outputs are to answer a user or a tool.",
    );
  }
}
