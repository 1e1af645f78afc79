import type { AssistantTrainingMessage, ExampleSource } from "../types.js";
import type { EvaluationInputs } from "./evaluator.js";

/** One model's answer to one case. Either `message` or `error` is there. */
export interface ModelAnswer {
  message?: AssistantTrainingMessage;
  /** What went wrong, without credentials. */
  error?: string;
  /** From the request to the whole answer; of the call that was paid, where the answer is from the cache. */
  milliseconds?: number;
  tokens?: { prompt: number; completion: number };
  /** It was read from the cache. */
  cached?: boolean;
}

/** A score of one answer. */
export interface CaseScore {
  /** Left out where the evaluator said nothing of this case, or threw. */
  score?: number;
  comment?: string;
  /** The evaluator's own error. */
  error?: string;
}

/** One held-out row, with what each model made of it. */
export interface ComparisonCase {
  /** Counted from 1, in the order of the rows. */
  number: number;
  inputs: EvaluationInputs;
  reference: AssistantTrainingMessage;
  source: ExampleSource;
  answers: Record<string, ModelAnswer>;
  /** By evaluator key, then by model. */
  scores: Record<string, Record<string, CaseScore>>;
}

/** What can be said of two models by one evaluator. */
export interface EvaluatorComparison {
  key: string;
  /** The scores are yes or no. */
  yesNo: boolean;
  /** Cases in which both models have a score. */
  cases: number;
  /** Each model's mean over these cases. */
  scores: Record<string, number>;
  /** The second model's mean less the first's, with its 95 % bootstrap interval. */
  difference: number;
  interval: [low: number, high: number];
  /** McNemar's exact test, for yes/no scores. */
  pValue?: number;
  verdict: "better" | "worse" | "same" | "unclear";
  /** With `unclear`: about how many cases would do. */
  casesNeeded?: number;
  /** The numbers of the cases, for yes/no scores: what flipped, and what did not. */
  flips?: { bothRight: number[]; fixed: number[]; broken: number[]; bothWrong: number[] };
  /** The numbers of the cases whose score rose or fell, for other scores. */
  changes?: { rose: number[]; fell: number[] };
  /** How often the evaluator threw. */
  evaluatorErrors: number;
}

/** One model against another. */
export interface PairComparison {
  base: string;
  candidate: string;
  evaluators: EvaluatorComparison[];
}

/** What one model cost and how it behaved. */
export interface ModelSummary {
  answered: number;
  failed: number;
  /** It was no longer asked after it had failed on every case so far. */
  stopped?: string;
  /** Milliseconds. */
  latency?: { median: number; p95: number };
  tokens: { prompt: number; completion: number };
  /** US dollars, where a price is known. */
  cost?: number;
}

/** The result of a comparison: plain JSON. */
export interface Comparison {
  /** ISO 8601. */
  createdAt: string;
  models: Record<string, ModelSummary>;
  pairs: PairComparison[];
  cases: ComparisonCase[];
  /** What can be concluded, in a few sentences. */
  verdict: string[];
  /** The experiments in LangSmith, where they were asked for. */
  experiments?: Record<string, { name: string; url?: string }>;
}
