import { AsyncLocalStorage } from "node:async_hooks";
import { skipSummary, type SkipSummary, warnOfSkips } from "./skips.js";

const storage = new AsyncLocalStorage<SkipSummary>();

/** Many passes whose skips become one warning for each step. */
export interface SkipSummaryScope {
  /** What the steps inside leave out is counted. */
  run<T>(pass: () => T): T;
  /** Warns of what was counted. */
  close(): void;
}

/** One summary for a call that runs its steps again for each page. */
export function summariseSkips(): SkipSummaryScope {
  skipSummary.current = () => storage.getStore();
  const steps = new Map<string, Map<string, number>>();
  const summary: SkipSummary = {
    add(step, counts) {
      const sum = steps.get(step) ?? new Map<string, number>();
      for (const [code, count] of counts) sum.set(code, (sum.get(code) ?? 0) + count);
      steps.set(step, sum);
    },
  };
  return {
    run: (pass) => storage.run(summary, pass),
    close() {
      for (const [step, counts] of steps) warnOfSkips(step, counts);
      steps.clear();
    },
  };
}
