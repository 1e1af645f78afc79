import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { priceKind, type TrainingPrice } from "../../curate/tokens/prices.js";
import { InvalidOptionError } from "../../errors.js";
import {
  abortSignal,
  boolean,
  callback,
  either,
  list,
  milliseconds,
  number,
  object,
  positiveInteger,
  record,
  required,
  settings,
  text,
  word,
} from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { chatModelKind } from "../../judge/asking/ask-options.js";
import type { FineTuneBackend, TrainingMethod } from "../../train/backend.js";
import { backendKind, jobKinds, rowsKind, waitKinds } from "../../train/check-options.js";
import type { FineTuneProgress } from "../../train/following/progress.js";
import type { FineTuneOptions, TrainingRow } from "../../train/options.js";
import { unknownPriceKind, type UnknownPrice } from "../../train/planning/cost-limit.js";
import { timedJobsKind, type TimedJob } from "../../train/planning/duration.js";
import type { AnyIterable } from "../../types.js";
import type { ChatModelOptions } from "../../use/chat-model.js";
import type { CompareOptions } from "../compare-options.js";
import type { SweepEstimate } from "./types.js";

/** One job of a sweep: where, and how. What is left out is left to the backend. */
export interface SweepJob extends Pick<
  FineTuneOptions,
  "epochs" | "seed" | "suffix" | "from" | "evaluateEvery" | "earlyStopping" | "checkpoint" | "metadata"
> {
  /** Where the model is tuned, and which model, with its hyperparameters. */
  backend: FineTuneBackend;
  /**
   * Options of `deploy`, where a tuned model must be deployed before it can be asked. It is deployed for the comparison
   * and torn down after it; what that costs is not in the estimate.
   */
  deploy?: Readonly<Record<string, unknown>>;
  /** How the tuned model is called: key, `temperature`, … */
  chat?: ChatModelOptions;
}

/** Options of {@link sweep}. */
export interface SweepOptions {
  /** The training rows, or the path of their file. Each job gets the same; rows that can be read once are kept. */
  examples: AnyIterable<TrainingRow> | string;
  /** The rows that the models are ranked on. Backends that measure on the way get them too. */
  validation: AnyIterable<TrainingRow> | string;
  /** The jobs by name: a backend, or a backend with options. */
  jobs: Readonly<Record<string, FineTuneBackend | SweepJob>>;
  /**
   * What ranks the models: their answers to the validation rows (`comparison`, by `compareModels`), or the validation
   * loss that the backend measured (`validation-loss`, of jobs on one base model at one backend).
   * @default "comparison"
   */
  by?: "comparison" | "validation-loss";
  /**
   * How the jobs learn.
   * @default by the shape of the first row
   */
  method?: TrainingMethod;
  /** Chat models that are compared along, such as the base model, by names that no job has. Not ranked. */
  baselines?: Readonly<Record<string, BaseChatModel>>;
  /** Further options of `compareModels`: evaluators, `main`, prices of answers, a cache of answers, … */
  compare?: Omit<Partial<CompareOptions>, "examples" | "models" | "signal">;
  /**
   * How many jobs run at the same time.
   * @default 4
   */
  concurrency?: number;
  /**
   * US dollars that all jobs together may cost by the estimate. A sweep that would cost more is a `CostLimitError`
   * before anything is uploaded. Deployments and the answers of the comparison are not in it.
   * @default no limit
   */
  maxCost?: number;
  /**
   * What `maxCost` means where the price of a job is not known: the sweep is refused, or that job counts as nothing.
   * @default "refuse"
   */
  unknownPrice?: UnknownPrice;
  /** Prices that are looked at before those of the backends. @default none */
  prices?: readonly TrainingPrice[];
  /** Jobs of before, by which the time is estimated. @default none */
  pastJobs?: readonly TimedJob[];
  /**
   * Take up the jobs that an earlier call with the same rows and options has started: a sweep that was killed is gone on
   * with by the same call.
   * @default true
   */
  reuse?: boolean;
  /** Where dataset files are written until they are uploaded. @default the system's directory for temporary files */
  directory?: string;
  /** What happens with rows that hold what looks like secrets or personal data. @default "say" */
  personalData?: FineTuneOptions["personalData"];
  /** Milliseconds until a job is given up, which is a failure of that job; at the provider it goes on. @default no timeout */
  timeout?: number;
  /** Milliseconds between the first two polls of a job. @default 5_000 */
  pollInterval?: number;
  /** Called before anything is uploaded. Return `false` (or throw) to stop there. */
  onEstimate?: (estimate: SweepEstimate) => unknown;
  /** Called with what happens to each job, and the job's name. */
  onProgress?: (progress: FineTuneProgress, job: string) => unknown;
  /** Ends all waits at once. The jobs go on at their providers; the same call takes them up again. */
  signal?: AbortSignal;
}

