import { isRecord } from "../../internal/is-record.js";

/** Deeper than any trace; what lies below is left out. */
const MAXIMUM_DEPTH = 128;

/**
 * Visits the records in what a file or a line holds: one, a list of them, a saved page of the API (v1
 * has its `runs`, v2 `items`, others `data`), a trace with its `runs` (LangSmith's command line tool),
 * an export with `runs` or `traces`, and under each record its `child_runs` (the SDKs, for a run that
 * was loaded with its children).
 */
export function visitRecords(value: unknown, visit: (record: unknown) => void, depth = 0): void {
  if (depth > MAXIMUM_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) visitRecords(item, visit, depth + 1);
    return;
  }
  if (!isRecord(value)) {
    visit(value);
    return;
  }
  const lists =
    value.id === undefined && value.run_id === undefined
      ? [value.runs, value.traces, value.items, value.data].filter((list) => Array.isArray(list))
      : [];
  if (lists.length === 0) visit(value);
  for (const list of lists) visitRecords(list, visit, depth + 1);
  if (Array.isArray(value.child_runs)) visitRecords(value.child_runs, visit, depth + 1);
}
