import type { Column } from "../../internal/storage/column.js";
import { formatNumber } from "../../internal/html/format.js";
import { packageVersion } from "../../internal/package-version.js";
import type { SplitPlan } from "../split/assign-splits.js";
import { optionsAsJson, type CurateOptions } from "../curate-options.js";
import type { JoinVerdict } from "../dataset-step.js";
import type { CurationLog } from "../plan/log.js";
import type { RowTable } from "../plan/row-table.js";
import type { RowSettings } from "../row-step.js";
import type { SplitRules } from "../split/split-options.js";
import { estimateCost } from "../tokens/estimate-cost.js";
import { distributionOf } from "./distribution.js";
import type {
  CostReport,
  CurationReport,
  Distribution,
  RedactionReport,
  RenderedRow,
  SampleRow,
  TokenReport,
} from "./report.js";
import type { Tally } from "./tally.js";

interface Parts {
  options: CurateOptions;
  settings: RowSettings;
  log: CurationLog;
  tally: Tally;
  table: RowTable;
  staying: Uint32Array;
  splits: SplitPlan;
  division: SplitRules | undefined;
  redaction: RedactionReport;
  /** Rows that lost turns to fit a length. */
  trimmed: number;
  samples: SampleRow[] | undefined;
  rendered: RenderedRow[] | undefined;
  joined: JoinVerdict | undefined;
  /** Rows whose targets went into others. */
  joinedRows: number;
}

/** Puts the report together, once everything is decided. */
export function buildReport(parts: Parts): CurationReport {
  const { options, log, tally, table, staying, splits, division, redaction, samples, rendered } = parts;
  const { measures } = table;
  // One array for all of them, one after the other: each is of the size of the dataset.
  const values = new Uint32Array(staying.length);
  const spread = (column: Column) => {
    for (const [index, row] of staying.entries()) values[index] = column.at(row);
    return distributionOf(values);
  };
  const tokens = tokenReport(parts, spread);
  const cost = tokens && costOf(options, tokens, splits.counts.train);
  const period = tally.period();
  const report: Omit<CurationReport, "notices"> = {
    format: "langsmith-finetune/report@1",
    package: packageVersion,
    ...(options.title !== undefined && { title: options.title }),
    rows: { in: log.total, joined: parts.joinedRows, kept: staying.length, ...splits.counts },
    targets: { in: log.targets, ...targetCounts(parts) },
    removed: log.removals.list(),
    findings: { errors: log.groups.errors, warnings: log.groups.warnings, byCode: log.groups.list() },
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
    threads: table.threads,
    ...(division && {
      split: {
        by: typeof division.by === "function" ? `function ${division.by.name}`.trim() : division.by,
        seed: division.seed,
        clusters: splits.clusters,
        largestCluster: splits.largestCluster,
        nearDuplicates: division.near,
        asked: { validation: division.validation, test: division.test },
        got: {
          validation: shareOf(splits.counts.validation, staying.length),
          test: shareOf(splits.counts.test, staying.length),
        },
      },
    }),
    redaction,
    ...(log.contamination && { contamination: log.contamination.list() }),
    ...(samples && { samples }),
    ...(rendered && { rendered }),
    options: optionsAsJson(options),
  };
  return { ...report, notices: noticesOf(report, parts) };
}

function tokenReport(
  { settings, table, staying, splits, joined }: Parts,
  spread: (column: Column) => Distribution,
): TokenReport | undefined {
  const { counter, model = "", maxTokens } = settings;
  if (!counter) return undefined;
  const column = table.measures.tokens;
  const bySplit = { train: 0, validation: 0, test: 0 };
  let asOne = 0;
  for (const row of staying) {
    bySplit[splits.of(row)] += column.at(row);
    if (joined?.asOne && !joined.asOne.gone(row)) asOne += column.at(row);
  }
  return {
    ...spread(column),
    ...bySplit,
    model,
    encoding: counter.encoding,
    exact: counter.exact && table.tokensExact,
    ...(joined?.asOne && { joined: asOne }),
    ...(maxTokens !== undefined && { limit: maxTokens }),
  };
}

