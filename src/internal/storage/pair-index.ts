/** Numbers under pairs of numbers, in typed arrays: 12 bytes for each and as much for the empty places. */
export interface PairIndex {
  get(left: number, right: number): number | undefined;
  set(left: number, right: number, value: number): void;
}

const EMPTY = 0xffffffff;

export function createPairIndex(): PairIndex {
  let table = new Uint32Array(3 * 1024).fill(EMPTY);
  let size = 0;

  const slotOf = (left: number, right: number) => {
    const slots = table.length / 3;
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    slot = ((slot ^ (slot >>> 15)) >>> 0) & (slots - 1);
    while (table[slot * 3] !== EMPTY && (table[slot * 3] !== left || table[slot * 3 + 1] !== right))
      slot = (slot + 1) & (slots - 1);
    return slot * 3;
  };
  const grow = () => {
    const old = table;
    table = new Uint32Array(old.length * 2).fill(EMPTY);
    for (let base = 0; base < old.length; base += 3) {
      if (old[base] !== EMPTY)
        table.set(old.subarray(base, base + 3), slotOf(old[base] as number, old[base + 1] as number));
    }
  };
  return {
    get(left, right) {
      const slot = slotOf(left, right);
      return table[slot] === EMPTY ? undefined : table[slot + 2];
    },
    set(left, right, value) {
      let slot = slotOf(left, right);
      if (table[slot] === EMPTY) {
        if ((size + 1) * 4 > table.length) {
          grow();
          slot = slotOf(left, right);
        }
        size += 1;
      }
      table[slot] = left;
      table[slot + 1] = right;
      table[slot + 2] = value;
    },
  };
}
