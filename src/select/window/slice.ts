import type { Run } from "../../types.js";
import { parseTime } from "../query/run-query.js";
import type { WaitingPage } from "./read-ahead.js";
import type { Rhythm } from "./rhythm.js";
import { CursorTrail } from "../server/cursor-trail.js";
import type { RunPage } from "../server/run-source.js";

/**
 * A part of the time that is read, and how far a cursor has come in it, from its newest run to its
 * oldest. A run belongs to the slice if `from <= start < to`, in whole milliseconds: whether the
 * server counts the ends of a window in or out then makes no difference, nor do several runs that
 * start at once.
 */
export interface Slice {
  from: number;
  readonly to: number;
  /** The `from` of the request; earlier than `from` once the older part was given away. */
  readonly askedFrom: number;
  cursor: string | undefined;
  /** The start of the oldest run so far: what is left is between `from` and here. */
  position: number;
  /** When the runs of the whole reading are dense, as far as was read. */
  readonly rhythm: Rhythm;
  /** Newer slices follow: no run lies between the end of this one and its newest. Of the newest slice that says nothing. */
  readonly inner: boolean;
  /** How dense the runs were that were read last; undefined as long as nothing is known. */
  pace: Pace | undefined;
  /** How much time was read, from the newest to the oldest run of its pages. */
  measured: number;
  /** The density says nothing of what is older than this: it was measured elsewhere, and in so much time only. */
  vouchedTo: number;
  /** How many runs came. */
  seen: number;
  busy: boolean;
  done: boolean;
  /** Pages that were not taken yet. */
  readonly pages: WaitingPage[];
  /** The ids of the last page: a run that comes twice, there or in the next, is given once. */
  lastIds: ReadonlySet<string>;
  readonly trail: CursorTrail;
}

/** The last pages, the newest first: so many runs in that time. */
type Pace = readonly { readonly runs: number; readonly from: number; readonly to: number }[];

/** Of so many pages the pace is kept. Each weighs as much as all before it. */
const PACE_PAGES = 5;

/** What a slice begins with beside its time. */
export type Beginning = Pick<Slice, "rhythm"> & Partial<Pick<Slice, "inner" | "pace" | "vouchedTo">>;

export function createSlice(from: number, to: number, now: number, beginning: Beginning): Slice {
  return {
    from,
    to,
    askedFrom: from,
    cursor: undefined,
    position: Math.min(to, now),
    inner: false,
    pace: undefined,
    measured: 0,
    vouchedTo: -Infinity,
    seen: 0,
    busy: false,
    done: false,
    pages: [],
    lastIds: new Set(),
    trail: new CursorTrail(),
    ...beginning,
  };
}

/** What a page said. */
export interface Absorbed {
  /** Its runs that belong to the slice and are new. */
  runs: Run[];
  /** The start of the newest run older than the slice: minus infinity if there is none, undefined if the page did not tell. */
  next: number | undefined;
}

/** Takes a page in. */
export function absorb(slice: Slice, { runs, cursor }: RunPage): Absorbed {
  const own: Run[] = [];
  const before = slice.position;
  const starts: number[] = [];
  let newest: number | undefined;
  let oldest = before;
  let next = cursor === undefined ? -Infinity : undefined;
  const ids = new Set<string>();
  for (const run of runs) {
    const start = startOf(run);
    const isNew = !slice.lastIds.has(run.id) && !ids.has(run.id);
    ids.add(run.id);
    if (start !== undefined) {
      oldest = Math.min(oldest, start);
      newest ??= start;
      starts.push(start);
      if (start < slice.from) next = Math.max(next ?? start, start);
      if (start >= slice.to || start < slice.from) continue;
    }
    if (isNew) own.push(run);
  }
  slice.lastIds = ids;
  slice.seen += runs.length;
  slice.position = oldest;
  if (newest !== undefined) {
    slice.pace = paceAfter(slice, { runs: runs.length, from: oldest, newest, to: before });
    slice.rhythm.learn(oldest, slice.seen === runs.length && !slice.inner ? newest : before, starts);
    slice.measured += newest - oldest;
    slice.vouchedTo = -Infinity;
  } else if (slice.vouchedTo > -Infinity) {
    slice.pace = undefined;
  }
  // Everything older was given to another slice.
  const passed = slice.from > slice.askedFrom && oldest < slice.from;
  slice.cursor = passed ? undefined : cursor;
  slice.done = slice.cursor === undefined;
  if (cursor === undefined) slice.rhythm.learn(slice.askedFrom, oldest, []);
  return { runs: own, next };
}

/**
 * Tells the older slices what a page showed of them: a server goes through a gap at once, and so
 * should we, instead of cutting it into pieces by the density of what is on this side of it.
 */
export function skipGap(slice: Slice, older: readonly Slice[], next: number): void {
  for (const other of older) {
    if (other.from < slice.askedFrom || other.seen > 0) continue;
    if (next < other.from) other.pace = [{ runs: 0, from: other.from, to: other.position }];
    else other.position = Math.min(other.position, next + 1);
  }
}

/** How many runs are probably left in the slice; unknown before anything is known of it. */
export function remaining({ pace, rhythm, from, position }: Slice): number | undefined {
  return pace && densityOf(pace, rhythm) * rhythm.between(from, position);
}

/** From when to the slice's position so many runs probably lie. */
export function timeBefore({ pace, rhythm, position }: Slice, runs: number): number {
  return rhythm.before(position, runs / (pace ? densityOf(pace, rhythm) : 1));
}

/** The pace with a page more, from its oldest run to the oldest of the page before. */
function paceAfter(
  { pace, rhythm, seen }: Slice,
  { runs, from, newest, to }: { runs: number; from: number; newest: number; to: number },
): Pace | undefined {
  // What was measured elsewhere counts until the slice has measured its own, without the gap before its newest run.
  if (seen === runs) return runs > 1 ? [{ runs, from, to: newest }] : undefined;
  if (pace) rhythm.judge(runs, () => densityOf(pace, rhythm) * rhythm.between(from, to));
  return [{ runs, from, to }, ...(pace ?? [])].slice(0, PACE_PAGES);
}

/** Runs in a millisecond of busy time. */
function densityOf(pace: Pace, rhythm: Rhythm): number {
  let [runs, busy] = [0, 0];
  for (const page of [...pace].reverse()) {
    runs = runs / 2 + page.runs;
    busy = busy / 2 + rhythm.between(page.from, page.to);
  }
  return runs / Math.max(1, busy);
}

/**
 * A density that was measured in some time is taken for that of so many times as much older time, and
 * of no more: a burst in one instant says nothing of the rest. Chosen by simulation over even and
 * uneven times (`test/select/window-cost.test.ts`).
 */
const VOUCHED = 8;

/** Gives the part older than `at` away. */
export function splitOff(slice: Slice, at: number): Slice {
  const { rhythm, pace } = slice;
  const vouchedTo = slice.seen > 0 ? slice.position - VOUCHED * slice.measured : slice.vouchedTo;
  const known = at > vouchedTo ? { pace } : {};
  const older = createSlice(slice.from, at, at, { rhythm, inner: true, vouchedTo, ...known });
  slice.from = at;
  return older;
}

/** The start of a run in whole milliseconds. */
function startOf(run: Run): number | undefined {
  const { start_time } = run;
  const start = typeof start_time === "string" ? parseTime(start_time) : start_time;
  return typeof start === "number" && Number.isFinite(start) ? Math.floor(start) : undefined;
}
