import { digest } from "../../curate/duplicates/fingerprint.js";
import { loadChatSessions } from "../../load/load-chat-sessions.js";
import type { ChangeReader } from "../../select/changes.js";
import type { RunQuery } from "../../select/query/run-query.js";
import type { ExampleSource, Run, TrainingExample } from "../../types.js";
import type { KnownRows } from "./known-rows.js";
import { type FreshSources, hasOtherRatings } from "./take-out.js";
import { keysOf, type UpdateDatasetOptions } from "./update-options.js";
import type { UpdateState } from "./update-state.js";

/** Why changes of feedback are known, or are not: the query names no feedback, or the server has no v2 API. */
export type FeedbackAsked = "asked" | "no-keys" | "not-supported";

/** What changed feedback means for a dataset. */
export interface Ratings {
  /** Runs of the dataset that do not fit any more. */
  readonly down: string[];
  /** Runs that fit, of traces in which something was rated. */
  readonly fitting: readonly Run[];
  /** What was seen, by the hash of the run's id. */
  readonly seen: Record<string, string>;
  readonly isNew: boolean;
  readonly feedback: FeedbackAsked;
}

/** What changed feedback means: runs that fit now, and runs of the dataset that do not any more. */
export async function readRatings(
  changes: ChangeReader,
  {
    query,
    options,
    known,
    state,
    from,
    began,
    overlap,
  }: {
    query: RunQuery;
    options: UpdateDatasetOptions;
    known: KnownRows;
    state: UpdateState | undefined;
    from: number;
    began: number;
    overlap: number;
  },
): Promise<Ratings> {
  const keys = keysOf(query, options);
  const nothing = { down: [], fitting: [], seen: {}, isNew: false };
  if (keys.length === 0) return { ...nothing, feedback: "no-keys" };
  if (!changes.asksForFeedback()) return { ...nothing, feedback: "not-supported" };
  const since = (state?.feedbackUntil ?? (known.size > 0 ? known.newest : undefined) ?? began) - overlap;
  const seen: Record<string, string> = {};
  const traces = new Set<string>();
  for await (const runs of changes.ratedSince(since, from, keys)) {
    for (const { id, traceId, ratings } of runs) {
      const hash = shortDigest(id);
      seen[hash] = ratings;
      if (state?.rated[hash] !== ratings) traces.add(traceId);
    }
  }
  // The first version has just read all runs that fit.
  if (known.size === 0 || traces.size === 0) return { ...nothing, seen, isNew: traces.size > 0, feedback: "asked" };
  const down = new Set(known.runsIn(traces));
  const fitting: Run[] = [];
  for await (const runs of changes.inTraces([...traces], from)) {
    for (const { id } of runs) down.delete(id);
    fitting.push(...runs);
  }
  return { down: [...down], fitting, seen, isNew: true, feedback: "asked" };
}

/** The ratings that runs of the dataset have now, where they are others than those that it was written with. */
export async function freshRatings(
  fitting: readonly Run[],
  known: KnownRows,
  rows: AsyncIterable<TrainingExample>,
): Promise<FreshSources> {
  const fresh = new Map<string, Pick<ExampleSource, "feedback" | "joinedFeedback">>();
  const inDataset = fitting.filter(({ id }) => known.hasRun(id));
  for await (const { source } of loadChatSessions(inDataset, { onSkip: () => undefined })) {
    if (source?.runId === undefined) continue;
    const { feedback, joinedFeedback } = source;
    fresh.set(source.runId, { ...(feedback && { feedback }), ...(joinedFeedback && { joinedFeedback }) });
  }
  if (fresh.size === 0) return fresh;
  for await (const row of rows) if (hasOtherRatings(row, fresh)) return fresh;
  return new Map();
}

/** Half a digest, as the position keeps it. */
export const shortDigest = (text: string): string => digest(text).slice(0, 16);
