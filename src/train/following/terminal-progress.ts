import { stripVTControlCharacters } from "node:util";
import { formatBytes, formatCount, formatDuration } from "./format.js";
import type { FineTuneProgress, ProgressListener } from "./progress.js";

/** Where progress is written: a terminal, or anything else that takes text. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Options of {@link terminalProgress}. */
export interface TerminalProgressOptions {
  /** @default process.stderr */
  stream?: ProgressStream;
  /**
   * Where there is no terminal: milliseconds between two lines of measurements. All else is written
   * as it comes.
   * @default 5_000
   */
  interval?: number;
}

/**
 * An `onProgress` for people: one live line on a terminal, below what is worth keeping, and plain
 * lines where there is none (a log file, CI).
 *
 * @example
 * ```ts
 * import { fineTune, terminalProgress, type FineTuneBackend, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 * declare const backend: FineTuneBackend;
 *
 * await fineTune({ examples, backend, onProgress: terminalProgress() });
 * ```
 */
export function terminalProgress({
  stream = process.stderr,
  interval = 5_000,
}: TerminalProgressOptions = {}): ProgressListener {
  const state: LiveState = { status: "" };
  return stream.isTTY === true ? liveProgress(stream, state) : plainProgress(stream, state, interval);
}

function plainProgress(stream: ProgressStream, state: LiveState, interval: number): ProgressListener {
  let last = -Infinity;
  return (progress) => {
    update(state, progress);
    const line = lineOf(progress);
    if (line !== undefined) stream.write(`${line}\n`);
    if (progress.type !== "metrics" || Date.now() - last < interval) return;
    last = Date.now();
    stream.write(`${liveLine(state)}\n`);
  };
}

function liveProgress(stream: ProgressStream, state: LiveState): ProgressListener {
  let opened: Promise<LogUpdate> | undefined;
  return async (progress) => {
    update(state, progress);
    const log = await (opened ??= openLog(stream));
    const line = lineOf(progress);
    if (line !== undefined) {
      log.clear();
      stream.write(`${line}\n`);
    }
    if (isLast(progress)) log.done();
    else log(cut(liveLine(state), stream.columns));
  };
}

interface LogUpdate {
  (text: string): void;
  clear(): void;
  done(): void;
}

async function openLog(stream: ProgressStream): Promise<LogUpdate> {
  const { createLogUpdate } = await import("log-update");
  // The cursor stays visible: a wait that is interrupted would leave a terminal without one.
  return createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
}

interface LiveState {
  status: string;
  step?: number;
  totalSteps?: number;
  epoch?: number;
  loss?: number;
  fraction?: number;
  finishAt?: string;
}

function update(state: LiveState, progress: FineTuneProgress): void {
  switch (progress.type) {
    case "uploading":
      state.status = `uploading ${progress.name}`;
      break;
    case "uploaded":
      state.status = "creating the job";
      break;
    case "status":
      state.status = progress.rawStatus;
      break;
    case "metrics":
      for (const name of ["step", "totalSteps", "epoch", "loss", "fraction"] as const)
        state[name] = progress[name] ?? state[name];
      break;
    case "estimate":
      state.finishAt = progress.finishAt;
      break;
    default:
  }
}

/** The line that is overwritten: where the job is. */
function liveLine({ status, step, totalSteps, epoch, loss, fraction, finishAt }: LiveState): string {
  const percent = fraction ?? (step !== undefined && totalSteps ? step / totalSteps : undefined);
  const parts = [
    plain(status) || "preparing",
    step !== undefined && `step ${step}${totalSteps === undefined ? "" : `/${totalSteps}`}`,
    epoch !== undefined && `epoch ${epoch}`,
    percent !== undefined && `${Math.floor(Math.min(1, percent) * 100)}%`,
    loss !== undefined && `loss ${loss.toFixed(4)}`,
    finishAt !== undefined && `about ${formatDuration(Math.max(0, Date.parse(finishAt) - Date.now()))} left`,
  ];
  return parts.filter((part) => part !== false).join("  ");
}

/** The line that stays, for what is worth one. */
function lineOf(progress: FineTuneProgress): string | undefined {
  switch (progress.type) {
    case "prepared": {
      const { role, rows, bytes, warnings } = progress;
      const noted = warnings.length > 0 ? `, ${formatCount(warnings.length, "warning")}` : "";
      return `Checked ${formatCount(rows, `${role} row`)}, ${formatBytes(bytes)}${noted}`;
    }
    case "uploaded":
      return `Uploaded ${plain(progress.file.name)} as ${plain(progress.file.id)}`;
    case "created":
      return `${progress.found ? "Took up" : "Created"} job ${plain(progress.job.id)} at ${progress.job.backend}`;
    case "status":
      return `Status: ${plain(progress.rawStatus)}`;
    case "event":
      return `${progress.level === "info" ? "" : `${progress.level}: `}${plain(progress.message)}`;
    case "retry":
      return `${plain(progress.error.message)} Asking again in ${formatDuration(progress.wait)}.`;
    case "finished": {
      const { model, trainedTokens } = progress.model;
      return `Finished: ${plain(model)}${trainedTokens === undefined ? "" : `, ${formatCount(trainedTokens, "token")} trained`}`;
    }
    case "uploading":
    case "metrics":
    case "estimate":
      return undefined;
  }
}

function isLast(progress: FineTuneProgress): boolean {
  return (
    progress.type === "finished" ||
    (progress.type === "status" && (progress.status === "failed" || progress.status === "cancelled"))
  );
}

/** A provider's words without anything that would steer the terminal. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, " ")
    .trim();
}

function cut(line: string, columns = 80): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(1, columns - 2))}…`;
}
