import { callback, either, number, object, required, word } from "../internal/kinds.js";
import type { Kind } from "../internal/options.js";
import type { JudgeVote } from "../types.js";
import type { JudgedAnswer } from "./judges/judge.js";

/** What becomes of what was judged. */
export type JudgeDecision = "keep" | "drop" | "undecided";

/** How votes become a decision. */
export type DecideBy =
  | "majority"
  | { threshold: number }
  | ((
      votes: readonly JudgeVote[],
      judged: Pick<JudgedAnswer, "example" | "metadata">,
    ) => boolean | JudgeDecision | undefined);

export const decideKind: Kind<DecideBy> = either(
  word("majority"),
  object<{ threshold: number }>({ threshold: required(number()) }),
  callback,
) as Kind<DecideBy>;

/** Decides by the votes of all judges. `quorum` votes must be there; a function is asked in any case. */
export function createDecide(
  by: DecideBy,
  quorum: number | undefined,
): (votes: readonly JudgeVote[], judged: Pick<JudgedAnswer, "example" | "metadata">) => JudgeDecision {
  if (typeof by === "function") {
    return (votes, judged) => {
      const decided = by(votes, judged);
      if (typeof decided === "boolean") return decided ? "keep" : "drop";
      return decided === "keep" || decided === "drop" ? decided : "undecided";
    };
  }
  return (votes) => {
    const given = votes.filter(({ vote }) => vote !== "undecided");
    if (given.length === 0 || given.length < Math.min(quorum ?? votes.length, votes.length)) return "undecided";
    if (by === "majority") return keepsOf(given) * 2 > given.length ? "keep" : "drop";
    const scores = given.map(({ score }) => score).filter((score) => score !== undefined);
    if (scores.length < given.length) return "undecided";
    return scores.reduce((sum, score) => sum + score, 0) / scores.length >= by.threshold ? "keep" : "drop";
  };
}

const keepsOf = (votes: readonly JudgeVote[]) => votes.filter(({ vote }) => vote === "keep").length;

/** How much the judges differ: 0 where all say the same, 1 where half of them say the opposite. A vote that is not there counts as half of one. */
export function disagreementOf(votes: readonly JudgeVote[]): number {
  if (votes.length === 0) return 0;
  const keeps = keepsOf(votes) + votes.filter(({ vote }) => vote === "undecided").length / 2;
  return 1 - Math.abs((2 * keeps) / votes.length - 1);
}
