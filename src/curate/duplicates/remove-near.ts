import { NONE } from "../../internal/storage/column.js";
import { orderBy } from "../../internal/storage/order-by.js";
import type { NearIndex } from "./near-duplicates.js";

/**
 * Finds rows that are near to one that stays: clusters first, then inside each cluster. So nothing goes
 * only because a chain of neighbours leads to it.
 *
 * @param rows Their numbers, which must rise.
 * @param compare Of rows that are near to each other the first in this order stays.
 */
export function removeNear(
  near: NearIndex,
  threshold: number,
  rows: Uint32Array,
  compare: (left: number, right: number) => number,
  remove: (row: number, stays: number) => void,
): void {
  const size = (rows.at(-1) ?? -1) + 1;
  const parent = new Uint32Array(size).fill(NONE);
  const above = (row: number) => {
    const known = parent[row] as number;
    return known === NONE ? row : known;
  };
  const root = (row: number): number => {
    let top = row;
    while (above(top) !== top) top = above(top);
    for (let step = row; step !== top;) {
      const next = above(step);
      parent[step] = top;
      step = next;
    }
    return top;
  };
  near.pairs(threshold, rows, (left, right) => {
    const [from, to] = [root(left), root(right)];
    const top = Math.min(from, to);
    parent[Math.max(from, to)] = top;
    parent[top] = top;
  });

  const clustered = rows.filter((row) => parent[row] !== NONE);
  // The numbers of the clusters need not be exact here: rows of two that share a key are parted by comparing.
  const ordered = orderBy(
    clustered,
    (row) => root(row) % 2 ** 26,
    (left, right) => root(left) - root(right) || compare(left, right),
  );
  let members: number[] = [];
  for (const [place, row] of ordered.entries()) {
    members.push(row);
    const following = ordered[place + 1];
    if (following !== undefined && root(following) === root(row)) continue;
    near.repeated(threshold, members, remove);
    members = [];
  }
}
