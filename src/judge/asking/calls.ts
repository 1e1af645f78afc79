import type { AssistantTrainingMessage } from "../../types.js";
import { jsonOrUndefined } from "../../internal/json.js";

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
  return functions.map(({ name, arguments: text }) => ({ name, text, value: jsonOrUndefined(text) }));
}
