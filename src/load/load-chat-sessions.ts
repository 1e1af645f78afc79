import type { Client } from "langsmith";
import { InvalidOptionError } from "../errors.js";
import { reportSkips } from "../internal/skips.js";
import { step } from "../internal/step.js";
import type { AnyIterable, ChatSession, Run, SkipOptions } from "../types.js";
import { convertRunToChatSession } from "./convert-run-to-chat-session.js";
import type { AnswerOptions } from "./finish-reason.js";
import { MissingRun, resolveRunIds, type FetchRuns } from "./resolve-run-ids.js";

/** Options of {@link loadChatSessions} and of the loaders. */
export interface LoadOptions extends SkipOptions, AnswerOptions {
  /**
   * The client that fetches runs which are given by their ids.
   * @default a `Client` of `langsmith` with its own settings, made when the first id comes
   */
  client?: Client;
  /**
   * Fetches runs which are given by their ids, a hundred at a time, instead of the client.
   */
  fetchRuns?: FetchRuns;
  /** Ends the loading with the signal's reason. */
  signal?: AbortSignal;
}

/** What the loaders take as a run: a record of either API generation, its JSON text, or a run id. */
export type RunInput = Run | string | object;

/**
 * Loads LLM runs as chat sessions, one by one, as somebody iterates: each the messages that the
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
  const { signal, fetchRuns = refuseIds } = options;
  return step<unknown, ChatSession>(
    resolveRunIds(runs, fetchRuns, { signal }),
    () => {
      const reporter = reportSkips("loadChatSessions", options);
      return {
        item(run, sessions) {
          if (run instanceof MissingRun) {
            reporter.skip({ code: "run-not-found", message: `LangSmith has no run ${run.id}, or the key may not read it.`, runId: run.id });
            return;
          }
          const result = convertRunToChatSession(run, options);
          if ("session" in result) sessions.push(result.session);
          else reporter.skip(result.skip);
        },
        close: () => reporter.close(),
      };
    },
    { signal },
  );
}

/** Refuses what is no collection of runs; a text would be read letter by letter. */
export function checkRuns(runs: unknown): void {
  if (typeof runs === "object" && runs !== null && (Symbol.iterator in runs || Symbol.asyncIterator in runs)) return;
  throw new InvalidOptionError({
    option: "runs",
    value: runs,
    message: `runs must be an iterable of runs or of run ids, and is ${typeof runs === "string" ? "one text" : runs === null ? "null" : `a ${typeof runs}`}.`,
    hint: "Put a single run or id into an array.",
  });
}

function refuseIds(ids: readonly string[]): never {
  throw new InvalidOptionError({
    option: "fetchRuns",
    value: undefined,
    message: `Run ids were given (${ids.length}), and nothing to fetch them with.`,
    hint: "Pass fetchRuns, or pass the runs themselves.",
  });
}
