import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { InvalidOptionError } from "../errors.js";
import { readLines } from "../internal/read-lines.js";
import { reportSkips, type SkipReporter } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import type { Run, SkipOptions } from "../types.js";
import { readParquet } from "./read-parquet.js";
import { readRunRecord } from "./run-record.js";

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
 * Runs from files: JSON lines of runs (of the v1 API, of v2, or as a bulk export has them, also
 * compressed with gzip), and the Parquet files of LangSmith's bulk export. A path is a file or a
 * directory; of a directory, every file below it is read whose name ends in `.parquet`, `.jsonl`,
 * `.ndjson`, `.jsonl.gz` or `.ndjson.gz`, in the order of their paths, which in an export is that of
 * the days. JSON lines are read block by block, Parquet row group by row group.
 *
 * Parquet needs the package `hyparquet`, and `hyparquet-compressors` for other compressions than
 * Snappy (an export has Zstandard or gzip).
 *
 * What is no run goes to `onSkip`, with the codes `invalid-json`, `invalid-utf8` and `not-a-run`.
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
  return reiterableChunks(() => readAll(typeof path === "string" ? [path] : path, options));
}

/** Where a run is, or what is wrong there. */
interface Place {
  file: string;
  line: number;
}

async function* readAll(paths: readonly string[], options: ReadRunsOptions): AsyncGenerator<Run[], void, undefined> {
  const { signal } = options;
  const runType = options.runType?.toLowerCase();
  const skips = reportSkips("readRuns", options);
  try {
    for (const path of paths) {
      for (const file of await filesOf(path)) {
        signal?.throwIfAborted();
        const chunks = file.endsWith(".parquet") ? parquetRuns(file, skips) : lineRuns(file, skips);
        for await (const chunk of chunks) {
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

const READABLE = /\.(?:parquet|(?:jsonl|ndjson)(?:\.gz)?)$/;

/** The file itself, or those below a directory. */
async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && READABLE.test(entry.name) && !/^[._]/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (files.length > 0) return files;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw new InvalidOptionError({
    option: "path",
    value: path,
    message: `The directory ${path} holds no file of runs.`,
    hint: "Files of runs end in .parquet, .jsonl, .ndjson, .jsonl.gz or .ndjson.gz.",
  });
}

async function* lineRuns(file: string, skips: SkipReporter): AsyncGenerator<Run[], void, undefined> {
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  const bytes = file.endsWith(".gz") ? raw.on("error", (error) => bytes.destroy(error)).pipe(createGunzip()) : raw;
  try {
    for await (const { lines, first } of readLines(bytes as AsyncIterable<Buffer>)) {
      const runs: Run[] = [];
      lines.forEach((text, index) => {
        const run = parseLine(text, { file, line: first + index }, skips);
        if (run) runs.push(run);
      });
      if (runs.length > 0) yield runs;
    }
  } catch (error) {
    throw isFileError(error) ? unreadable(file, error) : error;
  } finally {
    raw.destroy();
  }
}

function parseLine(text: string | undefined, place: Place, skips: SkipReporter): Run | undefined {
  if (text === undefined) return skip(skips, "invalid-utf8", "The line is not UTF-8.", place);
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    if (text.trim() !== "") skip(skips, "invalid-json", "The line is no JSON.", place);
    return undefined;
  }
  return readRunRecord(record) ?? skip(skips, "not-a-run", "The line is no object with an id.", place);
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
        const run = readRunRecord(record) ?? skip(skips, "not-a-run", "The row has no id.", { file, line });
        if (run) runs.push(run);
      }
      if (runs.length > 0) yield runs;
    }
  } catch (error) {
    throw isFileError(error) ? unreadable(file, error) : error;
  }
}

function skip(skips: SkipReporter, code: string, message: string, { file, line }: Place): undefined {
  skips.skip({ code, message: `${file}, line ${line}: ${message}`, path: `line ${line}` });
}

/** Of the file system or of gzip. */
function isFileError(error: unknown): boolean {
  const { syscall, code } = error as { syscall?: string; code?: string };
  return syscall !== undefined || (code?.startsWith("Z_") ?? false);
}

function unreadable(path: string, cause: unknown): InvalidOptionError {
  const code = (cause as { code?: string }).code;
  return new InvalidOptionError({
    option: "path",
    value: path,
    message: `${path} cannot be read (${code ?? "unknown reason"}).`,
    hint: code === "ENOENT" ? "There is no such file or directory." : "Check that the file is whole and may be read.",
    cause,
  });
}
