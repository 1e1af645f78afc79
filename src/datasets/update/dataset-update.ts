import type { DatasetManifest } from "../../curate/write-dataset.js";
import type { DatasetDiff } from "../diff/dataset-diff.js";
import type { FeedbackAsked } from "./ratings.js";

/** What an update did. */
export interface DatasetUpdate {
  /** Whether there is a new version. */
  readonly changed: boolean;
  readonly manifest: DatasetManifest;
  /** The number of the version, from 1. */
  readonly version: number;
  /** The folder of the version before, where there is a new one. */
  readonly previous?: string;
  /** What is different from the version before. */
  readonly diff?: DatasetDiff;
  /** Runs that were read, and that the dataset did not have. */
  readonly newRuns: number;
  /** Runs of the dataset that do not fit the query's conditions on feedback any more. */
  readonly ratedDown: readonly string[];
  /** Runs of the dataset that LangSmith does not have any more, where that was asked. */
  readonly deleted: readonly string[];
  /** `asked`, or why changes of feedback are not known: the query names no feedback, or the server has no v2 API. */
  readonly feedback: FeedbackAsked;
}
