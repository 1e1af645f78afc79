import pRetry from "p-retry";
import type { ServiceError } from "../errors.js";
import { delay } from "../internal/delay.js";
import { abortSignal, callback, number } from "../internal/kinds.js";
import { checkArgument, checkOptions, type Kind, type OptionKinds } from "../internal/options.js";
import { ownPause } from "./own-pauses.js";
import { isTransient } from "./service-error.js";

/** A service that asks for a longer pause than this gets an error instead of a caller that sleeps. */
const LONGEST_PAUSE = 10 * 60_000;

/** Options of {@link retryTransient}. */
export interface RetryOptions {
  signal?: AbortSignal;
  /**
   * Attempts after the first.
   * @default 3
   */
  retries?: number;
  /** Which failures are tried again, given how many attempts failed. Default: {@link isTransient}. */
  retryable?: (error: unknown, attempts: number) => error is ServiceError;
  /** Called before each pause of so many milliseconds. */
  onPause?: (error: ServiceError, pause: number) => void;
}

const retryKinds: OptionKinds<RetryOptions> = {
  signal: abortSignal,
  retries: number({ integer: true, min: 0 }),
  retryable: callback as Kind<NonNullable<RetryOptions["retryable"]>>,
  onPause: callback,
};

/**
 * Tries again after transient failures (no answer, one that cannot be read, 429, 5xx): after half a
 * second, one, two, … with jitter, or after what `Retry-After` says, up to ten minutes. An abort
 * ends the pause at once.
 *
 * @example
 * ```ts
 * import { retryTransient } from "langsmith-finetune/testing";
 *
 * declare function createJob(): Promise<string>;
 *
 * const job = await retryTransient(createJob, { retries: 5 });
 * ```
 */
export async function retryTransient<T>(call: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  checkArgument("call", call, callback);
  checkOptions<RetryOptions>("retryTransient", options, retryKinds);
  const { signal, retries = 3, retryable = isTransient, onPause } = options;
  const mayRetry = (error: unknown, attempts: number): error is ServiceError =>
    retryable(error, attempts) && (error.retryAfter ?? 0) <= LONGEST_PAUSE;
  return pRetry(call, {
    retries,
    minTimeout: 0,
    signal,
    shouldRetry: ({ error, attemptNumber }) => mayRetry(error, attemptNumber),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || !mayRetry(error, attemptNumber)) return;
      const pause = error.retryAfter ?? ownPause(attemptNumber);
      onPause?.(error, pause);
      await delay(pause, signal);
    },
  });
}
