// A row with a word of its own in the place of each text, to see which of them a template writes.
import { isRecord } from "../internal/is-record.js";
import type { TemplateChat } from "./render-chat.js";

export type ProbeKind = "text" | "call" | "arguments" | "result" | "tool" | "description" | "reasoning" | "name";

/** A text of the row, and the word that stands for it. */
export interface ProbedText {
  readonly kind: ProbeKind;
  readonly word: string;
  /** In the row: `$.messages[2].content`, `$.tools[0]`. */
  readonly path: string;
  /** It is part of a target. */
  readonly target: boolean;
}

export interface Probe {
  readonly chat: TemplateChat;
  readonly texts: readonly ProbedText[];
  /** Names the shape of the row: equal for rows that a template treats alike. */
  readonly shape: string;
}

const REASONING = new Set(["reasoning_content", "reasoning", "thinking"]);

/** Replaces the texts of a chat by words; the paths of the row are found by the functions that are given. */
export function probe(chat: TemplateChat, pathOfMessage: (index: number) => string, pathOfTools: string): Probe {
  const texts: ProbedText[] = [];
  const targets = new Set(chat.targets);
  const replace = (kind: ProbeKind, text: string, path: string, target = false): string => {
    // What is nothing but white space is not text that could be lost.
    if (text.trim() === "") return text;
    const word = `probe${(texts.length + 1).toString(36)}x`;
    texts.push({ kind, word, path, target });
    return word;
  };
  const messages = chat.messages.map((message, index) => {
    const path = pathOfMessage(index);
    const target = targets.has(index);
    const fields = Object.entries(message).map(([key, value]): [string, unknown] => {
      if (key === "content") {
        const kind = isRecord(message) && (message.role === "tool" || message.role === "function") ? "result" : "text";
        return [key, content(value, `${path}.content`, (text, at) => replace(kind, text, at, target))];
      }
      if (key === "tool_calls" && Array.isArray(value))
        return [key, value.map((call: unknown, at) => probedCall(call, `${path}.tool_calls[${at}]`, target))];
      if (
        key === "name" &&
        typeof value === "string" &&
        isRecord(message) &&
        message.role !== "tool" &&
        message.role !== "function"
      )
        return [key, replace("name", value, `${path}.name`)];
      if (REASONING.has(key) && typeof value === "string")
        return [key, replace("reasoning", value, `${path}.${key}`, target)];
      return [key, value];
    });
    return Object.fromEntries(fields) as Record<string, unknown>;
  });

  function probedCall(call: unknown, path: string, target: boolean): unknown {
    if (!isRecord(call) || !isRecord(call.function)) return call;
    const { name, arguments: given } = call.function;
    const inner = `${path}.function.arguments`;
    return {
      ...call,
      function: {
        ...call.function,
        ...(typeof name === "string" && { name: replace("call", name, `${path}.function.name`, target) }),
        arguments: typeof given === "string" ? textArguments(given, inner, target) : argumentsOf(given, inner, target),
      },
    };
  }

  /** Text that is JSON is JSON again, with words in it. */
  function textArguments(given: string, path: string, target: boolean): string {
    try {
      return JSON.stringify(argumentsOf(JSON.parse(given), path, target));
    } catch {
      return given;
    }
  }

  function argumentsOf(value: unknown, path: string, target: boolean): unknown {
    if (typeof value === "string") return replace("arguments", value, path, target);
    if (Array.isArray(value)) return value.map((item: unknown) => argumentsOf(item, path, target));
    if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, argumentsOf(item, path, target)]));
  }

  const tools = chat.tools?.map((tool, index) => {
    if (!isRecord(tool) || !isRecord(tool.function)) return tool;
    const { name, description } = tool.function;
    const path = `${pathOfTools}[${index}]`;
    return {
      ...tool,
      function: {
        ...tool.function,
        ...(typeof name === "string" && { name: replace("tool", name, path) }),
        ...(typeof description === "string" && { description: replace("description", description, path) }),
      },
    };
  });
  const shape = JSON.stringify([messages, tools, chat.targets], withoutWhatDiffers);
  return { chat: { messages, tools, targets: chat.targets }, texts, shape };
}

/** Ids and numbers differ from row to row, and templates treat them alike. */
function withoutWhatDiffers(key: string, value: unknown): unknown {
  return key === "id" || key === "tool_call_id" ? "" : typeof value === "number" ? 0 : value;
}

function content(value: unknown, path: string, replace: (text: string, path: string) => string): unknown {
  if (typeof value === "string") return replace(value, path);
  if (!Array.isArray(value)) return value;
  return value.map((part: unknown, index) =>
    isRecord(part) && typeof part.text === "string"
      ? { ...part, text: replace(part.text, `${path}[${index}].text`) }
      : part,
  );
}
