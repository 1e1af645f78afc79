import { hash } from "../../internal/hash.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";

/** Texts that were met: some 16 bytes for each, however long it is. */
export interface SeenKeys {
  has(text: string): boolean;
  /** True where the text is new. */
  add(text: string): boolean;
}

export function createSeenKeys(): SeenKeys {
  const digests = createDigestIndex();
  const digest = (text: string) => hash("sha256", text, "hex").slice(0, 16);
  return {
    has(text) {
      const key = digest(text);
      return digests.find(Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16)) >= 0;
    },
    add(text) {
      const known = digests.size;
      return digests.add(digest(text)) === known;
    },
  };
}
