import { InvalidOptionError, ServiceError } from "../errors.js";
import { isList } from "../http/answer-check.js";
import { toServiceError } from "../http/service-error.js";
import { boolean, callback, iterable, positiveInteger, skipKinds, string, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { lineOf } from "../internal/row-names.js";
import { reportSkips } from "../internal/skips.js";
import { queuedRunIds } from "../select/select-annotation-queue-runs.js";
import { connect, connectionKinds, type Connection, type ConnectionOptions } from "../select/server/connection.js";
import { sourceOf, targetsOf } from "../source.js";
import type { AnyIterable, ExampleTarget, SkipOptions, TrainingExample } from "../types.js";

/** Options of {@link sendToAnnotationQueue}. */
export interface AnnotationQueueTarget extends ConnectionOptions, SkipOptions {
  /** The queue by its name. One that is not there is made. */
  queueName?: string;
  /** The queue by its id. */
  queueId?: string;
  /** Make a queue of this name where there is none. @default true */
  create?: boolean;
  /** What people are asked to look at, for a queue that is made. */
  instructions?: string;
  /** Which answers are sent. @default all that a row teaches */
  where?: (target: ExampleTarget, example: TrainingExample) => boolean;
  /** The most runs that are sent. @default all */
  limit?: number;
}

/** What was sent. */
export interface SentToQueue {
  queueId: string;
  /** Runs that are in the queue now and were not before. */
  sent: number;
  /** Runs that were in the queue already. */
  known: number;
}

/** As many runs as one request adds. */
const BATCH = 100;

/**
 * Puts the runs of answers into an annotation queue of LangSmith, for people to look at: those on which judges, samples or
 * models differ most, if they were chosen by `sampleExamples({ size, score })`. What people say comes back by
 * `selectAnnotationQueueRuns` and `readFeedback`, and their corrections by `correctExamples` and `pairsFromCorrections`.
 * A run that is in the queue already is not sent again. An answer whose run is not known goes to `onSkip` with `no-run`.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {ServiceError} where LangSmith refuses, or has no such queue and `create` is `false`.
 *
 * @example
 * ```ts
 * import { judgeExamples, sampleExamples, sendToAnnotationQueue, type JudgeOptions, type TrainingExample } from "langsmith-finetune";
 *
 * declare const rows: TrainingExample[];
 * declare const options: JudgeOptions;
 *
 * const marked = judgeExamples(rows, { ...options, action: "mark" });
 * const split = sampleExamples(marked, { size: 50, score: (_, { disagreement }) => disagreement ?? 0 });
 * const { sent } = await sendToAnnotationQueue(split, { queueName: "judges differ" });
 * ```
 */
export async function sendToAnnotationQueue(
  examples: AnyIterable<TrainingExample>,
  options: AnnotationQueueTarget,
): Promise<SentToQueue> {
  checkArgument("examples", examples, iterable);
  checkOptions<AnnotationQueueTarget>("sendToAnnotationQueue", options, {
    queueName: text,
    queueId: text,
    create: boolean,
    instructions: string,
    where: callback,
    limit: positiveInteger,
    ...connectionKinds,
    ...skipKinds,
  });
  const { queueName, queueId: given, where = () => true, limit = Infinity, signal } = options;
  if ((queueName === undefined) === (given === undefined)) {
    throw new InvalidOptionError({
      option: "queueName",
      value: queueName,
      message: "An annotation queue is named by either queueName or queueId.",
      hint: "Pass exactly one of them.",
    });
  }
  const skips = reportSkips("sendToAnnotationQueue", options);
  try {
    const runs = new Map<string, RunKey>();
    let row = 0;
    for await (const example of examples) {
      signal?.throwIfAborted();
      row += 1;
      for (const target of targetsOf(example)) {
        if (runs.size >= limit) break;
        if (!where(target, example)) continue;
        const runId =
          target.runId ?? (target.message === example.messages.length - 1 ? sourceOf(example).runId : undefined);
        const { projectId } = sourceOf(example);
        const { startTime } = target;
        if (runId !== undefined) runs.set(runId, { run_id: runId, session_id: projectId, start_time: startTime });
        else
          skips.skip({
            code: "no-run",
            message: "The run that gave the answer is not known.",
            path: `$.messages[${target.message}]`,
            line: lineOf(example, row),
          });
      }
      if (runs.size >= limit) break;
    }
    const connection = await connect(options);
    const queueId = given ?? (await findQueue(connection, queueName ?? "", options));
    const before = new Set(await queuedRunIds(connection, queueId, options));
    const fresh = [...runs.values()].filter(({ run_id: id }) => !before.has(id));
    for (let start = 0; start < fresh.length; start += BATCH) {
      signal?.throwIfAborted();
      await addRuns(connection, queueId, fresh.slice(start, start + BATCH), signal);
    }
    return { queueId, sent: fresh.length, known: runs.size - fresh.length };
  } finally {
    skips.close();
  }
}

/** What finds a run in LangSmith's newer storage. */
interface RunKey {
  run_id: string;
  session_id: string | undefined;
  start_time: string | undefined;
}

/** By their keys, as LangSmith wants it from 2027 on; by their ids where a server, or a row, knows of no keys. */
async function addRuns(
  connection: Connection,
  queueId: string,
  runs: readonly RunKey[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = `/annotation-queues/${encodeURIComponent(queueId)}/runs`;
  const add = (to: string, body: unknown) =>
    connection.json("POST", to, { body, asked: "Filling the annotation queue", signal, check: isList });
  const keyed = runs.every(
    ({ session_id: project, start_time: start }) => project !== undefined && start !== undefined,
  );
  if (keyed) {
    try {
      await add(`${path}/by-key`, runs);
      return;
    } catch (error) {
      // Where the queue or a run is what is missing, the next request says so.
      if (!ServiceError.isInstance(error) || ![404, 405].includes(error.status ?? 0)) throw error;
    }
  }
  await add(
    path,
    runs.map(({ run_id: id }) => id),
  );
}

async function findQueue(
  { client }: Connection,
  name: string,
  { create = true, instructions }: AnnotationQueueTarget,
): Promise<string> {
  return asking(async () => {
    for await (const queue of client.listAnnotationQueues({ name })) if (queue.name === name) return queue.id;
    if (!create)
      throw new InvalidOptionError({
        option: "queueName",
        value: name,
        message: `LangSmith has no annotation queue named ${JSON.stringify(name)} that this key can see.`,
        hint: "Make it there, or leave create out.",
      });
    const made = await client.createAnnotationQueue({
      name,
      ...(instructions !== undefined && { rubricInstructions: instructions }),
    });
    return made.id;
  });
}

async function asking<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: unknown) => {
    throw toServiceError(error, { service: "LangSmith", purpose: "Filling the annotation queue" });
  });
}