const isBackend = (value: FineTuneBackend | SweepJob): value is FineTuneBackend => !("backend" in value);

/** The jobs in one form. */
export function jobsOf({ jobs }: Pick<SweepOptions, "jobs">): ReadonlyMap<string, SweepJob> {
  return new Map(Object.entries(jobs).map(([name, job]) => [name, isBackend(job) ? { backend: job } : job]));
}

const jobKind = either<[FineTuneBackend, SweepJob]>(
  backendKind,
  object<SweepJob>({
    ...jobKinds,
    backend: required(backendKind),
    checkpoint: waitKinds.checkpoint,
    deploy: settings,
    chat: settings,
  }),
);

/** Throws an `InvalidOptionError` for options that cannot be meant. What a backend does not have is found by the estimate. */
export function checkSweepOptions(options: SweepOptions): void {
  checkOptions<SweepOptions>("sweep", options, {
    examples: required(rowsKind),
    validation: required(rowsKind),
    jobs: required(record(jobKind)),
    by: word("comparison", "validation-loss"),
    method: word("supervised", "preference", "unpaired", "reinforcement"),
    baselines: record(chatModelKind),
    compare: settings,
    concurrency: positiveInteger,
    maxCost: number({ min: 0 }),
    unknownPrice: unknownPriceKind,
    prices: list(priceKind),
    pastJobs: timedJobsKind,
    reuse: boolean,
    directory: text,
    personalData: word("say", "refuse", "ignore"),
    timeout: milliseconds,
    pollInterval: milliseconds,
    onEstimate: callback,
    onProgress: callback,
    signal: abortSignal,
  });
  const { by = "comparison", baselines = {} } = options;
  const jobs = jobsOf(options);
  if (jobs.size === 0) throw refused("jobs", [], "A sweep needs at least one job.", "Pass jobs: { name: backend, … }.");
  const doubled = Object.keys(baselines).find((name) => jobs.has(name));
  if (doubled !== undefined)
    throw refused("baselines", doubled, `${doubled} is the name of a job too.`, "Give the model another name.");
  if (by === "comparison") checkCallable(jobs);
  else checkMeasured(jobs);
}

/** A model that cannot be asked cannot be compared: known before anything is paid. */
function checkCallable(jobs: ReadonlyMap<string, SweepJob>): void {
  for (const [name, { backend, deploy }] of jobs) {
    if (backend.capabilities.deployment === "none" || deploy !== undefined) continue;
    throw refused(
      `jobs.${name}.deploy`,
      undefined,
      `Models of ${backend.name} must be deployed before they can be compared, and the job ${name} says nothing of it.`,
      'Pass deploy: {} (or its options) for the job, which is billed while the comparison runs, or by: "validation-loss".',
    );
  }
}

/** A loss counts tokens of one vocabulary, and each service measures it in its own way. */
function checkMeasured(jobs: ReadonlyMap<string, SweepJob>): void {
  const [first] = jobs.values();
  for (const [name, { backend }] of jobs) {
    const place = `jobs.${name}.backend`;
    if (backend.capabilities.checkpoints !== "measured")
      throw refused(
        place,
        backend.name,
        `The backend ${backend.name} measures no validation loss at its checkpoints.`,
        'Leave out by: "validation-loss".',
      );
    if (backend.name !== first?.backend.name || backend.model !== first.backend.model)
      throw refused(
        place,
        `${backend.name} ${backend.model}`,
        `The validation losses of ${backend.model} at ${backend.name} and of ${first?.backend.model} at ${first?.backend.name} cannot be compared.`,
        'Sweep over one base model at one backend, or leave out by: "validation-loss".',
      );
  }
}

function refused(option: string, value: unknown, message: string, hint: string): InvalidOptionError {
  return new InvalidOptionError({ option, value, message, hint });
}
