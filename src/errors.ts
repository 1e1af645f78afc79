import type { Finding, JsonObject, Skip } from "./types.js";

// Checked by a registered symbol and not by `instanceof`, so that it holds across the ESM and
// CommonJS builds and across two copies of the package.
const marker = (name: string) => Symbol.for(`langsmith-finetune.error.${name}`);

/** What every error of this package can carry. */
export interface FinetuneErrorOptions {
  /** One or two sentences: what was asked, what came back. */
  message: string;
  /** What to do next. Printed after the message. */
  hint?: string;
  cause?: unknown;
}

/** The base of every error that this package throws. */
export class FinetuneError extends Error {
  override readonly name: string = "FinetuneError";
  /** What to do next, where that is known. */
  readonly hint?: string;

  constructor({ message, hint, cause }: FinetuneErrorOptions) {
    super(hint === undefined ? message : `${message} ${hint}`, cause === undefined ? undefined : { cause });
    this.hint = hint;
    mark(this, "FinetuneError");
  }

  /** True for every error of this package, also one of another copy of it. */
  static isInstance(error: unknown): error is FinetuneError {
    return isMarked(error, "FinetuneError");
  }
}

/** An option or argument that cannot be used: the call is wrong, not the data. */
export class InvalidOptionError extends FinetuneError {
  override readonly name = "InvalidOptionError";
  readonly option: string;
  readonly value: unknown;

  constructor({ option, value, ...rest }: FinetuneErrorOptions & { option: string; value: unknown }) {
    super(rest);
    this.option = option;
    this.value = value;
    mark(this, "InvalidOptionError");
  }

  static override isInstance(error: unknown): error is InvalidOptionError {
    return isMarked(error, "InvalidOptionError");
  }
}

/** An optional package is needed and not installed. The message holds the install line. */
export class MissingPackageError extends FinetuneError {
  override readonly name = "MissingPackageError";
  readonly packageName: string;

  constructor({ packageName, ...rest }: FinetuneErrorOptions & { packageName: string }) {
    super(rest);
    this.packageName = packageName;
    mark(this, "MissingPackageError");
  }

  static override isInstance(error: unknown): error is MissingPackageError {
    return isMarked(error, "MissingPackageError");
  }
}

/** No API key was given, neither as an option nor in the environment. */
export class MissingApiKeyError extends FinetuneError {
  override readonly name = "MissingApiKeyError";
  /** The environment variables that were looked at. */
  readonly variables: readonly string[];

  constructor({ variables, ...rest }: FinetuneErrorOptions & { variables: readonly string[] }) {
    super(rest);
    this.variables = variables;
    mark(this, "MissingApiKeyError");
  }

  static override isInstance(error: unknown): error is MissingApiKeyError {
    return isMarked(error, "MissingApiKeyError");
  }
}

/** A service could not be reached or refused: LangSmith, a fine-tuning provider, a model host. */
export class ServiceError extends FinetuneError {
  override readonly name = "ServiceError";
  /** `LangSmith`, `OpenAI`, `Together`, … */
  readonly service: string;
  /**
   * What went wrong: `unreachable`, `timeout` (no answer in time), `invalid-answer` (an answer of success
   * that is not what the API describes), `unauthorized`, `payment-required`, `forbidden`, `not-found`,
   * `conflict`, `too-large`, `rate-limited`, `server-error`, `not-implemented`, `invalid-request`, or a
   * provider's own code.
   */
  readonly code: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Method and address without its query, for instance `POST https://api.smith.langchain.com/runs/query`. */
  readonly request?: string;
  /** The provider's own words, without credentials. */
  readonly details?: JsonObject;
  /** Milliseconds to wait before the next attempt, where the service said so (`Retry-After`). */
  readonly retryAfter?: number;

