import { InvalidOptionError } from "../errors.js";
import { isList } from "../http/answer-check.js";
import { isRecord } from "../internal/is-record.js";
import { reportSkips } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import type { Run, SkipOptions } from "../types.js";
import type { Connection, ConnectionOptions } from "./server/connection.js";
import { queryIds } from "./fetch-runs-by-ids.js";
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
const PAGE = 100;

/**
 * The runs of an annotation queue, in the order of the queue. The queue is read for ids and the
 * runs are fetched as {@link selectRuns} does, a hundred for each request. A run that is in the
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
    for await (const entries of queuePages(connection, queueId, query.status, signal)) {
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

async function* queuePages(
  connection: Connection,
  queueId: string,
  status: string | undefined,
  signal: AbortSignal | undefined,
) {
  for (let offset = 0; ; offset += PAGE) {
    const query = new URLSearchParams({
      offset: String(offset),
      limit: String(PAGE),
      ...(status === undefined ? {} : { status }),
    });
    const path = `/annotation-queues/${encodeURIComponent(queueId)}/runs`;
    const answer = await connection.json("GET", path, {
      query,
      asked: "Reading the annotation queue",
      signal,
      check: isList,
    });
    const records = (Array.isArray(answer) ? answer : []).filter(isRecord);
    const entries = records.flatMap(({ id, session_id: projectId }) =>
      typeof id === "string" ? [{ id, projectId: typeof projectId === "string" ? projectId : undefined }] : [],
    );
    if (entries.length > 0) yield entries;
    if (records.length < PAGE) return;
  }
}
