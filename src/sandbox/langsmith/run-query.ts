import { compileFilter, type Filter } from "./filter.js";
import type { FeedbackOf } from "./filter-entries.js";
import { HttpError } from "./http-error.js";
import { isRoot, type RunRecord } from "./run-record.js";
import type { RunPlace } from "./run-store.js";
import type { Workspace } from "./workspace.js";

/** What both API generations can ask of the runs. */
export interface RunSelection {
  projectIds?: readonly string[];
  ids?: readonly string[];
  traceId?: string;
  parentId?: string;
  referenceExamples?: readonly string[];
  runType?: string;
  isRoot?: boolean;
  hasError?: boolean;
  /** Of the start time, in milliseconds, both included. */
  least?: number;
  most?: number;
  filter?: string;
  traceFilter?: string;
  treeFilter?: string;
  /** Which feedback the filters see, by when it was last changed: from (included) and to (not included), in milliseconds. */
  feedbackModified?: { from: number; to: number };
  order: "asc" | "desc";
  limit: number;
  cursor?: string;
}

export interface RunPage {
  runs: RunRecord[];
  /** The cursor of the next page; undefined on the last. */
  next?: string;
}

/** One page of runs. @throws HttpError 400 for a filter or a cursor that cannot be evaluated. */
export function queryRuns(workspace: Workspace, selection: RunSelection): RunPage {
  const matches = matcher(workspace, selection);
  const runs: RunRecord[] = [];
  for (const run of candidates(workspace, selection)) {
    if (!matches(run)) continue;
    if (runs.length === selection.limit) return { runs, next: encodeCursor(runs.at(-1)) };
    runs.push(run);
  }
  return { runs };
}

function* candidates({ runs }: Workspace, selection: RunSelection): Generator<RunRecord> {
  const { ids, traceId, projectIds, order, cursor, least = -Infinity, most = Infinity } = selection;
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  if (ids === undefined && traceId === undefined) {
    yield* runs.inOrder(projectIds ?? runs.projectIds(), order, { least, most, after });
    return;
  }
  const found =
    ids !== undefined ? [...new Set(ids)].flatMap((id) => runs.get(id) ?? []) : [...runs.trace(traceId ?? "")];
  const direction = order === "asc" ? 1 : -1;
  const place = (run: RunRecord): RunPlace => ({ milliseconds: run.start.milliseconds, id: run.id });
  found.sort((left, right) => comparePlaces(place(left), place(right)) * direction);
  for (const run of found) {
    if (after !== undefined && comparePlaces(place(run), after) * direction <= 0) continue;
    if (run.start.milliseconds >= least && run.start.milliseconds <= most) yield run;
  }
}

function matcher(workspace: Workspace, selection: RunSelection): (run: RunRecord) => boolean {
  const { projectIds, parentId, referenceExamples, runType, hasError, feedbackModified } = selection;
  const projects = projectIds === undefined ? undefined : new Set(projectIds);
  const examples = referenceExamples === undefined ? undefined : new Set(referenceExamples);
  const [filter, traceFilter, treeFilter] = [selection.filter, selection.traceFilter, selection.treeFilter].map(
    (source) => (source === undefined ? undefined : compileFilter(source)),
  );
  if (feedbackModified !== undefined && ![filter, traceFilter, treeFilter].some((one) => one?.asksForFeedback)) {
    throw new HttpError(
      400,
      "min_feedback_modified_at and max_feedback_modified_at require at least one feedback condition",
    );
  }
  const feedback: FeedbackOf = (run) => {
    const all = workspace.feedbackOf(run);
    if (feedbackModified === undefined) return all;
    const { from, to } = feedbackModified;
    return all.filter(({ modified_at: at }) => Date.parse(at) >= from && Date.parse(at) < to);
  };
  const byTrace = new Map<string, boolean>();
  const traceMatches = (run: RunRecord): boolean => {
    if (traceFilter === undefined && treeFilter === undefined) return true;
    let matches = byTrace.get(run.traceId);
    if (matches === undefined) {
      matches = rootMatches(workspace, traceFilter, run, feedback) && treeMatches(workspace, treeFilter, run, feedback);
      byTrace.set(run.traceId, matches);
    }
    return matches;
  };
  return (run) =>
    (projects === undefined || projects.has(run.projectId)) &&
    (selection.traceId === undefined || run.traceId === selection.traceId) &&
    (runType === undefined || run.runType === runType) &&
    (selection.isRoot === undefined || isRoot(run) === selection.isRoot) &&
    (hasError === undefined || (run.status === "error") === hasError) &&
    (parentId === undefined || run.parentIds.at(-1) === parentId) &&
    (examples === undefined || (run.referenceExampleId !== undefined && examples.has(run.referenceExampleId))) &&
    (filter === undefined || filter.matches(run, feedback)) &&
    traceMatches(run);
}

function rootMatches({ runs }: Workspace, filter: Filter | undefined, run: RunRecord, feedback: FeedbackOf): boolean {
  if (filter === undefined) return true;
  const root = runs.root(run);
  return root !== undefined && filter.matches(root, feedback);
}

function treeMatches({ runs }: Workspace, filter: Filter | undefined, run: RunRecord, feedback: FeedbackOf): boolean {
  return filter === undefined || runs.trace(run.traceId).some((other) => filter.matches(other, feedback));
}

function comparePlaces(left: RunPlace, right: RunPlace): number {
  return left.milliseconds - right.milliseconds || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

// A cursor is the place of the last run that was given out, so that pages stay right while runs arrive.
function encodeCursor(run: RunRecord | undefined): string | undefined {
  return run && Buffer.from(JSON.stringify([run.start.milliseconds, run.id])).toString("base64url");
}

function decodeCursor(cursor: string): RunPlace {
  try {
    const [milliseconds, id] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    if (typeof milliseconds === "number" && typeof id === "string") return { milliseconds, id };
  } catch {
    // Answered below, like every other cursor that is none.
  }
  throw new HttpError(400, "Invalid cursor");
}
