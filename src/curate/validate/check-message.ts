import { isRecord } from "../../internal/is-record.js";
import { checkFunctionCall, checkToolCalls, type CallableTools } from "./check-calls.js";
import { checkContent } from "./check-content.js";
import type { RowContext } from "./row-context.js";
import { excerpt, pathOf, typeName } from "./wording.js";

// What a program writes where there was no answer.
const LITERAL =
  /^["'`]?(?:none|null|nil|<nil>|undefined|nan|\[object [a-z]+\]|promise \{.*\}|<(?:coroutine|generator|function|class|bound method|async_generator|[\w.]+ object)\b.* at 0x[0-9a-f]+>)["'`]?$/i;
// What LangChain and LangGraph say in the model's place where an agent has taken too many steps.
const STOPPED =
  /^(?:agent stopped due to (?:max iterations|iteration limit or time limit)|sorry, need more steps to process this request)\.?$/i;
// A call that the server of a model left in the text, because no parser of calls was set or it failed.
const WRITTEN_CALL =
  /^\s*(?:<tool_calls?>|<function[=_]\w|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls_section_begin\|>|<\uff5ctool\u2581calls\u2581begin\uff5c>)/;
// How Python prints an object whose text was meant: LangChain's messages, the clients' answers.
const PRINTED =
  /^(?:(?:AI|Human|System|Tool|Function|Chat)Message(?:Chunk)?\((?:id|content)=|content=(?:''|"").{0,40}additional_kwargs=|content=(?:'[^']*'|"[^"]*") (?:name|id|additional_kwargs)=|(?:ChatCompletion(?:Message)?|ParsedChatCompletion(?:Message)?|Choice|LLMResult|ChatGeneration)\((?:id|content|finish_reason|generations|text|message)=)/;
const COMMON = ["role", "content", "name"];
const KEYS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["system", new Set(COMMON)],
  ["developer", new Set(COMMON)],
  ["user", new Set(COMMON)],
  ["assistant", new Set([...COMMON, "refusal", "audio", "tool_calls", "function_call", "weight"])],
  // The row schema has no name on a tool message; OpenAI's own examples do.
  ["tool", new Set([...COMMON, "tool_call_id"])],
  ["function", new Set(COMMON)],
]);
const KEYS_OF_OTHERS = new Set(["refusal", "audio", "tool_calls", "function_call", "tool_call_id"]);
// What the chat API takes as the name of a participant.
const PARTICIPANT = /^[^\s<|\\/>]{1,64}$/;

/** Checks one message by itself. False when its role is unknown, so that its order cannot be checked. */
export function checkMessage(message: unknown, path: string, tools: CallableTools, context: RowContext): boolean {
  if (!isRecord(message)) {
    context.report("message-type", path, `A message must be an object, not ${typeName(message)}.`);
    return false;
  }
  const { role } = message;
  if (role === undefined) {
    context.report("role-missing", path, "A message must have a role.");
    return false;
  }
  const keys = typeof role === "string" ? KEYS.get(role) : undefined;
  if (typeof role !== "string" || keys === undefined) {
    context.report(
      "role-unknown",
      `${path}.role`,
      `A role is system, developer, user, assistant or tool, not ${excerpt(role)}.`,
    );
    return false;
  }
  const { rules } = context;
  if (
    (rules.roles !== undefined && !rules.roles.includes(role)) ||
    (role === "function" && !rules.functions) ||
    (role === "tool" && !rules.tools)
  ) {
    context.report("role-unsupported", `${path}.role`, `${rules.name} takes no messages with the role ${role}.`);
    return false;
  }
  checkKeys(message, role, keys, path, context);
  context.learned = message.weight !== 0;
  if (role === "assistant") checkAssistant(message, path, tools, context);
  else checkInput(message, role, path, context);
  return true;
}

function checkKeys(
  message: Record<string, unknown>,
  role: string,
  allowed: ReadonlySet<string>,
  path: string,
  context: RowContext,
): void {
  for (const key of Object.keys(message)) {
    const value = message[key];
    if (key === "name" && value !== undefined && value !== null && role === "tool")
      context.report(
        "answer-name",
        `${path}.name`,
        "A tool message has a tool_call_id and no name; some templates write the name out.",
      );
    else if (key === "name" && value !== undefined) checkName(value, role, path, context);
    else if (key === "weight") checkWeight(value, role, path, context);
    else if (
      allowed.has(key) ||
      value === undefined ||
      key === context.rules.reasoning ||
      context.rules.messageKeys?.includes(key)
    )
      continue;
    else if (KEYS_OF_OTHERS.has(key) && value !== null) {
      context.report("message-key-misplaced", pathOf(path, key), `A message with the role ${role} has no ${key}.`);
    } else context.report("message-key", pathOf(path, key), `A message has no key ${excerpt(key)}.`);
  }
}

function checkName(name: unknown, role: string, path: string, context: RowContext): void {
  if (typeof name !== "string")
    context.report("name-type", `${path}.name`, `A name must be a string, not ${typeName(name)}.`);
  else if (role === "function") {
    if (name === "") context.report("function-name", `${path}.name`, "The name of the function is empty.");
  } else if (!PARTICIPANT.test(name)) {
    context.report(
      "name-pattern",
      `${path}.name`,
      `${excerpt(name)}: a name has no white space and none of < | \\ / >, and 64 characters at the most.`,
    );
  }
}

function checkWeight(weight: unknown, role: string, path: string, context: RowContext): void {
  if (weight === undefined) return;
  const at = `${path}.weight`;
  if (context.form === "preference") context.report("message-key", at, "Messages of a preference pair have no weight.");
  else if (context.rules.loss !== "weights")
    context.report("weight-unsupported", at, `${context.rules.name} takes no weight.`);
  else if (role !== "assistant")
    context.report("weight-role", at, `Only assistant messages have a weight, not ${role} messages.`);
  else if (weight !== 0 && weight !== 1)
    context.report("weight-value", at, `A weight is 0 or 1, not ${excerpt(weight)}.`);
}

function checkAssistant(
  message: Record<string, unknown>,
  path: string,
  tools: CallableTools,
  context: RowContext,
): void {
  const { rules } = context;
  let answers = false;
  if (message.tool_calls !== undefined) {
    if (!rules.tools)
      context.report("tools-unsupported", `${path}.tool_calls`, `${rules.name} does not train on tool calls.`);
    checkToolCalls(message.tool_calls, `${path}.tool_calls`, tools, context);
    // Calls were meant, or what is wrong with them was said: that nothing else is there follows from it.
    answers = true;
  }
  if (message.function_call !== undefined && message.function_call !== null) {
    if (!rules.functions)
      context.report(
        "functions-unsupported",
        `${path}.function_call`,
        `${rules.name} does not take the legacy function_call; use tool_calls.`,
      );
    else checkFunctionCall(message.function_call, `${path}.function_call`, tools, context);
    if (Array.isArray(message.tool_calls) && message.tool_calls.length > 0)
      context.report(
        "call-both-forms",
        `${path}.function_call`,
        "A message has both tool_calls and the legacy function_call.",
      );
    answers = true;
  }
  const { refusal, audio } = message;
  if (refusal !== undefined && refusal !== null) {
    if (typeof refusal !== "string")
      context.report(
        "refusal-type",
        `${path}.refusal`,
        `A refusal must be a string or null, not ${typeName(refusal)}.`,
      );
    else if (refusal !== "" && rules.refusals === false)
      context.report(
        "refusal-unsupported",
        `${path}.refusal`,
        `${rules.name} knows no refusal: the answer would be empty. Write it as content.`,
      );
    if (refusal !== "") answers = true;
  }
  if (audio !== undefined && audio !== null) {
    context.report("audio-unsupported", `${path}.audio`, "Audio answers cannot be trained on.");
    answers = true;
  }
  const state = checkContent(message.content, "assistant", `${path}.content`, context);
  if (state === "filled" && message.weight !== 0) checkAnswerText(message.content, `${path}.content`, tools, context);
  if (answers) return;
  if (state === "absent") {
    context.report(
      "content-missing",
      "content" in message ? `${path}.content` : path,
      "An assistant message must have content, or call a tool.",
    );
  } else if (state === "empty") {
    const code = message.weight === 0 ? "content-empty-input" : "content-empty";
    context.report(
      code,
      emptyPlace(message.content, `${path}.content`),
      "An assistant message without content, and without a tool call, teaches to say nothing.",
    );
  }
}

/** What stands in the place of an answer and is none: a value of the program, an object, a call. */
function checkAnswerText(content: unknown, path: string, tools: CallableTools, context: RowContext): void {
  const text = typeof content === "string" ? content : onlyText(content);
  if (text === undefined) return;
  const trimmed = text.trim();
  // The longest of them, with room for an address.
  const isLiteral = text.length <= 200 && LITERAL.test(trimmed);
  if (isLiteral || PRINTED.test(text))
    context.report(
      "content-literal",
      path,
      `The answer is ${excerpt(trimmed)}: most likely ${isLiteral ? "a missing value" : "an object"} that was turned into text.`,
    );
  else if (text.length <= 200 && STOPPED.test(trimmed))
    context.report(
      "content-literal",
      path,
      `The answer is ${excerpt(trimmed)}: the framework's words, not the model's.`,
    );
  else if (WRITTEN_CALL.test(text) || isCallOf(trimmed, tools))
    context.report(
      "content-call",
      path,
      `The answer is a call written as text: ${excerpt(trimmed)}. A call belongs into tool_calls.`,
    );
}

/** The text is the JSON of a call of one of the row's tools. */
function isCallOf(text: string, { lists }: CallableTools): boolean {
  if (lists.length === 0 || !/^\{\s*"(?:name|type|function|arguments|parameters)"/.test(text)) return false;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isRecord(value)) return false;
  const { name } = value;
  return (
    typeof name === "string" &&
    ("arguments" in value || "parameters" in value) &&
    lists.some(({ tools }) => tools.has(name))
  );
}

function onlyText(content: unknown): string | undefined {
  const [part, ...others] = Array.isArray(content) ? (content as unknown[]) : [];
  return others.length === 0 && isRecord(part) && typeof part.text === "string" ? part.text : undefined;
}

function checkInput(message: Record<string, unknown>, role: string, path: string, context: RowContext): void {
  if (role === "tool") {
    const id = message.tool_call_id;
    if (id === undefined) context.report("answer-id", path, "A tool message must have a tool_call_id.");
    else if (typeof id !== "string" || id === "") {
      context.report(
        "answer-id",
        `${path}.tool_call_id`,
        `A tool_call_id must be a string that is not empty, not ${excerpt(id)}.`,
      );
    }
  }
  if (role === "function" && message.name === undefined) {
    context.report("function-name", path, "A function message must have the name of the function.");
  }
  const at = `${path}.content`;
  const state = checkContent(message.content, role, at, context);
  if (role === "tool" && state === "filled" && Array.isArray(message.content))
    context.report("answer-parts", at, "The answer of a tool is a list of parts; most chat templates want a string.");
  if (state === "absent") {
    if (role === "function" && message.content === null) return;
    context.report("content-missing", "content" in message ? at : path, `A ${role} message must have content.`);
  } else if (state === "empty" && role !== "tool" && role !== "function") {
    context.report("content-empty-input", emptyPlace(message.content, at), `A ${role} message is empty.`);
  }
}

/** Of a list of parts that are all empty, the first. */
function emptyPlace(content: unknown, path: string): string {
  return Array.isArray(content) ? `${path}[0]` : path;
}
