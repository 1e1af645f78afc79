import { TemplateError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import {
  boolean,
  either,
  kind,
  object,
  record,
  anything,
  positiveInteger,
  only,
  required,
  word,
} from "../internal/kinds.js";
import { checkOptions, type Kind } from "../internal/options.js";
import { unpairedMessages } from "../internal/row-kind.js";
import type { PreferenceExample, TrainingExample, UnpairedExample } from "../types.js";
import { type ChatTemplate, type ChatTemplateSource, readChatTemplate } from "./chat-template.js";
import type { ChatTokenizer } from "./chat-tokenizer.js";
import type { Rendering } from "./jinja/compile.js";
import type { JinjaLimits } from "./jinja/limits.js";
import type { TransformersVersion } from "./normalise.js";
import { renderMessages, type RenderSettings } from "./render-messages.js";
import { type MessageForms, toTemplateMessages, toTemplateTools } from "./template-messages.js";
import { formsOf } from "./template-traits.js";

/** Options of every rendering by a chat template. */
export interface ChatTemplateOptions {
  /**
   * Which transformers the trainer has: 5 drops keys that are null and gives `thinking` and `reasoning` the name
   * `reasoning_content`, 4 does neither.
   * @default 5
   */
  transformers?: TransformersVersion;
  /** What the template is given beside the row: `{ enable_thinking: false }`, `{ reasoning_effort: "low" }`. */
  variables?: Readonly<Record<string, unknown>>;
  /** The time that templates with a date print, in local time. @default now */
  now?: Date;
  /** Bounds on what the template may use. */
  limits?: JinjaLimits;
}

/** Options of {@link renderChat}. */
export interface RenderChatOptions extends ChatTemplateOptions {
  /** A model's folder, its `tokenizer_config.json`, a `.jinja` file, the template's text, or what {@link readChatTemplate} gave. */
  template: ChatTemplateSource;
  /**
   * The arguments of calls as objects, as trainers write them, or as text.
   * @default as an object, where the template renders one
   */
  arguments?: MessageForms["arguments"];
  /** The model's tokenizer, from `loadChatTokenizer`: gives `tokens`. */
  tokenizer?: ChatTokenizer;
  /** Render the prompt of the next answer behind the row, as for inference. @default false */
  prompt?: boolean;
}

/** A stretch of the rendering that is learned. */
export interface TargetSpan {
  /** The index of its message in the row; of a pair, of the messages of the input and the preferred output together. */
  message: number;
  /** In UTF-16 units, as `slice` counts. */
  start: number;
  end: number;
}

/** A row as the model sees it. */
export interface RenderedChat {
  text: string;
  /** Where the targets stand, in order. A target may have several. */
  spans: TargetSpan[];
  /** Targets whose place is not known, and why. What a trainer learns of them is not known here either. */
  unknown: { message: number; reason: string }[];
  /** How the spans were found: by the template's generation marks, or by renderings that begin each other. */
  by: "marks" | "prefixes";
  /** With a tokenizer. */
  tokens?: RenderedTokens;
}

/** The tokens of a rendering. */
export interface RenderedTokens {
  ids: number[];
  /** For each token whether it is part of a target. Left out where the place of a target or of the tokens is not known. */
  trained?: boolean[];
}

const version: Kind<TransformersVersion> = either(only(4), only(5));

/** The kinds of {@link ChatTemplateOptions}. */
export const chatTemplateKinds = {
  transformers: version,
  variables: record(anything),
  now: kind<Date>("a Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  limits: object<JinjaLimits>({
    steps: positiveInteger,
    output: positiveInteger,
    text: positiveInteger,
    depth: positiveInteger,
  }),
};

export const argumentsKind: Kind<MessageForms["arguments"]> = word("object", "text");

