import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import {
  abortSignal,
  callback,
  either,
  number,
  object,
  only,
  positiveInteger,
  positiveNumber,
  record,
  required,
  skipKinds,
  text,
  withMethods,
} from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import type { StepProgress } from "../../internal/progress.js";
import type { SkipOptions } from "../../types.js";
import type { AskEstimate } from "./estimate.js";
import type { ModelPrice } from "./usage.js";

/** How far asking is. */
export interface AskProgress extends StepProgress {
  /** Votes or answers so far that came from the cache. */
  cached: number;
  /** Votes or answers so far that failed. */
  failed: number;
}

/** Options of everything that asks models about rows. */
export interface AskOptions extends SkipOptions {
  /** Calls at a time, over all models. @default 4 */
  concurrency?: number;
  /** Calls a minute, over all models. @default no limit */
  requestsPerMinute?: number;
  /** Attempts after a call that failed with a transient error (429, 5xx, no answer). `Retry-After` is honoured. @default 3 */
  retries?: number;
  /**
   * A model that has failed on its first so many calls ends everything with an error: the key may be wrong.
   * @default 10
   */
  giveUpAfter?: number;
  /**
   * A folder in which everything that was paid for is kept as it comes, by a hash of what was asked: the same call with
   * the same rows goes on there after an interruption, and pays for nothing twice.
   */
  cache?: string;
  /** US dollars for a million tokens, by the names of judges or models. For the estimate and the report. */
  prices?: Record<string, ModelPrice>;
  /** For the estimate of the time. @default 2 */
  secondsPerCall?: number;
  /** Called with the progress after each vote or answer. */
  onProgress?: (progress: AskProgress) => void;
  signal?: AbortSignal;
}

/** The estimate of what asking costs, as an option. */
export interface EstimateOption {
  /**
   * `true` gives a promise of the estimate and asks nothing. A function is called with it before the first call, once all
   * rows were read, and may refuse by returning `false` or by throwing.
   */
  estimate?: true | ((estimate: AskEstimate) => unknown);
}

/** A chat model, of whatever copy of `@langchain/core` it is. */
export const chatModelKind = withMethods<BaseChatModel>("a LangChain chat model", "invoke", "_llmType", "_generate");

/** A chat model, and no function or settings. */
export const isChatModel = (value: unknown): value is BaseChatModel => chatModelKind.fits(value);

export const priceKind = object<ModelPrice>({
  prompt: required(number({ min: 0 })),
  completion: required(number({ min: 0 })),
});

export const estimateKind = either(only(true), callback);

/** The kinds of {@link AskOptions}. */
export const askKinds: OptionKinds<AskOptions> = {
  concurrency: positiveInteger,
  requestsPerMinute: positiveInteger,
  retries: number({ integer: true, min: 0 }),
  giveUpAfter: positiveInteger,
  cache: text,
  prices: record(priceKind),
  secondsPerCall: positiveNumber,
  onProgress: callback,
  signal: abortSignal,
  ...skipKinds,
};
