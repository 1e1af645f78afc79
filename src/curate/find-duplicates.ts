import { createFlags, createIntegers, NONE } from "../internal/column.js";
import { createDigestIndex } from "../internal/digest-index.js";
import { createPairIndex } from "../internal/pair-index.js";
import type { Fingerprint } from "./fingerprint.js";
import { numbersWhere } from "./sample-examples.js";
import { createNearIndex, type NearIndex } from "./near-duplicates.js";

/** What makes a row a duplicate; the codes of the skips. */
export const DUPLICATE_CODES = ["duplicate", "prefix", "near-duplicate", "prompt-cap"] as const;
export type DuplicateCode = (typeof DUPLICATE_CODES)[number];

export interface DuplicateRules {
  exact: boolean;
  prefixes: boolean;
  /** The similarity from which on two rows are near duplicates; 0 looks for none. */
  near: number;
  /** Rows that may share a prompt; 0 does not count them. */
  perPrompt: number;
}

/** Takes one row after the other and then says which are too many. About 60 bytes for each row, 128 more with `near`. */
export interface DuplicateFinder {
  /** Rows are numbered from 0. Rows with the same `group` are of one thread or trace. */
  add(row: unknown, fingerprint: Fingerprint, group: number): void;
  /**
   * Decides, once all rows are there. Of rows that duplicate each other the first in the given
   * order stays.
   * @param before Whether the first row comes before the second. Default: as they came.
   */
  finish(before?: (left: number, right: number) => boolean): Duplicates;
  readonly near: NearIndex | undefined;
}

export interface Duplicates {
  code(row: number): DuplicateCode | undefined;
  /** The row that stays, for one that does not. */
  of(row: number): number;
}

export function createDuplicateFinder(rules: DuplicateRules, near: NearIndex | undefined = rules.near > 0 ? createNearIndex() : undefined): DuplicateFinder {
  const digests = createDigestIndex();
  const rowNumbers = createIntegers();
  const endNumbers = createIntegers();
  const promptNumbers = createIntegers();
  const groups = createIntegers();
  const turns = createIntegers();
  // The longest row that goes on from a turn, by turn and group.
  const continued = createPairIndex();
  let size = 0;

  return {
    near,
    add(row, fingerprint, group) {
      if (rules.exact) rowNumbers.push(digests.add(fingerprint.row));
      if (rules.perPrompt > 0) promptNumbers.push(digests.add(fingerprint.prompt));
      if (rules.prefixes) {
        const count = fingerprint.turns.length;
        groups.push(group);
        turns.push(count);
        endNumbers.push(count === 0 ? NONE : digests.add(fingerprint.turns[count - 1] as string));
        for (const turn of fingerprint.turns.slice(0, -1)) {
          const number = digests.add(turn);
          const known = continued.get(number, group);
          if (known === undefined || turns.at(known) < count) continued.set(number, group, size);
        }
      }
      near?.add(row);
      size += 1;
    },
    finish(before = (left, right) => left < right) {
      const codes = createFlags();
      const of = createIntegers();
      for (let row = 0; row < size; row += 1) {
        codes.push(0);
        of.push(NONE);
      }
      const remove = (row: number, code: DuplicateCode, stays: number) => {
        codes.set(row, DUPLICATE_CODES.indexOf(code) + 1);
        of.set(row, stays);
      };
      const kept = (row: number) => codes.at(row) === 0;
      const stays = (row: number): number => (kept(row) ? row : stays(of.at(row)));

      if (rules.exact) {
        const first = createIntegers();
        for (let number = 0; number < digests.size; number += 1) first.push(NONE);
        for (let row = 0; row < size; row += 1) {
          const known = first.at(rowNumbers.at(row));
          if (known === NONE || before(row, known)) first.set(rowNumbers.at(row), row);
        }
        for (let row = 0; row < size; row += 1) {
          const known = first.at(rowNumbers.at(row));
          if (known !== row) remove(row, "duplicate", known);
        }
      }
      if (rules.prefixes) {
        for (let row = 0; row < size; row += 1) {
          if (!kept(row) || endNumbers.at(row) === NONE) continue;
          const longer = continued.get(endNumbers.at(row), groups.at(row));
          if (longer !== undefined && turns.at(longer) > turns.at(row)) remove(row, "prefix", longer);
        }
      }
      if (rules.near > 0 && near) removeNear(near, rules.near, numbersWhere(size, kept), before, remove);
      if (rules.perPrompt > 0) {
        const order = Float64Array.from({ length: size }, (_, row) => row).filter(kept);
        order.sort((left, right) => promptNumbers.at(left) - promptNumbers.at(right) || (before(left, right) ? -1 : 1));
        let first = -1;
        let count = 0;
        for (const row of order) {
          const same = first >= 0 && promptNumbers.at(first) === promptNumbers.at(row);
          count = same ? count + 1 : 1;
          if (!same) first = row;
          if (count > rules.perPrompt) remove(row, "prompt-cap", first);
        }
      }
      return {
        code: (row) => (kept(row) ? undefined : DUPLICATE_CODES[codes.at(row) - 1]),
        of: stays,
      };
    },
  };
}

// Clusters first, then inside each cluster: a row goes if it is near to one that stays. So nothing goes
// only because a chain of neighbours leads to it.
function removeNear(
  near: NearIndex,
  threshold: number,
  rows: Uint32Array,
  before: (left: number, right: number) => boolean,
  remove: (row: number, code: DuplicateCode, stays: number) => void,
): void {
  const neighbours = new Map<number, number[]>();
  const parent = new Map<number, number>();
  const root = (row: number): number => {
    const above = parent.get(row) ?? row;
    if (above === row) return row;
    const top = root(above);
    parent.set(row, top);
    return top;
  };
  near.pairs(threshold, rows, (left, right) => {
    const [from, to] = [root(left), root(right)];
    if (from !== to) parent.set(Math.max(from, to), Math.min(from, to));
    parent.set(Math.min(from, to), Math.min(from, to));
  });
  for (const row of parent.keys()) {
    const top = root(row);
    const members = neighbours.get(top);
    if (members) members.push(row);
    else neighbours.set(top, [row]);
  }
  for (const members of neighbours.values()) {
    members.sort((left, right) => (before(left, right) ? -1 : 1));
    const staying: number[] = [];
    for (const row of members) {
      const nearest = staying.find((other) => near.similarity(other, row) >= threshold);
      if (nearest === undefined) staying.push(row);
      else remove(row, "near-duplicate", nearest);
    }
  }
}