/** Where a template is, as an option. */
export const templateKind: Kind<ChatTemplateSource> = kind(
  "the place or the text of a chat template",
  (value) =>
    (typeof value === "string" && value !== "") ||
    value instanceof URL ||
    (isRecord(value) && typeof value.compiled === "function"),
);

/**
 * Shows a row as the model will see it: the text that the model's chat template makes of it, equal to what
 * transformers renders, with the places of the targets. Targets are the assistant messages whose weight is not 0;
 * of a preference pair the preferred output, of an answer with a label the completion.
 *
 * @throws {TemplateError} when the template refuses the row, or needs something that the engine lacks.
 * @throws {InvalidOptionError} for an option that cannot be used, or a place without a template.
 *
 * @example
 * ```ts
 * import { renderChat, type TrainingExample } from "langsmith-finetune";
 *
 * declare const row: TrainingExample;
 *
 * const { text, spans } = renderChat(row, { template: "models/Qwen3-0.6B" });
 * for (const { start, end } of spans) console.log("learned:", text.slice(start, end));
 * ```
 */
export function renderChat(
  row: TrainingExample | PreferenceExample | UnpairedExample,
  options: RenderChatOptions,
): RenderedChat {
  checkOptions<RenderChatOptions>("renderChat", options, {
    ...chatTemplateKinds,
    template: required(templateKind),
    arguments: argumentsKind,
    tokenizer: kind(
      "a tokenizer from loadChatTokenizer",
      (value) => isRecord(value) && typeof value.encode === "function",
    ),
    prompt: boolean,
  });
  const { prompt = false, tokenizer } = options;
  const template = readChatTemplate(options.template);
  const chat = toTemplateChat(row, template, options.arguments);
  const rendering = renderMessages(template, chat.messages, chat.tools, options, prompt);
  const found = findTargets(template, chat, rendering, options);
  return {
    text: rendering.text,
    ...found,
    ...(tokenizer && { tokens: tokensOf(tokenizer, rendering.text, found) }),
  };
}

/** A row in the form of a template. */
export interface TemplateChat {
  readonly messages: readonly object[];
  readonly tools: readonly unknown[] | undefined;
  /** The indexes of the messages that are learned. */
  readonly targets: readonly number[];
}

/** The row's messages and tools as the template wants them. */
export function toTemplateChat(
  row: object,
  template: ChatTemplate,
  forced?: MessageForms["arguments"],
  answer: PairAnswer = "preferred_output",
): TemplateChat {
  const forms = formsOf(template);
  const { messages, tools, targets } = partsOf(row, answer);
  return {
    messages: toTemplateMessages(messages, forced ? { ...forms, arguments: forced } : forms),
    tools: toTemplateTools(tools),
    targets,
  };
}

/** Which of the two answers of a preference pair. */
export type PairAnswer = "preferred_output" | "non_preferred_output";

function partsOf(
  row: object,
  answer: PairAnswer,
): { messages: Record<string, unknown>[]; tools: unknown; targets: number[] } {
  const of = (value: unknown) => (Array.isArray(value) ? (value as unknown[]).filter(isRecord) : []);
  if ("input" in row && isRecord(row.input)) {
    const input = of(row.input.messages);
    const output = of((row as { [key in PairAnswer]?: unknown })[answer]);
    const targets = output.flatMap(({ role }, index) => (role === "assistant" ? [input.length + index] : []));
    return { messages: [...input, ...output], tools: row.input.tools, targets };
  }
  if ("completion" in row && "label" in row) {
    const prompt = of("prompt" in row ? unpairedMessages(row.prompt, "user") : undefined);
    const completion = of(unpairedMessages(row.completion, "assistant"));
    return {
      messages: [...prompt, ...completion],
      tools: "tools" in row ? row.tools : undefined,
      targets: completion.map((_, index) => prompt.length + index),
    };
  }
  const messages = of("messages" in row ? row.messages : undefined);
  const targets = messages.flatMap(({ role, weight }, index) => (role === "assistant" && weight !== 0 ? [index] : []));
  return { messages, tools: "tools" in row ? row.tools : undefined, targets };
}

