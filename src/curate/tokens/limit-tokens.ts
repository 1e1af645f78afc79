import { abortSignal, callback, iterable, limit, required, skipKinds, word } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { reportSkips } from "../../internal/skips.js";
import { chunksOf, reiterableChunks } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, DatasetRow, SkipOptions, TrainingExample } from "../../types.js";
import { createTokenCounter, onlyTokenOptions, tokenKinds, type TokenOptions } from "./token-counter.js";
import { trimTurns } from "./trim-turns.js";

/** Options of {@link limitTokens}. */
export interface LimitTokensOptions extends TokenOptions, SkipOptions {
  /** The most tokens that a row may have. */
  maxTokens: number;
  /**
   * What becomes of a row that has more. `drop`: it is left out, with the code `too-long`. `trim`:
   * its oldest turns go until it fits; system messages and the last turn stay, and a tool call
   * stays with its answers. A row whose last turn alone is too long is left out, and so is a pair.
   * @default "drop"
   */
  overflow?: "drop" | "trim";
  /** Called for each row that was trimmed. */
  onTrim?: (trimmed: TrimmedRow) => void;
  signal?: AbortSignal;
}

/** What trimming took from a row. */
export interface TrimmedRow {
  runId?: string;
  /** How many messages went. */
  messages: number;
  tokensBefore: number;
  tokensAfter: number;
}

/**
 * Holds rows to a number of tokens. Services cut longer rows at the end, where the answer is, so
 * that the row teaches nothing or the wrong thing.
 *
 * @throws {InvalidOptionError} when `maxTokens`, `overflow` or `model` cannot be used.
 * @throws {SkippedError} with `strict`, for the first row that is left out.
 *
 * @example
 * ```ts
 * import { limitTokens, readJsonl, writeJsonl } from "langsmith-finetune";
 *
 * const short = limitTokens(readJsonl("all.jsonl"), { model: "gpt-4o-mini", maxTokens: 65_536, overflow: "trim" });
 * await writeJsonl("train.jsonl", short);
 * ```
 */
export function limitTokens<Row extends DatasetRow>(
  rows: AnyIterable<Row>,
  options: LimitTokensOptions,
): AsyncIterable<Row> {
  checkArgument("rows", rows, iterable);
  checkOptions<LimitTokensOptions>("limitTokens", options, {
    ...tokenKinds,
    maxTokens: required(limit),
    overflow: word("drop", "trim"),
    onTrim: callback,
    ...skipKinds,
    signal: abortSignal,
  });
  const { maxTokens, overflow = "drop", onTrim, signal } = options;
  return reiterableChunks(async function* (size) {
    signal?.throwIfAborted();
    const counter = await createTokenCounter(onlyTokenOptions(options));
    const skips = reportSkips("limitTokens", options);
    const keep = (row: Row): Row | undefined => {
      if (!counter.exceeds(row, maxTokens)) return row;
      const tokensBefore = counter.row(row).total;
      const { runId } = sourceOf(row);
      const trimmed =
        overflow === "trim" && isSupervised(row)
          ? trimTurns(row, (shorter) => !counter.exceeds(shorter, maxTokens))
          : undefined;
      if (trimmed === undefined) {
        skips.skip({
          code: "too-long",
          message: `${tokensBefore} tokens; ${maxTokens} are allowed.`,
          path: "$",
          ...(runId !== undefined && { runId }),
        });
        return undefined;
      }
      onTrim?.({
        ...(runId !== undefined && { runId }),
        messages: trimmed.removed,
        tokensBefore,
        tokensAfter: counter.row(trimmed.example).total,
      });
      return trimmed.example;
    };
    try {
      for await (const chunk of chunksOf(rows, size)) {
        signal?.throwIfAborted();
        const kept: Row[] = [];
        let failure: { error: unknown } | undefined;
        try {
          for (const row of chunk) {
            const result = keep(row);
            if (result !== undefined) kept.push(result);
          }
        } catch (error) {
          failure = { error };
        }
        if (kept.length > 0) yield kept;
        if (failure) throw failure.error;
      }
    } finally {
      skips.close();
    }
  });
}

function isSupervised<Row extends object>(row: Row): row is Row & TrainingExample {
  return "messages" in row;
}
