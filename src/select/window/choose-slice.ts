import { densityOf, remaining, type Slice, splitOff } from "./slice.js";

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

/**
 * The first slice that nobody reads, or a part of the first that would be read for too long. Pages
 * wait until all newer slices are read, so the slices should end one after the other, in equal
 * steps: then a few pages wait for each cursor's turn, and the newest slice, which everything waits
 * for, ends before there is no more room for the pages of the others.
 */
function nextInTurn(slices: Slice[], { pageSize, concurrency, readAhead, room }: Situation): Slice | undefined {
  const most = Math.max(2, readAhead / concurrency);
  let first = true;
  /** In so many pages the slices so far will have been read. */
  let ends = 0;
  for (const slice of slices) {
    if (isIdle(slice)) return slice;
    if (slice.done && !slice.busy) continue;
    const left = shareable(slice, pageSize) / pageSize;
    const turn = Math.min(most, ends + most / concurrency);
    const tolerated = first ? Math.max(2, room / Math.max(1, concurrency - 1)) : Math.max(ends + most, turn + 2);
    if (left > tolerated && isVouchedFor(slice, (1 + turn) * pageSize)) {
      // What is a little too long is halved: its end is a guess.
      const keep = left > 2 * most ? turn : Math.max(turn, left / 2);
      // A little less than full pages, so that a boundary which is slightly off does not cost a page.
      return cutOff(slices, slice, (1 + keep - 0.1) * pageSize);
    }
    ends = Math.max(ends, left);
    first = false;
  }
  return undefined;
}

function halfOfLongest(slices: Slice[], { pageSize }: Situation): Slice | undefined {
  const lengths = slices.map((slice) => shareable(slice, pageSize));
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
  return slice.position - runs / (densityOf(slice) ?? 1) > slice.vouchedTo;
}

/** Leaves a slice about so many runs and gives the rest to a new one. */
function cutOff(slices: Slice[], slice: Slice, keep: number): Slice {
  const at = Math.floor(slice.position - keep / (densityOf(slice) ?? 1));
  const older = splitOff(slice, Math.min(Math.max(at, slice.from + 1), slice.position - 1));
  slices.splice(slices.indexOf(slice) + 1, 0, older);
  return older;
}
