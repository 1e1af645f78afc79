import { SkippedError } from "../errors.js";
import { boundedWords } from "./bounded.js";
import type { Skip, SkipOptions } from "../types.js";

/** Collects what a step leaves out during one pass. */
export interface SkipReporter {
  skip(skip: Skip): void;
  /** Writes the counted summary, where nobody listens to the single ones. */
  close(): void;
}

/** Reports so many records of a page that are not runs. */
export function reportNotRuns(skips: SkipReporter): (count: number) => void {
  return (count) => {
    for (let index = 0; index < count; index += 1) {
      skips.skip({ code: "not-a-run", message: "A record in LangSmith's page of runs is not an object with an id." });
    }
  };
}

/** What counts the skips of many short passes of a step, for one warning. */
export interface SkipSummary {
  add(step: string, counts: ReadonlyMap<string, number>): void;
}

/** The summary of the call that this code runs in. Set by `skip-summary.ts`, which needs Node; this module does not. */
export const skipSummary: { current: () => SkipSummary | undefined } = { current: () => undefined };

/** See {@link SkipOptions}. `step` is the word that the summary begins with. */
export function reportSkips(step: string, { onSkip, strict = false }: SkipOptions): SkipReporter {
  const counts = new Map<string, number>();
  return {
    skip(given) {
      const skip = boundedWords(given);
      if (onSkip) onSkip(skip);
      else if (!strict) counts.set(skip.code, (counts.get(skip.code) ?? 0) + 1);
      if (strict) throw new SkippedError({ skip });
    },
    close() {
      if (counts.size === 0) return;
      const summary = skipSummary.current();
      if (summary) summary.add(step, counts);
      else warnOfSkips(step, counts);
      counts.clear();
    },
  };
}

/** One counted warning. */
export function warnOfSkips(step: string, counts: ReadonlyMap<string, number>): void {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const reasons = [...counts].map(([code, count]) => `${count} ${code}`).join(", ");
  process.emitWarning(
    `${step} left out ${total}: ${reasons}. Pass onSkip to see each, or strict: true to stop at the first.`,
    { type: "SkippedWarning", code: "LANGSMITH_FINETUNE_SKIPPED" },
  );
}
