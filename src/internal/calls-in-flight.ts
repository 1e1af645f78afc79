import { setMaxListeners } from "node:events";
import { FinetuneError } from "../errors.js";

/** Makes calls, so many at a time and a minute. */
export interface Caller {
  /**
   * Makes one call when there is room for it. Calls with the same key that wait at the same time are made once: for all
   * but the first of them the value is `shared`.
   *
   * @throws what the call throws, and the reason of the signal.
   */
  call<T>(key: string, make: (signal: AbortSignal) => Promise<T>): Promise<{ value: T; shared: boolean }>;
  /** Lets go of what waits and aborts what runs. */
  stop(reason: unknown): void;
}

/** Options of {@link createCaller}. */
export interface CallerOptions {
  readonly concurrency: number;
  readonly requestsPerMinute: number | undefined;
  readonly signal: AbortSignal | undefined;
}

export async function createCaller({ concurrency, requestsPerMinute, signal }: CallerOptions): Promise<Caller> {
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue({
    concurrency,
    ...(requestsPerMinute !== undefined && { intervalCap: requestsPerMinute, interval: 60_000 }),
  });
  const stopping = new AbortController();
  const own = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  // Each call in flight listens, and its client does too.
  setMaxListeners(0, own);
  const waiting = new Map<string, Promise<unknown>>();
  return {
    async call<T>(key: string, make: (signal: AbortSignal) => Promise<T>) {
      const known = waiting.get(key);
      if (known) return { value: (await known) as T, shared: true };
      own.throwIfAborted();
      const made = new Promise<T>((resolve, reject) => {
        // What still waits in the queue is let go of, so nobody else would settle it.
        const abort = () => reject(own.reason as Error);
        own.addEventListener("abort", abort, { once: true });
        const settled = () => own.removeEventListener("abort", abort);
        void queue.add(async () => make(own).then(resolve, reject).finally(settled));
      });
      waiting.set(key, made);
      try {
        return { value: await made, shared: false };
      } finally {
        waiting.delete(key);
      }
    },
    stop(reason) {
      if (!stopping.signal.aborted) stopping.abort(reason);
      queue.clear();
    },
  };
}

/** Notices a model that fails on everything. */
export interface FailureCount {
  succeeded(name: string): void;
  /** @throws {FinetuneError} when a model has failed so often and never succeeded. */
  failed(name: string, reason: string): void;
}

export function createFailureCount(giveUpAfter: number): FailureCount {
  const failures = new Map<string, number>();
  const working = new Set<string>();
  return {
    succeeded: (name) => void working.add(name),
    failed(name, reason) {
      if (working.has(name)) return;
      const count = (failures.get(name) ?? 0) + 1;
      failures.set(name, count);
      if (count < giveUpAfter) return;
      throw new FinetuneError({
        message: `${name} failed on each of its first ${count} calls: ${reason}`,
        hint: "Nothing more was asked. What was answered is in the cache, where there is one.",
      });
    },
  };
}
