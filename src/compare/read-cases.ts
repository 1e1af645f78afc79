import { createSourceKey, type SourceKey } from "../curate/split/source-key.js";
import { EmptyDatasetError } from "../errors.js";
import { reportSkips } from "../internal/skips.js";
import { learnedMessages, sourceOf } from "../source.js";
import type { AnyIterable, AssistantTrainingMessage, SkipOptions, TrainingExample, TrainingMessage } from "../types.js";
import type { ComparisonCase } from "./types.js";

/** What {@link readCases} needs to know. */
interface ReadCasesOptions extends SkipOptions {
  examples: AnyIterable<TrainingExample>;
  groupBy: SourceKey;
  /** Targets of a conversation that are replayed; all of them where it is left out. */
  targetsPerConversation?: number;
  signal?: AbortSignal;
}

interface Target {
  row: number;
  example: TrainingExample;
  message: number;
}

/**
 * The cases of held-out rows: one for each target, with what stood before it as the prompt. Rows of
 * one conversation, which `joinConversations` splits where the history was rewritten, stay together.
 */
export async function readCases(options: ReadCasesOptions): Promise<ComparisonCase[]> {
  const { examples, groupBy, targetsPerConversation = Infinity, signal, onSkip, strict } = options;
  const keyOf = createSourceKey(groupBy, "groupBy");
  const skips = reportSkips("compareModels", { onSkip, strict });
  const conversations = new Map<string, Target[]>();
  let rows = 0;
  for await (const example of examples) {
    signal?.throwIfAborted();
    rows += 1;
    const targets = targetsOf(example);
    if (targets.length === 0) {
      skips.skip({
        code: "no-target",
        message: `Row ${rows} has no answer that is a target, so there is nothing to compare with.`,
        line: rows,
        runId: sourceOf(example).runId,
      });
      continue;
    }
    const key = keyOf(example) ?? `row:${rows}`;
    const own = conversations.get(key) ?? [];
    conversations.set(key, own);
    own.push(...targets.map((message) => ({ row: rows, example, message })));
  }
  skips.close();
  if (conversations.size === 0) {
    throw new EmptyDatasetError({
      message: `There is no row to compare on: ${rows} came in.`,
      removed: rows > 0 ? { "compareModels: no-target": rows } : {},
      hint: "Pass held-out rows with at least one answer that is a target.",
    });
  }
  return [...conversations.values()]
    .flatMap((targets, index) =>
      spread(targets, targetsPerConversation).map((target) => ({ ...target, conversation: index + 1 })),
    )
    .sort((a, b) => a.row - b.row || a.message - b.message)
    .map((target, index) => caseOf(target, index + 1, target.conversation));
}

/** The places of the answers that this row teaches. */
function targetsOf(example: TrainingExample): number[] {
  const { messages } = example;
  const answers = learnedMessages(example).filter((index) => {
    const message = messages[index];
    return message?.role === "assistant" && hasAnswer(message);
  });
  const isWeighted = messages.some((message) => message.role === "assistant" && message.weight !== undefined);
  const { runId, targets } = sourceOf(example);
  // A row of one call that says nothing of its targets has one, its last message: what stands before it was sent.
  if (isWeighted || runId === undefined || targets !== undefined) return answers;
  return answers.filter((index) => index === messages.length - 1);
}

function hasAnswer({ content, tool_calls: calls, function_call: call, refusal }: AssistantTrainingMessage): boolean {
  return Boolean(content?.length || calls?.length || call || refusal);
}

/** So many of the items, at even distances, the last one always among them. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.round(((index + 1) * items.length) / count) - 1] as T);
}

function caseOf({ row, example, message }: Target, number: number, conversation: number): ComparisonCase {
  const { messages, tools, functions, parallel_tool_calls } = example;
  const inputs = { messages: messages.slice(0, message).map(withoutWeight), tools, functions, parallel_tool_calls };
  return {
    number,
    conversation,
    row,
    message,
    inputs: JSON.parse(JSON.stringify(inputs)) as ComparisonCase["inputs"],
    reference: withoutWeight(messages[message] as AssistantTrainingMessage),
    source: sourceOf(example),
    answers: {},
    scores: {},
  };
}

/** A weight is for the trainer. Models and evaluators do not see it, and the cache does not depend on it. */
function withoutWeight<Message extends TrainingMessage>(message: Message): Message {
  if (!("weight" in message)) return message;
  const { weight, ...rest } = message;
  void weight;
  return rest as Message;
}
