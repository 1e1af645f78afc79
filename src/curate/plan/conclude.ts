import { EmptyDatasetError } from "../../errors.js";
import { sourceOf } from "../../source.js";
import { runUrlOf } from "../curate-options.js";
import { buildReport } from "../report/build-report.js";
import { RENDERED_ROWS, renderedRows } from "../report/rendered-rows.js";
import type { CurationReport, RenderedRow, SampleRow } from "../report/report.js";
import { sampleRow, spreadOver } from "../report/sample-rows.js";
import { templateCheckOptions } from "../../templates/template-check.js";
import { originsOf } from "../report/tally.js";
import type { SplitPlan } from "../split/assign-splits.js";
import { finishJoining } from "./finish-joining.js";
import type { Mapped } from "./mapped.js";

/** Which rows are written, in their order, and where to. */
export interface Concluded {
  readonly staying: Uint32Array;
  readonly splits: SplitPlan;
  /** Whether the row learns other targets than it came with. */
  changed(row: number): boolean;
  /** The row as it is written. */
  finish<T extends object>(row: number, example: T): T;
  readonly report: CurationReport;
}

/**
 * The second phase of a dataset: decides about all rows and reports it.
 *
 * @throws {EmptyDatasetError} if nothing is left.
 */
export async function conclude(mapped: Mapped): Promise<Concluded> {
  const { options, settings, log, tally, decision, division, redactions, trimmed } = mapped;
  const decided = await decision.finish();
  const finish = await finishJoining(mapped, decided.joined);
  // What is left out now is read again, to take it off the counts and to name where it came from.
  for (const { step, rows, reason } of decided.leftOut) {
    let index = 0;
    for await (const chunk of mapped.read(rows)) {
      options.signal?.throwIfAborted();
      for (const example of chunk) {
        const row = rows[index++] as number;
        tally.add(example, -1);
        for (const origin of originsOf(finish.row(row, example))) tally.origin(origin, -1);
        log.leftOut(step, reason(row), sourceOf(example));
      }
    }
  }
  const { staying, joined } = decided;
  if (staying.length === 0) throw nothingLeft(log.total, log.removals.counts());
  const splits = decided.divide();
  const { table } = decision;
  const bytes = { train: 0, validation: 0, test: 0 };
  for (const row of staying) bytes[splits.of(row)] += table.measures.bytes.at(row);
  log.finish(splits.counts.train, bytes);
  const redacting = options.redact !== undefined && options.redact !== false;
  const redaction = redactions.report(redacting, runUrlOf(options.runUrl));
  const finished = (row: number, example: object) => finish.row(row, example);
  const rendered = await renderFirst(mapped, staying, finished);
  const samples = await sampleSome(mapped, staying, (row, example) =>
    sampleRow(finished(row, example), splits.of(row), runUrlOf(options.runUrl)),
  );
  const { joinedRows } = finish;
  const report = buildReport({
    options,
    settings,
    log,
    tally,
    table,
    staying,
    splits,
    division,
    redaction,
    trimmed,
    samples,
    rendered,
    joined,
    joinedRows,
  });
  return { staying, splits, changed: finish.changed, finish: finish.row, report };
}

/** The first rows that stay as the model sees them, where the chat template is known. */
async function renderFirst(
  { options: { template }, read }: Mapped,
  staying: Uint32Array,
  finish: (row: number, example: object) => object,
): Promise<RenderedRow[] | undefined> {
  if (template === undefined) return undefined;
  const numbers = staying.slice(0, RENDERED_ROWS);
  const rows: object[] = [];
  for await (const chunk of read(numbers)) rows.push(...chunk);
  const learned = rows.map((row, index) => finish(numbers[index] ?? 0, row));
  return renderedRows(learned, templateCheckOptions(template));
}

/** Rows from all over the dataset, where the report is to show some. */
async function sampleSome(
  { options: { samples = 0 }, read }: Mapped,
  staying: Uint32Array,
  sample: (row: number, example: object) => SampleRow,
): Promise<SampleRow[] | undefined> {
  if (samples === 0) return undefined;
  const numbers = spreadOver(staying, samples);
  const rows: SampleRow[] = [];
  for await (const chunk of read(numbers))
    for (const example of chunk) rows.push(sample(numbers[rows.length] ?? 0, example));
  return rows;
}

function nothingLeft(total: number, removed: Record<string, number>): EmptyDatasetError {
  const steps = Object.entries(removed).sort(([, left], [, right]) => right - left);
  return new EmptyDatasetError({
    message:
      total === 0
        ? "There is nothing to curate: no rows came in."
        : `Nothing is left of ${total} row${total === 1 ? "" : "s"}: ${steps.map(([step, count]) => `${step} took ${count}`).join(", ")}.`,
    hint:
      total === 0
        ? "Check the query, and what onSkip of the loader says."
        : "onSkip and onFinding report the reason for each row.",
    removed,
  });
}
