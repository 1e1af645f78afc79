import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { digest } from "./fingerprint.js";

/** Numbers the keys of rows, which share a number if they share a key. */
export interface Groups {
  readonly size: number;
  add(key: string): number;
  /** Adds a key that was hashed by {@link createKeyDigest}. */
  addDigest(digest: string): number;
  /** The order of two groups by the hash of their keys: the same in whatever order they came. */
  compare(left: number, right: number): number;
  /** A number from 0 to 1 (exclusive) that depends on the group's key and the seed alone. */
  position(group: number, seed: string): number;
}

/** Hashes keys, once for those that follow each other: rows of a thread mostly do. */
export function createKeyDigest(): (key: string) => string {
  let lastKey: string | undefined;
  let last = "";
  return (key) => {
    if (key !== lastKey) {
      last = digest(key);
      lastKey = key;
    }
    return last;
  };
}

export function createGroups(): Groups {
  const digests = createDigestIndex();
  const digestOf = createKeyDigest();
  let lastDigest: string | undefined;
  let last = 0;
  const addDigest = (digest: string): number => {
    if (digest !== lastDigest) {
      last = digests.add(digest);
      lastDigest = digest;
    }
    return last;
  };
  return {
    get size() {
      return digests.size;
    },
    add: (key) => addDigest(digestOf(key)),
    addDigest,
    compare: (left, right) => digests.compare(left, right),
    position: (group, seed) => unitInterval(digest(`${seed}:${digests.text(group)}`)),
  };
}

/** The first 48 bits of a digest as a fraction. */
export function unitInterval(hexadecimal: string): number {
  return Number.parseInt(hexadecimal.slice(0, 12), 16) / 2 ** 48;
}
