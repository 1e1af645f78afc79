import type { TokenEncoding } from "./encoding-of-model.js";

/** What a row comes to. */
export interface RowTokens {
  total: number;
  /** The content and calls of the assistant messages that are trained, without what frames them. */
  trained: number;
  /** False where something in the row could only be estimated. */
  exact: boolean;
}

/** Counts rows one by one. */
export interface TokenCounter {
  readonly encoding: TokenEncoding | "tokenizer";
  /** False for a model whose own tokenizer is another. */
  readonly exact: boolean;
  text(text: string): number;
  row(row: unknown): RowTokens;
  /** Whether a row has more tokens than this. For most rows their length alone decides. */
  exceeds(row: unknown, maximum: number): boolean;
}
