import { availableParallelism } from "node:os";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { positiveInteger } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import type { Engine } from "../engine.js";
import type { Answer } from "../worker/protocol.js";
import { runPool, type StartWorker } from "./pool.js";

/** Options of {@link threads}. */
export interface ThreadsOptions {
  /**
   * How many worker threads.
   * @default as many as the machine has processors
   */
  count?: number;
}

/**
 * Does the first phase of `buildDataset` on worker threads, each of which reads its own ranges of the files. Takes
 * some 50 MB of memory a worker, and 90 MB where tokens are counted. Functions among the options come from a module:
 * see `steps` of `buildDataset`.
 *
 * @throws {InvalidOptionError} for a count that is not a positive integer.
 *
 * @example
 * ```ts
 * import { buildDataset } from "langsmith-finetune";
 * import { threads } from "langsmith-finetune/engines/threads";
 *
 * await buildDataset({ from: "exports/runs", to: "datasets/november", engine: threads({ count: 4 }) });
 * ```
 */
export function threads(options: ThreadsOptions = {}): Engine {
  checkOptions<ThreadsOptions>("threads", options, { count: positiveInteger });
  const { count = availableParallelism() } = options;
  return { name: "threads", inThread: false, run: (assignment) => runPool(count, startThread, assignment) };
}

const startThread: StartWorker = (events) => {
  const worker = openThread();
  worker.on("message", (answer: Answer) => events.answer(answer));
  worker.on("error", (error: Error) => events.gone(error));
  worker.on("exit", (code) => events.gone(new Error(`A worker thread ended with code ${code}.`)));
  return {
    send: (request) => worker.postMessage(request),
    end: async () => void (await worker.terminate()),
  };
};

function openThread(): Worker {
  const { resolve } = createRequire(import.meta.url);
  // Always the ES module, which imports modules of steps of either kind.
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(resolve("langsmith-finetune/engines/worker").replace(/cjs$/, "js"));
  // While the package is developed it runs from its source, which Node 20 cannot read by itself.
  const loader = JSON.stringify(pathToFileURL(resolve("tsx/esm/api").replace(/cjs$/, "mjs")).href);
  const worker = JSON.stringify(new URL("../worker/thread.ts", import.meta.url).href);
  return new Worker(`import(${loader}).then(({ register }) => (register(), import(${worker})))`, { eval: true });
}
