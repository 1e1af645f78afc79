import {
  DatasetConflictError,
  EmptyDatasetError,
  FineTuneJobError,
  InvalidExamplesError,
  InvalidOptionError,
  MissingApiKeyError,
  MissingPackageError,
  ServiceError,
  SkippedError,
} from "../errors.js";

/** What the command line ends with, by kind of error. Documented in `docs/cli.md`. */
export const EXIT = {
  ok: 0,
  /** An error that this package does not know. */
  unexpected: 1,
  /** The command, an option or the configuration is wrong. */
  usage: 2,
  /** Rows are wrong, were skipped under `--strict`, none are left, or a dataset was edited or contradicts what is new. */
  data: 3,
  /** An optional package or a key is missing. */
  setup: 4,
  /** A service refused or could not be reached. */
  service: 5,
  /** A job failed or was cancelled. */
  job: 6,
  /** A paid step was planned and not confirmed with `--yes`. */
  unconfirmed: 7,
  /** Interrupted by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  if (isAbort(error)) return EXIT.interrupted;
  if (InvalidOptionError.isInstance(error)) return EXIT.usage;
  if (InvalidExamplesError.isInstance(error) || DatasetConflictError.isInstance(error)) return EXIT.data;
  if (EmptyDatasetError.isInstance(error) || SkippedError.isInstance(error)) return EXIT.data;
  if (MissingPackageError.isInstance(error) || MissingApiKeyError.isInstance(error)) return EXIT.setup;
  if (FineTuneJobError.isInstance(error)) return EXIT.job;
  if (ServiceError.isInstance(error)) return EXIT.service;
  return EXIT.unexpected;
}

/** Whether an error is the end of an aborted wait. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
