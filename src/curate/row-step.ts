import type { OptionKinds } from "../internal/options.js";
import type { ExampleSource, Finding, Skip } from "../types.js";
import type { RedactionTally } from "./report/reasons.js";
import type { ValidationRules } from "./rules.js";
import type { DatasetFacts } from "./validate/dataset-checks.js";
import type { TokenEncoding } from "./tokens/encoding-of-model.js";
import type { TokenCounter } from "./tokens/counter.js";

/**
 * A step of `curate` that looks at one row at a time. It is one file in `steps/` and one line in
 * `steps/row-steps.ts`; its options become options of `curate`.
 */
export interface RowStepDefinition<Options extends object = object> {
  /** The first part of the code of what it leaves out: `filter: tags`. */
  readonly name: string;
  /** The kinds of its options. */
  readonly options: OptionKinds<Options>;
  /**
   * Makes the step, or nothing where the options do not ask for it.
   *
   * @throws {InvalidOptionError} for options that cannot be used.
   */
  create(options: Options, settings: RowSettings): RowStep | undefined | Promise<RowStep | undefined>;
}

/** A step with its options, ready for rows. */
export interface RowStep {
  /** Also takes what has no messages, so that it can say what is wrong with it. */
  readonly takesAnything?: boolean;
  /** Loads what only some rows need. Called before any step takes the row. */
  prepare?(row: unknown): Promise<void> | undefined;
  /**
   * The row itself, a changed copy, or nothing for a row that is left out: `return context.leaveOut(…)`. An array where
   * one row becomes several, an empty one where `leaveOutTarget` has reported all of it. A promise
   * only where something has to be waited for: each costs more than most steps.
   */
  take(row: object, context: RowContext): Taken | Promise<Taken>;
}

export type Taken = object | readonly object[] | undefined;

/** What a step knows of the row besides the row, and where it says what it found. */
export interface RowContext {
  /** Counts the rows of the input from 1, broken lines included. */
  readonly number: number;
  /** The line of the row in its file, or else its number. */
  readonly line: number;
  readonly source: ExampleSource;
  /** Counts what was found in rows, or replaced. */
  readonly redactions: RedactionTally;
  leaveOut(code: string, message: string, path?: string, more?: Pick<Skip, "evaluation">): undefined;
  /** Reports a target that is not learned; the row may stay. */
  leaveOutTarget(skip: Skip): void;
  report(finding: Finding): void;
  /** What the checks of the dataset as a whole need of this row. */
  checked(facts: DatasetFacts): void;
  /** The row lost turns to fit a length. */
  trimmed(): void;
}

/** What the steps of one dataset share. */
export interface RowSettings {
  readonly rules: ValidationRules;
  /** The model that tokens are counted for. */
  readonly model: string | undefined;
  readonly encoding: TokenEncoding | undefined;
  /** The most tokens of a row. */
  readonly maxTokens: number | undefined;
  /** There where a model is known. */
  readonly counter: TokenCounter | undefined;
}

/** The options of all steps of a list together. */
export type OptionsOfSteps<Definition> = (
  Definition extends RowStepDefinition<infer Options> ? (options: Options) => void : never
) extends (options: infer All) => void
  ? All
  : never;
