import { createIntegers } from "../../internal/storage/column.js";
import { nearest, ROUNDING, type Neighbour, type NeighbourSearch } from "./neighbour-search.js";
import { createVectorStore } from "./vector-store.js";

/** After how many numbers it is looked whether the rest can still make two vectors near. */
const CHECKS = [32, 64, 128, 256, 512, 1024, 2048];

/**
 * Compares each vector with all that were added, which lie on the disk from 8 MB on. The product of two vectors is at
 * most that of their first numbers and the lengths of what follows (Cauchy and Schwarz), so most pairs are done
 * after a few: none is missed by that.
 */
export function createExactSearch(dimensions: number, threshold: number): NeighbourSearch {
  const checks = CHECKS.filter((check) => check < dimensions);
  // A vector, and then the lengths of its rest after each check.
  const width = dimensions + checks.length;
  const store = createVectorStore(width);
  const numbers = createIntegers();
  const own = new Float32Array(width);
  const least = threshold - ROUNDING;
  const withRests = (vectors: Float32Array, start: number, target: Float32Array, to: number): void => {
    target.set(vectors.subarray(start, start + dimensions), to);
    let rest = 0;
    let place = dimensions;
    for (let check = checks.length - 1; check >= 0; check -= 1) {
      for (; place > (checks[check] as number); place -= 1) rest += (vectors[start + place - 1] as number) ** 2;
      target[to + dimensions + check] = Math.sqrt(rest);
    }
  };
  /** The cosine, or less than `least` where it is that. */
  const cosineOf = (left: Float32Array, leftStart: number, right: Float32Array, rightStart: number): number => {
    let sum = 0;
    let place = 0;
    for (let check = 0; check < checks.length; check += 1) {
      for (const end = checks[check] as number; place < end; place += 1)
        sum += (left[leftStart + place] as number) * (right[rightStart + place] as number);
      const rest = dimensions + check;
      const most = sum + (left[leftStart + rest] as number) * (right[rightStart + rest] as number);
      if (most < least) return most;
    }
    for (; place < dimensions; place += 1)
      sum += (left[leftStart + place] as number) * (right[rightStart + place] as number);
    return sum;
  };
  return {
    add(number, vector) {
      withRests(vector, 0, own, 0);
      store.push(own);
      numbers.push(number);
    },
    near(vectors, count) {
      const asked = new Float32Array(count * width);
      for (let query = 0; query < count; query += 1) withRests(vectors, query * dimensions, asked, query * width);
      const found = Array.from({ length: count }, (): Neighbour[] => []);
      store.each((words, start, index) => {
        for (let query = 0; query < count; query += 1) {
          const similarity = cosineOf(words, start, asked, query * width);
          if (similarity >= least) found[query]?.push({ number: numbers.at(index), similarity });
        }
      });
      return found.map(nearest);
    },
    close: () => store.close(),
  };
}
