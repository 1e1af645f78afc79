import { omit } from "../internal/omit.js";
import { boolean, callback, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { InvalidOptionError } from "../errors.js";
import { reportNotRuns, reportSkips } from "../internal/skips.js";
import { summariseSkips } from "../internal/skip-summary.js";
import { type FileLock, takeLock } from "../internal/files/file-lock.js";
import type { StepProgress } from "../internal/progress.js";
import { unwritable } from "../internal/files/unwritable.js";
import type { AnyIterable, Run } from "../types.js";
import { compileQuery } from "./query/compile-query.js";
import {
  type ExportPosition,
  lockPath,
  partialPath,
  positionPath,
  readLogPath,
  readPosition,
  removeTraces,
  startKey,
  syncDirectory,
  writePosition,
} from "./files/export-position.js";
import { joiner, selectionJoin } from "./feedback/selection.js";
import { openSource } from "./server/open-source.js";
import { readWindow } from "./window/read-window.js";
import { resolveProjects } from "./server/resolve-projects.js";
import { checkQuery, type RunQuery } from "./query/run-query.js";
import { openReadLog, type ReadLog } from "./whole/read-log.js";
import { isWhole, readWhole, type WholeQuery } from "./whole/read-whole.js";
import { type SelectOptions, selectKinds, settle, windowOf } from "./select-runs.js";

/** How far an export is: what is in the file, also from before it was resumed. */
export interface ExportProgress extends StepProgress {
  runs: number;
  rows: number;
  bytes: number;
}

/** Options of {@link exportRuns}. */
export interface ExportOptions extends Omit<SelectOptions, "order" | "onProgress"> {
  /**
   * Makes the rows of some runs: the steps from loading to training examples, say. It is called for
   * a page of runs at a time, so that an export can go on after any of them; what looks at all rows
   * at once (removing duplicates, splitting) belongs behind the export.
   * @default the runs themselves are written
   */
  convert?: (runs: Run[]) => AnyIterable<object>;
  /**
   * What `convert` is called by an interrupted export, so that another one does not go on in its file.
   * Change it where rows change although the text of `convert` does not.
   * @default the text of `convert`
   */
  convertVersion?: string;
  /**
   * Begins again, even where an interrupted export could go on.
   * @default false
   */
  restart?: boolean;
  /** Called after each page with what is in the file so far. */
  onProgress?: (progress: ExportProgress) => unknown;
}

/** What {@link exportRuns} wrote. */
export interface ExportResult {
  path: string;
  /** How many runs were read, and how many rows they gave. */
  runs: number;
  rows: number;
  bytes: number;
  /** Whether an interrupted export went on. */
  resumed: boolean;
}

/** The position is written that often at most; what came since is read again after a crash. */
const CHECKPOINT_MILLISECONDS = 100;

/**
 * Writes the runs of a query, or the rows that `convert` makes of them, to a file of JSON lines,
 * newest first (of a query with `whole`, in the order of `selectRuns`), and can be interrupted: its position is kept beside the file, and the same call
 * goes on from there, after an error, an abort or a killed process, with no row lost and none twice.
 * The time that is exported is fixed when the export begins.
 *
 * The file gets its name when it is whole. Until then the rows are in `<path>.partial` and the
 * position in `<path>.position.json`. Rows are on the disk before the position that counts them;
 * what is behind the position is cut off before the export goes on. `<path>.lock` keeps a second
 * export away from the file; that of a killed process is taken over.
 *
 * @throws InvalidOptionError for a query that cannot be meant, a path that is a folder or that another
 *   process writes to, and where an interrupted export with another query or `convert` is in the way.
 * @throws ServiceError as `selectRuns` does; the next call goes on.
 *
 * @example
 * ```ts
 * import { convertMessagesForFinetuning, exportRuns, loadChatSessions } from "langsmith-finetune";
 *
 * const { rows } = await exportRuns(
 *   "support-bot.jsonl",
 *   { projectName: "support-bot", since: "2026-01-01" },
 *   { convert: (runs) => convertMessagesForFinetuning(loadChatSessions(runs)) },
 * );
 * console.log(rows);
 * ```
 */
export async function exportRuns(path: string, query: RunQuery, options: ExportOptions = {}): Promise<ExportResult> {
  checkQuery(query);
  checkArgument("path", path, text);
  const kinds = omit(selectKinds, "order");
  checkOptions<ExportOptions>("exportRuns", options, {
    ...kinds,
    convert: callback,
    convertVersion: text,
    restart: boolean,
    onProgress: callback,
  });
  selectionJoin(query, options);
  await checkIsFile(path);
  const lock = await lockFile(path);
  try {
    return await exportLocked(path, query, options);
  } finally {
    await lock.release();
  }
}

async function exportLocked(path: string, query: RunQuery, options: ExportOptions): Promise<ExportResult> {
  if (options.restart) await removeTraces(path);
  // If nothing was read yet, there is nothing to continue: a wrong name can be corrected.
  const found = await readPosition(path);
  const known = found && (found.runs > 0 || found.done) ? found : undefined;
  if (known) checkSameExport(path, known, query, options);
  const position = known ?? begin(query, options);
  if (!position.done) await writeRows(path, query, options, position);
  await giveName(path);
  const { runs, rows, bytes } = position;
  return { path, runs, rows, bytes, resumed: known !== undefined };
}

/** Whoever else writes to the same file would write between our rows. */
async function lockFile(path: string): Promise<FileLock> {
  const lock = await takeLock(lockPath(path));
  if ("release" in lock) return lock;
  throw new InvalidOptionError({
    option: "path",
    value: path,
    message: `Process ${lock.pid} on ${lock.host} has been exporting to ${path} since ${lock.since}.`,
    hint: `Wait for it, or write to another path. If it is gone, delete ${lockPath(path)}.`,
  });
}

async function checkIsFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  throw new InvalidOptionError({
    option: "path",
    value: path,
    message: `${path} is a folder.`,
    hint: "Pass the path of the file that is to be written.",
  });
}

