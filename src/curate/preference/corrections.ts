import { abortSignal, callback, either, iterable, required, skipKinds, text } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../../internal/step.js";
import type { RunFeedback } from "../../select/read-feedback.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, AssistantTrainingMessage, SkipOptions, TrainingExample } from "../../types.js";

/**
 * Where corrections come from: feedback that was read before (kept in memory, as much of it as has a
 * correction), or a function that reads it for the runs of the next few examples, so that nothing is
 * kept: `(runIds) => readFeedback(runIds)`.
 */
export type CorrectionSource = AnyIterable<RunFeedback> | ((runIds: readonly string[]) => AnyIterable<RunFeedback>);

/** Options of {@link pairsFromCorrections} and {@link correctExamples}. */
export interface CorrectionOptions extends SkipOptions {
  corrections: CorrectionSource;
  /**
   * Only corrections of this key.
   * @default of any
   */
  feedbackKey?: string;
  /**
   * Makes an answer of a correction of a shape of its own. Nothing returned: there is none.
   * @default a text, a message, or an object with one of these under a usual key
   */
  toAnswer?: (correction: unknown, example: TrainingExample) => string | AssistantTrainingMessage | undefined;
  signal?: AbortSignal;
}

/** The kinds of {@link CorrectionOptions}. */
export const correctionKinds: OptionKinds<CorrectionOptions> = {
  corrections: required(either(iterable, callback)),
  feedbackKey: text,
  toAnswer: callback,
  ...skipKinds,
  signal: abortSignal,
};

/** An example and the latest correction of its run, where there is one. */
export interface CorrectedExample {
  readonly example: TrainingExample;
  readonly correction?: RunFeedback;
}

/** Joins examples with their corrections, a few dozen at a time. */
export async function* joinCorrections(
  examples: AnyIterable<TrainingExample>,
  { corrections, feedbackKey, signal }: CorrectionOptions,
  size: number,
): AsyncGenerator<readonly CorrectedExample[], void, undefined> {
  signal?.throwIfAborted();
  const keep = async (feedback: AnyIterable<RunFeedback>) => {
    const byRun = new Map<string, RunFeedback>();
    for await (const item of feedback) {
      signal?.throwIfAborted();
      if (
        item.correction === undefined ||
        item.correction === null ||
        (feedbackKey !== undefined && item.key !== feedbackKey)
      )
        continue;
      const known = byRun.get(item.runId);
      if (known === undefined || (item.createdAt ?? "") >= (known.createdAt ?? "")) byRun.set(item.runId, item);
    }
    return byRun;
  };
  const all = typeof corrections === "function" ? undefined : await keep(corrections);
  for await (const chunk of chunksOf(examples, typeof corrections === "function" ? SINK_CHUNK_SIZE : size)) {
    signal?.throwIfAborted();
    const ids = [...new Set(chunk.flatMap((example) => sourceOf(example).runId ?? []))];
    const byRun =
      all ??
      (ids.length > 0 && typeof corrections === "function"
        ? await keep(corrections(ids))
        : new Map<string, RunFeedback>());
    yield chunk.map((example) => {
      const correction = byRun.get(sourceOf(example).runId ?? "");
      return correction === undefined ? { example } : { example, correction };
    });
  }
}
