/** Text as UTF-8 in one buffer that grows. */
export interface ByteSink {
  /** Says how many bytes the text has. */
  add(text: string): number;
  /** All of it; overwritten by what is added after `clear`. */
  bytes(): Uint8Array;
  clear(): void;
}

const FIRST_BYTES = 1 << 20;

export function createByteSink(): ByteSink {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let length = 0;
  return {
    add(text) {
      // A UTF-16 code unit takes three bytes at most.
      const needed = length + text.length * 3;
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(needed, buffer.length * 2));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      const written = buffer.write(text, length);
      length += written;
      return written;
    },
    bytes: () => buffer.subarray(0, length),
    clear() {
      length = 0;
    },
  };
}
