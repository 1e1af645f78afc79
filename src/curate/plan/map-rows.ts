import { isRecord } from "../../internal/is-record.js";
import { lineOf } from "../../internal/row-names.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { ExampleSource, Finding, Skip } from "../../types.js";
import type { CurateOptions } from "../curate-options.js";
import { createRedactionTally, type RedactionTally } from "../report/reasons.js";
import { messagesOf } from "../row-facts.js";
import type { RowContext, RowSettings, RowStep, Taken } from "../row-step.js";
import { rowSteps } from "../steps/row-steps.js";
import type { DatasetFacts } from "../validate/dataset-checks.js";

/** What became of one row in the steps that look at one row at a time. */
export interface RowOutcome {
  readonly line: number;
  readonly source: ExampleSource;
  readonly findings: readonly Finding[];
  /** Of a row that was checked. */
  readonly checked?: DatasetFacts;
  /** The row as it is to be written; nothing for one that is left out. */
  readonly row?: object;
  /** Which step left it out, and why. */
  readonly leftOut?: LeftOut;
  /** Targets that a step left out of the row. */
  readonly targetsLeftOut?: readonly LeftOut[];
  /** How many targets the row had when it came in; none for the further parts of one. */
  readonly targets?: number;
  /** Where one row became several: what became of the others. */
  readonly parts?: readonly RowOutcome[];
}

/** What a step left out. */
export interface LeftOut {
  readonly step: string;
  readonly skip: Skip;
}

/** The first phase of a dataset: runs the steps over one row after the other. Knows nothing of other rows. */
export interface RowMapper {
  /** Loads what only some rows need, where this one does. */
  prepare(input: unknown): Promise<unknown> | undefined;
  take(input: unknown): RowOutcome | Promise<RowOutcome>;
  /** A line of a file that is not a row. */
  unreadable(skip: Skip): RowOutcome;
  /** Rows that lost turns to fit a length. */
  readonly trimmed: number;
  readonly redactions: RedactionTally;
  /**
   * Begins another part of the input: what was counted is forgotten, what was learned of tools and texts is not. Lines
   * count from 1 again; the first row is number `before` + 1 of the input.
   */
  restart(before: number): void;
}

/** @throws {InvalidOptionError} for options that a step cannot use. */
export async function createRowMapper(options: CurateOptions, settings: RowSettings): Promise<RowMapper> {
  const steps: { name: string; step: RowStep }[] = [];
  for (const definition of rowSteps) {
    const step = await definition.create(options, settings);
    if (step) steps.push({ name: definition.name, step });
  }
  const preparing = steps.flatMap(({ step }) => (step.prepare ? [step.prepare] : []));
  let redactions = createRedactionTally();
  let first = 0;
  let number = 0;
  let trimmed = 0;

  /** @param from The first step that takes the row. */
  const takeFrom = (from: number, input: object, isRow: boolean, targets: number): RowOutcome | Promise<RowOutcome> => {
    const source = isRecord(input) ? sourceOf(input) : {};
    const line = isRecord(input) ? lineOf(input, number - first) : number - first;
    const findings: Finding[] = [];
    const targetsLeftOut: LeftOut[] = [];
    let checked: DatasetFacts | undefined;
    let skip: Skip | undefined;
    let running = "";
    const context: RowContext = {
      number,
      line,
      source,
      redactions,
      leaveOut(code, message, path = "$", more = {}) {
        skip = { code, message, ...(source.runId !== undefined && { runId: source.runId }), path, line, ...more };
        return undefined;
      },
      leaveOutTarget: (target) => void targetsLeftOut.push({ step: running, skip: target }),
      report: (finding) => void findings.push(finding),
      checked: (facts) => void (checked = facts),
      trimmed: () => void (trimmed += 1),
    };
    const outcome = (row: object | undefined, step = "validate"): RowOutcome => ({
      line,
      source,
      findings,
      ...(targets > 0 && { targets }),
      ...(targetsLeftOut.length > 0 && { targetsLeftOut }),
      checked,
      ...(skip !== undefined ? { leftOut: { step, skip } } : { row }),
    });
    /** The first part has what was found before the row was divided. */
    const divided = (index: number, rows: readonly object[]): RowOutcome | Promise<RowOutcome> => {
      const [head, ...rest] = rows;
      if (head === undefined) return outcome(undefined);
      const all = [takeFrom(index, head, isRow, targets), ...rest.map((part) => takeFrom(index, part, isRow, 0))];
      const whole = ([own, ...parts]: readonly RowOutcome[]): RowOutcome => ({
        ...(own as RowOutcome),
        findings: [...findings, ...(own?.findings ?? [])],
        targetsLeftOut: [...targetsLeftOut, ...(own?.targetsLeftOut ?? [])],
        parts: [...(own?.parts ?? []), ...parts.flatMap((part) => [part, ...(part.parts ?? [])])],
      });
      return all.some((part) => part instanceof Promise)
        ? Promise.all(all.map((part) => Promise.resolve(part))).then(whole)
        : whole(all as RowOutcome[]);
    };
    const run = (start: number, first: object): RowOutcome | Promise<RowOutcome> => {
      let row = first;
      for (let index = start; index < steps.length; index += 1) {
        const { name, step } = steps[index] as (typeof steps)[number];
        if (!isRow && !step.takesAnything) continue;
        running = name;
        const taken = step.take(row, context);
        if (taken instanceof Promise)
          return taken.then((late) => {
            if (late === undefined) return outcome(undefined, name);
            return isArray(late) ? divided(index + 1, late) : run(index + 1, late);
          });
        if (taken === undefined) return outcome(taken, name);
        if (isArray(taken)) return divided(index + 1, taken);
        row = taken;
      }
      // Where validation does not take it, there is still nothing that the other steps could do with it.
      if (!isRow) context.leaveOut("not-a-row", "The row has no messages.");
      return outcome(row);
    };
    return run(from, input);
  };

  return {
    prepare(input) {
      const loading = preparing.flatMap((prepare) => prepare(input) ?? []);
      return loading.length > 0 ? Promise.all(loading) : undefined;
    },
    take(input) {
      number += 1;
      const isRow = isRecord(input) && (Array.isArray(input.messages) || messagesOf(input).length > 0);
      return takeFrom(0, input as object, isRow, isRow ? targetsOf(input).length : 0);
    },
    unreadable(skip) {
      number += 1;
      return unreadableRow(skip);
    },
    get trimmed() {
      return trimmed;
    },
    get redactions() {
      return redactions;
    },
    restart(before) {
      first = number = before;
      trimmed = 0;
      redactions = createRedactionTally();
    },
  };
}

/** What becomes of a line that is not a row. */
export function unreadableRow(skip: Skip): RowOutcome {
  const { line = 0, code, message } = skip;
  const finding: Finding = { line, path: "$", code, severity: "error", message };
  return { line, source: {}, findings: [finding], leftOut: { step: "read", skip: { ...skip, path: "$" } } };
}

const isArray = (taken: NonNullable<Taken>): taken is readonly object[] => Array.isArray(taken);