  constructor({
    service,
    code,
    status,
    request,
    details,
    retryAfter,
    ...rest
  }: FinetuneErrorOptions & {
    service: string;
    code: string;
    status?: number;
    request?: string;
    details?: JsonObject;
    retryAfter?: number;
  }) {
    super(rest);
    this.service = service;
    this.code = code;
    this.status = status;
    this.request = request;
    this.details = details;
    this.retryAfter = retryAfter;
    mark(this, "ServiceError");
  }

  static override isInstance(error: unknown): error is ServiceError {
    return isMarked(error, "ServiceError");
  }
}

/** A chat template cannot be read, or does not render a row. */
export class TemplateError extends FinetuneError {
  override readonly name = "TemplateError";
  /**
   * `syntax`: it is not a template. `raised`: it calls `raise_exception`, so it refuses the row. `error`: an error in
   * Python too. `unsupported`: Jinja knows this and the engine does not. `limit`: a bound on steps, output or depth.
   */
  readonly code: "syntax" | "raised" | "error" | "unsupported" | "limit";
  /** What the template is called: its file, or `The chat template`. */
  readonly template: string;
  /** The line of the template, from 1. */
  readonly line?: number;
  /** What the template or the engine says, without the place. */
  readonly reason: string;

  constructor({
    code,
    template,
    line,
    reason,
    ...rest
  }: Omit<FinetuneErrorOptions, "message"> & {
    code: TemplateError["code"];
    template: string;
    line?: number;
    reason: string;
  }) {
    super({ message: `${template}${line === undefined ? "" : `, line ${line}`}: ${reason}`, ...rest });
    this.code = code;
    this.template = template;
    this.line = line;
    this.reason = reason;
    mark(this, "TemplateError");
  }

  static override isInstance(error: unknown): error is TemplateError {
    return isMarked(error, "TemplateError");
  }
}

/** Thrown by a step with `strict: true` for the first thing that it would have left out. */
export class SkippedError extends FinetuneError {
  override readonly name = "SkippedError";
  readonly skip: Skip;

  constructor({ skip, ...rest }: Partial<FinetuneErrorOptions> & { skip: Skip }) {
    const where = [skip.runId && `run ${skip.runId}`, skip.path].filter(Boolean).join(", ");
    super({ message: `${skip.message} [${skip.code}${where && `; ${where}`}]`, ...rest });
    this.skip = skip;
    mark(this, "SkippedError");
  }

  static override isInstance(error: unknown): error is SkippedError {
    return isMarked(error, "SkippedError");
  }
}

/** Rows are wrong, or need what the chosen backend cannot do. Nothing was uploaded. */
export class InvalidExamplesError extends FinetuneError {
  override readonly name = "InvalidExamplesError";
  /** Every fault found, up to a thousand. */
  readonly findings: readonly Finding[];

  constructor({ findings, ...rest }: FinetuneErrorOptions & { findings: readonly Finding[] }) {
    super(rest);
    this.findings = findings;
    mark(this, "InvalidExamplesError");
  }

  static override isInstance(error: unknown): error is InvalidExamplesError {
    return isMarked(error, "InvalidExamplesError");
  }
}

/** Nothing is left to train on. Says which step left out how many, and why. */
export class EmptyDatasetError extends FinetuneError {
  override readonly name = "EmptyDatasetError";
  /** How many items each reason took: `{ "load: run-error": 3 }`. */
  readonly removed: Readonly<Record<string, number>>;

  constructor({ removed = {}, ...rest }: FinetuneErrorOptions & { removed?: Record<string, number> }) {
    super(rest);
    this.removed = removed;
    mark(this, "EmptyDatasetError");
  }

  static override isInstance(error: unknown): error is EmptyDatasetError {
    return isMarked(error, "EmptyDatasetError");
  }
}

/** A job would cost more than `maxCost` allows. Nothing was uploaded, and no job was started. */
export class CostLimitError extends FinetuneError {
  override readonly name = "CostLimitError";
  /** US dollars that were allowed. */
  readonly maxCost: number;
  /** US dollars that the job is likely to cost. */
  readonly cost: number;
  /** Tokens that would be billed. */
  readonly billedTokens: number;

