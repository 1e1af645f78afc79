import { learnedMessages } from "../../source.js";
import { createTokenCounter, type TokenOptions } from "../../curate/tokens/token-counter.js";
import type { TrainingMethod } from "../backend.js";

/** What rows come to, once through. */
export interface RowCounts {
  readonly rows: number;
  /** What is learned: the answers that have a weight, each pair, or each prompt that is graded. */
  readonly targets: number;
  readonly tokens: number;
  /** False where tokens could only be estimated. */
  readonly exact: boolean;
}

/** Counts rows as they pass. */
export interface RowMeter {
  add(row: object, method: TrainingMethod): void;
  counts(): RowCounts;
}

/** A meter that counts the tokens of a model; loads the tokenizer. */
export async function createRowMeter(options: TokenOptions): Promise<RowMeter> {
  const counter = await createTokenCounter(options);
  let rows = 0;
  let targets = 0;
  let tokens = 0;
  let exact = counter.exact;
  return {
    add(row, method) {
      const count = counter.row(row);
      rows += 1;
      targets += method === "supervised" ? learnedMessages(row).length : 1;
      tokens += count.total;
      exact &&= count.exact;
    },
    counts: () => ({ rows, targets, tokens, exact }),
  };
}
