import { defaultEpochs } from "../../curate/tokens/estimate-cost.js";
import { priceOfModel, type TrainingPrice } from "../../curate/tokens/prices.js";
import type { BackendPrice, FineTuneBackend, TrainingMethod } from "../backend.js";
import { durationOf, type DurationEstimate, type TimedJob } from "./duration.js";
import type { RowCounts } from "./row-meter.js";

/** What a job is likely to need. */
export interface FineTuneEstimate {
  readonly backend: string;
  /** The base model. */
  readonly model: string;
  readonly method: TrainingMethod;
  readonly rows: number;
  /** What is learned: the answers that have a weight, each preference pair, or each prompt that is graded. */
  readonly targets: number;
  /** Tokens of the training rows, once through. */
  readonly tokens: number;
  /** False where tokens could only be estimated: another tokenizer, images, preference pairs. */
  readonly exact: boolean;
  /** The validation rows, where there are any. */
  readonly validation?: { readonly rows: number; readonly tokens: number };
  readonly epochs: number;
  /** `option`: of the call. `backend`: of its options or its documented default. `guess`: the provider chooses; see `defaultEpochs`. */
  readonly epochsFrom: "option" | "backend" | "guess";
  /** Optimizer steps. Left out where the rows of a step are not known. */
  readonly steps?: number;
  /** Tokens that are billed: those of the rows in all epochs, and of the validation rows where the provider bills them. */
  readonly billedTokens: number;
  /** The price that was taken, with its day and source. Left out where none is known. */
  readonly price?: TrainingPrice;
  /** US dollars for the training, without hosting. Left out where no price is known. */
  readonly cost?: number;
  /** How long it is likely to take, by `pastJobs` of the same base model. Left out where there are none. */
  readonly duration?: DurationEstimate;
}

/** What is estimated, counted. */
export interface EstimateParts {
  readonly backend: FineTuneBackend;
  readonly method: TrainingMethod;
  readonly training: RowCounts;
  readonly validation?: RowCounts;
  readonly epochs?: number;
  readonly prices?: readonly TrainingPrice[];
  readonly pastJobs?: readonly TimedJob[];
}

/** Puts counts, schedule and price together. */
export function estimateOf({
  backend,
  method,
  training,
  validation,
  prices = [],
  pastJobs = [],
  ...given
}: EstimateParts): FineTuneEstimate {
  const { schedule = {} } = backend;
  const epochs = given.epochs ?? schedule.epochs ?? defaultEpochs(training.rows);
  const known = backend.prices?.find((price) => price.method === method);
  const price = priceOfModel(backend.model, prices) ?? (known && plainPrice(known));
  const passes = known?.validationPasses ?? 0;
  const billed = ({ rows, tokens }: RowCounts) =>
    known?.tokensPerRow === undefined ? tokens : rows * known.tokensPerRow;
  const billedTokens = Math.ceil(billed(training) * epochs) + (validation ? billed(validation) * passes : 0);
  const { rows, targets, tokens } = training;
  const duration = durationOf(backend.model, billedTokens, pastJobs);
  return {
    backend: backend.name,
    model: backend.model,
    method,
    rows,
    targets,
    tokens,
    exact: training.exact && (validation?.exact ?? true),
    ...(validation && { validation: { rows: validation.rows, tokens: validation.tokens } }),
    epochs,
    epochsFrom: given.epochs !== undefined ? "option" : schedule.epochs !== undefined ? "backend" : "guess",
    ...(schedule.batchSize === undefined ? {} : { steps: Math.ceil(Math.ceil(rows / schedule.batchSize) * epochs) }),
    billedTokens,
    ...(price && { price, cost: (billedTokens * price.perMillionTokens) / 1_000_000 }),
    ...(duration && { duration }),
  };
}

function plainPrice({ model, perMillionTokens, date, source }: BackendPrice): TrainingPrice {
  return { model, perMillionTokens, date, source };
}
