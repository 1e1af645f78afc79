import { InvalidOptionError, ServiceError } from "../../../errors.js";
import type { JsonObject } from "../../../types.js";
import type { DatasetFormat, FineTuneBackend, TunedModelParts } from "../../backend.js";
import { retryAfterOf } from "../../../http/retry-after.js";
import { connect } from "./connection.js";
import { createJob, findJob, JOB } from "./create-job.js";
import type { HostOptions, OpenAIDialect } from "./dialect.js";
import { eventsSince, listCheckpoints } from "./events.js";
import { downloadFile, pastJobs } from "./past-jobs.js";
import { defined, positiveOf } from "../shared/read.js";
import { snapshotOf } from "./snapshot.js";
import { upload } from "./upload.js";
import { withoutWeights } from "../shared/conversation.js";

/** A backend of the OpenAI dialect, given how the host differs. */
export function createOpenAIBackend(dialect: OpenAIDialect, options: HostOptions): FineTuneBackend {
  const { model } = options;
  if (typeof model !== "string" || model === "") {
    throw new InvalidOptionError({
      option: "model",
      value: model,
      message: `The backend ${dialect.name} needs the name of a base model.`,
    });
  }
  const connection = connect(dialect, options);
  const { baseURL } = connection;
  const file: DatasetFormat = {
    extension: ".jsonl",
    mediaType: "application/jsonl",
    byteOrderMark: dialect.byteOrderMark,
    ...(dialect.rules.loss !== "weights" && { render: withoutWeights }),
  };
  const { hyperparameters, grader, body } = dialect;

  return {
    name: dialect.name,
    model,
    rules: dialect.rules,
    file,
    capabilities: {
      methods: dialect.methods,
      validation: dialect.validation ?? "job",
      deployment: dialect.deployment,
      seed: true,
      suffix: true,
      epochs: true,
      validationFile: true,
      checkpoints: "measured",
      ...(dialect.from && { from: dialect.from }),
    },
    options: JSON.parse(JSON.stringify({ baseURL, hyperparameters, grader, body, ...dialect.options })) as JsonObject,

    ...(dialect.prices === undefined ? {} : { prices: dialect.prices }),
    schedule: defined({
      epochs: positiveOf(hyperparameters["n_epochs"]),
      batchSize: positiveOf(hyperparameters["batch_size"]),
    }),

    redact: connection.redact,
    checkSetup: () => connection.checkSetup(),
    upload: (dataset, { signal }) => upload(connection, dialect, file, dataset, signal),
    start: (request, { signal }) => createJob(connection, dialect, model, request, signal),
    find: (key, { signal }) => findJob(connection, dialect, model, key, signal),
    events: (job, after, { signal }) => eventsSince(connection, job, after, signal),
    checkpoints: (job, { signal }) => listCheckpoints(connection, job, signal),

    async poll({ id }, { signal }) {
      const { data, response } = await connection.call(
        `GET /fine_tuning/jobs/${id}`,
        signal,
        (client, inner) => client.fineTuning.jobs.retrieve(id, { signal: inner }).withResponse(),
        JOB,
      );
      return snapshotOf(data, retryAfterOf(response.headers));
    },

    pastJobs: ({ signal }) => pastJobs(connection, dialect, signal),
    download: (id, { signal }) => downloadFile(connection, dialect, id, signal),

    async cancel({ id }, { signal }) {
      await connection.call(`POST /fine_tuning/jobs/${id}/cancel`, signal, (client, inner) =>
        client.fineTuning.jobs.cancel(id, { signal: inner }),
      );
    },

    async checkpointResult(job, checkpoint, snapshot) {
      if (dialect.checkpointResult) return dialect.checkpointResult(checkpoint, job, snapshot);
      const name = tunedModelOf(dialect, job.id, checkpoint.model);
      return callableParts(dialect, baseURL, name, snapshot.trainedTokens);
    },

    async result(job, snapshot, { signal }): Promise<TunedModelParts> {
      if (dialect.result) return dialect.result(connection, job, snapshot, signal);
      return callableParts(dialect, baseURL, tunedModelOf(dialect, job.id, snapshot.model), snapshot.trainedTokens);
    },

    ...(dialect.deploy === undefined ? {} : { deploy: dialect.deploy }),
    ...(dialect.teardown === undefined ? {} : { teardown: dialect.teardown }),
  };
}

/** A model that `ChatOpenAI` calls under its own name, at the host that tuned it. */
export function callableParts(
  dialect: OpenAIDialect,
  baseURL: string,
  model: string,
  trainedTokens: number | undefined,
): TunedModelParts {
  return {
    model,
    ...(trainedTokens === undefined ? {} : { trainedTokens }),
    inference: {
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: { model, configuration: { baseURL } },
      apiKey: { field: "apiKey", variable: dialect.keyVariables[0] },
    },
  };
}

/** The name that a job which succeeded must have given its model. */
export function tunedModelOf({ service }: OpenAIDialect, job: string, model: string | undefined): string {
  if (model !== undefined && model !== "") return model;
  throw new ServiceError({
    service,
    code: "invalid-answer",
    message: `${service} says that the job ${job} succeeded, but not what its model is called.`,
    hint: "Look the job up in the provider's console.",
  });
}
