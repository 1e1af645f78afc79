import { isRecord, objectOf } from "../internal/is-record.js";
import type { Run } from "../types.js";
import { parseExact } from "../internal/exact-json.js";
import { readJoinedFeedback } from "./feedback/joined-feedback.js";

/**
 * Reads one record of a run as LangSmith gives it, of either API generation, and names its fields
 * as v1 does. v2 writes `run_type: "LLM"`, `status: "SUCCESS"`, `project_id` and `parent_run_ids`,
 * and has the metadata beside `extra`; a bulk export has `inputs`, `outputs` and `extra` as JSON text;
 * LangSmith's command line tool writes `run_id`, `custom_metadata` and `token_usage`, and no `extra`.
 * Only known fields of the right type are taken over. Undefined for what is not a run: not an object,
 * or without an id.
 *
 * Names of v2: https://docs.langchain.com/langsmith/smithdb-sdk-migration-query-runs, of the tool:
 * `ExtractRun` in https://github.com/langchain-ai/langsmith-cli
 */
export function readRunRecord(record: unknown): Run | undefined {
  if (!isRecord(record)) return undefined;
  const isOfTool = record.id === undefined && record.run_id !== undefined;
  const id = isOfTool ? record.run_id : record.id;
  if (typeof id !== "string" || id === "" || id.length > MAXIMUM_ID) return undefined;
  const usage = isOfTool ? objectOf(record.token_usage) : record;
  return {
    id,
    name: text(record.name),
    run_type: text(record.run_type)?.toLowerCase(),
    status: text(record.status)?.toLowerCase() ?? (record.has_error === true ? "error" : undefined),
    start_time: time(record.start_time),
    end_time: time(record.end_time),
    error: text(record.error),
    inputs: json(record.inputs),
    outputs: json(record.outputs),
    extra: extraOf(record, isOfTool ? record.custom_metadata : record.metadata),
    tags: tagsOf(record.tags),
    trace_id: text(record.trace_id),
    parent_run_id: text(record.parent_run_id) ?? lastText(record.parent_run_ids),
    session_id: text(record.session_id) ?? text(record.project_id),
    thread_id: text(record.thread_id),
    reference_example_id: text(record.reference_example_id),
    dotted_order: text(record.dotted_order),
    feedback_stats: json(record.feedback_stats),
    ...(record.joinedFeedback !== undefined && { joinedFeedback: readJoinedFeedback(record.joinedFeedback) }),
    total_tokens: count(usage.total_tokens),
    prompt_tokens: count(usage.prompt_tokens),
    completion_tokens: count(usage.completion_tokens),
    ...(hasAttachments(record) && { hasAttachments: true }),
    extraOmitted: record.extraOmitted === true || (isOfTool && !isRecord(record.extra)) ? true : undefined,
  };
}

// v2 has their addresses by name; v1 among those of all that is stored apart, each as `attachment.<name>`.
function hasAttachments({ hasAttachments: known, attachments, s3_urls: stored }: Record<string, unknown>): boolean {
  return (
    known === true ||
    Object.keys(objectOf(json(attachments))).length > 0 ||
    Object.keys(objectOf(json(stored))).some((key) => key.startsWith("attachment."))
  );
}

// Ids are UUIDs; other writers may have longer ones, but no documents.
const MAXIMUM_ID = 256;

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function count(value: unknown): number | undefined {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

// The API gives text; a Parquet reader gives dates.
function time(value: unknown): string | number | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return typeof value === "string" ? value : count(value);
}

function json(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const first = value.trimStart()[0];
  if (first !== "{" && first !== "[") return value;
  try {
    return parseExact(value);
  } catch {
    return value;
  }
}

function tagsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((tag) => typeof tag === "string") : undefined;
}

function lastText(value: unknown): string | undefined {
  return Array.isArray(value) ? text(value.at(-1)) : undefined;
}

function extraOf(record: Record<string, unknown>, apart: unknown): unknown {
  const extra = json(record.extra);
  const metadata = json(apart);
  if (!isRecord(metadata)) return extra;
  if (!isRecord(extra)) return { metadata };
  return isRecord(extra.metadata) ? extra : { ...extra, metadata };
}
