import { FEWEST_KEYS } from "./sequential.js";
import type { ArmComparison } from "./types.js";

/** The verdict in one or two sentences. */
export function headlineOf({ verdict, rating, metrics, arms, ratings }: Omit<ArmComparison, "headline">): string {
  const silent = (["base", "tuned"] as const).find((arm) => arms[arm].calls === 0);
  if (silent)
    return `There is nothing to compare: no call of the ${silent} arm was found. Look at the share, and at the time that the query covers.`;
  if (rating === undefined) {
    const keys = Object.keys(ratings);
    return keys.length === 0
      ? "There is no verdict: nobody has rated these calls."
      : `There is no verdict yet: name the feedback that decides. Found: ${keys.join(", ")}; pass rating.`;
  }
  const { base, tuned } = metrics.rating ?? {};
  const keys = `${tuned?.keys ?? 0} tuned and ${base?.keys ?? 0} base keys rated`;
  if (!base || !tuned || base.keys < FEWEST_KEYS || tuned.keys < FEWEST_KEYS) {
    return `It is too early for a verdict: ${keys}. At least ${FEWEST_KEYS} of each are needed.`;
  }
  const figures = `${rating} is ${tuned.mean.toFixed(3)} against ${base.mean.toFixed(3)}, ${keys}`;
  switch (verdict) {
    case "better":
    case "worse":
      return `The tuned model is ${verdict}: ${figures}. This holds on whatever day you look.`;
    case "unclear":
      return `No difference was shown yet: ${figures}. You may look again any day.`;
  }
}
