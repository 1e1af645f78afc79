import { isList } from "../http/answer-check.js";
import { arrayOf, isRecord } from "../internal/is-record.js";
import { chunksOf, reiterableChunks } from "../internal/step.js";
import type { AnyIterable } from "../types.js";
import { connect, type Connection, type ConnectionOptions } from "./server/connection.js";

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
export interface ReadFeedbackOptions extends ConnectionOptions {
  /**
   * The keys of the feedback that is wanted.
   * @default all
   */
  keys?: readonly string[];
}

/** Ids in one address: a hundred keep it under five thousand characters. */
const BATCH = 100;
const PAGE = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The feedback on runs, a hundred runs for each request, in the order of the runs' batches. Runs
 * without feedback give nothing. Ids that are no UUIDs cannot have feedback and are passed over.
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
  const { keys = [], rateLimit, signal } = options;
  return reiterableChunks(async function* () {
    signal?.throwIfAborted();
    let connection: Connection | undefined;
    for await (const ids of batches(runIds)) {
      signal?.throwIfAborted();
      connection ??= await connect(options);
      for (let offset = 0; ; offset += PAGE) {
        const query = new URLSearchParams({ limit: String(PAGE), offset: String(offset) });
        for (const id of ids) query.append("run", id);
        for (const key of keys) query.append("key", key);
        const answer = await connection.json("GET", "/feedback", {
          query,
          asked: "Reading feedback",
          signal,
          check: isList,
          ...(rateLimit ? { rateLimit } : {}),
        });
        const records = arrayOf(answer);
        const page = records.flatMap((item) => toFeedback(item) ?? []);
        if (page.length > 0) yield page;
        if (records.length < PAGE) break;
      }
    }
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
    ...(typeof number === "number" && { score: number }),
    ...(value !== null && value !== undefined && { value }),
    ...(typeof comment === "string" && { comment }),
    ...(correction !== null && correction !== undefined && { correction }),
    ...(isRecord(source) && typeof source.type === "string" && { sourceType: source.type }),
    ...(typeof createdAt === "string" && { createdAt }),
  };
}
