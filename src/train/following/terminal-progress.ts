import { boolean, number, withMethods } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { LiveState } from "./live-state.js";
import { lineOf } from "./progress-lines.js";
import type { AnyProgress, ProgressStream } from "./any-progress.js";
import { inkOf } from "./terminal-ink.js";

/** Options of {@link terminalProgress}. */
export interface TerminalProgressOptions {
  /** @default process.stderr */
  stream?: ProgressStream;
  /**
   * Where there is no terminal: milliseconds between two lines of the same kind, such as measurements.
   * All else is written as it comes.
   * @default 5_000
   */
  interval?: number;
  /**
   * Where there is no terminal: begin each line with the time, ISO 8601 in UTC.
   * @default true
   */
  timestamps?: boolean;
}

/**
 * An `onProgress` for people, for `fineTune` and for every step that has one: a live line on a
 * terminal, below what is worth keeping, and plain lines with the time where there is none (a log
 * file, CI). Colours appear on terminals only, and not where `NO_COLOR` is set.
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
export function terminalProgress(options: TerminalProgressOptions = {}): (progress: AnyProgress) => unknown {
  checkOptions<TerminalProgressOptions>("terminalProgress", options, {
    stream: withMethods<ProgressStream>("a stream with a method write", "write"),
    interval: number({ min: 0 }),
    timestamps: boolean,
  });
  const { stream = process.stderr, interval = 5_000, timestamps = true } = options;
  return stream.isTTY === true ? liveProgress(stream) : plainProgress(stream, interval, timestamps);
}

function plainProgress(
  stream: ProgressStream,
  interval: number,
  timestamps: boolean,
): (progress: AnyProgress) => unknown {
  const state = new LiveState(inkOf(stream));
  const last = new Map<string, number>();
  const write = (line: string) =>
    stream.write(`${timestamps ? `${new Date().toISOString().slice(0, 19)}Z ` : ""}${line}\n`);
  return (progress) => {
    state.update(progress);
    const line = lineOf(progress, state);
    if (line !== undefined) write(line);
    // Measurements that come after the end would repeat what is no longer so.
    if (!isRepeated(progress) || state.ended) return;
    if (Date.now() - (last.get(progress.type) ?? -Infinity) < interval) return;
    last.set(progress.type, Date.now());
    write(state.text());
  };
}

function isRepeated(progress: AnyProgress): boolean {
  return progress.type === "metrics" || progress.type === "waiting" || (progress.type === "step" && !progress.finished);
}

function liveProgress(stream: ProgressStream): (progress: AnyProgress) => unknown {
  const ink = inkOf(stream);
  const state = new LiveState(ink);
  let opened: Promise<LogUpdate> | undefined;
  return async (progress) => {
    state.update(progress);
    const log = await (opened ??= openLog(stream));
    const line = lineOf(progress, state);
    if (line !== undefined) {
      log.clear();
      stream.write(`${ink.line(progress, line)}\n`);
    }
    if (isLast(progress)) log.done();
    else if (!state.ended) log(state.text(widthOf(stream)));
  };
}

/** A terminal that does not know its size says 0. */
function widthOf({ columns = 0 }: ProgressStream): number {
  return columns > 0 ? columns : 80;
}

interface LogUpdate {
  (text: string): void;
  clear(): void;
  done(): void;
}

async function openLog(stream: ProgressStream): Promise<LogUpdate> {
  const { createLogUpdate } = await import("log-update");
  const sized = {
    isTTY: true,
    write: (text: string) => stream.write(text),
    get columns() {
      return widthOf(stream);
    },
    // Nothing is drawn on a terminal of no rows, and one that does not know its size says so.
    get rows() {
      const { rows = 0 } = stream;
      return rows > 0 ? rows : 24;
    },
  };
  // The cursor stays visible: a wait that is interrupted would leave a terminal without one.
  return createLogUpdate(sized as unknown as NodeJS.WriteStream, { showCursor: true });
}

function isLast(progress: AnyProgress): boolean {
  return (
    progress.type === "finished" ||
    (progress.type === "step" && progress.finished) ||
    (progress.type === "status" && (progress.status === "failed" || progress.status === "cancelled"))
  );
}
