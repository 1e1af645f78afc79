import { forEachRun, indexOf, keyed, orderBy } from "../../internal/storage/order-by.js";
import { createRecordStore, type RecordStore } from "../../internal/storage/record-store.js";
import { createExactSimilarity, type ExactSimilarity } from "./exact-similarity.js";
import {
  answersAlike,
  bandsFor,
  createCommonPlaces,
  createSignature,
  hashOfAllWords,
  hashOfPlaces,
  RECORD_WORDS,
  mayBeNear,
  showsRest,
  type CommonPlaces,
} from "./min-hash.js";

/**
 * Signatures of rows, and which of them are near each other. What signatures name as near is read again and compared
 * by all of its words, so no pair is a mistake of the estimate. 152 bytes for each row, in a
 * temporary file from 65,536 rows on.
 */
export interface NearIndex {
  add(row: unknown): void;
  /** Adds a row whose signature is known. */
  addSignature(signature: Uint32Array): void;
  /**
   * Calls `found` with pairs of rows whose similarity is at least `threshold`: enough of them to
   * connect every cluster, but for one of some hundred pairs that are just so similar. Only the given rows are looked at, and their order makes no difference.
   */
  pairs(threshold: number, rows: Uint32Array, found: (left: number, right: number) => void): void;
  /** Those of the rows that are near to an earlier one that is not, and answer the same: `found` gets both. */
  repeated(threshold: number, rows: readonly number[], found: (row: number, stays: number) => void): void;
  /** Gives everything back. */
  close(): void;
}

/** Rows of a bucket that each further row is compared with: some that differ from each other, and the latest. */
const REPRESENTING = 8;
const LATEST = 16;

/** Rows by which is found what most share. */
const SAMPLE = 256;

/** @param rowAt Reads a row again, by its number. */
export function createNearIndex(rowAt: (row: number) => unknown): NearIndex {
  const exact = createExactSimilarity(rowAt);
  const signatureOf = createSignature();
  const store = createRecordStore(RECORD_WORDS);
  // Of the rows that were looked at last.
  let common: CommonPlaces | undefined;
  return {
    add(row) {
      store.push(signatureOf(row));
    },
    addSignature: (signature) => {
      store.push(signature);
    },
    pairs(threshold, rows, found) {
      const { bands, width } = bandsFor(threshold);
      // By their signatures, so that whichever row comes to stand for its neighbours, it is the same in every order of the input.
      const ranked = byContent(store, rows);
      const rankOf = new Uint32Array(store.length);
      for (let rank = 0; rank < ranked.length; rank += 1) rankOf[ranked[rank] as number] = rank;
      common = commonPlaces(store, rows);
      exact.share(common.some((byte) => byte >= 0) ? ranked.subarray(0, SAMPLE) : []);
      const sweep = createSweep(store, exact, threshold, common, found);
      // One band at a time: sorted by the band's hash, rows that may be near stand beside each other. A band that
      // shows only what most rows share would hold them all; rows that are nothing else meet in the last one, by all
      // of their words.
      const entries = new Float64Array(rows.length);
      for (let band = 0; band <= bands; band += 1) {
        let next = 0;
        let size = 0;
        const shared = common;
        store.each((words, start, row) => {
          if (row !== rows[next]) return;
          next += 1;
          if (band < bands && !showsRest(shared, words, start, band * width, width)) return;
          const hash = band < bands ? hashOfPlaces(words, start, band * width, width) : hashOfAllWords(words, start);
          entries[size++] = keyed(hash, rankOf[row] as number);
        });
        const used = entries.subarray(0, size);
        forEachRun(used, (start, end) => {
          if (end - start > 1) sweep((place) => ranked[indexOf(used[start + place] as number)] as number, end - start);
        });
      }
    },
    repeated(threshold, rows, found) {
      const own = new Uint32Array(RECORD_WORDS);
      const shared = common ?? commonPlaces(store, Uint32Array.from(rows));
      const staying: { row: number; signature: Uint32Array }[] = [];
      for (const row of rows) {
        store.read(row, own);
        const nearest = staying.find(
          ({ row: other, signature }) =>
            answersAlike(signature, 0, own, 0) &&
            mayBeNear(shared, threshold, signature, 0, own, 0) &&
            exact.isNear(other, row, threshold) &&
            exact.sameAnswer(other, row),
        );
        if (nearest === undefined) staying.push({ row, signature: own.slice() });
        else found(row, nearest.row);
      }
    },
    close: () => {
      store.close();
    },
  };
}

function commonPlaces(store: RecordStore, rows: Uint32Array): CommonPlaces {
  const counts = createCommonPlaces();
  let next = 0;
  store.each((words, start, row) => {
    if (row !== rows[next]) return;
    next += 1;
    counts.add(words, start);
  });
  return counts.finish();
}

function byContent(store: RecordStore, rows: Uint32Array): Uint32Array {
  const hashes = new Uint32Array(rows.length);
  let next = 0;
  store.each((words, start, row) => {
    if (row === rows[next]) hashes[next++] = hashOfPlaces(words, start);
  });
  const pair = new Uint32Array(2 * RECORD_WORDS);
  const compareSignatures = (left: number, right: number) => {
    store.read(left, pair);
    store.read(right, pair, RECORD_WORDS);
    for (let word = 0; word < RECORD_WORDS; word += 1) {
      const difference = (pair[word] as number) - (pair[RECORD_WORDS + word] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  return orderBy(rows, (_, index) => hashes[index] as number, compareSignatures);
}

// Goes through one bucket: `rowAt` gives its rows.
function createSweep(
  store: RecordStore,
  exact: ExactSimilarity,
  threshold: number,
  common: CommonPlaces,
  found: (left: number, right: number) => void,
) {
  // Rows that further ones are compared with: first those that are near to none of them, then the last ones that were
  // looked at, so that in a bucket of few rows each meets each. In the last place is the row that is looked at.
  const signatures = new Uint32Array((REPRESENTING + LATEST + 1) * RECORD_WORDS);
  const own = (REPRESENTING + LATEST) * RECORD_WORDS;
  const compared = new Uint32Array(REPRESENTING + LATEST);
  const keep = (slot: number, row: number) => {
    compared[slot] = row;
    signatures.copyWithin(slot * RECORD_WORDS, own, own + RECORD_WORDS);
  };
  return (rowAt: (place: number) => number, size: number): void => {
    let representing = 0;
    for (let place = 0; place < size; place += 1) {
      const row = rowAt(place);
      store.read(row, signatures, own);
      const meets = (slot: number): boolean => {
        const other = compared[slot] as number;
        const near =
          mayBeNear(common, threshold, signatures, slot * RECORD_WORDS, signatures, own) &&
          exact.isNear(other, row, threshold);
        if (near) found(other, row);
        return near;
      };
      let represented = false;
      const latest = Math.min(place, LATEST);
      for (let slot = REPRESENTING; slot < REPRESENTING + latest; slot += 1) represented = meets(slot) || represented;
      // Those that came before the latest.
      for (let slot = 0; place > LATEST && slot < representing && !represented; slot += 1) represented = meets(slot);
      if (!represented) {
        keep(Math.min(representing, REPRESENTING - 1), row);
        representing = Math.min(representing + 1, REPRESENTING);
      }
      keep(REPRESENTING + (place % LATEST), row);
    }
  };
}
