import { checkOptions } from "../../internal/options.js";
import type { CreateTuningJobConfig, TuningJob } from "@google/genai";
import { InvalidOptionError, ServiceError } from "../../errors.js";
import type { FineTuneBackend, InferenceTarget, JobReference, JobRequest, JobSnapshot } from "../backend.js";
import { jobOptions } from "./shared/job-options.js";
import { defined } from "./shared/read.js";
import { vertexClients, withServiceErrors } from "./vertex/clients.js";
import { vertexKinds } from "./vertex/options.js";
import type { VertexOptions } from "./vertex/options.js";
import { vertexPrices } from "./vertex/prices.js";
import { vertexFile, vertexRulesOf } from "./vertex/rules.js";
import { checkpointsOf, snapshotOf } from "./vertex/snapshot.js";
import { uploadToBucket } from "./vertex/upload.js";

export type { VertexOptions } from "./vertex/options.js";

/** The label that a job is found by. Keys and values: lower case letters, digits, `_` and `-`, at most 63. */
const LABEL = "langsmith-finetune";

/** Jobs that are looked through for one with the same key: a list has no end that one may trust. */
const MAXIMUM_JOBS = 2_000;

/**
 * Fine-tunes Gemini on Vertex AI (now "Gemini Enterprise Agent Platform"): supervised and
 * preference tuning, by `@google/genai`, with the dataset in a Cloud Storage bucket by
 * `@google-cloud/storage`. Both are optional packages: `npm install @google/genai @google-cloud/storage`.
 * Google makes the endpoint of a tuned model itself.
 *
 * Never run against the real service; see `docs/backends/vertex.md` for how it was tested.
 *
 * @example
 * ```ts
 * import { fineTune, readJsonl } from "langsmith-finetune";
 * import { vertex } from "langsmith-finetune/backends/vertex";
 *
 * const tuned = await fineTune({
 *   examples: readJsonl("train.jsonl"),
 *   backend: vertex({ model: "gemini-2.5-flash", project: "my-project", location: "us-central1", bucket: "my-bucket" }),
 *   epochs: 3,
 * });
 * console.log(tuned.model);
 * ```
 */
export function vertex(options: VertexOptions): FineTuneBackend {
  checkOptions<VertexOptions>("vertex", options, vertexKinds);
  const { model, project, location } = options;
  const clients = vertexClients(options);
  const tunings = async () => (await clients.genai()).tunings;
  const name = (path: string) => `${location} ${path}`;
  const get = (id: string, signal: AbortSignal | undefined) =>
    withServiceErrors(
      name(`GET ${id}`),
      async () => (await tunings()).get({ name: id, config: { abortSignal: signal } }),
      clients,
      signal,
    );

  return {
    name: "vertex",
    model,
    capabilities: {
      methods: ["supervised", "preference"],
      validation: "job",
      deployment: "none",
      seed: false,
      suffix: true,
      epochs: true,
      validationFile: true,
      checkpoints: "listed",
    },
    rules: vertexRulesOf(model),
    file: vertexFile,
    options: jobOptions(options, "model", "googleAuthOptions", "storageOptions", "headers", "description", "labels"),

    prices: vertexPrices(model),

    async checkSetup() {
      await clients.genai();
      await clients.bucket();
    },
    upload: (file, call) => uploadToBucket(clients, options, file, call),

    async start(request, { signal }) {
      const config = jobConfig(options, request, signal);
      const job = await withServiceErrors(
        name("POST tuningJobs"),
        async () =>
          (await tunings()).tune({ baseModel: model, trainingDataset: { gcsUri: request.training.id }, config }),
        clients,
        signal,
      );
      return referenceOf(options, request, job);
    },

    find: (key, { signal }) =>
      withServiceErrors(
        name("GET tuningJobs"),
        async () => {
          const wanted = labelValue(key);
          const seen = new Set<string>();
          // Newest first, as the service lists them; a page that comes twice ends the search.
          for await (const job of await (await tunings()).list({ config: { pageSize: 100, abortSignal: signal } })) {
            const id = job.name ?? "";
            if (seen.has(id) || seen.size >= MAXIMUM_JOBS) return undefined;
            seen.add(id);
            const { status } = snapshotOf(job);
            if (job.labels?.[LABEL] !== wanted || status === "failed" || status === "cancelled") continue;
            const method = job.preferenceOptimizationSpec === undefined ? "supervised" : "preference";
            return referenceOf(options, { key, method }, job);
          }
          return undefined;
        },
        clients,
        signal,
      ),

    poll: async (job, { signal }) => snapshotOf(await get(job.id, signal)),

    async cancel(job, { signal }) {
      await withServiceErrors(
        name(`POST ${job.id}:cancel`),
        async () => (await tunings()).cancel({ name: job.id, config: { abortSignal: signal } }),
        clients,
        signal,
      );
    },

    checkpoints: async (job, { signal }) => checkpointsOf(await get(job.id, signal)),

    checkpointResult(job, { model: endpoint }, snapshot, call) {
      return this.result(job, { ...snapshot, model: endpoint }, call);
    },

    result(job: JobReference, snapshot: JobSnapshot) {
      const endpoint = snapshot.model;
      if (endpoint === undefined) {
        throw new ServiceError({
          service: "Vertex AI",
          code: "invalid-answer",
          message: `Google names no endpoint for the finished job ${job.id}.`,
        });
      }
      return Promise.resolve(
        defined({
          model: endpoint,
          trainedTokens: snapshot.trainedTokens,
          inference: inferenceOf(endpoint, project, location),
        }),
      );
    },
  };
}

