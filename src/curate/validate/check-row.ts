import { isRecord } from "../../internal/is-record.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import type { CallableTools } from "./check-calls.js";
import { checkMessage } from "./check-message.js";
import type { CheckedTools } from "./check-tools.js";
import { checkTurns } from "./check-turns.js";
import type { RowContext } from "./row-context.js";
import { excerpt, pathOf, typeName } from "./wording.js";

const SUPERVISED_KEYS = new Set(["messages", "tools", "functions", "parallel_tool_calls"]);
const UNPAIRED_KEYS = new Set(["prompt", "completion", "label", "tools"]);
const INPUT_KEYS = new Set(["messages", "tools", "parallel_tool_calls"]);
const PAIR_KEYS = new Set(["input", "preferred_output", "non_preferred_output"]);
const PAIR_KEYS_AND_MESSAGES = new Set([...PAIR_KEYS, "messages"]);

const NO_TOOLS: CallableTools = { none: true, empty: false, complete: false, lists: [] };

/** Checks a supervised row, or one for a grader, which may have any further keys. */
export function checkSupervisedRow(row: Record<string, unknown>, context: RowContext): void {
  if (!("messages" in row) || row.messages === undefined) {
    context.report(
      "messages-missing",
      "$",
      `A row must have messages. This one has ${Object.keys(row).slice(0, 5).map(excerpt).join(", ") || "no keys"}.`,
    );
    return;
  }
  if (context.form === "supervised") checkKeys(row, "$", SUPERVISED_KEYS, context);
  checkConversation(row, "$", context);
}

/** Checks an unpaired row: a prompt, a completion and whether it was a good one. */
export function checkUnpairedRow(row: Record<string, unknown>, context: RowContext): void {
  if (context.rules.unpaired === false) {
    context.report("unpaired-unsupported", "$", `${context.rules.name} does not train on answers with a label.`);
    return;
  }
  checkKeys(row, "$", UNPAIRED_KEYS, context);
  const { prompt, completion, label } = row;
  for (const [key, role, side] of [
    ["prompt", "user", prompt],
    ["completion", "assistant", completion],
  ] as const) {
    const sound = typeof side === "string" ? side.trim() !== "" : Array.isArray(side) && side.length > 0;
    if (!sound)
      context.report(
        "unpaired-side",
        side === undefined ? "$" : `$.${key}`,
        `${key} must be a list of messages or a text, and not empty; it is ${typeName(side)}. A text stands for a message of the ${role}.`,
      );
  }
  if (typeof label !== "boolean")
    context.report("unpaired-label", "$.label", `label must be true (a good answer) or false, not ${excerpt(label)}.`);
  const tools = Array.isArray(prompt) && prompt.length > 0 ? checkConversation(row, "$", context, "prompt") : NO_TOOLS;
  if (!Array.isArray(completion)) return;
  completion.forEach((message: unknown, index) => {
    checkOutputMessage(message, `$.completion[${index}]`, true, tools, context);
  });
  checkCallsAgainstRow(row, completion, "$", "$.completion", tools, context);
}

