import { createSmallIntegers, createIntegers } from "../../internal/storage/column.js";
import { shingleAt } from "../duplicates/min-hash.js";
import { collectWords, SHINGLE } from "../duplicates/words.js";
import { createNearQuestions, type NearQuestions } from "./near-questions.js";
import { createExactQuestions } from "./exact-questions.js";

/** A question of an evaluation that a row holds. */
export interface FoundQuestion {
  /** The number of the set. */
  readonly set: number;
  /** The number of the question in its set, from 1. */
  readonly line: number;
  readonly match: "exact" | "near";
  /** The share of the question's shingles that the row has. */
  readonly similarity: number;
}

/** The questions of evaluation sets. Some hundred bytes for each. */
export interface QuestionIndex {
  add(set: number, line: number, messages: readonly unknown[]): void;
  /** The question that the row has most of, or nothing. */
  find(row: unknown): FoundQuestion | undefined;
}

/** Fewer shingles say too little: such questions are compared exactly. */
const LEAST_SHINGLES = 5;

/** @param threshold The share of a question's shingles that a row must have; 0 looks for exact ones only. */
export function createQuestionIndex(threshold: number): QuestionIndex {
  const exact = createExactQuestions();
  const sets = createSmallIntegers();
  const lines = createIntegers();
  const shinglesOfQuestion: (Uint32Array | undefined)[] = [];
  const words: number[] = [];
  let near: NearQuestions | undefined;

  /** Fills `words`. */
  const readWords = (row: unknown): void => {
    words.length = 0;
    collectWords(row, words);
  };
  const shingles = (): Set<number> => {
    const own = new Set<number>();
    for (let start = 0; start + SHINGLE <= words.length; start += 1) own.add(shingleAt(words, start));
    return own;
  };

  return {
    add(set, line, messages) {
      exact.add(lines.length, messages);
      sets.push(set);
      lines.push(line);
      if (threshold === 0) return;
      readWords({ messages });
      const own = shingles();
      shinglesOfQuestion.push(own.size < LEAST_SHINGLES ? undefined : Uint32Array.from(own));
      near = undefined;
    },
    find(row) {
      const same = exact.find(row);
      if (same !== undefined) return { set: sets.at(same), line: lines.at(same), match: "exact", similarity: 1 };
      if (threshold === 0) return undefined;
      near ??= createNearQuestions(shinglesOfQuestion, LEAST_SHINGLES, threshold);
      readWords(row);
      for (let start = 0; start + SHINGLE <= words.length; start += 1) near.see(shingleAt(words, start));
      const found = near.best(shingles);
      return (
        found && {
          set: sets.at(found.question),
          line: lines.at(found.question),
          match: "near",
          similarity: found.share,
        }
      );
    },
  };
}
