import { InvalidOptionError } from "../errors.js";
import {
  abortSignal,
  boolean,
  callback,
  either,
  iterable,
  kind,
  limit,
  list,
  milliseconds,
  number,
  object,
  positiveInteger,
  positiveNumber,
  record,
  required,
  string,
  text,
  word,
} from "../internal/kinds.js";
import { checkOptions as checkKinds, type Kind, type OptionKinds } from "../internal/options.js";
import { priceKind } from "../curate/tokens/prices.js";
import type { EarlyStopping, FineTuneBackend, TrainingMethod } from "./backend.js";
import { checkContinuation, fromKind } from "./continue-from.js";
import type { FineTuneOptions, WaitOptions } from "./options.js";
import { unknownPriceKind } from "./planning/cost-limit.js";

const MAXIMUM_SUFFIX = 64;

const METHODS = ["upload", "start", "poll", "result"] as const satisfies readonly (keyof FineTuneBackend)[];

/** The kind of an option that takes a backend. */
export const backendKind: Kind<FineTuneBackend> = kind("a backend, such as openAI({ model })", (value) => {
  if (typeof value !== "object" || value === null) return false;
  const backend = value as Partial<FineTuneBackend>;
  return (
    typeof backend.name === "string" &&
    typeof backend.capabilities === "object" &&
    METHODS.every((method) => typeof backend[method] === "function")
  );
});

/** The kinds of {@link WaitOptions}. */
export const waitKinds: OptionKinds<WaitOptions> = {
  signal: abortSignal,
  timeout: milliseconds,
  pollInterval: milliseconds,
  checkpoint: either(word("best", "last"), callback),
  onProgress: callback,
};

/** The kind of an option that takes rows or the path of their file. */
export const rowsKind = either(iterable, text);

/** The kinds of what says how one job trains, wherever it is given. */
export const jobKinds: OptionKinds<
  Pick<FineTuneOptions, "suffix" | "seed" | "epochs" | "from" | "evaluateEvery" | "earlyStopping" | "metadata">
> = {
  suffix: string,
  seed: number({ integer: true }),
  epochs: positiveNumber,
  from: fromKind,
  evaluateEvery: positiveInteger,
  earlyStopping: either(boolean, object<EarlyStopping>({ patience: positiveInteger, threshold: number({ min: 0 }) })),
  metadata: record(string),
};

const kinds: OptionKinds<FineTuneOptions> = {
  ...waitKinds,
  ...jobKinds,
  examples: required(rowsKind),
  backend: required(backendKind),
  validation: rowsKind,
  method: word("supervised", "preference", "unpaired", "reinforcement"),
  maxTokens: limit,
  maxCost: number({ min: 0 }),
  prices: list(priceKind),
  unknownPrice: unknownPriceKind,
  personalData: word("say", "refuse", "ignore"),
  lock: word("process", "machine"),
  directory: text,
  reuse: boolean,
};

/** Checks what the caller of `fineTune` passed. */
export function checkFineTuneOptions(options: FineTuneOptions): void {
  checkKinds<FineTuneOptions>("fineTune", options, kinds);
}

/** What of the options must be understood by the backend. */
type BackendOptions = Pick<
  FineTuneOptions,
  | "backend"
  | "method"
  | "suffix"
  | "seed"
  | "epochs"
  | "validation"
  | "personalData"
  | "from"
  | "evaluateEvery"
  | "earlyStopping"
>;

/** Throws for what the backend does not understand, before a row is read. */
export function checkOptions({
  backend,
  method,
  suffix,
  seed,
  epochs,
  validation,
  personalData,
  from,
  evaluateEvery,
  earlyStopping,
}: BackendOptions): void {
  const { capabilities, name } = backend;
  const refuse = (option: string, value: unknown, message: string, hint?: string): never => {
    throw new InvalidOptionError({ option, value, message, hint });
  };
  if (method !== undefined && !capabilities.methods.includes(method)) {
    refuse(
      "method",
      method,
      `The backend ${name} cannot train by "${method}".`,
      `It can: ${capabilities.methods.join(", ")}.`,
    );
  }
  const given = { suffix, seed, epochs, validation };
  const understood = { ...capabilities, validation: capabilities.validationFile };
  for (const option of ["suffix", "seed", "epochs", "validation"] as const) {
    if (given[option] !== undefined && !understood[option]) {
      refuse(
        option,
        option === "validation" ? undefined : given[option],
        `The backend ${name} has no ${option}.`,
        `Leave out ${option}.`,
      );
    }
  }
  if (from !== undefined) checkContinuation(backend, from, method);
  if (evaluateEvery !== undefined && !capabilities.evaluateEvery) {
    refuse(
      "evaluateEvery",
      evaluateEvery,
      `The backend ${name} does not take the steps between two measurements.`,
      "Leave out evaluateEvery.",
    );
  }
  if (earlyStopping) checkEarlyStopping(backend, earlyStopping, method);
  for (const [option, value] of Object.entries({ evaluateEvery, earlyStopping })) {
    if (value && validation === undefined)
      refuse(option, value, `${option} needs validation rows, and there are none.`, "Pass validation.");
  }
  if (suffix !== undefined && (suffix.length === 0 || suffix.length > MAXIMUM_SUFFIX)) {
    refuse("suffix", suffix, `The suffix has ${suffix.length} characters; 1 to ${MAXIMUM_SUFFIX} are allowed.`);
  }
  if (personalData !== undefined && !["say", "refuse", "ignore"].includes(personalData))
    refuse("personalData", personalData, 'personalData must be "say", "refuse" or "ignore".');
  if (seed !== undefined && !Number.isSafeInteger(seed))
    refuse("seed", seed, `The seed is ${seed}; it must be a whole number.`);
  if (epochs !== undefined && !(epochs > 0 && Number.isFinite(epochs)))
    refuse("epochs", epochs, `The number of epochs is ${epochs}; it must be above 0.`);
}

function checkEarlyStopping(
  { name, capabilities }: FineTuneBackend,
  given: true | EarlyStopping,
  method: TrainingMethod | undefined,
): void {
  const { earlyStopping: known, earlyStoppingBy: methods } = capabilities;
  const refuse = (message: string, hint: string) => {
    throw new InvalidOptionError({ option: "earlyStopping", value: given, message, hint });
  };
  if (known === undefined) refuse(`The backend ${name} does not stop early.`, "Leave out earlyStopping.");
  if (method !== undefined && methods !== undefined && !methods.includes(method))
    refuse(`The backend ${name} does not stop early by "${method}".`, `It does by: ${methods.join(", ")}.`);
  if (given === true) return;
  if (known === "fixed" && (given.patience !== undefined || given.threshold !== undefined))
    refuse(`The backend ${name} stops early by a rule of its own.`, "Pass earlyStopping: true.");
  if (known === "patience" && given.threshold !== undefined)
    refuse(`The backend ${name} stops early by a patience alone.`, "Leave out earlyStopping.threshold.");
}
