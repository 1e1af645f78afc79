import type { OptionKinds } from "../internal/options.js";
import type { Skip } from "../types.js";
import type { JoinedRows, TargetCode } from "./conversations/conversation-index.js";
import type { FactsNeeded, RowFacts } from "./plan/facts.js";
import type { RowTable } from "./plan/row-table.js";
import type { ValidationRules } from "./rules.js";
import type { RowAccess } from "./semantic/embed-rows.js";
import type { SplitRules } from "./split/split-options.js";

/**
 * A step of `curate` that compares rows with each other. It sees facts, so it works alike wherever the rows are; only what
 * needs the text of the rows that are left reads them again. It is one file in `steps/` and one line in `steps/dataset-steps.ts`; its options become options of `curate`.
 */
export interface DatasetStepDefinition<Options extends object = object> {
  /** The first part of the code of what it leaves out: `deduplicate: near-duplicate`. */
  readonly name: string;
  /** The kinds of its options. */
  readonly options: OptionKinds<Options>;
  /**
   * Checks the options and says which facts it needs, or nothing where the options do not ask for the step.
   *
   * @throws {InvalidOptionError} for options that cannot be used.
   */
  plan(options: Options, dataset: DatasetOptions): DatasetStepPlan | undefined;
}

/** Options of the whole that more than one step goes by. */
export interface DatasetOptions {
  readonly rules: ValidationRules;
  /** Equal targets are learned once, wherever they are. */
  readonly exactDuplicates: boolean;
}

/** A step that was asked for. */
export interface DatasetStepPlan {
  readonly needs: Partial<FactsNeeded>;
  /** Makes the step for the rows of one table. */
  start(table: RowTable, division: SplitRules | undefined, access: RowAccess): DatasetStep;
}

/** A step at work. */
export interface DatasetStep {
  /** Takes the facts of the next row. */
  add(facts: RowFacts): void;
  /** Decides over the rows with these numbers, which are all that the steps before left. */
  finish(rows: Uint32Array): Verdict | Promise<Verdict>;
}

/** What a step decided. Asked for row by row, so that nothing is held for each. */
export interface Verdict {
  /** Whether a row is left out. */
  goes(row: number): boolean;
  /** Why a row that goes does. */
  reason(row: number): Skip;
  /** What a step decided that moves targets from row to row. Its rows that go, and their reasons, are reported here. */
  readonly joined?: JoinVerdict;
}

/** Where targets are learned in the end. */
export interface JoinVerdict extends JoinedRows {
  /** The first part of the code of what is left out, by its code. */
  stepOf(code: TargetCode): string;
  /** How whole conversations would be joined, where the service has a row for each target. */
  readonly asOne?: JoinedRows;
}

/** The options of all steps of a list together. */
export type OptionsOfDatasetSteps<Definition> = (
  Definition extends DatasetStepDefinition<infer Options> ? (options: Options) => void : never
) extends (options: infer All) => void
  ? All
  : never;
