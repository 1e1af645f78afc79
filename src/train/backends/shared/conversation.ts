import type { ValidationRules } from "../../../curate/rules.js";
import { isRecord } from "../../../internal/is-record.js";
import type { DatasetFormat } from "../../backend.js";
import type { AssistantTrainingMessage, PreferenceExample, TrainingMessage, UnpairedExample } from "../../../types.js";
import { textOfContent } from "../../../messages/text-of-content.js";

/** How a backend's own rules tell what they find. */
export type Report = Parameters<NonNullable<ValidationRules["check"]>>[1];

/** A row with messages, or a pair: what a backend is given to render, but for answers with a label. */
export type Row = Exclude<Parameters<NonNullable<DatasetFormat["render"]>>[0], UnpairedExample>;

/** A message of a row of unknown worth, and where it stands. */
export interface LocatedMessage {
  /** `$.messages[2]`. */
  readonly path: string;
  readonly message: Readonly<Record<string, unknown>>;
  /** One of the two answers of a preference pair. */
  readonly output: boolean;
}

/** True for an answer with a label. */
export function isUnpaired(row: Row | UnpairedExample): row is UnpairedExample {
  return "completion" in row && "label" in row;
}

/** True for a preference pair. */
export function isPreference(row: Row): row is PreferenceExample {
  return "preferred_output" in row;
}

/**
 * Every message of a row that nobody has checked yet. What is not a message is left out: the general
 * checks report it, a backend's own rules look at the rest.
 */
export function messagesOf(row: unknown): LocatedMessage[] {
  if (!isRecord(row)) return [];
  const input = isRecord(row["input"]) ? row["input"] : undefined;
  return [
    ...located(row["messages"], "$.messages", false),
    ...located(input?.["messages"], "$.input.messages", false),
    ...located(row["preferred_output"], "$.preferred_output", true),
    ...located(row["non_preferred_output"], "$.non_preferred_output", true),
  ];
}

/** The conversation alone, in order: what stands before the outputs of a preference pair. */
export function turnsOf(row: unknown): LocatedMessage[] {
  return messagesOf(row).filter(({ output }) => !output);
}

/** Every image of a message: its address and where it stands. */
function imagesOf({ path, message }: LocatedMessage): { path: string; url: string }[] {
  const { content } = message;
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: unknown, index) => {
    const image = isRecord(part) && part["type"] === "image_url" ? part["image_url"] : undefined;
    const url = isRecord(image) ? image["url"] : undefined;
    return typeof url === "string" ? [{ path: `${path}.content[${index}].image_url.url`, url }] : [];
  });
}

/** Reports each image of a message that is an address, for a service that fetches none. */
export function reportFetchedImages(
  turn: LocatedMessage,
  report: Report,
  { service, rule }: { service: string; rule: string },
): void {
  for (const { path, url } of imagesOf(turn)) {
    if (url.startsWith("data:")) continue;
    const message = `${service} takes images as base64 in the row (data:image/png;base64,…) and fetches none.`;
    report({ path, code: "image-not-embedded", severity: "error", message, rule });
  }
}

/** The text of a content in either of its forms, refusals among its parts too; images are left out. */
export function textWithRefusals(content: TrainingMessage["content"]): string {
  return textOfContent(content, {
    other: ({ refusal }) => (typeof refusal === "string" ? refusal : undefined),
  });
}

/** What an assistant said: its content, or else the words of its refusal. */
export function answerTextOf({ content, refusal }: AssistantTrainingMessage): string {
  return textWithRefusals(content) || (refusal ?? "");
}

/**
 * The row without what OpenAI alone knows: the role `developer` is `system`, as every other service calls it, and
 * a refusal, beside the content or among its parts, is the words of the answer.
 */
export function inCommonForm<R extends Row | UnpairedExample>(row: R): R;
export function inCommonForm(row: Row | UnpairedExample): Row | UnpairedExample {
  if (isUnpaired(row)) {
    const { prompt, completion } = row;
    return {
      ...row,
      ...(typeof prompt !== "string" && { prompt: prompt.map(commonMessage) }),
      ...(typeof completion !== "string" && { completion: completion.map(commonAnswer) as [AssistantTrainingMessage] }),
    };
  }
  if (!isPreference(row)) return { ...row, messages: row.messages.map(commonMessage) };
  const [preferred] = row.preferred_output;
  const [rejected] = row.non_preferred_output;
  return {
    ...row,
    input: { ...row.input, messages: row.input.messages.map(commonMessage) },
    ...(row.preferred_output.length === 1 && { preferred_output: [commonAnswer(preferred)] }),
    ...(row.non_preferred_output.length === 1 && { non_preferred_output: [commonAnswer(rejected)] }),
  };
}

function commonMessage(message: TrainingMessage): TrainingMessage {
  if (message.role === "assistant") return commonAnswer(message);
  return message.role === "developer" ? { ...message, role: "system" } : message;
}

function commonAnswer(message: AssistantTrainingMessage): AssistantTrainingMessage {
  const parts: readonly object[] = Array.isArray(message.content) ? message.content : [];
  if (message.refusal === undefined && !parts.some((part) => "refusal" in part)) return message;
  const kept = { ...message, content: answerTextOf(message) };
  delete kept.refusal;
  return kept;
}

/** The row without weights, for a service that has none. Rows say by them what is learned. */
export function withoutWeights(row: Row): Row {
  if (isPreference(row)) return row;
  return {
    ...row,
    messages: row.messages.map((message) => {
      if (message.role !== "assistant" || message.weight === undefined) return message;
      const copy = { ...message };
      delete copy.weight;
      return copy;
    }),
  };
}

function located(value: unknown, path: string, output: boolean): LocatedMessage[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((message: unknown, index) =>
    isRecord(message) ? [{ path: `${path}[${index}]`, message, output }] : [],
  );
}
