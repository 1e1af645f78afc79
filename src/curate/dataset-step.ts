import type { OptionKinds } from "../internal/options.js";
import type { Skip } from "../types.js";
import type { FactsNeeded, RowFacts } from "./plan/facts.js";
import type { RowTable } from "./plan/row-table.js";
import type { SplitRules } from "./split/split-options.js";

/**
 * A step of `curate` that compares rows with each other. It sees facts, never rows, so it works alike wherever the
 * rows are. It is one file in `steps/` and one line in `steps/dataset-steps.ts`; its options become options of `curate`.
 */
export interface DatasetStepDefinition<Options extends object = object> {
  /** The first part of the code of what it leaves out: `deduplicate: prefix`. */
  readonly name: string;
  /** The kinds of its options. */
  readonly options: OptionKinds<Options>;
  /**
   * Checks the options and says which facts it needs, or nothing where the options do not ask for the step.
   *
   * @throws {InvalidOptionError} for options that cannot be used.
   */
  plan(options: Options): DatasetStepPlan | undefined;
}

/** A step that was asked for. */
export interface DatasetStepPlan {
  readonly needs: Partial<FactsNeeded>;
  /** Makes the step for the rows of one table. */
  start(table: RowTable, division: SplitRules | undefined): DatasetStep;
}

/** A step at work. */
export interface DatasetStep {
  /** Takes the facts of the next row. */
  add(facts: RowFacts): void;
  /** Decides over the rows with these numbers, which are all that the steps before left. */
  finish(rows: Uint32Array): Verdict;
}

/** What a step decided. Asked for row by row, so that nothing is held for each. */
export interface Verdict {
  /** Whether a row is left out. */
  goes(row: number): boolean;
  /** Why a row that goes does. */
  reason(row: number): Skip;
  /**
   * Which answers of a row that stays are learned, counted from 0 among its assistant messages; nothing where its
   * weights stay as they are.
   */
  targets?(row: number): readonly number[] | undefined;
}

/** The options of all steps of a list together. */
export type OptionsOfDatasetSteps<Definition> = (
  Definition extends DatasetStepDefinition<infer Options> ? (options: Options) => void : never
) extends (options: infer All) => void
  ? All
  : never;
