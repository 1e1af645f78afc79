import { loadPackage } from "../../internal/load-package.js";
import type { FeedbackScope } from "../../ratings.js";
import type { FeedbackSummary, JoinedFeedback, Run } from "../../types.js";
import { allOf, anyOf, compare, quote } from "../query/filter-language.js";
import { THREAD_KEYS, type CompiledQuery } from "../query/compile-query.js";
import { readFeedback, type RunFeedback } from "../read-feedback.js";
import type { ConnectionOptions } from "../server/connection.js";
import { openSource, type OpenSource } from "../server/open-source.js";
import { readWindow } from "../window/read-window.js";
import { type AnswerPlace, placeOfRun } from "./feedback-places.js";
import { type SeveralScores, summariseFeedback } from "./summarise.js";

/** What is looked up, checked. */
export interface LookupRequest {
  readonly scopes: ReadonlySet<FeedbackScope>;
  readonly keys: readonly string[];
  readonly several: SeveralScores;
  readonly connection: ConnectionOptions;
}

/** The feedback of one answer. */
export interface FoundFeedback {
  /** On the run itself; undefined where that was not looked up. */
  readonly own?: Record<string, FeedbackSummary> | undefined;
  readonly joined: readonly JoinedFeedback[];
}

/** Looks feedback up for some answers at a time, and remembers what it read last. */
export interface FeedbackLookup {
  /** The ids that have to be asked for, for this place. */
  unknown(place: AnswerPlace): string[];
  /** @throws {ServiceError} when LangSmith refuses or cannot be reached. */
  read(places: readonly AnswerPlace[]): Promise<(place: AnswerPlace) => FoundFeedback>;
}

