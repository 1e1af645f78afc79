import { isRecord } from "../../internal/is-record.js";
import { lineOf } from "../../internal/row-names.js";
import { sourceOf } from "../../source.js";
import type { ExampleSource, Finding, Skip } from "../../types.js";
import type { CurateOptions } from "../curate-options.js";
import { createRedactionTally, type RedactionTally } from "../report/reasons.js";
import { messagesOf } from "../row-facts.js";
import type { RowContext, RowSettings, RowStep } from "../row-step.js";
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
  readonly leftOut?: { readonly step: string; readonly skip: Skip };
}

/** The first phase of a dataset: runs the steps over one row after the other. Knows nothing of other rows. */
export interface RowMapper {
  /** Loads what only some rows need, where this one does. */
  prepare(input: unknown): Promise<unknown> | undefined;
  take(input: unknown): RowOutcome;
  /** A line of a file that is no row. */
  unreadable(skip: Skip): RowOutcome;
  readonly trimmed: number;
  readonly redactions: RedactionTally;
}

/** @throws {InvalidOptionError} for options that a step cannot use. */
export async function createRowMapper(options: CurateOptions, settings: RowSettings): Promise<RowMapper> {
  const steps: { name: string; step: RowStep }[] = [];
  for (const definition of rowSteps) {
    const step = await definition.create(options, settings);
    if (step) steps.push({ name: definition.name, step });
  }
  const preparing = steps.flatMap(({ step }) => (step.prepare ? [step.prepare] : []));
  const redactions = createRedactionTally();
  let number = 0;
  let trimmed = 0;

  return {
    prepare(input) {
      const loading = preparing.flatMap((prepare) => prepare(input) ?? []);
      return loading.length > 0 ? Promise.all(loading) : undefined;
    },
    take(input) {
      number += 1;
      const source = isRecord(input) ? sourceOf(input) : {};
      const line = isRecord(input) ? lineOf(input, number) : number;
      const findings: Finding[] = [];
      let checked: DatasetFacts | undefined;
      let skip: Skip | undefined;
      const context: RowContext = {
        number,
        line,
        source,
        redactions,
        leaveOut(code, message, path = "$") {
          skip = { code, message, ...(source.runId !== undefined && { runId: source.runId }), path, line };
          return undefined;
        },
        report: (finding) => void findings.push(finding),
        checked: (facts) => void (checked = facts),
        trimmed: () => void (trimmed += 1),
      };
      const isRow = isRecord(input) && (Array.isArray(input.messages) || messagesOf(input).length > 0);
      let row = input as object;
      for (const { name, step } of steps) {
        if (!isRow && !step.takesAnything) continue;
        const taken = step.take(row, context);
        if (skip !== undefined || taken === undefined)
          return { line, source, findings, checked, leftOut: skip && { step: name, skip } };
        row = taken;
      }
      if (isRow) return { line, source, findings, checked, row };
      // Where validation does not take it, there is still nothing that the other steps could do with it.
      context.leaveOut("not-a-row", "The row has no messages.");
      return { line, source, findings, checked, leftOut: skip && { step: "validate", skip } };
    },
    unreadable(skip) {
      number += 1;
      const { line = 0, code, message } = skip;
      const finding: Finding = { line, path: "$", code, severity: "error", message };
      return { line, source: {}, findings: [finding], leftOut: { step: "read", skip: { ...skip, path: "$" } } };
    },
    get trimmed() {
      return trimmed;
    },
    redactions,
  };
}
