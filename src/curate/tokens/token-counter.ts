import { either, required, text, withMethods } from "../../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../../internal/options.js";
import type { ChatTemplateSource } from "../../templates/chat-template.js";
import type { ChatTokenizer } from "../../templates/chat-tokenizer.js";
import { templateKind } from "../../templates/render-chat.js";
import { createChatTokenCounter } from "./chat-token-counter.js";
import type { RowTokens, TokenCounter } from "./counter.js";
import { isRecord } from "../../internal/is-record.js";
import { sameJsonInOrder } from "../../internal/same-json.js";
import { encodingKind, encodingOfModel, type ModelEncoding, type TokenEncoding } from "./encoding-of-model.js";
import { imageTokens, type ImageSize } from "./image-tokens.js";
import { callsFrame, definitionsFrame, PER_MESSAGE, PER_NAME, PER_ROW } from "./frames.js";
import { loadTokenizer, type Tokenizer } from "./load-tokenizer.js";
import { longestPossible } from "./longest-possible.js";
import { renderTools } from "./render-tools.js";
import { stringifyExact } from "../../internal/exact-json.js";
import { rowKindOf, unpairedMessages } from "../../internal/row-kind.js";

/** Which model's tokens are counted. */
export interface TokenOptions {
  /** The model that is trained, or a tuned one: `gpt-4o-mini-2024-07-18`, `ft:gpt-4o-mini-2024-07-18:acme::a1b2c3`. */
  model: string;
  /**
   * The encoding, where the model's name does not tell.
   * @default by the model: `cl100k_base` for gpt-4 and gpt-3.5, `o200k_base` for gpt-4o, gpt-4.1, gpt-5 and the o-series
   */
  encoding?: TokenEncoding;
  /**
   * The tokenizer of an open model: its folder, or what `loadChatTokenizer` gave. With its chat template rows are
   * counted exactly, as the model is given them.
   */
  tokenizer?: string | ChatTokenizer;
  /**
   * The chat template that goes with the tokenizer.
   * @default that of the tokenizer's folder
   */
  template?: ChatTemplateSource;
}

/** The kinds of {@link TokenOptions}. */
export const tokenKinds = {
  model: required(text),
  encoding: encodingKind,
  tokenizer: either(text, withMethods<ChatTokenizer>("a tokenizer from loadChatTokenizer", "encode", "count")),
  template: templateKind,
} satisfies OptionKinds<TokenOptions>;

/** The options of a counter among those of a step. */
export function onlyTokenOptions({ model, encoding, tokenizer, template }: TokenOptions): TokenOptions {
  return { model, encoding, tokenizer, template };
}

const CACHED_TEXTS = 512;

/**
 * A counter for one model. Loads the tokenizer, which is why this waits.
 *
 * @throws {InvalidOptionError} when there is no model.
 *
 * @example
 * ```ts
 * import { createTokenCounter } from "langsmith-finetune";
 *
 * const counter = await createTokenCounter({ model: "gpt-4o-mini" });
 * console.log(counter.text("What's 45/9?"));
 * ```
 */
export async function createTokenCounter(options: TokenOptions): Promise<TokenCounter> {
  checkOptions<TokenOptions>("createTokenCounter", options, tokenKinds);
  const { model, encoding } = options;
  if (options.tokenizer !== undefined) return createChatTokenCounter(options.tokenizer, options.template);
  const known: ModelEncoding = { ...encodingOfModel(model), ...(encoding && { encoding }) };
  const [tokenizer, { imageDimensionsFromData }] = await Promise.all([
    loadTokenizer(known.encoding),
    import("image-dimensions"),
  ]);
  return new ModelTokenCounter(model, known, tokenizer, imageDimensionsFromData);
}

/** gpt-3.5 in OpenAI's spelling and in Azure's, tuned or not. */
const isMeasuredIn2023 = (model: string) => /^(?:ft:)?(?:[^:]*\/)?gpt-3\.?5/i.test(model);

class ModelTokenCounter implements TokenCounter {
  readonly encoding: TokenEncoding;
  readonly exact: boolean;
  readonly text: Tokenizer;
  private readonly model: string;
  private readonly imageSize: ImageSize;
  // System prompts and tool definitions are the same in row after row.
  private readonly known = new Map<string, number>();
  /** False where the sources part on how the last definitions are rendered. */
  private definitionsExact = true;
  private lastDefinitions: { readonly lists: readonly unknown[]; readonly tokens: number } | undefined;

  constructor(model: string, { encoding, family }: ModelEncoding, text: Tokenizer, imageSize: ImageSize) {
    this.model = model;
    this.imageSize = imageSize;
    this.encoding = encoding;
    this.exact = family === "openai";
    this.text = text;
  }

  row(row: unknown): RowTokens {
    const tokens: RowTokens = { total: 0, trained: 0, exact: this.exact };
    if (!isRecord(row)) return tokens;
    if (rowKindOf(row) === "unpaired") this.addUnpaired(row, tokens);
    else if (isRecord(row.input) && !("messages" in row)) this.addPair(row, row.input, tokens);
    else this.addConversation(row, tokens);
    return tokens;
  }

  exceeds(row: unknown, maximum: number): boolean {
    return longestPossible(row, maximum) > maximum && this.row(row).total > maximum;
  }

