/** Text as UTF-8, and bytes, in one buffer that grows. */
export interface ByteSink {
  /** Says how many bytes the text has. */
  add(text: string): number;
  addBytes(bytes: Uint8Array): void;
  /** All of it; overwritten by what is added after `clear`. */
  bytes(): Uint8Array;
  clear(): void;
}

const FIRST_BYTES = 1 << 20;

export function createByteSink(firstBytes = FIRST_BYTES): ByteSink {
  let buffer = Buffer.allocUnsafeSlow(firstBytes);
  let length = 0;
  const reserve = (bytes: number) => {
    const needed = length + bytes;
    if (needed <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, buffer.length * 2));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  return {
    add(text) {
      // A UTF-16 code unit takes three bytes at most.
      reserve(text.length * 3);
      const written = buffer.write(text, length);
      length += written;
      return written;
    },
    addBytes(bytes) {
      reserve(bytes.length);
      buffer.set(bytes, length);
      length += bytes.length;
    },
    bytes: () => buffer.subarray(0, length),
    clear() {
      length = 0;
    },
  };
}
