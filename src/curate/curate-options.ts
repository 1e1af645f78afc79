import { InvalidOptionError } from "../errors.js";
import type { StepProgressListener } from "../internal/progress.js";
import type { Finding, JsonObject, JsonValue, Skip } from "../types.js";
import { omit } from "../internal/omit.js";
import {
  abortSignal,
  callback,
  kind,
  number,
  object,
  either,
  required,
  skipKinds,
  string,
  switchable,
  text,
} from "../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../internal/options.js";
import type { OptionsOfDatasetSteps } from "./dataset-step.js";
import { againstSettings, namesOfSets } from "./contamination/evaluation-set.js";
import type { RunUrl } from "./report/report.js";
import type { OptionsOfSteps } from "./row-step.js";
import { rulesKind, type ValidationRules } from "./rules.js";
import type { SplitSettings } from "./split/split-options.js";
import { nameOfEmbeddings, type EmbeddingSettings } from "./semantic/embedding-settings.js";
import { datasetSteps } from "./steps/dataset-steps.js";
import { rowSteps } from "./steps/row-steps.js";

type RowStepOptions = OptionsOfSteps<(typeof rowSteps)[number]>;
type DatasetStepOptions = OptionsOfDatasetSteps<(typeof datasetSteps)[number]>;

/** Options of {@link curate}. */
export interface CurateOptions extends RowStepOptions, DatasetStepOptions {
  /** The backend that will train: its rules and its model are taken, where `rules` and `tokens` say nothing else. */
  backend?: { readonly rules: ValidationRules; readonly model: string };
  /**
   * What the service accepts.
   * @default the backend's, or OpenAI's
   */
  rules?: ValidationRules;
  /**
   * Divide into training, validation and test: see `splitExamples`. `true` holds a tenth out for validation.
   * @default false: all rows are for training
   */
  split?: boolean | SplitSettings;
  /**
   * Throw at the first line of a file that is not a row, and at the first row with an error.
   * @default false
   */
  strict?: boolean;
  /** Called for each row that is left out, with the step as the first part of the code: `deduplicate: duplicate`. */
  onSkip?: (skip: Skip) => void;
  /** Called for each fault. `findings` of the result has the first 10,000. */
  onFinding?: (finding: Finding) => void;
  /**
   * Makes addresses of runs, for the report. With the id of the LangSmith organisation, and the host where it is not
   * LangSmith's own, or by a function.
   */
  runUrl?: RunUrl | { organization: string; host?: string };
  /** What the dataset is called in the report. */
  title?: string;
  /**
   * How many rows the report shows with their text, spread over the dataset: up to 100.
   * @default 0: the report holds no text of rows, unless `template` renders some
   */
  samples?: number;
  signal?: AbortSignal;
  /** Called a few times a second with how many rows were read: `terminalProgress()` shows it. */
  onProgress?: StepProgressListener;
}

/** What `curate` itself knows beside the options of its steps. */
type OwnOptions = Omit<CurateOptions, keyof RowStepOptions | keyof DatasetStepOptions>;

const own: OptionKinds<OwnOptions> = {
  backend: kind("a backend, such as together({ model })", isBackend),
  rules: rulesKind,
  split: switchable,
  ...skipKinds,
  onFinding: callback,
  runUrl: either(
    callback,
    object<{ organization: string; host?: string }>({ organization: required(text), host: text }),
  ),
  title: string,
  samples: number({ min: 0, max: 100, integer: true }),
  signal: abortSignal,
  onProgress: callback,
};

/** The kinds of all options: those of `curate` and those of its steps. */
export function curateKinds(): OptionKinds<CurateOptions> {
  const ofSteps = [...rowSteps, ...datasetSteps].map((step) => step.options);
  return Object.assign({}, own, ...ofSteps) as OptionKinds<CurateOptions>;
}

function isBackend(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { rules, model } = value as { rules?: unknown; model?: unknown };
  return typeof rules === "object" && rules !== null && typeof model === "string";
}

