import { DeadlineError, InvalidOptionError } from "../errors.js";

// The longest time that a timer can be set to.
const LONGEST_TIMER = 2 ** 31 - 1;

/** A signal that also aborts when the time is up. `end` must be called when the work is done. */
export interface Deadline {
  readonly signal: AbortSignal;
  end(): void;
}

/**
 * A signal that aborts with the reason of `signal`, or after `milliseconds` with a `DeadlineError`.
 * `describe` is asked when the time is up, for by then there may be a job to resume.
 */
export function startDeadline(
  milliseconds: number | undefined,
  signal: AbortSignal | undefined,
  describe: () => { message: string; hint: string },
): Deadline {
  if (milliseconds !== undefined && !(milliseconds > 0)) {
    const message = `The deadline is ${String(milliseconds)}; it must be a number of milliseconds above 0.`;
    throw new InvalidOptionError({ option: "deadline", value: milliseconds, message });
  }
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer =
    milliseconds === undefined || milliseconds > LONGEST_TIMER
      ? undefined
      : setTimeout(() => controller.abort(new DeadlineError({ milliseconds, ...describe() })), milliseconds);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
