import type { Column } from "../../internal/storage/column.js";
import { formatNumber } from "../../internal/html/format.js";
import { packageVersion } from "../../internal/package-version.js";
import type { JsonObject } from "../../types.js";
import type { SplitPlan } from "../split/assign-splits.js";
import type { CurateOptions } from "../curate-options.js";
import type { RowSteps } from "../steps/row-steps.js";
import type { SplitRules } from "../split/split-options.js";
import { estimateCost } from "../tokens/estimate-cost.js";
import { distributionOf } from "./distribution.js";
import type { CostReport, CurationReport, Distribution, RedactionReport, TokenReport } from "./report.js";
import type { Tally } from "./tally.js";

interface Parts {
  options: JsonObject;
  curateOptions: CurateOptions;
  steps: RowSteps;
  tally: Tally;
  measures: { tokens: Column; characters: Column; messages: Column; turns: Column };
  staying: Uint32Array;
  splits: SplitPlan;
  division: SplitRules | undefined;
  threads: number;
}

/** Puts the report together, once all steps are through. */
export function buildReport({
  options,
  curateOptions,
  steps,
  tally,
  measures,
  staying,
  splits,
  division,
  threads,
}: Parts): CurationReport {
  // One array for all of them, one after the other: each is of the size of the dataset.
  const values = new Uint32Array(staying.length);
  const spread = (column: Column) => {
    for (const [index, row] of staying.entries()) values[index] = column.at(row);
    return distributionOf(values);
  };
  const redaction = steps.redaction();
  const tokens = tokenReport(curateOptions, steps, measures.tokens, staying, splits, spread);
  const cost = tokens && costOf(curateOptions, tokens, splits.counts.train);
  const period = tally.period();
  const report: Omit<CurationReport, "notices"> = {
    format: "langsmith-finetune/report@1",
    package: packageVersion,
    ...(curateOptions.title !== undefined && { title: curateOptions.title }),
    rows: { in: steps.total, kept: staying.length, ...splits.counts },
    removed: steps.removals.list(),
    findings: { errors: steps.groups.errors, warnings: steps.groups.warnings, byCode: steps.groups.list() },
    messages: spread(measures.messages),
    turns: spread(measures.turns),
    characters: spread(measures.characters),
    ...(tokens && { tokens }),
    ...(cost && { cost }),
    roles: tally.roles,
    tools: tally.tools(),
    models: tally.models(),
    tags: tally.tags(),
    feedback: tally.feedback(),
    ...(period && { period }),
    threads,
    ...(division && {
      split: {
        by: typeof division.by === "function" ? `function ${division.by.name}`.trim() : division.by,
        seed: division.seed,
        clusters: splits.clusters,
        largestCluster: splits.largestCluster,
        nearDuplicates: division.near,
      },
    }),
    redaction,
    options,
  };
  return { ...report, notices: noticesOf(report, steps, division) };
}

function tokenReport(
  { tokens }: CurateOptions,
  steps: RowSteps,
  column: Column,
  staying: Uint32Array,
  splits: SplitPlan,
  spread: (column: Column) => Distribution,
): TokenReport | undefined {
  const { counter } = steps;
  if (!counter) return undefined;
  const bySplit = { train: 0, validation: 0, test: 0 };
  for (const row of staying) bySplit[splits.of(row)] += column.at(row);
  const limit = (typeof tokens === "object" ? tokens.maxTokens : undefined) ?? steps.rules.maxTokens;
  return {
    ...spread(column),
    ...bySplit,
    model: steps.model ?? "",
    encoding: counter.encoding,
    exact: steps.tokensExact,
    ...(limit !== undefined && { limit }),
  };
}

function costOf({ tokens }: CurateOptions, { model, train }: TokenReport, rows: number): CostReport {
  const { epochs, prices } = typeof tokens === "object" ? tokens : {};
  const estimate = estimateCost({
    model,
    tokens: train,
    rows,
    ...(epochs !== undefined && { epochs }),
    ...(prices && { prices }),
  });
  return {
    model,
    epochs: estimate.epochs,
    trainedTokens: estimate.trainedTokens,
    ...(estimate.cost !== undefined && { cost: estimate.cost }),
    ...(estimate.price && { pricePerMillionTokens: estimate.price.perMillionTokens, priceDate: estimate.price.date }),
  };
}

function noticesOf(
  report: Omit<CurationReport, "notices">,
  steps: RowSteps,
  division: SplitRules | undefined,
): CurationReport["notices"] {
  const notices: { level: "error" | "warning" | "info"; message: string }[] = [];
  for (const finding of steps.findings)
    if (finding.line === 0) notices.push({ level: finding.severity, message: finding.message });
  const found = foundWords(report.redaction);
  if (found && !report.redaction.applied) {
    notices.push({
      level: "error",
      message: `The rows hold what looks like secrets or personal data, and redaction is off: ${found} in ${count(report.redaction.rowsWithFindings, "row")} of ${formatNumber(report.redaction.scanned)} looked at. A model that is trained on it may tell it to anybody. Pass redact: true.`,
    });
  }
  const left = report.rows.in - report.rows.kept;
  if (left * 2 > report.rows.in)
    notices.push({
      level: "warning",
      message: `More than half of the rows were left out: ${formatNumber(left)} of ${formatNumber(report.rows.in)}.`,
    });
  if (
    report.findings.errors > 0 &&
    report.rows.in - left > 0 &&
    report.options.validate !== undefined &&
    typeof report.options.validate === "object"
  ) {
    notices.push({
      level: "warning",
      message: `${count(report.findings.errors, "fault")} were reported, and their rows are still in the dataset.`,
    });
  }
  if (division && report.split && report.split.largestCluster * 4 > report.rows.kept && report.rows.kept >= 20) {
    notices.push({
      level: "warning",
      message: `One set of rows that belong together holds ${formatNumber(report.split.largestCluster)} of ${formatNumber(report.rows.kept)} rows, so the split cannot meet its shares well. Rows that are nearly the same link their threads: deduplicate with near, or raise split.nearDuplicates.threshold.`,
    });
  }
  if (steps.trimmed > 0)
    notices.push({
      level: "info",
      message: `${count(steps.trimmed, "row")} lost the oldest turns to fit ${formatNumber(report.tokens?.limit ?? 0)} tokens.`,
    });
  if (report.tokens && !report.tokens.exact) {
    notices.push({
      level: "info",
      message: `Tokens are an estimate: the tokenizer of ${report.tokens.model} is another, or an image's size is not known.`,
    });
  }
  return notices;
}

function foundWords({ found }: RedactionReport): string {
  return found.map(({ detector, count: times }) => `${formatNumber(times)} × ${detector}`).join(", ");
}

const count = (value: number, noun: string) => `${formatNumber(value)} ${noun}${value === 1 ? "" : "s"}`;
