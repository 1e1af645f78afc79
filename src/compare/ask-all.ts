import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { PaidCache } from "../internal/storage/paid-cache.js";
import { askModel } from "../judge/asking/ask-model.js";
import type { ComparisonProgress } from "./compare-options.js";
import type { ComparisonCase } from "./types.js";

/** How the models are asked. */
interface AskAllOptions {
  models: Readonly<Record<string, BaseChatModel>>;
  cache: PaidCache;
  concurrency: number;
  requestsPerMinute?: number;
  retries: number;
  giveUpAfter: number;
  onProgress?: (progress: ComparisonProgress) => void;
  signal?: AbortSignal;
}

/** Asks each model each case. Gives the models that were given up, with the reason. */
export async function askAll(cases: readonly ComparisonCase[], options: AskAllOptions): Promise<Map<string, string>> {
  const { models, cache, retries, signal, giveUpAfter, requestsPerMinute, onProgress } = options;
  const { default: PQueue } = await import("p-queue");
  const queue = new PQueue({
    concurrency: options.concurrency,
    ...(requestsPerMinute ? { intervalCap: requestsPerMinute, interval: 60_000 } : {}),
  });
  const stopped = new Map<string, string>();
  const failures = new Map<string, number>();
  const succeeded = new Set<string>();
  const total = cases.length * Object.keys(models).length;
  const progress = { done: 0, failed: 0, paid: 0, started: Date.now() };

  const ask = async (one: ComparisonCase, name: string, model: BaseChatModel) => {
    signal?.throwIfAborted();
    const answer = stopped.has(name)
      ? { error: "Not asked: the model had failed on every case before." }
      : await askModel(name, model, one.inputs, { cache, retries, signal });
    one.answers[name] = answer;
    if (answer.error === undefined) succeeded.add(name);
    else if (!succeeded.has(name)) failures.set(name, (failures.get(name) ?? 0) + 1);
    if (!succeeded.has(name) && (failures.get(name) ?? 0) >= Math.min(giveUpAfter, cases.length)) {
      if (!stopped.has(name))
        stopped.set(name, `it failed on each of its first ${failures.get(name)} cases: ${answer.error}`);
    }
    progress.done += 1;
    if (answer.error !== undefined) progress.failed += 1;
    if (!answer.cached) progress.paid += 1;
    const elapsed = Date.now() - progress.started;
    onProgress?.({
      type: "step",
      step: "compare",
      unit: "answer",
      elapsed,
      finished: progress.done === total,
      model: name,
      case: one.number,
      done: progress.done,
      total,
      failed: progress.failed,
      ...(progress.paid > 0 && { remaining: (elapsed / progress.paid) * (total - progress.done) }),
    });
  };

  try {
    // Case by case and not model by model, so that what is there after an interruption can be compared.
    const tasks = cases.flatMap((one) =>
      Object.entries(models).map(([name, model]) => queue.add(() => ask(one, name, model))),
    );
    await Promise.all(tasks);
  } finally {
    queue.clear();
  }
  return stopped;
}
