/** So much is read between two prompts: about fifty pages. */
const EVERY = 16 * 1024 * 1024;
/** More than what V8 lets accumulate outside of its heap before it collects: 64 MB. */
const CLAIM = 80 * 1024 * 1024;

/**
 * Prompts the garbage collector at the pace of the reading. Part of every page lives long enough to
 * be moved to V8's old generation, which is then left to grow to a multiple of what is alive, and
 * so is what undici received it in. A library cannot set V8's limits. But memory outside of the heap
 * counts towards a collection when it is claimed, and a buffer that nobody writes to takes address
 * space and no memory. See docs/performance.md for what it is worth.
 */
export class CollectionPrompt {
  private read = 0;
  // Held until the next page: bundlers leave out what is made and not used.
  private claim: ArrayBuffer | undefined;

  /** Tells that so many bytes were read. */
  add(bytes: number): void {
    this.claim = undefined;
    this.read += bytes;
    if (this.read < EVERY) return;
    this.read = 0;
    try {
      this.claim = new ArrayBuffer(CLAIM);
    } catch (error) {
      // Where not even address space is left V8 has cause enough to collect, and the reading goes on.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}
