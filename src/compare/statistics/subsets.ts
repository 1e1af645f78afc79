import { randomOf } from "./random.js";

// 2^13 subsets are all looked at; of more items, this many random ones.
const ENUMERATED = 13;
const RANDOM_SUBSETS = 9999;
/** Items are taken eight at a time, with the totals of their 256 subsets in a table. */
const BITS = 8;

/**
 * For each subset that is not empty, the total of each list of values over it: of all subsets of up
 * to 13 items, of 9,999 random ones of more. The same subsets for the same number and seed.
 */
export function subsetTotals<const Lists extends readonly (readonly number[])[]>(
  lists: Lists,
  seed: number,
): { [Index in keyof Lists]: Float64Array } {
  const length = lists[0]?.length ?? 0;
  const isComplete = length <= ENUMERATED;
  const count = isComplete ? 2 ** length - 1 : RANDOM_SUBSETS;
  const chosen = chooseSubsets(length, count, isComplete ? undefined : randomOf(seed));
  const totals = lists.map((values) => {
    const own = new Float64Array(count);
    for (const [chunk, table] of tablesOf(values).entries()) {
      const offset = chunk * count;
      for (let subset = 0; subset < count; subset += 1) {
        own[subset] = (own[subset] as number) + (table[chosen[offset + subset] as number] as number);
      }
    }
    return own;
  });
  return totals as unknown as { [Index in keyof Lists]: Float64Array };
}

/** Which eight items each subset has, chunk after chunk: all subsets in their order, or random ones. */
function chooseSubsets(length: number, count: number, random: (() => number) | undefined): Uint8Array {
  const chunks = Math.ceil(length / BITS);
  const chosen = new Uint8Array(chunks * count);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const offset = chunk * count;
    const mask = 2 ** Math.min(BITS, length - chunk * BITS) - 1;
    for (let subset = 0; subset < count; subset += 1) {
      chosen[offset + subset] = (random ? Math.floor(random() * 256) : (subset + 1) >> (chunk * BITS)) & mask;
    }
  }
  if (random) replaceEmpty(chosen, chunks, count, length, random);
  return chosen;
}

/** The empty subset has no mean; it is the flip that was seen, which is counted by itself. */
function replaceEmpty(chosen: Uint8Array, chunks: number, count: number, length: number, random: () => number): void {
  for (let subset = 0; subset < count; subset += 1) {
    let some = 0;
    for (let chunk = 0; chunk < chunks; chunk += 1) some |= chosen[chunk * count + subset] as number;
    if (some !== 0) continue;
    const item = Math.floor(random() * length);
    chosen[Math.floor(item / BITS) * count + subset] = 2 ** (item % BITS);
  }
}

function tablesOf(values: readonly number[]): Float64Array[] {
  return Array.from({ length: Math.ceil(values.length / BITS) }, (_, chunk) => {
    const own = values.slice(chunk * BITS, (chunk + 1) * BITS);
    const table = new Float64Array(2 ** own.length);
    own.forEach((value, bit) => {
      for (let subset = 0; subset < 2 ** bit; subset += 1) {
        table[subset + 2 ** bit] = (table[subset] as number) + value;
      }
    });
    return table;
  });
}
