import { createFlags, createIntegers, NONE } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { orderBy } from "../../internal/storage/order-by.js";
import type { Fingerprint } from "./fingerprint.js";
import type { NearIndex } from "./near-duplicates.js";
import { removeNear } from "./remove-near.js";
import { numbersWhere } from "../split/sample-examples.js";

/** What makes a row a duplicate; the codes of the skips. */
const DUPLICATE_CODES = ["duplicate", "near-duplicate", "semantic-duplicate", "prompt-cap"] as const;
export type DuplicateCode = (typeof DUPLICATE_CODES)[number];

export interface DuplicateRules {
  exact: boolean;
  /** The similarity from which on two rows are near duplicates; 0 looks for none. */
  near: number;
  /** Rows that may share a prompt; 0 does not count them. */
  perPrompt: number;
}

/**
 * Finds rows that mean the same as others.
 *
 * @param rows Their numbers, which rise.
 * @param compare Of rows that mean the same the first in this order stays.
 */
export type RemoveSameMeaning = (
  rows: Uint32Array,
  compare: (left: number, right: number) => number,
  remove: (row: number, stays: number, similarity: number) => void,
) => Promise<void>;

/** Takes one row after the other and then says which are too many. 25 to 50 bytes for each row. */
export interface DuplicateFinder {
  /** Rows are numbered from 0. */
  add(fingerprint: Fingerprint): void;
  /**
   * Decides, once all rows are there, and lets go of what it knew. Of rows that duplicate each other the first in the
   * given order stays.
   * @param among The rows that are looked at, in rising order. Default: all.
   * @param compare Which of two rows comes first; equal ones are ordered by their content. Default: as they came.
   */
  finish(among?: Uint32Array, compare?: (left: number, right: number) => number): Promise<Duplicates>;
}

export interface Duplicates {
  code(row: number): DuplicateCode | undefined;
  /** The row that stays, for one that does not. */
  of(row: number): number;
  /** The cosine of the two, where rows were compared by meaning. */
  similarity(row: number): number | undefined;
}

// The code of a row that is not looked at.
const GONE = 0xff;

/** @param removeSameMeaning Where rows are compared by meaning. */
export function createDuplicateFinder(
  rules: DuplicateRules,
  near: NearIndex | undefined,
  removeSameMeaning?: RemoveSameMeaning,
): DuplicateFinder {
  const createColumns = () => ({
    digests: createDigestIndex(),
    rowNumbers: createIntegers(),
    promptNumbers: createIntegers(),
  });
  let columns: ReturnType<typeof createColumns> | undefined = createColumns();
  let size = 0;

  return {
    add(fingerprint) {
      const { digests, rowNumbers, promptNumbers } = columns as ReturnType<typeof createColumns>;
      rowNumbers.push(digests.add(fingerprint.row));
      if (rules.perPrompt > 0) promptNumbers.push(digests.add(fingerprint.prompt));
      size += 1;
    },
    async finish(among, compare) {
      const { digests, rowNumbers, promptNumbers } = columns as ReturnType<typeof createColumns>;
      columns = undefined;
      const inOrder = compare
        ? (left: number, right: number) =>
            compare(left, right) || digests.compare(rowNumbers.at(left), rowNumbers.at(right)) || left - right
        : (left: number, right: number) => left - right;
      const codes = createFlags();
      const of = createIntegers();
      for (let row = 0; row < size; row += 1) {
        codes.push(among ? GONE : 0);
        of.push(NONE);
      }
      for (const row of among ?? []) codes.set(row, 0);
      const remove = (row: number, code: DuplicateCode, stays: number) => {
        codes.set(row, DUPLICATE_CODES.indexOf(code) + 1);
        of.set(row, stays);
      };
      const kept = (row: number) => codes.at(row) === 0;
      const stays = (row: number): number => (kept(row) ? row : stays(of.at(row)));

      if (rules.exact) {
        const first = new Uint32Array(digests.size).fill(NONE);
        for (let row = 0; row < size; row += 1) {
          if (!kept(row)) continue;
          const known = first[rowNumbers.at(row)] as number;
          if (known === NONE || inOrder(row, known) < 0) first[rowNumbers.at(row)] = row;
        }
        for (let row = 0; row < size; row += 1) {
          const known = first[rowNumbers.at(row)] as number;
          if (kept(row) && known !== row) remove(row, "duplicate", known);
        }
      }
      if (rules.near > 0 && near) {
        removeNear(near, rules.near, numbersWhere(size, kept), inOrder, (row, other) =>
          remove(row, "near-duplicate", other),
        );
      }
      const similarities = new Map<number, number>();
      await removeSameMeaning?.(numbersWhere(size, kept), inOrder, (row, other, similarity) => {
        remove(row, "semantic-duplicate", other);
        similarities.set(row, similarity);
      });
      if (rules.perPrompt > 0) {
        let first = -1;
        let count = 0;
        const samePrompt = (left: number, right: number) => promptNumbers.at(left) - promptNumbers.at(right);
        for (const row of orderBy(
          numbersWhere(size, kept),
          (row) => promptNumbers.at(row) % 2 ** 26,
          (left, right) => samePrompt(left, right) || inOrder(left, right),
        )) {
          const same = first >= 0 && samePrompt(first, row) === 0;
          count = same ? count + 1 : 1;
          if (!same) first = row;
          if (count > rules.perPrompt) remove(row, "prompt-cap", first);
        }
      }
      return {
        // Nothing for one that stays, and for one that was not looked at.
        code: (row) => DUPLICATE_CODES[codes.at(row) - 1],
        of: stays,
        similarity: (row) => similarities.get(row),
      };
    },
  };
}
