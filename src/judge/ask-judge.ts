import type { JudgeVote } from "../types.js";
import { createFailureCount, type Caller } from "../internal/calls-in-flight.js";
import type { PaidCache } from "../internal/storage/paid-cache.js";
import type { GivenVote, JudgedItem, ReadyJudge } from "./judges/judge.js";

/** Asks a judge, or its cache. */
export type AskJudge = (judge: ReadyJudge, item: JudgedItem) => Promise<GivenVote>;

/** Options of {@link createAskJudge}. */
export interface AskJudgeOptions {
  readonly cache: PaidCache;
  readonly caller: Caller;
  readonly retries: number;
  readonly giveUpAfter: number;
  /** Called after each vote. */
  readonly onVote?: (vote: GivenVote) => void;
}

/** What was said stands in the cache before it is used, so that nothing is paid for twice. */
export function createAskJudge({ cache, caller, retries, giveUpAfter, onVote }: AskJudgeOptions): AskJudge {
  const failures = createFailureCount(giveUpAfter);
  return async (judge, item) => {
    const key = judge.keyOf(item);
    const known = cache.get(key) as Omit<JudgeVote, "judge"> | undefined;
    if (known !== undefined) {
      const vote: GivenVote = { vote: known, cached: true };
      onVote?.(vote);
      return vote;
    }
    const { value, shared } = await caller.call<GivenVote>(key, async (signal) => {
      const { keep, failed, ...vote } = await judge.ask(item, { retries, signal });
      if (keep) await cache.set(key, vote.vote);
      if (failed === undefined) failures.succeeded(judge.name);
      else if (judge.kind === "model") failures.failed(judge.name, failed);
      return vote;
    });
    const given = shared ? { ...value, cached: true } : value;
    onVote?.(given);
    return given;
  };
}
