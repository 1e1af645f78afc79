import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { Client } from "langsmith";
import type { SourceKey } from "../curate/split/source-key.js";
import {
  callback,
  either,
  iterable,
  list,
  number,
  object,
  only,
  positiveInteger,
  record,
  required,
  text,
  withMethods,
  word,
} from "../internal/kinds.js";
import { InvalidOptionError } from "../errors.js";
import { checkOptions } from "../internal/options.js";
import type { AnyIterable, TrainingExample } from "../types.js";
import { type AskOptions, askKinds, chatModelKind } from "../judge/asking/ask-options.js";
import type { ModelPrice } from "../judge/asking/usage.js";
import type { ComparisonEstimate } from "./estimate-comparison.js";
import type { Evaluator } from "../judge/asking/evaluator.js";
import type { ExperimentOptions } from "./experiments.js";
import type { StepProgress } from "../internal/progress.js";
import type { PairwiseEvaluator } from "./pairwise.js";

/** How far a comparison is. */
export interface ComparisonProgress extends StepProgress {
  model: string;
  /** The case's number, from 1. */
  case: number;
  total: number;
  /** Answers so far that were errors. */
  failed: number;
  /** Milliseconds, by the pace so far; left out before the first answer that was not in the cache. */
  remaining?: number;
}

/** Options of `compareModels`. */
export interface CompareOptions extends Omit<AskOptions, "onProgress"> {
  /** Held-out rows: none that a model was trained on. Each target of a row is a case, and its own answer the reference. */
  examples: AnyIterable<TrainingExample>;
  /** LangChain chat models by name. The first is the one that the others are compared with. */
  models: Record<string, BaseChatModel>;
  /**
   * In LangSmith's own form; those of `openevals` plug in unchanged.
   * @default toolCalled, argumentsEqual, argumentsValid, normalisedText, refusalAsExpected
   */
  evaluators?: readonly Evaluator[];
  /** Evaluators that see two answers at once: `pairwiseJudge`, or LangSmith's comparative ones. */
  pairwiseEvaluators?: readonly PairwiseEvaluator[];
  /**
   * The key of the evaluator that decides. It gets four fifths of the allowed error, and the others
   * share the rest; the comparison's verdict is its verdict.
   * @default none: all evaluators are read together, and share the allowed error alike
   */
  main?: string;
  /**
   * Cases of one conversation are not independent, so that intervals and tests count conversations:
   * by the thread (or the trace, where the row names none), by the trace, or by a function's key.
   * @default "thread"
   */
  groupBy?: SourceKey;
  /**
   * How many targets of a conversation are replayed: so many at even distances, the last one included.
   * @default all
   */
  targetsPerConversation?: number;
  /** A folder in which answers are kept as they come: the same comparison goes on there, and pays for nothing twice. */
  cache?: string;
  /** US dollars for a million tokens, by the models' names here. */
  prices?: Record<string, ModelPrice>;
  /** Called with cost and time before anything is asked. Return `false` (or throw) to stop there. */
  onEstimate?: (estimate: ComparisonEstimate) => unknown;
  onProgress?: (progress: ComparisonProgress) => void;
  /** A model that has failed on its first so many cases is not asked any more. @default 10 */
  giveUpAfter?: number;
  /** For the random flips of the tests, where there are too many to look at all. @default 1 */
  seed?: number;
  /** Also makes a dataset of the rows in LangSmith, and an experiment for each model. @default false */
  langsmith?: ExperimentOptions | false;
  signal?: AbortSignal;
}

/** Throws an `InvalidOptionError` for options that cannot be meant. */
export function checkCompareOptions(options: CompareOptions): void {
  checkOptions<CompareOptions>("compareModels", options, {
    examples: required(iterable),
    models: required(record(chatModelKind)),
    evaluators: list(callback),
    pairwiseEvaluators: list(callback),
    main: text,
    groupBy: either(word("thread", "trace"), callback),
    targetsPerConversation: positiveInteger,
    ...askKinds,
    onEstimate: callback,
    onProgress: callback,
    seed: number({ integer: true }),
    langsmith: either(
      only(false),
      object<ExperimentOptions>({
        client: withMethods<Client>("a LangSmith client", "createDataset"),
        datasetName: text,
        experimentPrefix: text,
      }),
    ),
  });
  const names = Object.keys(options.models);
  if (names.length >= 2) return;
  throw new InvalidOptionError({
    option: "models",
    value: names,
    message: `Comparing needs at least two models; there ${names.length === 1 ? "is one" : "are none"}.`,
    hint: "Pass { base, tuned }.",
  });
}
