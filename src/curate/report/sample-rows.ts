import { isRecord } from "../../internal/is-record.js";
import { reasoningOf } from "../../reasoning.js";
import { learnedMessages, sourceOf } from "../../source.js";
import { toolName } from "../row-facts.js";
import type { SplitName } from "../split/assign-splits.js";
import type { RunUrl, SampleMessage, SampleRow } from "./report.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** What a page can show of a row. */
const LONGEST_TEXT = 2_000;
const MOST_MESSAGES = 40;
const MOST_TOOLS = 20;

/** Numbers of rows that are spread evenly over all that stay, the first among them. */
export function spreadOver(staying: Uint32Array, samples: number): Uint32Array {
  const count = Math.min(samples, staying.length);
  return Uint32Array.from({ length: count }, (_, index) => staying[Math.floor((index * staying.length) / count)] ?? 0);
}

/** A row as a page shows it: its messages cut to what can be read, and what the model learns of them. */
export function sampleRow(row: object, part: SplitName, runUrl: RunUrl): SampleRow {
  const source = sourceOf(row);
  const { runId, line } = source;
  const url = runUrl(source);
  const messages = messagesOf(row);
  const { tools, functions, input } = row as Readonly<Record<string, unknown>>;
  const defined = [tools, functions, isRecord(input) ? input.tools : undefined].flatMap((list) =>
    Array.isArray(list) ? list.map(toolName) : [],
  );
  return {
    part,
    ...(runId !== undefined && { runId }),
    ...(line !== undefined && { line }),
    ...(url !== undefined && { url }),
    tools: defined.slice(0, MOST_TOOLS),
    ...(defined.length > MOST_TOOLS && { moreTools: defined.length - MOST_TOOLS }),
    messages: shownOf(messages),
    ...(messages.length > MOST_MESSAGES && { moreMessages: messages.length - MOST_MESSAGES }),
  };
}

/** The first messages and the last, which is the answer. */
function shownOf(messages: readonly SampleMessage[]): SampleMessage[] {
  if (messages.length <= MOST_MESSAGES) return [...messages];
  return [...messages.slice(0, MOST_MESSAGES - 1), ...messages.slice(-1)];
}

function messagesOf(row: object): SampleMessage[] {
  const { messages, input, preferred_output, non_preferred_output, prompt, completion, label } = row as Readonly<
    Record<string, unknown>
  >;
  const listed = (value: unknown, role: string, verdict?: SampleMessage["verdict"]): SampleMessage[] => {
    if (typeof value === "string") return [messageOf({ role, content: value }, role === "assistant", verdict)];
    return Array.isArray(value) ? value.map((message) => messageOf(message, verdict !== undefined, verdict)) : [];
  };
  if (isRecord(input)) {
    return [
      ...listed(input.messages, "user"),
      ...listed(preferred_output, "assistant", "preferred"),
      ...listed(non_preferred_output, "assistant", "rejected"),
    ];
  }
  if (completion !== undefined) {
    return [...listed(prompt, "user"), ...listed(completion, "assistant", label === true ? "preferred" : "rejected")];
  }
  const learned = new Set(learnedMessages(row));
  return Array.isArray(messages) ? messages.map((message, index) => messageOf(message, learned.has(index))) : [];
}

function messageOf(message: unknown, target: boolean, verdict?: SampleMessage["verdict"]): SampleMessage {
  if (!isRecord(message)) return { role: "?", text: "", target: false };
  const { role, name, content, refusal, tool_calls, function_call, reasoning_content } = message;
  const text = textOf(content) || (typeof refusal === "string" ? refusal : "");
  const written = typeof reasoning_content === "string" ? reasoning_content : reasoningOf(message)?.text;
  const calls = [...(Array.isArray(tool_calls) ? tool_calls.map(callOf) : []), callOf({ function: function_call })];
  const said = calls.flatMap((call) => (call === undefined ? [] : [call]));
  return {
    role: typeof role === "string" ? role : "?",
    ...(typeof name === "string" && { name }),
    text: cut(text),
    ...(written && { reasoning: cut(written) }),
    ...(said.length > 0 && { calls: said }),
    target,
    ...(verdict && { verdict }),
  };
}

function textOf(content: unknown): string {
  return textOfContent(content, {
    between: "\n",
    other: ({ type }) => `[${typeof type === "string" ? type : "part"}]`,
  });
}

function callOf(call: unknown): { name: string; arguments: string } | undefined {
  const called = isRecord(call) ? call.function : undefined;
  if (!isRecord(called) || typeof called.name !== "string") return undefined;
  const given = called.arguments;
  return { name: called.name, arguments: cut(typeof given === "string" ? given : (JSON.stringify(given) ?? "")) };
}

const cut = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
