import { object, positiveInteger } from "../../internal/kinds.js";
import type { Kind } from "../../internal/options.js";
import { NONE } from "../../internal/storage/column.js";
import { clusterVectors } from "./cluster-vectors.js";
import { embedRows, type RowAccess } from "./embed-rows.js";
import { embeddingKinds, type EmbeddingSettings } from "./embedding-settings.js";

/** By what a sample is diverse. */
export interface DiverseSettings extends EmbeddingSettings {
  /**
   * Into how many clusters of like meaning the rows are divided.
   * @default 100, or the size of the sample where that is less
   */
  clusters?: number;
}

export const diverseKind: Kind<DiverseSettings> = object<DiverseSettings>({
  ...embeddingKinds,
  clusters: positiveInteger,
});

export const STANDARD_CLUSTERS = 100;

/** How rows are divided. */
export interface ClusterSettings extends EmbeddingSettings {
  readonly clusters: number;
  readonly seed: number | string;
}

/**
 * Divides rows into clusters of like meaning.
 *
 * @param rows Their numbers, which rise.
 * @returns The cluster of a row by its number: nothing for one without text, and for one that was not asked for.
 */
export async function clusterRows(
  rows: Uint32Array,
  access: RowAccess,
  settings: ClusterSettings,
  option: string,
): Promise<(row: number) => number | undefined> {
  const embedded = await embedRows(rows, access, settings, option);
  try {
    const clusters = await clusterVectors(embedded, settings.clusters, settings.seed, access.signal);
    const ofRow = new Uint32Array((rows.at(-1) ?? -1) + 1).fill(NONE);
    for (const [place, row] of rows.entries()) {
      const text = embedded.textAt(place);
      if (text !== NONE) ofRow[row] = clusters[text] as number;
    }
    return (row) => {
      const cluster = ofRow[row];
      return cluster === NONE ? undefined : cluster;
    };
  } finally {
    embedded.close();
  }
}