/** Checks a preference pair. */
export function checkPreferenceRow(row: Record<string, unknown>, context: RowContext): void {
  if (!context.rules.preference) {
    context.report("pair-unsupported", "$", `${context.rules.name} does not train on preference pairs.`);
    return;
  }
  const { input } = row;
  // Messages in the place of an input are that fault, and no further key too many.
  checkKeys(row, "$", input === undefined ? PAIR_KEYS_AND_MESSAGES : PAIR_KEYS, context);
  let tools = NO_TOOLS;
  if (input === undefined)
    context.report(
      "pair-missing",
      "$",
      `A preference pair must have an input${"messages" in row ? ", and its messages belong into it" : ""}.`,
    );
  else if (!isRecord(input))
    context.report("pair-input", "$.input", `input must be an object with messages, not ${typeName(input)}.`);
  else if (input.messages === undefined) context.report("pair-input", "$.input", "input has no messages.");
  else {
    checkKeys(input, "$.input", INPUT_KEYS, context);
    tools = checkConversation(input, "$.input", context);
  }
  if (isRecord(input) && Array.isArray(input.messages)) {
    for (const key of ["preferred_output", "non_preferred_output"] as const) {
      const output = row[key];
      if (Array.isArray(output)) checkCallsAgainstRow(input, output, "$.input", `$.${key}`, tools, context);
    }
  }
  const preferred = checkOutput(row, "preferred_output", tools, context);
  const rejected = checkOutput(row, "non_preferred_output", tools, context);
  if (preferred && rejected && stableStringify(row.preferred_output) === stableStringify(row.non_preferred_output)) {
    context.report("pair-identical", "$", "Both outputs are the same: there is nothing to prefer.");
  }
}

function checkOutput(
  row: Record<string, unknown>,
  key: "preferred_output" | "non_preferred_output",
  tools: CallableTools,
  context: RowContext,
): boolean {
  const output = row[key];
  if (output === undefined) {
    context.report("pair-missing", "$", `A preference pair must have a ${key}.`);
    return false;
  }
  const path = `$.${key}`;
  if (!Array.isArray(output)) {
    context.report(
      "pair-output-type",
      path,
      `${key} must be a list with one assistant message, not ${typeName(output)}.`,
    );
    return false;
  }
  const long = context.rules.longOutputs === true;
  if (long ? output.length === 0 : output.length !== 1) {
    context.report(
      "pair-output-count",
      path,
      `${key} must hold ${long ? "at least" : "exactly"} one message, not ${output.length}.`,
    );
    return false;
  }
  const sound = output.map((message: unknown, index) =>
    checkOutputMessage(message, `${path}[${index}]`, long, tools, context),
  );
  return sound.every(Boolean);
}

function checkOutputMessage(
  message: unknown,
  path: string,
  long: boolean,
  tools: CallableTools,
  context: RowContext,
): boolean {
  const role = isRecord(message) ? message.role : undefined;
  if (typeof role !== "string" || role === "assistant" || (long && role === "tool"))
    return checkMessage(message, path, tools, context);
  context.report("pair-output-role", `${path}.role`, `An output must be an assistant message, not ${excerpt(role)}.`);
  return false;
}

function checkKeys(
  value: Record<string, unknown>,
  path: string,
  allowed: ReadonlySet<string>,
  context: RowContext,
): void {
  for (const key of Object.keys(value)) {
    if (allowed.has(key) || context.rules.rowKeys?.includes(key) || value[key] === undefined) continue;
    if (key === "system" && typeof value[key] === "string" && value[key] !== "") {
      context.report(
        "row-system",
        pathOf(path, key),
        "A system prompt beside the messages is left out by nearly every service: make it the first message, with the role system.",
      );
      continue;
    }
    context.report("row-key", pathOf(path, key), `${path === "$" ? "A row" : "input"} has no key ${excerpt(key)}.`);
  }
}

/** Checks messages and the tools beside them. */
function checkConversation(
  holder: Record<string, unknown>,
  path: string,
  context: RowContext,
  key: "messages" | "prompt" = "messages",
): CallableTools {
  const tools = checkToolLists(holder, path, context);
  const messages = holder[key];
  const at = `${path}.${key}`;
  if (!Array.isArray(messages)) {
    context.report("messages-type", at, `${key} must be a list, not ${typeName(messages)}.`);
    return tools;
  }
  if (messages.length === 0) {
    context.report("messages-empty", at, "messages is empty.");
    return tools;
  }
  let sound = true;
  messages.forEach((message: unknown, index) => {
    if (!checkMessage(message, `${at}[${index}]`, tools, context)) sound = false;
  });
  if (sound) checkTurns(messages as Record<string, unknown>[], at, context);
  checkCallsAgainstRow(holder, messages, path, at, tools, context);
  return tools;
}