function begin(query: RunQuery, { convert, convertVersion }: ExportOptions): ExportPosition {
  const { from, to = Date.now() } = windowOf(query);
  return {
    version: 1,
    query: fingerprint(query),
    convert: versionOf(convert, convertVersion),
    slice: { from, to },
    cursor: null,
    runs: 0,
    rows: 0,
    bytes: 0,
    done: false,
  };
}

/** The query as text; the order of its keys does not matter. */
function fingerprint(query: RunQuery): string {
  return JSON.stringify(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** The text of a function is the same in every process that runs the same code. */
function versionOf(convert: ExportOptions["convert"], version: string | undefined): string | null {
  if (convert === undefined) return null;
  return createHash("sha256")
    .update(version ?? convert.toString())
    .digest("hex");
}

function checkSameExport(
  path: string,
  position: ExportPosition,
  query: RunQuery,
  { convert, convertVersion }: ExportOptions,
): void {
  if (position.convert !== undefined && position.convert !== versionOf(convert, convertVersion)) {
    throw new InvalidOptionError({
      option: "convert",
      value: convertVersion ?? convert?.name,
      message: `${positionPath(path)} belongs to an interrupted export with another convert.`,
      hint: "Pass the same convert to go on (or the same convertVersion, where only its text changed), pass restart: true to begin again, or write to another path.",
    });
  }
  if (position.query === fingerprint(query)) return;
  throw new InvalidOptionError({
    option: "query",
    value: query,
    message: `${positionPath(path)} belongs to an interrupted export of another query.`,
    hint: "Ask the same query to go on, pass restart: true to begin again, or write to another path.",
  });
}

async function writeRows(
  path: string,
  query: RunQuery,
  options: ExportOptions,
  position: ExportPosition,
): Promise<void> {
  const log = isWhole(query) ? await openLog(path, position) : undefined;
  const file = await openPartial(path, position);
  let saved = performance.now();
  const earlier: ExportPosition[] = [];
  const save = async () => {
    // First the rows, then the position that counts them.
    await file.datasync().catch(refused(path));
    await log?.save().catch(refused(path));
    await writePosition(path, position).catch(refused(path));
    saved = performance.now();
    // What the position on the disk counts must stay.
    earlier.length = 0;
  };
  const began = { time: Date.now(), runs: position.runs };
  const summary = summariseSkips();
  const tell = (finished: boolean) => {
    const { runs, rows, bytes } = position;
    const elapsed = Date.now() - began.time;
    options.onProgress?.({
      type: "step",
      step: "export",
      unit: "run",
      done: runs,
      elapsed,
      ...(elapsed > 0 && { perSecond: ((runs - began.runs) * 1_000) / elapsed }),
      finished,
      runs,
      rows,
      bytes,
    });
  };
  try {
    await save();
    for await (const page of log && isWhole(query)
      ? wholeRuns(query, options, position, log)
      : newRuns(query, options, position)) {
      const { text, rows } = await summary.run(() => rowsOf(page, options.convert));
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) {
        written += (
          await file.write(bytes, written, bytes.length - written, position.bytes + written).catch(refused(path))
        ).bytesWritten;
      }
      earlier.push({ ...position });
      if (earlier.length > KEPT_POSITIONS) earlier.shift();
      advance(position, page, rows, bytes.length);
      if (log) position.read = log.length;
      if (performance.now() - saved >= CHECKPOINT_MILLISECONDS) await save();
      tell(false);
    }
    position.done = true;
    await save();
    tell(true);
  } catch (error) {
    // What was written whole need not be read again.
    await log?.save().catch(() => undefined);
    const kept = [...earlier, position].filter(({ read = 0 }) => read <= (log?.saved ?? 0));
    await saveWhatFits(path, file, kept);
    throw error;
  } finally {
    summary.close();
    await file.close();
    await log?.close();
  }
}

/** Positions of the last pages, for a disk that has no room for the newest. */
const KEPT_POSITIONS = 16;

/**
 * Writes the newest position that the disk has room for. On a full disk rows make room for it: what
 * is behind a position is cut off anyway when the export goes on.
 */
async function saveWhatFits(path: string, file: FileHandle, positions: ExportPosition[]): Promise<void> {
  for (const position of positions.reverse()) {
    try {
      await file.truncate(position.bytes);
      await file.datasync();
      await writePosition(path, position);
      return;
    } catch {
      // The next older one needs less room. With none the last position on the disk holds.
    }
  }
}

const refused = (path: string) => (cause: unknown) => {
  throw unwritable(path, cause, { hint: "What was exported is kept, and the same call goes on." });
};

async function openPartial(path: string, position: ExportPosition): Promise<FileHandle> {
  if (position.bytes === 0) {
    return open(partialPath(path), "w").catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
  }
  const size = await stat(partialPath(path)).then(
    (found) => found.size,
    () => -1,
  );
  if (size < position.bytes) {
    throw new InvalidOptionError({
      option: "path",
      value: path,
      message: `${partialPath(path)} is ${size < 0 ? "gone" : "shorter than its position says"}, so the export cannot go on.`,
      hint: "Pass restart: true to start over.",
    });
  }
  const file = await open(partialPath(path), "r+");
  await file.truncate(position.bytes);
  return file;
}

async function openLog(path: string, position: ExportPosition): Promise<ReadLog> {
  try {
    return await openReadLog(readLogPath(path), position.read ?? 0);
  } catch (cause) {
    throw unwritable(path, cause, {
      hint: `Pass restart: true to start over, if ${readLogPath(path)} is gone.`,
    });
  }
}

/** The runs of whole conversations that are not in the file yet. */
async function* wholeRuns(
  query: WholeQuery,
  options: ExportOptions,
  { slice }: ExportPosition,
  log: ReadLog,
): AsyncGenerator<Run[], void, undefined> {
  const { connection, source } = await openSource(options);
  const projectIds = await resolveProjects(connection, query, options.signal);
  const skips = reportSkips("exportRuns", options);
  const left = query.limit === undefined ? {} : { limit: Math.max(0, query.limit - log.conversations) };
  const window = { ...settle(source, options), projectIds, ...slice, order: "start-time" as const };
  const withRatings = joiner(query, options, connection.client);
  try {
    for await (const page of readWhole(source, { query: { ...query, ...left }, window, seen: log, skips }))
      yield await withRatings(page);
  } finally {
    skips.close();
  }
}

/** The runs that are not in the file yet, newest first. */
async function* newRuns(
  query: RunQuery,
  options: ExportOptions,
  position: ExportPosition,
): AsyncGenerator<Run[], void, undefined> {
  const { cursor, slice } = position;
  const limit = query.limit === undefined ? undefined : query.limit - position.runs;
  if (limit !== undefined && limit <= 0) return;
  const { connection, source } = await openSource(options);
  const projectIds = await resolveProjects(connection, query, options.signal);
  const skips = reportSkips("exportRuns", options);
  const known = new Set(cursor?.ids);
  const window = {
    ...settle(source, options),
    query: compileQuery(query),
    projectIds,
    from: slice.from,
    // The whole millisecond of the cursor comes again, and what is known of it is left out.
    to: cursor ? Math.floor(Number(cursor.start)) + 1 : slice.to,
    order: "start-time" as const,
    onNotRuns: reportNotRuns(skips),
  };
  const withRatings = joiner(query, options, connection.client);
  let left = limit ?? Infinity;
  try {
    for await (const page of readWindow(source, window)) {
      const fresh = cursor ? page.filter((run) => isAfter(run, cursor.start, known)) : page;
      const runs = fresh.slice(0, left);
      left -= runs.length;
      if (runs.length > 0) yield await withRatings(runs);
      if (left <= 0) return;
    }
  } finally {
    skips.close();
  }
}

/** After in the order of the file: older, or as old and not there yet. */
function isAfter(run: Run, start: string, known: ReadonlySet<string>): boolean {
  const key = startKey(run);
  return key < start || (key === start && !known.has(run.id));
}

async function rowsOf(page: Run[], convert: ExportOptions["convert"]): Promise<{ text: string; rows: number }> {
  let text = "";
  let rows = 0;
  for await (const row of convert ? convert(page) : page) {
    text += `${stringify(row)}\n`;
    rows += 1;
  }
  return { text, rows };
}

function stringify(row: object): string {
  let cause: unknown;
  try {
    const text: unknown = JSON.stringify(row);
    if (typeof text === "string") return text;
  } catch (error) {
    cause = error;
  }
  throw new InvalidOptionError({
    option: "convert",
    value: row,
    message: `convert gave something that JSON cannot hold${cause instanceof Error ? `: ${cause.message}` : ""}.`,
    hint: "Rows are plain objects without cycles and bigints.",
    cause,
  });
}

function advance(position: ExportPosition, page: readonly Run[], rows: number, bytes: number): void {
  const start = page.reduce(
    (oldest, run) => (startKey(run) < oldest ? startKey(run) : oldest),
    startKey(page[0] as Run),
  );
  const ids = page.filter((run) => startKey(run) === start).map(({ id }) => id);
  const before = position.cursor?.start === start ? position.cursor.ids : [];
  position.cursor = { start, ids: [...before, ...ids] };
  position.runs += page.length;
  position.rows += rows;
  position.bytes += bytes;
}

/** The last step, in an order in which the next call repairs a crash between any two. */
async function giveName(path: string): Promise<void> {
  try {
    await rename(partialPath(path), path);
  } catch (error) {
    // It has its name already: the process ended just before the position was removed.
    const renamed =
      (error as { code?: string }).code === "ENOENT" &&
      (await stat(path).then(
        () => true,
        () => false,
      ));
    if (!renamed) throw error;
  }
  await syncDirectory(path);
  for (const trace of [positionPath(path), readLogPath(path)]) await rm(trace, { force: true });
}
