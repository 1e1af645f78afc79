import { randomUUID } from "node:crypto";
import { isRecord } from "../../internal/is-record.js";
import { HttpError } from "./http-error.js";
import { fromMilliseconds } from "./time.js";

/** A feedback, in the names of the API. */
export interface FeedbackRecord {
  id: string;
  key: string;
  score: number | boolean | null;
  value: unknown;
  comment: string | null;
  correction: unknown;
  run_id: string | null;
  trace_id: string | null;
  session_id: string | null;
  feedback_source: { type: string; metadata?: unknown };
  /** True for an evaluator that failed. */
  error: boolean;
  created_at: string;
  modified_at: string;
}

/** The feedback of a workspace, by run. */
export class FeedbackStore {
  readonly #feedback = new Map<string, FeedbackRecord>();
  readonly #byRun = new Map<string, FeedbackRecord[]>();

  /** Adds one, or replaces the one with the same id. */
  put(body: Record<string, unknown>, now: number): FeedbackRecord {
    const id = typeof body.id === "string" ? body.id : randomUUID();
    const existing = this.#feedback.get(id);
    const record = toFeedback(id, body, now);
    if (existing !== undefined) {
      Object.assign(existing, record, { created_at: existing.created_at });
      return existing;
    }
    this.#feedback.set(id, record);
    if (record.run_id !== null) {
      const list = this.#byRun.get(record.run_id);
      if (list === undefined) this.#byRun.set(record.run_id, [record]);
      else list.push(record);
    }
    return record;
  }

  patch(id: string, changes: Record<string, unknown>, now: number): FeedbackRecord {
    const record = this.require(id);
    for (const name of ["score", "value", "comment", "correction"] as const) {
      if (changes[name] !== undefined) Object.assign(record, { [name]: changes[name] });
    }
    record.modified_at = `${fromMilliseconds(now).text}Z`;
    return record;
  }

  remove(id: string): void {
    const record = this.require(id);
    this.#feedback.delete(id);
    if (record.run_id !== null)
      this.#byRun.set(
        record.run_id,
        this.of(record.run_id).filter((other) => other !== record),
      );
  }

  require(id: string): FeedbackRecord {
    const record = this.#feedback.get(id);
    if (record === undefined) throw new HttpError(404, "Feedback not found");
    return record;
  }

  of(runId: string): readonly FeedbackRecord[] {
    return this.#byRun.get(runId) ?? [];
  }

  all(): FeedbackRecord[] {
    return [...this.#feedback.values()];
  }
}

function toFeedback(id: string, body: Record<string, unknown>, now: number): FeedbackRecord {
  if (typeof body.key !== "string" || body.key === "") throw new HttpError(422, "key: a feedback needs a key");
  const { score } = body;
  if (score !== undefined && score !== null && typeof score !== "number" && typeof score !== "boolean") {
    throw new HttpError(422, `score: ${JSON.stringify(score)} is neither a number nor a boolean`);
  }
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  const source = isRecord(body.feedback_source) ? body.feedback_source : {};
  const time = `${fromMilliseconds(now).text}Z`;
  return {
    id,
    key: body.key,
    score: score ?? null,
    value: body.value ?? null,
    comment: text(body.comment),
    correction: body.correction ?? null,
    run_id: text(body.run_id),
    trace_id: text(body.trace_id),
    session_id: text(body.session_id),
    feedback_source: { ...source, type: text(source.type) ?? "api" },
    error: body.error === true,
    created_at: text(body.created_at) ?? time,
    modified_at: time,
  };
}

/** Feedback summed up by key: `feedback_stats` of a run, an experiment or a project. */
export function feedbackStats(feedback: readonly FeedbackRecord[]): Record<string, FeedbackStats> {
  const byKey = new Map<string, FeedbackRecord[]>();
  for (const item of feedback) byKey.set(item.key, [...(byKey.get(item.key) ?? []), item]);
  return Object.fromEntries([...byKey].map(([key, list]) => [key, statsOf(list)]));
}

/** The statistics of the feedback with one key. */
export interface FeedbackStats {
  n: number;
  avg: number | null;
  min: number | null;
  max: number | null;
  stdev: number | null;
  errors: number;
  values: Record<string, number>;
  comments: string[];
  sources: unknown[];
}

function statsOf(feedback: readonly FeedbackRecord[]): FeedbackStats {
  const scores = feedback.filter(({ score }) => score !== null).map(({ score }) => Number(score));
  const average = scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const values: Record<string, number> = {};
  for (const { value } of feedback) {
    if (value !== null && typeof value !== "object") values[String(value)] = (values[String(value)] ?? 0) + 1;
  }
  const squares = average === null ? 0 : scores.reduce((sum, score) => sum + (score - average) ** 2, 0);
  return {
    n: feedback.length,
    avg: average,
    min: scores.length === 0 ? null : Math.min(...scores),
    max: scores.length === 0 ? null : Math.max(...scores),
    stdev: scores.length < 2 ? null : Math.sqrt(squares / (scores.length - 1)),
    errors: feedback.filter(({ error }) => error).length,
    values,
    comments: feedback.flatMap(({ comment }) => (comment === null ? [] : [comment])),
    sources: [...new Set(feedback.map(({ feedback_source }) => feedback_source.type))],
  };
}
