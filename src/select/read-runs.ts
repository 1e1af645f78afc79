import { abortSignal, either, list, skipKinds, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { isFileError, readFileLines, unreadableFile } from "../internal/files/read-file-lines.js";
import type { UnreadableLine } from "../internal/files/read-lines.js";
import { reportSkips, type SkipReporter } from "../internal/skips.js";
import { parsePythonJson } from "../internal/python-json.js";
import { reiterableChunks } from "../internal/step.js";
import type { Run, SkipOptions } from "../types.js";
import { LONGEST_DOCUMENT, readJsonDocument } from "./files/read-json-document.js";
import { filesOf } from "./files/files-of.js";
import { readParquet } from "./files/read-parquet.js";
import { visitRecords } from "./files/records-in.js";
import { readRunRecord } from "./run-record.js";

const DOCUMENT = /\.json(?:\.gz)?$/;

/** Options of {@link readRuns}. */
export interface ReadRunsOptions extends SkipOptions {
  /**
   * Only runs of this type: a bulk export holds the runs of every type.
   * @default runs of every type
   */
  runType?: string;
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Runs from files: JSON lines of runs (of the v1 API, of v2, of LangSmith's command line tool, or as a
 * bulk export has them), JSON (a run, a list of runs, a saved page of the API, a trace with its `runs`
 * or `child_runs`), both also compressed with gzip and with the `NaN` and `Infinity` of Python, and the
 * Parquet files of LangSmith's bulk export. A path is a file or a
 * directory; of a directory, every file below it is read whose name ends in `.parquet`, `.json`,
 * `.jsonl` or `.ndjson`, or of the last three with `.gz`, in the order of their paths, which in an export is
 * that of the days. JSON lines are read block by block, Parquet row group by row group, JSON as a
 * whole where it has up to 256 MiB.
 *
 * Parquet needs the package `hyparquet`, and `hyparquet-compressors` for other compressions than
 * Snappy (an export has Zstandard or gzip).
 *
 * What is not a run goes to `onSkip`, with the codes `invalid-json`, `invalid-utf8`,
 * `line-too-long` (256 MiB) and `not-a-run`.
 *
 * @throws InvalidOptionError while iterating, for a path that cannot be read or holds no such file.
 *
 * @example
 * ```ts
 * import { loadChatSessions, readRuns } from "langsmith-finetune";
 *
 * const runs = readRuns("exports/runs", { runType: "llm" });
 * for await (const session of loadChatSessions(runs)) console.log(session.messages.length);
 * ```
 */
export function readRuns(path: string | readonly string[], options: ReadRunsOptions = {}): AsyncIterable<Run> {
  checkArgument("path", path, either(text, list(text)));
  checkOptions<ReadRunsOptions>("readRuns", options, { runType: text, ...skipKinds, signal: abortSignal });
  return reiterableChunks(() => readAll(typeof path === "string" ? [path] : path, options));
}

/** Where a run is, or what is wrong there. */
interface Place {
  file: string;
  unit: "line" | "record";
  number: number;
}

async function* readAll(paths: readonly string[], options: ReadRunsOptions): AsyncGenerator<Run[], void, undefined> {
  const { signal } = options;
  const runType = options.runType?.toLowerCase();
  const skips = reportSkips("readRuns", options);
  try {
    for (const path of paths) {
      for (const file of await filesOf(path)) {
        signal?.throwIfAborted();
        for await (const chunk of runsOf(file, skips)) {
          signal?.throwIfAborted();
          const runs = runType === undefined ? chunk : chunk.filter((run) => run.run_type === runType);
          if (runs.length > 0) yield runs;
        }
      }
    }
  } finally {
    skips.close();
  }
}

async function* runsOf(file: string, skips: SkipReporter): AsyncGenerator<Run[], void, undefined> {
  if (file.endsWith(".parquet")) yield* parquetRuns(file, skips);
  else if (!DOCUMENT.test(file) || !(yield* documentRuns(file, skips))) yield* lineRuns(file, skips);
}

/** The runs of a file that is one JSON value; returns false for any other. */
async function* documentRuns(file: string, skips: SkipReporter): AsyncGenerator<Run[], boolean, undefined> {
  const document = await readJsonDocument(file, LONGEST_DOCUMENT).catch((error: unknown) => {
    throw isFileError(error) ? unreadableFile(file, error) : error;
  });
  if (!document) return false;
  if ("problem" in document) {
    skip(skips, document.problem.code, document.problem.message, { file, unit: "line", number: 1 });
    return true;
  }
  const runs: Run[] = [];
  let number = 0;
  visitRecords(document.value, (record) =>
    readRecord(record, runs, { file, unit: "record", number: (number += 1) }, skips),
  );
  if (runs.length > 0) yield runs;
  return true;
}

async function* lineRuns(file: string, skips: SkipReporter): AsyncGenerator<Run[], void, undefined> {
  for await (const { lines, first } of readFileLines(file, { gunzip: file.endsWith(".gz") })) {
    const runs: Run[] = [];
    lines.forEach((line, index) => readLine(line, runs, { file, unit: "line", number: first + index }, skips));
    if (runs.length > 0) yield runs;
  }
}

function readLine(line: string | UnreadableLine, runs: Run[], place: Place, skips: SkipReporter): void {
  if (typeof line !== "string") return skip(skips, line.code, line.message, place);
  const parsed = parsePythonJson(line);
  if (parsed === undefined) {
    if (line.trim() !== "") skip(skips, "invalid-json", "The line is not JSON.", place);
    return;
  }
  visitRecords(parsed.value, (record) => readRecord(record, runs, place, skips));
}

function readRecord(record: unknown, runs: Run[], place: Place, skips: SkipReporter): void {
  const run = readRunRecord(record);
  if (run) runs.push(run);
  else skip(skips, "not-a-run", "It is not an object with an id.", place);
}

/** Their JSON is parsed together; the row group that they are from stays in memory meanwhile. */
const ROWS_AT_A_TIME = 64;

async function* parquetRuns(file: string, skips: SkipReporter): AsyncGenerator<Run[], void, undefined> {
  let line = 0;
  try {
    for await (const records of readParquet(file, ROWS_AT_A_TIME)) {
      const runs: Run[] = [];
      for (const record of records) {
        line += 1;
        const run =
          readRunRecord(record) ?? skip(skips, "not-a-run", "The row has no id.", { file, unit: "line", number: line });
        if (run) runs.push(run);
      }
      if (runs.length > 0) yield runs;
    }
  } catch (error) {
    throw isFileError(error) ? unreadableFile(file, error) : error;
  }
}

function skip(skips: SkipReporter, code: string, message: string, { file, unit, number }: Place): undefined {
  skips.skip({ code, message: `${file}, ${unit} ${number}: ${message}`, path: `${unit} ${number}` });
}
