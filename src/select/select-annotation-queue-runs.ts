import { skipKinds, text, word } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { InvalidOptionError } from "../errors.js";
import { isRecord, objectOf } from "../internal/is-record.js";
import { reportSkips, type SkipReporter } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import type { Run, SkipOptions } from "../types.js";
import { type Connection, connectionKinds, type ConnectionOptions } from "./server/connection.js";
import { queryIds } from "./fetch-runs-by-ids.js";
import { offsetPages } from "./server/offset-pages.js";
import { openSource } from "./server/open-source.js";
import { resolveName } from "./server/resolve-name.js";

/** Which annotation queue, by name or id, and which of its runs. */
export interface AnnotationQueueQuery {
  queueName?: string;
  queueId?: string;
  /**
   * Only runs with this review status.
   * @default runs of every status that the queue still holds
   */
  status?: "needs_my_review" | "needs_others_review" | "completed";
}

/** Options of {@link selectAnnotationQueueRuns}. */
export interface AnnotationQueueOptions extends ConnectionOptions, SkipOptions {}

/** As many as the query endpoint takes ids at once. */
const BATCH = 100;

/**
 * The runs of an annotation queue, in the order of the queue. First all ids of the queue are read,
 * so that runs may be taken out of it while they are handled; then the runs are fetched as
 * {@link selectRuns} does, a hundred for each request. A run that is in the
 * queue and no longer in its project goes to `onSkip` with the code `run-not-found`.
 *
 * @throws InvalidOptionError at once, without exactly one of `queueName` and `queueId`.
 * @throws ServiceError while iterating: no such queue, unreachable, unauthorized, …
 *
 * @example
 * ```ts
 * import { loadChatSessions, selectAnnotationQueueRuns } from "langsmith-finetune";
 *
 * const runs = selectAnnotationQueueRuns({ queueName: "golden answers", status: "completed" });
 * for await (const session of loadChatSessions(runs)) console.log(session.messages.length);
 * ```
 */
export function selectAnnotationQueueRuns(
  query: AnnotationQueueQuery,
  options: AnnotationQueueOptions = {},
): AsyncIterable<Run> {
  checkOptions<AnnotationQueueQuery>("selectAnnotationQueueRuns", query, {
    queueName: text,
    queueId: text,
    status: word("needs_my_review", "needs_others_review", "completed"),
  });
  checkOptions<AnnotationQueueOptions>("selectAnnotationQueueRuns", options, { ...connectionKinds, ...skipKinds });
  if ((query.queueName === undefined) === (query.queueId === undefined)) {
    throw new InvalidOptionError({
      option: "queueName",
      value: query.queueName,
      message: "An annotation queue is named by either queueName or queueId.",
      hint: "Pass exactly one of them.",
    });
  }
  return reiterableChunks(() => readQueue(query, options));
}

async function* readQueue(
  query: AnnotationQueueQuery,
  options: AnnotationQueueOptions,
): AsyncGenerator<Run[], void, undefined> {
  const { signal } = options;
  const skips = reportSkips("selectAnnotationQueueRuns", options);
  try {
    const { connection, source } = await openSource(options);
    const queue = { noun: "annotation queue", path: "/annotation-queues" };
    const queueId = query.queueId ?? (await resolveName(connection, queue, query.queueName as string, signal));
    const all = await readEntries(connection, queueId, query, options, skips);
    for (let start = 0; start < all.length; start += BATCH) {
      const entries = all.slice(start, start + BATCH);
      const projectIds = [...new Set(entries.flatMap(({ projectId }) => projectId ?? []))];
      const ids = entries.map(({ id }) => id);
      const runs = await queryIds(source, projectIds, ids, signal, skips);
      const byId = new Map(runs.map((run) => [run.id, run]));
      for (const id of ids) {
        if (byId.has(id)) continue;
        skips.skip({
          code: "run-not-found",
          runId: id,
          message: "The run is in the annotation queue and no longer in its project.",
        });
      }
      const found = ids.flatMap((id) => byId.get(id) ?? []);
      if (found.length > 0) yield found;
    }
  } finally {
    skips.close();
  }
}

interface QueueEntry {
  id: string;
  projectId: string | undefined;
}

/** The whole queue, before any run of it is handed out: who handles runs takes them out of the queue. */
async function readEntries(
  connection: Connection,
  queueId: string,
  { status }: AnnotationQueueQuery,
  { signal, rateLimit }: ConnectionOptions,
  skips: SkipReporter,
): Promise<QueueEntry[]> {
  const pages = offsetPages(connection, {
    path: `/annotation-queues/${encodeURIComponent(queueId)}/runs`,
    query: status === undefined ? [] : [["status", status]],
    asked: "Reading the annotation queue",
    signal,
    rateLimit: rateLimit || undefined,
    keyOf: (record) => (isRecord(record) ? (textOf(record.queue_run_id) ?? textOf(record.id)) : undefined),
  });
  const entries: QueueEntry[] = [];
  for await (const records of pages) {
    for (const record of records) {
      const { id, session_id: projectId } = objectOf(record);
      if (typeof id === "string" && id !== "") entries.push({ id, projectId: textOf(projectId) });
      else skips.skip({ code: "not-a-run", message: "A record in the annotation queue is not an object with an id." });
    }
  }
  return entries;
}

/** The ids of the runs that are in a queue. */
export async function queuedRunIds(
  connection: Connection,
  queueId: string,
  options: ConnectionOptions,
): Promise<string[]> {
  const entries = await readEntries(connection, queueId, { queueId }, options, reportSkips("annotation queue", {}));
  return entries.map(({ id }) => id);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