type Targets = Pick<RenderedChat, "spans" | "unknown" | "by">;

function findTargets(template: ChatTemplate, chat: TemplateChat, whole: Rendering, settings: RenderSettings): Targets {
  const marked = /\{%[-+]?\s*generation\b/.test(template.source(chat.tools !== undefined));
  return marked ? byMarks(template, chat, whole, settings) : byPrefixes(template, chat, whole, settings);
}

function byMarks(template: ChatTemplate, chat: TemplateChat, whole: Rendering, settings: RenderSettings): Targets {
  const { generations } = whole;
  const answers = chat.messages.flatMap((message, index) =>
    isRecord(message) && message.role === "assistant" ? [index] : [],
  );
  const targets: Targets = { spans: [], unknown: [], by: "marks" };
  if (generations === undefined)
    return lost(targets, chat, "the generation marks stand in a macro or a captured block");
  // Some templates mark an answer in several pieces: then shorter renderings tell how many there are up to each.
  const upTo = (index: number) =>
    generations.length === answers.length
      ? answers.filter((answer) => answer <= index).length
      : shorter(template, chat, index + 1, settings)?.generations?.length;
  for (const message of chat.targets) {
    const [first, last] = [message === 0 ? 0 : upTo(message - 1), upTo(message)];
    const pieces = first === undefined || last === undefined ? [] : generations.slice(first, last);
    if (pieces.length === 0) targets.unknown.push({ message, reason: "no generation mark is around this answer" });
    for (const { start, end } of pieces) if (end > start) targets.spans.push({ message, start, end });
  }
  return targets;
}

function lost(targets: Targets, { targets: all }: TemplateChat, reason: string): Targets {
  for (const message of all) targets.unknown.push({ message, reason });
  return targets;
}

/** An answer is what the rendering up to it adds to its prompt, where the whole begins with both. */
function byPrefixes(
  template: ChatTemplate,
  chat: TemplateChat,
  { text }: Rendering,
  settings: RenderSettings,
): Targets {
  const targets: Targets = { spans: [], unknown: [], by: "prefixes" };
  for (const message of chat.targets) {
    const before = message === 0 ? undefined : shorter(template, chat, message, settings, true)?.text;
    const after = message === chat.messages.length - 1 ? text : shorter(template, chat, message + 1, settings)?.text;
    const reason =
      before === undefined || after === undefined
        ? "the template does not render the messages up to this answer alone"
        : !text.startsWith(before) || !after.startsWith(before)
          ? "the template renders the prompt otherwise when the answer follows"
          : !text.startsWith(after)
            ? "the template renders the answer otherwise when more messages follow"
            : undefined;
    if (reason !== undefined || before === undefined || after === undefined)
      targets.unknown.push({ message, reason: reason ?? "the template does not render it" });
    else if (after.length > before.length) targets.spans.push({ message, start: before.length, end: after.length });
    else targets.unknown.push({ message, reason: "the template writes nothing of this answer" });
  }
  return targets;
}

function shorter(
  template: ChatTemplate,
  { messages, tools }: TemplateChat,
  count: number,
  settings: RenderSettings,
  prompt = false,
): Rendering | undefined {
  try {
    return renderMessages(template, messages.slice(0, count), tools, settings, prompt);
  } catch (error) {
    if (TemplateError.isInstance(error)) return undefined;
    throw error;
  }
}

function tokensOf(tokenizer: ChatTokenizer, text: string, { spans, unknown }: Targets): RenderedTokens {
  const { ids, offsets } = tokenizer.encode(text);
  if (offsets === undefined || unknown.length > 0) return { ids };
  // A token that overlaps a target is trained, as in transformers.
  const trained = offsets.map(([start, end]) => spans.some((span) => end > span.start && start < span.end));
  return { ids, trained };
}
