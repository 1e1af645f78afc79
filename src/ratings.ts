import { either, list, settings, text, word } from "./internal/kinds.js";
import { checkArgument, type Kind } from "./internal/options.js";
import type { ExampleSource, FeedbackSummary, JoinedFeedback } from "./types.js";

/**
 * Where feedback may be that concerns an answer: on the run that gave it, on the root of its trace, on any
 * other run of its trace, or on the roots of its thread.
 */
export type FeedbackScope = "run" | JoinedFeedback["on"];

/** A rating, and whose it is. */
export interface Rating extends FeedbackSummary {
  on: FeedbackScope;
  /** The run that has the feedback. */
  runId?: string;
}

/** A source or a target of one. */
export type Rated = Pick<ExampleSource, "runId" | "feedback" | "joinedFeedback">;

const RATED_PLACES: readonly FeedbackScope[] = ["run", "root"];

const scopeKind = word("run", "root", "trace", "thread");

/** The kind of an option that says where ratings may be. */
export const scopesKind: Kind<FeedbackScope | readonly FeedbackScope[]> = either(scopeKind, list(scopeKind));

/** The places that such an option names. Default: the run and the root. */
export function placesOf(scope: FeedbackScope | readonly FeedbackScope[] | undefined): readonly FeedbackScope[] {
  return typeof scope === "string" ? [scope] : (scope ?? RATED_PLACES);
}

/**
 * Every rating of an answer with this key, the nearest first: on its run, on the root of its trace, on other runs of the
 * trace, on the roots of the thread.
 *
 * @throws {InvalidOptionError} for what is not a source or target, and for a key that is not a string.
 * @param places Which of these to look at. Default: the run and the root.
 *
 * @example
 * ```ts
 * import { ratingsOf, sourceOf, type TrainingExample } from "langsmith-finetune";
 *
 * function describe(example: TrainingExample): string[] {
 *   return ratingsOf(sourceOf(example), "user_score").map(({ average, on }) => `${average} on the ${on}`);
 * }
 * ```
 */
export function ratingsOf(rated: Rated, key: string, places: readonly FeedbackScope[] = RATED_PLACES): Rating[] {
  checkArgument("rated", rated, settings);
  checkArgument("key", key, text);
  const found: Rating[] = [];
  const own = rated.feedback?.[key];
  if (own && places.includes("run"))
    found.push({ ...own, on: "run", ...(rated.runId !== undefined && { runId: rated.runId }) });
  for (const place of ["root", "trace", "thread"] as const) {
    if (!places.includes(place)) continue;
    for (const { on, runId, feedback } of rated.joinedFeedback ?? []) {
      const summary = on === place ? feedback[key] : undefined;
      if (summary) found.push({ ...summary, on, runId });
    }
  }
  return found;
}

/** The nearest rating of every key, on the run or on the root. */
export function nearestRatings(rated: Rated): Record<string, FeedbackSummary> {
  if (rated.feedback === undefined && rated.joinedFeedback === undefined) return {};
  const nearest = new Map<string, FeedbackSummary>();
  for (const { on, feedback } of rated.joinedFeedback ?? []) {
    if (on === "root") for (const [key, summary] of Object.entries(feedback)) nearest.set(key, summary);
  }
  for (const [key, summary] of Object.entries(rated.feedback ?? {})) nearest.set(key, summary);
  return Object.fromEntries(nearest);
}
