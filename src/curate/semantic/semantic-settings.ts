import { number, object, required, word } from "../../internal/kinds.js";
import type { Kind } from "../../internal/options.js";
import { createExactSimilarity } from "../duplicates/exact-similarity.js";
import { embedRows, type RowAccess } from "./embed-rows.js";
import { embeddingKinds, type EmbeddingSettings } from "./embedding-settings.js";
import { createExactSearch } from "./exact-search.js";
import { createIndexSearch } from "./index-search.js";
import { removeAlike } from "./remove-alike.js";
import { outputsOf, picturesOf } from "./text-of-row.js";

/** Which rows mean the same. */
export interface SemanticSettings extends EmbeddingSettings {
  /**
   * The cosine of two rows' vectors from which on they mean the same. What is right depends on the model: look at some
   * of the rows that go before you trust it.
   */
  threshold: number;
  /**
   * `"same"`: a row goes only if its last answer has mostly the same words as that of the row that stays, and short ones are the
   * same. `"any"`: also rows whose answers differ go, and what they teach is lost.
   * @default "same"
   */
  answers?: "same" | "any";
  /**
   * How neighbours are found: `"exact"` compares each row with all that stay; `"hnsw"` asks a graph of the package
   * `usearch`, and compares exactly what it names.
   * @default "exact" up to 20,000 different texts, "hnsw" for more
   */
  index?: "exact" | "hnsw";
}

export const semanticKind: Kind<SemanticSettings> = object<SemanticSettings>({
  ...embeddingKinds,
  threshold: required(number({ min: 0, max: 1 })),
  answers: word("same", "any"),
  index: word("exact", "hnsw"),
});

/** How many different texts are compared exactly where nothing else is asked for. */
const EXACT_MOST = 20_000;

/**
 * Finds rows that mean what a row before them does.
 *
 * @param rows Their numbers, which rise.
 * @param compare Of rows that mean the same the first in this order stays.
 */
export async function removeSameMeaning(
  rows: Uint32Array,
  access: RowAccess,
  settings: SemanticSettings,
  option: string,
  compare: (left: number, right: number) => number,
  remove: (row: number, stays: number, similarity: number) => void,
): Promise<void> {
  const { threshold, answers = "same" } = settings;
  const embedded = await embedRows(rows, access, settings, option);
  const { length, dimensions } = embedded.vectors;
  const { index = length > EXACT_MOST ? "hnsw" : "exact" } = settings;
  const rowOf = (place: number) => rows[place] as number;
  const words = createExactSimilarity((row) => access.at(row));
  const sameBesides = (row: number, other: number) => {
    const [left, right] = [access.at(row) as object, access.at(other) as object];
    return picturesOf(left) === picturesOf(right) && outputsOf(left) === outputsOf(right);
  };
  try {
    const search =
      index === "exact" ? createExactSearch(dimensions, threshold) : await createIndexSearch(dimensions, threshold);
    try {
      await removeAlike({
        places: Uint32Array.from(rows.keys()).sort((left, right) => compare(rowOf(left), rowOf(right))),
        embedded,
        threshold,
        search,
        signal: access.signal,
        same: (place, other) =>
          (answers === "any" || words.sameAnswer(rowOf(place), rowOf(other))) &&
          sameBesides(rowOf(place), rowOf(other)),
        remove: (place, stays, similarity) => remove(rowOf(place), rowOf(stays), similarity),
      });
    } finally {
      search.close();
    }
  } finally {
    embedded.close();
  }
}