  private addConversation(row: Record<string, unknown>, tokens: RowTokens): void {
    const messages: unknown[] = Array.isArray(row.messages) ? row.messages : [];
    tokens.total += PER_ROW;
    let system: Record<string, unknown> | undefined;
    const answers = new Map<unknown, string>();
    for (const message of messages) {
      if (!isRecord(message)) continue;
      if (message.role === "system" || message.role === "developer") system ??= message;
      this.addMessage(message, tokens, answers);
    }
    const definitions = this.definitions(row);
    if (definitions === undefined) return;
    tokens.total += definitions;
    if (!this.definitionsExact) tokens.exact = false;
    if (this.exact) tokens.total += definitionsFrame(system !== undefined) + this.joint(system?.content);
  }

  /** What the line end costs that stands between a system message and the definitions. */
  private joint(content: unknown): number {
    return typeof content === "string" ? this.cached(`${content}\n`) - this.cached(content) : 0;
  }

  /** The input once and both answers. How a service bills a pair is not published. */
  private addPair(row: Record<string, unknown>, input: Record<string, unknown>, tokens: RowTokens): void {
    tokens.exact = false;
    this.addConversation(input, tokens);
    for (const output of [row.preferred_output, row.non_preferred_output]) {
      const answers = new Map<unknown, string>();
      for (const message of Array.isArray(output) ? (output as unknown[]) : [])
        if (isRecord(message)) this.addMessage(message, tokens, answers);
    }
  }

  /** The prompt and the completion, as one conversation. Trained by trainers of open models, whose templates differ. */
  private addUnpaired({ prompt, completion, tools }: Record<string, unknown>, tokens: RowTokens): void {
    tokens.exact = false;
    const messages = [...unpairedMessages(prompt, "user"), ...unpairedMessages(completion, "assistant")];
    this.addConversation({ messages, tools }, tokens);
  }

  /** `answers`: by the id of a call that was made alone, the name of its function. */
  private addMessage(message: Record<string, unknown>, tokens: RowTokens, answers: Map<unknown, string>): void {
    const { role } = message;
    const calls = Array.isArray(message.tool_calls) ? (message.tool_calls as unknown[]).filter(isRecord) : [];
    const shared = role === "system" || role === "developer";
    let own = this.content(message.content, shared, tokens);
    if (typeof message.refusal === "string") own += this.text(message.refusal);
    for (const call of calls) own += this.call(call.function);
    own += this.call(message.function_call);
    if (role === "assistant" && message.weight !== 0) tokens.trained += own;
    const [first] = calls;
    if (calls.length === 1 && isRecord(first?.function) && typeof first.function.name === "string")
      answers.set(first.id, first.function.name);
    tokens.total += PER_MESSAGE + own + this.author(message, answers);
    if (this.exact) tokens.total += callsFrame(calls.length + (isRecord(message.function_call) ? 1 : 0));
  }

  /** The role and the name. What answers a call is signed with the function's name alone. */
  private author(
    { role, name, tool_call_id: id }: Record<string, unknown>,
    answers: ReadonlyMap<unknown, string>,
  ): number {
    const signed = role === "function" ? name : role === "tool" ? answers.get(id) : undefined;
    if (this.exact && typeof signed === "string") return this.cached(signed);
    return (
      (typeof role === "string" ? this.cached(role) : 0) +
      (typeof name === "string" && role !== "tool" ? PER_NAME + this.text(name) : 0)
    );
  }

  private content(content: unknown, shared: boolean, tokens: RowTokens): number {
    if (typeof content === "string") return shared ? this.cached(content) : this.text(content);
    if (!Array.isArray(content)) return 0;
    let sum = 0;
    for (const part of content as unknown[]) {
      if (!isRecord(part)) continue;
      if (typeof part.text === "string") sum += this.text(part.text);
      if (typeof part.refusal === "string") sum += this.text(part.refusal);
      if (part.type === "image_url") {
        const image = imageTokens(part.image_url, this.model, this.imageSize);
        sum += image.tokens;
        if (!image.exact) tokens.exact = false;
      }
    }
    return sum;
  }

  /** The name and the arguments as they are; ids are for the API, and no model sees them. */
  private call(call: unknown): number {
    if (!isRecord(call)) return 0;
    const name = typeof call.name === "string" ? this.cached(call.name) : 0;
    return name + (typeof call.arguments === "string" ? this.text(call.arguments) : 0);
  }

  private definitions({ tools, functions }: Record<string, unknown>): number | undefined {
    const lists = [
      Array.isArray(tools) ? (tools as unknown[]) : [],
      Array.isArray(functions) ? (functions as unknown[]) : [],
    ] as const;
    if (lists[0].length + lists[1].length === 0) return undefined;
    if (this.lastDefinitions === undefined || !sameJsonInOrder(this.lastDefinitions.lists, lists)) {
      this.lastDefinitions = { lists, tokens: this.cached(this.rendered(...lists)) };
    }
    return this.lastDefinitions.tokens;
  }

  private rendered(tools: readonly unknown[], functions: readonly unknown[]): string {
    // Open models are mostly given JSON by their chat templates.
    if (!this.exact) return stringifyExact([...tools, ...functions]) ?? "";
    const all = [...tools.map((tool) => (isRecord(tool) ? tool.function : undefined)), ...functions];
    const form = isMeasuredIn2023(this.model) ? "gpt-3.5" : "later";
    const text = renderTools(all, form);
    // Of models since gpt-4o no count of definitions is published that the two forms would give differently.
    this.definitionsExact =
      form === "gpt-3.5" || this.encoding === "cl100k_base" || text === renderTools(all, "gpt-3.5");
    return text;
  }

  private cached(text: string): number {
    const hit = this.known.get(text);
    if (hit !== undefined) return hit;
    const count = this.text(text);
    if (this.known.size >= CACHED_TEXTS)
      for (const oldest of this.known.keys()) {
        this.known.delete(oldest);
        break;
      }
    this.known.set(text, count);
    return count;
  }
}
