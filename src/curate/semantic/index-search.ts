import type { Index } from "usearch";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPackage } from "../../internal/load-package.js";
import { createIntegers } from "../../internal/storage/column.js";
import { MOST, nearest, ROUNDING, type Neighbour, type NeighbourSearch } from "./neighbour-search.js";
import { cosine, createVectorStore } from "./vector-store.js";

/** What the vectors of one index may take in memory before it goes to the disk. */
const INDEX_BYTES = 1 << 28;
/** Links of a vector in the graph, and what the index keeps beside it. About. */
const BYTES_BESIDE = 256;
/** By so much may the cosine of vectors in 8 bits be too small. Those that it names are compared exactly. */
const INEXACT = 0.03;

/** Vectors that are added at a time. */
const BATCH = 256;

/**
 * Finds neighbours by a graph (HNSW, of the package `usearch`), whose vectors have 8 bits for each number, and compares
 * what it names exactly: nothing is near that is not, and a little of what is near is missed. A graph that has
 * grown to 256 MB is written to the disk and read from there.
 *
 * @throws {MissingPackageError} without the package.
 */
export async function createIndexSearch(
  dimensions: number,
  threshold: number,
  indexBytes = INDEX_BYTES,
): Promise<NeighbourSearch> {
  const library = await loadPackage(
    "usearch",
    'Comparing so many rows by meaning (or index: "exact", which takes long)',
    () => import("usearch"),
  );
  const most = Math.max(1, Math.floor(indexBytes / (dimensions + BYTES_BESIDE)));
  const create = () =>
    new library.Index({
      dimensions,
      metric: library.MetricKind.Cos,
      quantization: library.ScalarKind.I8,
      connectivity: 16,
      expansion_add: 128,
      expansion_search: 64,
      multi: false,
    });
  const store = createVectorStore(dimensions);
  const numbers = createIntegers();
  const own = new Float32Array(dimensions);
  const full: { index: Index; path: string | undefined }[] = [];
  let growing = create();
  const pending = { vectors: new Float32Array(BATCH * dimensions), size: 0 };
  /** What was added since vectors were looked for. One after the other, so that the graph is the same each time. */
  const flush = () => {
    const { size } = pending;
    if (size === 0) return;
    const first = store.length - size;
    const keys = BigUint64Array.from({ length: size }, (_, place) => BigInt(first + place));
    growing.add(keys, pending.vectors.subarray(0, size * dimensions), 1);
    pending.size = 0;
    if (growing.size() < most) return;
    const path = join(tmpdir(), `langsmith-finetune-${process.pid}-${randomUUID()}.index`);
    growing.save(path);
    const index = create();
    index.view(path);
    // What is mapped may be removed everywhere but on Windows, so that a process that is killed leaves nothing behind.
    full.push({ index, path: removed(path) ? undefined : path });
    growing = create();
  };
  return {
    add(number, vector) {
      pending.vectors.set(vector, pending.size * dimensions);
      pending.size += 1;
      store.push(vector);
      numbers.push(number);
      if (pending.size === BATCH) flush();
    },
    near(vectors, count) {
      flush();
      const found = Array.from({ length: count }, (): Neighbour[] => []);
      if (store.length === 0) return found;
      for (const index of [...full.map((one) => one.index), growing]) {
        if (index.size() === 0) continue;
        for (let query = 0; query < count; query += 1) {
          const start = query * dimensions;
          const { keys, distances } = index.search(vectors.subarray(start, start + dimensions), MOST, 1) as {
            keys: BigUint64Array;
            distances: Float32Array;
          };
          for (const [place, key] of keys.entries()) {
            if (1 - (distances[place] ?? 2) < threshold - INEXACT) break;
            store.read(Number(key), own);
            const similarity = cosine(own, 0, vectors, start, dimensions);
            if (similarity >= threshold - ROUNDING) found[query]?.push({ number: numbers.at(Number(key)), similarity });
          }
        }
      }
      return found.map(nearest);
    },
    close() {
      store.close();
      growing = create();
      // Windows lets go of a file with the index that maps it.
      const paths = full.splice(0).flatMap(({ path }) => path ?? []);
      for (const path of paths) if (!removed(path)) process.once("exit", () => void removed(path));
    },
  };
}

function removed(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}
