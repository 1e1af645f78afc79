import type { AskProgress } from "./ask-options.js";

/** Counts votes or answers, and reports each. */
export interface AskMeter {
  add(one: { cached?: boolean; failed?: boolean }): void;
  /** Reports the last count, once more. */
  end(): void;
}

export function createAskMeter(
  step: string,
  unit: string,
  total: number | undefined,
  onProgress: ((progress: AskProgress) => void) | undefined,
): AskMeter {
  if (onProgress === undefined) return { add: () => undefined, end: () => undefined };
  const began = Date.now();
  const counts = { done: 0, cached: 0, failed: 0 };
  const report = (finished: boolean) => {
    const elapsed = Date.now() - began;
    const asked = counts.done - counts.cached;
    onProgress({
      type: "step",
      step,
      unit,
      elapsed,
      finished,
      ...counts,
      ...(total !== undefined && { total }),
      // What the cache answers takes no time.
      ...(total !== undefined && asked > 0 && { remaining: Math.max(0, (elapsed / asked) * (total - counts.done)) }),
    });
  };
  return {
    add({ cached = false, failed = false }) {
      counts.done += 1;
      if (cached) counts.cached += 1;
      if (failed) counts.failed += 1;
      report(false);
    },
    end: () => report(true),
  };
}
