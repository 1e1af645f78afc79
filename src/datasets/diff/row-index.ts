import { digest } from "../../curate/duplicates/fingerprint.js";
import { createColumn, createFlags, createIntegers, NONE } from "../../internal/storage/column.js";
import { createDigestIndex, highWord, lowWord } from "../../internal/storage/digest-index.js";
import { createSpool } from "../../internal/storage/spool.js";
import type { DiffPlace } from "./dataset-diff.js";
import type { DiffFacts } from "./row-facts.js";

const COMPARED = ["json", "canonical", "messages", "settings", "source"] as const;
type Compared = (typeof COMPARED)[number];

/**
 * The rows of one dataset as hashes, to look the rows of another up in: some 100 bytes for each row and 30 for
 * each of its answers. Where rows came from is kept beyond 1 MB in a temporary file.
 */
export interface RowIndex {
  readonly size: number;
  add(facts: DiffFacts, place: DiffPlace): void;
  /** The row that shares most with these facts and was not found before, which is then found. */
  take(facts: DiffFacts): number | undefined;
  is(row: number, which: Compared, facts: DiffFacts): boolean;
  /** How many answers the row has, learned or not. */
  turns(row: number): number;
  /** Whether this is a turn of the row. */
  hasTurn(row: number, turn: string | undefined): boolean;
  /** Whether this is the last turn of the row. */
  endsWith(row: number, turn: string | undefined): boolean;
  hasConversation(conversation: string): boolean;
  isFound(row: number): boolean;
  /** Whether all keys of the row were asked for. */
  isAskedFor(row: number): boolean;
  conversationOf(row: number): string | undefined;
  isIdentified(row: number): boolean;
  isIn(row: number, split: string | undefined): boolean;
  place(row: number): Promise<DiffPlace>;
}

export function createRowIndex(): RowIndex {
  const words = createColumn((length) => new Uint32Array(length));
  const keys = createDigestIndex();
  const rowOfKey = createIntegers();
  const firstKey = createIntegers();
  const rowKeys = createIntegers();
  const asked = createFlags();
  const turns = createDigestIndex();
  const firstTurn = createIntegers();
  const rowTurns = createIntegers();
  const conversations = createDigestIndex();
  const conversationOf = createIntegers();
  const found = createFlags();
  const identified = createFlags();
  const places = createSpool<DiffPlace>();
  const splits = createIntegers();
  const splitNumbers = new Map<string | undefined, number>();
  const numberOfSplit = (split: string | undefined): number => {
    const known = splitNumbers.get(split) ?? splitNumbers.size;
    splitNumbers.set(split, known);
    return known;
  };
  const numbering = { own: createNumbering(), other: createNumbering() };
  const wordsOf = (row: number, which: Compared) => (row * COMPARED.length + COMPARED.indexOf(which)) * 2;
  const range = (first: { length: number; at(index: number): number }, all: { length: number }, row: number) =>
    [first.at(row), row + 1 < first.length ? first.at(row + 1) : all.length] as const;

  return {
    get size() {
      return found.length;
    },
    add(facts, place) {
      for (const which of COMPARED) {
        words.push(highWord(facts[which]));
        words.push(lowWord(facts[which]));
      }
      const row = found.length;
      firstKey.push(rowKeys.length);
      for (const key of facts.keys) {
        const number = keys.add(numbering.own(key));
        if (number === rowOfKey.length) {
          rowOfKey.push(row);
          asked.push(0);
        }
        rowKeys.push(number);
      }
      firstTurn.push(rowTurns.length);
      for (const turn of facts.turns) rowTurns.push(turns.add(turn));
      conversationOf.push(facts.conversation === undefined ? NONE : conversations.add(facts.conversation));
      found.push(0);
      identified.push(facts.identified ? 1 : 0);
      places.add(place);
      splits.push(numberOfSplit(place.split));
    },
    take(facts) {
      const shared = new Map<number, number>();
      for (const key of facts.keys) {
        const text = numbering.other(key);
        const number = keys.find(highWord(text), lowWord(text));
        if (number < 0) continue;
        asked.set(number, 1);
        const row = rowOfKey.at(number);
        if (found.at(row) === 0) shared.set(row, (shared.get(row) ?? 0) + 1);
      }
      let best: number | undefined;
      for (const [row, count] of shared) if (best === undefined || count > (shared.get(best) ?? 0)) best = row;
      if (best !== undefined) found.set(best, 1);
      return best;
    },
    is(row, which, facts) {
      const at = wordsOf(row, which);
      return words.at(at) === highWord(facts[which]) && words.at(at + 1) === lowWord(facts[which]);
    },
    turns(row) {
      const [start, end] = range(firstTurn, rowTurns, row);
      return end - start;
    },
    hasTurn(row, turn) {
      if (turn === undefined) return false;
      const number = turns.find(highWord(turn), lowWord(turn));
      const [start, end] = range(firstTurn, rowTurns, row);
      for (let index = start; index < end; index += 1) if (rowTurns.at(index) === number) return true;
      return false;
    },
    endsWith(row, turn) {
      const [start, end] = range(firstTurn, rowTurns, row);
      return turn !== undefined && end > start && rowTurns.at(end - 1) === turns.find(highWord(turn), lowWord(turn));
    },
    hasConversation: (conversation) => conversations.find(highWord(conversation), lowWord(conversation)) >= 0,
    isFound: (row) => found.at(row) === 1,
    isAskedFor(row) {
      const [start, end] = range(firstKey, rowKeys, row);
      for (let index = start; index < end; index += 1) if (asked.at(rowKeys.at(index)) === 0) return false;
      return end > start;
    },
    conversationOf(row) {
      const number = conversationOf.at(row);
      return number === NONE ? undefined : conversations.text(number);
    },
    isIdentified: (row) => identified.at(row) === 1,
    isIn: (row, split) => splits.at(row) === numberOfSplit(split),
    async place(row) {
      for await (const [place] of places.read([row])) if (place) return place;
      throw new Error(`Row ${row} was not kept.`);
    },
  };
}

/** Rows that share a key, pairs of one run for instance, are told apart by their number among them. */
export function createNumbering(): (key: string) => string {
  const known = createDigestIndex();
  const counts = createIntegers();
  return (key) => {
    const number = known.add(digest(key));
    if (number === counts.length) counts.push(0);
    const count = counts.at(number);
    counts.set(number, count + 1);
    return digest(`${key}#${count}`);
  };
}