/** So many ids of each kind are remembered, with what was read of them. */
const REMEMBERED = 10_000;
/** So many ids in one request. */
export const LOOKUP_BATCH = 100;
/** So many rated runs around one answer are joined to it at most. */
const MAXIMUM_JOINED = 100;
const RETENTION = 400 * 24 * 60 * 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function createFeedbackLookup({ scopes, keys, several, connection }: LookupRequest): FeedbackLookup {
  const summaries = new Map<string, Record<string, FeedbackSummary> | undefined>();
  // The rated runs of a trace, and the rated roots of a thread.
  const around = { trace: new Map<string, Set<string>>(), thread: new Map<string, Set<string>>() };
  let options = connection;
  let opened: OpenSource | undefined;

  const idsOf = ({ runId, traceId }: AnswerPlace) => [
    ...(scopes.has("run") && runId !== undefined ? [runId] : []),
    ...(scopes.has("root") && traceId !== undefined ? [traceId] : []),
  ];
  const isUnknown = (id: string) => UUID.test(id) && !summaries.has(id);
  const unknownIds = (places: readonly AnswerPlace[]) => [...new Set(places.flatMap(idsOf).filter(isUnknown))];
  const unknownAround = (places: readonly AnswerPlace[], kind: "trace" | "thread") =>
    !scopes.has(kind)
      ? []
      : places.filter((place) => {
          const id = place[`${kind}Id`];
          return id !== undefined && place.projectId !== undefined && !around[kind].has(id);
        });

  /** One client for all: what it learns about the server serves them all. */
  const connected = async (): Promise<ConnectionOptions> => {
    if (options.client === undefined) {
      const { Client } = await loadPackage("langsmith", "Reading feedback", () => import("langsmith"));
      options = { ...options, client: new Client() };
    }
    return options;
  };

  const readIds = async (ids: readonly string[]) => {
    if (ids.length === 0) return;
    const byRun = new Map<string, RunFeedback[]>(ids.map((id) => [id.toLowerCase(), []]));
    for await (const item of readFeedback(ids, { ...(await connected()), keys }))
      byRun.get(item.runId.toLowerCase())?.push(item);
    for (const id of ids) summaries.set(id, summariseFeedback(byRun.get(id.toLowerCase()) ?? [], several));
  };

  const readAround = async (places: readonly AnswerPlace[], kind: "trace" | "thread") => {
    const ids = [...new Set(places.flatMap((place) => place[`${kind}Id`] ?? []))];
    for (let start = 0; start < ids.length; start += LOOKUP_BATCH) {
      const batch = ids.slice(start, start + LOOKUP_BATCH);
      for (const id of batch) around[kind].set(id, new Set());
      const projectIds = [...new Set(places.flatMap(({ projectId }) => projectId ?? []))];
      opened ??= await openSource(await connected());
      for await (const runs of runsOf(opened, queryOf(kind, batch, keys), projectIds, options.signal)) {
        for (const run of runs) around[kind].get(placeOfRun(run)[`${kind}Id`] ?? "")?.add(run.id);
      }
    }
  };

  return {
    unknown: (place) => [
      ...unknownIds([place]),
      ...(["trace", "thread"] as const).flatMap((kind) =>
        unknownAround([place], kind).map((around) => `${kind} ${around[`${kind}Id`]}`),
      ),
    ],
    async read(places) {
      for (const known of [summaries, around.trace, around.thread]) if (known.size > REMEMBERED) known.clear();
      for (const kind of ["trace", "thread"] as const) {
        const unknown = unknownAround(places, kind);
        if (unknown.length > 0) await readAround(unknown, kind);
      }
      const rated = places.flatMap(({ traceId = "", threadId = "" }) => [
        ...(around.trace.get(traceId) ?? []),
        ...(around.thread.get(threadId) ?? []),
      ]);
      await readIds([...new Set([...unknownIds(places), ...rated.filter(isUnknown)])]);
      return (place) => foundFor(place);
    },
  };

  function foundFor({ runId, traceId, threadId }: AnswerPlace): FoundFeedback {
    const joined: JoinedFeedback[] = [];
    // Where the answer's run is the root itself, its own feedback is the root's.
    const taken = new Set<string | undefined>(scopes.has("run") ? [runId] : []);
    const join = (on: JoinedFeedback["on"], id: string) => {
      const feedback = summaries.get(id);
      if (taken.has(id) || feedback === undefined || joined.length >= MAXIMUM_JOINED) return;
      taken.add(id);
      joined.push({ on, runId: id, feedback });
    };
    if (scopes.has("root") && traceId !== undefined) join("root", traceId);
    if (scopes.has("trace")) {
      for (const id of around.trace.get(traceId ?? "") ?? []) if (id !== runId) join("trace", id);
    }
    if (scopes.has("thread")) for (const id of around.thread.get(threadId ?? "") ?? []) join("thread", id);
    return { joined, ...(scopes.has("run") && runId !== undefined && { own: summaries.get(runId) }) };
  }
}

/** Runs with feedback of one of these keys: any of these traces, or the roots of these threads. */
function queryOf(kind: "trace" | "thread", ids: readonly string[], keys: readonly string[]): CompiledQuery {
  const list = `[${ids.map(quote).join(", ")}]`;
  const rated = anyOf(...keys.map((key) => compare("eq", "feedback_key", key)));
  const member =
    kind === "trace"
      ? `in(trace_id, ${list})`
      : `and(in(metadata_key, [${THREAD_KEYS.map(quote).join(", ")}]), in(metadata_value, ${list}))`;
  const filter = allOf(member, rated);
  return { ...(filter !== undefined && { filter }), ...(kind === "thread" && { isRoot: true }) };
}

function runsOf(
  { source }: OpenSource,
  query: CompiledQuery,
  projectIds: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Run[], void, undefined> {
  return readWindow(source, {
    query,
    projectIds: [...projectIds],
    from: Date.now() - RETENTION,
    order: "any",
    concurrency: 1,
    readAhead: 2,
    readAheadBytes: 4 * 1024 * 1024,
    pageSize: LOOKUP_BATCH,
    ...(signal && { signal }),
  });
}
