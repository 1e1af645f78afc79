import { createSmallIntegers, createIntegers } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { shingleAt } from "../duplicates/min-hash.js";
import { collectWords } from "../duplicates/words.js";
import { createNearQuestions, type NearQuestions } from "./near-questions.js";
import { questionDigest, questionDigests } from "./question-digest.js";

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
  const digests = createDigestIndex();
  /** The first question with a digest. */
  const ofDigest = createIntegers();
  const sets = createSmallIntegers();
  const lines = createIntegers();
  const shinglesOfQuestion: (Uint32Array | undefined)[] = [];
  const words: number[] = [];
  let near: NearQuestions | undefined;

  const shinglesIn = (row: unknown, see: (hash: number) => void): void => {
    words.length = 0;
    collectWords(row, words);
    for (let start = 0; start + 3 <= words.length; start += 1) see(shingleAt(words, start));
  };

  return {
    add(set, line, messages) {
      const question = lines.length;
      sets.push(set);
      lines.push(line);
      const digest = questionDigest(messages);
      if (digest !== undefined && digests.add(digest) === ofDigest.length) ofDigest.push(question);
      if (threshold === 0) return;
      const own = new Set<number>();
      shinglesIn({ messages }, (hash) => own.add(hash));
      shinglesOfQuestion.push(own.size < LEAST_SHINGLES ? undefined : Uint32Array.from(own));
      near = undefined;
    },
    find(row) {
      for (const digest of questionDigests(row)) {
        const number = digests.find(Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16));
        if (number < 0) continue;
        const question = ofDigest.at(number);
        return { set: sets.at(question), line: lines.at(question), match: "exact", similarity: 1 };
      }
      if (threshold === 0) return undefined;
      near ??= createNearQuestions(shinglesOfQuestion, LEAST_SHINGLES);
      const { count, best } = near;
      shinglesIn(row, count);
      const found = best(threshold);
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
