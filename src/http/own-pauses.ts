import { InvalidOptionError } from "../errors.js";

/** Milliseconds of the first pause after a failure; each further one is twice as long. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

let first = FIRST_PAUSE;

/** The pause that this package makes by itself after so many failed attempts, in milliseconds, with jitter. */
export function ownPause(attempts: number): number {
  return withJitter(Math.min(LONGEST_PAUSE, first * 2 ** (attempts - 1)));
}

/** Between 75 % and 125 % of the given time, so that many clients do not come back together. */
export function withJitter(milliseconds: number): number {
  return milliseconds * (0.75 + Math.random() * 0.5);
}

/**
 * Shortens the pauses between attempts for the whole process, so that tests with faults do not wait:
 * the first one is then so many milliseconds and not 500. What a `Retry-After` asks for stays as it is.
 * Gives a function that sets the former length again.
 *
 * @throws InvalidOptionError for what is not a number of at least 0.
 *
 * @example
 * ```ts
 * import { shortenPauses } from "langsmith-finetune/testing";
 *
 * const restore = shortenPauses(5);
 * // ... calls of services that answer 503
 * restore();
 * ```
 */
export function shortenPauses(milliseconds: number): () => void {
  if (typeof milliseconds !== "number" || !(milliseconds >= 0 && milliseconds <= FIRST_PAUSE)) {
    throw new InvalidOptionError({
      option: "milliseconds",
      value: milliseconds,
      message: `The first pause must be a number from 0 to ${FIRST_PAUSE}, not ${String(milliseconds).slice(0, 100)}.`,
    });
  }
  const former = first;
  first = milliseconds;
  return () => {
    first = former;
  };
}
