/**
 * The first line with each hash: sixty-four bits of it and the line's number, twelve bytes a line
 * in an open table. At a million lines, two different ones meet with a chance of one in thirty
 * million.
 */
export class FirstLines {
  private capacity = 1024;
  private hashes = new BigUint64Array(this.capacity);
  private lines = new Uint32Array(this.capacity);
  private count = 0;

  /** The number of the line that had the same hash first; otherwise this line is it. */
  add(hash: Buffer, line: number): number | undefined {
    if (this.count * 2 >= this.capacity) this.grow();
    const key = hash.readBigUInt64LE(0);
    const slot = this.slot(key);
    const earlier = this.lines[slot];
    if (earlier !== 0) return earlier;
    this.hashes[slot] = key;
    this.lines[slot] = line;
    this.count += 1;
    return undefined;
  }

  private slot(key: bigint): number {
    const mask = this.capacity - 1;
    let slot = Number(key & 0x3fffffffn) & mask;
    while (this.lines[slot] !== 0 && this.hashes[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { hashes, lines } = this;
    this.capacity *= 2;
    this.hashes = new BigUint64Array(this.capacity);
    this.lines = new Uint32Array(this.capacity);
    lines.forEach((line, index) => {
      if (line === 0) return;
      const key = hashes[index] as bigint;
      const slot = this.slot(key);
      this.hashes[slot] = key;
      this.lines[slot] = line;
    });
  }
}
