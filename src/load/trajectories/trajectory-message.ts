import { isRecord, objectOf } from "../../internal/is-record.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import { parseExactJson } from "../../messages/free-form-json.js";
import type { TrainingMessage } from "../../types.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** What a person sees of an answer: its text and its calls. Reasoning is no part of it. */
export type Visible = string;

/** An answer of a trajectory, whose content is a text or LangChain's standard blocks; undefined for what is not known. */
export function visibleInTrajectory(message: Record<string, unknown>): Visible | undefined {
  const { content, tool_calls: listed } = message;
  const blocks: unknown[] = typeof content === "string" ? [{ type: "text", text: content }] : listOf(content);
  let text = "";
  const inContent: unknown[] = [];
  for (const block of blocks) {
    if (!isRecord(block)) return undefined;
    if (block.type === "text" && typeof block.text === "string") text += block.text;
    else if (block.type === "tool_call") inContent.push(block);
    else if (block.type !== "reasoning" && block.type !== "thinking") return undefined;
  }
  const calls = listOf(listed).length > 0 ? listOf(listed) : inContent;
  return written(text, calls.map(callOf));
}

/** What a person sees of an answer that was read from its run. */
export function visibleInRun(answer: TrainingMessage): Visible | undefined {
  if (answer.role !== "assistant") return undefined;
  const { content, tool_calls: calls = [] } = answer;
  return written(textOfContent(content), calls.map(callOf));
}

function written(text: string, calls: readonly (readonly unknown[] | undefined)[]): Visible | undefined {
  return calls.includes(undefined) ? undefined : stableStringify([text, calls]);
}

/** Id, name and arguments of a call in LangChain's form or OpenAI's. */
function callOf(call: unknown): readonly unknown[] | undefined {
  if (!isRecord(call)) return undefined;
  const { name, arguments: given } = isRecord(call.function)
    ? call.function
    : { name: call.name, arguments: call.args ?? call.arguments };
  const value = typeof given === "string" ? parseExactJson(given)?.value : given;
  return typeof name === "string" && value !== undefined ? [call.id ?? null, name, value] : undefined;
}

/**
 * The ids of the answers in a run's outputs: of the message itself, of LangChain's generations, of choices, of a list
 * of messages. What is quoted elsewhere in the outputs proves nothing.
 */
export function answerIds(outputs: unknown): string[] {
  const { messages, generations, choices, output } = objectOf(outputs);
  const held = [
    ...listOf(messages),
    ...listOf(generations).flatMap((batch) =>
      (Array.isArray(batch) ? batch : [batch]).map((item: unknown) => objectOf(item).message),
    ),
    ...listOf(choices).map((choice) => objectOf(choice).message),
    ...(isRecord(output) ? [output] : []),
  ];
  return (held.length > 0 ? held : [outputs]).flatMap((message) => {
    const id = idOf(message);
    return id === undefined ? [] : [id];
  });
}

function idOf(message: unknown): string | undefined {
  if (!isRecord(message)) return undefined;
  // LangChain's serialized form keeps the class under `id` and the message's own id in its arguments.
  const fields = isRecord(message.kwargs) ? message.kwargs : isRecord(message.data) ? message.data : message;
  return typeof fields.id === "string" && fields.id !== "" ? fields.id : undefined;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
