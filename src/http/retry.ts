import pRetry from "p-retry";
import { delay } from "./delay.js";
import type { ServiceError } from "../errors.js";
import { isTransient } from "./service-error.js";

/** A service that asks for a longer pause than this gets an error instead of a caller that sleeps. */
const LONGEST_PAUSE = 120_000;

/** Options of {@link retryTransient}. */
export interface RetryOptions {
  signal?: AbortSignal;
  /**
   * Attempts after the first.
   * @default 3
   */
  retries?: number;
  /** Which failures are tried again. Default: {@link isTransient}. */
  retryable?: (error: unknown) => error is ServiceError;
}

/**
 * Tries again what fails in passing (no answer, 429, 5xx), after half a second, one, two, … with
 * jitter, or after what `Retry-After` says. An abort ends the pause at once.
 */
export async function retryTransient<T>(
  call: (attempt: number) => Promise<T>,
  { signal, retries = 3, retryable = isTransient }: RetryOptions = {},
): Promise<T> {
  return pRetry(call, {
    retries,
    minTimeout: 0,
    signal,
    shouldRetry: ({ error }) => mayRetry(error, retryable),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft > 0 && mayRetry(error, retryable)) await delay(pauseAfter(error, attemptNumber), signal);
    },
  });
}

function mayRetry(error: unknown, retryable: (error: unknown) => error is ServiceError): boolean {
  return retryable(error) && (error.retryAfter ?? 0) <= LONGEST_PAUSE;
}

function pauseAfter(error: unknown, attempt: number): number {
  const { retryAfter } = error as ServiceError;
  return retryAfter ?? withJitter(Math.min(30_000, 500 * 2 ** (attempt - 1)));
}

/** Between 75 % and 125 % of the given time, so that many clients do not come back together. */
export function withJitter(milliseconds: number): number {
  return milliseconds * (0.75 + Math.random() * 0.5);
}
