import { isRecord } from "../internal/is-record.js";
import type { TrainingToolCall } from "../types.js";
import { parseExactJson, readFreeForm } from "./free-form-json.js";
import { isFilled, refusesUnknownFields } from "./unknown-fields.js";
import { kindOf, Unreadable } from "./unreadable.js";
import { stringifyExact } from "../internal/exact-json.js";
import { sameJson } from "../internal/same-json.js";

/** A call in OpenAI's form. A call without an id or a name is refused: neither is ever made up. */
export function toolCall(id: unknown, name: unknown, input: unknown, path: string): TrainingToolCall {
  if (typeof name !== "string" || name === "")
    throw new Unreadable("invalid-tool-call", "A tool call has no name.", path);
  if (typeof id !== "string" || id === "")
    throw new Unreadable("invalid-tool-call", `The call of ${name} has no id.`, path);
  const call: TrainingToolCall = { id, type: "function", function: { name, arguments: argumentsText(input, path) } };
  if (input === undefined || input === null) withoutArguments.add(call);
  return call;
}

const withoutArguments = new WeakSet<TrainingToolCall>();

/** False for a call that was read without any arguments: there were none, or they were left out. */
export function hasArguments(call: TrainingToolCall): boolean {
  return !withoutArguments.has(call);
}

/** A legacy function call. */
export function functionCall(value: unknown, path: string): { name: string; arguments: string } {
  if (!isRecord(value) || typeof value.name !== "string" || value.name === "") {
    throw new Unreadable("invalid-tool-call", "A function call has no name.", path);
  }
  return { name: value.name, arguments: argumentsText(givenArguments(value, path), path) };
}

/** The arguments as the text that the model wrote, or the JSON text of the object that the trace has instead. */
export function argumentsText(input: unknown, path: string): string {
  if (typeof input === "string") return input;
  if (input === undefined || input === null) return "{}";
  if (typeof input !== "object")
    throw new Unreadable("invalid-tool-call", `The arguments of a tool call are ${kindOf(input)}.`, path);
  const value = readFreeForm(input, path);
  refuseInexact(value, path);
  return stringifyExact(value) ?? "{}";
}

/**
 * A whole number above 2^53 was read as a double by whoever parsed the trace: the digits that the model wrote
 * are no longer known, and others must not be taught.
 */
function refuseInexact(value: unknown, path: string): void {
  if (typeof value === "number") {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return;
    throw new Unreadable(
      "invalid-tool-call",
      "The arguments hold a whole number above 2^53, whose last digits were lost when the trace was parsed.",
      path,
    );
  }
  if (typeof value !== "object" || value === null) return;
  for (const item of Object.values(value)) refuseInexact(item, path);
}

/** A call of `invalid_tool_calls`, whose arguments are a text. */
export function readBrokenCalls(calls: readonly unknown[], path: string): TrainingToolCall[] {
  return calls.map((call, index) => {
    const at = `${path}[${index}]`;
    if (!isRecord(call)) throw new Unreadable("invalid-tool-call", "A tool call is not an object.", at);
    return toolCall(call.id, call.name, typeof call.args === "string" ? call.args : "", at);
  });
}

/** A call with parsed arguments, as LangChain writes it; one of OpenAI's form stands in its place at times. */
export function readParsedCall(call: unknown, path: string): TrainingToolCall {
  if (!isRecord(call)) throw new Unreadable("invalid-tool-call", "A tool call is not an object.", path);
  if (isRecord(call.function)) return calledFunction(call.id, call.function, path);
  return toolCall(call.id, call.name, argumentsText(givenArguments(call, path), path), path);
}

function calledFunction(id: unknown, called: Record<string, unknown>, path: string): TrainingToolCall {
  return toolCall(id, called.name, givenArguments(called, path), `${path}.function`);
}

const checkFields = refusesUnknownFields({
  code: "invalid-tool-call",
  holder: "A tool call without arguments",
  meaningful: /arg|input|param|payload|body|value|data|json|text/i,
  known: new Set(["metadata", "providerMetadata", "inputSchema"]),
});

// What a call may say of itself beside its arguments.
const WITHOUT_ARGUMENTS = new Set([
  "function",
  "metadata",
  "providerMetadata",
  "provider_metadata",
  "providerOptions",
  "provider_options",
  "extra_content",
  "extras",
  "caller",
  "cache_control",
  "inputSchema",
]);

/** The arguments of a call, under any of the usual names. None are none, unless another field may hold them. */
export function givenArguments(call: Record<string, unknown>, path: string): unknown {
  const given = call.arguments ?? call.args ?? call.input;
  if (given === undefined || given === null) {
    checkFields(call, path);
    const key = Object.keys(call).find((name) => !WITHOUT_ARGUMENTS.has(name) && isRecord(call[name]));
    if (key !== undefined && isFilled(call[key]))
      throw new Unreadable("invalid-tool-call", `A call without arguments has ${key}, which may hold them.`, path);
  }
  return given;
}

/** True if the text is JSON of this value: then the text is the model's own. */
export function isTextOf(text: string, value: unknown): boolean {
  const parsed = parseExactJson(text);
  return parsed !== undefined && sameJson(parsed.value, value);
}

// Never written to: a message without calls gets none.
const NONE: TrainingToolCall[] = [];

/** The `tool_calls` of an OpenAI message; also flat ones (`{ id, name, arguments }`), as OpenTelemetry writers give. */
export function readOpenAIToolCalls(value: unknown, path: string): TrainingToolCall[] {
  if (value === undefined || value === null) return NONE;
  const list = Array.isArray(value) ? value : undefined;
  if (!list) throw new Unreadable("invalid-tool-call", `tool_calls is ${kindOf(value)}.`, path);
  // `wrap_openai` leaves a hole for every index that a stream skipped.
  return list
    .filter((item) => item !== null)
    .map((item: unknown, index) => {
      const at = `${path}[${index}]`;
      const call = isRecord(item) && isRecord(item.tool_call) ? item.tool_call : item;
      if (!isRecord(call)) throw new Unreadable("invalid-tool-call", `A tool call is ${kindOf(item)}.`, at);
      if (isRecord(call.function)) return calledFunction(call.id, call.function, at);
      if (call.type === "custom")
        throw new Unreadable(
          "invalid-tool-call",
          "A call of a custom tool: its input is not JSON and has no place in a training row.",
          at,
        );
      // The AI SDK's names, and those of the others.
      const name = call.name ?? call.toolName;
      return toolCall(call.id ?? call.toolCallId, name, givenArguments(call, at), at);
    });
}
