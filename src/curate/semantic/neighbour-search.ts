/** A vector that was added, and how near it is. */
export interface Neighbour {
  /** The number that it was added under. */
  readonly number: number;
  /** The cosine. */
  readonly similarity: number;
}

/** Vectors of length 1, and which of them are near to others. */
export interface NeighbourSearch {
  /** What is added is found from the next call of `near` on. */
  add(number: number, vector: Float32Array): void;
  /** For each of the vectors, which stand one after the other: those that were added and are so near, the nearest first. At most {@link MOST}. */
  near(vectors: Float32Array, count: number): Neighbour[][];
  close(): void;
}

/** How many neighbours are looked at of each vector: more than one, as rows whose answers differ stay side by side. */
export const MOST = 32;

/** Cosines of numbers of 32 bits may miss 1 by a little. */
export const ROUNDING = 1e-6;

/** The nearest, in their order. */
export function nearest(neighbours: Neighbour[]): Neighbour[] {
  neighbours.sort((left, right) => right.similarity - left.similarity || left.number - right.number);
  return neighbours.slice(0, MOST);
}
