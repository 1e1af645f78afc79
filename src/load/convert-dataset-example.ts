import { checkOptions } from "../internal/options.js";
import { bounded, boundedWords } from "../internal/bounded.js";
import { isRecord, objectOf } from "../internal/is-record.js";
import { omit } from "../internal/omit.js";
import type { ExampleSource } from "../types.js";
import { type ChatSessionResult, sessionOfRun } from "./convert-run-to-chat-session.js";
import { answerKinds, type AnswerOptions } from "./checks/finish-reason.js";
import { readRowMetadata, ROW_METADATA } from "./row-metadata.js";
import { isMessageList } from "../messages/messages.js";
import { smithtuneSessions } from "./trajectories/smithtune-example.js";

// Under which keys people put a question and its answer, where an example holds no messages.
const QUESTION_KEYS = new Set([
  "input",
  "question",
  "query",
  "prompt",
  "user",
  "user_input",
  "text",
  "request",
  "instruction",
]);
const ANSWER_KEYS = new Set([
  "output",
  "answer",
  "response",
  "completion",
  "assistant",
  "expected",
  "text",
  "result",
  "reference",
]);
const SYSTEM_KEYS = ["system", "instructions", "system_prompt"];

/**
 * One example of a LangSmith dataset as a chat session. Examples of chat datasets hold messages, and
 * so do those that were made of runs: they are read as runs are. An example of a key-value or LLM
 * dataset may hold two texts instead, a question and its answer, each the only thing there and under
 * a name that says so (`docs/load.md`); beside the question there may be a system prompt. A trajectory that Smithtune
 * stored teaches the answers whose runs its metadata names. Never
 * throws for what is in the example.
 *
 * @example
 * ```ts
 * import { convertDatasetExample } from "langsmith-finetune";
 *
 * const result = convertDatasetExample({ id: "1", inputs: { question: "2 + 2?" }, outputs: { answer: "4" } });
 * if ("session" in result) console.log(result.session.messages.length);
 * ```
 */
export function convertDatasetExample(example: unknown, options: AnswerOptions = {}): ChatSessionResult {
  checkOptions<AnswerOptions>("convertDatasetExample", options, answerKinds);
  return sessionOfExample(example, options);
}

/** `convertDatasetExample` with options that were checked. */
export function sessionOfExample(example: unknown, options: AnswerOptions): ChatSessionResult {
  const [result, ...others] = sessionsOfExample(example, options);
  if (result === undefined || others.length > 0) {
    const message = "The example is a trajectory with several lists of tools, which gives several sessions.";
    return { skip: { code: "several-sessions", message: `${message} Read it by LangSmithDatasetChatLoader.` } };
  }
  return result;
}

/** The sessions of an example, and why it gives none: one of either, but for a trajectory. Options were checked. */
export function sessionsOfExample(example: unknown, options: AnswerOptions): ChatSessionResult[] {
  if (!isRecord(example) || typeof example.id !== "string") {
    return [{ skip: { code: "invalid-example", message: "An example is not an object with an id." } }];
  }
  return (
    smithtuneSessions(example, sourceOf(example)) ?? [sessionOfConversation({ ...example, id: example.id }, options)]
  );
}

function sessionOfConversation(
  example: Record<string, unknown> & { id: string },
  options: AnswerOptions,
): ChatSessionResult {
  const { id } = example;
  if (hasAttachments(example)) {
    const message = `Example ${bounded(id)} has attachments: what the model saw of them is not in its messages.`;
    return { skip: { code: "unsupported-content", message, path: "attachments" } };
  }
  const inputs = objectOf(example.inputs);
  const outputs = objectOf(example.outputs);
  const result = sessionOfRun({ id, run_type: "llm", ...partsOf(inputs, outputs) }, options);
  if ("skip" in result) {
    // The id that was read is the example's and no run's.
    return { skip: boundedWords({ ...omit(result.skip, "runId"), message: `Example ${id}: ${result.skip.message}` }) };
  }
  result.session.source = sourceOf(example, result.session.source);
  return result;
}

// As the client gives them, and as the API does.
function hasAttachments({ attachments, attachment_urls: urls }: Record<string, unknown>): boolean {
  return [attachments, urls].some((held) => isRecord(held) && Object.keys(held).length > 0);
}

interface Parts {
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

function partsOf(inputs: Record<string, unknown>, outputs: Record<string, unknown>): Parts {
  return wholeConversation(inputs, outputs) ?? questionAndAnswer(inputs, outputs) ?? { inputs, outputs };
}

/** A training row as it stands: the answer is the last of the input messages, and there are no outputs. */
function wholeConversation(inputs: Record<string, unknown>, outputs: Record<string, unknown>): Parts | undefined {
  const { messages } = inputs;
  if (Object.keys(outputs).length > 0 || !isMessageList(messages) || messages.length < 2) return undefined;
  const last = messages.at(-1);
  const isAnswer = isRecord(last) && (last.role === "assistant" || last.type === "ai");
  return isAnswer
    ? { inputs: { ...inputs, messages: messages.slice(0, -1) }, outputs: { messages: [last] } }
    : undefined;
}

function questionAndAnswer(inputs: Record<string, unknown>, outputs: Record<string, unknown>): Parts | undefined {
  const system = SYSTEM_KEYS.find((key) => typeof inputs[key] === "string");
  const question = onlyText(inputs, QUESTION_KEYS, system);
  const answer = onlyText(outputs, ANSWER_KEYS);
  // The answer of a list of messages may be a plain text too, under any of its names.
  const asked =
    question === undefined
      ? inputs
      : { messages: [{ role: "user", content: question }], ...(system && { system: inputs[system] }) };
  if (question === undefined && !isMessageList(inputs.messages ?? inputs.input)) return undefined;
  if (answer === undefined) return question === undefined ? undefined : { inputs: asked, outputs };
  return { inputs: asked, outputs: { message: { role: "assistant", content: answer } } };
}

/** The one text that is there, if its name says what it is. */
function onlyText(fields: Record<string, unknown>, names: ReadonlySet<string>, beside?: string): string | undefined {
  const [entry, ...others] = Object.entries(fields).filter(
    ([key, value]) => key !== beside && value !== null && value !== undefined,
  );
  if (!entry || others.length > 0) return undefined;
  const [key, value] = entry;
  return names.has(key.toLowerCase()) && typeof value === "string" ? value : undefined;
}

function sourceOf(example: Record<string, unknown>, read: ExampleSource = {}): ExampleSource {
  const metadata = objectOf(example.metadata);
  const { dataset_split: split, ...others } = metadata;
  const own = omit(others, ROW_METADATA);
  const written = readRowMetadata(metadata)?.source;
  const splits = (Array.isArray(split) ? split : [split]).filter((name) => typeof name === "string");
  return {
    ...omit(read, "runId"),
    ...written,
    exampleId: example.id as string,
    ...(typeof example.dataset_id === "string" && { datasetId: example.dataset_id }),
    ...(typeof example.source_run_id === "string" && { runId: example.source_run_id }),
    ...(splits.length > 0 && { splits }),
    ...(Object.keys(own).length > 0 && { metadata: own }),
  };
}
