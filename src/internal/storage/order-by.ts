// A key has 26 bits and the row's place 27: together a double holds them exactly, and an array of
// doubles is sorted without a comparator, in place.
const INDEX = 2 ** 27;

/**
 * The numbers in the order of their keys, which are whole and below 2 ** 26, and by `compareEqual` where they are the same.
 * Takes 8 bytes for each number while it sorts; a comparator alone would have all of them boxed.
 */
export function orderBy(
  numbers: Uint32Array,
  keyOf: (number: number, index: number) => number,
  compareEqual: (left: number, right: number) => number,
): Uint32Array {
  const entries = new Float64Array(numbers.length);
  for (let index = 0; index < numbers.length; index += 1)
    entries[index] = keyed(keyOf(numbers[index] as number, index), index);
  const ordered = new Uint32Array(numbers.length);
  forEachRun(entries, (start, end) => {
    for (let place = start; place < end; place += 1)
      ordered[place] = numbers[indexOf(entries[place] as number)] as number;
    if (end - start > 1) ordered.set(Array.from(ordered.subarray(start, end)).sort(compareEqual), start);
  });
  return ordered;
}

/** Packs a key and an index, for {@link forEachRun}. */
export const keyed = (key: number, index: number): number => key * INDEX + index;
export const indexOf = (entry: number): number => entry % INDEX;

/** Sorts packed keys, and gives the ranges whose key is the same. */
export function forEachRun(entries: Float64Array, see: (start: number, end: number) => void): void {
  entries.sort();
  for (let start = 0; start < entries.length;) {
    const next = (Math.floor((entries[start] as number) / INDEX) + 1) * INDEX;
    let end = start + 1;
    while (end < entries.length && (entries[end] as number) < next) end += 1;
    see(start, end);
    start = end;
  }
}
