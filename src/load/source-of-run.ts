import { arrayOf, isRecord, objectOf } from "../internal/is-record.js";
import type { ExampleSource, FeedbackSummary, Run } from "../types.js";
import { firstText } from "../internal/first-text.js";
import type { TracedRun } from "./tracers/tracer.js";

/** Where a session came from, as far as the run says it. */
export function sourceOfRun(run: Run, { inputs, outputs, params, metadata }: TracedRun): ExampleSource {
  const source: ExampleSource = { runId: run.id };
  if (run.name) source.runName = run.name;
  if (run.trace_id) source.traceId = run.trace_id;
  const thread = run.thread_id ?? firstText(metadata.thread_id, metadata.session_id, metadata.conversation_id);
  if (thread) source.threadId = thread;
  if (run.session_id) source.projectId = run.session_id;
  const project = firstText(metadata.LANGSMITH_PROJECT, metadata.LANGCHAIN_PROJECT);
  if (project) source.projectName = project;
  if (run.reference_example_id) source.exampleId = run.reference_example_id;
  const model = firstText(metadata.ls_model_name, params.model, params.model_name, inputs.model, outputs.model);
  if (model) source.model = model;
  const provider = firstText(metadata.ls_provider);
  if (provider) source.provider = provider;
  const startTime = utcTime(run.start_time);
  if (startTime) source.startTime = startTime;
  if (run.tags && run.tags.length > 0) source.tags = run.tags.slice(0, 100);
  const feedback = feedbackOf(run.feedback_stats);
  if (feedback) source.feedback = feedback;
  if (run.joinedFeedback) source.joinedFeedback = run.joinedFeedback;
  const tokens = tokensOf(run, outputs, metadata);
  if (tokens) source.tokens = tokens;
  const kept = boundedMetadata(metadata);
  if (kept) source.metadata = kept;
  return source;
}

// LangSmith's own times have no zone and are UTC.
function utcTime(value: Run["start_time"]): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return /(?:z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** `feedback_stats` of a run. */
export function feedbackOf(stats: unknown): Record<string, FeedbackSummary> | undefined {
  if (!isRecord(stats)) return undefined;
  let feedback: Record<string, FeedbackSummary> | undefined;
  for (const key of Object.keys(stats).slice(0, 100)) {
    const entry = stats[key];
    if (key === "__proto__" || !isRecord(entry) || typeof entry.n !== "number") continue;
    const summary: FeedbackSummary = { count: entry.n };
    if (typeof entry.avg === "number") summary.average = entry.avg;
    if (isRecord(entry.values)) {
      const values = Object.entries(entry.values).filter(
        (value): value is [string, number] => typeof value[1] === "number",
      );
      if (values.length > 0) summary.values = Object.fromEntries(values.slice(0, 100));
    }
    const comments = arrayOf(entry.comments).filter((comment) => typeof comment === "string" && comment !== "");
    if (comments.length > 0) summary.comments = comments.slice(0, 100) as string[];
    const corrections = arrayOf(entry.corrections);
    if (corrections.length > 0) summary.corrections = corrections.slice(0, 100);
    (feedback ??= {})[key] = summary;
  }
  return feedback;
}

function tokensOf(
  run: Run,
  outputs: Record<string, unknown>,
  metadata: Record<string, unknown>,
): ExampleSource["tokens"] {
  const usage = isRecord(outputs.usage_metadata) ? outputs.usage_metadata : objectOf(metadata.usage_metadata);
  const prompt = firstCount(run.prompt_tokens, usage.input_tokens);
  const completion = firstCount(run.completion_tokens, usage.output_tokens);
  const total = firstCount(run.total_tokens, usage.total_tokens);
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  const tokens: NonNullable<ExampleSource["tokens"]> = {};
  if (prompt !== undefined) tokens.prompt = prompt;
  if (completion !== undefined) tokens.completion = completion;
  if (total !== undefined) tokens.total = total;
  return tokens;
}

function firstCount(first: unknown, second: unknown): number | undefined {
  return isCount(first) ? first : isCount(second) ? second : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}

const MAXIMUM_FIELDS = 50;
const MAXIMUM_TEXT = 500;
// Mirrored parameters, the tracer's own notes, and variables of the traced process.
const OWN =
  /^(?:ls_|lc_|langgraph_|LANGSMITH_|LANGCHAIN_|__)|^(?:usage_metadata|versions|invocation_params|checkpoint_ns|checkpoint_id|model|model_name|stream|temperature|_type|stop|tool_choice|parallel_tool_calls)$/;

/** The user's own metadata, as far as it is small: texts, numbers and booleans, and short lists of them. */
function boundedMetadata(metadata: Record<string, unknown>): Record<string, unknown> | undefined {
  let kept: Record<string, unknown> | undefined;
  let fields = 0;
  for (const key in metadata) {
    const value = metadata[key];
    if (key.length > MAXIMUM_TEXT || isOwn(key) || !isSmall(value)) continue;
    (kept ??= {})[key] = value;
    if (++fields >= MAXIMUM_FIELDS) break;
  }
  return kept;
}

// Runs of one application have the same few keys.
const known = new Map<string, boolean>();

function isOwn(key: string): boolean {
  let own = known.get(key);
  if (own === undefined) {
    own = OWN.test(key);
    if (known.size < 1000) known.set(key, own);
  }
  return own;
}

function isSmall(value: unknown): boolean {
  if (typeof value === "string") return value.length <= MAXIMUM_TEXT;
  if (typeof value === "number" || typeof value === "boolean") return true;
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 20 &&
    value.every((item) => !Array.isArray(item) && isSmall(item))
  );
}
