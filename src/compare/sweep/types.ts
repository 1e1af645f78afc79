import type { FineTunedModel, JobReference } from "../../train/backend.js";
import type { FineTuneEstimate } from "../../train/planning/estimate.js";
import type { Comparison, PairComparison } from "../types.js";

/** What a sweep is likely to need, before anything is paid. */
export interface SweepEstimate {
  /** By the names of the jobs. */
  readonly jobs: Readonly<Record<string, FineTuneEstimate>>;
  /** US dollars for all jobs of which the price is known. Left out where none is. */
  readonly cost?: number;
  /** The jobs of which no price is known. */
  readonly unpriced: readonly string[];
  /** Seconds, where the time of every job is known: with so many jobs at the same time. */
  readonly seconds?: number;
}

/** A tuned model and its place. */
export interface SweepEntry {
  readonly name: string;
  /** From 1. Models that are equal in what ranks them are in the order of their cost, the cheaper first. */
  readonly rank: number;
  readonly tuned: FineTunedModel;
  /**
   * What ranks it: the mean score of the answers, over the evaluators (or of the one that `main` names), higher is
   * better; or the validation loss, lower is better. Left out where nothing could be measured.
   */
  readonly score?: number;
  /** US dollars: the tokens that the provider billed at the price of the estimate, or else the estimate itself. */
  readonly cost?: number;
  /** From the start of the job to its end. */
  readonly seconds?: number;
}

/** A job that gave no model, a model that could not be asked, or a deployment that could not be ended. */
export interface SweepFailure {
  readonly name: string;
  readonly step: "train" | "deploy" | "call" | "teardown";
  readonly error: { readonly name: string; readonly message: string; readonly code?: string };
  /** The job, where there is one. */
  readonly job?: JobReference;
  /** The model, where the job gave one. */
  readonly tuned?: FineTunedModel;
}

/** What a sweep gives: plain JSON. */
export interface SweepResult {
  /** The tuned models, the best first. Empty where every job failed. */
  readonly ranking: readonly SweepEntry[];
  readonly failures: readonly SweepFailure[];
  readonly estimate: SweepEstimate;
  /** The best model against each other one: whether the difference is more than chance. Without a comparison empty. */
  readonly pairs: readonly PairComparison[];
  /** The comparison with all answers. Left out where there was none. */
  readonly comparison?: Comparison;
  /** What can be concluded, in sentences. */
  readonly verdict: readonly string[];
}
