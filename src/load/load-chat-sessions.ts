import { callback } from "../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../internal/options.js";
import { InvalidOptionError } from "../errors.js";
import { loadPackage } from "../internal/load-package.js";
import { reportSkips } from "../internal/skips.js";
import { metered, type StepProgressListener } from "../internal/progress.js";
import { step } from "../internal/step.js";
import { fetchRunsByIds, fetchRunsKinds, type FetchRunsOptions } from "../select/fetch-runs-by-ids.js";
import type { AnyIterable, ChatSession, Run, SkipOptions } from "../types.js";
import { type ChatSessionResult, sessionOfRun } from "./convert-run-to-chat-session.js";
import { createStoredTurns, type StoredTurns } from "./stored/stored-turns.js";
import type { Conversation } from "./tracers/tracer.js";
import { answerKinds, type AnswerOptions } from "./checks/finish-reason.js";
import { feedbackInRuns } from "./feedback-in-runs.js";
import { MissingRun, resolveRunIds, type FetchRuns } from "./resolve-run-ids.js";

/** Options of {@link loadChatSessions} and of the loaders. Those of a connection, and the project, are for runs which are given by their ids. */
export interface LoadOptions extends SkipOptions, AnswerOptions, Omit<FetchRunsOptions, keyof SkipOptions> {
  /** Fetches runs which are given by their ids, a hundred at a time, instead of the client. */
  fetchRuns?: FetchRuns;
  /** Called a few times a second with how many runs were looked at: `terminalProgress()` shows it. */
  onProgress?: StepProgressListener;
}

/** The kinds of {@link LoadOptions}. */
export const loadKinds: OptionKinds<LoadOptions> = {
  ...fetchRunsKinds,
  ...answerKinds,
  fetchRuns: callback,
  onProgress: callback,
};

/** What the loaders take as a run: a record of either API generation, its JSON text, or a run id. */
export type RunInput = Run | string | object;

/**
 * Loads LLM runs as chat sessions, one by one, while you iterate: each the messages that the
 * model was sent and its answer, with the tools it was given and where it came from. Runs of every
 * known tracer are read, in any mixture (`docs/load.md`). A run that gives no session is reported
 * to `onSkip` with a code, in the order of the runs. Ids are fetched a hundred at a time.
 *
 * @throws InvalidOptionError if `runs` cannot be iterated
 * @throws SkippedError with `strict: true`, for the first run that gives no session
 * @throws ServiceError if runs have to be fetched and LangSmith refuses or cannot be reached
 *
 * @example
 * ```ts
 * import { loadChatSessions, selectRuns } from "langsmith-finetune";
 *
 * const runs = selectRuns({ projectName: "support-bot", since: "2026-11-01" });
 * for await (const session of loadChatSessions(runs, { onSkip: (skip) => console.warn(skip.code) })) {
 *   console.log(session.messages.length, session.source?.runId);
 * }
 * ```
 */
export function loadChatSessions(runs: AnyIterable<RunInput>, options: LoadOptions = {}): AsyncIterable<ChatSession> {
  checkRuns(runs);
  checkOptions<LoadOptions>("loadChatSessions", options, loadKinds);
  const { signal, fetchRuns = fetchWith(options) } = options;
  const found = resolveRunIds(runs, fetchRuns, { signal });
  return step<unknown, ChatSession>(
    options.onProgress === undefined
      ? found
      : metered(found, { step: "load", unit: "run", onProgress: options.onProgress }),
    () => {
      const reporter = reportSkips("loadChatSessions", options);
      const feedbackFor = feedbackInRuns(runs);
      let turns: StoredTurns | undefined;
      const note = (conversation: Conversation) => (turns ??= createStoredTurns()).note(conversation);
      const conclude = (result: ChatSessionResult, sessions: ChatSession[]) => {
        if ("session" in result) {
          const { source } = result.session;
          const joined = (source && source.joinedFeedback === undefined && feedbackFor?.(source)) || [];
          if (source && joined.length > 0) source.joinedFeedback = joined;
          sessions.push(result.session);
        } else reporter.skip(result.skip);
      };
      return {
        item(run, sessions) {
          if (run instanceof MissingRun) {
            reporter.skip({
              code: "run-not-found",
              message: `LangSmith has no run ${run.id}, or the key may not read it.`,
              runId: run.id,
            });
            return;
          }
          const result = sessionOfRun(run, options, { note });
          const { waits } = result;
          // The run that it goes on from may come later.
          if (waits) (turns ??= createStoredTurns()).wait(waits.run, waits.previousResponseId);
          else conclude(result, sessions);
        },
        async *rest() {
          if (turns === undefined || turns.waiting === 0) return;
          for await (const { run, history } of turns.resolve()) {
            const sessions: ChatSession[] = [];
            conclude(sessionOfRun(run, options, { history }), sessions);
            yield sessions;
          }
        },
        close: () => reporter.close(),
      };
    },
    { signal },
  );
}

/** Refuses what is not a collection of runs; a text would be read letter by letter. */
function checkRuns(runs: unknown): void {
  if (typeof runs === "object" && runs !== null && (Symbol.iterator in runs || Symbol.asyncIterator in runs)) return;
  throw new InvalidOptionError({
    option: "runs",
    value: runs,
    message: `runs must be an iterable of runs or of run ids, and is ${typeof runs === "string" ? "one text" : runs === null ? "null" : `a ${typeof runs}`}.`,
    hint: "Put a single run or id into an array.",
  });
}

// One client for all batches: what it learns about the server serves them all.
function fetchWith({ client: given, ...options }: LoadOptions): FetchRuns {
  let client = given;
  return async function* (ids, { signal }) {
    client ??= new (await loadPackage("langsmith", "Fetching runs by their ids", () => import("langsmith"))).Client();
    // What is missing is reported by the loader, where its turn is.
    yield* fetchRunsByIds(ids, { ...options, client, onSkip: ignore, strict: false, ...(signal && { signal }) });
  };
}

function ignore(): void {
  // See above.
}
