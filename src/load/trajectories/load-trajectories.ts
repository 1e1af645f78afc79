import { InvalidOptionError } from "../../errors.js";
import { list, positiveInteger, settings, skipKinds, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { reportSkips, type SkipReporter } from "../../internal/skips.js";
import { reiterableChunks } from "../../internal/step.js";
import { BATCH, queryIds } from "../../select/fetch-runs-by-ids.js";
import { placeOfRun } from "../../select/feedback/feedback-places.js";
import { projectKinds, timeKind, type RunQuery } from "../../select/query/run-query.js";
import { selectRuns } from "../../select/select-runs.js";
import { connectionKinds, type ConnectionOptions } from "../../select/server/connection.js";
import { type OpenSource, openSource } from "../../select/server/open-source.js";
import { resolveProjects } from "../../select/server/resolve-projects.js";
import type { ChatSession, Run, Skip, SkipOptions } from "../../types.js";
import { answerKinds, type AnswerOptions } from "../checks/finish-reason.js";
import { sessionOfRun } from "../convert-run-to-chat-session.js";
import { untouchedMessages } from "../loaded-session.js";
import { type Conversation, readTrajectory, type ShownAnswer } from "./read-trajectory.js";
import { answerIds, visibleInRun, visibleInTrajectory } from "./trajectory-message.js";
import { inOrder } from "../../internal/in-order.js";

/** Whose trajectories are read: some threads or traces of a project, or all conversations that began in a time. */
export interface TrajectoryQuery extends Pick<RunQuery, "projectName" | "projectId" | "since" | "until"> {
  threadIds?: readonly string[];
  traceIds?: readonly string[];
  /** At most so many conversations, the newest first. Not with ids. */
  limit?: number;
}

/** Options of {@link loadTrajectories}. */
export interface LoadTrajectoriesOptions extends ConnectionOptions, SkipOptions, AnswerOptions {
  /**
   * Conversations that are read at the same time. Sessions come in the order of the conversations.
   * @default 4
   */
  concurrency?: number;
}

/**
 * Reads LangSmith's trajectories and gives a chat session for each answer in them that is proved to be one: a run that
 * the trajectory names has a message with the answer's id in its outputs, and no other run has it, with the same text and
 * calls. The session is the one of that run, with what it was sent and its tools, so the rows are those that the
 * runs themselves give. An answer without such a proof goes to `onSkip` with the code `unproven-answer`.
 *
 * LangSmith's trajectory view leaves out middleware, compaction and sub-agents, and orders a thread. Where you have the
 * runs, `selectRuns({ whole: "thread" })` needs fewer requests and reads writers that give no ids to their messages.
 *
 * @throws InvalidOptionError at once for a query that cannot be meant.
 * @throws ServiceError while iterating: unreachable, unauthorized, a server without the endpoint, …
 *
 * @example
 * ```ts
 * import { convertMessagesForFinetuning, curate, loadTrajectories } from "langsmith-finetune";
 *
 * const sessions = loadTrajectories({ projectName: "support-bot", since: "2026-11-01" });
 * const { train } = await curate(convertMessagesForFinetuning(sessions));
 * ```
 */
export function loadTrajectories(
  query: TrajectoryQuery,
  options: LoadTrajectoriesOptions = {},
): AsyncIterable<ChatSession> {
  checkTrajectoryQuery(query);
  checkOptions<LoadTrajectoriesOptions>("loadTrajectories", options, {
    ...connectionKinds,
    ...skipKinds,
    ...answerKinds,
    concurrency: positiveInteger,
  });
  return reiterableChunks(() => load(query, options));
}

function checkTrajectoryQuery(query: TrajectoryQuery): void {
  checkArgument("query", query, settings);
  const { projectName, projectId } = projectKinds;
  checkOptions<TrajectoryQuery>("loadTrajectories", query, {
    projectName,
    projectId,
    since: timeKind,
    until: timeKind,
    threadIds: list(text),
    traceIds: list(text),
    limit: positiveInteger,
  });
  if ((query.projectName === undefined) === (query.projectId === undefined)) {
    throw new InvalidOptionError({
      option: "projectName",
      value: query.projectName,
      message: "A project is named by either projectName or projectId.",
      hint: "Pass exactly one of them.",
    });
  }
}

async function* load(
  query: TrajectoryQuery,
  options: LoadTrajectoriesOptions,
): AsyncGenerator<ChatSession[], void, undefined> {
  const skips = reportSkips("loadTrajectories", options);
  const aborter = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, aborter.signal]) : aborter.signal;
  try {
    const open = await openSource({ ...options, signal });
    const loaded = inOrder(
      conversationsOf(query, options, open, signal),
      options.concurrency ?? 4,
      (conversation) => loadConversation(open, conversation, options, skips, signal),
      (reason) => aborter.abort(reason),
    );
    for await (const one of loaded) yield give(one, skips);
  } finally {
    skips.close();
  }
}

