import { isRecord } from "../../internal/is-record.js";
import { dottedTime, fromMilliseconds, parseTimestamp, type Timestamp } from "./time.js";

/** The large parts of a run. Kept as JSON text: they are written out far more often than looked into. */
export const payloadNames = ["inputs", "outputs", "extra", "events", "serialized"] as const;
export type PayloadName = (typeof payloadNames)[number];
export type Payloads = Partial<Record<PayloadName, string>>;

/** What an ingest operation says about a run, in the names of the v1 API. */
export interface RunFields {
  id: string;
  fields: Record<string, unknown>;
  payloads: Payloads;
}

/** A run as the stand-in keeps it. */
export interface RunRecord {
  readonly id: string;
  projectId: string;
  name: string;
  runType: string;
  status: "success" | "error" | "pending";
  start: Timestamp;
  end?: Timestamp;
  firstToken?: Timestamp;
  error: string | null;
  tags: string[];
  metadata: Record<string, unknown>;
  threadId?: string;
  traceId: string;
  /** From the root to the parent. */
  parentIds: string[];
  dottedOrder: string;
  referenceExampleId?: string;
  tokens: { prompt: number; completion: number; total: number };
  payloads: Payloads;
  /** Statistics that a seeded run came with, for which there is no single feedback. */
  seededFeedback?: Record<string, unknown>;
}

/** Makes the record of what is known about a run so far. */
export function toRecord({ id, fields, payloads }: RunFields, projectId: string, now: number): RunRecord {
  const start = parseTimestamp(fields.start_time) ?? fromMilliseconds(now);
  const end = parseTimestamp(fields.end_time);
  const error = typeof fields.error === "string" ? fields.error : null;
  const metadata = metadataOf(payloads);
  const path = pathOf(fields, id, start);
  return {
    id,
    projectId,
    name: text(fields.name) ?? "",
    runType: (text(fields.run_type) ?? "chain").toLowerCase(),
    status: statusOf(text(fields.status), error, end),
    start,
    end,
    firstToken: parseTimestamp(fields.first_token_time) ?? firstTokenOf(payloads),
    error,
    tags: Array.isArray(fields.tags) ? fields.tags.filter((tag) => typeof tag === "string") : [],
    metadata,
    threadId: text(metadata.thread_id) ?? text(metadata.session_id) ?? text(metadata.conversation_id),
    ...path,
    referenceExampleId: text(fields.reference_example_id),
    tokens: tokensOf(fields, payloads, metadata),
    payloads,
    seededFeedback: isRecord(fields.feedback_stats) ? fields.feedback_stats : undefined,
  };
}

/** A payload as a value; `null` where there is none. */
export function readPayload(run: RunRecord, name: PayloadName): unknown {
  const json = run.payloads[name];
  return json === undefined ? null : (JSON.parse(json) as unknown);
}

/** Seconds from start to end; undefined for a run that has not ended. */
export function latencyOf({ start, end }: RunRecord): number | undefined {
  return end === undefined ? undefined : Math.max(0, end.milliseconds - start.milliseconds) / 1000;
}

export const isRoot = (run: RunRecord): boolean => run.parentIds.length === 0;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

function statusOf(given: string | undefined, error: string | null, end: Timestamp | undefined): RunRecord["status"] {
  if (error !== null) return "error";
  const status = given?.toLowerCase();
  if (status === "success" || status === "error" || status === "pending") return status;
  return end === undefined ? "pending" : "success";
}

/** Where a run stands in its trace. Tracers send a dotted order, which holds the ids of all ancestors. */
function pathOf(fields: Record<string, unknown>, id: string, start: Timestamp) {
  const dotted = text(fields.dotted_order);
  const given = Array.isArray(fields.parent_run_ids)
    ? fields.parent_run_ids.filter((parent) => typeof parent === "string")
    : [];
  const parent = text(fields.parent_run_id);
  const fromOrder = dotted
    ?.split(".")
    .slice(0, -1)
    .map((part) => part.slice(part.indexOf("Z") + 1));
  const parentIds = fromOrder ?? (given.length > 0 ? given : parent === undefined ? [] : [parent]);
  return {
    parentIds,
    traceId: text(fields.trace_id) ?? parentIds[0] ?? id,
    dottedOrder: dotted ?? `${dottedTime(start)}${id}`,
  };
}

function parse(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  const value: unknown = JSON.parse(json);
  return isRecord(value) ? value : {};
}

function metadataOf(payloads: Payloads): Record<string, unknown> {
  const { metadata } = parse(payloads.extra);
  return isRecord(metadata) ? metadata : {};
}

function firstTokenOf({ events }: Payloads): Timestamp | undefined {
  if (events?.includes("new_token") !== true) return undefined;
  const list: unknown = JSON.parse(events);
  const first = Array.isArray(list) ? list.find((event) => isRecord(event) && event.name === "new_token") : undefined;
  return isRecord(first) ? parseTimestamp(first.time) : undefined;
}

/** Token counts, from where the tracers put them: LangSmith sums these up on its side. */
function tokensOf(
  fields: Record<string, unknown>,
  payloads: Payloads,
  metadata: Record<string, unknown>,
): RunRecord["tokens"] {
  if (typeof fields.total_tokens === "number") {
    const { total_tokens: total, prompt_tokens: prompt, completion_tokens: completion } = fields;
    return { total, prompt: number(prompt) ?? 0, completion: number(completion) ?? 0 };
  }
  for (const usage of usages(payloads, metadata)) {
    const prompt = number(usage.input_tokens) ?? number(usage.promptTokens) ?? number(usage.prompt_tokens);
    const completion = number(usage.output_tokens) ?? number(usage.completionTokens) ?? number(usage.completion_tokens);
    if (prompt === undefined && completion === undefined) continue;
    const total = number(usage.total_tokens) ?? number(usage.totalTokens) ?? (prompt ?? 0) + (completion ?? 0);
    return { prompt: prompt ?? 0, completion: completion ?? 0, total };
  }
  return { prompt: 0, completion: 0, total: 0 };
}

function* usages({ outputs }: Payloads, metadata: Record<string, unknown>): Generator<Record<string, unknown>> {
  if (isRecord(metadata.usage_metadata)) yield metadata.usage_metadata;
  // Most runs name no usage in their outputs; looking for the word is much cheaper than parsing them.
  if (outputs === undefined || !/usage|tokenUsage/.test(outputs)) return;
  const value = parse(outputs);
  for (const [holder, key] of [
    [value, "usage_metadata"],
    [value.llmOutput, "tokenUsage"],
    [value.llm_output, "token_usage"],
    [value, "usage"],
  ] as const) {
    const usage = isRecord(holder) ? holder[key] : undefined;
    if (isRecord(usage)) yield usage;
  }
}

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
