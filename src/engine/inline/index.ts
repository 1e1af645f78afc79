import { ATTEMPTS, type Assignment, type Engine } from "../engine.js";
import { isFinal } from "../worker/protocol.js";

export type { Engine } from "../engine.js";

/**
 * Does all the work in this thread: the default of `buildDataset`. Options may hold functions.
 *
 * @example
 * ```ts
 * import { buildDataset } from "langsmith-finetune";
 * import { inline } from "langsmith-finetune/engines/inline";
 *
 * await buildDataset({ from: "rows.jsonl", to: "datasets/november", engine: inline() });
 * ```
 */
export function inline(): Engine {
  return { name: "inline", inThread: true, run };
}

async function run({ parts, folder, createMapper, done, failed, signal }: Assignment): Promise<void> {
  const mapper = await createMapper();
  for (const part of parts) {
    signal.throwIfAborted();
    const failure = await tryOften(() => mapper.map(part, folder), signal);
    if (failure) failed(part, failure);
    else done(part);
  }
}

/** What went wrong the last time, where it never went well. */
async function tryOften(attempt: () => Promise<void>, signal: AbortSignal): Promise<Error | undefined> {
  for (let count = 1; ; count += 1) {
    signal.throwIfAborted();
    try {
      await attempt();
      return undefined;
    } catch (error) {
      // The call is wrong or the disk is full: no other part would do better.
      if (isFinal(error) || !(error instanceof Error)) throw error;
      if (count === ATTEMPTS) return error;
    }
  }
}
