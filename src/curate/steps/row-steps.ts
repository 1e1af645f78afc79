import { InvalidExamplesError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import { lineOf } from "../../internal/row-names.js";
import { sourceOf } from "../../source.js";
import type { ExampleSource, Finding, Skip, TrainingExample } from "../../types.js";
import type { CurateOptions } from "../curate-options.js";
import { createFilter } from "./filter-examples.js";
import { redactorOf } from "../redact/redact.js";
import {
  createFindingGroups,
  createRedactionTally,
  createRemovals,
  type FindingGroups,
  type Removals,
} from "../report/reasons.js";
import type { RedactionReport, RunUrl } from "../report/report.js";
import { messagesOf } from "../row-facts.js";
import { openAIRules, type ValidationRules } from "../rules.js";
import { createTokenCounter, type TokenCounter } from "../tokens/token-counter.js";
import { trimTurns } from "../tokens/trim-turns.js";
import { createWeights } from "./train-on.js";
import { withoutUnsupportedOptions } from "./unsupported-options.js";
import { createRowChecker } from "../validate/create-validator.js";
import { DatasetChecks, sizeFinding, throwOnError } from "../validate/dataset-checks.js";

/** The steps that look at one row at a time, and what they have to say. */
export interface RowSteps {
  /** The row as it is to be written, or nothing if a step left it out. */
  take(input: unknown): { row: object; line: number; tokens: number } | undefined;
  /** The row may be too long, and what could tell is not loaded yet. */
  needsTokenizer(row: unknown): boolean;
  loadTokenizer(): Promise<void>;
  /** A line of a file that is no row. */
  unreadable(skip: Skip): void;
  /** A row that a later step left out. */
  removed(step: string, skip: Skip, source: ExampleSource): void;
  /** What is to be said of the whole, once it is known how many rows are for training, and how large the files are that go to the service. */
  dataset(trainingRows: number, bytes: { train: number; validation: number }): void;
  readonly total: number;
  readonly rules: ValidationRules;
  /** The model that tokens are counted for. */
  readonly model: string | undefined;
  readonly counter: TokenCounter | undefined;
  readonly tokensExact: boolean;
  readonly trimmed: number;
  readonly findings: Finding[];
  readonly groups: FindingGroups;
  readonly removals: Removals;
  redaction(): RedactionReport;
}

const FINDINGS = 10_000;
const SCANNED_FIRST = 1000;
const SCANNED_EVERY = 16;

export async function createRowSteps(options: CurateOptions, runUrl: RunUrl): Promise<RowSteps> {
  const { backend, strict = false, onSkip, onFinding, scan = "sample" } = options;
  const rules = options.rules ?? backend?.rules ?? openAIRules;
  const failing = options.filter && createFilter(options.filter, "filter.");
  const setWeights = createWeights(options.trainOn, rules);
  const loadRedactor = redactorOf(typeof options.redact === "object" ? options.redact : {}, "redact.");
  const redacting = options.redact !== undefined && options.redact !== false;
  const redactor = redacting || scan !== false ? await loadRedactor() : undefined;
  const removing = typeof options.validate === "object" ? (options.validate.remove ?? true) : true;
  const limits = typeof options.tokens === "object" ? options.tokens : {};
  const model = options.tokens === false ? undefined : (limits.model ?? backend?.model);
  const counter =
    model === undefined
      ? undefined
      : await createTokenCounter({ model, ...(limits.encoding && { encoding: limits.encoding }) });
  const maxTokens = limits.maxTokens ?? rules.maxTokens;
  const checker =
    options.validate === false
      ? undefined
      : await createRowChecker({
          rules,
          ...(model !== undefined && { model }),
          ...(limits.encoding && { encoding: limits.encoding }),
          ...(maxTokens !== undefined && { maxTokens }),
        });
  const dataset = new DatasetChecks(rules);

  const removals = createRemovals(runUrl);
  const groups = createFindingGroups(runUrl);
  const redactions = createRedactionTally(runUrl);
  const findings: Finding[] = [];
  let total = 0;
  let trimmed = 0;
  let tokensExact = true;

  const report = (finding: Finding) => {
    groups.add(finding);
    if (findings.length < FINDINGS) findings.push(finding);
    onFinding?.(finding);
    if (strict) throwOnError([finding]);
  };
  const remove = (step: string, skip: Skip, source: ExampleSource) => {
    removals.add(step, skip, source);
    onSkip?.({ ...skip, code: `${step}: ${skip.code}` });
  };
  const skipOf = (code: string, message: string, line: number, { runId }: ExampleSource, path = "$"): Skip => ({
    code,
    message,
    ...(runId !== undefined && { runId }),
    path,
    line,
  });

  const fit = (row: object, line: number, source: ExampleSource): object | undefined => {
    const { overflow = "drop" } = limits;
    if (!counter || maxTokens === undefined || !counter.exceeds(row, maxTokens)) return row;
    const shorter =
      overflow === "trim" && "messages" in row
        ? trimTurns(row as TrainingExample, (candidate) => !counter.exceeds(candidate, maxTokens))
        : undefined;
    if (shorter) {
      trimmed += 1;
      return shorter.example;
    }
    remove(
      "length",
      skipOf("too-long", `The row has ${counter.row(row).total} tokens; ${maxTokens} are allowed.`, line, source),
      source,
    );
    return undefined;
  };

  const valid = (row: unknown, line: number, source: ExampleSource): boolean => {
    if (!checker) return true;
    const faults = checker.check(row, line, source);
    dataset.row(row, faults, line);
    let first: Finding | undefined;
    for (const fault of faults) {
      report(fault);
      if (fault.severity === "error") first ??= fault;
    }
    if (!first || !removing) return true;
    remove("validate", skipOf(first.code, first.message, line, source, first.path), source);
    return false;
  };

  return {
    take(input) {
      total += 1;
      const number = total;
      if (!isRecord(input) || (!Array.isArray(input.messages) && messagesOf(input).length === 0)) {
        const source = isRecord(input) ? sourceOf(input) : {};
        const line = isRecord(input) ? lineOf(input, number) : number;
        // Where validation does not take it, there is still nothing that the other steps could do with it.
        if (valid(input, line, source))
          remove("validate", skipOf("not-a-row", "The row has no messages.", line, source), source);
        return undefined;
      }
      const source = sourceOf(input);
      const line = lineOf(input, number);
      const failed = failing?.(input as unknown as TrainingExample, line);
      if (failed) {
        remove("filter", failed, source);
        return undefined;
      }
      let row: object = "messages" in input ? setWeights(input as unknown as TrainingExample) : input;
      row = withoutUnsupportedOptions(row, rules);
      if (redactor && redacting) redactions.row(row, line, (onFound) => (row = redactor.redact(row, onFound)));
      else if (redactor && (scan === "all" || number <= SCANNED_FIRST || number % SCANNED_EVERY === 0)) {
        redactions.row(row, line, (onFound) => redactor.scan(row, onFound));
      }
      const fitting = fit(row, line, source);
      if (!fitting || !valid(fitting, line, source)) return undefined;
      const tokens = counter?.row(fitting);
      if (tokens && !tokens.exact) tokensExact = false;
      return { row: fitting, line, tokens: tokens?.total ?? 0 };
    },
    needsTokenizer: (row) => checker?.needsTokenizer(row) ?? false,
    loadTokenizer: async () => checker?.loadTokenizer(),
    unreadable(skip) {
      total += 1;
      const { line = 0, code, message } = skip;
      report({ line, path: "$", code, severity: "error", message });
      remove("read", { ...skip, path: "$" }, {});
    },
    removed: remove,
    dataset(trainingRows, bytes) {
      if (!checker) return;
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
    rules,
    model,
    counter,
    get tokensExact() {
      return tokensExact && (counter?.exact ?? false);
    },
    get trimmed() {
      return trimmed;
    },
    findings,
    groups,
    removals,
    redaction: () => redactions.report(redacting),
  };
}
