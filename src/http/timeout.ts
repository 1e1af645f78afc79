import { InvalidOptionError, TimeoutError } from "../errors.js";

// The longest time that a timer can be set to.
const LONGEST_TIMER = 2 ** 31 - 1;

/** A signal that also aborts when the time is up. `end` must be called when the work is done. */
export interface RunningTimeout {
  readonly signal: AbortSignal;
  end(): void;
}

/**
 * A signal that aborts with the reason of `signal`, or after `milliseconds` with a `TimeoutError`.
 * `describe` is asked when the time is up, for by then there may be a job to resume.
 */
export function startTimeout(
  milliseconds: number | undefined,
  signal: AbortSignal | undefined,
  describe: () => { message: string; hint?: string },
): RunningTimeout {
  if (milliseconds !== undefined && !(milliseconds > 0)) {
    const message = `The timeout is ${String(milliseconds)}; it must be a number of milliseconds above 0.`;
    throw new InvalidOptionError({ option: "timeout", value: milliseconds, message });
  }
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer =
    milliseconds === undefined || milliseconds > LONGEST_TIMER
      ? undefined
      : setTimeout(() => controller.abort(new TimeoutError({ milliseconds, ...describe() })), milliseconds);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
