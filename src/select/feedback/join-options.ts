import { InvalidOptionError } from "../../errors.js";
import { either, list, object, required, text, word } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import { type FeedbackScope, placesOf, scopesKind } from "../../ratings.js";
import type { SeveralScores } from "./summarise.js";

/** Which feedback is joined to an answer. */
export interface FeedbackJoin {
  /**
   * Where the feedback is: on the `run` that gave the answer, on the `root` of its trace, on any other run of its
   * `trace`, or on the roots of its `thread`. One of these or several.
   * @default ["run", "root"]
   */
  scope?: FeedbackScope | readonly FeedbackScope[];
  /**
   * The keys that are wanted. The scopes `trace` and `thread` need them, since LangSmith finds rated runs by their keys.
   * @default all
   */
  keys?: readonly string[];
  /**
   * Which counts where a run has several scores with one key: their `mean`, the `last`, or the mean of those of the
   * first of some sources that gave any.
   * @default "mean", as LangSmith sums them up
   */
  several?: SeveralScores;
}

/** The kinds of {@link FeedbackJoin}. */
export const feedbackJoinKinds: OptionKinds<FeedbackJoin> = {
  scope: scopesKind,
  keys: list(text),
  several: either(word("mean", "last"), object<{ sources: readonly string[] }>({ sources: required(list(text)) })),
};

/** The options with their defaults. @throws {InvalidOptionError} for scopes that need keys. */
export function feedbackJoinOf({ scope, keys = [], several = "mean" }: FeedbackJoin, option = "") {
  const scopes = new Set<FeedbackScope>(placesOf(scope));
  if (keys.length === 0 && (scopes.has("trace") || scopes.has("thread"))) {
    throw new InvalidOptionError({
      option: `${option}keys`,
      value: keys,
      message: `${option}keys must name the feedback keys for the scopes trace and thread.`,
      hint: "LangSmith finds the rated runs of a trace or a thread by the keys of their feedback.",
    });
  }
  return { scopes, keys, several };
}
