import { abortSignal, list, number, positiveNumber, required, word } from "../../internal/kinds.js";
import { checkOptions as checkKinds } from "../../internal/options.js";
import { priceKind, type TrainingPrice } from "../../curate/tokens/prices.js";
import { tokenKinds, type TokenOptions } from "../../curate/tokens/token-counter.js";
import { expressTargets } from "../../curate/conversations/express-targets.js";
import { EmptyDatasetError } from "../../errors.js";
import type { AnyIterable, TrainingExample } from "../../types.js";
import type { FineTuneBackend, TrainingMethod } from "../backend.js";
import { backendKind, checkOptions, rowsKind } from "../check-options.js";
import type { TrainingRow } from "../options.js";
import { methodOf } from "../preparing/method-of.js";
import { readRows } from "../preparing/read-rows.js";
import { checkCostLimit, keepToCostLimit, unknownPriceKind, type UnknownPrice } from "./cost-limit.js";
import { timedJobsKind, type TimedJob } from "./duration.js";
import { estimateOf, type FineTuneEstimate } from "./estimate.js";
import { createRowMeter, type RowCounts } from "./row-meter.js";

/** Options of {@link estimateFineTune}. Those that `fineTune` has too mean the same. */
export interface EstimateFineTuneOptions extends Pick<TokenOptions, "tokenizer" | "template"> {
  /** The training rows, or the path of a JSON Lines file of them. Read once. */
  examples: AnyIterable<TrainingRow> | string;
  /** Where the model would be tuned, and which model. */
  backend: FineTuneBackend;
  /** Rows to measure on, or the path of their file. */
  validation?: AnyIterable<TrainingRow> | string;
  /**
   * How the model learns.
   * @default by the shape of the first row
   */
  method?: TrainingMethod;
  /**
   * How often each row is seen.
   * @default what the backend's options or its documentation say, else a guess; see `epochsFrom` of the estimate
   */
  epochs?: number;
  /**
   * US dollars that the job may cost. A job that would cost more is a `CostLimitError`.
   * @default no limit
   */
  maxCost?: number;
  /**
   * Prices that are looked at before those of the backend.
   * @default none
   */
  prices?: readonly TrainingPrice[];
  /**
   * What a `maxCost` means where no price is known: the call is refused (`refuse`), or the job has no limit (`allow`).
   * @default "refuse"
   */
  unknownPrice?: UnknownPrice;
  /**
   * Jobs of before, as `exportPastJobs` gives them: by those of the same base model the time is estimated.
   * @default none: no provider documents how fast it trains
   */
  pastJobs?: readonly TimedJob[];
  signal?: AbortSignal;
}

/**
 * What a job would need, before anything is paid: rows, answers that are learned, tokens, steps, and the price with its
 * day and source, and the time where `pastJobs` tell the speed. Reads the rows and sends nothing. What is not known is
 * left out: the cost where there is no price, the steps where the rows of a step are the provider's choice.
 *
 * @throws {InvalidOptionError} for an option that the backend does not understand, and for a `maxCost` that cannot be
 * checked because no price or number of epochs is known.
 * @throws {CostLimitError} if the job would cost more than `maxCost`.
 * @throws {EmptyDatasetError} if there are no examples.
 * @throws {MissingPackageError} if the tokenizer's package is not installed.
 *
 * @example
 * ```ts
 * import { estimateFineTune, readJsonl } from "langsmith-finetune";
 * import { together } from "langsmith-finetune/backends/together";
 *
 * const backend = together({ model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference" });
 * const { rows, targets, billedTokens, cost, price } = await estimateFineTune({
 *   examples: readJsonl("train.jsonl"),
 *   backend,
 *   epochs: 3,
 * });
 * console.log(`${targets} answers in ${rows} rows, ${billedTokens} tokens: about $${cost?.toFixed(2)}`, price?.date);
 * ```
 */
export async function estimateFineTune(options: EstimateFineTuneOptions): Promise<FineTuneEstimate> {
  checkKinds<EstimateFineTuneOptions>("estimateFineTune", options, {
    examples: required(rowsKind),
    backend: required(backendKind),
    validation: rowsKind,
    method: word("supervised", "preference", "unpaired", "reinforcement"),
    epochs: positiveNumber,
    maxCost: number({ min: 0 }),
    prices: list(priceKind),
    unknownPrice: unknownPriceKind,
    pastJobs: timedJobsKind,
    tokenizer: tokenKinds.tokenizer,
    template: tokenKinds.template,
    signal: abortSignal,
  });
  const { examples, backend, validation, epochs, prices, pastJobs } = options;
  checkOptions(options);
  checkCostLimit(options, options.method);
  const training = await count(examples, options);
  if (training.counts.rows === 0) {
    throw new EmptyDatasetError({
      message: "There are no training examples: nothing came out of the steps before.",
      hint: "Pass onSkip to the loader and the converter to see what they left out.",
    });
  }
  const { method } = training;
  checkOptions({ ...options, method });
  checkCostLimit(options, method);
  const measured = validation === undefined ? undefined : (await count(validation, { ...options, method })).counts;
  const estimate = estimateOf({
    backend,
    method,
    training: training.counts,
    validation: measured?.rows === 0 ? undefined : measured,
    epochs,
    prices,
    pastJobs,
  });
  keepToCostLimit(options, estimate);
  return estimate;
}

async function count(
  given: AnyIterable<TrainingRow> | string,
  { backend, tokenizer, template, signal, ...rest }: EstimateFineTuneOptions,
): Promise<{ counts: RowCounts; method: TrainingMethod }> {
  const meter = await createRowMeter({ model: backend.model, tokenizer, template });
  let { method } = rest;
  for await (const row of typeof given === "string" ? readRows(given, signal) : given) {
    signal?.throwIfAborted();
    method ??= methodOf(row);
    for (const part of asWritten(row, method, backend)) meter.add(part, method);
  }
  return { counts: meter.counts(), method: method ?? "supervised" };
}

/** The rows that are uploaded for a row: several, where the backend learns one answer of a row. */
function asWritten(row: TrainingRow, method: TrainingMethod, { rules }: FineTuneBackend): TrainingRow[] {
  return method === "supervised" && "messages" in row ? expressTargets(row as TrainingExample, rules.loss).rows : [row];
}
