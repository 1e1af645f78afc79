import { InvalidOptionError } from "../errors.js";
import type { Finding, JsonObject, JsonValue, Skip } from "../types.js";
import { checkKnownOptions, checkNumber, checkWord } from "../internal/options.js";
import type { OptionsOfDatasetSteps } from "./dataset-step.js";
import type { RunUrl } from "./report/report.js";
import type { OptionsOfSteps } from "./row-step.js";
import type { ValidationRules } from "./rules.js";
import type { SplitSettings } from "./split/split-options.js";
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
   * Throw at the first line of a file that is no row, and at the first row with an error.
   * @default false
   */
  strict?: boolean;
  /** Called for each row that is left out, with the step as the first part of the code: `deduplicate: prefix`. */
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
  signal?: AbortSignal;
}

const OWN_NAMES = [
  "backend",
  "rules",
  "split",
  "strict",
  "onSkip",
  "onFinding",
  "runUrl",
  "title",
  "signal",
] as const satisfies readonly (keyof CurateOptions)[];

/** What can be said of the options before anything is read. Each step checks its own. */
export function checkCurateOptions(options: CurateOptions): void {
  checkKnownOptions(options, [...OWN_NAMES, ...[...rowSteps, ...datasetSteps].flatMap((step) => step.options)]);
  const { tokens, validate, scan = "sample", runUrl, backend } = options;
  for (const name of ["validate", "tokens", "redact", "deduplicate", "split"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "boolean" && (typeof value !== "object" || value === null)) {
      throw new InvalidOptionError({
        option: name,
        value,
        message: `${name} must be true, false or an object with its options.`,
      });
    }
  }
  if (typeof validate === "object") checkKnownOptions(validate, ["remove"], "validate.");
  if (scan !== false) checkWord("scan", scan, ["sample", "all"]);
  if (backend !== undefined && (typeof backend !== "object" || typeof backend.rules !== "object")) {
    throw new InvalidOptionError({
      option: "backend",
      value: backend,
      message: "backend must be a backend, such as together({ model }).",
    });
  }
  if (runUrl !== undefined && typeof runUrl !== "function") {
    checkKnownOptions(runUrl, ["organization", "host"], "runUrl.");
    if (typeof runUrl.organization !== "string" || runUrl.organization === "") {
      throw new InvalidOptionError({
        option: "runUrl.organization",
        value: runUrl.organization,
        message: "runUrl.organization must be the id of the LangSmith organisation.",
      });
    }
  }
  if (tokens === true && backend === undefined) {
    throw new InvalidOptionError({
      option: "tokens",
      value: true,
      message: "tokens: true needs a backend, which names the model.",
      hint: 'Or pass tokens: { model: "gpt-4o-mini" }.',
    });
  }
  if (typeof tokens !== "object") return;
  checkKnownOptions(tokens, ["model", "encoding", "maxTokens", "overflow", "epochs", "prices"], "tokens.");
  if (tokens.maxTokens !== undefined) checkNumber("tokens.maxTokens", tokens.maxTokens, { minimum: 1 });
  if (tokens.epochs !== undefined) checkNumber("tokens.epochs", tokens.epochs, { minimum: 0 });
  if (tokens.overflow !== undefined) checkWord("tokens.overflow", tokens.overflow, ["drop", "trim"]);
  if (tokens.model === undefined && backend === undefined) {
    throw new InvalidOptionError({
      option: "tokens.model",
      value: undefined,
      message: "tokens.model must name the model that is trained.",
    });
  }
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
export function optionsAsJson({ backend, rules, ...options }: CurateOptions): JsonObject {
  const json = { ...(asJson(options) as JsonObject) };
  const named = rules ?? backend?.rules;
  if (named) json.rules = named.name;
  if (backend) json.model = backend.model;
  return json;
}

function asJson(value: unknown, key = ""): JsonValue | undefined {
  if (key === "salt") return "(given, not told)";
  if (value instanceof RegExp) return String(value);
  if (value instanceof AbortSignal) return undefined;
  if (typeof value === "function") return `(function${value.name ? ` ${value.name}` : ""})`;
  if (Array.isArray(value)) return value.map((item) => asJson(item) ?? null);
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
