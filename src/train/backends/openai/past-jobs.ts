import { ServiceError } from "../../../errors.js";
import { hasList } from "../../../http/answer-check.js";
import { retryTransient } from "../../../http/retry.js";
import { isRecord } from "../../../internal/is-record.js";
import type { JsonObject } from "../../../types.js";
import type { PastJob } from "../../backend.js";
import type { Connection } from "./connection.js";
import { KEY, referenceOf } from "./create-job.js";
import type { OpenAIDialect } from "./dialect.js";
import { items } from "./pages.js";
import { isoOf, statusOfJob, type ProviderJob } from "./snapshot.js";

/** Every job of the account, newest first, as the dialect lists them. */
export async function* pastJobs(
  connection: Connection,
  dialect: OpenAIDialect,
  signal: AbortSignal | undefined,
): AsyncGenerator<PastJob, void, undefined> {
  const jobs = items((after) =>
    retryTransient(
      () =>
        connection.call(
          "GET /fine_tuning/jobs",
          signal,
          (client, inner) => client.fineTuning.jobs.list({ limit: 100, after }, { signal: inner }),
          hasList("data"),
        ),
      { signal },
    ),
  );
  for await (const job of jobs) yield pastJobOf(dialect, job);
}

function pastJobOf(dialect: OpenAIDialect, job: ProviderJob): PastJob {
  const { id, model, training_file: trainingFile } = job;
  if (typeof model !== "string" || typeof trainingFile !== "string") {
    throw new ServiceError({
      service: dialect.service,
      code: "invalid-answer",
      message: `${dialect.service} lists the job ${id} without its base model or its training file.`,
    });
  }
  const finishedAt = isoOf(job.finished_at);
  return {
    // A job that this package did not start has no key of its own; its id is as unique.
    reference: referenceOf(dialect, model, job, job.metadata?.[KEY] ?? id),
    status: statusOfJob(job),
    rawStatus: job.status,
    ...(job.fine_tuned_model && { model: job.fine_tuned_model }),
    trainingFile,
    ...(job.validation_file && { validationFile: job.validation_file }),
    hyperparameters: hyperparametersOf(job),
    ...(typeof job.seed === "number" && { seed: job.seed }),
    ...(typeof job.trained_tokens === "number" && { trainedTokens: job.trained_tokens }),
    ...(finishedAt !== undefined && { finishedAt }),
  };
}

/** They stand under the method; older jobs have them at the top. */
function hyperparametersOf({ method, hyperparameters }: ProviderJob): JsonObject {
  const settings: unknown = method?.type === undefined ? undefined : method[method.type];
  const found =
    isRecord(settings) && isRecord(settings["hyperparameters"]) ? settings["hyperparameters"] : hyperparameters;
  return JSON.parse(JSON.stringify(found ?? {})) as JsonObject;
}

/** A file's bytes as they come. */
export async function* downloadFile(
  connection: Connection,
  { service }: OpenAIDialect,
  id: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const request = `GET /files/${id}/content`;
  const ask = () =>
    connection.call(request, signal, (client, inner) => client.files.content(id, { signal: inner }), "bytes");
  const response = await retryTransient(ask, { signal });
  if (response.body === null) return;
  let isFirst = true;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    signal?.throwIfAborted();
    if (isFirst && !beginsWithRow(chunk)) throw noRows(service, id);
    isFirst = false;
    yield chunk;
  }
}

/** Whether a file begins as JSON lines do, also behind a byte order mark. A maintenance page does not. */
function beginsWithRow(chunk: Uint8Array): boolean {
  return new TextDecoder().decode(chunk.subarray(0, 64)).trimStart().startsWith("{");
}

function noRows(service: string, id: string): ServiceError {
  return new ServiceError({
    service,
    code: "invalid-answer",
    message: `${service} answered for the file ${id} with something that is not JSON lines.`,
    hint: "Try again later: a maintenance page may have answered in the service's place.",
  });
}
