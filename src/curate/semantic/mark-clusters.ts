import { abortSignal, either, iterable, number, required, positiveInteger, string } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { createSpoolFor, range } from "../../internal/storage/spool.js";
import { sourceOf, withSource } from "../../source.js";
import type { AnyIterable, DatasetRow } from "../../types.js";
import { clusterRows } from "./cluster-rows.js";
import { embeddingKinds, type EmbeddingSettings } from "./embedding-settings.js";

/** Options of {@link markClusters}. */
export interface ClusterOptions extends EmbeddingSettings {
  /** Into how many clusters the rows are divided; there are fewer where there are fewer different texts. */
  clusters: number;
  /**
   * Divides otherwise.
   * @default 0
   */
  seed?: number | string;
  signal?: AbortSignal;
}

/**
 * Divides rows into clusters of like meaning, by any LangChain `Embeddings`, and says of each in which it is: `sourceOf(row).cluster`,
 * from 0. A row with an empty text has none. The rows and their order do not change. `sampleExamples` and `splitExamples`
 * can go by it, and so can a count of what the dataset is about.
 *
 * The whole input is read before the first row comes out (in memory up to 1 MB of JSON, then in a temporary file; an array
 * stays where it is), and the vectors are on the disk from 8 MB on. The same rows, vectors and seed give the same clusters in whatever order
 * they come.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {ServiceError} where the embeddings are refused.
 *
 * @example
 * ```ts
 * import type { Embeddings } from "@langchain/core/embeddings";
 * import { markClusters, readJsonl, sourceOf } from "langsmith-finetune";
 *
 * declare const embeddings: Embeddings;
 *
 * const sizes = new Map<number | undefined, number>();
 * for await (const row of markClusters(readJsonl("examples.jsonl"), { embeddings, text: "prompt", clusters: 20 })) {
 *   const { cluster } = sourceOf(row);
 *   sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
 * }
 * ```
 */
export function markClusters<T extends DatasetRow>(
  examples: AnyIterable<T>,
  options: ClusterOptions,
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  checkOptions<ClusterOptions>("markClusters", options, {
    ...embeddingKinds,
    clusters: required(positiveInteger),
    seed: either(number(), string),
    signal: abortSignal,
  });
  const { seed = 0, signal } = options;
  return reiterableChunks(async function* () {
    const spool = createSpoolFor<T>(examples);
    for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
      signal?.throwIfAborted();
      for (const example of chunk) spool.add(example);
    }
    const access = { read: (rows: Uint32Array) => spool.read(rows), at: (row: number) => spool.at(row), signal };
    const rows = Uint32Array.from({ length: spool.size }, (_, row) => row);
    const clusterOf = await clusterRows(rows, access, { ...options, seed }, "options");
    let row = 0;
    for await (const chunk of spool.read(range(spool.size)))
      yield chunk.map((example) => {
        const cluster = clusterOf(row++);
        return cluster === undefined ? example : withSource({ ...example }, { ...sourceOf(example), cluster });
      });
  });
}