  constructor({
    maxCost,
    cost,
    billedTokens,
    ...rest
  }: FinetuneErrorOptions & { maxCost: number; cost: number; billedTokens: number }) {
    super(rest);
    this.maxCost = maxCost;
    this.cost = cost;
    this.billedTokens = billedTokens;
    mark(this, "CostLimitError");
  }

  static override isInstance(error: unknown): error is CostLimitError {
    return isMarked(error, "CostLimitError");
  }
}

/** A fine-tuning job ended without a model. */
export class FineTuneJobError extends FinetuneError {
  override readonly name = "FineTuneJobError";
  readonly backend: string;
  readonly job: string;
  readonly status: "failed" | "cancelled";
  /** The provider's own word for the status. */
  readonly rawStatus: string;
  /** The provider's error code, parameter and line of the file, where it gave them. */
  readonly code?: string;
  readonly param?: string;
  readonly line?: number;

  constructor({
    backend,
    job,
    status,
    rawStatus,
    code,
    param,
    line,
    ...rest
  }: FinetuneErrorOptions & {
    backend: string;
    job: string;
    status: "failed" | "cancelled";
    rawStatus: string;
    code?: string;
    param?: string;
    line?: number;
  }) {
    super(rest);
    this.backend = backend;
    this.job = job;
    this.status = status;
    this.rawStatus = rawStatus;
    this.code = code;
    this.param = param;
    this.line = line;
    mark(this, "FineTuneJobError");
  }

  static override isInstance(error: unknown): error is FineTuneJobError {
    return isMarked(error, "FineTuneJobError");
  }
}

/** The time allowed for a wait is over. What was waited for goes on; the error says how to resume. */
export class TimeoutError extends FinetuneError {
  override readonly name = "TimeoutError";
  /** The allowed time, in milliseconds from the start of the wait. */
  readonly milliseconds: number;

  constructor({ milliseconds, ...rest }: FinetuneErrorOptions & { milliseconds: number }) {
    super(rest);
    this.milliseconds = milliseconds;
    mark(this, "TimeoutError");
  }

  static override isInstance(error: unknown): error is TimeoutError {
    return isMarked(error, "TimeoutError");
  }
}

/** What stands in the way of changing or reading a dataset. */
export interface DatasetConflict {
  /**
   * `other-format`, `edited-file`, `missing-file` (of a folder); `edited-example`, `foreign-example`,
   * `other-split` (of a LangSmith dataset); `other-query`, `other-options` (of an update); `same-run` (a run is
   * there with other content), `other-answer` (two runs answered the same prompt), `edited-history` (a later call of
   * the conversation has another answer in the place of one that a run gave).
   */
  readonly code: string;
  readonly message: string;
  /** The file in the dataset's folder. */
  readonly file?: string;
  /** The example of the LangSmith dataset. */
  readonly exampleId?: string;
  readonly threadId?: string;
  /** The run in the dataset, and the new one. */
  readonly runId?: string;
  readonly otherRunId?: string;
}

/** A dataset is not what it was when it was written, or what is to be added contradicts it. Nothing was changed. */
export class DatasetConflictError extends FinetuneError {
  override readonly name = "DatasetConflictError";
  /** Up to a hundred. */
  readonly conflicts: readonly DatasetConflict[];

  constructor({ conflicts, ...rest }: FinetuneErrorOptions & { conflicts: readonly DatasetConflict[] }) {
    super(rest);
    this.conflicts = conflicts;
    mark(this, "DatasetConflictError");
  }

  static override isInstance(error: unknown): error is DatasetConflictError {
    return isMarked(error, "DatasetConflictError");
  }
}

function mark(error: object, name: string): void {
  Object.defineProperty(error, marker(name), { value: true, enumerable: false });
}

function isMarked(error: unknown, name: string): boolean {
  return typeof error === "object" && error !== null && marker(name) in error;
}
