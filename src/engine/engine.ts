import type { Part } from "./part.js";
import type { Job } from "./worker/job.js";
import type { PartMapper } from "./worker/map-part.js";

/** Who does the first phase of a dataset: this thread, all cores, or a cluster. The bytes are the same with each. */
export interface Engine {
  readonly name: string;
  /** Works in this thread, so that options may hold functions. */
  readonly inThread: boolean;
  /** Does all parts, in any order. Rejects for what no other attempt would change, and with the signal's reason. */
  run(assignment: Assignment): Promise<void>;
}

/** What an engine does. */
export interface Assignment {
  readonly parts: readonly Part[];
  /** Where the results go: see `worker/part-file.ts`. */
  readonly folder: string;
  /** For workers elsewhere. */
  readonly job: Job;
  /** For this thread. */
  createMapper(): Promise<PartMapper>;
  /** The part's result is in the folder. */
  done(part: Part): void;
  /** The part was tried often enough. */
  failed(part: Part, error: Error): void;
  readonly signal: AbortSignal;
}

/** How often a part is tried. */
export const ATTEMPTS = 3;
