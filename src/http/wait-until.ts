import { delay } from "../internal/delay.js";
import { abortSignal, callback, milliseconds, required, string, text } from "../internal/kinds.js";
import { checkArgument, checkOptions, type OptionKinds } from "../internal/options.js";
import { TimeoutError } from "../errors.js";
import { isTransient } from "./service-error.js";
import { withJitter } from "./own-pauses.js";

/** Options of {@link waitUntil}. */
export interface WaitUntilOptions {
  /** What is waited for: "the deployment to be ready". */
  what: string;
  signal?: AbortSignal;
  /**
   * Milliseconds until a `TimeoutError`.
   * @default no timeout
   */
  timeout?: number;
  /** What to do when the time is up. */
  hint?: string;
  /**
   * Milliseconds between the first two checks; grows by half each time, up to twelve times of it.
   * @default 5_000
   */
  interval?: number;
}

const waitUntilKinds: OptionKinds<WaitUntilOptions> = {
  what: required(text),
  signal: abortSignal,
  timeout: milliseconds,
  hint: string,
  interval: milliseconds,
};

/** Transient failures in a row before the wait gives up. */
export const MAXIMUM_FAILURES_IN_A_ROW = 20;

/**
 * Asks `check` again and again until it gives something else than `undefined`. For what a backend
 * waits for beside the job: a file's processing, a deployment. Transient failures are retried.
 *
 * @throws TimeoutError when the time is up.
 *
 * @example
 * ```ts
 * import { waitUntil } from "langsmith-finetune/testing";
 *
 * declare function stateOf(file: string): Promise<string>;
 *
 * const isReady = async () => ((await stateOf("file-1")) === "ready" ? true : undefined);
 * await waitUntil(isReady, { what: "the file to be ready", timeout: 10 * 60_000 });
 * ```
 */
export async function waitUntil<T>(check: () => Promise<T | undefined>, options: WaitUntilOptions): Promise<T> {
  checkArgument("check", check, callback);
  checkOptions<WaitUntilOptions>("waitUntil", options, waitUntilKinds);
  const { what, signal, timeout, hint, interval = 5_000 } = options;
  const end = timeout === undefined ? Infinity : Date.now() + timeout;
  let pause = interval;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    let asked: number | undefined;
    try {
      const result = await check();
      if (result !== undefined) return result;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!isTransient(error) || failures > MAXIMUM_FAILURES_IN_A_ROW) throw error;
      asked = error.retryAfter;
    }
    const left = end - Date.now();
    if (left <= 0) {
      const milliseconds = timeout ?? 0;
      throw new TimeoutError({ milliseconds, message: `Waited ${milliseconds / 1_000} seconds for ${what}.`, hint });
    }
    await delay(Math.min(Math.max(withJitter(pause), asked ?? 0), left), signal);
    pause = Math.min(pause * 1.5, interval * 12);
  }
}
