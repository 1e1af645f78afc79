import type { Run } from "../types.js";
import { parseTime } from "./run-query.js";
import type { RunPage } from "./run-source.js";

/**
 * A part of the time that is read, and how far a cursor has come in it, from its newest run to its
 * oldest. A run belongs to the slice if `from <= start < to`, in whole milliseconds: whether the
 * server counts the ends of a window in or out then makes no difference, nor do several runs that
 * start at once.
 */
export interface Slice {
  from: number;
  readonly to: number;
  /** The `from` that the server was told; earlier than `from` once the older part was given away. */
  readonly askedFrom: number;
  cursor: string | undefined;
  /** The start of the oldest run so far: what is left is between `from` and here. */
  position: number;
  /** Runs in a millisecond, as far as is known. */
  density: number | undefined;
  /** How many runs came, and the start of the first. */
  seen: number;
  newest: number | undefined;
  busy: boolean;
  done: boolean;
  /** Pages that nobody took yet. */
  readonly pages: Run[][];
  /** The ids of the last page: a cursor that repeats a run does no harm. */
  lastIds: ReadonlySet<string>;
}

export function createSlice(from: number, to: number, now: number, density?: number): Slice {
  return {
    from,
    to,
    askedFrom: from,
    cursor: undefined,
    position: Math.min(to, now),
    density,
    seen: 0,
    newest: undefined,
    busy: false,
    done: false,
    pages: [],
    lastIds: new Set(),
  };
}

/** What a page told. */
export interface Absorbed {
  /** Its runs that belong to the slice and are new. */
  runs: Run[];
  /** The start of the newest run older than the slice: minus infinity if there is none, undefined if the page did not tell. */
  next: number | undefined;
}

/** Takes a page in. */
export function absorb(slice: Slice, { runs, cursor }: RunPage): Absorbed {
  const own: Run[] = [];
  let oldest = slice.position;
  let next = cursor === undefined ? -Infinity : undefined;
  for (const run of runs) {
    const start = startOf(run);
    if (start !== undefined) {
      oldest = Math.min(oldest, start);
      slice.newest ??= start;
      if (start < slice.from) next = Math.max(next ?? start, start);
      if (start >= slice.to || start < slice.from) continue;
    }
    if (!slice.lastIds.has(run.id)) own.push(run);
  }
  slice.lastIds = new Set(runs.map(({ id }) => id));
  slice.seen += runs.length;
  slice.position = oldest;
  if (slice.newest !== undefined && slice.seen > 1) slice.density = slice.seen / Math.max(1, slice.newest - oldest);
  // Everything older was given to another slice.
  const passed = slice.from > slice.askedFrom && oldest < slice.from;
  slice.cursor = passed ? undefined : cursor;
  slice.done = slice.cursor === undefined;
  return { runs: own, next };
}

/**
 * Tells the older slices what a page showed of them: a server goes through a gap at once, and so
 * should we, instead of cutting it into pieces by the density of what is on this side of it.
 */
export function skipGap(slice: Slice, older: readonly Slice[], next: number): void {
  for (const other of older) {
    if (other.from < slice.askedFrom || other.seen > 0) continue;
    if (next < other.from) other.density = 0;
    else other.position = Math.min(other.position, next + 1);
  }
}

/** How many runs are probably left in the slice; unknown before anything is known of it. */
export function remaining(slice: Slice): number | undefined {
  return slice.density === undefined ? undefined : slice.density * Math.max(0, slice.position - slice.from);
}

/** Gives the part older than `at` away. */
export function splitOff(slice: Slice, at: number): Slice {
  const older = createSlice(slice.from, at, at, slice.density);
  slice.from = at;
  return older;
}

/** The start of a run in whole milliseconds. */
export function startOf(run: Run): number | undefined {
  const { start_time } = run;
  const start = typeof start_time === "string" ? parseTime(start_time) : start_time;
  return typeof start === "number" && Number.isFinite(start) ? Math.floor(start) : undefined;
}
