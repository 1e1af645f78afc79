import { setImmediate } from "node:timers/promises";
import { digest } from "../duplicates/fingerprint.js";
import { unitInterval } from "../duplicates/groups.js";
import type { EmbeddedRows } from "./embed-rows.js";
import { cosine, normalise } from "./vector-store.js";

/** What the vectors that centres are found by may take in memory. */
const SAMPLE_BYTES = 1 << 26;
/** So many vectors for each cluster tell where its centre is. */
const SAMPLE_FOR_EACH = 100;
const LEAST_SAMPLE = 2_000;
const ROUNDS = 12;

/**
 * Groups texts by meaning: spherical k-means, with centres that are found by a sample. The same texts and seed
 * give the same clusters in whatever order they come.
 *
 * @returns The cluster of each text, by its number: from 0, and fewer than `count` where there are fewer different texts.
 */
export async function clusterVectors(
  { vectors, digests }: Pick<EmbeddedRows, "vectors" | "digests">,
  count: number,
  seed: number | string,
  signal: AbortSignal | undefined,
): Promise<Uint32Array> {
  const { dimensions, length } = vectors;
  const clusters = new Uint32Array(length);
  const wanted = Math.min(count, length);
  if (wanted <= 1) return clusters;
  const places = Float64Array.from({ length }, (_, text) =>
    unitInterval(digest(`cluster:${seed}:${digests.text(text)}`)),
  );
  const most = Math.max(wanted, Math.floor(SAMPLE_BYTES / 4 / dimensions));
  const size = Math.min(length, most, Math.max(LEAST_SAMPLE, wanted * SAMPLE_FOR_EACH));
  const chosen = Uint32Array.from({ length }, (_, text) => text)
    .sort((left, right) => (places[left] as number) - (places[right] as number))
    .slice(0, size);
  const sample = new Float32Array(size * dimensions);
  for (const [index, text] of chosen.entries()) vectors.read(text, sample, index * dimensions);

  const centres = await firstCentres(sample, size, dimensions, wanted, random(places[chosen[0] as number] as number));
  for (let round = 0; round < ROUNDS; round += 1) {
    await setImmediate();
    signal?.throwIfAborted();
    if (!moveCentres(centres, sample, size, dimensions)) break;
  }
  let read = 0;
  vectors.each((numbers, start, text) => {
    if ((read += 1) % 4096 === 0) signal?.throwIfAborted();
    clusters[text] = nearestCentre(centres, numbers, start, dimensions).centre;
  });
  return clusters;
}

/** A generator of numbers from 0 to 1 that depends on its seed alone. */
function random(seed: number): () => number {
  let state = Math.floor(seed * 2 ** 32) | 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * k-means++: each further centre is likelier to be a vector, the farther that is from the centres before. Of some that are
 * drawn so, the one after which all are nearest to a centre is taken.
 */
async function firstCentres(
  sample: Float32Array,
  size: number,
  dimensions: number,
  count: number,
  next: () => number,
): Promise<Float32Array> {
  const centres = new Float32Array(count * dimensions);
  const draws = 2 + Math.floor(Math.log(count));
  let distances = new Float64Array(size).fill(2);
  let total = 2 * size;
  const draw = (): number => {
    let left = next() * total;
    let at = 0;
    while (at < size - 1 && (left -= distances[at] as number) > 0) at += 1;
    return at;
  };
  for (let centre = 0; centre < count; centre += 1) {
    let best: { at: number; total: number; distances: Float64Array<ArrayBuffer> } | undefined;
    for (let drawn = 0; drawn < (centre === 0 ? 1 : draws); drawn += 1) {
      const at = draw();
      const own = { at, total: 0, distances: new Float64Array(size) };
      for (let index = 0; index < size; index += 1) {
        const distance = 1 - cosine(sample, index * dimensions, sample, at * dimensions, dimensions);
        own.distances[index] = Math.max(0, Math.min(distances[index] as number, distance));
        own.total += own.distances[index] as number;
      }
      if (best === undefined || own.total < best.total) best = own;
    }
    if (best === undefined) break;
    ({ distances, total } = best);
    centres.set(sample.subarray(best.at * dimensions, (best.at + 1) * dimensions), centre * dimensions);
    if (centre % 16 === 0) await setImmediate();
  }
  return centres;
}

/** Moves each centre to the middle of what is nearest to it. False where nothing moved. */
function moveCentres(centres: Float32Array, sample: Float32Array, size: number, dimensions: number): boolean {
  const sums = new Float32Array(centres.length);
  for (let index = 0; index < size; index += 1) {
    const from = index * dimensions;
    const to = nearestCentre(centres, sample, from, dimensions).centre * dimensions;
    for (let place = 0; place < dimensions; place += 1)
      sums[to + place] = (sums[to + place] as number) + (sample[from + place] as number);
  }
  let moved = false;
  for (let start = 0; start < centres.length; start += dimensions) {
    const sum = sums.subarray(start, start + dimensions);
    // A centre that nothing is nearest to stays where it is.
    if (!normalise(sum)) continue;
    if (cosine(sum, 0, centres, start, dimensions) < 1 - 1e-6) moved = true;
    centres.set(sum, start);
  }
  return moved;
}

function nearestCentre(
  centres: Float32Array,
  vectors: Float32Array,
  start: number,
  dimensions: number,
): { centre: number; similarity: number } {
  let centre = 0;
  let similarity = -Infinity;
  for (let index = 0; index * dimensions < centres.length; index += 1) {
    const own = cosine(centres, index * dimensions, vectors, start, dimensions);
    if (own > similarity) [centre, similarity] = [index, own];
  }
  return { centre, similarity };
}
