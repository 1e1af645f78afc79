import { InvalidExamplesError } from "../../errors.js";
import type { ExampleSource, Finding, Skip } from "../../types.js";
import type { CurateOptions } from "../curate-options.js";
import { againstSettings, namesOfSets } from "../contamination/evaluation-set.js";
import {
  createContaminationTally,
  createFindingGroups,
  createRemovals,
  type ContaminationTally,
  type FindingGroups,
  type Removals,
} from "../report/reasons.js";
import type { RunUrl } from "../report/report.js";
import type { ValidationRules } from "../rules.js";
import { removesInvalid } from "../steps/validate-rows.js";
import { DatasetChecks, sizeFinding, throwOnError } from "../validate/dataset-checks.js";
import type { RowOutcome } from "./map-rows.js";

/** Writes down what became of rows, in their order, and reports it to whoever listens. */
export interface CurationLog {
  /**
   * Takes what became of the next row, and says whether it stays: what is wrong with the rows together comes out here.
   *
   * @param part Whether it is a further part of a row that was taken already.
   * @throws {InvalidExamplesError} with `strict`, for the first error.
   */
  take(outcome: RowOutcome, part?: boolean): boolean;
  /** A row that a decision left out. */
  leftOut(step: string, skip: Skip, source: ExampleSource): void;
  /** Checks the dataset as a whole, once the training rows are known and the size of the files that go to the service. */
  finish(trainingRows: number, bytes: { train: number; validation: number }): void;
  readonly total: number;
  /** Targets of the rows that came in. */
  readonly targets: number;
  /** The first 10,000. */
  readonly findings: Finding[];
  readonly groups: FindingGroups;
  readonly removals: Removals;
  /** Where there are evaluation sets. */
  readonly contamination: ContaminationTally | undefined;
}

const FINDINGS = 10_000;

export function createLog(options: CurateOptions, rules: ValidationRules, runUrl: RunUrl): CurationLog {
  const { strict = false, onSkip, onFinding } = options;
  const removing = removesInvalid(options);
  const dataset = new DatasetChecks(rules);
  const removals = createRemovals(runUrl);
  const groups = createFindingGroups(runUrl);
  const { against } = options;
  const contamination = against && createContaminationTally(namesOfSets(againstSettings(against).sets), runUrl);
  const findings: Finding[] = [];
  let total = 0;
  let targets = 0;

  const report = (finding: Finding) => {
    groups.add(finding);
    if (findings.length < FINDINGS) findings.push(finding);
    onFinding?.(finding);
    if (strict) throwOnError([finding]);
  };
  const leftOut = (step: string, skip: Skip, source: ExampleSource) => {
    removals.add(step, skip, source);
    onSkip?.({ ...skip, code: `${step}: ${skip.code}` });
  };

  return {
    take(outcome, part = false) {
      if (!part) total += 1;
      targets += outcome.targets ?? 0;
      for (const { step, skip } of outcome.targetsLeftOut ?? []) leftOut(step, skip, outcome.source);
      const { source, line } = outcome;
      outcome.findings.forEach(report);
      for (const finding of outcome.findings) contamination?.add({ ...finding, runId: source.runId }, source);
      if (outcome.leftOut) contamination?.add(outcome.leftOut.skip, source);
      let gone = outcome.leftOut;
      if (outcome.checked) {
        const faults: Finding[] = [];
        dataset.add(outcome.checked, faults, line);
        faults.forEach(report);
        const fault = removing && !gone ? faults.find(({ severity }) => severity === "error") : undefined;
        if (fault) {
          const { code, message, path } = fault;
          const { runId } = source;
          gone = { step: "validate", skip: { code, message, ...(runId !== undefined && { runId }), path, line } };
        }
      }
      if (gone) leftOut(gone.step, gone.skip, source);
      return gone === undefined;
    },
    leftOut,
    finish(trainingRows, bytes) {
      if (options.validate === false) return;
      dataset.rows = trainingRows;
      const tooLarge = [
        sizeFinding("The rows for training", bytes.train, rules),
        sizeFinding("The rows for validation", bytes.validation, rules),
      ];
      for (const finding of [...dataset.end(), ...tooLarge.flat()]) {
        groups.add(finding);
        findings.unshift(finding);
        onFinding?.(finding);
        if (strict && finding.severity === "error") {
          throw new InvalidExamplesError({ message: finding.message, findings: [finding] });
        }
      }
    },
    get total() {
      return total;
    },
    get targets() {
      return targets;
    },
    findings,
    groups,
    removals,
    contamination,
  };
}
