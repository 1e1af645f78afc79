import { isRecord, objectOf } from "../../../internal/is-record.js";
import type { TrainingMessage } from "../../../types.js";
import { textOrParts, readContent } from "../../../messages/content.js";
import { checkBesideMessages } from "./beside-messages.js";
import { isMessage, isMessageList, readMessages } from "../../../messages/messages.js";
import { kindOf, Unreadable } from "../../../messages/unreadable.js";

/**
 * The messages of a request, wherever a tracer puts them: `messages`, `input` (a function with one
 * argument), `prompt` (the AI SDK's), `args[0]` (a function with several); `chat_history` and the
 * like are not guessed. System text that stands beside them (`system`, `instructions`, Gemini's in
 * the `config`) comes first.
 */
export function promptOf(inputs: Record<string, unknown>): TrainingMessage[] {
  const [list, path] = findMessages(inputs);
  const config = objectOf(inputs.config);
  const messages = withSystem(
    inputs.system ??
      inputs.instructions ??
      inputs.systemInstruction ??
      inputs.system_instruction ??
      config.systemInstruction ??
      config.system_instruction,
    readMessages(list, path),
  );
  checkBesideMessages(inputs, list, messages);
  return messages;
}

/** Puts system text before the messages, unless they begin with it already. */
export function withSystem(system: unknown, messages: TrainingMessage[]): TrainingMessage[] {
  if (system === undefined || system === null || system === "") return messages;
  const texts = Array.isArray(system) && isMessageList(system) ? readMessages(system, "inputs.system") : undefined;
  if (texts) return [...texts, ...messages];
  const body = isRecord(system) ? (system.content ?? system.parts ?? system) : system;
  const content = textOrParts(readContent(body, "inputs.system").parts);
  if (content === "") return messages;
  const first = messages[0];
  if (first?.role === "system" && first.content === content) return messages;
  return [{ role: "system", content }, ...messages];
}

function findMessages(inputs: Record<string, unknown>): [unknown, string] {
  for (const key of ["messages", "input", "prompt"]) {
    const value = inputs[key];
    if (isMessageList(value)) return [value, `inputs.${key}`];
    if (isRecord(value) && Array.isArray(value.messages)) return [value.messages, `inputs.${key}.messages`];
    if (key === "messages" && value !== undefined) return [value, "inputs.messages"];
  }
  // A prompt of a single message, as the Agents SDK's tracer writes it.
  if (typeof inputs.role === "string" && isMessage(inputs)) return [[inputs], "inputs"];
  const argument: unknown = Array.isArray(inputs.args) ? inputs.args[0] : undefined;
  if (isMessageList(argument)) return [argument, "inputs.args[0]"];
  if (isRecord(argument) && Array.isArray(argument.messages)) return [argument.messages, "inputs.args[0].messages"];
  if (typeof (inputs.prompt ?? inputs.input) === "string" || "prompts" in inputs) {
    throw new Unreadable("text-completion", "The input is one text; it is not a chat.", "inputs");
  }
  const kind = inputs.input === undefined ? undefined : ` (inputs.input is ${kindOf(inputs.input)})`;
  throw new Unreadable("unknown-shape", `The inputs hold no messages${kind ?? ""}.`, "inputs");
}