/** What can be said of the options before anything is read. Each step checks its own. */
export function checkCurateOptions(options: CurateOptions): void {
  checkOptions<CurateOptions>("curate", options, curateKinds());
  const { tokens, backend } = options;
  if (backend !== undefined || tokens === undefined || tokens === false) return;
  if (tokens === true) {
    throw new InvalidOptionError({
      option: "tokens",
      value: true,
      message: "tokens: true needs a backend, which names the model.",
      hint: 'Or pass tokens: { model: "gpt-4o-mini" }.',
    });
  }
  if (tokens.model === undefined) {
    throw new InvalidOptionError({
      option: "tokens.model",
      value: undefined,
      message: "tokens.model must name the model that is trained.",
    });
  }
}

/** The options without what compares rows by meaning: that is done where the rows come together. */
export function withoutMeaning({ deduplicate, sample, ...options }: CurateOptions): CurateOptions {
  return {
    ...options,
    ...(deduplicate !== undefined && {
      deduplicate: typeof deduplicate === "object" ? omit(deduplicate, "semantic") : deduplicate,
    }),
    ...(sample !== undefined && { sample: omit(sample, "diverse") }),
  };
}

/** Gives options back what {@link withoutMeaning} took from `given`. */
export function withMeaning(options: CurateOptions, { deduplicate, sample }: CurateOptions): CurateOptions {
  const { semantic } = typeof deduplicate === "object" ? deduplicate : {};
  const own = typeof options.deduplicate === "object" ? options.deduplicate : {};
  return {
    ...options,
    ...(semantic && { deduplicate: { ...own, semantic } }),
    ...(sample?.diverse && { sample: { ...options.sample, diverse: sample.diverse } }),
  };
}

/** The function that makes addresses of runs. */
export function runUrlOf(runUrl: CurateOptions["runUrl"]): RunUrl {
  if (runUrl === undefined) return () => undefined;
  if (typeof runUrl === "function") return runUrl;
  const { organization, host = "https://smith.langchain.com" } = runUrl;
  // As `getRunUrl` of the LangSmith client makes them.
  return ({ projectId, runId }) =>
    projectId === undefined || runId === undefined
      ? undefined
      : `${host.replace(/\/+$/, "")}/o/${encodeURIComponent(organization)}/projects/p/${encodeURIComponent(projectId)}/r/${encodeURIComponent(runId)}`;
}

/** The options as JSON, for the report and the manifest: without functions, signals, and without the salt. */
export function optionsAsJson({ backend, rules, against, ...options }: CurateOptions): JsonObject {
  const json = { ...(asJson(options) as JsonObject) };
  // Their names: the sets are rows, and may hold a client with its key.
  if (against)
    json.against = asJson({ ...againstSettings(against), sets: namesOfSets(againstSettings(against).sets) }) ?? null;
  const named = rules ?? backend?.rules;
  if (named) json.rules = named.name;
  if (backend) json.model = backend.model;
  return json;
}

function asJson(value: unknown, key = ""): JsonValue | undefined {
  if (key === "salt") return "(given, not shown)";
  // Also a plain object may hold a key.
  if (key === "embeddings") return `(${nameOfEmbeddings(value as EmbeddingSettings["embeddings"])})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof AbortSignal) return undefined;
  if (typeof value === "function") return `(function${value.name ? ` ${value.name}` : ""})`;
  if (Array.isArray(value)) return value.map((item) => asJson(item) ?? null);
  // What holds a connection may hold its key: it is named, and not shown.
  if (typeof value === "object" && value !== null && !isPlain(value)) return `(${value.constructor.name})`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => [name, asJson(field, name)] as const);
    return Object.fromEntries(
      fields.filter((field): field is [string, JsonValue] => field[1] !== undefined && !field[0].startsWith("on")),
    );
  }
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null)
    return value;
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
