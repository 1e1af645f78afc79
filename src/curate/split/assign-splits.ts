import { createIntegers, type Column } from "../../internal/storage/column.js";
import { orderBy } from "../../internal/storage/order-by.js";
import { sourceOf } from "../../source.js";
import type { Groups } from "../duplicates/groups.js";
import type { NearIndex } from "../duplicates/near-duplicates.js";
import { numbersWhere } from "./sample-examples.js";
import type { SplitRules } from "./split-options.js";

export const SPLITS = ["train", "validation", "test"] as const;
export type SplitName = (typeof SPLITS)[number];

export interface SplitPlan {
  of(row: number): SplitName;
  readonly counts: Record<SplitName, number>;
  /** Sets of rows that stay together. */
  readonly clusters: number;
  /** Rows in the largest of them. */
  readonly largestCluster: number;
}

/** What is known of rows beside their groups. */
export interface SplitFacts {
  /** Names groups that belong together. */
  links?: ((see: (left: number, right: number) => void) => void) | undefined;
  /** The split that a row stays in: 1 more than its place in `SPLITS`, 0 for none. */
  kept?: Column | undefined;
}

/**
 * Sends each row to a split. Rows of one group stay together, and so do groups that hold near
 * duplicates of each other, and groups that `links` names. Where such a cluster goes depends on the smallest hash among its groups' keys, the
 * seed and the shares, which are met in rows as well as whole clusters allow: not on the order of the rows, and for
 * most rows not on which others there are.
 */
