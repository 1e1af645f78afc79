import { expect } from "vitest";
import type { TrainingExample, TrainingMessage } from "langsmith-finetune";

type Loose = Record<string, unknown>;

/**
 * A row in a form that can be compared with `toEqual`: what does not change what a model is sent or
 * says is made the same. Arguments by their JSON value, nothing beside a call, developer for system,
 * tools by name, without what the converters of the clients add to a schema.
 */
export function comparable({ messages, tools, functions }: TrainingExample): Loose {
  return {
    messages: messages.map(comparableMessage),
    tools: (tools ?? []).map((tool) => comparableDefinition(tool.function)).sort(byName),
    functions: (functions ?? []).map(comparableDefinition).sort(byName),
  };
}

/**
 * The ids of calls that the expectation leaves open (`*`) taken from the actual row; the tools' answers
 * to them must have the same, in the order of the calls.
 */
export function withOpenIds(expected: TrainingExample, actual: TrainingExample): TrainingExample {
  const open: string[] = [];
  const messages = expected.messages.map((message, index) => {
    const other = actual.messages[index];
    if (message.role === "tool") {
      const next = open.shift() ?? "*";
      return message.tool_call_id === "*" ? { ...message, tool_call_id: next } : message;
    }
    if (message.role !== "assistant" || !message.tool_calls || other?.role !== "assistant") return message;
    const calls = message.tool_calls.map((call, place) =>
      call.id === "*" ? { ...call, id: other.tool_calls?.[place]?.id ?? "*" } : call,
    );
    open.push(...calls.map(({ id }) => id));
    return { ...message, tool_calls: calls };
  });
  return { ...expected, messages };
}

function comparableMessage(message: TrainingMessage): Loose {
  const { role, content, ...rest } = message as TrainingMessage & Loose;
  const compared: Loose = {
    ...rest,
    role: role === "developer" ? "system" : role,
    content: comparableContent(content),
  };
  if (role === "assistant") {
    delete compared.name;
    if (message.role === "assistant" && message.tool_calls) {
      compared.tool_calls = message.tool_calls.map((call) => ({
        ...call,
        function: { name: call.function.name, arguments: value(call.function.arguments) },
      }));
    }
    if (message.role === "assistant" && message.function_call)
      compared.function_call = { ...message.function_call, arguments: value(message.function_call.arguments) };
  }
  return compared;
}

function comparableContent(content: unknown): unknown {
  if (content === "" || content === undefined) return null;
  const parts = Array.isArray(content) ? (content as Loose[]) : undefined;
  return parts?.every((part) => part.type === "text") ? parts.map((part) => part.text).join("") : content;
}

function value(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function comparableDefinition({
  parameters,
  strict,
  ...rest
}: {
  name: string;
  parameters?: Loose;
  strict?: boolean | null;
}): Loose {
  const { additionalProperties, ...schema } = parameters ?? {};
  delete schema.$schema;
  return {
    ...rest,
    ...(strict && { strict }),
    parameters:
      additionalProperties === false
        ? schema
        : { ...schema, ...(additionalProperties !== undefined && { additionalProperties }) },
  };
}

function byName(left: Loose, right: Loose): number {
  return String(left.name).localeCompare(String(right.name));
}

/** A row of a single run, in which the run's own answer is learned and nothing else, without the weights that say so. */
export function withoutHistoryWeights({ messages, ...row }: TrainingExample): TrainingExample {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  return {
    ...row,
    messages: messages.map((message, index) => {
      if (message.role !== "assistant" || index === last) return message;
      const { weight, ...rest } = message;
      expect(weight).toBe(0);
      return rest;
    }),
  };
}
