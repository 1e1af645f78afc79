import { ServiceError } from "../errors.js";
import { delay } from "../internal/delay.js";
import type { CallOptions, FineTuneBackend, JobReference, JobRequest } from "./backend.js";
import { ownPause } from "../http/own-pauses.js";
import { retryTransient } from "../http/retry.js";
import { isAmbiguous } from "../http/service-error.js";
import { pollJob } from "./poll-job.js";
import { isEnd } from "./following/follow-job.js";

const ATTEMPTS = 3;

/** The job that an earlier call has started with this key, if it still runs or has succeeded. */
export async function findJob(
  backend: FineTuneBackend,
  key: string,
  { signal }: CallOptions,
): Promise<JobReference | undefined> {
  const { find } = backend;
  if (find === undefined) return undefined;
  const found = await retryTransient(() => find.call(backend, key, { signal }), { signal });
  if (found === undefined) return undefined;
  const snapshot = await retryTransient(() => pollJob(backend, found, { signal }), { signal });
  return isEnd(snapshot) && snapshot.status !== "succeeded" ? undefined : found;
}

/**
 * Creates the job, once. A failure that leaves open whether there is a job now (no answer, one that
 * cannot be read, 5xx) is looked into before a second attempt is made. A job that is to be a fresh
 * one is distinguished from an earlier one with the same key by its id.
 */
export async function createOnce(
  backend: FineTuneBackend,
  request: JobRequest,
  { signal }: CallOptions,
): Promise<JobReference> {
  const earlier = request.fresh ? await findJob(backend, request.key, { signal }) : undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await retryTransient(() => backend.start(request, { signal }), { signal, retryable: isRateLimit });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isAmbiguous(error)) throw error;
      if (backend.find === undefined) throw uncertain(backend, error);
      // A list is seldom as new as the job that it should show.
      await delay(Math.max(error.retryAfter ?? 0, ownPause(attempt)), signal);
      const found = await findJob(backend, request.key, { signal });
      if (found !== undefined && found.id !== earlier?.id) return found;
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}

const isRateLimit = (error: unknown): error is ServiceError =>
  ServiceError.isInstance(error) && error.code === "rate-limited";

function uncertain(backend: FineTuneBackend, cause: ServiceError): ServiceError {
  const { service, code, status, request, details } = cause;
  return new ServiceError({
    service,
    code,
    status,
    request,
    details,
    cause,
    message: `${cause.message} Whether ${backend.name} has made the job is not known.`,
    hint: "Look into the provider's list of jobs before you start it again: it cannot be asked by this backend.",
  });
}
