import type { Client } from "langsmith";
import { boolean, either, object } from "../../internal/kinds.js";
import type { Kind } from "../../internal/options.js";
import { isRecord } from "../../internal/is-record.js";
import type { FeedbackScope } from "../../ratings.js";
import type { Run } from "../../types.js";
import { listOf, type RunQuery } from "../query/run-query.js";
import type { ConnectionOptions } from "../server/connection.js";
import { createFeedbackLookup, type FeedbackLookup } from "./feedback-lookup.js";
import { placeOfRun } from "./feedback-places.js";
import { type FeedbackJoin, feedbackJoinKinds, feedbackJoinOf } from "./join-options.js";

/** The kind of the option `joinFeedback`. */
export const joinKind: Kind<boolean | FeedbackJoin> = either(boolean, object<FeedbackJoin>(feedbackJoinKinds));

/**
 * Which feedback a selection joins: what the option says, or else what the query's conditions look at beyond the run.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 */
export function selectionJoin(
  { feedback }: RunQuery,
  { joinFeedback }: { joinFeedback?: boolean | FeedbackJoin | undefined },
): ReturnType<typeof feedbackJoinOf> | undefined {
  if (joinFeedback === false) return undefined;
  if (joinFeedback !== undefined) return feedbackJoinOf(joinFeedback === true ? {} : joinFeedback, "joinFeedback.");
  const conditions = listOf(feedback).filter(({ on = "root" }) => on !== "run");
  if (conditions.length === 0) return undefined;
  const scope = [...new Set(conditions.map(({ on = "root" }): FeedbackScope => on))];
  return feedbackJoinOf({ scope, keys: [...new Set(conditions.map(({ key }) => key))] });
}

/** Makes a function that gives the runs of a page what was found for each. */
export function joiner(
  query: RunQuery,
  options: ConnectionOptions & { joinFeedback?: boolean | FeedbackJoin | undefined },
  client: Client,
): (page: Run[]) => Promise<Run[]> | Run[] {
  const join = selectionJoin(query, options);
  if (join === undefined) return (page) => page;
  const { signal, rateLimit, maxRetries } = options;
  const connection = {
    client,
    ...(signal && { signal }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(maxRetries !== undefined && { maxRetries }),
  };
  const lookup = createFeedbackLookup({ ...join, connection });
  return (page) => withFeedback(page, lookup);
}

async function withFeedback(page: readonly Run[], lookup: FeedbackLookup): Promise<Run[]> {
  const places = page.map(placeOfRun);
  const found = await lookup.read(places);
  return page.map((run, index): Run => {
    const { own, joined } = found(places[index] ?? {});
    const stats =
      own &&
      Object.entries(own).map(([key, { count, average, ...rest }]) => [key, { n: count, avg: average, ...rest }]);
    return {
      ...run,
      ...(stats && {
        feedback_stats: { ...(isRecord(run.feedback_stats) && run.feedback_stats), ...Object.fromEntries(stats) },
      }),
      ...(joined.length > 0 && { joinedFeedback: [...joined] }),
    };
  });
}