export function assignSplits(
  rows: Uint32Array,
  groupOf: Column,
  groups: Groups,
  rules: SplitRules,
  near: NearIndex | undefined,
  { links, kept }: SplitFacts = {},
): SplitPlan {
  const clusters = createClusters(groups);
  links?.((left, right) => clusters.join(left, right));
  if (near && rules.near > 0) {
    near.pairs(rules.near, rows, (left, right) => clusters.join(groupOf.at(left), groupOf.at(right)));
  }

  // By number of the group that a cluster is known by; groups that are not have no size.
  const sizes = new Uint32Array(groups.size);
  for (const row of rows) {
    const cluster = clusters.of(groupOf.at(row));
    sizes[cluster] = sizeOf(sizes, cluster) + 1;
  }
  const present = numbersWhere(groups.size, (cluster) => sizeOf(sizes, cluster) > 0);
  const places = new Float64Array(groups.size);
  for (const cluster of present) places[cluster] = groups.position(cluster, rules.seed);
  const placeOf = (cluster: number) => places[cluster] as number;
  // The clusters by their place, for what cannot be said of one cluster alone.
  let ordered: Uint32Array | undefined;
  const inOrder = () =>
    (ordered ??= orderBy(
      present,
      (cluster) => Math.floor(placeOf(cluster) * 2 ** 26),
      (left, right) => placeOf(left) - placeOf(right),
    ));

  const sides = new Uint8Array(groups.size);
  const isFixed = new Uint8Array(groups.size);
  // Also of rows that are in others now: a conversation that grew stays where it was.
  for (let row = 0; kept && row < kept.length; row += 1) {
    const side = kept.at(row);
    const cluster = clusters.of(groupOf.at(row));
    if (side === 0) continue;
    // Where rows of one cluster are in several splits already, what is new with them goes where it cannot leak into what is held out.
    sides[cluster] = isFixed[cluster] === 1 ? Math.max(sides[cluster] as number, side - 1) : side - 1;
    isFixed[cluster] = 1;
  }
  let heldOutClusters = 0;
  const heldOut = [
    { name: "test", wanted: rules.test, from: 0 },
    { name: "validation", wanted: rules.validation, from: rules.test < 1 ? rules.test : 0 },
  ] as const;
  // What holds more than half of the rows is for training, whatever its hash.
  const eligible = (cluster: number) =>
    isFixed[cluster] === 0 && sides[cluster] === 0 && sizeOf(sizes, cluster) * 2 <= rows.length;
  for (const { name, wanted, from } of heldOut) {
    if (wanted === 0) continue;
    let count = 0;
    for (const cluster of present) {
      if (isFixed[cluster] === 0 || sides[cluster] !== SPLITS.indexOf(name)) continue;
      heldOutClusters += 1;
      count += sizeOf(sizes, cluster);
    }
    const take = (cluster: number) => {
      sides[cluster] = SPLITS.indexOf(name);
      heldOutClusters += 1;
      count += sizeOf(sizes, cluster);
    };
    if (wanted < 1) {
      for (const cluster of present)
        if (placeOf(cluster) >= from && placeOf(cluster) < from + wanted && eligible(cluster)) take(cluster);
      // By chance, and with groups of many rows, that may be far from the share: then the clusters at the part's
      // end are given back, or those behind it taken, as long as each brings it nearer.
      const target = wanted * rows.length;
      const isFar = () => Math.abs(count - target) > target * TOLERANCE;
      const nearer = (change: number) => Math.abs(count + change - target) < Math.abs(count - target);
      const all = isFar() ? inOrder() : new Uint32Array();
      const end = all.findIndex((cluster) => placeOf(cluster) >= from + wanted);
      const behind = end < 0 ? all.length : end;
      const side = SPLITS.indexOf(name);
      for (let step = 1; step <= all.length && isFar() && count > target; step += 1) {
        const cluster = all[(behind - step + all.length) % all.length] as number;
        if (isFixed[cluster] === 1 || sides[cluster] !== side || !nearer(-sizeOf(sizes, cluster))) continue;
        sides[cluster] = 0;
        heldOutClusters -= 1;
        count -= sizeOf(sizes, cluster);
      }
      for (let step = 0; step < all.length && isFar() && count < target; step += 1) {
        const cluster = all[(behind + step) % all.length] as number;
        if (!eligible(cluster) || present.length - heldOutClusters <= 1) continue;
        if (nearer(sizeOf(sizes, cluster))) take(cluster);
      }
    }
    // A number of rows is filled from the lowest place on; a share of few rows gets at least one cluster.
    const least = wanted < 1 ? 1 : wanted;
    if (count < least) {
      for (const cluster of inOrder()) {
        if (count >= least || present.length - heldOutClusters <= 1) break;
        if (eligible(cluster)) take(cluster);
      }
    }
  }

  const counts = { train: 0, validation: 0, test: 0 };
  const side = (row: number) => {
    const own = kept?.at(row) ?? 0;
    return SPLITS[own > 0 ? own - 1 : (sides[clusters.of(groupOf.at(row))] as number)] as SplitName;
  };
  for (const row of rows) counts[side(row)] += 1;
  let largestCluster = 0;
  for (const size of sizes) largestCluster = Math.max(largestCluster, size);
  return { of: side, counts, clusters: present.length, largestCluster };
}

/** How far from its share a part may be, as a fraction of the share, before clusters change sides for it. */
const TOLERANCE = 0.1;

const sizeOf = (sizes: Uint32Array, cluster: number) => sizes[cluster] as number;

// Disjoint sets of groups; each is known by the group whose key has the smallest hash.
function createClusters(groups: Groups) {
  const parent = createIntegers();
  for (let group = 0; group < groups.size; group += 1) parent.push(group);
  const of = (group: number): number => {
    let root = group;
    while (parent.at(root) !== root) root = parent.at(root);
    for (let step = group; step !== root;) {
      const next = parent.at(step);
      parent.set(step, root);
      step = next;
    }
    return root;
  };
  return {
    of,
    join(left: number, right: number) {
      const [first, second] = [of(left), of(right)];
      if (first === second) return;
      if (groups.compare(first, second) < 0) parent.set(second, first);
      else parent.set(first, second);
    },
  };
}

/** The split that a row's source names: 1 more than its place in {@link SPLITS}, 0 for none of them. */
export function keptSplit(row: object): number {
  const [split] = sourceOf(row).splits ?? [];
  return SPLITS.findIndex((name) => name === split) + 1;
}
