import type { Literal } from "./filter-parser.js";
import { isRoot, latencyOf, type RunRecord } from "./run-record.js";
import { parseTimestamp } from "./time.js";

/** A field of a run that filters can compare. */
export interface FilterField {
  read(run: RunRecord): string | number | boolean | undefined;
  /** Reads the literal of a filter into what `read` returns; undefined when it cannot be one. */
  literal(value: Literal): string | number | boolean | undefined;
  /** True when `gt`, `lte` and so on make sense. */
  ordered: boolean;
}

const text = (read: (run: RunRecord) => string | undefined): FilterField => ({
  read,
  literal: (value) => (typeof value === "string" ? value : undefined),
  ordered: false,
});
/** Enumerations: v1 writes them in lower case, v2 in upper case, filters in either. */
const word = (read: (run: RunRecord) => string): FilterField => ({
  ...text(read),
  literal: (value) => (typeof value === "string" ? value.toLowerCase() : undefined),
});
const number = (read: (run: RunRecord) => number | undefined): FilterField => ({
  read,
  literal: (value) => (typeof value === "number" ? value : undefined),
  ordered: true,
});
const time = (read: (run: RunRecord) => number | undefined): FilterField => ({
  read,
  literal: (value) => parseTimestamp(value)?.milliseconds,
  ordered: true,
});

/** What can be compared with `eq`, `gt` and so on. */
export const scalarFields: Readonly<Record<string, FilterField>> = {
  id: text((run) => run.id),
  name: text((run) => run.name),
  run_type: word((run) => run.runType),
  status: word((run) => run.status),
  error: text((run) => run.error ?? undefined),
  latency: { read: latencyOf, literal: readDuration, ordered: true },
  start_time: time((run) => run.start.milliseconds),
  end_time: time((run) => run.end?.milliseconds),
  total_tokens: number((run) => run.tokens.total),
  prompt_tokens: number((run) => run.tokens.prompt),
  completion_tokens: number((run) => run.tokens.completion),
  is_root: { read: isRoot, literal: (value) => (typeof value === "boolean" ? value : undefined), ordered: false },
  // Of the old counter only the first run of a trace is left.
  execution_order: {
    read: (run) => (isRoot(run) ? 1 : undefined),
    literal: (value) => (value === 1 ? 1 : undefined),
    ordered: false,
  },
  trace_id: text((run) => run.traceId),
  parent_run_id: text((run) => run.parentIds.at(-1)),
  thread_id: text((run) => run.threadId),
  reference_example_id: text((run) => run.referenceExampleId),
};

const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** `5`, `"5"`, `"5s"`, `"300ms"`, `"2m"`: in seconds. */
function readDuration(value: Literal): number | undefined {
  if (typeof value === "number") return value;
  const parts = typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(value) : null;
  return parts === null ? undefined : Number(parts[1]) * (units[parts[2] ?? "s"] ?? 1);
}
