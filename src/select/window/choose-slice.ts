import { remaining, type Slice, splitOff, timeBefore } from "./slice.js";

/** What the choice depends on beside the slices. */
export interface Situation {
  pageSize: number;
  concurrency: number;
  /** How many pages may wait for the consumer, by count and by what they weigh. */
  readAhead: number;
  /** How many more pages may be asked for than are waiting or under way. */
  room: number;
  /** What is waiting and under way is all that a limit needs. */
  enough: boolean;
  /** Cutting has cost as many pages as it may: what is there is read in the parts that there are. */
  uncut: boolean;
}

/** What to ask next: a slice that nobody reads, or a part that is cut off another; undefined for nothing. */
export function chooseSlice(slices: Slice[], order: "start-time" | "any", situation: Situation): Slice | undefined {
  const [first] = slices;
  if (!first) return undefined;
  const open = !situation.enough && situation.room > 0;
  // Never held back: the consumer may be waiting for this one.
  if (isIdle(first) && (first.pages.length === 0 || open)) return first;
  if (!open) return undefined;
  if (situation.uncut) return slices.find(isIdle);
  return (
    (order === "start-time" ? nextInTurn(slices, situation) : slices.find(isIdle)) ?? halfOfLongest(slices, situation)
  );
}

// Chosen by simulation over even and uneven times, with little and much room (`test/select/window-cost.test.ts`).
/** The longest slice, as a part of what lets all cursors' pages just fit: on average they take half of the room. */
const LONGEST = 1.2;
/** How much longer than planned a slice may be before it is cut: its length is a guess, and a cut costs half a page. */
const TOLERATED = { times: 1.5, pages: 1 };
/** Slices that are begun are read further when no more than this part of the room lies before them. */
const HORIZON = 0.7;

/**
 * The first slice that nobody reads, or a part of the first that would be read for too long. Pages wait until all
 * newer slices are read. So the slices should end one after the other, in equal steps: then the room is enough for
 * the pages of all cursors, and whoever ends cuts its next slice off the oldest. A slice far from its turn is begun,
 * to know how dense it is, and not read further: its pages would take the room of those that come before it.
 */
function nextInTurn(slices: Slice[], situation: Situation): Slice | undefined {
  const { pageSize, concurrency, readAhead } = situation;
  const longest = Math.max(2, (LONGEST * readAhead) / Math.max(1, concurrency - 1));
  let place = 0;
  /** How many pages are probably not read yet of the slices so far. */
  let before = 0;
  for (const [index, slice] of slices.entries()) {
    if (isIdle(slice)) {
      if (slice.seen === 0 || before <= HORIZON * readAhead) return slice;
      return halfOfLongest(slices, situation, index) ?? slice;
    }
    if (slice.done && !slice.busy) continue;
    place += 1;
    const planned = (place / concurrency) * longest;
    const left = shareable(slice, pageSize) / pageSize;
    if (left > TOLERATED.times * planned + TOLERATED.pages && isVouchedFor(slice, (1 + planned) * pageSize)) {
      // A little less than full pages, so that a boundary which is slightly off does not cost a page.
      return cutOff(slices, slice, (1 + planned - 0.1) * pageSize);
    }
    before += left;
  }
  return undefined;
}

/** The older half of the slice that has most left, of all or of the first so many. */
function halfOfLongest(slices: Slice[], { pageSize }: Situation, among = slices.length): Slice | undefined {
  const lengths = slices.slice(0, among).map((slice) => shareable(slice, pageSize));
  const length = Math.max(...lengths);
  const longest = slices[lengths.indexOf(length)];
  return longest && length >= pageSize ? cutOff(slices, longest, pageSize + length / 2) : undefined;
}

function isIdle(slice: Slice): boolean {
  return !slice.busy && !slice.done;
}

/** How many runs of a slice could be read by somebody else: the page that is under way is not worth sharing. */
function shareable(slice: Slice, pageSize: number): number {
  if (slice.done || slice.position - slice.from < 4) return 0;
  return Math.max(0, (remaining(slice) ?? 0) - pageSize);
}

/** Whether so many runs of a slice lie in the time that its density says something of. */
function isVouchedFor(slice: Slice, runs: number): boolean {
  return timeBefore(slice, runs) > slice.vouchedTo;
}

/** Leaves a slice about so many runs and gives the rest to a new one. */
function cutOff(slices: Slice[], slice: Slice, keep: number): Slice {
  const at = Math.floor(timeBefore(slice, keep));
  const older = splitOff(slice, Math.min(Math.max(at, slice.from + 1), slice.position - 1));
  slices.splice(slices.indexOf(slice) + 1, 0, older);
  return older;
}
