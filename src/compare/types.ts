import type { AssistantTrainingMessage, ExampleSource } from "../types.js";
import type { EvaluationInputs } from "../judge/asking/evaluator.js";
import type { ModelAnswer } from "../judge/asking/model-answer.js";

/** A score of one answer. */
export interface CaseScore {
  /** Left out where the evaluator said nothing of this case, or threw. */
  score?: number;
  comment?: string;
  /** The evaluator's own error. */
  error?: string;
}

/** One answer of a held-out row, with what each model made of it. */
export interface ComparisonCase {
  /** Counted from 1, in the order of the rows and of their answers. */
  number: number;
  /** The number of its conversation, from 1. Cases of one conversation are not independent. */
  conversation: number;
  /** The row, counted from 1, and the place of the answer among its messages, from 0. */
  row: number;
  message: number;
  inputs: EvaluationInputs;
  reference: AssistantTrainingMessage;
  source: ExampleSource;
  answers: Record<string, ModelAnswer>;
  /** By evaluator key, then by model. */
  scores: Record<string, Record<string, CaseScore>>;
}

/** The figures with each conversation counted once, however many answers it has. */
export interface ConversationFigures {
  /** How many conversations the cases are from. */
  count: number;
  /** Each model's mean of the conversations' means. */
  scores: Record<string, number>;
  /** The second model's less the first's. */
  difference: number;
  /** 95 %; left out for fewer than six conversations. */
  interval?: [low: number, high: number];
  /** The numbers of the conversations whose mean score rose, fell, or stayed. */
  rose: number[];
  fell: number[];
  stayed: number[];
}

/** What can be said of two models by one evaluator. */
export interface EvaluatorComparison {
  key: string;
  /** The one that the option `main` names. */
  main?: true;
  /** The scores are yes or no. */
  yesNo: boolean;
  /** Cases (answers) in which both models have a score. */
  cases: number;
  /** Each model's mean over these cases. */
  scores: Record<string, number>;
  /** The second model's mean less the first's. */
  difference: number;
  /** 95 %, over conversations, uncorrected; left out for fewer than six conversations. */
  interval?: [low: number, high: number];
  /** The sign-flip test over conversations. With one yes/no answer in each it is McNemar's exact test. */
  pValue: number;
  /** The p-value corrected for all evaluators and models that are read together. The verdict is by this one. */
  correctedPValue: number;
  /**
   * `better`, `worse`: shown at 5 %, over all evaluators together. `same`: every case came out alike,
   * or the interval lies within ten points (a tenth of the range of other scores). Else `unclear`.
   */
  verdict: "better" | "worse" | "same" | "unclear";
  /** With `unclear`: about how many cases, or conversations, would show the difference `neededFor`. */
  casesNeeded?: number;
  conversationsNeeded?: number;
  /** The size of the difference that so many would show: the one seen, or ten points where none was. */
  neededFor?: number;
  /** The figures by conversation. */
  conversations: ConversationFigures;
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
  /** By the main evaluator; without one, by all together. `mixed`: better by some and worse by others. */
  verdict: "better" | "worse" | "mixed" | "same" | "unclear";
  /** The verdict in one sentence. */
  headline: string;
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
  /** What can be concluded: the verdict first, then a sentence for each evaluator. */
  verdict: string[];
  /** The experiments in LangSmith, where they were asked for. */
  experiments?: Record<string, { name: string; url?: string }>;
}
