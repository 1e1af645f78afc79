import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { isRecord } from "../internal/is-record.js";

/** A call of a function, as a message holds it. */
export interface FunctionCall {
  name?: string;
  /** The model's own text, where the message still has it. */
  text?: string;
  /** The arguments as LangChain has parsed them. */
  value?: unknown;
  /** Why LangChain could not parse them. */
  error?: string;
}

type Message = BaseMessage &
  Partial<Pick<AIMessage, "tool_calls" | "invalid_tool_calls">> & { tool_call_chunks?: unknown };

/**
 * The calls in a message, in their order: of the tool form (parsed, raw, or in chunks), or else the
 * one of the legacy form. The model's own text comes first where it is there, because LangChain
 * parses chunks leniently, and a call that was cut short must not pass for a whole one.
 */
export function functionCalls(message: BaseMessage): FunctionCall[] {
  const { tool_calls: parsed, invalid_tool_calls: invalid, tool_call_chunks: chunks } = message as Message;
  const { tool_calls: raw, function_call: legacy } = message.additional_kwargs;

  if (Array.isArray(chunks) && chunks.length > 0) {
    return chunks.filter(isRecord).map(({ name, args }) => ({ name: text(name), text: text(args) ?? "" }));
  }
  const rawCalls = Array.isArray(raw) ? (raw as unknown[]).filter(isRecord).map(rawCall) : [];
  const known = (parsed?.length ?? 0) + (invalid?.length ?? 0);
  if (rawCalls.length > 0 && (known === 0 || known === rawCalls.length)) return rawCalls;
  if (known > 0) {
    return [
      ...(parsed ?? []).map(({ name, args }) => ({ name, value: args as unknown })),
      ...(invalid ?? []).map(({ name, args, error }) => ({ name, text: args ?? "", error: error ?? "not valid JSON" })),
    ];
  }
  return isRecord(legacy) ? [{ name: text(legacy["name"]), text: text(legacy["arguments"]) ?? "" }] : [];
}

function rawCall(call: Record<string, unknown>): FunctionCall {
  const definition = isRecord(call["function"]) ? call["function"] : {};
  return { name: text(definition["name"]), text: text(definition["arguments"]) ?? "" };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
