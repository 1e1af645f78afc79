import { InvalidOptionError } from "../errors.js";
import { boolean, word } from "../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../internal/options.js";
import { shown } from "../internal/shown.js";
import type { BaseMessage } from "@langchain/core/messages";
import { untouchedMessages } from "../load/loaded-session.js";
import { Unreadable } from "../messages/unreadable.js";
import { targetOfSource, withSource } from "../source.js";
import type { ChatSession, ExampleSource, Skip, TrainingExample, TrainingMessage } from "../types.js";
import { convertMessageToOpenAI } from "./convert-message-to-openai.js";
import { splitThinkTags } from "./think-tags.js";
import { functionsToTools } from "./functions-to-tools.js";

/** How sessions become rows. */
export interface ConvertOptions {
  /**
   * What to make of legacy `functions`: keep them, or write them as `tools`, which most providers
   * take alone. Calls then get the ids `call_1`, `call_2`, … of their place in the row.
   * @default "functions"
   */
  functionsAs?: "functions" | "tools";
  /**
   * Take `<think>…</think>` at the beginning of an answer that is learned for its reasoning and not for its text. The
   * history stays as it was sent.
   * @default false
   */
  thinkTags?: boolean;
}

/** The kinds of {@link ConvertOptions}. */
export const convertKinds: OptionKinds<ConvertOptions> = {
  functionsAs: word("functions", "tools"),
  thinkTags: boolean,
};

/** What one session gives: a row, or the reason why it gives none. */
export type TrainingExampleResult = { example: TrainingExample } | { skip: Skip };

/**
 * One chat session, or a plain list of LangChain messages, as a training row. A session without a
 * message of the assistant has nothing to train on and is returned as a skip, as is one with a
 * message that no row can hold.
 *
 * @example
 * ```ts
 * import { AIMessage, HumanMessage } from "@langchain/core/messages";
 * import { convertSessionToExample } from "langsmith-finetune";
 *
 * const result = convertSessionToExample([new HumanMessage("2 + 2?"), new AIMessage("4")]);
 * if ("example" in result) console.log(JSON.stringify(result.example));
 * ```
 */
export function convertSessionToExample(
  session: ChatSession | BaseMessage[],
  options: ConvertOptions = {},
): TrainingExampleResult {
  checkOptions<ConvertOptions>("convertSessionToExample", options, convertKinds);
  return exampleOfSession(session, options);
}

/** `convertSessionToExample` with options that were checked. */
export function exampleOfSession(
  session: ChatSession | BaseMessage[],
  { functionsAs = "functions", thinkTags = false }: ConvertOptions,
): TrainingExampleResult {
  checkSession(session);
  const { tools, functions, parallelToolCalls, source }: Omit<ChatSession, "messages"> = Array.isArray(session)
    ? {}
    : session;
  try {
    const example: TrainingExample = { messages: messagesOf(session) };
    if (!example.messages.some(isTarget))
      throw new Unreadable("no-answer", "The session has no message of the assistant to train on.");
    const traced = source && withTargets(example.messages, source);
    if (thinkTags) example.messages = example.messages.map(splitThinkTags);
    if (tools && tools.length > 0) example.tools = tools;
    if (functions && functions.length > 0) example.functions = functions;
    if (parallelToolCalls !== undefined && example.tools) example.parallel_tool_calls = parallelToolCalls;
    return { example: withSource(functionsAs === "tools" ? functionsToTools(example) : example, traced) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { code, message, path } = error;
    return {
      skip: {
        code,
        message,
        ...(source?.runId !== undefined && { runId: source.runId }),
        ...(path !== undefined && { path }),
      },
    };
  }
}

function checkSession(session: unknown): void {
  // What comes straight from the loader: to look at its LangChain messages would make them, for each session.
  if (typeof session === "object" && session !== null && untouchedMessages(session as ChatSession)) return;
  const messages: unknown = Array.isArray(session) ? session : (session as { messages?: unknown } | null)?.messages;
  const wrong = Array.isArray(messages) ? messages.find((message) => !isMessage(message)) : undefined;
  if (Array.isArray(messages) && wrong === undefined && !messages.includes(undefined)) return;
  throw new InvalidOptionError({
    option: "session",
    value: session,
    message: Array.isArray(messages)
      ? `A session holds LangChain messages; one of its messages is ${shown(wrong)}.`
      : `A session is an object with messages, or an array of messages; got ${shown(session)}.`,
    hint: "Runs become sessions by loadChatSessions(runs).",
  });
}

function isMessage(value: unknown): boolean {
  return typeof (value as Partial<BaseMessage> | null | undefined)?.getType === "function";
}

function messagesOf(session: ChatSession | BaseMessage[]): TrainingMessage[] {
  const untouched = Array.isArray(session) ? undefined : untouchedMessages(session);
  // Shared with the session, as tools are: a row is not changed in place by what follows.
  if (untouched) return [...untouched];
  const messages = Array.isArray(session) ? session : session.messages;
  return messages.map((message, index) => convertMessageToOpenAI(message, `messages[${index}]`));
}

/**
 * Marks in place what the row teaches: the answers that the source names, or else the last, which is the one that
 * its run gave. What only stands in the history gets the weight 0. A source that names no run teaches all answers.
 */
function withTargets(messages: TrainingMessage[], source: ExampleSource): ExampleSource {
  if (source.targets === undefined && source.runId === undefined && source.exampleId === undefined) return source;
  const answers = messages.flatMap(({ role }, index) => (role === "assistant" ? [index] : []));
  const targets = source.targets?.filter(({ message }) => answers.includes(message)) ?? [
    targetOfSource(source, answers.at(-1) ?? 0),
  ];
  for (const index of answers) {
    const message = messages[index];
    if (message?.role !== "assistant" || targets.some((target) => target.message === index)) continue;
    messages[index] = { ...message, weight: 0 };
  }
  return { ...source, targets };
}

function isTarget(message: TrainingExample["messages"][number]): boolean {
  if (message.role !== "assistant") return false;
  const { content, tool_calls: calls, function_call: call, refusal } = message;
  return Boolean(calls || call || refusal) || (content !== undefined && content !== null && content.length > 0);
}
