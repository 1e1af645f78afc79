/** Bytes that a {@link BytePool} keeps. */
export interface KeptBytes {
  length: number;
  readonly blocks: Uint8Array[];
}

const BLOCK = 64 * 1024;

/**
 * Keeps bytes in blocks that are used again and again. Buffers that are thrown away would do as
 * well, but those that have lived for a while are not freed before the garbage collector goes
 * through the whole heap, and by then the dead ones take several times the memory of the others.
 * Kept bytes that nobody gives back are garbage like any other.
 */
export class BytePool {
  private readonly free: Uint8Array[] = [];
  private readonly decoder = new TextDecoder();
  private scratch = new Uint8Array(0);

  append(kept: KeptBytes, bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const offset = kept.length % BLOCK;
      if (offset === 0) kept.blocks.push(this.free.pop() ?? new Uint8Array(BLOCK));
      const part = bytes.subarray(start, start + BLOCK - offset);
      (kept.blocks.at(-1) as Uint8Array).set(part, offset);
      kept.length += part.length;
      start += part.length;
    }
  }

  /** The text that the bytes are in UTF-8. */
  text({ length, blocks }: KeptBytes): string {
    if (this.scratch.length < length) this.scratch = new Uint8Array(Math.ceil((length * 1.2) / BLOCK) * BLOCK);
    for (const [index, block] of blocks.entries()) {
      const start = index * BLOCK;
      this.scratch.set(block.subarray(0, length - start), start);
    }
    return this.decoder.decode(this.scratch.subarray(0, length));
  }

  /** Frees the blocks for others; the kept bytes are empty then. */
  giveBack(kept: KeptBytes): void {
    this.free.push(...kept.blocks.splice(0));
    kept.length = 0;
  }
}