/** What one answer of a trajectory gives. */
type Loaded = { session: ChatSession } | { skip: Skip };

function give(loaded: readonly Loaded[], skips: SkipReporter): ChatSession[] {
  return loaded.flatMap((one) => {
    if ("session" in one) return [one.session];
    skips.skip(one.skip);
    return [];
  });
}

async function* conversationsOf(
  query: TrajectoryQuery,
  options: LoadTrajectoriesOptions,
  { connection }: OpenSource,
  signal: AbortSignal,
): AsyncGenerator<Conversation, void, undefined> {
  const { threadIds, traceIds, limit = Infinity, ...rest } = query;
  if (threadIds !== undefined || traceIds !== undefined) {
    const [projectId = ""] = await resolveProjects(connection, rest, signal);
    for (const id of new Set(threadIds)) yield { kind: "thread", id, projectId };
    for (const id of new Set(traceIds)) yield { kind: "trace", id, projectId };
    return;
  }
  const { maxRetries, rateLimit } = options;
  const seen = new Set<string>();
  const roots = selectRuns(
    { ...rest, isRoot: true, runType: "any", errors: "include", rootErrors: "include" },
    {
      client: connection.client,
      signal,
      ...(maxRetries !== undefined && { maxRetries }),
      ...(rateLimit !== undefined && { rateLimit }),
    },
  );
  for await (const root of roots) {
    const { threadId, traceId = root.id, projectId } = placeOfRun(root);
    if (projectId === undefined) continue;
    const kind = threadId === undefined ? "trace" : "thread";
    const id = threadId ?? traceId;
    if (seen.has(`${kind} ${id}`)) continue;
    seen.add(`${kind} ${id}`);
    yield { kind, id, projectId };
    if (seen.size >= limit) return;
  }
}

async function loadConversation(
  { connection, source }: OpenSource,
  conversation: Conversation,
  options: LoadTrajectoriesOptions,
  skips: SkipReporter,
  signal: AbortSignal,
): Promise<Loaded[]> {
  const answers = await readTrajectory(connection, conversation, signal);
  const ids = [...new Set(answers.flatMap(({ runId }) => runId ?? []))];
  const producers = new Map<string, Run[]>();
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = ids.slice(start, start + BATCH);
    for (const run of await queryIds(source, [conversation.projectId], batch, signal, skips)) {
      if (run.run_type?.toLowerCase() !== "llm") continue;
      for (const id of new Set(answerIds(run.outputs))) producers.set(id, [...(producers.get(id) ?? []), run]);
    }
  }
  const given = new Set<string>();
  return answers.flatMap((answer) => {
    // The same message again is what a later call was sent, and no second answer.
    if (answer.id !== undefined && given.has(answer.id)) return [];
    if (answer.id !== undefined) given.add(answer.id);
    return [proved(answer, producers.get(answer.id ?? "") ?? [], options)];
  });
}

/** The session of the one run that gave the answer. */
function proved(answer: ShownAnswer, producers: readonly Run[], options: AnswerOptions): Loaded {
  const unproven = (message: string): Loaded => ({
    skip: {
      code: "unproven-answer",
      message,
      ...(answer.runId !== undefined && { runId: answer.runId }),
    },
  });
  const [run, ...others] = producers;
  if (run === undefined)
    return unproven("No run that the trajectory names has this answer, by its id, in its outputs.");
  if (others.length > 0) return unproven("Several runs have this answer, by its id, in their outputs.");
  const result = sessionOfRun(run, options);
  if ("skip" in result) return result;
  const { session } = result;
  const last = untouchedMessages(session)?.at(-1);
  const shown = visibleInTrajectory(answer.message);
  if (last === undefined || shown === undefined || shown !== visibleInRun(last))
    return unproven("The trajectory shows another answer than the run has in its outputs.");
  if (answer.tools !== undefined && !sameNames(answer.tools, session))
    return unproven("The trajectory shows other tools than the run was given.");
  return { session };
}

function sameNames(shown: readonly string[], { tools = [], functions = [] }: ChatSession): boolean {
  const names = [...tools.map((tool) => tool.function.name), ...functions.map(({ name }) => name)];
  return JSON.stringify([...shown].sort()) === JSON.stringify(names.sort());
}
