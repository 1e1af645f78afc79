import type { JobEvent, JobSnapshot } from "../../backend.js";

// A log line of the trainer: a Python dictionary whose values are numbers, or numbers in quotes.
const METRICS = /\{'(?:loss|eval_loss|train_runtime|train_loss)'.*\}/;
const ENTRY = /'([\w/]+)': '?(-?(?:\d+\.?\d*(?:e[+-]?\d+)?|nan|inf))'?/g;
// The trainer's progress bar has no words before it, unlike those of loading and tokenizing:
// ` 12%|█▏        | 12/100 [00:03<00:22,  3.9it/s]`.
const PROGRESS = /^\s*\d+%\|.*\|\s*(\d+)\/(\d+) \[[\d:]+<(?:([\d:]+)|\?)/;
const WARNING = /\b(?:UserWarning|FutureWarning|DeprecationWarning|WARNING)\b/;

/** The numbers of one log line, or nothing. */
export function readMetrics(line: string): Record<string, number> | undefined {
  const found = METRICS.exec(line)?.[0];
  if (found === undefined) return undefined;
  return Object.fromEntries([...found.matchAll(ENTRY)].map(([, name, value]) => [name as string, Number(value)]));
}

/** Splits at line ends and at the carriage returns of progress bars; the last, unfinished piece is left out. */
export function completeLines(text: string): { lines: string[]; length: number } {
  const end = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
  return { lines: text.slice(0, end).split(/[\r\n]+/), length: end };
}

/** The events in a piece of the log that begins at `offset`. Progress bars and warnings of Python are not events. */
export function readEvents(lines: readonly string[], offset: number): JobEvent[] {
  const events: JobEvent[] = [];
  const totals = new Set(lines.flatMap((line) => readStep(line)?.total ?? []));
  // An evaluation in between has a shorter bar of its own, whose steps are not the training's.
  const total = Math.max(...totals);
  let step: number | undefined;
  for (const [index, line] of lines.entries()) {
    const id = `${offset}:${index}`;
    const bar = readStep(line);
    if (bar?.total === total) step = bar.step;
    const metrics = readMetrics(line);
    // With one bar alone, that of a piece in which a measurement ends may be the measurement's.
    const unsure = metrics?.eval_loss !== undefined && totals.size < 2;
    if (metrics)
      events.push({
        id,
        level: "info",
        message: describe(metrics),
        metrics: step === undefined || unsure ? metrics : { step, ...metrics },
      });
    else if (isMessage(line)) events.push({ id, level: levelOf(line), message: line.trim() });
  }
  return events;
}

/** How far the training is, by the last progress bar and the last metrics of the text. */
export function readProgress(
  lines: readonly string[],
): JobSnapshot["progress"] & { secondsRemaining?: number; tokens?: number } {
  const bars = lines.map(readStep).filter((found) => found !== undefined);
  // An evaluation in between has a shorter bar of its own.
  const total = bars.reduce((most, bar) => Math.max(most, bar.total), 0);
  const bar = bars.findLast((found) => found.total === total);
  const metrics = lines.map(readMetrics).findLast((found) => found?.epoch !== undefined);
  return {
    ...(bar && {
      step: bar.step,
      totalSteps: bar.total,
      fraction: bar.total > 0 ? bar.step / bar.total : 0,
      secondsRemaining: bar.secondsRemaining,
    }),
    ...(metrics && { epoch: metrics.epoch, tokens: metrics.num_tokens }),
  };
}

function readStep(line: string): { step: number; total: number; secondsRemaining?: number } | undefined {
  const found = PROGRESS.exec(line);
  if (!found) return undefined;
  const remaining = found[3]?.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return { step: Number(found[1]), total: Number(found[2]), secondsRemaining: remaining };
}

function describe(metrics: Record<string, number>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function isMessage(line: string): boolean {
  return (
    line.trim() !== "" &&
    !line.includes("%|") &&
    !/^\s/.test(line) &&
    !WARNING.test(line) &&
    !/ examples\/s\]/.test(line)
  );
}

function levelOf(line: string): JobEvent["level"] {
  return /^\w*(?:Error|Exception)\b|^Traceback/.test(line) ? "error" : "info";
}
