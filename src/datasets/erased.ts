import { digest } from "../curate/duplicates/fingerprint.js";
import { sourceOf, targetsOf } from "../source.js";

/** Whose data an erasure is about: one of these. */
export interface ErasureRequest {
  readonly threadId?: string;
  readonly userId?: string;
  readonly runId?: string;
}

/** What an erasure is about as a hash, to know it again without keeping it. */
export const erasureHashes = ({ threadId, userId, runId }: ErasureRequest): string[] => [
  ...(threadId === undefined ? [] : [digest(`thread:${threadId}`)]),
  ...(userId === undefined ? [] : [digest(`user:${userId}`)]),
  ...(runId === undefined ? [] : [digest(`run:${runId}`)]),
];

/** Whether a row is of something that was erased before. */
export function isErased(row: object, erased: ReadonlySet<string>): boolean {
  if (erased.size === 0) return false;
  return [sourceOf(row), ...targetsOf(row)].some((part) => erasureHashes(part).some((hash) => erased.has(hash)));
}
