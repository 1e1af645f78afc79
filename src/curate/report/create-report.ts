import type { AnyIterable, DatasetRow } from "../../types.js";
import { checkOptions } from "../../internal/options.js";
import { curate } from "../curate.js";
import { curateKinds, type CurateOptions } from "../curate-options.js";
import type { CurationReport } from "./report.js";

/** Options of {@link createReport}, as in {@link CurateOptions}. */
export type ReportOptions = Pick<
  CurateOptions,
  "backend" | "rules" | "tokens" | "scan" | "runUrl" | "title" | "samples" | "onFinding" | "signal"
>;

/**
 * Describes rows as they are: counts, lengths, tools, models, feedback, faults, and what looks like secrets.
 * Rows with faults are counted like the others, and duplicates too; only what has no messages, and rows longer
 * than `tokens.maxTokens`, are left out of the counts and named in `removed`.
 *
 * @throws {EmptyDatasetError} if there are no rows.
 *
 * @example
 * ```ts
 * import { createReport, readJsonl } from "langsmith-finetune";
 *
 * const report = await createReport(readJsonl("examples.jsonl"), { tokens: { model: "gpt-4o-mini" } });
 * console.log(report.tokens?.total, report.findings.errors);
 * ```
 */
export async function createReport(
  rows: AnyIterable<DatasetRow> | string,
  options: ReportOptions = {},
): Promise<CurationReport> {
  const { backend, rules, tokens, scan, runUrl, title, samples, onFinding, signal } = curateKinds();
  checkOptions<ReportOptions>("createReport", options, {
    backend,
    rules,
    tokens,
    scan,
    runUrl,
    title,
    samples,
    onFinding,
    signal,
  });
  const { report } = await curate(rows, { ...options, validate: { remove: false }, deduplicate: false, join: false });
  return report;
}
