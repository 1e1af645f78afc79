import { arrayOf, isRecord, objectOf } from "../internal/is-record.js";
import type { TrainingToolCall } from "../types.js";
import { parseExactJson } from "./free-form-json.js";
import type { Sender } from "./senders/sender.js";
import {
  givenArguments,
  isTextOf,
  readBrokenCalls,
  readOpenAIToolCalls,
  readParsedCall,
  toolCall,
} from "./tool-call.js";
import { kindOf, Unreadable } from "./unreadable.js";
import { sameJson } from "../internal/same-json.js";

type Fields = Record<string, unknown>;

/** A call with its arguments as the model wrote them. */
interface WrittenCall {
  id: unknown;
  name: unknown;
  text: string;
}

/**
 * The calls of an AI message. LangChain parts them into `tool_calls`, with parsed arguments, and
 * `invalid_tool_calls`; the model's own text stands in one of several other places, or nowhere.
 * Those of an earlier answer are what its sender makes of them.
 */
export function readLangChainCalls(
  fields: Fields,
  body: unknown,
  extra: Fields,
  path: string,
  sender: Sender | undefined,
): TrainingToolCall[] {
  for (const key of ["tool_calls", "invalid_tool_calls"]) {
    const calls = fields[key];
    if (calls !== undefined && calls !== null && !Array.isArray(calls))
      throw new Unreadable("invalid-tool-call", `${key} is ${kindOf(calls)}.`, `${path}.${key}`);
  }
  const parsed = withoutEchoes(arrayOf(fields.tool_calls));
  parsed.forEach((call, index) => {
    if (isRecord(call) && !isRecord(call.function)) givenArguments(call, `${path}.tool_calls[${index}]`);
  });
  const broken = arrayOf(fields.invalid_tool_calls).filter((call) => !isServerInput(call, body));
  const raw = arrayOf(extra.tool_calls);
  const isAnswer = sender === undefined;
  // Anthropic's streams have no text for no arguments.
  const hasOwnText = typeof body === "string" || Array.isArray(objectOf(fields.response_metadata).output);
  const readParsed = (written = writtenCalls(fields, body, raw)) =>
    parsed.map((call, index) => parsedCall(call, written, `${path}.tool_calls[${index}]`, { isAnswer, hasOwnText }));
  if (!isAnswer) return sender.calls({ body, parsed, broken, raw, fields, path, readParsed });
  const readRaw = () => (raw.length > 0 ? readOpenAIToolCalls(raw, `${path}.additional_kwargs.tool_calls`) : []);
  if (parsed.length === 0 && broken.length === 0) return readRaw();
  const written = writtenCalls(fields, body, raw);
  if (broken.length === 0) return readParsed(written);
  const whole = written.find((calls) => calls.length === parsed.length + broken.length);
  if (whole) return whole.map(({ id, name, text }, index) => toolCall(id, name, text, `${path}.tool_calls[${index}]`));
  if (parsed.length === 0) return raw.length > 0 ? readRaw() : readBrokenCalls(broken, `${path}.invalid_tool_calls`);
  throw new Unreadable(
    "invalid-tool-call",
    "The answer has calls with valid and with broken arguments, and the trace lost their order.",
    path,
  );
}

// `@langchain/google` lists each call of a v1 message twice, once without its id.
function withoutEchoes(calls: readonly unknown[]): readonly unknown[] {
  if (calls.length % 2 !== 0 || calls.every(hasId)) return calls;
  const left = calls.filter(hasId);
  const echoes = calls.filter((call) => !hasId(call));
  const isEcho = (call: unknown, index: number) => isRecord(call) && isSameCall(left[index], call);
  return left.length === echoes.length && echoes.every(isEcho) ? left : calls;
}

function isSameCall(call: Fields | undefined, other: Fields): boolean {
  return call?.name === other.name && sameJson(call?.args, other.args);
}

function hasId(call: unknown): call is Fields {
  return isRecord(call) && call.id !== undefined && call.id !== null;
}

// A stream of ChatAnthropic takes the input of a tool that Anthropic runs itself for a broken call.
function isServerInput(call: unknown, body: unknown): boolean {
  if (
    !isRecord(call) ||
    typeof call.id === "string" ||
    (call.name !== "" && call.name !== undefined && call.name !== null)
  )
    return false;
  return arrayOf(body).some((part) => isRecord(part) && part.type === "server_tool_use");
}

function parsedCall(
  call: unknown,
  written: readonly WrittenCall[][],
  path: string,
  { isAnswer, hasOwnText }: { isAnswer: boolean; hasOwnText: boolean },
): TrainingToolCall {
  if (!isRecord(call) || isRecord(call.function)) return readParsedCall(call, path);
  const text = typeof call.id === "string" ? textOf(call.id, written) : undefined;
  // The model's own text, unless somebody changed the call after it.
  if (text !== undefined && isTextOf(text, call.args ?? {})) return toolCall(call.id, call.name, text, path);
  // Streams are read as far as they go, no arguments as none, and a `__proto__` is lost.
  if (
    isAnswer &&
    text !== undefined &&
    (text === "" ? hasOwnText : !isRecord(parseExactJson(text)?.value) || text.includes('"__proto__"'))
  )
    return toolCall(call.id, call.name, text, path);
  return readParsedCall(call, path);
}

function textOf(id: string, written: readonly WrittenCall[][]): string | undefined {
  for (const calls of written) for (const call of calls) if (call.id === id) return call.text;
  return undefined;
}

/** The lists of calls with the model's text that the trace has, the surest first. */
function writtenCalls(fields: Fields, body: unknown, raw: readonly unknown[]): WrittenCall[][] {
  const metadata = objectOf(fields.response_metadata);
  const lists: WrittenCall[][] = [];
  const note = (
    list: readonly unknown[],
    read: (call: Fields) => { id: unknown; name: unknown; text: unknown } | undefined,
  ) => {
    const calls: WrittenCall[] = [];
    for (const item of list) {
      const call = isRecord(item) ? read(item) : undefined;
      if (call && typeof call.text === "string") calls.push({ ...call, text: call.text });
    }
    if (calls.length > 0) lists.push(calls);
  };
  note(raw, ({ id, function: definition }) =>
    isRecord(definition) ? { id, name: definition.name, text: definition.arguments } : undefined,
  );
  for (const items of [arrayOf(metadata.output), arrayOf(body)]) {
    note(items, ({ type, call_id: id, name, arguments: text }) =>
      type === "function_call" ? { id, name, text } : undefined,
    );
  }
  note(arrayOf(fields.tool_call_chunks), ({ id, name, args: text }) => ({ id, name, text }));
  return lists;
}
