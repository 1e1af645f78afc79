import type { AssistantTrainingMessage } from "../../../types.js";
import { parseExactJson } from "../../../messages/free-form-json.js";
import { waysToSplit } from "./glued-tool-calls.js";
import { Unreadable } from "../../../messages/unreadable.js";

// Shorter texts can be their own repetition by chance.
const SHORTEST_ID = 6;

/**
 * Some servers send the id and the name of a call in every chunk of a stream, and LangChain Python
 * puts them one after the other (`get_weatherget_weather`). Writes the id once where the whole of
 * it is one text repeated, and the name where a known tool has it and no tool has the repeated one.
 * True if there was one. Names of several calls that stand in one are refused, and so is a name that
 * is the end of a tool's: LangChain.js keeps the last piece alone.
 */
export function restoreRepeatedFields(
  { tool_calls: calls = [], function_call: legacy }: AssistantTrainingMessage,
  tools: readonly string[],
  functions: readonly string[],
): boolean {
  let isRestored = false;
  for (const call of calls) {
    const { id } = call;
    call.id = once(id);
    if (restoreName(call.function, tools) || call.id !== id) isRestored = true;
  }
  return (legacy !== undefined && restoreName(legacy, functions)) || isRestored;
}

function restoreName(call: { name: string; arguments: string }, names: readonly string[]): boolean {
  const { name } = call;
  if (names.includes(name)) return false;
  const [repeated, other] = names.filter(
    (known) => name.length % known.length === 0 && known.repeat(name.length / known.length) === name,
  );
  if (repeated !== undefined && other === undefined && parseExactJson(call.arguments)) {
    call.name = repeated;
    return true;
  }
  if (waysToSplit(name, names, undefined).length > 0) {
    throw new Unreadable("glued-tool-calls", "The client glued parallel tool calls of a stream together.", "outputs");
  }
  if (names.some((known) => known.endsWith(name))) {
    throw new Unreadable(
      "invalid-tool-call",
      `The call of ${name} may have lost the beginning of its name in the stream.`,
      "outputs",
    );
  }
  return false;
}

function once(id: string): string {
  // A text is a repetition of its beginning where it stands in itself twice over.
  const length = id.length < 2 * SHORTEST_ID ? id.length : (id + id).indexOf(id, 1);
  return length < SHORTEST_ID ? id : id.slice(0, length);
}
