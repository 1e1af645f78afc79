import type { SandboxClock } from "../server.js";
import type { ApiError } from "./api-error.js";
import { createModelRegistry, type ModelRegistry } from "./models.js";

/** A file that was uploaded. */
export interface StoredFile {
  id: string;
  filename: string;
  purpose: string;
  content: string;
  bytes: number;
  /** Unix seconds. */
  createdAt: number;
  expiresAt?: number;
}

/** Everything that the stand-in remembers. */
export interface OpenAIState {
  readonly clock: SandboxClock;
  readonly apiKey: string;
  /** How long a job takes from its start to its end, in milliseconds. */
  readonly jobDuration: number;
  readonly files: Map<string, StoredFile>;
  readonly models: ModelRegistry;
  /** Thrown at every wish for a new job. */
  refusal?: ApiError;
  /** Lists of jobs, events and checkpoints start over with each page. */
  endlessPages: boolean;
  /** An id that no other thing of this sandbox has. The same requests give the same ids. */
  nextId(prefix: string): string;
  /** Unix seconds. */
  seconds(): number;
}

export function createState(options: {
  clock: SandboxClock;
  apiKey: string;
  jobSeconds: number;
  models: readonly string[];
}): OpenAIState {
  let count = 0;
  const { clock, apiKey } = options;
  return {
    clock,
    apiKey,
    jobDuration: options.jobSeconds * 1000,
    files: new Map(),
    models: createModelRegistry(options.models),
    endlessPages: false,
    nextId: (prefix) => `${prefix}standin${String(++count).padStart(6, "0")}`,
    seconds: () => Math.floor(clock.now() / 1000),
  };
}
