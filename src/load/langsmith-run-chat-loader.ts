import { iterable, required } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import type { AnyIterable } from "../types.js";
import { ChatLoader } from "./chat-loader.js";
import { loadChatSessions, loadKinds, type LoadOptions, type RunInput } from "./load-chat-sessions.js";

/** Options of {@link LangSmithRunChatLoader}. */
export interface LangSmithRunChatLoaderOptions extends LoadOptions {
  /** Runs of either API generation, JSON of either, or run ids, in any mixture. */
  runs: AnyIterable<RunInput>;
}

/**
 * Loads LLM runs of LangSmith as chat sessions: {@link loadChatSessions} in the form of LangChain's
 * loaders. It can be iterated itself, any number of times if `runs` can.
 *
 * @example
 * ```ts
 * import { LangSmithRunChatLoader } from "langsmith-finetune";
 *
 * const loader = new LangSmithRunChatLoader({
 *   runs: ["f8d0a5a4-5a0f-4c5e-9a0e-1f0d8f3f4b11"],
 *   onSkip: ({ runId, code, message }) => console.warn(runId, code, message),
 * });
 * for await (const session of loader) console.log(session.messages.length);
 * ```
 */
export class LangSmithRunChatLoader extends ChatLoader {
  constructor(options: LangSmithRunChatLoaderOptions) {
    checkOptions<LangSmithRunChatLoaderOptions>("LangSmithRunChatLoader", options, {
      ...loadKinds,
      runs: required(iterable),
    });
    const { runs, ...others } = options;
    super(loadChatSessions(runs, others));
  }
}
