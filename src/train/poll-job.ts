import { serviceError, toClientError } from "../http/service-error.js";
import type { CallOptions, FineTuneBackend, JobReference, JobSnapshot } from "./backend.js";

/**
 * Asks once how a job stands. An answer without a state, and one over which the provider's own client
 * stumbles, is a `ServiceError` with the code `invalid-answer`, which is transient: a job of hours does
 * not end because a proxy answered once.
 */
export async function pollJob(
  backend: FineTuneBackend,
  job: JobReference,
  { signal }: CallOptions,
): Promise<JobSnapshot> {
  const context = { service: backend.name, request: `the state of job ${job.id}` };
  let snapshot: JobSnapshot;
  try {
    snapshot = await backend.poll(job, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw toClientError(error, context);
  }
  if (snapshot.rawStatus === "") throw serviceError({ message: "it names no state", unreadable: true }, context);
  return cleaned(backend, snapshot);
}

/** The provider's words without what the backend has sent: some repeat the request. */
function cleaned({ redact }: FineTuneBackend, snapshot: JobSnapshot): JobSnapshot {
  const { error } = snapshot;
  if (redact === undefined || error === undefined) return snapshot;
  return { ...snapshot, error: { ...error, message: redact(error.message) } };
}
