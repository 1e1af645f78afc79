import type { AssistantTrainingMessage } from "../../types.js";

/** A call, of the tool form or of the legacy one. */
export interface Call {
  name: string;
  /** The JSON value; `undefined` where the text is not JSON. */
  value: unknown;
  text: string;
}

/** The calls of an answer in their order. */
export function callsOf({ tool_calls: toolCalls = [], function_call: functionCall }: AssistantTrainingMessage): Call[] {
  const functions = [...toolCalls.map((call) => call.function), ...(functionCall ? [functionCall] : [])];
  return functions.map(({ name, arguments: text }) => ({ name, text, value: parse(text) }));
}

/** The text of an answer, of whatever parts it is. */
export function textOf({ content }: AssistantTrainingMessage): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** Equal as JSON values: the order of keys makes no difference, and numbers may differ by `tolerance` of the larger one. */
export function sameValue(a: unknown, b: unknown, tolerance = 0): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index], tolerance));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key], tolerance))
    );
  }
  return a === b;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `undefined` for what is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
