import { FinetuneError, InvalidOptionError, MissingPackageError } from "../../errors.js";
import { isTransient } from "../../http/service-error.js";
import type { Part } from "../part.js";
import type { Job } from "./job.js";

/** What workers are sent: first the job, then parts, of which the next may come before the last is done. */
export type Request = { readonly job: Job; readonly folder: string } | { readonly part: Part };

/** What workers answer. */
export type Answer =
  | { readonly ready: true }
  /** The part with this number is done, or failed. */
  | { readonly part: number; readonly failure?: Failure }
  /** Nothing can be done with the job. */
  | { readonly failure: Failure };

/** An error on its way to another thread or process. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly option?: string;
  readonly packageName?: string;
  /** No other attempt would do better. */
  readonly final: boolean;
}

/** Whether another attempt would fail as this one did: not where a storage did not answer. */
export const isFinal = (error: unknown): boolean => FinetuneError.isInstance(error) && !isTransient(error);

export function failureOf(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    name,
    message,
    stack,
    ...(InvalidOptionError.isInstance(error) && { option: error.option }),
    ...(MissingPackageError.isInstance(error) && { packageName: error.packageName }),
    final: isFinal(error),
  };
}

export function errorOf({ name, message, stack, option, packageName, final }: Failure): Error {
  if (option !== undefined) return new InvalidOptionError({ option, value: undefined, message });
  if (packageName !== undefined) return new MissingPackageError({ packageName, message });
  if (final) return new FinetuneError({ message });
  return Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) });
}