function checkToolLists(holder: Record<string, unknown>, path: string, context: RowContext): CallableTools {
  const { rules } = context;
  const lists: CheckedTools[] = [];
  let none = true;
  let empty = false;
  let complete = true;
  for (const key of ["tools", "functions"] as const) {
    const list = holder[key];
    if (list === undefined || (key === "functions" && context.form === "preference")) continue;
    none = false;
    const at = `${path}.${key}`;
    if (!rules[key]) {
      complete = false;
      context.report(`${key}-unsupported`, at, `${rules.name} takes no ${key}.`);
    } else if (!Array.isArray(list)) {
      complete = false;
      context.report("tools-type", at, `${key} must be a list, not ${typeName(list)}.`);
    } else if (list.length === 0) {
      empty = true;
      none = lists.length === 0;
      // The guide to direct preference optimization writes it itself.
      if (key === "functions" || context.form === "supervised")
        context.report(`${key}-empty`, at, `${key} is an empty list; leave it out.`);
    } else {
      if (rules.maxTools !== undefined && list.length > rules.maxTools) {
        context.report(
          "tools-too-many",
          at,
          `${list.length} definitions; ${rules.name} takes ${rules.maxTools} at the most.`,
        );
      }
      const checked = context.library.check(list, key);
      for (const found of checked.findings) context.report(found.code, at + found.path, found.message);
      if (!checked.complete) complete = false;
      lists.push(checked);
    }
  }
  if (lists.length === 2)
    context.report("tools-and-functions", `${path}.functions`, "A row has both tools and the legacy functions.");
  checkParallel(holder, path, none && !empty, context);
  return { none, empty, complete, lists };
}

function checkParallel(holder: Record<string, unknown>, path: string, none: boolean, context: RowContext): void {
  const parallel = holder.parallel_tool_calls;
  if (parallel === undefined) return;
  const at = `${path}.parallel_tool_calls`;
  if (!context.rules.parallelToolCalls)
    context.report(
      "parallel-unsupported",
      at,
      `${context.rules.name} takes no parallel_tool_calls; curate leaves it out.`,
    );
  else if (typeof parallel !== "boolean")
    context.report("parallel-type", at, `parallel_tool_calls must be true or false, not ${typeName(parallel)}.`);
  else if (none && context.form === "supervised" && !isCalling(holder.messages))
    context.report("parallel-without-tools", at, "parallel_tool_calls stands without tools.");
}

/** What the calls of these messages say against the row's own tools. One finding of a kind, however many messages show it. */
function checkCallsAgainstRow(
  holder: Record<string, unknown>,
  messages: readonly unknown[],
  path: string,
  at: string,
  tools: CallableTools,
  context: RowContext,
): void {
  if (holder.parallel_tool_calls === false) {
    const contradiction = messages.findIndex(
      (message) =>
        isRecord(message) &&
        message.role === "assistant" &&
        Array.isArray(message.tool_calls) &&
        message.tool_calls.length > 1,
    );
    if (contradiction >= 0) {
      context.report(
        "parallel-contradiction",
        `${at}[${contradiction}].tool_calls`,
        "parallel_tool_calls is false, and a message makes several calls.",
      );
    }
  }
  if (!tools.none || !isCalling(messages)) return;
  // An empty list was reported, unless it is a pair's: one fault, one finding.
  if (!tools.empty || context.form === "preference")
    context.report("call-without-tools", path, "Tools are called, and the row has no tools.");
}

function isCalling(messages: unknown): boolean {
  if (!Array.isArray(messages)) return false;
  return (messages as unknown[]).some(
    (message) =>
      isRecord(message) &&
      message.role === "assistant" &&
      ((Array.isArray(message.tool_calls) && message.tool_calls.length > 0) || isRecord(message.function_call)),
  );
}
