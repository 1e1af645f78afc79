import { chunksOf, reiterableChunks } from "./step.js";
import type { AnyIterable } from "../types.js";

/** How far a step is that reads, writes or asks. */
export interface StepProgress {
  type: "step";
  /** `select`, `export`, `load`, `curate`, `compare`, … */
  step: string;
  /** What is counted, in the singular: `run`, `row`, `answer`. */
  unit: string;
  /** How many are done. */
  done: number;
  /** How many there are, where that is known. */
  total?: number;
  /** Milliseconds since the step began. */
  elapsed: number;
  /** Units a second since the step began. */
  perSecond?: number;
  /** Milliseconds that remain at this rate, where the total is known. */
  remaining?: number;
  /** True once, at the end. */
  finished: boolean;
}

/** Called with the progress of a step. What it returns is not waited for. */
export type StepProgressListener = (progress: StepProgress) => unknown;

/** Settings of {@link createMeter}. */
export interface MeterSettings {
  step: string;
  unit: string;
  total?: number | undefined;
  onProgress: StepProgressListener | undefined;
}

/** Counts what a step does and reports it a few times a second. */
export interface Meter {
  add(count: number): void;
  /** Reports the last count, once. */
  end(): void;
}

/** Often enough for a person, and too rare to cost anything. */
const INTERVAL = 200;

/** A meter; without a listener one that does nothing. */
export function createMeter({ step, unit, total, onProgress }: MeterSettings): Meter {
  if (onProgress === undefined) return { add: () => undefined, end: () => undefined };
  const began = Date.now();
  let done = 0;
  let reported = began;
  let ended = false;
  const report = (finished: boolean) => {
    const elapsed = Date.now() - began;
    const perSecond = elapsed > 0 ? (done * 1_000) / elapsed : undefined;
    const remaining =
      total === undefined || perSecond === undefined || perSecond === 0
        ? undefined
        : ((total - done) * 1_000) / perSecond;
    onProgress({
      type: "step",
      step,
      unit,
      done,
      elapsed,
      finished,
      ...(total === undefined ? {} : { total }),
      ...(perSecond === undefined ? {} : { perSecond }),
      ...(remaining === undefined ? {} : { remaining: Math.max(0, remaining) }),
    });
  };
  return {
    add(count) {
      done += count;
      const now = Date.now();
      if (now - reported < INTERVAL) return;
      reported = now;
      report(false);
    },
    end() {
      if (ended) return;
      ended = true;
      report(true);
    },
  };
}

/** The items, counted as they pass. Each pass has a meter of its own. */
export function metered<T>(source: AnyIterable<T>, settings: MeterSettings): AsyncIterable<T> {
  return reiterableChunks(async function* (size) {
    const meter = createMeter(settings);
    for await (const chunk of chunksOf(source, size)) {
      meter.add(chunk.length);
      yield chunk;
    }
    meter.end();
  });
}
