import type { DatasetConflict } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import { createColumn, createFlags, createIntegers } from "../../internal/storage/column.js";
import { createDigestIndex, highWord, lowWord } from "../../internal/storage/digest-index.js";
import { readRowMetadata } from "../../load/row-metadata.js";
import { sourceOf, withSource } from "../../source.js";
import { createDiffFacts, type DiffFacts } from "../diff/row-facts.js";
import { createNumbering } from "../diff/row-index.js";
import { readForm, rowOfExample } from "./example-of-row.js";

/** The examples of a dataset, to find the one of a row: some 100 bytes for each. */
export interface KnownExamples {
  readonly size: number;
  add(example: unknown): void;
  /** For each pass over the rows: finds the example that teaches an answer of the same run, or has the same content. */
  finder(): (facts: DiffFacts) => number | undefined;
  id(example: number): string;
  /** The run of its answer. */
  runOf(example: number): string | undefined;
  is(example: number, hash: string): boolean;
  isIn(example: number, split: string): boolean;
  endsWith(example: number, turn: string | undefined): boolean;
  isEdited(example: number): boolean;
  /** Says that a row has this example. */
  keep(example: number): void;
  /** Those of this package that no row has. */
  left(): string[];
  /** What somebody else changed or added. */
  readonly conflicts: readonly DatasetConflict[];
}

const MOST_CONFLICTS = 100;

export function createKnownExamples(): KnownExamples {
  const factsOf = createDiffFacts();
  const keys = createDigestIndex();
  const ofKey = createIntegers();
  const words = createColumn((length) => new Uint32Array(length));
  const lastTurns = createColumn((length) => new Uint32Array(length));
  const splits = createIntegers();
  const splitNames: string[] = [];
  const edited = createFlags();
  const kept = createFlags();
  const foreign = createFlags();
  const numbered = createNumbering();
  const ids: string[] = [];
  const runs: (string | undefined)[] = [];
  const conflicts: DatasetConflict[] = [];
  const complain = (conflict: DatasetConflict) => {
    if (conflicts.length < MOST_CONFLICTS) conflicts.push(conflict);
  };
  const splitNumber = (name: string) => {
    const at = splitNames.indexOf(name);
    return at < 0 ? splitNames.push(name) - 1 : at;
  };

  return {
    get size() {
      return ids.length;
    },
    conflicts,
    add(example) {
      if (!isRecord(example) || typeof example.id !== "string") return;
      const metadata = isRecord(example.metadata) ? example.metadata : {};
      const written = readRowMetadata(metadata);
      const read = rowOfExample(example);
      // By where it came from, and not as an example of this dataset.
      const row = read && readForm(written ? withSource(read, written.source) : read);
      const number = ids.push(example.id) - 1;
      const facts = row && factsOf(row);
      const hash = facts?.canonical;
      runs.push(row && sourceOf(row).runId);
      const split = Array.isArray(metadata.dataset_split) ? String(metadata.dataset_split[0]) : "";
      splits.push(splitNumber(split));
      foreign.push(written === undefined ? 1 : 0);
      kept.push(0);
      const isEdited = written !== undefined && written.row !== hash;
      edited.push(isEdited ? 1 : 0);
      for (const [column, text] of [
        [words, hash ?? "0".repeat(16)],
        [lastTurns, facts?.turns.at(-1) ?? "0".repeat(16)],
      ] as const) {
        column.push(highWord(text));
        column.push(lowWord(text));
      }
      if (written === undefined)
        complain({
          code: "foreign-example",
          exampleId: example.id,
          message: `Example ${example.id} was added by somebody else.`,
        });
      else if (isEdited)
        complain({
          code: "edited-example",
          exampleId: example.id,
          message: `Example ${example.id} was edited in LangSmith.`,
        });
      // What was edited is found by its runs, which stand in its metadata.
      const found = facts?.keys ?? (written?.source.targets ?? []).map(({ runId }) => `run:${runId}`);
      for (const key of found) {
        const place = keys.add(numbered(key));
        if (place === ofKey.length) ofKey.push(number);
      }
    },
    finder() {
      const numbering = createNumbering();
      return (facts) => {
        const texts = facts.keys.map(numbering);
        for (const text of texts) {
          const place = keys.find(highWord(text), lowWord(text));
          if (place >= 0 && kept.at(ofKey.at(place)) === 0) return ofKey.at(place);
        }
        return undefined;
      };
    },
    id: (example) => ids[example] ?? "",
    runOf: (example) => runs[example],
    is: (example, hash) => words.at(example * 2) === highWord(hash) && words.at(example * 2 + 1) === lowWord(hash),
    isIn: (example, split) => splitNames[splits.at(example)] === split,
    endsWith: (example, turn) =>
      turn !== undefined &&
      lastTurns.at(example * 2) === highWord(turn) &&
      lastTurns.at(example * 2 + 1) === lowWord(turn),
    isEdited: (example) => edited.at(example) === 1,
    keep: (example) => kept.set(example, 1),
    left: () => ids.filter((_, example) => kept.at(example) === 0 && foreign.at(example) === 0),
  };
}
