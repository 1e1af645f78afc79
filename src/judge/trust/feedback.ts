import { number, object, required, text } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import { type FeedbackScope, nearestRatings, placesOf, ratingsOf, scopesKind } from "../../ratings.js";
import type { ExampleSource, ExampleTarget } from "../../types.js";

/** What a person's score means. */
export interface PeopleFeedback {
  /** The feedback key: `user_score`. */
  key: string;
  /** This score or more says that the answer was good. */
  good: number;
  /** A lower score than this says that it was not; one in between says nothing. @default `good` */
  bad?: number;
  /** Where the feedback may be; the nearest counts. @default ["run", "root"] */
  scope?: FeedbackScope | readonly FeedbackScope[];
}

const kinds: OptionKinds<PeopleFeedback> = {
  key: required(text),
  good: required(number()),
  bad: number(),
  scope: scopesKind,
};

export const peopleKind = object<PeopleFeedback>(kinds);

/** What people said of an answer, by key. */
export function verdictsOfPeople(
  rated: ExampleSource | ExampleTarget,
  people: readonly PeopleFeedback[] | undefined,
): { key: string; keep: boolean }[] {
  // Where nobody said what scores mean, those from 0 to 1 mean what LangSmith's thumbs do.
  if (people === undefined)
    return Object.entries(nearestRatings(rated)).flatMap(([key, { average }]) =>
      average === undefined || average < 0 || average > 1 || average === 0.5 ? [] : [{ key, keep: average > 0.5 }],
    );
  return people.flatMap(({ key, good, bad = good, scope }) => {
    const average = ratingsOf(rated, key, placesOf(scope)).find((rating) => rating.average !== undefined)?.average;
    if (average === undefined || (average < good && average >= bad)) return [];
    return [{ key, keep: average >= good }];
  });
}