function targetCounts({ table, staying, splits, joined }: Parts) {
  const counts = { kept: 0, train: 0, validation: 0, test: 0 };
  for (const row of staying) {
    const targets = joined?.count(row) ?? table.measures.targets.at(row);
    counts.kept += targets;
    counts[splits.of(row)] += targets;
  }
  return counts;
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
  { log, division, trimmed, settings }: Parts,
): CurationReport["notices"] {
  const notices: { level: "error" | "warning" | "info"; message: string }[] = [];
  for (const finding of log.findings)
    if (finding.line === 0) notices.push({ level: finding.severity, message: finding.message });
  const found = foundWords(report.redaction);
  if (found && !report.redaction.applied) {
    notices.push({
      level: "error",
      message: `The rows hold what looks like secrets or personal data, and redaction is off: ${found} in ${count(report.redaction.rowsWithFindings, "row")} of ${formatNumber(report.redaction.scanned)} looked at. A model that is trained on it may tell it to anybody. Pass redact: true.`,
    });
  }
  const left = report.rows.in - report.rows.joined - report.rows.kept;
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
  notices.push(...splitNotices(report, division));
  if (trimmed > 0)
    notices.push({
      level: "info",
      message: `${count(trimmed, "row")} lost the oldest turns to fit ${formatNumber(report.tokens?.limit ?? 0)} tokens.`,
    });
  if (report.tokens?.joined !== undefined && report.tokens.joined < report.tokens.total) {
    notices.push({
      level: "info",
      message: `${settings.rules.name} learns one answer of a row, so each of the ${count(report.targets.kept, "target")} has a row of its own: ${formatNumber(report.tokens.total)} tokens, where whole conversations would be ${formatNumber(report.tokens.joined)}.`,
    });
  }
  if (report.tokens && !report.tokens.exact) {
    notices.push({
      level: "info",
      message: `Tokens are an estimate: the tokenizer of ${report.tokens.model} is another, or an image's size is not known.`,
    });
  }
  return notices;
}

/** A part that was asked for and is empty, or far from what was asked for. */
function splitNotices(
  { rows }: Pick<CurationReport, "rows">,
  division: SplitRules | undefined,
): CurationReport["notices"] {
  if (!division) return [];
  return (["validation", "test"] as const).flatMap((name): CurationReport["notices"] => {
    const asked = division[name];
    if (asked === 0) return [];
    const got = rows[name];
    if (got === 0) {
      const message = `The rows for ${name} are none, and ${askedWords(asked)} were asked for: all rows belong together, or too few are left. Split by another key, or raise split.nearDuplicates.threshold.`;
      return [{ level: "error", message }];
    }
    const target = asked < 1 ? asked * rows.kept : asked;
    // Whole groups: one row more or less is as near as it gets.
    if (Math.abs(got - target) <= Math.max(1, target * 0.2)) return [];
    const message = `The rows for ${name} are ${formatNumber(got)} (${percent(got / rows.kept)}), and ${askedWords(asked)} were asked for: rows that belong together stay on one side.`;
    return [{ level: "warning", message }];
  });
}

const percent = (share: number) => `${formatNumber(Math.round(share * 1_000) / 10)} %`;
const askedWords = (asked: number) => (asked < 1 ? percent(asked) : count(asked, "row"));
const shareOf = (rows: number, all: number) => (all === 0 ? 0 : Math.round((rows / all) * 10_000) / 10_000);

function foundWords({ found }: RedactionReport): string {
  return found.map(({ detector, count: times }) => `${formatNumber(times)} × ${detector}`).join(", ");
}

const count = (value: number, noun: string) => `${formatNumber(value)} ${noun}${value === 1 ? "" : "s"}`;
