import { abortSignal, boolean, iterable, limit } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../../internal/step.js";
import type { AnyIterable } from "../../types.js";
import type { TokenEncoding } from "./encoding-of-model.js";
import { createTokenCounter, onlyTokenOptions, tokenKinds, type TokenOptions } from "./token-counter.js";

/** Options of {@link countTokens}. */
export interface CountTokensOptions extends TokenOptions {
  /**
   * Tokens above which the service cuts a row: a longer one counts as this many, as on the bill.
   * @default rows count whole
   */
  maxTokens?: number;
  /**
   * Give the count of every row too, eight bytes each.
   * @default true
   */
  perRow?: boolean;
  signal?: AbortSignal;
}

/** What rows come to, for one epoch. */
export interface TokenCount {
  total: number;
  /** Row by row, in their order. */
  perRow?: number[];
  /** How many rows there were. */
  rows: number;
  /** Of the total, the content and calls of the assistant messages that are trained. */
  trained: number;
  /** The longest row. */
  longest: number;
  /**
   * The count is what OpenAI bills, or with a tokenizer what an open model is given. False where it is an estimate: for a model with another
   * tokenizer, for images whose size is not known, for preference pairs.
   */
  exact: boolean;
  /** The encoding that was counted with. */
  encoding: TokenEncoding | "tokenizer";
}

/**
 * Counts the tokens of rows as OpenAI bills them for training: three for each message and its role,
 * content, name and calls, three for each row, and the tool definitions in the form that the models
 * are given them, a TypeScript namespace. For models of others it gives an estimate, and says so.
 *
 * @throws {InvalidOptionError} when the model is missing.
 *
 * @example
 * ```ts
 * import { countTokens, readJsonl } from "langsmith-finetune";
 *
 * const { total, rows, exact } = await countTokens(readJsonl("train.jsonl"), { model: "gpt-4o-mini" });
 * console.log(`${rows} rows, ${exact ? "" : "about "}${total} tokens an epoch`);
 * ```
 */
export async function countTokens(rows: AnyIterable<unknown>, options: CountTokensOptions): Promise<TokenCount> {
  checkArgument("rows", rows, iterable);
  checkOptions<CountTokensOptions>("countTokens", options, {
    ...tokenKinds,
    maxTokens: limit,
    perRow: boolean,
    signal: abortSignal,
  });
  const { maxTokens = Number.POSITIVE_INFINITY, perRow = true, signal } = options;
  signal?.throwIfAborted();
  const counter = await createTokenCounter(onlyTokenOptions(options));
  const count: TokenCount = {
    total: 0,
    rows: 0,
    trained: 0,
    longest: 0,
    exact: counter.exact,
    encoding: counter.encoding,
  };
  if (perRow) count.perRow = [];
  for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) {
    signal?.throwIfAborted();
    for (const row of chunk) {
      const { total, trained, exact } = counter.row(row);
      const billed = Math.min(total, maxTokens);
      count.total += billed;
      count.rows += 1;
      count.trained += trained;
      if (total > count.longest) count.longest = total;
      if (!exact) count.exact = false;
      count.perRow?.push(billed);
    }
  }
  return count;
}
