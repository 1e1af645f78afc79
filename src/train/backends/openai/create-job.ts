import type OpenAI from "openai";
import { hasList, hasTexts } from "../../../http/answer-check.js";
import type { JobReference, JobRequest, TrainingMethod } from "../../backend.js";
import type { Connection } from "./connection.js";
import type { OpenAIDialect } from "./dialect.js";
import { items } from "./pages.js";
import { isoOf, statusOfJob, type ProviderJob } from "./snapshot.js";

/** What an answer must have to be a job. */
export const JOB = hasTexts("id", "status");

/** The key in a job's metadata by which it is found again. */
export const KEY = "langsmith_finetune_key";

const METHOD_NAMES: Partial<Record<TrainingMethod, string>> = { preference: "dpo", reinforcement: "reinforcement" };

/** The body of the request that creates a job. */
export function jobBody(dialect: OpenAIDialect, model: string, request: JobRequest): Record<string, unknown> {
  const { key, method, training, validation, suffix, seed, epochs, metadata } = request;
  return {
    model: request.from?.model ?? model,
    training_file: training.id,
    ...(validation === undefined ? {} : { validation_file: validation.id }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(seed === undefined ? {} : { seed }),
    ...methodOf(dialect, method, epochs),
    metadata: { ...metadata, [KEY]: key },
    ...dialect.body,
    ...dialect.silentBody,
  };
}

/** Hyperparameters stand under their method. Nothing is said where nothing differs from the default, which every host understands. */
function methodOf(
  { hyperparameters, grader }: OpenAIDialect,
  method: JobRequest["method"],
  epochs: number | undefined,
): Record<string, unknown> {
  const given = { ...hyperparameters, ...(epochs === undefined ? {} : { n_epochs: epochs }) };
  const some = Object.keys(given).length > 0;
  if (method === "supervised" && !some) return {};
  const type = METHOD_NAMES[method] ?? "supervised";
  const settings = { ...(method === "reinforcement" ? { grader } : {}), ...(some ? { hyperparameters: given } : {}) };
  return { method: { type, [type]: settings } };
}

export async function createJob(
  connection: Connection,
  dialect: OpenAIDialect,
  model: string,
  request: JobRequest,
  signal: AbortSignal | undefined,
): Promise<JobReference> {
  const body = jobBody(dialect, model, request) as unknown as OpenAI.FineTuning.JobCreateParams;
  const job = await connection.call(
    "POST /fine_tuning/jobs",
    signal,
    (client, inner) => client.fineTuning.jobs.create(body, { signal: inner }),
    JOB,
  );
  const { key, method, training, validation } = request;
  return {
    ...referenceOf(dialect, model, job, key),
    method,
    training,
    ...(validation === undefined ? {} : { validation }),
  };
}

/** The newest job with the key that runs or has succeeded. */
export async function findJob(
  connection: Connection,
  dialect: OpenAIDialect,
  model: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<JobReference | undefined> {
  const filter = dialect.metadataFilter ? { metadata: { [KEY]: key } } : {};
  const jobs = items((after) =>
    connection.call(
      "GET /fine_tuning/jobs",
      signal,
      (client, inner) => client.fineTuning.jobs.list({ limit: 100, after, ...filter }, { signal: inner }),
      hasList("data"),
    ),
  );
  for await (const job of jobs) {
    const status = statusOfJob(job);
    // Looked at here too: a host may not know the filter.
    if (job.metadata?.[KEY] === key && status !== "failed" && status !== "cancelled")
      return referenceOf(dialect, model, job, key);
  }
  return undefined;
}

/** All that is needed to continue with a job. */
export function referenceOf({ name }: OpenAIDialect, model: string, job: ProviderJob, key: string): JobReference {
  const { type } = job.method ?? {};
  const method = type === "dpo" ? "preference" : type === "reinforcement" ? "reinforcement" : "supervised";
  const createdAt = isoOf(job.created_at) ?? new Date().toISOString();
  return { backend: name, id: job.id, model, method, key, createdAt };
}