function jobConfig(
  options: VertexOptions,
  request: JobRequest,
  signal: AbortSignal | undefined,
): CreateTuningJobConfig {
  const { learningRateMultiplier, lora, beta, exportLastCheckpointOnly, description, labels } = options;
  if (beta !== undefined && request.method !== "preference") {
    throw new InvalidOptionError({
      option: "beta",
      value: beta,
      message: "beta belongs to preference tuning.",
      hint: "Leave it out.",
    });
  }
  return defined({
    method: request.method === "preference" ? "PREFERENCE_TUNING" : "SUPERVISED_FINE_TUNING",
    validationDataset: request.validation && { gcsUri: request.validation.id },
    tunedModelDisplayName: (request.suffix ?? `tuned-${request.key.slice(0, 12)}`).slice(0, 128),
    description,
    epochCount: request.epochs,
    learningRateMultiplier,
    adapterSize: lora?.rank && `ADAPTER_SIZE_${ADAPTER_SIZES[lora.rank]}`,
    beta,
    exportLastCheckpointOnly,
    labels: { ...labels, [LABEL]: labelValue(request.key) },
    ...options.extra,
    abortSignal: signal,
  }) as CreateTuningJobConfig;
}

const ADAPTER_SIZES = { 1: "ONE", 2: "TWO", 4: "FOUR", 8: "EIGHT", 16: "SIXTEEN", 32: "THIRTY_TWO" } as const;

function labelValue(key: string): string {
  return key
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "-")
    .slice(0, 63);
}

function referenceOf(
  { model }: VertexOptions,
  request: Pick<JobRequest, "key" | "method"> & Partial<JobRequest>,
  job: TuningJob,
): JobReference {
  const { key, method, training, validation } = request;
  if (job.name === undefined)
    throw new ServiceError({
      service: "Vertex AI",
      code: "invalid-answer",
      message: "Google's answer has no job name.",
    });
  const createdAt = job.createTime ?? new Date().toISOString();
  return defined({ backend: "vertex", id: job.name, model, method, key, createdAt, training, validation });
}

/**
 * `ChatGoogle` asks `…/publishers/google/models/<model>:generateContent`; a tuned model answers at
 * `…/endpoints/<id>:generateContent`. The steps upward in the name lead from the one to the other
 * when the address is resolved, which `fetch` does before it sends. Read in `@langchain/google`
 * 0.2.6 and tried there against a stand-in; never against Google.
 */
function inferenceOf(endpoint: string, project: string, location: string): InferenceTarget {
  const id = /\/endpoints\/([^/]+)$/.exec(endpoint)?.[1];
  return {
    package: "@langchain/google/node",
    class: "ChatGoogle",
    fields: {
      model: id === undefined ? endpoint : `../../../endpoints/${id}`,
      location,
      platformType: "gcp",
      googleAuthOptions: { projectId: project },
    },
  };
}
