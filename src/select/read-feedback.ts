import { iterable, list, skipKinds, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { isRecord } from "../internal/is-record.js";
import { reportSkips, type SkipReporter } from "../internal/skips.js";
import { chunksOf, reiterableChunks } from "../internal/step.js";
import type { AnyIterable, SkipOptions } from "../types.js";
import { connect, type Connection, connectionKinds, type ConnectionOptions } from "./server/connection.js";
import { offsetPages } from "./server/offset-pages.js";

/** One feedback on a run, as LangSmith has it. */
export interface RunFeedback {
  runId: string;
  /** `user-score`, `correctness`, … */
  key: string;
  score?: number;
  /** A category, or anything else that is not a number. */
  value?: unknown;
  comment?: string;
  /** What the run should have given: an object of the shape that the application chose, or a text. */
  correction?: unknown;
  /** Who gave it: `app`, `api`, `model`, … */
  sourceType?: string;
  /** ISO 8601. */
  createdAt?: string;
}

/** Options of {@link readFeedback}. */
export interface ReadFeedbackOptions extends ConnectionOptions, SkipOptions {
  /**
   * The keys of the feedback that is wanted.
   * @default all
   */
  keys?: readonly string[];
}

/** Ids in one address: a hundred keep it under five thousand characters. */
const BATCH = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The feedback on runs, a hundred runs for each request, in the order of the runs' batches. Runs
 * without feedback give nothing. Ids that are not UUIDs cannot have feedback and are passed over.
 *
 * @throws {ServiceError} while iterating, when LangSmith refuses or cannot be reached.
 *
 * @example
 * ```ts
 * import { readFeedback } from "langsmith-finetune";
 *
 * const runIds = ["a36092d2-4ad5-4fb4-9c0d-0dba9a2ed836"];
 * for await (const { runId, key, score, correction } of readFeedback(runIds)) console.log(runId, key, score, correction);
 * ```
 */
export function readFeedback(
  runIds: AnyIterable<string>,
  options: ReadFeedbackOptions = {},
): AsyncIterable<RunFeedback> {
  checkArgument("runIds", runIds, iterable);
  checkOptions<ReadFeedbackOptions>("readFeedback", options, { ...connectionKinds, ...skipKinds, keys: list(text) });
  const { keys = [], rateLimit, signal } = options;
  return reiterableChunks(async function* () {
    signal?.throwIfAborted();
    const skips = reportSkips("readFeedback", options);
    let connection: Connection | undefined;
    try {
      for await (const ids of batches(runIds)) {
        signal?.throwIfAborted();
        connection ??= await connect(options);
        const pages = offsetPages(connection, {
          path: "/feedback",
          query: [...ids.map((id) => ["run", id] as const), ...keys.map((key) => ["key", key] as const)],
          asked: "Reading feedback",
          signal,
          rateLimit: rateLimit || undefined,
        });
        for await (const records of pages) {
          const page = readRecords(records, skips);
          if (page.length > 0) yield page;
        }
      }
    } finally {
      skips.close();
    }
  });
}

function readRecords(records: readonly unknown[], skips: SkipReporter): RunFeedback[] {
  return records.flatMap((record) => {
    const feedback = toFeedback(record);
    if (feedback === undefined) {
      skips.skip({ code: "not-feedback", message: "A record in LangSmith's list of feedback has no run or no key." });
    }
    return feedback ?? [];
  });
}

async function* batches(runIds: AnyIterable<string>): AsyncGenerator<string[], void, undefined> {
  let batch: string[] = [];
  for await (const chunk of chunksOf(runIds, BATCH)) {
    for (const id of chunk) {
      if (!UUID.test(id)) continue;
      batch.push(id);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function toFeedback(item: unknown): RunFeedback | undefined {
  if (!isRecord(item) || typeof item.run_id !== "string" || typeof item.key !== "string") return undefined;
  const { score, value, comment, correction, created_at: createdAt, feedback_source: source } = item;
  const number = typeof score === "boolean" ? Number(score) : score;
  return {
    runId: item.run_id,
    key: item.key,
    ...(typeof number === "number" && Number.isFinite(number) && { score: number }),
    ...(value !== null && value !== undefined && { value }),
    ...(typeof comment === "string" && { comment }),
    ...(correction !== null && correction !== undefined && { correction }),
    ...(isRecord(source) && typeof source.type === "string" && { sourceType: source.type }),
    ...(typeof createdAt === "string" && { createdAt }),
  };
}
