import { setImmediate } from "node:timers/promises";
import { NONE } from "../../internal/storage/column.js";
import type { EmbeddedRows } from "./embed-rows.js";
import { nearest, ROUNDING, type Neighbour, type NeighbourSearch } from "./neighbour-search.js";
import { cosine } from "./vector-store.js";

/** How many rows are looked for at a time. */
const BLOCK = 256;

/** What {@link removeAlike} compares. */
export interface AlikeRows {
  /** The places of the rows in `embedded`, in the order in which they are looked at. */
  readonly places: Uint32Array;
  readonly embedded: EmbeddedRows;
  readonly threshold: number;
  readonly search: NeighbourSearch;
  readonly signal?: AbortSignal | undefined;
  /** Whether two rows that are near teach the same. */
  same(place: number, other: number): boolean;
  remove(place: number, stays: number, similarity: number): void;
}

/**
 * Goes through rows in an order: one that is near to a row that stays, and teaches the same, goes; any other
 * stays. So nothing goes only because a chain of neighbours leads to it.
 */
export async function removeAlike({
  places,
  embedded,
  threshold,
  search,
  signal,
  same,
  remove,
}: AlikeRows): Promise<void> {
  const { vectors } = embedded;
  const { dimensions } = vectors;
  const block = new Float32Array(BLOCK * dimensions);
  const comparable = places.filter((place) => embedded.textAt(place) !== NONE);
  for (let first = 0; first < comparable.length; first += BLOCK) {
    // Others have their turn, and the signal its chance.
    await setImmediate();
    signal?.throwIfAborted();
    const own = comparable.subarray(first, first + BLOCK);
    for (const [index, place] of own.entries()) vectors.read(embedded.textAt(place), block, index * dimensions);
    const before = search.near(block.subarray(0, own.length * dimensions), own.length);
    const staying: number[] = [];
    for (const [index, place] of own.entries()) {
      const inBlock = staying.flatMap((other): Neighbour[] => {
        const similarity = cosine(block, other * dimensions, block, index * dimensions, dimensions);
        return similarity >= threshold - ROUNDING ? [{ number: own[other] as number, similarity }] : [];
      });
      const twin = nearest([...(before[index] ?? []), ...inBlock]).find(({ number }) => same(place, number));
      if (twin === undefined) staying.push(index);
      else remove(place, twin.number, Math.min(1, twin.similarity));
    }
    for (const index of staying)
      search.add(own[index] as number, block.subarray(index * dimensions, (index + 1) * dimensions));
  }
}
